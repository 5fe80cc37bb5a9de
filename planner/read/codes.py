"""The codes that faults of a request's files carry, each with its meaning.

The codes of rules, which a well-formed request may still break, are in `planner.rules.codes`.
"""

from collections.abc import Mapping
from types import MappingProxyType

from geodata.codes import KINDS

_SHARED = (
    "FILE_MISSING",
    "FILE_UNREADABLE",
    "FILE_TOO_LARGE",
    "FILE_EMPTY",
    "NOT_UTF8",
    "SYNTAX",
    "KEY_TWICE",
    "FIELD_MISSING",
    "FIELD_UNKNOWN",
    "WRONG_TYPE",
    "WRONG_FORMAT",
    "NOT_FINITE",
    "OUT_OF_RANGE",
    "UNKNOWN_VALUE",
    "DUPLICATE_ID",
    "COLUMN_MISSING",
    "COLUMN_UNKNOWN",
    "COLUMN_TWICE",
    "ROW_RAGGED",
)
"""Codes that faults of a network carry too."""

INPUT_CODES: Mapping[str, str] = MappingProxyType(
    {code: KINDS[code].meaning for code in _SHARED}
    | {
        "FILE_TWICE": "The same content is given in two formats; keep one file.",
        "TIME_INVALID": "A time or date is not written as ISO 8601, or has parts of a second.",
        "TIME_ZONE_MISSING": "A time does not say its zone.",
        "TIME_NOT_ON_DAY": "A time does not lie on the planned day.",
        "TIMES_REVERSED": "A stretch of time does not end after it begins.",
        "UNKNOWN_VERTIPORT": "The network has no such vertiport.",
        "SAME_PLACE": "An order ends where it begins.",
        "UNKNOWN_DOCUMENT": "The customs rules know no such document.",
        "DOCUMENT_TWICE": "An order lodges the same document twice.",
        "UNKNOWN_ORDER": "The request has no such other order.",
        "AFTER_ITSELF": "An order comes after itself, in the end.",
        "BOX_ENDS": "Orders of one box do not begin and end at the same places.",
        "CRUISE_TWICE": "A drone type lists an airspeed more than once, or its own.",
        "UNKNOWN_TYPE": "The fleet has no such drone type.",
        "NO_BATTERY_SWAP": "A drone's base has neither battery swap nor chargers for its type.",
        "UNKNOWN_PERMISSION": "The side's permission rules know no such kind.",
        "PRICE_MISSING": "A price is not given for every priority.",
        "OUTLINE_CROSSED": "An outline crosses itself.",
        "BAND_REVERSED": "The top of a height band is not above its bottom.",
        "WINDS_OVERLAP": "Two winds of one height band hold at the same time.",
    }
)

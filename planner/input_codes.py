"""The codes that faults of a request's files carry, each with its meaning.

The codes of rules, which a well-formed request may still break, are in `planner.codes`.
"""

from collections.abc import Mapping
from types import MappingProxyType

INPUT_CODES: Mapping[str, str] = MappingProxyType(
    {
        "FILE_MISSING": "A file that must be there is not.",
        "FILE_TWICE": "The same content is given in two formats; keep one file.",
        "FILE_UNREADABLE": "The file or folder cannot be read.",
        "FILE_TOO_LARGE": "The file is larger than is read.",
        "FILE_EMPTY": "The file holds nothing.",
        "NOT_UTF8": "The text is not UTF-8.",
        "SYNTAX": "The text is not the JSON, YAML or CSV that its name says.",
        "KEY_TWICE": "A key is given twice in one JSON or YAML mapping.",
        "COLUMN_MISSING": "A column that every order needs is not there.",
        "COLUMN_UNKNOWN": "A column has a name that is not known.",
        "COLUMN_TWICE": "Two columns have the same name.",
        "ROW_RAGGED": "A row has more or fewer cells than there are columns.",
        "FIELD_MISSING": "A field that must be given is missing or empty.",
        "FIELD_UNKNOWN": "A field has a name that is not known.",
        "WRONG_TYPE": "A value is of the wrong type, say text for a number.",
        "WRONG_FORMAT": "A text is not written as the field asks.",
        "NOT_FINITE": "A number is not finite (NaN, infinite, or too large to hold).",
        "OUT_OF_RANGE": "A value lies outside what is allowed.",
        "UNKNOWN_VALUE": "A value is not one of those allowed.",
        "INVALID_VALUE": "A value breaks another demand of the format, which the message states.",
        "TIME_INVALID": "A time or date is not written as ISO 8601, or has parts of a second.",
        "TIME_ZONE_MISSING": "A time does not say its zone.",
        "TIME_NOT_ON_DAY": "A time does not lie on the planned day.",
        "TIMES_REVERSED": "A stretch of time does not end after it begins.",
        "ID_TWICE": "Two orders, drones or types have the same id.",
        "UNKNOWN_VERTIPORT": "The network has no such vertiport.",
        "SAME_PLACE": "An order ends where it begins.",
        "UNKNOWN_DOCUMENT": "The customs rules know no such document.",
        "DOCUMENT_TWICE": "An order lodges the same document twice.",
        "UNKNOWN_TYPE": "The fleet has no such drone type.",
        "NO_BATTERY_SWAP": "A drone's base has no battery swap.",
        "UNKNOWN_PERMISSION": "The side's permission rules know no such kind.",
        "PRICE_MISSING": "A price is not given for every priority.",
        "BAND_REVERSED": "The top of a height band is not above its bottom.",
        "WINDS_OVERLAP": "Two winds of one height band hold at the same time.",
    }
)

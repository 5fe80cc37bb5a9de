"""The vertical limits of UAS zones (ED-269, ED-318).

The two formats, and publishers' own mixtures of them, differ in names and places alone; both
spellings are read wherever limits stand.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from geodata.features import LimitReference
from geodata.formats.uas_report import Report

FOOT_M = 0.3048
NO_CEILING_M = 20_000.0
"""An upper limit from here on is none: no airspace is above it, and publishers write 99999."""

_LIMIT_NAMES = {
    "lower": ("lower", "lowerLimit"),
    "upper": ("upper", "upperLimit"),
    "lower_reference": ("lowerReference", "lowerVerticalReference"),
    "upper_reference": ("upperReference", "upperVerticalReference"),
    "unit": ("uom", "uomDimensions"),
}
LIMIT_FIELDS = frozenset(name for names in _LIMIT_NAMES.values() for name in names)
_REFERENCES: dict[str, LimitReference] = {
    "AGL": "AGL",
    "GND": "AGL",
    "SFC": "AGL",
    "AMSL": "AMSL",
    "MSL": "AMSL",
}
_UNITS_M = {"m": 1.0, "ft": FOOT_M, "feet": FOOT_M}
_EMPTY = (None, "", "None")


@dataclass(frozen=True, slots=True)
class Limits:
    """Vertical limits in metres; `upper_m` is None where there is none."""

    lower_m: float
    lower_reference: LimitReference
    upper_m: float | None
    upper_reference: Literal["AGL", "AMSL", "UNL"]


def read_limits(
    found: Mapping[str, Any], field: str, report: Report, *, ellipsoidal: bool = False
) -> Limits | None:
    """Return a volume's limits from an object of either format; None, with an error, if unfit.

    What is missing is taken as wide as it can be: from the ground, without end. A limit over the
    ellipsoid is unfit, unless heights are stated to be `ellipsoidal`: then it is read as AMSL, for
    all such heights to be moved together, beside none that the file itself counts from the sea.
    """
    values = {
        part: next((found[name] for name in names if found.get(name) not in _EMPTY), None)
        for part, names in _LIMIT_NAMES.items()
    }
    unit_m = _unit(values, field, report)
    lower = number(values["lower"], f"{field}.lower", report)
    upper = number(values["upper"], f"{field}.upper", report)
    references = [values["lower_reference"], values["upper_reference"]]
    named = [str(each).upper() for each in references]
    if "WGS84" in named:
        if not ellipsoidal or any(_REFERENCES.get(each) == "AMSL" for each in named):
            report.error("HEIGHT_ELLIPSOIDAL", field, ", ".join(dict.fromkeys(named)))
            return None
        pairs = zip(references, named, strict=True)
        references = ["AMSL" if name == "WGS84" else given for given, name in pairs]
    lower_reference = _reference(references[0], "AMSL" if lower else "AGL", lower, field, report)
    upper_reference = _reference(references[1], "AGL", upper, field, report)
    if lower is None:
        report.warn("IMPORT_LIMIT_ASSUMED", f"{field}.lower", values["lower"], "0 m AGL")
        lower, lower_reference = 0.0, "AGL"
    if upper is None:
        report.warn("IMPORT_LIMIT_ASSUMED", f"{field}.upper", values["upper"], "no upper limit")
    elif upper * unit_m > NO_CEILING_M:
        report.warn("IMPORT_NO_CEILING", f"{field}.upper", f"{upper:g}", "no upper limit")
        upper = None
    if upper is None:
        return Limits(metres(lower, unit_m), lower_reference, None, "UNL")
    return Limits(metres(lower, unit_m), lower_reference, metres(upper, unit_m), upper_reference)


def metres(value: float, unit_m: float) -> float:
    """Return a height in metres, to the millimetre."""
    return value if unit_m == 1.0 else round(value * unit_m, 3)


def _unit(values: Mapping[str, Any], field: str, report: Report) -> float:
    given = values["unit"]
    unit_m = _UNITS_M.get(str(given).lower())
    if unit_m is None:
        if values["lower"] is not None or values["upper"] is not None:
            report.warn("IMPORT_UNIT_ASSUMED", f"{field}.uom", given, "metres")
        return 1.0
    return unit_m


def _reference(
    given: object, cautious: LimitReference, value: float | None, field: str, report: Report
) -> LimitReference:
    """Return a limit's reference; where there is none, the one that makes the zone taller."""
    known = _REFERENCES.get(str(given).upper())
    if known is None and value is not None:
        report.warn("IMPORT_REFERENCE_ASSUMED", field, given, f"{value:g} {cautious}")
    return known or cautious


def number(value: object, field: str, report: Report) -> float | None:
    """Return a finite number, or None; text that is one is taken, with a warning."""
    if isinstance(value, str):
        try:
            found = float(value)
        except ValueError:
            return None
        if math.isfinite(found):
            report.warn("IMPORT_NUMBER_AS_TEXT", field, value, f"{found:g}")
            return found
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if math.isfinite(value) else None

"""Altitudes of OpenAir: feet, metres or flight levels; over ground, sea or standard pressure."""

import math
import re
from dataclasses import dataclass
from typing import Literal

from geodata.formats.uas_limits import FOOT_M, NO_CEILING_M, metres
from geodata.formats.uas_report import Report

FLIGHT_LEVEL_FT = 100
_ALTITUDE = re.compile(
    r"(?P<level>FL)?\s*(?P<value>-?\d+(?:\.\d+)?)\s*(?P<unit>FT|FEET|F|METERS?|M(?!SL))?\s*"
    r"(?P<reference>AMSL|MSL|ALT|AGL|AGND|ASFC|GND|SFC|STD)?\.?"
)
_GROUND_WORDS = ("GND", "SFC", "GROUND", "SURFACE", "0")
_ABOVE_GROUND = ("AGL", "AGND", "ASFC", "GND", "SFC")
_ROUNDING_FT = 1e-6


@dataclass(frozen=True, slots=True)
class Altitude:
    """A limit in metres; without a height it is unlimited."""

    height_m: float | None
    reference: Literal["AGL", "AMSL", "UNL"]


GROUND = Altitude(0.0, "AGL")
UNLIMITED = Altitude(None, "UNL")


def altitude(text: str, field: str, report: Report) -> Altitude | None:
    """Return the altitude that a text says, None if it says none.

    A flight level is taken as 100 ft each in the standard atmosphere, above sea level: wrong by
    some 8 m for each hPa that the day's pressure is off 1013.25.
    """
    upper = text.upper().strip()
    if upper in _GROUND_WORDS:
        return GROUND
    if upper.startswith("UNL"):
        return UNLIMITED
    found = _ALTITUDE.fullmatch(upper)
    if found is None:
        return None
    unit, reference = found["unit"], found["reference"]
    if unit is None and not found["level"]:
        report.warn("IMPORT_UNIT_ASSUMED", field, text, "feet")
    unit_m = 1.0 if unit is not None and unit.startswith("M") else FOOT_M
    value = float(found["value"]) * (FLIGHT_LEVEL_FT if found["level"] else 1)
    height_m = metres(value, unit_m)
    if height_m > NO_CEILING_M:
        report.warn("IMPORT_NO_CEILING", field, text, "no upper limit")
        return UNLIMITED
    if found["level"] or reference == "STD":
        report.warn("IMPORT_FLIGHT_LEVEL", field, text, f"{height_m:g} m AMSL")
    elif reference is None:
        report.warn("IMPORT_REFERENCE_ASSUMED", field, text, "AMSL")
    return Altitude(height_m, "AGL" if reference in _ABOVE_GROUND else "AMSL")


def altitude_text(height_m: float | None, reference: str, *, upper: bool) -> str:
    """Return a limit in whole feet, rounded so that the zone grows if it changes."""
    if height_m is None:
        return "UNL"
    if height_m == 0 and reference == "AGL" and not upper:
        return "GND"
    feet = height_m / FOOT_M
    whole = math.ceil(feet - _ROUNDING_FT) if upper else math.floor(feet + _ROUNDING_FT)
    return f"{whole}ft {reference}"

"""The shapes of OpenAir: points in degrees and minutes, arcs and circles in nautical miles."""

import math
import re
from dataclasses import dataclass, field

import numpy as np
import pyproj
import shapely
from shapely.geometry.base import BaseGeometry

from geodata.formats.uas_report import Report
from geodata.formats.uas_shape import CHORD_ERROR_M, about, circle, sound
from geodata.formats.zone_parts import whole
from geodata.geojson import DECIMALS

NAUTICAL_MILE_M = 1852.0
_ANGLE = r"(\d+(?:\.\d+)?(?::\d+(?:\.\d+)?){0,2})"
_POINT = re.compile(rf"{_ANGLE}\s*([NS])[\s,]*{_ANGLE}\s*([EW])", re.IGNORECASE)
_GEODESIC = pyproj.Geod(ellps="WGS84")

LonLat = tuple[float, float]


def points(text: str) -> list[LonLat]:
    """Return the points in a text, lon before lat; one that is off the globe is left out."""
    found = []
    for match in _POINT.finditer(text):
        lat, lon = _degrees(match[1]), _degrees(match[3])
        if lat is not None and lon is not None and lat <= 90 and lon <= 180:
            south, west = match[2] in "Ss", match[4] in "Ww"
            found.append((-lon if west else lon, -lat if south else lat))
    return found


def _degrees(text: str) -> float | None:
    degrees, *rest = [float(part) for part in text.split(":")]
    if any(part >= 60 for part in rest):
        return None
    minutes, seconds = [*rest, 0.0, 0.0][:2]
    return degrees + minutes / 60 + seconds / 3600


def point_text(lon: float, lat: float) -> str:
    """Return a point in degrees and minutes to a millionth: some 2 mm."""
    ns, ew = "S" if lat < 0 else "N", "W" if lon < 0 else "E"
    return f"{_minutes(lat, 2)}{ns} {_minutes(lon, 3)}{ew}"


def _minutes(angle: float, width: int) -> str:
    degrees, minutes = divmod(round(abs(angle) * 60, 6), 60)
    return f"{int(degrees):0{width}d}:{minutes:09.6f}"


@dataclass(slots=True)
class Outline:
    """Gathers one airspace's outline from its lines, in their order."""

    centre: LonLat | None = None
    clockwise: bool = True
    ring: list[LonLat] = field(default_factory=list)
    circles_m: list[tuple[LonLat, float]] = field(default_factory=list)
    arcs: int = 0

    def take(self, command: str, text: str) -> str | None:
        """Add a line's geometry; return what is wrong with the line, if anything is."""
        found = points(text)
        numbers = [float(each) for each in re.findall(r"-?\d+(?:\.\d+)?", text)]
        if command == "V":
            return self._variable(text, found)
        if command == "DP":
            self.ring += found[:1]
            return None if found else "no point"
        if self.centre is None:
            return "no centre before it"
        if command == "DC" and len(numbers) == 1 and numbers[0] > 0:
            self.circles_m.append((self.centre, numbers[0] * NAUTICAL_MILE_M))
            return None
        if command == "DA" and len(numbers) == 3 and numbers[0] > 0:
            radius_m = numbers[0] * NAUTICAL_MILE_M
            self._arc(numbers[1], numbers[2], radius_m, radius_m)
            return None
        if command == "DB" and len(found) == 2:
            lons, lats = zip(*found, strict=True)
            middle = ([self.centre[0]] * 2, [self.centre[1]] * 2)
            azimuths, _, radii_m = _GEODESIC.inv(*middle, lons, lats)
            self._arc(azimuths[0], azimuths[1], radii_m[0], radii_m[1])
            return None
        return "a number too many or too few"

    def _variable(self, text: str, found: list[LonLat]) -> str | None:
        name, _, value = text.replace(" ", "").partition("=")
        if name.upper() == "X" and found:
            self.centre = found[0]
        elif name.upper() == "D" and value[:1] in ("+", "-"):
            self.clockwise = value[0] == "+"
        elif name.upper() not in ("W", "Z"):
            return "no known variable"
        return None

    def _arc(self, start_deg: float, end_deg: float, start_m: float, end_m: float) -> None:
        assert self.centre is not None
        sweep = (end_deg - start_deg) % 360 or 360.0
        if not self.clockwise:
            sweep = -((start_deg - end_deg) % 360 or 360.0)
        radius_m = max(start_m, end_m, CHORD_ERROR_M)
        step = math.degrees(2 * math.acos(1 - CHORD_ERROR_M / radius_m))
        count = max(math.ceil(abs(sweep) / step), 1) + 1
        azimuths = start_deg + np.linspace(0, sweep, count)
        radii_m = np.linspace(start_m, end_m, count)
        self.ring += [(lon, lat) for lon, lat in about(*self.centre, radii_m, azimuths)]
        self.arcs += 1

    def shape(self, report: Report) -> BaseGeometry | None:
        """Return the outline as a polygon in lon/lat; None, with an error, if it is none."""
        shapes: list[BaseGeometry] = []
        if self.arcs:
            taken = f"chords, up to {CHORD_ERROR_M:g} m off"
            report.warn("IMPORT_CIRCLE", "DA, DB", f"{self.arcs} arcs", taken)
        if self.ring or not self.circles_m:
            corners = list(dict.fromkeys(self.ring))
            if len(corners) < 3:
                report.error("GEOMETRY_COORDINATES", "DP", f"{len(corners)} points, 3 needed")
                return None
            shapes.append(shapely.Polygon(np.round(corners, DECIMALS)))
        for (lon, lat), radius_m in self.circles_m:
            shapes.append(circle(lon, lat, radius_m, "DC", report))
        sounded = [sound(each, "DP", report) for each in shapes]
        usable = [each for each in sounded if each is not None]
        return whole(usable) if len(usable) == len(shapes) else None

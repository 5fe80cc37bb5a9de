"""Horizontal datums: which ones a file may be in, and the way between them and WGS-84.

Coordinates are always x before y: longitude before latitude, or east before north, whatever order
an authority gives its axes. What each datum is, and what goes wrong with it, is told in
docs/datums.md.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from types import MappingProxyType
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pyproj
import shapely
from shapely.geometry.base import BaseGeometry

from geodata.codes import fault
from geodata.datum.gcj02 import bd09_to_wgs84, gcj02_to_wgs84, wgs84_to_bd09, wgs84_to_gcj02
from geodata.faults import InvalidInput
from geodata.nearest import did_you_mean

Floats = npt.NDArray[np.float64]
Move = Callable[[Floats], Floats]

WGS84 = "EPSG:4326"


@dataclass(frozen=True, slots=True)
class HorizontalDatum:
    """A datum that coordinates may be in.

    `chain` is the way to WGS-84 through EPSG codes, each step one that PROJ has parameters for;
    empty where there is no EPSG code, or nothing to do. `accuracy_m` says how well the way to
    WGS-84 is known, not how well a place was measured.
    """

    name: str
    title: str
    aliases: tuple[str, ...]
    unit: Literal["degrees", "metres"]
    accuracy_m: float
    source: str
    chain: tuple[str, ...] = ()


_KNOWN = (
    HorizontalDatum(
        WGS84,
        "WGS-84, longitude and latitude",
        ("WGS84", "CRS84", "OGC:CRS84", "4326"),
        "degrees",
        0.0,
        "what the network is stored in",
    ),
    HorizontalDatum(
        "EPSG:4490",
        "CGCS2000, longitude and latitude",
        ("CGCS2000", "4490"),
        "degrees",
        1.0,
        "ITRF97 at 2000.0, taken as equal to WGS-84; the plate has moved it by less than 1 m since",
    ),
    HorizontalDatum(
        "EPSG:4547",
        "CGCS2000, 3-degree Gauss-Kruger grid, central meridian 114 E",
        ("CGCS2000-GK-114", "4547"),
        "metres",
        1.0,
        "EPSG conversion 16398 to EPSG:4490, then as there",
        ("EPSG:4547", "EPSG:4490"),
    ),
    HorizontalDatum(
        "EPSG:2326",
        "Hong Kong 1980 Grid",
        ("HK1980", "HK80GRID", "2326"),
        "metres",
        1.0,
        "EPSG operation 1825, parameters of the Lands Department of Hong Kong",
        ("EPSG:2326", WGS84),
    ),
    HorizontalDatum(
        "EPSG:4611",
        "Hong Kong 1980, longitude and latitude",
        ("HK80", "4611"),
        "degrees",
        1.0,
        "EPSG operation 1825, parameters of the Lands Department of Hong Kong",
        ("EPSG:4611", WGS84),
    ),
    HorizontalDatum(
        "EPSG:3857",
        "Web Mercator on WGS-84",
        ("WEBMERCATOR", "3857"),
        "metres",
        0.0,
        "EPSG conversion 3856",
        ("EPSG:3857", WGS84),
    ),
    HorizontalDatum(
        "GCJ02",
        "GCJ-02, of AMap, Tencent and other mainland web maps",
        ("GCJ-02", "MARS"),
        "degrees",
        1.0,
        "reverse-engineered algorithm, see geodata.gcj02",
    ),
    HorizontalDatum(
        "BD09",
        "BD-09, of Baidu's maps",
        ("BD-09", "BD09LL", "BAIDU"),
        "degrees",
        1.0,
        "reverse-engineered algorithm, see geodata.gcj02",
    ),
)
DATUMS: Mapping[str, HorizontalDatum] = MappingProxyType({each.name: each for each in _KNOWN})
"""The datums that coordinates may be in, by name."""

_BY_ALIAS = {
    alias.upper(): each for each in _KNOWN for alias in (each.name, *each.aliases, each.title)
}


def horizontal_datum(name: str | None, source: str = "--crs") -> HorizontalDatum:
    """Return the datum of a name or alias, in any case.

    Raises `InvalidInput` with the choices: `DATUM_NOT_STATED` for None, `DATUM_UNKNOWN` else.
    `source` is what lacks the datum: a file, or an option.
    """
    choices = ", ".join(DATUMS)
    if name is None:
        raise InvalidInput([fault("DATUM_NOT_STATED", source, "", "crs", limit=choices)])
    found = _BY_ALIAS.get(name.strip().upper())
    if found is None:
        message = f"There is no such datum{did_you_mean(name, _BY_ALIAS) or '.'}"
        wrong = fault(
            "DATUM_UNKNOWN", source, "", "crs", value=name[:60], limit=choices, message=message
        )
        raise InvalidInput([wrong])
    return found


def to_wgs84(shapes: Sequence[BaseGeometry], crs: str) -> list[BaseGeometry]:
    """Return shapes in WGS-84 degrees for shapes in a datum; heights of positions stay.

    Raises `InvalidInput` if the datum is unknown, or a coordinate cannot be in it.
    """
    return _moved(shapes, horizontal_datum(crs), inward=True)


def from_wgs84(shapes: Sequence[BaseGeometry], crs: str) -> list[BaseGeometry]:
    """Return shapes in a datum for shapes in WGS-84 degrees; heights of positions stay.

    `to_wgs84` gives them back to less than 1 mm. Raises `InvalidInput` as that does.
    """
    return _moved(shapes, horizontal_datum(crs), inward=False)


def points_to_wgs84(xy: Floats, crs: str) -> Floats:
    """Return points (n, 2) in WGS-84 degrees, NaN where a coordinate cannot be in the datum.

    Raises `InvalidInput` if the datum is unknown.
    """
    return _points(xy, horizontal_datum(crs), inward=True)


def points_from_wgs84(lonlat: Floats, crs: str) -> Floats:
    """Return points (n, 2) in a datum for points in WGS-84 degrees, else as `points_to_wgs84`."""
    return _points(lonlat, horizontal_datum(crs), inward=False)


def _points(xy: Floats, datum: HorizontalDatum, *, inward: bool) -> Floats:
    fit = ~_unfit(xy, datum if inward else DATUMS[WGS84])
    moved = np.full(xy.shape, np.nan)
    moved[fit] = _mover(datum.name, inward)(xy[fit])
    moved[_unfit(moved, DATUMS[WGS84] if inward else datum)] = np.nan
    return moved


def _moved(
    shapes: Sequence[BaseGeometry], datum: HorizontalDatum, *, inward: bool
) -> list[BaseGeometry]:
    listed = np.array(shapes, dtype=object)
    _refuse_unfit(listed, datum if inward else DATUMS[WGS84])
    move = _mover(datum.name, inward)
    solid = shapely.has_z(listed)
    moved = listed.copy()
    moved[~solid] = shapely.transform(listed[~solid], move)
    moved[solid] = shapely.transform(listed[solid], lambda at: _beside(at, move), include_z=True)
    _refuse_unfit(moved, DATUMS[WGS84] if inward else datum)
    return list(moved)


def _beside(xyz: Floats, move: Move) -> Floats:
    return np.column_stack((move(xyz[:, :2]), xyz[:, 2]))


def _refuse_unfit(shapes: npt.NDArray[Any], datum: HorizontalDatum) -> None:
    """Raise `InvalidInput` for the first coordinate that is not finite or is off the globe."""
    xy, index = shapely.get_coordinates(shapes, return_index=True)
    unfit = _unfit(xy, datum)
    if unfit.any():
        x, y = xy[unfit][0]
        message = f"A coordinate cannot be in {datum.name}, {datum.title}."
        limit = "lon ±180, lat ±90 degrees" if datum.unit == "degrees" else "metres east, north"
        item = f"shape {index[unfit][0] + 1}"
        value = f"{x:g}, {y:g}"
        raise InvalidInput(
            [fault("COORDINATE_RANGE", "", item, value=value, limit=limit, message=message)]
        )


def _unfit(xy: Floats, datum: HorizontalDatum) -> npt.NDArray[np.bool_]:
    """Tell which points cannot be in a datum: not finite, or off the globe."""
    fit = np.isfinite(xy)
    if datum.unit == "degrees":
        fit &= np.abs(xy) <= (180.0, 90.0)
    return ~np.asarray(fit.all(axis=1))


@lru_cache(maxsize=32)
def _mover(name: str, inward: bool) -> Move:
    """Return what moves points to WGS-84, or from it."""
    if name == "GCJ02":
        return gcj02_to_wgs84 if inward else wgs84_to_gcj02
    if name == "BD09":
        return bd09_to_wgs84 if inward else wgs84_to_bd09
    chain = DATUMS[name].chain
    steps = [_step(*(pair if inward else pair[::-1])) for pair in pairwise(chain)]

    def through(xy: Floats) -> Floats:
        for step in steps if inward else reversed(steps):
            xy = np.column_stack(step.transform(xy[:, 0], xy[:, 1]))
        return xy

    return through


@lru_cache(maxsize=32)
def _step(source: str, target: str) -> pyproj.Transformer:
    """Return PROJ's way between two systems, which must be more than a guess.

    Where PROJ knows no parameters between two datums it takes them as equal and says nothing but
    an accuracy of -1: EPSG:4490 to EPSG:2326 is 304 m off that way. Only a step within one datum
    (a projection) or with published parameters is taken.
    """
    return pyproj.Transformer.from_crs(source, target, always_xy=True, allow_ballpark=False)

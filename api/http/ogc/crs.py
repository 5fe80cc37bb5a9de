"""Coordinate reference systems by their addresses, and the order of axes that each one has.

OGC 18-058r1: what a request names by `crs`, `bbox-crs` or `Content-Crs`. Axes stand in the order
that the CRS's authority gives them: northing before easting in EPSG:2326, latitude first in
EPSG:4490. The way between two of them is `geodata.datum.datum`'s, always through WGS-84: PROJ by
itself would be 304 m off between these two.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from http import HTTPStatus
from typing import Any

import numpy as np
import numpy.typing as npt
import pyproj
import shapely
from shapely.geometry.base import BaseGeometry

from api.http.problems import ProblemError
from geodata.datum.datum import DATUMS, WGS84, from_wgs84, to_wgs84

Shapes = npt.NDArray[Any]

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
"""WGS-84, longitude before latitude: what the network is stored in."""

_EPSG = "http://www.opengis.net/def/crs/EPSG/0/"
_NAMES: Mapping[str, str] = {
    CRS84: WGS84,
    **{_EPSG + name[5:]: name for name in DATUMS if name.startswith("EPSG:")},
}
CRS_LIST = tuple(_NAMES)
"""The addresses of all that is offered, that of the storage first."""

DEGREES, METRES = 7, 4
"""Decimals that are written: some 1 cm, and 0.1 mm."""

EDGE_POINTS = 16
"""Points that each side of a box is given before it is moved: straight there is bent here."""


def known_crs(given: str | None, name: str) -> str:
    """Return the address of a CRS; raises ProblemError (400) if it is none that is offered.

    `given` may be in <>, as in the header `Content-Crs`; `name` is the parameter's.
    """
    if given is None:
        return CRS84
    address = given.strip().removeprefix("<").removesuffix(">")
    if address not in _NAMES:
        detail = f"{name}: {address[:100]!a} is none of {', '.join(CRS_LIST)}"
        raise ProblemError(HTTPStatus.BAD_REQUEST, "CRS_UNKNOWN", detail)
    return address


def outward(shapes: Sequence[BaseGeometry], crs: str) -> Shapes:
    """Return shapes in a CRS, axes in its order, for shapes in lon/lat."""
    moved: Shapes = np.array(shapes, dtype=object)
    if crs != CRS84:
        if _NAMES[crs] != WGS84:
            moved = np.array(from_wgs84(list(moved), _NAMES[crs]), dtype=object)
        decimals = METRES if _NAMES[crs] in _metric() else DEGREES
        moved = shapely.transform(moved, lambda at: np.round(at, decimals))
        if _northing_first(crs):
            moved = _swapped(moved)
    return moved


def inward(shape: BaseGeometry, crs: str) -> BaseGeometry:
    """Return a shape in lon/lat for one in a CRS, axes in its order; raises `InvalidInput`."""
    if crs == CRS84:
        return shape
    east_first = _swapped(np.array([shape], dtype=object))[0] if _northing_first(crs) else shape
    (moved,) = to_wgs84([east_first], _NAMES[crs])
    return moved


def area_of(box: tuple[float, float, float, float], crs: str) -> BaseGeometry:
    """Return the area in lon/lat of a box in a CRS, axes in its order; raises `InvalidInput`."""
    area = _area(*box)
    if crs == CRS84:
        return area
    longest = max(box[2] - box[0], box[3] - box[1])
    bent = shapely.segmentize(area, longest / EDGE_POINTS) if longest > 0 else area
    return inward(bent, crs)


def _area(west: float, south: float, east: float, north: float) -> BaseGeometry:
    """Return a box; without width or height it is a line or a point, and meets what it touches."""
    if west == east and south == north:
        return shapely.Point(west, south)
    if west == east or south == north:
        return shapely.LineString([(west, south), (east, north)])
    return shapely.box(west, south, east, north)


def _swapped(shapes: Shapes) -> Shapes:
    found: Shapes = shapely.transform(shapes, lambda at: at[:, ::-1])
    return found


@cache
def _northing_first(crs: str) -> bool:
    if crs == CRS84:
        return False
    return pyproj.CRS.from_user_input(_NAMES[crs]).axis_info[0].direction == "north"


@cache
def _metric() -> frozenset[str]:
    return frozenset(name for name, datum in DATUMS.items() if datum.unit == "metres")

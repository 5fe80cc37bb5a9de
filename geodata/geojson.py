"""Geometry between GeoJSON (RFC 7946) and shapely, with every fault of its form."""

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from geodata.codes import fault
from geodata.faults import Fault
from geodata.limits import POSITIONS_MAX

DECIMALS = 7
"""Decimals of a degree that are kept: some 1 cm."""

Floats = npt.NDArray[np.float64]


class _FaultyError(Exception):
    """No shape can be made of the coordinates; holds the code and what was found."""

    def __init__(self, code: str, value: str) -> None:
        super().__init__(code)
        self.code = code
        self.value = value


def read_geometry(
    layer: str, item: str, geometry: object, allowed: tuple[str, ...], faults: list[Fault]
) -> BaseGeometry | None:
    """Return a lon/lat shape from GeoJSON, adding its faults; None if no shape can be made.

    Coordinates are rounded to the 7 decimals of a degree that are written, and that are content.
    Open rings and heights in positions are faults too, but the shape is made all the same, with
    its rings closed and without the heights, so that what else is wrong with it is found.
    """
    limit = " or ".join(allowed)
    place = (layer, item, "geometry")
    if geometry is None:
        faults.append(fault("GEOMETRY_MISSING", *place, limit=limit))
        return None
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if not isinstance(geometry, dict) or kind not in allowed:
        found = "no GeoJSON geometry" if kind is None else str(kind)
        faults.append(fault("GEOMETRY_TYPE", *place, value=found, limit=limit))
        return None
    reader = _Reader(lambda code, value: faults.append(fault(code, *place, value=value)))
    try:
        return reader.shape(kind, geometry.get("coordinates"))
    except _FaultyError as faulty:
        faults.append(fault(faulty.code, *place, value=faulty.value))
        return None


class _Reader:
    """Makes one geometry, telling `report` (code, value) what is wrong but can be mended."""

    def __init__(self, report: Callable[[str, str], None]) -> None:
        self.report = report
        self.count = 0

    def shape(self, kind: str, coordinates: object) -> BaseGeometry:
        if kind == "Point":
            return shapely.Point(self.positions([coordinates], 1)[0])
        if kind == "LineString":
            return shapely.LineString(self.positions(coordinates, 2))
        if kind == "Polygon":
            return self.polygon(coordinates)
        return shapely.MultiPolygon([self.polygon(part) for part in _list(coordinates, "polygons")])

    def polygon(self, coordinates: object) -> shapely.Polygon:
        outer, *holes = [self.ring(each) for each in _list(coordinates, "rings")]
        return shapely.Polygon(outer, holes)

    def ring(self, coordinates: object) -> Floats:
        at = self.positions(coordinates, 3)
        if (at[0] != at[-1]).any():
            self.report("RING_OPEN", f"from {_shown(at[0])} to {_shown(at[-1])}")
            at = np.concatenate((at, at[:1]))
        if len(at) < 4:
            raise _FaultyError("GEOMETRY_COORDINATES", f"a ring of {len(at)} positions")
        return at

    def positions(self, coordinates: object, least: int) -> Floats:
        listed = _list(coordinates, "positions")
        self.count += len(listed)
        if self.count > POSITIONS_MAX:
            raise _FaultyError("TOO_MANY_POSITIONS", f"{self.count:,} or more")
        try:
            at = np.array(listed)
        except ValueError:  # lists of different lengths
            raise _FaultyError("GEOMETRY_COORDINATES", "positions of different lengths") from None
        if at.ndim != 2 or at.shape[1] not in (2, 3) or at.dtype.kind not in "if":
            raise _FaultyError("GEOMETRY_COORDINATES", f"{str(listed)[:60]} are not lon, lat")
        if len(at) < least:
            raise _FaultyError("GEOMETRY_COORDINATES", f"{len(at)} positions, {least} needed")
        if not np.isfinite(at[:, :2]).all():
            wrong = at[~np.isfinite(at).all(axis=1)]
            raise _FaultyError("NOT_FINITE", f"{_shown(wrong[0])} at {len(wrong)} positions")
        if at.shape[1] == 3:
            self.report("HEIGHT_WITHOUT_REFERENCE", f"{at[0, 2]:g} in the first position")
        return rounded(at[:, :2].astype(float))


def _list(value: object, what: str) -> list[Any]:
    if not isinstance(value, list) or not value:
        raise _FaultyError("GEOMETRY_COORDINATES", f"no {what}")
    return value


def _shown(position: Floats) -> str:
    return ", ".join(f"{number:g}" for number in position)


def rounded(lonlat: Floats) -> Floats:
    """Return coordinates to 7 decimals of a degree; those that are not on the globe as they are."""
    found = lonlat.copy()
    degrees = np.abs(lonlat) <= 360  # beyond, rounding may overflow
    found[degrees] = np.round(lonlat[degrees], DECIMALS)
    return found


def write_geometry(shape: BaseGeometry) -> dict[str, Any]:
    """Return a lon/lat shape as GeoJSON, coordinates rounded to 7 decimals."""
    found: dict[str, Any] = shapely.geometry.mapping(shapely.transform(shape, rounded))
    return found

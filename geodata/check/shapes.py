"""Shapes by themselves: on the globe, closed, simple, enclosing something, the right way round."""

from collections.abc import Iterable, Iterator

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry
from shapely.validation import explain_validity

from geodata.codes import fault
from geodata.faults import Fault
from geodata.limits import REACH_DEG

Floats = npt.NDArray[np.float64]

_FLAT_DEG2 = 1e-14
"""Areas under this, some 0.0001 m², are those of a line, in square degrees."""


def middle_of(shapes: Iterable[BaseGeometry]) -> Floats:
    """Return the median lon, lat of all positions: where a network is, whatever strays from it."""
    at = shapely.get_coordinates(list(shapes))
    finite = at[np.isfinite(at).all(axis=1)]
    middle: Floats = np.median(finite, axis=0) if len(finite) else np.zeros(2)
    return middle


def shape_faults(layer: str, item: str, shape: BaseGeometry, middle: Floats) -> Iterator[Fault]:
    """Yield what is wrong with one feature's lon/lat geometry, whatever it stands for.

    `middle` is the lon, lat of the network's middle.
    """
    astray = _off_globe(layer, item, shape) or _far_away(layer, item, shape, middle)
    if astray is not None:
        yield astray
    elif isinstance(shape, shapely.LineString):
        if not shape.is_simple or shape.length == 0:
            yield fault("LINE_NOT_SIMPLE", layer, item, "geometry", value=_where_crossed(shape))
    elif isinstance(shape, shapely.Polygon | shapely.MultiPolygon):
        yield from _ring_faults(layer, item, shape)


def _off_globe(layer: str, item: str, shape: BaseGeometry) -> Fault | None:
    at = shapely.get_coordinates(shape)
    if not np.isfinite(at).all():
        return fault("NOT_FINITE", layer, item, "geometry", value="a coordinate")
    wrong = at[(np.abs(at[:, 0]) > 180) | (np.abs(at[:, 1]) > 90)]
    if not len(wrong):
        return None
    x, y = (float(each) for each in wrong[0])
    found = f"{x:g}, {y:g} at {len(wrong)} of {len(at)} positions"
    if abs(x) <= 90 and abs(y) <= 180:
        return fault(
            "AXES_SWAPPED",
            layer,
            item,
            "geometry",
            value=found,
            limit=f"lon, lat: {y:g}, {x:g}",
        )
    return fault("COORDINATE_RANGE", layer, item, "geometry", value=found)


def _far_away(layer: str, item: str, shape: BaseGeometry, middle: Floats) -> Fault | None:
    at = shapely.get_coordinates(shape)
    far = at[(np.abs(at - middle) > REACH_DEG).any(axis=1)]
    if not len(far):
        return None
    value = f"{far[0, 0]:g}, {far[0, 1]:g}"
    limit = f"within {REACH_DEG:g}° of {middle[0]:.2f}, {middle[1]:.2f}"
    return fault("COORDINATE_FAR", layer, item, "geometry", value=value, limit=limit)


def _ring_faults(
    layer: str, item: str, shape: shapely.Polygon | shapely.MultiPolygon
) -> Iterator[Fault]:
    parts = [part for part in shapely.get_parts(shape) if isinstance(part, shapely.Polygon)]
    if any(part.exterior.convex_hull.area < _FLAT_DEG2 for part in parts):
        yield fault("RING_AREA", layer, item, "geometry", value="all positions on one line")
    elif not shape.is_valid:
        yield fault("RING_INVALID", layer, item, "geometry", value=explain_validity(shape))
    elif any(
        not part.exterior.is_ccw or any(hole.is_ccw for hole in part.interiors) for part in parts
    ):
        yield fault("RING_ORIENTATION", layer, item, "geometry", value="against the right hand")


def _where_crossed(line: shapely.LineString) -> str:
    if line.length == 0:
        return "all positions the same"
    at = shapely.get_coordinates(line)
    pieces = shapely.linestrings(np.stack((at[:-1], at[1:]), axis=1))
    for first in range(len(pieces)):
        for second in range(first + 2, len(pieces)):
            met = shapely.intersection(pieces[first], pieces[second])
            if not met.is_empty:
                return f"meets itself at {met.centroid.x:.7f}, {met.centroid.y:.7f}"
    return "turns back on itself"

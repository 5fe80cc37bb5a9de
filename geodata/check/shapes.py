"""Shapes by themselves: on the globe, closed, simple, enclosing something, the right way round."""

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from shapely import GeometryType
from shapely.geometry.base import BaseGeometry
from shapely.validation import explain_validity

from geodata.codes import fault
from geodata.faults import Fault
from geodata.limits import REACH_DEG

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Shapes = npt.NDArray[Any]

_FLAT_DEG2 = 1e-14
"""Areas under this, some 0.0001 m², are those of a line, in square degrees."""


def middle_of(shapes: Iterable[BaseGeometry]) -> Floats:
    """Return the median lon, lat of all positions: where a network is, whatever strays from it."""
    at = shapely.get_coordinates(np.fromiter(shapes, dtype=object))
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


def suspects(shapes: Shapes, middle: Floats) -> Flags:
    """Tell of each lon/lat shape whether `shape_faults` may find anything; quick for many."""
    lines = shapely.get_type_id(shapes) == GeometryType.LINESTRING
    found: Flags = astray(shapes, middle) | (~lines & (shapely.get_dimensions(shapes) > 0))
    found[lines] |= ~shapely.is_simple(shapes[lines]) | (shapely.length(shapes[lines]) == 0)
    return found


def astray(shapes: Shapes, middle: Floats) -> Flags:
    """Tell which lon/lat shapes have a coordinate off the globe or far from the middle."""
    at, row = shapely.get_coordinates(shapes, return_index=True)
    near = (np.abs(at - middle) <= REACH_DEG).all(axis=1)
    on_globe = (np.abs(at) <= (180, 90)).all(axis=1)
    found = np.zeros(len(shapes), dtype=bool)
    found[row[~(near & on_globe)]] = True
    return found


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
    tree = shapely.STRtree(pieces)
    for first, piece in enumerate(pieces):
        later = [each for each in tree.query(piece, predicate="intersects") if each > first + 1]
        if later:
            met = shapely.intersection(piece, pieces[min(later)])
            return f"meets itself at {met.centroid.x:.7f}, {met.centroid.y:.7f}"
    return "turns back on itself"

"""The Shenzhen River's course of before 1997, which most open boundary files still carry.

The river past the Loop was straightened and State Council Order 221 of 1997 put the boundary on its
new centre line, so the Loop is in Hong Kong. A file with the old course puts it in Shenzhen.
"""

import json
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from geodata.network import shipped_network_path
from geodata.prepared import prepared
from geodata.projection import Projection

APART_M = 150.0
"""Where the two courses are further apart than this, they can be told from each other."""

FOLLOWS_M = 60.0
"""How near a line keeps to a course that it follows; the shipped boundary is good to as much."""

FOLLOWS_SHARE = 0.7
"""Least share of the old course that is followed, and greatest of the new one that may not be."""


_PROJECTION = Projection("EPSG:2326")


def on_old_course(shapes: Sequence[BaseGeometry]) -> list[int]:
    """Return the indices of the lines and outlines that follow the old course past the Loop.

    Shapes are in WGS-84 degrees. What follows both courses, as an outline of the Loop itself does,
    is not among them.
    """
    listed = np.array(shapes, dtype=object)
    (near,) = np.nonzero(shapely.intersects(listed, shapely.box(*river_before_1997().bounds)))
    old, new = _courses()
    return [
        int(number)
        for number, shape in zip(near, _PROJECTION.to_metric(listed[near]), strict=True)
        if _share(old, shape) >= FOLLOWS_SHARE and _share(new, shape) <= 1 - FOLLOWS_SHARE
    ]


def _share(course: npt.NDArray[Any], shape: BaseGeometry) -> float:
    """Return how much of a course a line or outline keeps to."""
    outline = shapely.boundary(shape) if shapely.get_dimensions(shape) == 2 else shape
    return float(shapely.dwithin(course, prepared(outline), FOLLOWS_M).mean())


@lru_cache(maxsize=1)
def _courses() -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
    """Return points of the old and of the new course where they are apart, in EPSG:2326."""
    old, new = _PROJECTION.to_metric(np.array([river_before_1997(), shipped_boundary()]))
    return _points_off(old, new), _points_off(new, old)


def _points_off(line: BaseGeometry, other: BaseGeometry) -> npt.NDArray[Any]:
    alone = line.difference(other.buffer(APART_M))
    return np.asarray(shapely.points(shapely.get_coordinates(shapely.segmentize(alone, 25))))


def river_before_1997() -> shapely.LineString:
    """Return the river's old course past the Loop, lon/lat, as most open files still have it."""
    return _line(Path(__file__).parents[1] / "reference" / "river_before_1997.geojson")


def shipped_boundary() -> shapely.LineString:
    """Return the boundary line of the shipped network, lon/lat."""
    return _line(shipped_network_path() / "boundary.geojson")


@lru_cache(maxsize=2)
def _line(path: Path) -> shapely.LineString:
    (feature,) = json.loads(path.read_text(encoding="utf-8"))["features"]
    return shapely.LineString(feature["geometry"]["coordinates"])

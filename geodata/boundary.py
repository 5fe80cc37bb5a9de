"""Which side of the boundary something is on: the line decides, not a guess."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from geodata.features import Boundary, Feature, Side
from geodata.prepared import prepared

Shapes = npt.NDArray[Any]
Flags = npt.NDArray[np.bool_]

REACH_M = 200_000.0
"""How far from the line a side is followed; far more than any network extends."""


@dataclass(frozen=True)
class SideMap:
    """The two sides as polygons in the metric CRS, meeting along the boundary line.

    Each end of the line is continued straight along the direction between its two ends, so
    that every place of a network has a side.
    """

    line: shapely.LineString
    left_side: Side
    right_side: Side
    left: shapely.Polygon

    @classmethod
    def of(cls, boundary: Feature, line: BaseGeometry) -> "SideMap":
        """Build from a boundary record and its line in the metric CRS."""
        assert isinstance(boundary, Boundary)
        assert isinstance(line, shapely.LineString)
        points = shapely.get_coordinates(line)
        along = points[-1] - points[0]
        along /= np.linalg.norm(along)
        leftward = np.array([-along[1], along[0]])
        first, last = points[0] - along * REACH_M, points[-1] + along * REACH_M
        ring = [*points, last, last + leftward * REACH_M, first + leftward * REACH_M, first]
        return cls(line, boundary.left_side, boundary.right_side, shapely.Polygon(ring))

    def side(self, point: BaseGeometry) -> Side:
        """Return the side of a point in the metric CRS; on the line it counts to the left."""
        return self.left_side if self.left.covers(point) else self.right_side

    def sides(self, points: Shapes) -> list[Side]:
        """Return the side of each of many points in the metric CRS, as `side` does."""
        on_left = self.on_left(points).tolist()
        return [self.left_side if each else self.right_side for each in on_left]

    def on_left(self, points: Shapes) -> Flags:
        """Tell which points in the metric CRS are on the left; on the line they count to it."""
        found: Flags = shapely.covers(prepared(self.left), points)
        return found

    def holders(self, shapes: Shapes) -> list[Side | None]:
        """Return for each shape in the metric CRS the side that holds all of it; None: neither."""
        left = prepared(self.left)
        on_left = shapely.covers(left, shapes).tolist()
        off_left = shapely.disjoint(left, shapes).tolist()
        return [
            self.left_side if inside else self.right_side if outside else None
            for inside, outside in zip(on_left, off_left, strict=True)
        ]

    def crossings(self, line: shapely.LineString) -> list[shapely.Point]:
        """Return the points where `line` meets the boundary, along `line`."""
        met = shapely.get_parts(line.intersection(self.line))
        points = [part.centroid for part in met if not part.is_empty]
        return sorted(points, key=line.project)

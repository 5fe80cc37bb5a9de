"""Straight legs that a suggested corridor may fly: clear of barriers, rightly over the boundary."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from geodata.boundary import SideMap
from geodata.features import Side
from geodata.prepared import prepared
from geodata.suggest.barriers import Barrier

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Lines = npt.NDArray[Any]

BANK_M = 50.0
"""The course of the boundary at a point is that of its chord so far to either side."""


@dataclass(frozen=True)
class LegRules:
    """What each leg of a corridor must keep, whatever the others do.

    Legs run from the start's side to the end's, never back, so that a corridor crosses the
    boundary once if its places are on two sides, at `crossing_min_deg` or more. The leg that does
    begins and ends at least `beside_m` from it, and the others keep that distance.
    """

    barriers: Sequence[Barrier]
    sides: SideMap
    start_side: Side
    end_side: Side
    crossing_min_deg: float
    beside_m: float

    @cached_property
    def closed(self) -> BaseGeometry:
        """All barriers as one prepared shape."""
        return prepared(shapely.union_all([each.shape for each in self.barriers]))

    @cached_property
    def _left(self) -> BaseGeometry:
        """What is left of the boundary, prepared: every leg asks for it."""
        return prepared(self.sides.left)

    def on_end_side(self, xy_m: Floats) -> Flags:
        """Tell which points are on the end's side; none where both places are on one side."""
        if self.start_side == self.end_side:
            return np.zeros(len(xy_m), dtype=bool)
        on_left = shapely.intersects_xy(self._left, xy_m)
        found: Flags = on_left == (self.end_side == self.sides.left_side)
        return found

    def legs(self, lines: Lines) -> Flags:
        """Tell which straight lines, in the direction of flight, may be legs."""
        found = self.steps(lines)
        if self.start_side != self.end_side:
            ends = shapely.points(shapely.get_coordinates(lines)).reshape(-1, 2)
            near = shapely.dwithin(self.sides.line, ends, self.beside_m).any(axis=1)
            across = shapely.intersects(self.sides.line, lines)
            found &= ~near & (across | ~shapely.dwithin(self.sides.line, lines, self.beside_m))
        return found

    def steps(self, lines: Lines) -> Flags:
        """Tell which straight lines may be parts of legs, however near the boundary they end."""
        found: Flags = ~shapely.intersects(self.closed, lines)
        if self.start_side == self.end_side:
            return found
        ends_m = shapely.get_coordinates(lines).reshape(-1, 2, 2)
        begins, ends = self.on_end_side(ends_m[:, 0]), self.on_end_side(ends_m[:, 1])
        found &= ~begins | ends
        met = found & shapely.intersects(self.sides.line, lines)
        found &= met | (begins == ends)  # past its ends, the line cannot be crossed
        rows = np.flatnonzero(met)
        angle_deg, times = crossing_angles(lines[rows], self.sides.line)
        once = (times == 1) & (begins[rows] != ends[rows]) & (angle_deg >= self.crossing_min_deg)
        found[rows[~once]] = False
        return found


def crossing_angles(lines: Lines, boundary: shapely.LineString) -> tuple[Floats, Lines]:
    """Return at what angle, 0 to 90°, straight lines first meet the boundary, and how many times.

    NaN for a line that does not meet it.
    """
    met = shapely.intersection(lines, boundary)
    times = shapely.get_num_geometries(met)
    times[shapely.is_empty(met)] = 0
    at_m = shapely.line_locate_point(boundary, shapely.centroid(shapely.get_geometry(met, 0)))
    behind, ahead = (
        shapely.get_coordinates(shapely.line_interpolate_point(boundary, each))
        for each in (
            np.maximum(at_m[times > 0] - BANK_M, 0.0),
            np.minimum(at_m[times > 0] + BANK_M, boundary.length),
        )
    )
    ends_m = shapely.get_coordinates(lines[times > 0]).reshape(-1, 2, 2)
    way, bank = ends_m[:, 1] - ends_m[:, 0], ahead - behind
    across = np.abs(way[:, 0] * bank[:, 1] - way[:, 1] * bank[:, 0])
    along = np.abs((way * bank).sum(axis=1))
    found = np.full(len(lines), np.nan)
    found[times > 0] = np.degrees(np.arctan2(across, along))
    return found, times

"""Blocks and their volumes, cut anew from the lanes' geometry, and which of them conflict."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np
import numpy.typing as npt
import shapely

from geodata.features import Waypoint
from geodata.network import Network
from planner.request.fleet import Rules

NODE_RADIUS_M = 40.0
_ARC_SEGMENTS = 64
"""Chords to a quarter circle: footprints lie inside the true ones by at most 3 mm in 40 m."""
_ROUNDING_M = 1e-6


@dataclass(frozen=True, eq=False)
class Block:
    """A volume of air that one flight at a time may hold.

    `axis` is the line flown, or the point of a place, and `footprint` the area about it, both in
    the metric CRS; the volume reaches from `bottom_amsl_m` to `top_amsl_m`.
    """

    id: str
    axis: shapely.LineString | shapely.Point
    footprint: shapely.Polygon
    bottom_amsl_m: float
    top_amsl_m: float


@dataclass(frozen=True, eq=False)
class LaneParts:
    """A lane cut into the first 40 m, its blocks and the last 40 m, in the direction of flight."""

    first: shapely.LineString
    blocks: tuple[Block, ...]
    last: shapely.LineString


class Airspace:
    """All blocks of a network under a request's rules, each made when it is first asked for."""

    def __init__(self, network: Network, rules: Rules) -> None:
        self.network = network
        self.rules = rules
        self.lane_parts = cache(self._lane_parts)
        self.block = cache(self._block)
        self.air_over = cache(self._air_over)

    @cached_property
    def lanes_from(self) -> dict[str, list[str]]:
        """Lanes by the place where they begin."""
        found: dict[str, list[str]] = {}
        for lane_id in self.network.lanes:
            found.setdefault(self.network.lane_ends(lane_id)[0], []).append(lane_id)
        return found

    @cached_property
    def lanes_at(self) -> dict[str, list[str]]:
        """Lanes by each place where they begin or end."""
        found: dict[str, list[str]] = {}
        for lane_id in self.network.lanes:
            for place_id in set(self.network.lane_ends(lane_id)):
                found.setdefault(place_id, []).append(lane_id)
        return found

    def _lane_parts(self, lane_id: str) -> LaneParts:
        corridor, lane = self.network.lanes[lane_id]
        line = self.network.lane_line(lane_id)
        inner_m = line.length - 2 * NODE_RADIUS_M
        count = max(1, math.ceil(inner_m / self.rules.block_length_m))
        cuts_m = [NODE_RADIUS_M + inner_m * index / count for index in range(count + 1)]
        first, *axes, last = _cut(line, np.array([0.0, *cuts_m, line.length]))
        footprints = shapely.buffer(
            axes, corridor.width_m / 2, cap_style="flat", quad_segs=_ARC_SEGMENTS
        )
        bottom, top = lane.height_amsl_m - lane.band_m / 2, lane.height_amsl_m + lane.band_m / 2
        blocks = tuple(
            Block(f"{lane_id}#{index}", axis, footprint, bottom, top)
            for index, (axis, footprint) in enumerate(zip(axes, footprints, strict=True))
        )
        return LaneParts(first, blocks, last)

    def _air_over(self, place_id: str) -> Block:
        """Return the cylinder over a place that at least one lane meets."""
        place = self.network.places[place_id]
        lanes = [self.network.lanes[lane_id][1] for lane_id in self.lanes_at[place_id]]
        if isinstance(place, Waypoint):
            bottom = min(lane.height_amsl_m - lane.band_m / 2 for lane in lanes)
        else:
            bottom = place.ground_amsl_m
        top = max(lane.height_amsl_m + lane.band_m / 2 for lane in lanes)
        point = self.network.metric[place_id]
        assert isinstance(point, shapely.Point)
        footprint = shapely.buffer(point, NODE_RADIUS_M, quad_segs=_ARC_SEGMENTS)
        return Block(place_id, point, footprint, bottom, top)

    def _block(self, block_id: str) -> Block:
        """Return a block that exists by its id: a place's, or `LANE-ID#n`."""
        lane_id, mark, number = block_id.partition("#")
        return self.lane_parts(lane_id).blocks[int(number)] if mark else self.air_over(block_id)

    def follow(self, one: str, other: str) -> bool:
        """Tell whether two blocks follow each other: along a lane, or a place and its lane."""
        return other in self._neighbours(one) or one in self._neighbours(other)

    def _neighbours(self, block_id: str) -> tuple[str, ...]:
        """Return what comes just before and after a lane block; nothing for a place."""
        lane_id, mark, number = block_id.partition("#")
        if not mark:
            return ()
        index = int(number)
        begin, end = self.network.lane_ends(lane_id)
        before = f"{lane_id}#{index - 1}" if index else begin
        last = index == len(self.lane_parts(lane_id).blocks) - 1
        return before, end if last else f"{lane_id}#{index + 1}"

    def conflicts(self, blocks: Iterable[Block]) -> list[tuple[str, str]]:
        """Return the pairs of ids of conflicting blocks, each once, each block with itself."""
        listed = sorted(blocks, key=lambda block: block.id)
        if not listed:
            return []
        pairs = [(block.id, block.id) for block in listed]
        footprints = np.array([block.footprint for block in listed])
        bottom = np.array([block.bottom_amsl_m for block in listed])
        top = np.array([block.top_amsl_m for block in listed])
        lateral_m = self.rules.separation_lateral_m
        one, other = shapely.STRtree(footprints).query(
            footprints, predicate="dwithin", distance=lateral_m
        )
        gap_m = np.maximum(bottom[one] - top[other], bottom[other] - top[one])
        gap_m = np.maximum(gap_m, 0.0)
        near = (one < other) & (gap_m < self.rules.separation_vertical_m - _ROUNDING_M)
        one, other = one[near], other[near]
        distance_m = shapely.distance(footprints[one], footprints[other])
        close = distance_m < lateral_m - _ROUNDING_M
        for left, right in zip(one[close], other[close], strict=True):
            pair = listed[left].id, listed[right].id
            if not self.follow(*pair):
                pairs.append(pair)
        return pairs


def _cut(line: shapely.LineString, cuts_m: npt.NDArray[np.float64]) -> list[shapely.LineString]:
    """Return the parts of a line between some distances along it, which rise."""
    corners = shapely.get_coordinates(line)
    along_m = np.cumsum([0.0, *np.hypot(*np.diff(corners, axis=0).T)])
    cuts = shapely.get_coordinates(shapely.line_interpolate_point(line, cuts_m))
    # A corner is inside the part that begins at the last cut before it, unless it is cut itself.
    part = np.searchsorted(cuts_m, along_m) - 1
    inside = (part >= 0) & (part < len(cuts_m) - 1)
    inside[inside] = along_m[inside] < cuts_m[part[inside] + 1]
    parts = np.arange(len(cuts_m) - 1)
    of = np.concatenate([parts, part[inside], parts])
    at_m = np.concatenate([cuts_m[:-1], along_m[inside], cuts_m[1:]])
    points = np.concatenate([cuts[:-1], corners[inside], cuts[1:]])
    order = np.lexsort((at_m, of))
    return list(shapely.linestrings(points[order], indices=of[order]))

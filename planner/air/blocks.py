"""Lanes cut into blocks, the air over places, and which blocks conflict (docs/model.md)."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from types import MappingProxyType

import numpy as np
import shapely

from geodata.features import Waypoint
from geodata.network import Network
from planner.arrays import Floats, Ints
from planner.request.fleet import Rules

NODE_RADIUS_M = 40.0
"""Radius of the cylinder of air over a place."""

ROUNDING_M = 0.05
"""Kept on top of the lateral minimum: round corners are polygons here."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A straight stretch: length in metres, course in radians clockwise from grid north."""

    length_m: float
    course_rad: float


@dataclass(frozen=True, slots=True)
class Block:
    """A volume that one flight at a time may hold.

    `lane` is None for the air over a place; `pieces` is empty there.
    """

    id: str
    lane: str | None
    place: str | None
    footprint: shapely.Polygon
    lower_amsl_m: float
    upper_amsl_m: float
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class LaneCut:
    """A lane as blocks (positions in `Blocks.all`), with its first and last 40 m."""

    id: str
    start: int
    end: int
    blocks: tuple[int, ...]
    head: tuple[Piece, ...]
    tail: tuple[Piece, ...]
    height_amsl_m: float
    length_m: float


@dataclass(frozen=True)
class Blocks:
    """All blocks of a network under one set of separation minima.

    `all` lists places first, then lane blocks; `conflicts[i]` holds every block that conflicts
    with block i, itself included.
    """

    all: tuple[Block, ...]
    lanes: Mapping[str, LaneCut]
    conflicts: tuple[frozenset[int], ...]

    @cached_property
    def position(self) -> Mapping[str, int]:
        """Block id to its position in `all`."""
        return MappingProxyType({block.id: at for at, block in enumerate(self.all)})

    @cached_property
    def listed_conflicts(self) -> tuple[Ints, Ints]:
        """`conflicts` as arrays: those of block b are `second[first[b]:first[b + 1]]`, sorted."""
        every = [sorted(each) for each in self.conflicts]
        first = np.cumsum([0, *map(len, every)], dtype=np.int64)
        return first, np.array([other for each in every for other in each], dtype=np.int64)


def _pieces_of(points: Floats) -> tuple[Piece, ...]:
    """Return the straight pieces of a line through points in the metric CRS, in order."""
    return tuple(
        Piece(math.hypot(east, north), math.atan2(east, north))
        for east, north in np.diff(points, axis=0).tolist()
        if east or north
    )


def _parts_of(line: shapely.LineString, cuts_m: Sequence[float]) -> Iterator[Floats]:
    """Yield the points of the parts of a line between some distances along it, which rise."""
    corners = shapely.get_coordinates(line)
    along_m = np.cumsum([0.0, *np.sqrt((np.diff(corners, axis=0) ** 2).sum(axis=1))])
    cuts = shapely.get_coordinates(shapely.line_interpolate_point(line, cuts_m))
    for (begin_m, begin), (end_m, end) in pairwise(zip(cuts_m, cuts, strict=True)):
        inside = corners[(begin_m < along_m) & (along_m < end_m)]
        yield np.array([begin, *inside, end])


def cut_blocks(network: Network, rules: Rules) -> Blocks:
    """Cut every lane of a checked network and find all conflicts."""
    tops: dict[str, float] = {}
    bottoms: dict[str, float] = {}
    for lane_id, (_, lane) in network.lanes.items():
        for end in network.lane_ends(lane_id):
            upper, lower = (lane.height_amsl_m + sign * lane.band_m / 2 for sign in (1, -1))
            tops[end] = max(tops.get(end, upper), upper)
            bottoms[end] = min(bottoms.get(end, lower), lower)
    blocks: list[Block] = []
    at: dict[str, int] = {}
    places = [network.metric[place_id] for place_id in sorted(tops)]
    circles = shapely.buffer(np.array(places, dtype=object), NODE_RADIUS_M, quad_segs=64)
    for place_id, circle in zip(sorted(tops), circles, strict=True):
        place = network.places[place_id]
        ground = bottoms[place_id] if isinstance(place, Waypoint) else place.ground_amsl_m
        at[place_id] = len(blocks)
        blocks.append(Block(place_id, None, place_id, circle, ground, tops[place_id], ()))
    lanes = {}
    for lane_id in sorted(network.lanes):
        corridor, lane = network.lanes[lane_id]
        line = network.lane_line(lane_id)
        inner_m = line.length - 2 * NODE_RADIUS_M
        count = max(1, math.ceil(inner_m / rules.block_length_m))
        cuts = np.linspace(NODE_RADIUS_M, line.length - NODE_RADIUS_M, count + 1).tolist()
        head, *inner, tail = _parts_of(line, [0.0, *cuts, line.length])
        of = np.repeat(np.arange(count), [len(part) for part in inner])
        axes = shapely.linestrings(np.concatenate(inner), indices=of)
        footprints = shapely.buffer(axes, corridor.width_m / 2, cap_style="flat", quad_segs=16)
        held = range(len(blocks), len(blocks) + count)
        lower, upper = (lane.height_amsl_m + sign * lane.band_m / 2 for sign in (-1, 1))
        blocks += [
            Block(f"{lane_id}#{number}", lane_id, None, footprint, lower, upper, _pieces_of(part))
            for number, (footprint, part) in enumerate(zip(footprints, inner, strict=True))
        ]
        start, end = network.lane_ends(lane_id)
        lanes[lane_id] = LaneCut(
            lane_id,
            at[start],
            at[end],
            tuple(held),
            _pieces_of(head),
            _pieces_of(tail),
            lane.height_amsl_m,
            line.length,
        )
    conflicts = _conflicts(blocks, list(lanes.values()), rules)
    return Blocks(tuple(blocks), MappingProxyType(lanes), conflicts)


def _conflicts(
    blocks: Sequence[Block], lanes: Sequence[LaneCut], rules: Rules
) -> tuple[frozenset[int], ...]:
    """Return for each block the blocks nearer than both minima, less those that follow it."""
    follow: set[tuple[int, int]] = set()
    for lane in lanes:
        chain = (lane.start, *lane.blocks, lane.end)
        follow.update(pairwise(chain))
    shapes = np.array([block.footprint for block in blocks])
    tree = shapely.STRtree(shapes)
    first, second = tree.query(
        shapes, predicate="dwithin", distance=rules.separation_lateral_m + ROUNDING_M
    )
    lower = np.array([block.lower_amsl_m for block in blocks])
    upper = np.array([block.upper_amsl_m for block in blocks])
    gap = np.maximum(lower[first] - upper[second], lower[second] - upper[first])
    near = gap < rules.separation_vertical_m - 1e-9
    found: list[set[int]] = [{at} for at in range(len(blocks))]
    for one, other in zip(first[near].tolist(), second[near].tolist(), strict=True):
        if (one, other) not in follow and (other, one) not in follow:
            found[one].add(other)
    return tuple(frozenset(each) for each in found)

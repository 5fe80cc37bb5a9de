"""What flights take up as they pass: air over and between places, pads, bays.

Two flights may not hold conflicting blocks at once, with a buffer between them. So each passing of
a block takes its time of holding plus the buffer from every set of blocks that all conflict with
each other, and in an hour such a set has 3600 s to give. Pads and bays have 3600 s each.
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Literal

import networkx as nx
import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from geodata.features import Side
from planner.air.legs import Legs
from planner.arrays import Floats
from planner.request.fleet import DroneType

HOUR_S = 3600
_QUICK = 1e-9
"""Price of a second in the air: of ways that cost the same, the quicker one is taken."""

Path = tuple[str, ...]
"""Lanes from site to site."""


@dataclass(frozen=True, slots=True)
class Room:
    """Something that passings take up: `units` at a time, each for 3600 s an hour.

    `at` is the site of pads or bays; for air it is empty, and `blocks` names what conflicts.
    """

    kind: Literal["air", "pads", "bays"]
    at: str
    blocks: tuple[str, ...]
    units: int

    @property
    def name(self) -> str:
        """Return it in words."""
        if self.kind == "air":
            return "air of " + " + ".join(self.blocks)
        return f"{self.kind} of {self.at}"


class Rooms:
    """Every room of a network: the air as blocks and as sets of conflicting blocks."""

    def __init__(self, legs: Legs) -> None:
        self.legs = legs
        blocks = legs.airspace.blocks
        conflicts: nx.Graph[int] = nx.Graph()
        conflicts.add_nodes_from(range(len(blocks.all)))
        for at, others in enumerate(blocks.conflicts):
            conflicts.add_edges_from((at, other) for other in others if other > at)
        cliques = sorted(tuple(sorted(each)) for each in nx.find_cliques(conflicts))
        self.sets: tuple[tuple[int, ...], ...] = (
            *((at,) for at in range(len(blocks.all))),
            *(clique for clique in cliques if len(clique) > 1),
        )
        sites = legs.airspace.network.sites
        air = [Room("air", "", tuple(blocks.all[at].id for at in each), 1) for each in self.sets]
        pads = [Room("pads", site, (), sites[site].pads) for site in legs.site_ids]
        checkpoints = legs.airspace.network.checkpoints
        bays = [
            Room("bays", site, (), checkpoints[site].bays)
            for site in legs.site_ids
            if site in checkpoints
        ]
        self.all: tuple[Room, ...] = (*air, *pads, *bays)
        self.row: Mapping[tuple[str, str], int] = {
            (room.kind, room.at): at for at, room in enumerate(self.all) if room.kind != "air"
        }
        self._sets_of: list[list[int]] = [[] for _ in blocks.all]
        for row, each in enumerate(self.sets):
            for block in each:
                self._sets_of[block].append(row)

    @cached_property
    def seconds(self) -> Floats:
        """What each room has to give in an hour, seconds."""
        return np.array([float(room.units * HOUR_S) for room in self.all])

    def sets_of(self, block: int) -> Sequence[int]:
        """Return the rows of the sets that hold a block."""
        return self._sets_of[block]


@dataclass(frozen=True, slots=True)
class _Arc:
    """A step of a leg: from vertex to vertex, and the blocks passed with their seconds."""

    tail: int
    head: int
    passed: tuple[tuple[int, float], ...]


class Passings:
    """What legs of one drone type take up, in one wind and with some blocks closed.

    A leg takes from each room the sum of what its steps take, so that of all legs the one that is
    cheapest at given prices of the rooms is a shortest path. No leg takes less than that: holds are
    whole seconds from entry, rounded down, to exit, rounded up.
    """

    def __init__(
        self, rooms: Rooms, kind: DroneType, epoch: int, closed: frozenset[int], side: Side
    ) -> None:
        self._rooms = rooms
        self._legs = rooms.legs
        self._kind = kind
        self._epoch = epoch
        self._buffer_s = self._legs.airspace.request.fleet.rules.time_buffer_s
        self._arcs = list(self._arcs_of(closed, side))
        self._overlapping = self._overlaps()
        self._takes = self._matrix()
        self._seconds = np.array([math.fsum(s for _, s in arc.passed) for arc in self._arcs])
        self._at = {(arc.tail, arc.head): number for number, arc in enumerate(self._arcs)}
        self._before: npt.NDArray[np.int32] | None = None

    def cheapest(self, prices: Floats) -> Floats:
        """Return the price of the cheapest leg from site to site, inf without any.

        `prices` are those of a second of each room. `path` then names the legs.
        """
        count, lanes = len(self._legs.site_ids), len(self._legs.arcs.lane_ids)
        weights = self._takes @ prices + _QUICK * self._seconds
        tails, heads = [arc.tail for arc in self._arcs], [arc.head for arc in self._arcs]
        size = lanes + 2 * count
        matrix = csr_array((weights, (tails, heads)), shape=(size, size))
        sources = np.arange(lanes, lanes + count)
        found, self._before = dijkstra(matrix, indices=sources, return_predecessors=True)
        return np.asarray(found[:, lanes + count :])

    def path(self, origin: int, destination: int) -> tuple[Path, Floats]:
        """Return the lanes of that leg, and the seconds that it takes of each room."""
        assert self._before is not None
        lanes = len(self._legs.arcs.lane_ids)
        vertices = [lanes + len(self._legs.site_ids) + destination]
        while vertices[-1] != lanes + origin:
            vertices.append(int(self._before[origin, vertices[-1]]))
        vertices.reverse()
        arcs = [self._at[pair] for pair in pairwise(vertices)]
        names = tuple(self._legs.arcs.lane_ids[vertex] for vertex in vertices[1:-1])
        taken: Floats = np.asarray(self._takes[arcs].sum(axis=0)).ravel()
        return names, taken

    def _arcs_of(self, closed: frozenset[int], side: Side) -> Iterator[_Arc]:
        legs, kind, epoch = self._legs, self._kind, self._epoch
        every = legs.airspace.blocks.all
        open_lanes = {
            lane: tuple(zip(cut.blocks, legs.times.lane_s(kind, lane, epoch), strict=True))
            for lane, cut in legs.airspace.blocks.lanes.items()
            if closed.isdisjoint(cut.blocks) and lane not in legs.arcs.inbound[side]
        }
        for lane, blocks in open_lanes.items():
            cut, vertex = legs.airspace.blocks.lanes[lane], legs.arcs.lane_vertex[lane]
            start, end = every[cut.start].place or "", every[cut.end].place or ""
            if start in legs.arcs.out_vertex and cut.start not in closed:
                over = (cut.start, legs.times.origin_s(kind, lane, epoch))
                yield from _flyable(legs.arcs.out_vertex[start], vertex, (over, *blocks))
            if cut.end in closed:
                continue
            if end in legs.arcs.in_vertex:
                over = (cut.end, legs.times.destination_s(kind, lane, epoch))
                yield from _flyable(vertex, legs.arcs.in_vertex[end], (over,))
                continue
            for following in legs.arcs.successors[lane]:
                if following in open_lanes:
                    over = (cut.end, legs.times.waypoint_s(kind, lane, following, epoch))
                    onward = (over, *open_lanes[following])
                    yield from _flyable(vertex, legs.arcs.lane_vertex[following], onward)

    def _overlaps(self) -> frozenset[tuple[int, int]]:
        """Return (set, block) where a flight may be in the set again before the buffer is over.

        Its two holds then overlap by a part of the buffer, which must not be counted twice.
        """
        conflicts = self._legs.airspace.blocks.conflicts
        found = set[tuple[int, int]]()
        onward: dict[int, list[_Arc]] = {}
        for arc in self._arcs:
            onward.setdefault(arc.tail, []).append(arc)

        def look(block: int, gap_s: float, arc: _Arc, first: int) -> None:
            for other, seconds in arc.passed[first:]:
                if gap_s > self._buffer_s + 1:
                    return
                if other in conflicts[block] and other != block:
                    shared = set(self._rooms.sets_of(block)) & set(self._rooms.sets_of(other))
                    found.update((row, block) for row in shared)
                gap_s += seconds
            for following in onward.get(arc.head, ()):
                if gap_s <= self._buffer_s + 1:
                    look(block, gap_s, following, 0)

        for arc in self._arcs:
            for number, (block, _) in enumerate(arc.passed):
                look(block, 0.0, arc, number + 1)
        return frozenset(found)

    def _matrix(self) -> "csr_array[np.float64]":
        """Return the seconds that each arc takes of each room."""
        rows, columns, seconds = [], [], []
        for number, arc in enumerate(self._arcs):
            for block, passing_s in arc.passed:
                whole_s = math.ceil(passing_s - 1e-9) + self._buffer_s
                for row in self._rooms.sets_of(block):
                    rows.append(number)
                    columns.append(row)
                    once = (row, block) in self._overlapping
                    seconds.append(float(math.floor(passing_s) if once else whole_s))
        shape = len(self._arcs), len(self._rooms.all)
        return csr_array((seconds, (rows, columns)), shape=shape)


def _flyable(tail: int, head: int, passed: tuple[tuple[int, float], ...]) -> Iterable[_Arc]:
    """Yield the arc unless wind forbids it."""
    if all(math.isfinite(seconds) for _, seconds in passed):
        yield _Arc(tail, head, passed)

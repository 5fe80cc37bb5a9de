"""The corridor graph compiled for shortest paths: vertices are lanes, arcs what joins them.

What a waypoint costs depends on the lane before and the lane after, so the vertices are lanes, and
for each site one to leave it from and one to arrive at.
"""

import math
from collections import OrderedDict, defaultdict
from dataclasses import dataclass
from functools import cached_property, reduce
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from geodata.features import Side
from planner.air.block_times import BlockTimes, over_destination_s, over_origin_s, over_waypoint_s
from planner.air.graph import corridor_graph
from planner.arrays import Flags, Floats, Ints
from planner.request.fleet import DroneType

_KEPT = 500
"""How many tables of quickest legs are kept."""

_NONE = -9999
"""Stands for no vertex before one, as in scipy."""

_FLAT_M = 1e-9
"""Stands for no climb in sparse matrices, where zero means no arc."""


@dataclass(frozen=True, slots=True)
class _Arcs:
    """All arcs that the wind allows: vertices and seconds, and what has to be open for each.

    They are sorted by tails and heads.
    """

    tails: Ints
    heads: npt.NDArray[np.int32]
    seconds: Floats
    first_lane: Ints
    last_lane: Ints
    place: Ints


@dataclass(frozen=True, slots=True)
class _Joins:
    """All arcs whatever the wind, sorted by tails and heads, and how far each rises, m.

    One that `leaves` takes off from a site to a lane, one that `lands` comes from a lane to a site;
    all others pass a waypoint. They stand for what is flown over that place and, but for landings,
    for the lane that follows.
    """

    tails: Ints
    heads: Ints
    first_lane: Ints
    last_lane: Ints
    place: Ints
    leaves: Flags
    lands: Flags
    rise_m: Floats


@dataclass(frozen=True, slots=True)
class Static:
    """Quickest legs of a side while nothing changes: seconds from its sites to vertices, and trees.

    A row for each of `LaneArcs.site_ids`, in which nothing is reached if it is on the other side.
    """

    seconds: Floats
    before: npt.NDArray[np.int32]


class LaneArcs:
    """Arcs between lanes, from sites and to sites, of one airspace.

    Hours change none of them, so airspaces that differ in nothing else can share one. `lane_ids`
    and `site_ids` fix the order of vertices; a site without lanes is none of them.
    """

    def __init__(self, times: BlockTimes) -> None:
        self.times = times
        self._airspace = times.airspace
        self.graph = corridor_graph(times.airspace)
        self.lane_ids = tuple(times.airspace.blocks.lanes)
        self.site_ids = tuple(
            site
            for site in sorted(times.airspace.network.sites)
            if site in times.airspace.blocks.position
        )
        lanes, sites = len(self.lane_ids), len(self.site_ids)
        self.kept: defaultdict[str, dict[Any, Any]] = defaultdict(dict)
        """What others make of lanes that no hours change: chains and diversions."""
        self.lane_vertex = {lane: at for at, lane in enumerate(self.lane_ids)}
        self.out_vertex = {site: lanes + at for at, site in enumerate(self.site_ids)}
        self.in_vertex = {site: lanes + sites + at for at, site in enumerate(self.site_ids)}
        self._site_at = {
            times.airspace.blocks.position[site]: at for at, site in enumerate(self.site_ids)
        }
        self._lane_at = np.full(len(times.airspace.blocks.all), -1)
        for at, lane in enumerate(self.lane_ids):
            self._lane_at[list(times.airspace.blocks.lanes[lane].blocks)] = at
        self._arcs: dict[tuple[str, tuple[int, ...]], _Arcs] = {}
        self._static: OrderedDict[tuple[str, int, frozenset[int], Side], Static] = OrderedDict()

    @cached_property
    def inbound(self) -> dict[Side, frozenset[str]]:
        """For each side the lanes that cross the boundary towards it."""
        network = self._airspace.network
        found: dict[Side, set[str]] = {"SZ": set(), "HK": set()}
        for lane, (corridor, _) in network.lanes.items():
            start, end = network.lane_ends(lane)
            if corridor.start_side != corridor.end_side:
                assert network.side_of(start) != network.side_of(end)
                found[network.side_of(end)].add(lane)
        return {side: frozenset(lanes) for side, lanes in found.items()}

    @cached_property
    def _inbound_vertices(self) -> dict[Side, Ints]:
        """The same as vertices."""
        return {
            side: np.array([self.lane_vertex[lane] for lane in lanes], dtype=np.int64)
            for side, lanes in self.inbound.items()
        }

    @cached_property
    def rows(self) -> dict[Side, Ints]:
        """For each side the positions of its sites in `site_ids`."""
        side_of = self._airspace.network.side_of
        sides = [side_of(site) for site in self.site_ids]
        return {
            side: np.array([at for at, each in enumerate(sides) if each == side], dtype=np.int64)
            for side in self.inbound
        }

    @cached_property
    def successors(self) -> dict[str, tuple[str, ...]]:
        """For each lane the lanes that it may go on to: through a waypoint, not straight back."""
        network = self._airspace.network
        found: dict[str, tuple[str, ...]] = {}
        for start, end, lane in self.graph.edges(keys=True):
            if end in self.in_vertex:
                found[lane] = ()
                continue
            found[lane] = tuple(
                sorted(
                    following
                    for _, _, following in self.graph.out_edges(end, keys=True)
                    if network.lanes[following][0].id != network.lanes[lane][0].id
                )
            )
            assert start != end
        return found

    def static(self, kind: DroneType, epoch: int, closed: frozenset[int], side: Side) -> Static:
        """Return quickest legs from a side's sites in one wind while some blocks are closed."""
        found = self._passing(kind, epoch, self.passed(closed), side)
        shut = [self._site_at[block] for block in closed if block in self._site_at]
        if not shut:
            return found
        seconds = found.seconds.copy()
        seconds[shut] = np.inf
        seconds[:, len(self.lane_ids) + len(self.site_ids) + np.array(shut)] = np.inf
        return Static(seconds, found.before)

    def passed(self, closed: frozenset[int]) -> frozenset[int]:
        """Return those of some blocks that legs pass; over sites they only begin and end."""
        return closed.difference(self._site_at)

    def _passing(self, kind: DroneType, epoch: int, closed: frozenset[int], side: Side) -> Static:
        """Return quickest legs while some blocks are closed, none of them over a site.

        The last of them are kept.
        """
        key = kind.id, epoch, closed, side
        if key not in self._static:
            matrix, rows = self.matrix(kind, (epoch,), closed, side), self.rows[side]
            shape = len(self.site_ids), len(self.lane_ids) + 2 * len(self.site_ids)
            seconds, before = np.full(shape, np.inf), np.full(shape, _NONE, dtype=np.int32)
            if len(rows):
                leave = len(self.lane_ids) + rows
                seconds[rows], before[rows] = dijkstra(
                    matrix, indices=leave, return_predecessors=True
                )
            self._static[key] = Static(seconds, before)
            if len(self._static) > _KEPT:
                self._static.popitem(last=False)
        self._static.move_to_end(key)
        return self._static[key]

    def matrix(
        self, kind: DroneType, epochs: tuple[int, ...], closed: frozenset[int], side: Side
    ) -> "csr_array[np.float64]":
        """Compile the corridor graph to CSR: lane to lane, site to lane, lane to site, seconds.

        Each block takes its least time in the winds of `epochs`.
        """
        arcs = self._windblown(kind, epochs)
        shut = np.zeros(len(self._lane_at), dtype=bool)
        shut[list(closed)] = True
        # The last stands for the places: these are no lane's blocks.
        lanes = np.ones(len(self.lane_ids) + 1, dtype=bool)
        lanes[self._inbound_vertices[side]] = False
        lanes[self._lane_at[shut]] = False
        open_ = lanes[arcs.first_lane] & lanes[arcs.last_lane] & ~shut[arcs.place]
        size = len(self.lane_ids) + 2 * len(self.site_ids)
        rows = np.zeros(size + 1, dtype=np.int32)
        np.cumsum(np.bincount(arcs.tails[open_], minlength=size), out=rows[1:])
        return csr_array((arcs.seconds[open_], arcs.heads[open_], rows), shape=(size, size))

    def _windblown(self, kind: DroneType, epochs: tuple[int, ...]) -> _Arcs:
        """Return all arcs of a type in the winds of some steps."""
        key = kind.id, epochs
        if key not in self._arcs:
            every, seconds = self._joins, self._seconds(kind, epochs)
            flyable = np.isfinite(seconds)
            self._arcs[key] = _Arcs(
                every.tails[flyable],
                every.heads[flyable].astype(np.int32),
                seconds[flyable],
                every.first_lane[flyable],
                every.last_lane[flyable],
                every.place[flyable],
            )
        return self._arcs[key]

    def _seconds(self, kind: DroneType, epochs: tuple[int, ...]) -> Floats:
        """Return what each arc takes: what is flown over its place, and the lane that follows."""
        joins, every = self._joins, [self.times.lanes_s(kind, each) for each in epochs]
        blocks_s = np.min([each.block_s for each in every], axis=0).tolist()
        lanes_s = [math.fsum(blocks_s[at:end]) for at, end in pairwise(every[0].first.tolist())]
        over: Floats = np.array([self._over_s(kind, each) for each in epochs]).min(axis=0)
        return over + np.where(joins.lands, 0.0, np.array(lanes_s)[joins.last_lane])

    def _over_s(self, kind: DroneType, epoch: int) -> Floats:
        """Return what each arc takes over its place."""
        joins, every = self._joins, self.times.lanes_s(kind, epoch)
        out, inward = every.out_s[joins.last_lane], every.in_s[joins.first_lane]
        leaving = over_origin_s(kind, joins.rise_m, out)
        landing = over_destination_s(kind, inward, -joins.rise_m)
        through = reduce(np.maximum, over_waypoint_s(kind, inward, joins.rise_m, out))
        found: Floats = np.where(joins.leaves, leaving, np.where(joins.lands, landing, through))
        return found

    @cached_property
    def _joins(self) -> _Joins:
        whole, rises_m = list[tuple[int, ...]](), list[float]()
        lanes, every, ground_m = (
            self._airspace.blocks.lanes,
            self._airspace.blocks.all,
            self.times.ground_m,
        )
        for lane, cut in lanes.items():
            vertex = self.lane_vertex[lane]
            start, end = every[cut.start].place or "", every[cut.end].place or ""
            if start in self.out_vertex:
                whole.append((self.out_vertex[start], vertex, vertex, vertex, cut.start, 1, 0))
                rises_m.append(cut.height_amsl_m - ground_m(cut.start))
            if end in self.in_vertex:
                whole.append((vertex, self.in_vertex[end], vertex, vertex, cut.end, 0, 1))
                rises_m.append(ground_m(cut.end) - cut.height_amsl_m)
            for following in self.successors[lane]:
                other = self.lane_vertex[following]
                whole.append((vertex, other, vertex, other, cut.end, 0, 0))
                rises_m.append(lanes[following].height_amsl_m - cut.height_amsl_m)
        columns = np.array(whole, dtype=np.int64).reshape(-1, 7).T
        order = np.lexsort((columns[1], columns[0]))
        tails, heads, first, last, place, leaves, lands = (each[order] for each in columns)
        return _Joins(
            tails, heads, first, last, place, leaves == 1, lands == 1,
            np.array(rises_m, dtype=np.float64)[order],
        )  # fmt: skip

    @cached_property
    def least_climb_m(self) -> Floats:
        """Least metres climbed from site to site over any lanes, in the order of `site_ids`."""
        joins = self._joins
        climb_m = np.where(joins.lands, _FLAT_M, np.maximum(_FLAT_M, joins.rise_m))
        size = len(self.lane_ids) + 2 * len(self.site_ids)
        climbs = dijkstra(csr_array((climb_m, (joins.tails, joins.heads)), shape=(size, size)))
        out = [self.out_vertex[site] for site in self.site_ids]
        into = [self.in_vertex[site] for site in self.site_ids]
        found = climbs[np.ix_(out, into)]
        np.fill_diagonal(found, 0.0)
        return np.asarray(np.maximum(0.0, found - len(self.lane_ids) * _FLAT_M))

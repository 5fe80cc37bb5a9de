"""Flights from pad to pad: exact times through wind and closures, and the quickest of them.

Within a stretch of the day in which no wind and no closure changes, the quickest leg is a static
shortest path; those are computed once for all pairs by scipy on the arcs of
`planner.air.lane_arcs`. A leg that would meet a change is searched for exactly, label by label, in
`planner.air.search`.
"""

import math
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import accumulate
from typing import Any

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from geodata.features import Side
from geodata.schedule import DAY_S
from planner.air.airspace import CALM_EPOCH, Airspace, Closure
from planner.air.block_times import BlockTimes
from planner.air.blocks import LaneCut
from planner.air.cruise import cruising
from planner.air.lane_arcs import LaneArcs, Static
from planner.air.passage import advance
from planner.arrays import Floats, Ints
from planner.energy import leg_energy_wh
from planner.request.fleet import DroneType


@dataclass(frozen=True, slots=True)
class Chain:
    """Lanes from site to site. `blocks` are positions in `Blocks.all`, in flight order."""

    origin: str
    destination: str
    lanes: tuple[str, ...]
    blocks: tuple[int, ...]
    climbed_m: float
    length_m: float


@dataclass(frozen=True, slots=True)
class Flight:
    """A chain flown by a type from an integer take-off second of the day.

    It holds `chain.blocks[i]` from `takeoff_s + enter[i]` to `takeoff_s + exit[i]`, offsets in
    whole seconds, and lands at `takeoff_s + exit[-1]`; `airborne_s` is the unrounded duration.
    """

    kind: str
    chain: Chain
    takeoff_s: int
    enter: tuple[int, ...]
    exit: tuple[int, ...]
    airborne_s: float

    @property
    def landing_s(self) -> int:
        """Second of the day at which it lands."""
        return self.takeoff_s + self.exit[-1]


class Legs:
    """Every leg of an airspace, by drone type and cruise. Seconds count from the day's midnight.

    `arcs` may be given where the same types have been flown over the same lanes in the same winds.
    `kept` is for what others make of legs and want to keep with them.
    """

    def __init__(self, airspace: Airspace, arcs: LaneArcs | None = None) -> None:
        self.airspace = airspace
        types = airspace.request.types.values()
        self.kinds = {each.id: each for kind in types for each in cruising(kind)}
        self.arcs = arcs or LaneArcs(BlockTimes(airspace))
        self.times = self.arcs.times
        self.site_ids = self.arcs.site_ids
        self._static: dict[tuple[str, int, Side], Static] = {}
        self._static_chains: dict[tuple[str, int, str, str], Chain] = {}
        # What no hours change is kept with the arcs.
        self._chains: dict[tuple[str, ...], Chain] = self.arcs.kept["chains"]
        self._durations: dict[tuple[str, tuple[str, ...], int], tuple[float, ...]] = self.arcs.kept[
            "durations"
        ]
        self._offsets: dict[
            tuple[str, tuple[str, ...], int], tuple[tuple[int, ...], tuple[int, ...], float]
        ] = self.arcs.kept["offsets"]
        self._least: dict[tuple[str, Side], Floats] = {}
        self.kept: dict[tuple[object, ...], Any] = {}

    # -- chains and flights --------------------------------------------------------------

    def chain(self, lanes: tuple[str, ...]) -> Chain:
        """Return the chain over lanes that join from site to site."""
        if lanes not in self._chains:
            cuts = [self.airspace.blocks.lanes[lane] for lane in lanes]
            blocks: list[int] = [cuts[0].start]
            climbed = cuts[0].height_amsl_m - self.times.ground_m(cuts[0].start)
            last: LaneCut | None = None
            for cut in cuts:
                if last is not None:
                    climbed += max(0.0, cut.height_amsl_m - last.height_amsl_m)
                blocks += [*cut.blocks, cut.end]
                last = cut
            every = self.airspace.blocks.all
            self._chains[lanes] = Chain(
                every[blocks[0]].place or "",
                every[blocks[-1]].place or "",
                lanes,
                tuple(blocks),
                climbed,
                sum(cut.length_m for cut in cuts),
            )
        return self._chains[lanes]

    def durations(self, kind: DroneType, chain: Chain, epoch: int) -> tuple[float, ...]:
        """Return the unrounded seconds of each block of a chain in the wind of a step."""
        key = (kind.id, chain.lanes, epoch)
        if key not in self._durations:
            lanes = chain.lanes
            found = [self.times.origin_s(kind, lanes[0], epoch)]
            for lane, following in zip(lanes, (*lanes[1:], None), strict=True):
                found += self.times.lane_s(kind, lane, epoch)
                if following is not None:
                    found.append(self.times.waypoint_s(kind, lane, following, epoch))
            found.append(self.times.destination_s(kind, lanes[-1], epoch))
            self._durations[key] = tuple(found)
        return self._durations[key]

    def flight(self, kind: DroneType, chain: Chain, takeoff_s: int) -> Flight | None:
        """Return a chain flown from a take-off, or None where wind forbids it."""
        epoch = self.airspace.epoch(takeoff_s)
        steady = self.steady(kind, chain, epoch)
        if steady is not None:
            enter, leave, airborne = steady
            if takeoff_s + airborne <= self.airspace.wind_steps[epoch + 1]:
                return Flight(kind.id, chain, takeoff_s, enter, leave, airborne)
        begins = self.airspace.wind_steps[:-1]
        clock, entries, exits = float(takeoff_s), [], []
        for at in range(len(chain.blocks)):
            entries.append(math.floor(clock + 1e-9) - takeoff_s)
            clock = advance(begins, clock, partial(self._block_s, kind, chain, at))
            if math.isinf(clock):
                return None
            exits.append(math.ceil(clock - 1e-9) - takeoff_s)
        return Flight(kind.id, chain, takeoff_s, tuple(entries), tuple(exits), clock - takeoff_s)

    def _block_s(self, kind: DroneType, chain: Chain, at: int, epoch: int) -> float:
        return self.durations(kind, chain, epoch)[at]

    def steady(
        self, kind: DroneType, chain: Chain, epoch: int
    ) -> tuple[tuple[int, ...], tuple[int, ...], float] | None:
        """Return entry and exit offsets and the duration if the wind does not change."""
        key = (kind.id, chain.lanes, epoch)
        if key not in self._offsets:
            ends = list(accumulate(self.durations(kind, chain, epoch)))
            if math.isinf(ends[-1]):
                return None
            self._offsets[key] = (
                tuple(math.floor(start + 1e-9) for start in (0.0, *ends[:-1])),
                tuple(math.ceil(end - 1e-9) for end in ends),
                ends[-1],
            )
        return self._offsets[key]

    def blocked(self, flight: Flight) -> tuple[int, Closure] | None:
        """Return the first block (its place in the chain) that the flight finds closed, and why."""
        closures = self.airspace.closures
        for at, block in enumerate(flight.chain.blocks):
            for closure in closures[block]:
                if (
                    flight.takeoff_s + flight.enter[at] < closure.until
                    and closure.since < flight.takeoff_s + flight.exit[at]
                ):
                    return at, closure
        return None

    def energy_wh(self, flight: Flight, payload_kg: float) -> float:
        """Return the battery energy of a flight with a payload."""
        kind = self.kinds[flight.kind]
        return leg_energy_wh(kind, payload_kg, flight.airborne_s, flight.chain.climbed_m)

    # -- quickest legs -------------------------------------------------------------------

    @cached_property
    def steps(self) -> tuple[int, ...]:
        """Instants at which a wind or a closure changes, 0 first, the day's end last."""
        found = set(self.airspace.wind_steps)
        for closures in self.airspace.closures:
            for closure in closures:
                found.update(each for each in (closure.since, closure.until) if 0 < each < DAY_S)
        return tuple(sorted(found))

    def step(self, second: float) -> int:
        """Return the index of the stretch without changes that holds `second`."""
        return min(max(bisect_right(self.steps, second) - 1, 0), len(self.steps) - 2)

    def static(self, kind: DroneType, step: int, side: Side) -> Static:
        """Return quickest legs of a type as if a stretch without changes lasted for ever.

        For legs from sites of one side: lanes that cross the boundary towards it are left out, so
        that no leg crosses twice.
        """
        key = (kind.id, step, side)
        if key not in self._static:
            epoch = self.airspace.epoch(self.steps[step])
            self._static[key] = self.arcs.static(kind, epoch, self.closed(step), side)
        return self._static[key]

    @cached_property
    def _leave(self) -> list[int]:
        """Vertices from which legs leave, by site."""
        return [self.arcs.out_vertex[site] for site in self.site_ids]

    @cached_property
    def row(self) -> dict[str, int]:
        """Site to its place in `site_ids`."""
        return {site: at for at, site in enumerate(self.site_ids)}

    def closed(self, step: int) -> frozenset[int]:
        """Return the blocks closed during a stretch without changes."""
        return self._closed[step]

    @cached_property
    def _closed(self) -> tuple[frozenset[int], ...]:
        """For each stretch without changes the blocks that are closed."""
        begins = self.steps[:-1]
        found: list[set[int]] = [set() for _ in begins]
        for at, closures in enumerate(self.airspace.closures):
            for each in closures:
                since, until = bisect_left(begins, each.since), bisect_left(begins, each.until)
                for closed in found[since:until]:
                    closed.add(at)
        return tuple(map(frozenset, found))

    def least_over(self, kind: DroneType, first: int, last: int, side: Side) -> Floats:
        """Return seconds from sites to vertices that no leg in stretches first..last - 1 beats.

        A row for each of `site_ids`. Each block takes its least time over the stretches and is open
        if it is in any of them: a leg that meets a change may be quicker than the quickest of
        either stretch alone.
        """
        matrix = self._least_arcs(kind, first, last, side)
        return np.asarray(dijkstra(matrix, indices=self._leave))

    def _least_arcs(self, kind: DroneType, first: int, last: int, side: Side) -> csr_array:
        steps = range(first, last)
        epochs = tuple(sorted({self.airspace.epoch(self.steps[step]) for step in steps}))
        closed = frozenset.intersection(*(self.closed(step) for step in steps))
        return self.arcs.matrix(kind, epochs, closed, side)

    def static_chain(self, kind: DroneType, step: int, origin: str, destination: str) -> Chain:
        """Return the quickest chain of a stretch without changes; there must be one."""
        key = (kind.id, step, origin, destination)
        if key not in self._static_chains:
            side = self.airspace.network.side_of(origin)
            chain = self._chain_of(self.static(kind, step, side), origin, destination)
            self._static_chains[key] = chain
        return self._static_chains[key]

    def _chain_of(self, static: Static, origin: str, destination: str) -> Chain:
        last = static.before[self.row[origin], self.arcs.in_vertex[destination]]
        return self.chain_to(static, origin, int(last))

    def chain_to(self, static: Static, origin: str, last: int) -> Chain:
        """Return the quickest chain whose last lane is that of a vertex; there must be one."""
        before, lanes = static.before[self.row[origin]], list[str]()
        while last < len(self.arcs.lane_ids):
            lanes.append(self.arcs.lane_ids[last])
            last = int(before[last])
        return self.chain(tuple(reversed(lanes)))

    def static_s(self, kind: DroneType, step: int, origin: str, destination: str) -> float:
        """Return the seconds of that chain, inf if there is none."""
        seconds = self.static(kind, step, self.airspace.network.side_of(origin)).seconds
        return float(seconds[self.row[origin], self.arcs.in_vertex[destination]])

    def sites_s(self, kind: DroneType, step: int) -> Floats:
        """Return the seconds from site to site, in the order of `site_ids`; 0 to the same."""
        key = ("sites_s", kind.id, step)
        if key not in self.kept:
            into: Ints = np.array(list(self.arcs.in_vertex.values()), dtype=np.int64)
            found = np.full((len(into), len(into)), np.inf)
            for side, rows in self.arcs.rows.items():
                found[rows] = self.static(kind, step, side).seconds[np.ix_(rows, into)]
            np.fill_diagonal(found, 0.0)
            self.kept[key] = found
        seconds: Floats = self.kept[key]
        return seconds

    def calm_chain(self, kind: DroneType, origin: str, destination: str) -> Chain | None:
        """Return the quickest chain in calm air with everything open; None if no lanes join."""
        if origin not in self.arcs.out_vertex or destination not in self.arcs.in_vertex:
            return None
        if math.isinf(self.calm_s(kind, origin, destination)):
            return None
        calm = self._calm(kind, self.airspace.network.side_of(origin))
        return self._chain_of(calm, origin, destination)

    def calm_s(self, kind: DroneType, origin: str, destination: str) -> float:
        """Return the seconds of that chain, inf if there is none; both sites have lanes."""
        seconds = self._calm(kind, self.airspace.network.side_of(origin)).seconds
        return float(seconds[self.row[origin], self.arcs.in_vertex[destination]])

    def _calm(self, kind: DroneType, side: Side) -> Static:
        """Return quickest legs in calm air with everything open."""
        key = (kind.id, CALM_EPOCH, side)
        if key not in self._static:
            self._static[key] = self.arcs.static(kind, CALM_EPOCH, frozenset(), side)
        return self._static[key]

    def least_s(self, kind: DroneType, origin: str, destination: str) -> float:
        """Return seconds that no leg of the day between two sites beats; inf if there is none."""
        out, into = self.arcs.out_vertex, self.arcs.in_vertex
        if origin not in out or destination not in into:
            return math.inf  # no lane begins, or ends, there
        least = self.least(kind, self.airspace.network.side_of(origin))
        return float(least[out[origin], into[destination]])

    def least(self, kind: DroneType, side: Side) -> Floats:
        """Return seconds between vertices that no leg of the day beats, from a side's sites."""
        key = (kind.id, side)
        if key not in self._least:
            matrix = self._least_arcs(kind, 0, len(self.steps) - 1, side)
            self._least[key] = np.asarray(dijkstra(matrix))
        return self._least[key]

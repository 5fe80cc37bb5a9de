"""The quickest legs of a day and the hours of its places as arrays, for compiled code.

In a stretch of the day without changes of wind and closures the quickest leg between two sites is
always the same (`planner.air.legs`); a leg that meets a change is taken to be that of the stretch
in which it takes off, if its lanes stay open, in the winds that it meets.
"""

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from geodata.schedule import Intervals
from planner.air.ways_round import MOST_WAYS, ways_round
from planner.arrays import Flags, Ints
from planner.day.instance import Instance
from planner.day.traffic import HOLD
from planner.fly.lane_times import Pace, any_shut, flown, lanes_of, pace_of, same_chains, trace
from planner.fly.records import DIVERSION, FLIGHT, LEG, NEVER_S, NONE, Records, Sky
from planner.request.fleet import DroneType
from planner.rules.customs import OTHER


class _Flights:
    """Flights between some sites by the quickest chains of stretches of the day.

    Leg p goes from the site at `here[p]` to that at `there[p]`, positions in `legs.site_ids`.
    """

    def __init__(self, instance: Instance, here: Ints, there: Ints) -> None:
        self._legs, names = instance.legs, instance.legs.site_ids
        arcs, side_of = self._legs.arcs, instance.network.side_of
        self._lanes = lanes_of(arcs)
        self._rows, self._columns = here, there
        self._into: Ints = np.array([arcs.in_vertex[names[at]] for at in there], dtype=np.int64)
        sides = np.array([side_of(names[at]) for at in here])
        self._from = {side: np.flatnonzero(sides == side) for side in OTHER}
        self._flight, self._block = [np.empty(0, dtype=FLIGHT)], [np.empty(0, dtype=HOLD)]
        self._flights = self._blocks = 0
        self._paces: dict[tuple[str, int], Pace] = {}

    def of(self, kind: DroneType, steps: Sequence[int]) -> Iterator[tuple[int, Ints, Ints]]:
        """Yield stretches with the flight of each leg, and the same in the winds of the next.

        -1 stands for none. The stretches follow each other.
        """
        if not steps:
            return
        (chain, count), pace = self._chains(kind, steps[0]), self._pace(kind, steps[0])
        own = np.full(len(count), NONE)
        for step in steps:
            missing = own == NONE
            own[missing] = self._fly(pace, chain, count, missing)[missing]
            if step == len(self._legs.steps) - 2:
                yield step, own, np.full(len(own), NONE)
                return
            shut = self._shut(step + 1, chain, count)
            onward = np.where(shut, NONE, own)
            if self._epoch(step + 1) != self._epoch(step):
                pace = self._pace(kind, step + 1)
                onward = self._fly(pace, chain, count, ~shut)
            yield step, own, onward
            before = chain, count
            chain, count = self._chains(kind, step + 1)
            same = np.empty(len(count), dtype=bool)
            same_chains(chain, count, *before, same)
            own = np.where(same, onward, NONE)

    def others(
        self, kind: DroneType, steps: Iterable[int], ways: int
    ) -> Iterator[tuple[int, Ints]]:
        """Yield stretches with the flights of each leg by its first other ways, [leg, way].

        -1 stands for none; a way that is the quickest in a stretch is no other. The stretches
        follow each other.
        """
        found = ways_round(self._legs, kind)
        chains = [
            np.ascontiguousarray(found.lanes[self._rows, self._columns, way]) for way in range(ways)
        ]
        counts = np.ascontiguousarray(found.number_of[self._rows, self._columns, :ways].T)
        same, epoch, flights = np.empty(len(self._rows), dtype=bool), None, list[Ints]()
        for step in steps:
            if self._epoch(step) != epoch:
                epoch, pace = self._epoch(step), self._pace(kind, step)
                flights = [
                    self._fly(pace, chain, count, count > 0)
                    for chain, count in zip(chains, counts, strict=True)
                ]
            quickest, others = self._chains(kind, step), np.full((len(same), ways), NONE)
            for way, (chain, count) in enumerate(zip(chains, counts, strict=True)):
                same_chains(chain, count, *quickest, same)
                shut = self._shut(step, chain, count)
                others[:, way] = np.where(shut | same, NONE, flights[way])
            yield step, others

    def records(self) -> tuple[Records, Records]:
        """Return all flights and their blocks."""
        return np.concatenate(self._flight), np.concatenate(self._block)

    def _fly(self, pace: Pace, chain: Ints, count: Ints, wanted: Flags) -> Ints:
        """Return the flight of each leg that is wanted, -1 for none."""
        flight, block, number_of = flown(self._lanes, pace, chain, count, wanted)
        flight["begin"] += self._blocks
        flight["end"] += self._blocks
        number_of[number_of != NONE] += self._flights
        self._flights += len(flight)
        self._blocks += len(block)
        self._flight.append(flight)
        self._block.append(block)
        return number_of

    def _epoch(self, step: int) -> int:
        return self._legs.airspace.epoch(self._legs.steps[step])

    def _pace(self, kind: DroneType, step: int) -> Pace:
        key = kind.id, self._epoch(step)
        if key not in self._paces:
            self._paces[key] = pace_of(self._legs.arcs, kind, key[1])
        return self._paces[key]

    def _chains(self, kind: DroneType, step: int) -> tuple[Ints, Ints]:
        """Return the lanes of the quickest leg each, and how many they are."""
        lanes = len(self._legs.arcs.lane_ids)
        chain = np.empty((len(self._rows), lanes), dtype=np.int64)
        count = np.zeros(len(self._rows), dtype=np.int64)
        for side, these in self._from.items():
            static = self._legs.static(kind, step, side)
            trace(static.before, static.seconds, self._rows, self._into, these, chain, count)
        return chain, count

    def _shut(self, step: int, chain: Ints, count: Ints) -> Flags:
        """Tell which legs pass a block that is closed during a stretch."""
        found = np.zeros(len(count), dtype=bool)
        closed = self._legs.closed(step)
        if closed:
            shut = np.zeros(len(self._legs.airspace.blocks.all), dtype=bool)
            shut[list(closed)] = True
            any_shut(self._lanes, chain, count, shut, found)
        return found


def sky_of(
    instance: Instance, sites: Iterable[int], from_s: int, until_s: int, other_ways: int
) -> Sky:
    """Return the legs of all drone types between some sites, positions in `legs.site_ids`.

    Each has up to so many other ways. Of stretches that end before `from_s` or begin after
    `until_s` there are none. The last without other ways are kept with the legs: a day is filled
    by them, and orders that it leaves out are tried by them.
    """
    used, kinds = sorted(set(sites)), kinds_of(instance)
    if other_ways:
        return _found(instance, kinds, used, from_s, until_s, other_ways)
    kept = instance.legs.kept
    asked = (*used, from_s, until_s), tuple(kind.id for kind in kinds)
    if kept.get(("sky",), (None, None))[0] != asked:
        kept["sky",] = asked, _found(instance, kinds, used, from_s, until_s, 0)
    sky: Sky = kept["sky",][1]
    return sky


def _found(
    instance: Instance,
    kinds: Sequence[DroneType],
    used: Sequence[int],
    from_s: int,
    until_s: int,
    other_ways: int,
) -> Sky:
    legs, names = instance.legs, instance.legs.site_ids
    steps = np.array(legs.steps, dtype=np.int64)
    shape = len(kinds), len(steps) - 1, len(names), len(names)
    leg = np.full(shape, NONE, dtype=LEG)
    way = np.full((*shape, min(other_ways, MOST_WAYS)), NONE)
    diversion = np.full(shape[:3], np.inf, dtype=DIVERSION)
    pairs = [
        (here, there)
        for here in used
        for there in used
        if names[here] in legs.arcs.out_vertex
        and names[there] in legs.arcs.in_vertex
        and here != there
    ]
    here, there = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    flights = _Flights(instance, here, there)
    within = [
        step
        for step in range(len(steps) - 1)
        if steps[step + 1] >= from_s and steps[step] <= until_s
    ]
    for number, kind in enumerate(kinds):
        for step, own, onward in flights.of(kind, within):
            leg["flight"][number, step, here, there] = own
            leg["onward"][number, step, here, there] = onward
        if way.shape[-1]:
            for step, others in flights.others(kind, within, way.shape[-1]):
                way[number, step, here, there] = others
        for step in within:
            for site in used:
                diversion[number, step, site] = instance.diversions.nearest(
                    kind, names[site], int(steps[step]) + 1
                )
    flight, block = flights.records()
    airborne_s = np.append(flight["airborne_s"], NEVER_S)
    least_s = np.floor(airborne_s[leg["flight"]].min(axis=1)).astype(np.int64)
    least_s[:, range(len(names)), range(len(names))] = 0
    return Sky(steps, leg, way, flight, block, diversion, least_s)


def kinds_of(instance: Instance) -> list[DroneType]:
    """Return the drone types that fly, each once."""
    return list({squad.kind.id: squad.kind for squad in instance.squads}.values())


def padded(intervals: Iterable[Intervals]) -> Ints:
    """Return stretches of time as an array [whose, number, begin and end], empty ones last."""
    each = [list(some) for some in intervals]
    most = max((len(some) for some in each), default=0)
    return np.array(
        [some + [(0, 0)] * (most - len(some)) for some in each], dtype=np.int64
    ).reshape(len(each), most, 2)

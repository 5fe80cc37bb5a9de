"""The quickest legs of a day and the hours of its places as arrays, for compiled code.

In a stretch of the day without changes of wind and closures the quickest leg between two sites is
always the same (`planner.legs`); a leg that meets a change is taken to be that of the stretch in
which it takes off, if its lanes stay open, in the winds that it meets.
"""

import math
from collections.abc import Iterable

import numpy as np

from geodata.schedule import Intervals
from planner.fly_records import DIVERSION, FLIGHT, LEG, NONE, Sky
from planner.instance import Instance
from planner.legs import Chain
from planner.request import DroneType
from planner.tables import Ints
from planner.traffic import hold_records


class _Flights:
    """Flights met so far, each once."""

    def __init__(self, instance: Instance) -> None:
        self._instance = instance
        self._chains: dict[tuple[str, ...], int] = {}
        self._flights: dict[tuple[int, str, int], int] = {}
        self.found = list[tuple[int, int, float, float]]()
        self.block, self.enter, self.leave = list[int](), list[int](), list[int]()
        self.seconds = list[float]()

    def at(self, kind: DroneType, step: int, origin: str, destination: str) -> tuple[int, int]:
        """Return the quickest flight of a stretch, and the same in the next; -1 for none."""
        legs = self._instance.legs
        if math.isinf(legs.static_s(kind, step, origin, destination)):
            return NONE, NONE
        chain = legs.static_chain(kind, step, origin, destination)
        return self._in(kind, step, chain), self._in(kind, step + 1, chain)

    def _in(self, kind: DroneType, step: int, chain: Chain) -> int:
        """Return a chain flown in a stretch, -1 if it may not be."""
        legs = self._instance.legs
        if step == len(legs.steps) - 1 or not legs.closed(step).isdisjoint(chain.blocks):
            return NONE
        number = self._chains.setdefault(chain.lanes, len(self._chains))
        epoch = legs.airspace.epoch(legs.steps[step])
        key = number, kind.id, epoch
        if key not in self._flights:
            offsets = legs.steady(kind, chain, epoch)
            if offsets is None:
                return NONE
            enter, leave, airborne_s = offsets
            self._flights[key] = len(self.found)
            begin = len(self.block)
            self.block += chain.blocks
            self.enter += enter
            self.leave += leave
            self.seconds += legs.durations(kind, chain, epoch)
            self.found.append((begin, len(self.block), airborne_s, chain.climbed_m))
        return self._flights[key]


def sky_of(instance: Instance, sites: Iterable[int], from_s: int, until_s: int) -> Sky:
    """Return the legs of all drone types between some sites, positions in `legs.site_ids`.

    Of stretches that end before `from_s` or begin after `until_s` there are none.
    """
    legs, flights = instance.legs, _Flights(instance)
    kinds, names = kinds_of(instance), legs.site_ids
    steps = np.array(legs.steps, dtype=np.int64)
    shape = len(kinds), len(steps) - 1, len(names), len(names)
    leg = np.full(shape, NONE, dtype=LEG)
    diversion = np.full(shape[:3], np.inf, dtype=DIVERSION)
    used = sorted(set(sites))
    leaving = {at for at in used if names[at] in legs.arcs.out_vertex}
    landing = {at for at in used if names[at] in legs.arcs.in_vertex}
    for number, kind in enumerate(kinds):
        for step in range(len(steps) - 1):
            if steps[step + 1] < from_s or steps[step] > until_s:
                continue
            for here in used:
                diversion[number, step, here] = instance.diversions.nearest(
                    kind, names[here], int(steps[step]) + 1
                )
                for there in used:
                    if here in leaving and there in landing and here != there:
                        leg[number, step, here, there] = flights.at(
                            kind, step, names[here], names[there]
                        )
    return Sky(
        steps,
        leg,
        np.array(flights.found, dtype=FLIGHT),
        hold_records(flights.block, flights.enter, flights.leave, flights.seconds),
        diversion,
    )


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

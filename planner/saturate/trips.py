"""Which trips a saturated network may fly: loaded flights, and those that bring the drones back.

The lanes of each leg are the cheapest at the duals of the capacity. Air that is worth nothing there
is priced by the seconds in it, and again several times with some of it shunned, drawn at random, so
that flights may give way.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import pairwise

import numpy as np

from geodata.features import GoodsClass
from planner.air.legs import Flight
from planner.arrays import Floats
from planner.capacity.capacity import COURSES, Capacities, Course
from planner.capacity.model import Leg
from planner.capacity.room import HOUR_S, Path
from planner.saturate.itinerary import Itinerary, Slot, Stop, Trip

_DRAWS = 20
"""How often air is priced."""

_WORTH = 1e-3
"""Rooms limit the capacity if one more of them is worth more flights an hour."""

_SHUNNED = 0.06
"""Share of the rooms that are shunned in a draw."""

_DEARER = 1e-6
"""What a second in a shunned room costs more: a thousand times what a second in flight does."""


Sites = tuple[int, ...]
"""From origin to destination, by position in `Legs.site_ids`."""

_Route = tuple[str, Sites]
"""A drone type and where it goes."""


class Trips:
    """The trips of each slot at a second of the day, in a course that is not at a stand."""

    def __init__(self, capacities: Capacities, second: int, course: Course) -> None:
        self.capacities = capacities
        self.directions = tuple(at for at, wanted in enumerate(COURSES[course]) if wanted)
        self._legs = capacities.instance.legs
        self._second = second
        self._state = capacities.states.at(second)
        rate = capacities.at(second, course).rate
        assert rate is not None, "the course is not at a stand"
        self._paths = [self._priced(rate.prices, draw) for draw in range(_DRAWS)]
        rooms = capacities.rooms.all
        self.scarce: tuple[int, ...] = tuple(np.flatnonzero(rate.prices * HOUR_S > _WORTH).tolist())
        """Rows of the rooms that limit the capacity."""
        priced = (rooms[row] for row in self.scarce)
        self._limits = frozenset(site for room in priced for site in (room.at, *room.blocks))
        self._flights: dict[tuple[str, Path], Flight] = {}
        self._ways: dict[tuple[int, GoodsClass], Mapping[tuple[str, ...], set[_Route]]] = {}

    def shares(self, direction: int) -> Mapping[GoodsClass, float]:
        """Return the shares of the classes that pass in a direction."""
        return self._state.trades[direction].shares

    def ways(self, direction: int, goods: GoodsClass) -> Mapping[tuple[str, ...], set[_Route]]:
        """Return the routes of a class by the checkpoints passed."""
        key = direction, goods
        if key not in self._ways:
            trade = self._state.trades[direction]
            onward: dict[tuple[str, int], list[int]] = {}
            for move in trade.moves:
                if move.goods == goods:
                    leg = move.leg
                    onward.setdefault((leg.kind, leg.origin), []).append(leg.destination)
            found: dict[tuple[str, ...], set[_Route]] = {}
            for kind, site in onward:
                if site in trade.origins:
                    for sites in _on(onward, trade.destinations, kind, (site,)):
                        names = tuple(self._legs.site_ids[each] for each in sites[1:-1])
                        found.setdefault(names, set()).add((kind, sites))
            self._ways[key] = found
        return self._ways[key]

    def itineraries(self, slot: Slot) -> Iterator[Itinerary]:
        """Yield the flights that carry each class of a slot by its checkpoints."""
        routes = [
            self.ways(slot.direction, goods).get(slot.checkpoints, set()) for goods in slot.goods
        ]
        jobs = [self.capacities.states.job(slot.direction, goods) for goods in slot.goods]
        common = sorted(set.intersection(*routes))
        stops = tuple(
            Stop(site, max(job.clearings[site].service_s for job in jobs))
            for site in slot.checkpoints
            if common
        )
        for kind, sites in common:
            yield from self._itinerary(kind, sites, stops, loaded=True)

    def trips(self, slots: Sequence[Slot]) -> Iterator[Trip]:
        """Yield the trips of a slot, or of one out and one back.

        They go through other checkpoints as well, but for those that limit the capacity. A single
        slot is flown back empty if drones have to come back.
        """
        out, *homes = (
            [found for each in self._alike(slot) for found in self.itineraries(each)]
            for slot in slots
        )
        if not self.capacities.question.returns:
            yield from ((each,) for each in out)
            return
        home: dict[tuple[str, str, str], list[Itinerary]] = {}
        for each in homes[0] if homes else self._empty():
            home.setdefault((each.kind, each.destination, each.origin), []).append(each)
        for each in out:
            pairs = home.get((each.kind, each.origin, each.destination), ())
            yield from ((each, other) for other in pairs)

    def _alike(self, slot: Slot) -> list[Slot]:
        """Return the slot by other checkpoints as well, but for those that limit the capacity."""
        ways = set(self.ways(slot.direction, slot.goods[0]))
        fixed = self._limits.intersection(slot.checkpoints)
        return [
            replace(slot, checkpoints=way)
            for way in sorted(ways)
            if self._limits.intersection(way) == fixed
        ]

    def _empty(self) -> Iterator[Itinerary]:
        for leg in self._state.empties:
            yield from self._itinerary(leg.kind, (leg.origin, leg.destination), (), loaded=False)

    def _itinerary(
        self, kind: str, sites: Sites, stops: tuple[Stop, ...], *, loaded: bool
    ) -> Iterator[Itinerary]:
        """Yield the itinerary, if the battery lasts; left out are ways for which it might not."""
        ways = [self._flown(Leg(kind, *pair)) for pair in pairwise(sites)]
        payload_kg = self.capacities.question.mass_kg if loaded else 0.0
        energy_wh = partial(self._legs.energy_wh, payload_kg=payload_kg)
        while not self._lasts(kind, [max(leg, key=energy_wh) for leg in ways], payload_kg):
            spread = [max(map(energy_wh, leg)) - min(map(energy_wh, leg)) for leg in ways]
            leg = ways[int(np.argmax(spread))]
            if len(leg) == 1:
                return
            leg.remove(max(leg, key=energy_wh))
        yield Itinerary(loaded, tuple(tuple(leg) for leg in ways), stops)

    def _lasts(self, kind: str, legs: Sequence[Flight], payload_kg: float) -> bool:
        """Tell whether the battery lasts to each landing and on to another site."""
        of_kind = self._legs.kinds[kind]
        left_wh = of_kind.battery_wh * (1 - self.capacities.instance.rules.reserve_fraction)
        for leg in legs:
            left_wh -= self._legs.energy_wh(leg, payload_kg)
            diversion_wh = self.capacities.instance.diversions.energy_wh(
                of_kind, leg.chain.destination, payload_kg, self._second
            )
            if left_wh < diversion_wh:
                return False
        return True

    def _flown(self, leg: Leg) -> list[Flight]:
        """Return the ways of a leg, as they are flown from the second on, the cheapest first."""
        found = []
        for path in dict.fromkeys(paths[leg] for paths in self._paths):
            if (leg.kind, path) not in self._flights:
                kind, chain = self._legs.kinds[leg.kind], self._legs.chain(path)
                flight = self._legs.flight(kind, chain, self._second)
                assert flight is not None, "wind allows every way that has a price"
                self._flights[leg.kind, path] = flight
            found.append(self._flights[leg.kind, path])
        return found

    def _priced(self, prices: Floats, draw: int) -> Mapping[Leg, Path]:
        """Return the cheapest lanes of every leg; in the first draw no air is shunned."""
        shunned = np.random.default_rng(draw).random(len(prices)) < _SHUNNED
        dearer = shunned * (_DEARER if draw else 0.0)
        costs = {
            key: passings.cheapest(prices + dearer)
            for key, passings in self._state.passings.items()
        }
        network, sites = self.capacities.instance.network, self._legs.site_ids
        legs = {move.leg for trade in self._state.trades for move in trade.moves}
        found: dict[Leg, Path] = {}
        for leg in (*legs, *self._state.empties):
            key = leg.kind, network.side_of(sites[leg.origin])
            if np.isfinite(costs[key][leg.origin, leg.destination]):
                found[leg] = self._state.passings[key].path(leg.origin, leg.destination)[0]
        return found


def _on(
    onward: Mapping[tuple[str, int], Sequence[int]], ends: frozenset[int], kind: str, sites: Sites
) -> Iterator[Sites]:
    """Yield every way that goes on from some sites to one of the ends."""
    if sites[-1] in ends:
        yield sites
        return
    for site in onward.get((kind, sites[-1]), ()):
        yield from _on(onward, ends, kind, (*sites, site))

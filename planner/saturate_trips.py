"""Which trips a saturated network may fly: loaded flights, and those that bring the drones back.

The lanes of each leg are the cheapest at the duals of the capacity. Air that is worth nothing there
is priced by the seconds in it, and again several times at random, so that trips may give way.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from geodata.features import GoodsClass
from planner.capacity import COURSES, Capacities, Course
from planner.capacity_model import Leg
from planner.capacity_room import HOUR_S, Floats, Path
from planner.legs import Flight

_DRAWS = 6
"""How often air is priced."""

_WORTH = 1e-3
"""Rooms limit the capacity if one more of them is worth more flights an hour."""

_DEARER = 3e-9
"""A second of air costs up to so much more in a draw: three times what a second in flight does."""


@dataclass(frozen=True, slots=True)
class Stop:
    """A stop at a checkpoint, and how long the clearance there takes."""

    site: str
    service_s: int


@dataclass(frozen=True, slots=True)
class Sally:
    """A flight from vertiport to vertiport, by legs with stops between them."""

    loaded: bool
    legs: tuple[Flight, ...]
    stops: tuple[Stop, ...]

    @property
    def origin(self) -> str:
        """Return the vertiport where it begins."""
        return self.legs[0].chain.origin

    @property
    def destination(self) -> str:
        """Return the vertiport where it ends."""
        return self.legs[-1].chain.destination


Trip = tuple[Sally, ...]
"""Sallies that go together: out and back, by one type between the same vertiports."""

Sites = tuple[int, ...]
"""From origin to destination, by position in `Legs.site_ids`."""

_Route = tuple[str, Sites]
"""A drone type and where it goes."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A flight that comes again every period, for classes that take turns.

    A clearance lasts as long as the slowest of its classes needs.
    """

    direction: int
    checkpoints: tuple[str, ...]
    goods: tuple[GoodsClass, ...]


class Trips:
    """The trips of each slot at a second of the day, in a course that is not at a stand."""

    def __init__(self, capacities: Capacities, second: int, course: Course) -> None:
        self.capacities = capacities
        self.directions = tuple(at for at, wanted in enumerate(COURSES[course]) if wanted)
        self._legs = capacities.instance.legs
        self._second = second
        self._state = capacities.state(second)
        rate = capacities.at(second, course).rate
        assert rate is not None, "the course is not at a stand"
        self._paths = [self._priced(rate.prices, draw) for draw in range(_DRAWS)]
        rooms = capacities.rooms.all
        priced = (rooms[row] for row in np.flatnonzero(rate.prices * HOUR_S > _WORTH).tolist())
        self._scarce = frozenset(site for room in priced for site in (room.at, *room.blocks))
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

    def sallies(self, slot: Slot, draw: int = 0) -> Iterator[Sally]:
        """Yield the flights that carry each class of a slot by its checkpoints."""
        routes = [
            self.ways(slot.direction, goods).get(slot.checkpoints, set()) for goods in slot.goods
        ]
        jobs = [self.capacities.job(slot.direction, goods) for goods in slot.goods]
        common = sorted(set.intersection(*routes))
        stops = tuple(
            Stop(site, max(job.clearings[site].service_s for job in jobs))
            for site in slot.checkpoints
            if common
        )
        for kind, sites in common:
            yield from self._sally(kind, sites, stops, draw, loaded=True)

    def _alike(self, slot: Slot) -> list[Slot]:
        """Return the slot by other checkpoints as well, but for those that limit the capacity."""
        ways = set(self.ways(slot.direction, slot.goods[0]))
        fixed = self._scarce.intersection(slot.checkpoints)
        return [
            replace(slot, checkpoints=way)
            for way in sorted(ways)
            if self._scarce.intersection(way) == fixed
        ]

    def trips(self, slots: Sequence[Slot]) -> Iterator[Trip]:
        """Yield the trips of a slot, or of one out and one back, in every draw.

        A single slot is flown back empty if drones have to come back.
        """
        for draw in range(_DRAWS):
            out, *homes = (
                [sally for each in self._alike(slot) for sally in self.sallies(each, draw)]
                for slot in slots
            )
            if not self.capacities.question.returns:
                yield from ((sally,) for sally in out)
                continue
            back = homes[0] if homes else list(self._empty(draw))
            home: dict[tuple[str, str, str], list[Sally]] = {}
            for sally in back:
                key = sally.legs[0].kind, sally.destination, sally.origin
                home.setdefault(key, []).append(sally)
            for sally in out:
                key = sally.legs[0].kind, sally.origin, sally.destination
                yield from ((sally, other) for other in home.get(key, ()))

    def _empty(self, draw: int) -> Iterator[Sally]:
        for leg in self._state.empties:
            yield from self._sally(leg.kind, (leg.origin, leg.destination), (), draw, loaded=False)

    def _sally(
        self, kind: str, sites: Sites, stops: tuple[Stop, ...], draw: int, *, loaded: bool
    ) -> Iterator[Sally]:
        """Yield the flight if the battery lasts to each of its landings and on to another site."""
        legs = tuple(self._flight(Leg(kind, *pair), draw) for pair in pairwise(sites))
        of_kind = self._legs.kinds[kind]
        payload_kg = self.capacities.question.mass_kg if loaded else 0.0
        left_wh = of_kind.battery_wh * (1 - self.capacities.instance.rules.reserve_fraction)
        for leg in legs:
            left_wh -= self._legs.energy_wh(leg, payload_kg)
            diversion_wh = self.capacities.instance.diversions.energy_wh(
                of_kind, leg.chain.destination, payload_kg, self._second
            )
            if left_wh < diversion_wh:
                return
        yield Sally(loaded, legs, stops)

    def _flight(self, leg: Leg, draw: int) -> Flight:
        """Return the cheapest way of a leg in a draw, as it is flown from the second on."""
        path = self._paths[draw][leg]
        if (leg.kind, path) not in self._flights:
            kind, chain = self._legs.kinds[leg.kind], self._legs.chain(path)
            flight = self._legs.flight(kind, chain, self._second)
            assert flight is not None, "wind allows every way that has a price"
            self._flights[leg.kind, path] = flight
        return self._flights[leg.kind, path]

    def _priced(self, prices: Floats, draw: int) -> Mapping[Leg, Path]:
        """Return the cheapest lanes of every leg; in the first draw no air is dearer."""
        dearer = np.random.default_rng(draw).random(len(prices)) * _DEARER * (draw > 0)
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

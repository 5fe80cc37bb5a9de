"""Which trips a saturated network flies: loaded flights, and those that bring the drones back.

Of all trips between the vertiports those are taken that are cheapest at the duals of the capacity,
of equal ones those that are in the air for less: a few by each pair of ways through checkpoints.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from geodata.features import GoodsClass, Side
from planner.capacity import COURSES, Capacities, Course
from planner.capacity_model import Leg, Move
from planner.capacity_room import Path
from planner.legs import Flight

_EACH_END = 2
"""Trips that are kept of each pair of ways through checkpoints, out and back, by vertiport."""

_AT_MOST = 200
"""Trips that are kept of a class."""


@dataclass(frozen=True, slots=True)
class Stop:
    """A stop at a checkpoint, and how long the clearance there takes."""

    site: str
    service_s: int


@dataclass(frozen=True, slots=True)
class Sally:
    """A flight from vertiport to vertiport, by legs with stops between them."""

    goods: GoodsClass | None
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

_Sites = tuple[int, ...]
_Ways = dict[tuple[str, int, int], list[tuple[float, _Sites]]]
"""By type, origin and destination: price of a way, and its sites from origin to destination."""


class Trips:
    """The trips of each goods class at a second of the day, in a course that is not at a stand."""

    def __init__(self, capacities: Capacities, second: int, course: Course) -> None:
        self._instance = capacities.instance
        self._returns = capacities.question.returns
        self._second = second
        self._wanted = COURSES[course]
        self._capacities = capacities
        self._state = capacities.state(second)
        rate = capacities.at(second, course).rate
        assert rate is not None, "the course is not at a stand"
        self._prices = rate.prices
        self._costs = {
            key: passings.cheapest(self._prices) for key, passings in self._state.passings.items()
        }

    def of(self, goods: GoodsClass) -> tuple[Trip, ...]:
        """Return the trips that carry a class, those that cost and fly least first.

        If drones have to come back, a trip is a flight and the one back, loaded or empty; otherwise
        it is one flight in any direction that is wanted.
        """
        directions = [at for at, wanted in enumerate(self._wanted) if wanted]
        priced: list[tuple[float, int, str, _Sites, _Sites]] = []
        for out in directions[:1] if self._returns else directions:
            home: _Ways | None = None
            if self._returns:
                home = self._loaded(1 - out, goods) if all(self._wanted) else self._empty()
            for (kind, origin, destination), ways in self._loaded(out, goods).items():
                back = [(0.0, ())] if home is None else home.get((kind, destination, origin), [])
                for cost, there in ways:
                    priced += [(cost + more, out, kind, there, way) for more, way in back]
        kept = Counter[tuple[int, _Sites, _Sites, int]]()
        found: list[Trip] = []
        for _, out, kind, there, way in sorted(priced):
            ends = [(out, there[1:-1], way[1:-1], each) for each in (there[0], there[-1])]
            if any(kept[each] >= _EACH_END for each in ends) or len(found) == _AT_MOST:
                continue
            kept.update(ends)
            sallies = [self._sally(kind, there, out, goods)]
            if way:
                load = goods if all(self._wanted) else None
                sallies.append(self._sally(kind, way, 1 - out, load))
            found.append(tuple(sallies))
        return tuple(found)

    def _loaded(self, direction: int, goods: GoodsClass) -> _Ways:
        """Return the ways of a class in a direction, with their prices."""
        trade = self._state.trades[direction]
        onward: dict[tuple[str, int], list[tuple[Move, float]]] = {}
        for move, seconds in trade.moves.items():
            if move.goods == goods:
                ground = sum(self._prices[row] * taken for row, taken in seconds.items())
                price = float(ground + self._price(move.leg))
                onward.setdefault((move.leg.kind, move.leg.origin), []).append((move, price))
        found: _Ways = {}
        for (kind, site), moves in onward.items():
            if site in trade.origins:
                for move, price in moves:
                    sites = site, move.leg.destination
                    for cost, way in _on(onward, trade.destinations, kind, price, sites):
                        found.setdefault((kind, site, way[-1]), []).append((cost, way))
        return found

    def _empty(self) -> _Ways:
        return {
            (leg.kind, leg.origin, leg.destination): [
                (self._price(leg), (leg.origin, leg.destination))
            ]
            for leg in self._state.empties
        }

    def _price(self, leg: Leg) -> float:
        return float(self._costs[self._key(leg)][leg.origin, leg.destination])

    def _key(self, leg: Leg) -> tuple[str, Side]:
        site = self._instance.legs.site_ids[leg.origin]
        return leg.kind, self._instance.network.side_of(site)

    def _sally(self, kind: str, sites: _Sites, direction: int, goods: GoodsClass | None) -> Sally:
        legs = [self._flight(Leg(kind, *pair)) for pair in pairwise(sites)]
        stops: list[Stop] = []
        if goods is not None:
            clearings = self._capacities.job(direction, goods).clearings
            names = [self._instance.legs.site_ids[site] for site in sites[1:-1]]
            stops = [Stop(name, clearings[name].service_s) for name in names]
        return Sally(goods, tuple(legs), tuple(stops))

    def _flight(self, leg: Leg) -> Flight:
        """Return the cheapest way of a leg as it is flown from the second on."""
        path: Path = self._state.passings[self._key(leg)].path(leg.origin, leg.destination)[0]
        legs = self._instance.legs
        flight = legs.flight(legs.kinds[leg.kind], legs.chain(path), self._second)
        assert flight is not None, "wind allows every way that has a price"
        return flight


def _on(
    onward: Mapping[tuple[str, int], list[tuple[Move, float]]],
    ends: frozenset[int],
    kind: str,
    cost: float,
    sites: _Sites,
) -> Iterator[tuple[float, _Sites]]:
    """Yield every way that goes on from some sites to one of the ends."""
    if sites[-1] in ends:
        yield cost, sites
        return
    for move, price in onward.get((kind, sites[-1]), ()):
        yield from _on(onward, ends, kind, cost + price, (*sites, move.leg.destination))

"""The routes of a network at a glance: every pair of vertiports, goods class, type and departure.

Each is what `planner.route.route` answers. Most depart and land within a stretch of the day without
changes and come from tables of that stretch; the rest are asked one by one.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product

import numpy as np

from geodata.features import GoodsClass, Side
from geodata.network import Network
from geodata.schedule import DAY_S
from planner.air.airspace import Airspace
from planner.air.answers import Answers
from planner.air.blocks import cut_blocks
from planner.air.cruise import cruising
from planner.air.legs import Legs
from planner.air.search import Quickest
from planner.air.shapes import Shapes
from planner.air.stretch import Stretches
from planner.arrays import Flags, Floats, Ints
from planner.day.instance import Instance, Job
from planner.impact.grid import NONE_S, Grid, Outcomes
from planner.request.fleet import DroneType
from planner.request.request import Request
from planner.route.consignment import load_of
from planner.route.route import Router
from planner.route.stretch_routes import needed_wh, way_tables

_Standing = tuple[str, GoodsClass | None, Side, Side, int, frozenset[int], frozenset[int], bytes]
"""A type, a class if it crosses, the sides it goes from and to, a wind, which blocks are closed of
those that legs pass, which of checkpoints, and what must be left at landings."""


@dataclass(frozen=True)
class _Common:
    """What networks that differ in hours alone have in common: shapes, legs, tables of routes."""

    shapes: Shapes
    answers: Answers
    stood: dict[_Standing, tuple[Floats, Floats]]

    @classmethod
    def of(cls, network: Network, request: Request) -> "_Common":
        """Return what is common to a network and others; none of it has been asked for yet."""
        return cls(Shapes(network, cut_blocks(network, request.fleet.rules)), Answers(), {})


class Routes:
    """The routes of one network; what is learnt for one cell is kept for the next.

    `alike` are the routes of a network that differs in hours alone.
    """

    def __init__(self, network: Network, grid: Grid, alike: "Routes | None" = None) -> None:
        self._grid = grid
        self.network = network
        self._common: _Common = (
            _Common.of(network, grid.request) if alike is None else alike._common
        )
        shapes = self._common.shapes
        airspace = Airspace(network, grid.request, shapes.blocks, closing=shapes.closing)
        legs = Legs(airspace, shapes.arcs(airspace))
        self.instance = Instance(airspace, grid.rulebook, Quickest(legs, self._common.answers))
        self._router = Router(self.instance, permissions=False)
        self._stretches = Stretches(self.instance.legs)
        self._here = [
            at
            for at, name in enumerate(grid.vertiports)
            if name in network.vertiports and name in self.instance.legs.arcs.out_vertex
        ]
        position = airspace.blocks.position
        self._pad = {at: position[grid.vertiports[at]] for at in self._here}
        self._site = {site: at for at, site in enumerate(self.instance.legs.site_ids)}
        self._jobs: dict[tuple[str, str, GoodsClass], Job] = {}
        self._shut: dict[str, int] = {}
        self._asked: dict[tuple[int, int | None, int, int, int], tuple[int, float]] = {}
        self._left: dict[tuple[str, int, int], int | None] = {}

    def outcomes(self, wanted: Flags, report: Callable[[float], None] = lambda _: None) -> Outcomes:
        """Return the outcomes of the cells that are wanted; all others stay without a route."""
        found = Outcomes.none(self._grid.shape)
        layers = np.argwhere(wanted.any(axis=(3, 4))).tolist()
        for done, (kind, goods, departure) in enumerate(layers):
            report(done / len(layers))
            self._layer(kind, goods, departure, wanted[kind, goods, departure], found)
        return found

    def _layer(self, kind: int, goods: int, departure: int, wanted: Flags, into: Outcomes) -> None:
        """Fill in one table of all pairs."""
        landing_s, cents = (each[kind, goods, departure] for each in (into.landing_s, into.cents))
        by_side: dict[Side, list[int]] = {"SZ": [], "HK": []}
        for at in self._here:
            by_side[self.network.side_of(self._grid.vertiports[at])].append(at)
        for origins, destinations in product(by_side.values(), repeat=2):
            if not wanted[np.ix_(origins, destinations)].any():
                continue
            ends = self._grid.vertiports[origins[0]], self._grid.vertiports[destinations[-1]]
            job = self.job(*ends, self._grid.goods[goods])
            if self._barred(self._cruises(kind)[0], job):
                continue
            # The first second from which on a cruise may land later than in its stretch, and the
            # begin of the stretch in which the best that is known lands.
            open_s, known_s = (np.full(landing_s.shape, NONE_S) for _ in range(2))
            for cruise in self._cruises(kind):
                for begin_s, rows in self._takeoffs(cruise, departure, origins).items():
                    some = [origins[row] for row in rows]
                    block = np.ix_(some, destinations)
                    asked = wanted[block] & (np.array(some)[:, None] != np.array(destinations))
                    if not asked.any():
                        continue
                    seconds, money = self._standing(cruise, begin_s, job, origins, destinations)
                    known = asked & np.isfinite(seconds[rows])
                    landed_s = np.where(known, begin_s + seconds[rows], NONE_S).astype(np.int64)
                    better = (landed_s < landing_s[block]) | (
                        (landed_s == landing_s[block]) & known & (money[rows] < cents[block])
                    )
                    landing_s[block] = np.where(better, landed_s, landing_s[block])
                    cents[block] = np.where(better, money[rows], cents[block])
                    stretch_s = self.instance.legs.steps[self.instance.legs.step(begin_s)]
                    known_s[block] = np.where(better, stretch_s, known_s[block])
                    asked &= ~known & self._may_open(begin_s, job, some, destinations)
                    open_s[block] = np.where(
                        asked, np.minimum(open_s[block], begin_s), open_s[block]
                    )
            for origin, destination in np.argwhere(open_s < known_s).tolist():
                pair = origin, destination
                landing_s[pair], cents[pair] = self._ask(kind, goods, int(open_s[pair]), *pair)

    def _cruises(self, kind: int) -> tuple[DroneType, ...]:
        """Return a type of the grid at each of its cruises, its own first."""
        return tuple(cruising(self.instance.request.types[self._grid.types[kind]]))

    def _takeoffs(
        self, kind: DroneType, departure: int, origins: Sequence[int]
    ) -> Mapping[int, list[int]]:
        """Return which of some origins are left from when on, if at all on the day.

        A drone that waits on its pad for the air to open is one that departs when it opens.
        """
        found: dict[int, list[int]] = {}
        for row, at in enumerate(origins):
            key = kind.id, departure, at
            if key not in self._left:
                self._left[key] = self.instance.quickest.takeoff_s(
                    kind, self._grid.vertiports[at], self._grid.departures[departure]
                )
            begin_s = self._left[key]
            if begin_s is not None:
                found.setdefault(begin_s, []).append(row)
        return found

    def _barred(self, kind: DroneType, job: Job) -> bool:
        """Tell whether a type carries a job's goods between its sides at no time of day."""
        carried = self.instance.rulebook.customs.goods[job.order.goods].carried
        return (
            not carried
            or self._router.unfit(kind, job) is not None
            or not list(self._router.ways(job))
        )

    def _may_open(
        self, begin_s: int, job: Job, origins: Sequence[int], destinations: Sequence[int]
    ) -> Flags:
        """Tell between which vertiports something may fly later, all being open that it needs.

        A site is needed that is closed from a departure on for the rest of the day: no route.
        """
        out, into = (
            np.array([self._shut_s(self._grid.vertiports[at]) > begin_s for at in ends])
            for ends in (origins, destinations)
        )
        ways = self._router.ways(job)
        if not any(all(self._shut_s(site) > begin_s for site in way) for way in ways):
            out[:] = False
        return np.asarray(out[:, None] & into)

    def _shut_s(self, site: str) -> int:
        """Return the second from which on a site is closed until the day ends."""
        if site not in self._shut:
            airspace = self.instance.airspace
            shut_s = DAY_S
            at = airspace.blocks.position.get(site)
            closures = () if at is None else airspace.closures[at]
            for closure in sorted(closures, key=lambda each: each.until, reverse=True):
                if closure.until >= shut_s:
                    shut_s = min(shut_s, closure.since)
            self._shut[site] = shut_s
        return self._shut[site]

    def _standing(
        self,
        kind: DroneType,
        begin_s: int,
        job: Job,
        origins: Sequence[int],
        destinations: Sequence[int],
    ) -> tuple[Floats, Floats]:
        """Return seconds and cents of routes within the stretch of a departure, inf without any."""
        legs, stood = self.instance.legs, self._common.stood
        step = legs.step(begin_s)
        key = self._key(kind, step, job, destinations)
        if key not in stood:
            stood[key] = self._in_stretch(kind, step, job, origins, destinations)
        least, cents = stood[key]
        out, into = (
            np.array([self._pad[at] not in legs.closed(step) for at in ends])
            for ends in (origins, destinations)
        )
        good = (begin_s + least <= legs.steps[step + 1]) & out[:, None] & into
        return np.where(good, least, np.inf), cents

    def _key(self, kind: DroneType, step: int, job: Job, destinations: Sequence[int]) -> _Standing:
        """Return what routes within a stretch hang on, all vertiports being open."""
        legs = self.instance.legs
        checkpoints = [each for each in job.clearings if each in self._site]
        closed, position = legs.closed(step), legs.airspace.blocks.position
        landed = [*self._sites(destinations).tolist(), *(self._site[each] for each in checkpoints)]
        return (
            kind.id,
            job.order.goods if job.crosses else None,
            job.origin_side,
            job.destination_side,
            legs.airspace.epoch(legs.steps[step]),
            legs.arcs.passed(closed),
            closed.intersection(position[each] for each in checkpoints),
            needed_wh(self.instance, kind, job.order.mass_kg, step)[landed].tobytes(),
        )

    def _in_stretch(
        self,
        kind: DroneType,
        step: int,
        job: Job,
        origins: Sequence[int],
        destinations: Sequence[int],
    ) -> tuple[Floats, Floats]:
        """Return seconds and cents of routes as if a stretch went on for ever, inf without any."""
        least = np.full((len(origins), len(destinations)), np.inf)
        energy_wh = np.full(least.shape, np.inf)
        tables = way_tables(
            self.instance,
            self._stretches.open(kind, step),
            step,
            job,
            tuple(self._router.ways(job)),
            self._sites(origins),
            self._sites(destinations),
        )
        for table in tables:
            better = (table.seconds < least) | (
                (table.seconds == least) & (table.energy_wh < energy_wh)
            )
            least = np.where(better, table.seconds, least)
            energy_wh = np.where(better, table.energy_wh, energy_wh)
        return least, self._cents(least, energy_wh)

    def _cents(self, seconds: Floats, energy_wh: Floats) -> Floats:
        """Return what a flight costs from take-off to landing, and its energy."""
        prices = self.instance.prices
        time = seconds * prices.drone_minute_cents / 60
        return np.asarray(np.round(time + energy_wh * prices.energy_kwh_cents / 1000, 2))

    def _sites(self, vertiports: Sequence[int]) -> Ints:
        return np.array([self._site[self._grid.vertiports[at]] for at in vertiports])

    def _ask(
        self, kind: int, goods: int, begin_s: int, origin: int, destination: int
    ) -> tuple[int, float]:
        """Return landing and cents of one route.

        Nothing follows for other departures: a leg put off into a weaker wind may need less energy.
        """
        names = self._grid.vertiports[origin], self._grid.vertiports[destination]
        crosses = self.network.side_of(names[0]) != self.network.side_of(names[1])
        # Without customs, goods that a type carries at all go alike.
        key = kind, goods if crosses else None, begin_s, origin, destination
        if key not in self._asked:
            job = self.job(*names, self._grid.goods[goods])
            job = replace(job, ready_s=begin_s)
            routes = self._router.answer(job, self._cruises(kind)).routes
            self._asked[key] = (NONE_S, np.inf)
            if routes:
                seconds = float(routes[0].landing_s - routes[0].flights[0].takeoff_s)
                energy_wh = np.array(sum(routes[0].energies_wh))
                cents = float(self._cents(np.array(seconds), energy_wh))
                self._asked[key] = routes[0].landing_s, cents
        return self._asked[key]

    def job(self, origin: str, destination: str, goods: GoodsClass) -> Job:
        """Return a load of the grid as a job that is ready at midnight, its papers in time."""
        key = origin, destination, goods
        if key not in self._jobs:
            self._jobs[key] = load_of(self.instance, *key, self._grid.mass_kg)
        return self._jobs[key]

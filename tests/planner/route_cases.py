"""Random routes to ask for, and whether an answer agrees with trying everything.

Everything is: each way through checkpoints, each second at which a leg may begin, each simple chain
of lanes, each take-off window.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise, permutations
from random import Random
from typing import Any

import numpy as np

from geodata.features import GoodsClass
from geodata.schedule import contains
from planner.air.airspace import Airspace
from planner.day.instance import Clearing, Instance, Job
from planner.energy import leg_energy_wh
from planner.request.fleet import DroneType
from planner.route.route import RouteQuery, Router
from planner.route.way import Route
from planner.rules.rulebook import shipped_rulebook
from planner.testing.day import at, clock, order, papers
from planner.testing.random_network import BEGIN_S, END_S, VERTIPORTS, random_day, random_network
from tests.planner.brute_force import BruteForce, BySecond, Floats, Ints

_SECONDS = np.arange(BEGIN_S - 300, END_S + 3600)
"""Seconds from which legs may take off; before they end, nothing opens or closes any more."""

ROUNDING_S = 1
"""How much earlier or later than the best of all whole seconds a route may land.

A leg is chosen as if take-offs were real numbers, and takes off at the next whole second. Of two
legs that land within a second of each other the one that is then later may so be taken.
"""

_WINDOWS_S = (0.0, 1.0)
"""Windows shorter than a second may be passed over or not."""


@dataclass
class RouteCase:
    """A query on a random network and day; cases of one day share `legs`."""

    router: Router
    query: RouteQuery
    legs: dict[tuple[str, str, str, float], BySecond]

    @cached_property
    def job(self) -> Job:
        """The load asked for."""
        return self.router.instance.job(self.query.order)

    def __str__(self) -> str:
        asked = self.query.order
        return (
            f"{asked.origin} to {asked.destination} from {self.job.ready_s}: {asked.mass_kg} kg "
            f"{asked.goods}, type {self.query.kind}"
        )

    def leg(self, kind: DroneType, origin: str, destination: str, window_s: float) -> BySecond:
        """Return the quickest legs of a type by the second from which they may take off."""
        key = (kind.id, origin, destination, window_s)
        if key not in self.legs:
            brute = BruteForce(self.router.instance.legs, kind, origin, destination)
            self.legs[key] = brute.by_second(_SECONDS, window_s)
        return self.legs[key]


def route_cases(seed: int, number: int) -> Iterator[RouteCase]:
    """Yield queries on one random network and day."""
    draw = Random(seed)
    network = random_network(draw, columns=2)
    instance = Instance(Airspace(network, random_day(draw)), shipped_rulebook())
    router, legs = Router(instance, permissions=False), dict[Any, BySecond]()
    for _ in range(number):
        yield RouteCase(router, _query(draw, instance), legs)


def _query(draw: Random, instance: Instance) -> RouteQuery:
    origin, destination = draw.sample(VERTIPORTS, 2)
    ready_s = draw.randrange(BEGIN_S - 300, END_S - 600)
    goods: GoodsClass = draw.choice(("document", "general", "biological"))
    lodged_s = ready_s - draw.choice((-600, 0, 600, 7200))
    asked = order(
        origin=origin,
        destination=destination,
        goods=goods,
        mass_kg=draw.choice((0.5, 6.0, 9.5)),
        ready=at(clock(ready_s)),
        due=at("12:00"),
        declarations=papers(goods, clock(lodged_s)),
        sealed=draw.random() < 0.5,
    )
    return RouteQuery(asked, draw.choice((None, *instance.request.types)))


def disagreement(case: RouteCase, within_s: int = ROUNDING_S) -> str | None:
    """Return how the router's answer differs from trying everything; None if it does not.

    Landings no further apart than `within_s` do not differ.
    """
    routes = case.router.routes(case.query).routes
    for route in routes:
        broken = next(_broken(case, route), None)
        if broken is not None:
            return f"{broken}: {route}"
    found = routes[0].landing_s if routes else math.inf
    landings = list[float]()
    for window_s in _WINDOWS_S:
        landings.append(_first_landing(case, window_s))
        if found == landings[-1] or abs(found - landings[-1]) <= within_s:
            return None
    return f"lands at {found}, not {landings}"


def _broken(case: RouteCase, route: Route) -> Iterator[str]:
    """Yield rules that a route breaks."""
    instance, legs = case.router.instance, case.router.instance.legs
    if any(legs.blocked(flight) for flight in route.flights):
        yield "a leg meets a closure"
    if route.flights[0].takeoff_s < case.job.ready_s:
        yield "it takes off before it is ready"
    for stop, (before, after) in zip(route.cleared, pairwise(route.flights), strict=True):
        clearing = stop.clearing
        if not before.landing_s == stop.arrive_s <= stop.start_s <= stop.end_s <= stop.depart_s:
            yield "a stop is out of order"
        if stop.depart_s != after.takeoff_s or stop.end_s - stop.start_s != clearing.service_s:
            yield "a stop has other times than its legs and its service"
        if not clearing.earliest_s <= stop.start_s <= clearing.latest_s:
            yield "a document is not lodged in time"
        if not contains(instance.open_hours[clearing.checkpoint], stop.start_s, stop.end_s):
            yield "a checkpoint is closed"
        waited_s = stop.depart_s - stop.arrive_s - clearing.service_s
        if waited_s > instance.rules.max_wait_s:
            yield "it keeps a pad too long"
    used_wh = 0.0
    for flight in route.flights:
        used_wh += legs.energy_wh(flight, case.query.order.mass_kg)
        if not _lasts(case, route.kind, flight.chain.destination, flight.landing_s, used_wh):
            yield "it lands below the reserve"


def _first_landing(case: RouteCase, window_s: float) -> float:
    """Return the earliest landing over all types and ways through checkpoints."""
    order, found = case.query.order, [math.inf]
    for kind in case.router.instance.request.fleet.types:
        fits = order.mass_kg <= kind.payload_kg and order.volume_l <= kind.volume_l
        if fits and case.query.kind in (None, kind.id):
            found += [_through(case, kind, each, window_s) for each in _ways(case)]
    return min(found)


def _ways(case: RouteCase) -> list[list[str]]:
    job, checkpoints = case.job, case.router.instance.network.checkpoints
    if not job.crosses:
        return [[]]
    found = [[each] for each in job.clearings if checkpoints[each].joint]
    for one, other in permutations(job.clearings, 2):
        sides = checkpoints[one].side, checkpoints[other].side
        joint = checkpoints[one].joint or checkpoints[other].joint
        if not joint and sides == (job.origin_side, job.destination_side):
            found.append([one, other])
    return found


def _through(case: RouteCase, kind: DroneType, checkpoints: list[str], window_s: float) -> float:
    """Return the earliest landing by way of checkpoints; inf if the battery does not last."""
    places = [case.query.order.origin, *checkpoints, case.query.order.destination]
    legs = [case.leg(kind, *pair, window_s) for pair in pairwise(places)]
    # By the second from which a leg may begin: the earliest end of the route, and when to begin the
    # next leg for it. From the last leg back.
    ends, nexts = legs[-1].landing_s, list[Ints]()
    for number in reversed(range(len(checkpoints))):
        clearing = case.job.clearings[checkpoints[number]]
        ends, begins = _before(case, clearing, legs[number], legs[number + 1], ends)
        nexts.insert(0, begins)
    begin = case.job.ready_s - _SECONDS[0]
    begin += int(np.argmin(ends[begin:]))
    landing, used_wh = float(ends[begin]), 0.0
    if landing == math.inf:
        return math.inf
    for number, leg in enumerate(legs):
        payload_kg = case.query.order.mass_kg
        used_wh += leg_energy_wh(kind, payload_kg, leg.flown_s[begin], leg.climbed_m[begin])
        landing_s = int(leg.landing_s[begin])
        if not _lasts(case, kind, places[number + 1], landing_s, used_wh):
            return math.inf
        begin = nexts[number][begin] if number < len(nexts) else begin
    return landing


def _before(
    case: RouteCase, clearing: Clearing, leg: BySecond, after: BySecond, ends: Floats
) -> tuple[Floats, Ints]:
    """Return ends and next begins by the second from which the leg before a stop may begin."""
    instance = case.router.instance
    documented = np.maximum(leg.landing_s, clearing.earliest_s)
    start = np.full(len(ends), math.inf)
    for since_s, until_s in reversed(instance.open_hours[clearing.checkpoint]):
        begin = np.maximum(documented, since_s)
        start = np.where(begin + clearing.service_s <= until_s, begin, start)
    ready = np.where(start <= clearing.latest_s, start, math.inf) + clearing.service_s
    depart_by = leg.landing_s + clearing.service_s + instance.rules.max_wait_s
    best, begins = np.full(len(ends), math.inf), np.zeros(len(ends), dtype=int)
    for wait_s in range(instance.rules.max_wait_s + 1):
        at = ready + wait_s - _SECONDS[0]
        at = np.where(at < len(ends), at, len(ends) - 1).astype(int)
        able = (ready + wait_s <= _SECONDS[-1]) & (after.takeoff_s[at] <= depart_by)
        better = able & (ends[at] < best)
        best[better], begins[better] = ends[at][better], at[better]
    return best, begins


def _lasts(case: RouteCase, kind: DroneType, site: str, landing_s: int, used_wh: float) -> bool:
    """Tell whether the battery holds the reserve and a diversion at a landing."""
    instance = case.router.instance
    needed_wh = kind.battery_wh * instance.rules.reserve_fraction
    mass_kg = case.query.order.mass_kg
    needed_wh += instance.diversions.energy_wh(kind, site, mass_kg, landing_s)
    return kind.battery_wh - used_wh >= needed_wh

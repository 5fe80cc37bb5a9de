"""One loaded drone from pad to pad under an empty sky: the route that lands first.

The drone stands loaded on the origin's pad at the time of departure with a full battery, and waits
there as long as it must. Goods that cross the boundary clear export and then import, or both at a
joint checkpoint. Each leg is the quickest from when it may begin (`planner.air.search`), each
clearance starts as soon as hours and documents allow. Of all drone types, their cruises and all
ways through checkpoints that keep the energy reserve at every landing, the answer lands first.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from geodata.features import Side
from geodata.schedule import DAY_S
from planner.air.cruise import cruising, type_id
from planner.day.instance import Instance, Job
from planner.reasons.verdict import Finding
from planner.request.fleet import DroneType
from planner.request.order import Order
from planner.route.different import different_routes
from planner.route.way import Navigator, Refusal, Route
from planner.rules.customs import checkpoint_chains
from planner.rules.permission import is_emergency


@dataclass(frozen=True, slots=True)
class RouteQuery:
    """What is to be carried from where to where, by which type and at which cruise (None: any).

    It is an order that departs when it is `ready`; due time and times to load are not looked at.
    """

    order: Order
    kind: str | None = None
    others: int = 0
    cruise_m_s: float | None = None


@dataclass(frozen=True, slots=True)
class RouteAnswer:
    """Routes, the one that lands first before all others; without any, what was refused."""

    job: Job
    routes: tuple[Route, ...]
    refusals: tuple[Refusal, ...]


class Router:
    """Answers queries on an instance's network, fleet, weather and rules; its orders do not count.

    With `permissions` a flight has to be permitted, and filed for in time. What is learnt for one
    answer is kept for the next.
    """

    def __init__(self, instance: Instance, *, permissions: bool = True) -> None:
        self.instance = instance
        self.permissions = permissions
        self.navigator = Navigator(instance)
        self._able: dict[str, list[tuple[frozenset[str], frozenset[Side]]]] = {}
        for drone in instance.request.fleet.drones:
            skills = frozenset(drone.goods), frozenset(drone.registered)
            self._able.setdefault(drone.type, []).append(skills)

    def routes(self, query: RouteQuery) -> RouteAnswer:
        """Return the route that lands first, and as many others as asked for as there are.

        Raises KeyError if the network lacks a vertiport or the fleet the type that is asked for.
        """
        types = self.instance.request.types
        asked = types.values() if query.kind is None else (types[query.kind],)
        kinds = [
            each
            for kind in asked
            for each in cruising(kind)
            if query.cruise_m_s in (None, each.airspeed_m_s)
        ]
        return self.answer(self.instance.job(query.order), kinds, query.others)

    def answer(self, job: Job, kinds: Iterable[DroneType], others: int = 0) -> RouteAnswer:
        """Return the same for an order in seconds of the day, by some types at some cruises."""
        begin_s = self.begin_s(job)
        found, refusals, first_s = list[Route](), list[Refusal](), 2 * DAY_S
        if not self.instance.rulebook.customs.goods[job.order.goods].carried:
            return RouteAnswer(job, (), ())
        for each in kinds:
            unfit = self.unfit(each, job)
            if unfit is not None:
                refusals.append(unfit)
            if unfit is not None or begin_s is None:
                continue
            for soonest_s, checkpoints in self._soonest_first(each, job, begin_s):
                if found and soonest_s > first_s and not others:
                    break
                before_s = 2 * DAY_S if others else first_s + 1
                route = self.navigator.fly(each, job, checkpoints, begin_s, before_s=before_s)
                if isinstance(route, Refusal):
                    refusals.append(route)
                elif route is not None:
                    found.append(route)
                    first_s = min(first_s, route.landing_s)
        if not found or begin_s is None:
            return RouteAnswer(job, (), tuple(refusals))
        if not others:
            return RouteAnswer(job, (min(found, key=lambda route: route.rank),), ())
        chosen = different_routes(self.navigator, job, begin_s, found, 1 + others)
        return RouteAnswer(job, chosen, ())

    def begin_s(self, job: Job) -> int | None:
        """Return from when on a job may take off; None if permission stands against it all day.

        That is when it is ready, or when the filings that are still to be made allow.
        """
        if not self.permissions:
            return job.ready_s
        sides = frozenset({job.origin_side, job.destination_side})
        earliest_s = self.instance.earliest_takeoff_s(sides, is_emergency([job.order]))
        return None if earliest_s is None else max(job.ready_s, earliest_s)

    def _soonest_first(
        self, kind: DroneType, job: Job, begin_s: int
    ) -> list[tuple[float, tuple[str, ...]]]:
        """Return the ways through checkpoints, each with a second before which none lands."""
        soonest_s = self.navigator.soonest_s
        ways = [(soonest_s(kind, job, each, begin_s), each) for each in self.ways(job)]
        return sorted(ways, key=lambda each: each[0])

    def ways(self, job: Job) -> Iterable[tuple[str, ...]]:
        """Return every way through checkpoints that may clear a job, in order of flight.

        A job that stays on its side has one, without checkpoints.
        """
        if not job.crosses:
            return ((),)
        able = [self.instance.network.checkpoints[each] for each in job.clearings]
        chains = checkpoint_chains(able, job.origin_side)
        return [tuple(each.id for each in chain) for chain in chains]

    def unfit(self, kind: DroneType, job: Job) -> Refusal | None:
        """Return why a type carries a job at no time of day; None if it may."""
        order, finding = job.order, None
        drones = self._able.get(type_id(kind), [])
        willing = [sides for goods, sides in drones if order.goods in goods]
        crossed = {job.origin_side, job.destination_side}
        if order.mass_kg > kind.payload_kg:
            values = {"mass_kg": order.mass_kg, "payload_kg": kind.payload_kg}
            finding = Finding("PAYLOAD_MASS", values | {"type": type_id(kind)})
        elif order.volume_l > kind.volume_l:
            values = {"volume_l": order.volume_l, "allowed_l": kind.volume_l}
            finding = Finding("PAYLOAD_VOLUME", values | {"type": type_id(kind)})
        elif drones and not willing:
            finding = Finding("GOODS_NOT_CARRIED", {"goods": order.goods, "type": type_id(kind)})
        elif drones and not any(crossed <= sides for sides in willing):
            lacking = " and ".join(sorted(crossed))
            finding = Finding("SIDE_NOT_REGISTERED", {"sides": lacking, "type": type_id(kind)})
        if finding is None:
            return None
        return Refusal(kind, 0, order.origin, order.destination, job.ready_s, finding)

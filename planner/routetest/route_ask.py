"""A route case as the router is asked it, and what the answer flies over."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

from geodata.faults import Fault, InvalidInput
from geodata.field_faults import Place
from geodata.nearest import did_you_mean
from planner.plan.plan import Reason
from planner.request.order import Declaration, Order
from planner.route.consignment import lodged_in_time
from planner.route.reasons import route_reasons
from planner.route.route import RouteAnswer, RouteQuery
from planner.route.way import Route
from planner.routetest.outcome import Kind, Touched, merged
from planner.routetest.records import RouteAsk, RouteCase, RouteExpect
from planner.routetest.scene import Scene
from planner.routetest.what_if import names

ORDER_ID = "ROUTE"


@dataclass(frozen=True, eq=False)
class Asked:
    """A route case on its scene: the question, and the answer."""

    scene: Scene
    case: RouteCase
    query: RouteQuery
    answer: RouteAnswer

    @property
    def route(self) -> Route | None:
        """The route that lands first."""
        return self.answer.routes[0] if self.answer.routes else None

    @cached_property
    def reasons(self) -> tuple[Reason, ...]:
        """The rules that leave no route; none if there is one."""
        return route_reasons(self.scene.router, self.answer)


def ask(scene: Scene, case: RouteCase, now: dt.datetime | None) -> Asked:
    """Ask a route case; raises InvalidInput if it names what the scene lacks."""
    query = _query(scene, case, now)
    return Asked(scene, case, query, scene.router.routes(query))


def asked_again(asked: Asked, query: RouteQuery, scene: Scene | None = None) -> Asked:
    """Return the case asked in other words, or on another scene."""
    scene = scene or asked.scene
    return replace(asked, scene=scene, query=query, answer=scene.router.routes(query))


def with_expectations(asked: Asked, expect: RouteExpect) -> Asked:
    """Return the case held to other expectations, asked anew only if they want more routes."""
    case = replace(asked.case, expect=expect)
    query = replace(asked.query, others=_others(expect))
    if query.others == asked.query.others:
        return replace(asked, case=case)
    return Asked(asked.scene, case, query, asked.scene.router.routes(query))


def _others(expect: RouteExpect) -> int:
    """Return how many other routes must be looked for."""
    if expect.alternatives is None:
        return 0
    least, most = expect.alternatives.min or 0, expect.alternatives.max
    return max(least, 0 if most is None else most + 1)


def _query(scene: Scene, case: RouteCase, now: dt.datetime | None) -> RouteQuery:
    route, network = case.route, scene.network
    faults = list(_faults(scene, route, now))
    if faults:
        raise InvalidInput(faults)
    depart = scene.instant(route.depart or now or dt.time(0))
    sides = network.side_of(route.origin), network.side_of(route.destination)
    if route.documents == "in time":
        midnight = network.calendar(scene.request.fleet.day).midnight
        papers = lodged_in_time(scene.rulebook.customs, route.goods, *sides, midnight)
    elif route.documents == "none":
        papers = ()
    else:
        papers = tuple(
            Declaration(document=document, lodged_at=scene.instant(lodged))
            for document, lodged in route.documents.items()
        )
    order = Order(
        id=ORDER_ID,
        origin=route.origin,
        destination=route.destination,
        mass_kg=route.mass,
        volume_l=route.volume,
        goods=route.goods,
        ready=depart,
        due=depart + dt.timedelta(seconds=1),
        priority=route.priority,
        sealed=route.sealed,
        declarations=papers,
    )
    return RouteQuery(order, route.drone, _others(case.expect))


def _faults(scene: Scene, route: RouteAsk, now: dt.datetime | None) -> Iterable[Fault]:
    """Yield what the scene lacks of what a case names."""
    network, place = scene.network, Place("route")
    for field, name in (("from", route.origin), ("to", route.destination)):
        if name not in network.vertiports:
            message = f"the network has no such vertiport{did_you_mean(name, network.vertiports)}"
            yield place.fault(field, "UNKNOWN_VERTIPORT", message, value=name)
    if route.origin == route.destination:
        yield place.fault("to", "SAME_PLACE", "it ends where it begins", value=route.destination)
    if route.depart is None and now is None:
        message = "neither depart nor the clock gives a time"
        yield place.fault("depart", "FIELD_MISSING", message)
    moment = route.depart or now
    if moment is not None and scene.instant(moment).date() != scene.request.fleet.day:
        message = "does not lie on the clock's day"
        yield place.fault("depart", "TIME_NOT_ON_DAY", message, value=scene.instant(moment))
    types = scene.request.types
    if route.drone is not None and route.drone not in types:
        message = f"the fleet has no such type{did_you_mean(route.drone, types)}"
        limit = ", ".join(types)
        yield place.fault("drone", "UNKNOWN_TYPE", message, value=route.drone, limit=limit)
    known = scene.rulebook.customs.documents
    for document in route.documents if isinstance(route.documents, dict) else ():
        if document not in known:
            message = f"the customs rules know no such document{did_you_mean(document, known)}"
            yield place.fault("documents", "UNKNOWN_DOCUMENT", message, value=document)


def passed(scene: Scene, route: Route) -> dict[Kind | str, frozenset[str]]:
    """Return what a route flies over: lanes, corridors, places and zones, by kind."""
    blocks = {block for flight in route.flights for block in flight.chain.blocks}
    places = {scene.blocks.all[block].place for block in blocks} - {None}
    zones = (scene.shapes.entered.get(block, frozenset()) for block in blocks)
    return {
        "lane": frozenset(route.lanes),
        "corridor": frozenset(scene.network.lanes[lane][0].id for lane in route.lanes),
        "place": frozenset(str(each) for each in places),
        "zone": frozenset[str]().union(*zones),
        "checkpoint": frozenset(route.checkpoints),
    }


def _flown(scene: Scene, routes: Iterable[Route]) -> Touched:
    """Return what routes exercise, apart from rules."""
    found: dict[Kind, set[str]] = {}
    for route in routes:
        over = passed(scene, route)
        for kind in ("lane", "corridor", "zone", "checkpoint"):
            found.setdefault(kind, set()).update(over[kind])
        first, last = route.flights[0].takeoff_s // 3600, route.landing_s // 3600
        hours = {f"{hour:02}" for hour in range(first, min(last, 23) + 1)}
        found.setdefault("hour", set()).update(hours)
    return {kind: frozenset(names) for kind, names in found.items()}


def touched_by(asked: Asked) -> Touched:
    """Return what a route case exercises.

    A rule is exercised if it decides a refusal, or if the case says that it protects it; a zone if
    a route flies through it, if it decides a refusal, or if the case edits or avoids it.
    """
    network, case = asked.scene.network, asked.case
    rules, zones = {each.code for each in asked.reasons}, {*case.expect.avoids, *names(case.when)}
    if case.protects:
        rules.add(case.protects)
    if asked.route is None:
        zones.update(str(each.values["zone"]) for each in asked.reasons if "zone" in each.values)
    said: dict[Kind, frozenset[str]] = {
        "rule": frozenset(rules),
        "zone": frozenset(zones & network.zones.keys()),
    }
    return merged(_flown(asked.scene, asked.answer.routes), said)

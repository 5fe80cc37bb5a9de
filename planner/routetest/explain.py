"""Why a route case fails, and the nearest question to it that would pass."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace

from planner.air.airspace import Closure
from planner.air.cruise import type_id
from planner.plan.plan import Reason
from planner.reasons.relax import RELAXATIONS, Question
from planner.reasons.verdict import Finding, reason_of
from planner.request.order import Order
from planner.route.consignment import lodged_in_time
from planner.route.reasons import closed
from planner.route.route import RouteQuery
from planner.routetest.expect_route import clock, misses, told
from planner.routetest.outcome import Why
from planner.routetest.route_ask import Asked, asked_again
from planner.routetest.scene import Scene
from planner.routetest.what_if import names

_MINUTES = (5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 240, 360, 480, 720)
OWN = "so says the case itself, under when: the cause is elsewhere"
"""Stands for a remedy where the rule is about what the case edits."""

_OTHERS = 3
_LIGHTER = (0.9, 0.75, 0.5, 0.25, 0.1)


def deciding(asked: Asked) -> tuple[Why, ...]:
    """Return the rules that decided: of a refusal, or those without which the case would pass."""
    if asked.route is None:
        found = list(asked.reasons)
    else:
        found = [] if asked.case.expect.refused else list(_without(asked))
    edited = set(names(asked.case.when))
    told = [(not edited.isdisjoint(map(str, each.values.values())), each) for each in found]
    day = asked.scene.request.fleet.day
    return tuple(_why(each, own, day) for own, each in sorted(told, key=lambda each: each[0]))


def _why(reason: Reason, own: bool, day: dt.date) -> Why:
    """Return a rule that decided as a person reads it; `own`: about what the case itself edits."""
    listed = ", ".join(f"{name} {_shown(value, day)}" for name, value in reason.values.items())
    return Why(reason.code, listed, OWN if own else reason.remedy)


def _shown(value: object, day: dt.date) -> str:
    """Return a value in words: an instant of the day as its time of day."""
    text = str(value)
    try:
        instant = dt.datetime.fromisoformat(text) if "T" in text else None
    except ValueError:
        return text
    return clock(instant) if instant is not None and instant.date() == day else text


def _without(asked: Asked) -> Iterator[Reason]:
    """Yield each rule without which the case would pass, with the values that decided."""
    scene, order = asked.scene, asked.query.order
    question = Question(scene.network, replace(scene.request, orders=(order,)), scene.rulebook)
    for code, relaxation in RELAXATIONS.items():
        relaxed = relaxation(question)
        shut = scene.shut if code != "CORRIDOR_CLOSED" else frozenset[str]()
        if relaxed is question and shut == scene.shut:
            continue
        (changed,) = relaxed.request.orders
        free = replace(
            scene,
            network=relaxed.network,
            request=replace(relaxed.request, orders=()),
            rulebook=relaxed.rulebook,
            shut=shut,
        )
        again = asked_again(asked, replace(asked.query, order=changed), free)
        if not misses(again):
            yield reason_of(_finding(asked, again, code))


def _finding(asked: Asked, free: Asked, code: str) -> Finding:
    """Return what a rule says against the route that there would be without it."""
    instance = asked.scene.instance
    assert free.route is not None
    for flight in free.route.flights:
        for block, enter, leave in zip(flight.chain.blocks, flight.enter, flight.exit, strict=True):
            closure = _met(asked.scene, block, flight.takeoff_s + enter, flight.takeoff_s + leave)
            if closure is not None and closure.code == code:
                return closed(instance, closure)
    if code == "CUSTOMS_CLOSED":
        for stop in free.route.cleared:
            checkpoint = asked.scene.network.checkpoints[stop.clearing.checkpoint]
            begin = clock(instance.airspace.calendar.instant(stop.start_s))
            values = {"checkpoint": checkpoint.id, "hours": checkpoint.hours, "clears_at": begin}
            return Finding(code, values)
    return Finding(code, {})


def _met(scene: Scene, block: int, enter_s: int, leave_s: int) -> Closure | None:
    """Return the closure of a block that a stretch of time meets."""
    return next(
        (
            each
            for each in scene.instance.airspace.closures[block]
            if enter_s < each.until and each.since < leave_s
        ),
        None,
    )


def nearest(asked: Asked) -> tuple[str, tuple[str, ...]]:
    """Return what would pass, in words, and its lanes: another route, or the nearest question.

    Both are empty if nothing near would.
    """
    more = replace(asked.query, others=_OTHERS)
    alone = asked.case.expect.alternatives is None  # else it is about how many there are
    for route in asked_again(asked, more).answer.routes[1:] if alone else ():
        other = replace(asked, answer=replace(asked.answer, routes=(route,)))
        if not misses(other):
            return f"by another route: {told(other, route)}", route.lanes
    for words, query in _trials(asked):
        again = asked_again(asked, query)
        if not misses(again):
            if again.route is None:
                return f"{words}: refused as expected", ()
            return f"{words}: {told(again, again.route)}", again.route.lanes
    return "", ()


def _trials(asked: Asked) -> Iterator[tuple[str, RouteQuery]]:
    """Yield the question in other words, the least changes of each kind first."""
    query, order, scene = asked.query, asked.query.order, asked.scene
    for kind in scene.request.fleet.types:
        if kind.id != (type_id(asked.route.kind) if asked.route else query.kind):
            yield f"by drone type {kind.id}", replace(query, kind=kind.id)
    papers = lodged_in_time(
        scene.rulebook.customs,
        order.goods,
        scene.network.side_of(order.origin),
        scene.network.side_of(order.destination),
        order.ready,
    )
    if set(papers) - set(order.declarations):
        yield "with every document in time", _with(query, declarations=papers)
    if not order.sealed:
        yield "in a sealed box", _with(query, sealed=True)
    for minutes in _MINUTES:
        for sign in (-1, 1):
            ready = order.ready + sign * dt.timedelta(minutes=minutes)
            if ready.date() == order.ready.date():
                yield f"departing at {clock(ready)}", _with(query, ready=ready)
    for share in _LIGHTER:
        mass_kg = round(order.mass_kg * share, 2)
        yield f"with {mass_kg:g} kg", _with(query, mass_kg=mass_kg)


def _with(query: RouteQuery, **fields: object) -> RouteQuery:
    order: Order = replace(query.order, **fields)  # type: ignore[arg-type]
    return replace(query, order=order)

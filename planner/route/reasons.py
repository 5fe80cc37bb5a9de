"""Why there is no route: the rules that decided, with their values.

What no time of day changes comes first. Otherwise each drone type says what stopped it where it
came furthest; a leg that cannot be flown any more on the day is told by what stands, from then to
the day's end, against the way that is quickest in calm air.
"""

import math
from collections.abc import Iterable, Iterator

from geodata.schedule import DAY_S
from planner.air.airspace import Closure
from planner.air.cruise import type_id
from planner.air.legs import Chain
from planner.day.instance import Instance, Job
from planner.plan.plan import Reason
from planner.reasons.papers import papers
from planner.reasons.verdict import Finding, clock, reason_of
from planner.request.fleet import DroneType
from planner.route.route import RouteAnswer, Router
from planner.route.way import Refusal
from planner.rules.permission import missing


def route_reasons(router: Router, answer: RouteAnswer) -> tuple[Reason, ...]:
    """Return the rules that leave no route, each once; empty if there is one."""
    if answer.routes:
        return ()
    found: list[Finding] = []
    standing = list(_standing(router, answer.job))
    for finding in standing or _by_type(router.instance, answer.refusals):
        if finding not in found:
            found.append(finding)
    return tuple(reason_of(finding) for finding in found)


def _standing(router: Router, job: Job) -> Iterator[Finding]:
    """Yield what stands against the job whatever the type and the time of day."""
    instance, order = router.instance, job.order
    if not instance.rulebook.customs.goods[order.goods].carried:
        yield Finding("GOODS_PROHIBITED", {"goods": order.goods})
        return
    yield from papers(instance, job)
    if router.begin_s(job) is not None:
        return
    fleet, midnight = instance.request.fleet, instance.airspace.calendar.midnight
    sides = sorted({job.origin_side, job.destination_side})
    lacking = [
        refusal
        for side in sides
        for refusal in missing(instance.rulebook.permissions, fleet, side, job.crosses, midnight)
    ]
    for refusal in lacking:
        yield Finding(refusal.code, dict(refusal.values))
    if not lacking:
        values = {"planned_at": fleet.planned_at.isoformat(), "sides": " and ".join(sides)}
        yield Finding("PERMISSION_DEADLINE", values)


def _by_type(instance: Instance, refusals: Iterable[Refusal]) -> Iterator[Finding]:
    """Yield for each type what stopped it where it came furthest, or was nearest to go on."""
    furthest: dict[str, Refusal] = {}
    for refusal in refusals:
        name = type_id(refusal.kind)
        known = furthest.get(name)
        if known is None or _nearness(refusal) > _nearness(known):
            furthest[name] = refusal
    for refusal in furthest.values():
        if refusal.finding is not None:
            yield refusal.finding
        else:
            yield from _no_leg(instance, refusal)


def _nearness(refusal: Refusal) -> tuple[int, float]:
    """Return how far a type came, and how little it lacked of the energy to go on."""
    values = refusal.finding.values if refusal.finding else {}
    left_wh, needed_wh = values.get("left_wh"), values.get("needed_wh")
    if isinstance(left_wh, float) and isinstance(needed_wh, float):
        return refusal.leg, left_wh - needed_wh
    return refusal.leg, -math.inf


def _no_leg(instance: Instance, refusal: Refusal) -> Iterator[Finding]:
    """Yield what a drone meets that would take off whenever what it met before is over."""
    legs, kind = instance.legs, refusal.kind
    chain = legs.calm_chain(kind, refusal.origin, refusal.destination)
    if chain is None:
        yield Finding("NO_ROUTE", {"origin": refusal.origin, "destination": refusal.destination})
        return
    takeoff_s, told = refusal.ready_s, False
    while takeoff_s < DAY_S:
        flight = legs.flight(kind, chain, takeoff_s)
        if flight is None:
            finding, over_s = _strong_wind(instance, kind, chain, takeoff_s)
            yield finding
            takeoff_s = over_s
        elif (met := legs.blocked(flight)) is not None:
            at, closure = met
            yield closed(instance, closure)
            takeoff_s += max(1, closure.until - takeoff_s - flight.enter[at])
        else:
            break
        told = True
    if not told:
        # Hours of sites are those of the planned day, and end with it at the latest.
        values = {
            "site": refusal.destination,
            "ready_at": clock(instance, refusal.ready_s),
            "day_ends": clock(instance, DAY_S),
        }
        yield Finding(
            "SITE_CLOSED", values, "depart earlier: the flight would land after the planned day"
        )


def _strong_wind(
    instance: Instance, kind: DroneType, chain: Chain, takeoff_s: int
) -> tuple[Finding, int]:
    """Return the wind that forbids a chain from a take-off on, and when it ends."""
    airspace = instance.airspace
    epoch = airspace.epoch(takeoff_s)
    while all(map(math.isfinite, instance.legs.durations(kind, chain, epoch))):
        epoch += 1
    heights = {airspace.blocks.lanes[lane].height_amsl_m for lane in chain.lanes}
    since_s, until_s = airspace.wind_steps[epoch : epoch + 2]
    values = {
        "wind_m_s": max(airspace.wind(height_m, epoch)[0] for height_m in heights),
        "limit_m_s": kind.wind_limit_m_s,
        "type": type_id(kind),
        "since": clock(instance, since_s),
        "until": clock(instance, until_s),
    }
    return Finding("WIND_LIMIT", values), until_s


def closed(instance: Instance, closure: Closure) -> Finding:
    """Return a closure as the reason that it is."""
    network, cause = instance.network, closure.cause
    if cause in instance.airspace.shut:
        return Finding(closure.code, {"lane": cause, "hours": "closed all day"})
    if closure.code == "SITE_CLOSED":
        return Finding(closure.code, {"site": cause, "hours": network.sites[cause].hours})
    if closure.code == "CORRIDOR_CLOSED":
        return Finding(closure.code, {"corridor": cause, "hours": network.corridors[cause].hours})
    what = "zone" if closure.code == "ZONE_ACTIVE" else "warning"
    since, until = clock(instance, closure.since), clock(instance, min(closure.until, DAY_S))
    return Finding(closure.code, {what: cause, "since": since, "until": until})

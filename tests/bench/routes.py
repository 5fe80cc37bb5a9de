"""Routes of any planner, cut into sorties and flown first come, first served on one calendar."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from geodata.schedule import DAY_S
from planner.bound.columns import allowed
from planner.day.instance import Instance
from planner.day.tour import Step, Tour, Unflyable
from planner.dispatch.roster import Roster
from planner.fly.filling import Effort, Filling

LEAD_S = 1800
"""How long before its route begins a drone may set out, s."""

APART_S = 120
"""How far apart the starts are that are compared for an order by itself, s."""


@dataclass(frozen=True, slots=True)
class Route:
    """What one drone of a squad does, in order, from `from_s`, a second of the day, on."""

    squad: int
    from_s: int
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Flown:
    """The roster that came of routes; `rescued` are jobs served outside of what was routed."""

    roster: Roster
    rescued: frozenset[int]


def fly(instance: Instance, routes: Iterable[Route]) -> Flown:
    """Return routes flown in order of their start, each sortie as soon as it can be.

    A sortie that breaks a rule falls into its smallest parts, between which the drone is empty.
    What cannot be flown even so, or was not routed, is tried alone on every drone at the end, as
    the planner itself fills a day (`planner.fly.filling`).
    """
    roster = Roster(instance)
    sorties = [part for route in routes for part in _cut(instance, route)]
    for route in sorted(sorties, key=lambda each: (each.from_s, each.squad)):
        if not _place(roster, route):
            for steps in _parts(route.steps):
                _place(roster, Route(route.squad, route.from_s, steps))
    routed = roster.served()
    _serve_alone(roster)
    return Flown(roster, frozenset(roster.served() - routed))


def fly_alone(instance: Instance) -> Roster:
    """Return the floor: each order by itself, as it gets ready, on the drone that costs least."""
    roster = Roster(instance)
    _serve_alone(roster)
    return roster


def _cut(instance: Instance, route: Route) -> Iterator[Route]:
    """Yield sorties: as many parts as one sortie may hold, back to base between them."""
    steps: tuple[Step, ...] = ()
    for part in _parts(route.steps):
        if steps and not _one_sortie(instance, route.squad, steps + part):
            yield Route(route.squad, route.from_s, steps)
            steps = ()
        steps += part
    if steps:
        yield Route(route.squad, route.from_s, steps)


def _parts(steps: Iterable[Step]) -> Iterator[tuple[Step, ...]]:
    """Yield the stretches of a route between which the drone is empty."""
    part, aboard = list[Step](), set[int]()
    for step in steps:
        part.append(step)
        if step.load:
            aboard.add(step.job)
        else:
            aboard.remove(step.job)
        if not aboard:
            yield tuple(part)
            part = []


def _one_sortie(instance: Instance, squad: int, steps: tuple[Step, ...]) -> bool:
    """Tell whether steps keep the rules of one sortie on its number of orders and crossings."""
    jobs = sorted({step.job for step in steps})
    sides = tuple(
        (instance.jobs[job].origin_side, instance.jobs[job].destination_side) for job in jobs
    )
    sequence = tuple((jobs.index(step.job), step.load) for step in steps)
    return len(jobs) <= instance.rules.max_orders_per_sortie and allowed(
        sequence, sides, instance.squads[squad].base_side
    )


def _place(roster: Roster, sortie: Route) -> bool:
    """Fly a sortie from its start on, or if that fails from a little before; tell whether so."""
    if not _one_sortie(roster.instance, sortie.squad, sortie.steps):
        return False
    latest_s = min(roster.instance.jobs[step.job].latest_s for step in sortie.steps)
    for early_s in (0, LEAD_S):
        start_s = max(0, sortie.from_s - early_s)
        try:
            roster.place(Tour(sortie.squad, sortie.steps), start_s, latest_s)
        except Unflyable:
            continue
        return True
    return False


def _serve_alone(roster: Roster) -> None:
    """Enter what is not served, each order by itself, in order of ready."""
    jobs, prices = roster.instance.jobs, roster.instance.prices.unserved_cents
    left = set(range(len(jobs))) - roster.served()
    effort = Effort(len(roster.instance.squads), DAY_S // APART_S, APART_S, thorough=True)
    filling = Filling(roster)
    for job in sorted(left, key=lambda each: (jobs[each].ready_s, each)):
        found = filling.trial((Step(job, True), Step(job, False)), effort)
        if found is not None and found.cents < prices[jobs[job].order.priority]:
            filling.enter(found)

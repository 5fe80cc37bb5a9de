"""A day filled at once, where there is no time to choose: orders as they become due.

Orders that go the same way share a sortie if all are ready in the first half of the window of the
first that is due. It is flown by the drone that costs least of the few squads nearest to it.
"""

from collections.abc import Callable, Iterable, Iterator

from planner.instance import Instance, Squad
from planner.roster import Roster, Trial
from planner.tour import Step, Tour, Unflyable

NEAREST_SQUADS = 3
"""Squads that are compared for a sortie."""


def fill_at_once(
    roster: Roster, jobs: Iterable[int], past: Callable[[], bool] = lambda: False
) -> None:
    """Enter sorties for jobs as long as the time is not `past`."""
    for group in _together(roster.instance, jobs):
        if past():
            return
        if not _serve(roster, group) and roster.instance.units[group[0]] != group:
            for job in group:
                _serve(roster, (job,))


def _together(instance: Instance, jobs: Iterable[int]) -> Iterator[tuple[int, ...]]:
    """Yield jobs that may share a sortie, each once, the first due first."""
    ways: dict[tuple[str, str], list[int]] = {}
    asked, found = set(jobs), []
    for job in sorted(asked):
        order, unit = instance.jobs[job].order, instance.units[job]
        if order.box is None:
            ways.setdefault((order.origin, order.destination), []).append(job)
        elif unit[0] == job and asked.issuperset(unit):
            found.append(unit)
    for each in ways.values():
        group = list[int]()
        for job in sorted(each, key=lambda one: (instance.jobs[one].due_s, one)):
            full = len(group) == instance.rules.max_orders_per_sortie
            if group and (full or instance.jobs[job].ready_s > _middle_s(instance, group[0])):
                found.append(tuple(group))
                group = []
            group.append(job)
        found.append(tuple(group))
    yield from sorted(found, key=lambda group: (instance.jobs[group[0]].due_s, group))


def _middle_s(instance: Instance, job: int) -> int:
    return (instance.jobs[job].ready_s + instance.jobs[job].due_s) // 2


def _serve(roster: Roster, group: tuple[int, ...]) -> bool:
    """Enter the sortie of a few squads that costs least, if it is worth it; tell whether it is."""
    instance, prices = roster.instance, roster.instance.prices
    orders = [instance.jobs[job].order for job in group]
    least = sum(prices.unserved_cents[order.priority] for order in orders)
    steps = tuple(Step(job, load) for load in (True, False) for job in group)
    best: Trial | None = None
    for number, start_s in nearest_squads(instance, group):
        try:
            found = roster.trial(Tour(number, steps), start_s)
        except Unflyable:
            continue
        if found.cents < least:
            best, least = found, found.cents
    if best is not None:
        roster.enter(best.drone, best.timed)
    return best is not None


def nearest_squads(instance: Instance, group: tuple[int, ...]) -> Iterator[tuple[int, int]]:
    """Yield the few squads nearest to the first job's way, with when a drone is to start."""
    jobs = [instance.jobs[job] for job in group]
    order, ready_s = jobs[0].order, max(job.ready_s for job in jobs)
    found = []
    for number, squad in enumerate(instance.squads):
        if all(instance.fits(squad, job) for job in jobs):
            there_s = _leg_s(instance, squad, squad.base, order.origin, ready_s)
            back_s = _leg_s(instance, squad, order.destination, squad.base, ready_s)
            start_s = max(
                squad.from_s, int(ready_s - min(there_s, ready_s)) - squad.kind.preflight_s
            )
            found.append((there_s + back_s, number, start_s))
    for _, number, start_s in sorted(found)[:NEAREST_SQUADS]:
        yield number, start_s


def _leg_s(instance: Instance, squad: Squad, origin: str, destination: str, at_s: int) -> float:
    """Return the seconds from site to site in the wind of a second of the day."""
    if origin == destination:
        return 0.0
    legs = instance.legs
    if origin not in legs.arcs.out_vertex or destination not in legs.arcs.in_vertex:
        return float("inf")
    return legs.static_s(squad.kind, legs.step(at_s), origin, destination)

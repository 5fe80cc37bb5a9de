"""A day filled at once, where there is no time to choose: orders as they become due.

Orders that go the same way may share a sortie if all are ready in the first half of the window of
the first that is due; as many of them do as it is cheaper than to fly them alone. A sortie is flown
by the drone that costs least of the few squads nearest to it. What is left over is looked at once
more, with one squad more and at later times of its windows.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence

from planner.filling import Effort, Filling, Found
from planner.instance import Instance
from planner.nearest import NEAREST_SQUADS
from planner.roster import Roster

FIRST, AGAIN = Effort(NEAREST_SQUADS, 4, 300), Effort(4, 12, 600)
"""For orders as they become due, and for those left over."""


def fill_at_once(
    roster: Roster,
    jobs: Iterable[int],
    past: Callable[[], bool] = lambda: False,
    told: Callable[[float], None] = lambda share: None,
) -> None:
    """Enter sorties for jobs as long as the time is not `past`; tell what share is looked at."""
    _fill(roster, frozenset(jobs), (FIRST, AGAIN), past, told)


def serve_left_over(
    roster: Roster, jobs: Iterable[int], past: Callable[[], bool] = lambda: False
) -> None:
    """Enter sorties for jobs that a roster leaves out, as long as the time is not `past`."""
    _fill(roster, frozenset(jobs), (AGAIN,), past, lambda share: None)


def _fill(
    roster: Roster,
    jobs: frozenset[int],
    efforts: Sequence[Effort],
    past: Callable[[], bool],
    told: Callable[[float], None],
) -> None:
    left = jobs - roster.served()
    if not left or not roster.instance.squads:
        return
    filling = Filling(roster)
    for turn, effort in enumerate(efforts):
        groups = list(_together(roster.instance, left))
        for number, group in enumerate(groups):
            if past():
                return
            told((turn + number / len(groups)) / len(efforts))
            while group:
                group = _serve(filling, roster.instance, group, effort)
        left -= roster.served()


def _together(instance: Instance, asked: frozenset[int]) -> Iterator[tuple[int, ...]]:
    """Yield jobs that may share a sortie, each once, the first due first.

    None is before what it comes after.
    """
    ways: dict[tuple[str, str, int], list[int]] = {}
    found = []
    for job in sorted(asked):
        order, unit = instance.jobs[job].order, instance.units[job]
        if order.box is None:
            way = order.origin, order.destination, instance.jobs[job].depth
            ways.setdefault(way, []).append(job)
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

    turn_s = _turns(instance)

    def turn(group: tuple[int, ...]) -> tuple[int, int, tuple[int, ...]]:
        jobs = [instance.jobs[job] for job in group]
        waits_s = [turn_s[job.after] for job in jobs if job.after is not None]
        return max(jobs[0].due_s, *waits_s, 0), max(job.depth for job in jobs), group

    yield from sorted(found, key=turn)


def _turns(instance: Instance) -> list[int]:
    """Return when it is the turn of each job, s: when it is due, after what it comes after."""
    found = [job.due_s for job in instance.jobs]
    for number in sorted(range(len(found)), key=lambda each: instance.jobs[each].depth):
        before = instance.jobs[number].after
        if before is not None:
            found[number] = max(found[number], found[before])
    return found


def _middle_s(instance: Instance, job: int) -> int:
    return (instance.jobs[job].ready_s + instance.jobs[job].due_s) // 2


def _serve(
    filling: Filling, instance: Instance, group: tuple[int, ...], effort: Effort
) -> tuple[int, ...]:
    """Enter the sortie of the first jobs of a group that saves most; return the jobs that are left.

    It saves what it costs less than the first alone and each of the others alone.
    """
    if instance.jobs[group[0]].order.box is not None:
        _enter(filling, instance, group, filling.trial(group, effort))
        return ()
    best, size = filling.trial(group[:1], effort), 1
    least, others = _cents(instance, group[:1], best), 0
    for more in range(2, len(group) + 1):
        last = group[more - 1 : more]
        others += _cents(instance, last, filling.trial(last, effort))
        found = filling.trial(group[:more], effort)
        if found is not None and found.cents - others < least:
            best, size, least = found, more, found.cents - others
    _enter(filling, instance, group[:size], best)
    return group[size:]


def _cents(instance: Instance, group: Sequence[int], found: Found | None) -> int:
    """Return what the day costs more by a sortie for jobs, or by leaving them out."""
    left_out = instance.unserved_cents(group)
    return left_out if found is None else min(left_out, found.cents)


def _enter(filling: Filling, instance: Instance, group: Sequence[int], found: Found | None) -> None:
    """Enter a sortie for jobs if it is worth it."""
    if found is not None and found.cents < instance.unserved_cents(group):
        filling.enter(found)

"""A day filled at once, where there is no time to choose: orders as they become due.

Orders that go the same way may share a sortie if all are ready in the first half of the window of
the first that is due; as many of them do as it is cheaper than to fly them alone. A sortie is flown
by the drone that costs least of the few squads nearest to it. Orders left over go alone, at any
later time of their windows, by a drone of more squads.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence

from planner.filling import Filling, Found
from planner.instance import Instance
from planner.nearest import NEAREST_SQUADS
from planner.roster import Roster

MORE_SQUADS = 12
"""Squads that are compared for an order left over."""


def fill_at_once(
    roster: Roster,
    jobs: Iterable[int],
    past: Callable[[], bool] = lambda: False,
    told: Callable[[float], None] = lambda share: None,
) -> None:
    """Enter sorties for jobs as long as the time is not `past`; tell what share is looked at."""
    asked = frozenset(jobs)
    groups = list(_together(roster.instance, asked))
    if not groups or not roster.instance.squads:
        return
    filling = Filling(roster)
    for number, group in enumerate(groups):
        if past():
            return
        told(number / len(groups))
        while group:
            group = _serve(filling, roster.instance, group)
    for unit in _left_over(roster, asked):
        if past():
            return
        found = filling.trial(unit, MORE_SQUADS)
        if found is not None and found.cents < roster.instance.unserved_cents(unit):
            filling.enter(found)


def _together(instance: Instance, asked: frozenset[int]) -> Iterator[tuple[int, ...]]:
    """Yield jobs that may share a sortie, each once, the first due first."""
    ways: dict[tuple[str, str], list[int]] = {}
    found = []
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


def _left_over(roster: Roster, asked: frozenset[int]) -> Iterator[tuple[int, ...]]:
    """Yield jobs, or boxes, that are not served when it is their turn.

    What others come after is before these, the first due first.
    """
    instance = roster.instance
    units = {instance.units[job] for job in asked}
    order = {
        unit: (
            max(instance.jobs[job].depth for job in unit),
            min(instance.jobs[job].due_s for job in unit),
            unit,
        )
        for unit in units
    }
    served = roster.served()
    for unit in sorted(units, key=order.__getitem__):
        if served.isdisjoint(unit) and asked.issuperset(unit):
            yield unit


def _serve(filling: Filling, instance: Instance, group: tuple[int, ...]) -> tuple[int, ...]:
    """Enter the sortie of the first jobs of a group that saves most; return the jobs that are left.

    It saves what it costs less than the first alone and each of the others alone.
    """
    if instance.jobs[group[0]].order.box is not None:
        _enter(filling, instance, group, filling.trial(group, NEAREST_SQUADS))
        return ()
    best, size = filling.trial(group[:1], NEAREST_SQUADS), 1
    least, others = _cents(instance, group[:1], best), 0
    for more in range(2, len(group) + 1):
        last = group[more - 1 : more]
        others += _cents(instance, last, filling.trial(last, NEAREST_SQUADS))
        found = filling.trial(group[:more], NEAREST_SQUADS)
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

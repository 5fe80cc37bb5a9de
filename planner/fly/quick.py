"""A day filled at once, where there is no time to choose: orders as they become due.

Orders that go the same way may share a sortie if all are ready in the first half of the window of
the first that is due; as many of them do as it is cheaper than to fly them alone. One that would go
alone may be followed by one that goes the way back. A sortie is flown by the drone that costs least
of the few squads nearest to it. What is left over is looked at once more, with more squads and at
later times of its windows.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property

from planner.bound.instance_arrays import InstanceArrays
from planner.day.instance import Instance
from planner.day.tour import Step
from planner.dispatch.roster import Roster
from planner.fly.day_arrays import DayArrays
from planner.fly.filling import Effort, Filling, Found
from planner.fly.nearest import NEAREST_SQUADS

Group = tuple[int, ...]

FIRST, AGAIN = Effort(NEAREST_SQUADS, 8, 120), Effort(8, 24, 300)
"""For orders as they become due, and for those left over."""

MOST_BACK = 2
"""Jobs of the way back that are tried after one."""


def fill_at_once(
    roster: Roster,
    jobs: Iterable[int],
    past: Callable[[], bool] = lambda: False,
    told: Callable[[float], None] = lambda share: None,
    looks: Sequence[Effort] = (FIRST, AGAIN),
) -> None:
    """Enter sorties for jobs as long as the time is not `past`; tell what share is looked at."""
    _fill(roster, frozenset(jobs), looks, past, told)


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
    # Other ways would take as long to set up as a small day is filled in.
    filling = Filling(roster, DayArrays(InstanceArrays(roster.instance), other_ways=0))
    for turn, effort in enumerate(efforts):
        sweep = Sweep(roster.instance, filling, left, effort)
        for number, group in enumerate(sweep.groups):
            if past():
                return
            told((turn + number / len(sweep.groups)) / len(efforts))
            sweep.serve(group)
        left -= roster.served()


class Sweep:
    """One look at some jobs, the first due first."""

    def __init__(
        self, instance: Instance, filling: Filling, jobs: frozenset[int], effort: Effort
    ) -> None:
        self._instance, self._filling, self._effort = instance, filling, effort
        self._waiting = set(jobs)
        self._ways: dict[tuple[str, str], list[int]] = {}
        for job in sorted(jobs, key=lambda one: (instance.jobs[one].due_s, one)):
            order = instance.jobs[job].order
            if order.box is None:
                self._ways.setdefault((order.origin, order.destination), []).append(job)
        self.groups = sorted(self._together(), key=self._turn)

    def serve(self, group: Group) -> None:
        """Enter sorties for jobs that may share one, as far as nobody has served them."""
        if self._instance.jobs[group[0]].order.box is not None:
            self._enter(group, self._filling.trial(there(group), self._effort))
            return
        while waiting := tuple(job for job in group if job in self._waiting):
            self._enter(*self._best(waiting))

    def _best(self, group: Group) -> tuple[Group, Found | None]:
        """Return the sortie for the first of some jobs, with some others, that saves most.

        It saves what it costs less than the first alone and each of the others alone. They are the
        next ones of the way, or one of the way back.
        """
        first, others_cents = group[:1], 0
        chosen, best = first, self._alone(group[0])
        least = self._cents(first, best)
        for size in range(2, len(group) + 1):
            others_cents += self._cents(group[size - 1 : size], self._alone(group[size - 1]))
            found = self._filling.trial(there(group[:size]), self._effort)
            if found is not None and found.cents - others_cents < least:
                chosen, best, least = group[:size], found, found.cents - others_cents
        if chosen == first:
            for other in self._back(group[0]):
                saved = self._cents((other,), self._alone(other))
                found = self._filling.trial(there(first) + there((other,)), self._effort)
                if found is not None and found.cents - saved < least:
                    chosen, best, least = (group[0], other), found, found.cents - saved
        return chosen, best

    def _alone(self, job: int) -> Found | None:
        return self._filling.trial(there((job,)), self._effort)

    def _cents(self, group: Group, found: Found | None) -> int:
        """Return what the day costs more by a sortie for jobs, or by leaving them out."""
        left_out = self._instance.unserved_cents(group)
        return left_out if found is None else min(left_out, found.cents)

    def _enter(self, group: Group, found: Found | None) -> None:
        """Enter a sortie for jobs if it is worth it; they have been looked at."""
        self._waiting.difference_update(group)
        if found is not None and found.cents < self._instance.unserved_cents(group):
            self._filling.enter(found)

    def _back(self, job: int) -> list[int]:
        """Return jobs of the way back that may be flown after a job, the first due first."""
        if self._instance.rules.max_orders_per_sortie < 2:
            return []
        jobs = self._instance.jobs
        order, found = jobs[job].order, list[int]()
        for other in self._ways.get((order.destination, order.origin), ()):
            soon = jobs[other].ready_s <= jobs[job].due_s and jobs[other].due_s >= jobs[job].ready_s
            if soon and other in self._waiting:
                found.append(other)
        return found[:MOST_BACK]

    def _together(self) -> Iterator[Group]:
        """Yield jobs that may share a sortie, each once."""
        units, jobs = self._instance.units, self._instance.jobs
        for job in sorted(self._waiting):
            boxed = jobs[job].order.box is not None
            if boxed and units[job][0] == job and self._waiting.issuperset(units[job]):
                yield units[job]
        most = self._instance.rules.max_orders_per_sortie
        for each in self._ways.values():
            group = list[int]()
            for job in each:
                if group and (len(group) == most or jobs[job].ready_s > self._middle_s(group[0])):
                    yield tuple(group)
                    group = []
                group.append(job)
            yield tuple(group)

    def _middle_s(self, job: int) -> int:
        return (self._instance.jobs[job].ready_s + self._instance.jobs[job].due_s) // 2

    def _turn(self, group: Group) -> tuple[int, int, Group]:
        """Return what sorts groups: none is before what it comes after."""
        jobs = [self._instance.jobs[job] for job in group]
        waits_s = [self._turn_s[job.after] for job in jobs if job.after is not None]
        return max(jobs[0].due_s, *waits_s, 0), max(job.depth for job in jobs), group

    @cached_property
    def _turn_s(self) -> list[int]:
        """When it is the turn of each job, s: when it is due, after what it comes after."""
        jobs = self._instance.jobs
        found = [job.due_s for job in jobs]
        for number in sorted(range(len(found)), key=lambda each: jobs[each].depth):
            before = jobs[number].after
            if before is not None:
                found[number] = max(found[number], found[before])
        return found


def there(group: Group) -> tuple[Step, ...]:
    """Return the steps that load jobs of one way, then unload them."""
    return tuple(Step(job, load) for load in (True, False) for job in group)

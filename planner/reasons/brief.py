"""Why an order is left out, told in a line where there is no time to look further."""

from functools import cached_property

from planner.bound.instance_arrays import InstanceArrays
from planner.dispatch.dispatch import Dispatcher
from planner.dispatch.roster import Roster
from planner.fly.day_arrays import DayArrays
from planner.fly.filling import Effort, Filling, everywhere
from planner.fly.nearest import NEAREST_SQUADS, Nearest
from planner.reasons.alone import last_of, tour_alone, tried_alone
from planner.reasons.verdict import Finding, clock

NEAR = Effort(NEAREST_SQUADS, 8, 300)
"""How an order is tried alone in compiled code, before it is by all squads."""


class Brief:
    """Tells what the squads nearest to an order met alone, or that others leave it no room.

    Alone is by a dispatcher who has entered nothing.
    """

    def __init__(self, roster: Roster, alone: Dispatcher) -> None:
        self._roster, self._instance, self._alone = roster, roster.instance, alone

    def finding(self, at: int) -> Finding:
        """Return why a job is left out that no rule keeps out at any time of day."""
        instance, begin_s = self._instance, self._begin_s(at)
        if begin_s is None:
            near = [number for number, *_ in self._nearest.squads((at,), 1)]
            tried = tried_alone(self._alone, at, near or None, first=True)
            if tried.timed is None:
                code, refusal = last_of(tried.refusals)
                return Finding(code, refusal.values)
            begin_s = tried.timed.start_s
        before = instance.jobs[at].after
        if before is not None and before not in self._served:
            return Finding("ORDER_AFTER", {"after": instance.jobs[before].order.id})
        since: dict[str, object] = {"alone_from": clock(instance, begin_s)}
        return Finding("FLEET_BUSY", since, "plan again with a longer time limit")

    def _begin_s(self, at: int) -> int | None:
        """Return when a sortie for a job begins on an empty day, None if none is found at once."""
        steps = tour_alone(self._instance, 0, at).steps
        found = self._empty.trial(steps, NEAR)
        found = found or self._empty.trial(steps, everywhere(self._instance))
        return None if found is None else found.start_s

    @cached_property
    def _empty(self) -> Filling:
        return Filling(
            Roster(self._instance), DayArrays(InstanceArrays(self._instance), other_ways=0)
        )

    @cached_property
    def _nearest(self) -> Nearest:
        return Nearest(self._instance)

    @cached_property
    def _served(self) -> set[int]:
        return self._roster.served()

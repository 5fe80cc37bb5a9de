"""When the chosen trips of a squad start, or why its drones cannot fly them all."""

from dataclasses import dataclass, replace
from itertools import permutations

import numpy as np
from ortools.sat.python import cp_model

from planner.arrays import Flags, Ints
from planner.partition.partition import Trips

ENOUGH, LITTLE = 60.0, 0.002
"""Effort to time a choice, and to see whether a part of it is in conflict: CP-SAT's own seconds."""

STEPS = 3
"""How often a figure is halved towards what still makes a conflict."""


@dataclass(frozen=True)
class Demand:
    """Trips that serve `job`, start in a window and take `length` or longer."""

    job: int
    first: int
    last: int
    length: int

    def met(self, trips: Trips) -> Flags:
        """Return which trips are of this kind."""
        found: Flags = (trips.jobs == self.job).any(axis=1) & (trips.length >= self.length)
        found &= (trips.first >= self.first) & (trips.last <= self.last)
        return found


@dataclass(frozen=True)
class Conflict:
    """Demands, each for another job, that `drones` of a squad cannot meet all."""

    squad: int
    drones: int
    demands: tuple[Demand, ...]

    def counted(self, trips: Trips) -> Flags:
        """Return which trips meet one of the demands; a choice may have one less than there are.

        One that meets two serves both jobs, so no other trip is there for the second.
        """
        met = np.sum([each.met(trips) for each in self.demands], axis=0)
        found: Flags = (met == 1) & (trips.squad == self.squad)
        return found


def starts_of(trips: Trips, drones: int, effort: float = ENOUGH) -> Ints | None:
    """Return starts at which no more than `drones` trips are ever under way, None if none are.

    Raises TimeoutError if that is not known after some effort.
    """
    model = cp_model.CpModel()
    first, last, length = trips.first.tolist(), trips.last.tolist(), trips.length.tolist()
    starts = [model.new_int_var(*window, "") for window in zip(first, last, strict=True)]
    # Some are told quickly as a cumulative, others where each trip is the first of a drone or
    # follows one other, few neither way.
    intervals = [
        model.new_fixed_size_interval_var(start, took, "")
        for start, took in zip(starts, length, strict=True)
    ]
    model.add_cumulative(intervals, [1] * len(intervals), drones)
    heads = [model.new_bool_var("") for _ in starts]
    before, after = [[head] for head in heads], [list[cp_model.IntVar]() for _ in starts]
    for one, two in permutations(range(len(starts)), 2):
        if first[one] + length[one] <= last[two]:
            follows = model.new_bool_var("")
            model.add(starts[one] + length[one] <= starts[two]).only_enforce_if(follows)
            before[two].append(follows)
            after[one].append(follows)
    for ways in before:
        model.add_exactly_one(ways)
    for ways in after:
        model.add_at_most_one(ways)
    model.add(sum(heads) <= drones)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.max_deterministic_time = effort
    status = solver.solve(model)
    if status == cp_model.INFEASIBLE:
        return None
    if status == cp_model.UNKNOWN:
        raise TimeoutError(f"whether {drones} drones can fly {len(trips)} trips is not known")
    return np.array([solver.value(each) for each in starts], dtype=np.int64)


def conflict_of(chosen: Trips, squad: int, drones: int, pool: Trips) -> Conflict:
    """Return a conflict of trips that `drones` of a squad cannot fly.

    Trips are left out while the rest cannot be flown; then windows are widened and lengths cut
    while that stays so: the more trips of the `pool` meet a demand, the more the conflict says.
    """
    least = chosen.take(np.argsort(chosen.last - chosen.first, kind="stable"))
    for at in reversed(range(len(chosen))):
        kept = least.take(np.arange(len(least)) != at)
        if _in_conflict(kept, drones):
            least = kept
    limits = (("first", pool.first.min()), ("last", pool.last.max()), ("length", 0))
    for at in range(len(least)):
        for name, limit in limits:
            least = _eased(least, at, name, int(limit), drones)
    return Conflict(squad, drones, tuple(_demand(least, at, pool) for at in range(len(least))))


def _in_conflict(trips: Trips, drones: int) -> bool:
    """Tell whether trips surely cannot be flown, with little effort."""
    try:
        return len(trips) > drones and starts_of(trips, drones, LITTLE) is None
    except TimeoutError:
        return False


def _eased(trips: Trips, at: int, name: str, limit: int, drones: int) -> Trips:
    """Return trips with a figure of one of them as near to a limit as leaves them in conflict."""
    held, far = int(getattr(trips, name)[at]), limit
    for _ in range(STEPS):
        figures = getattr(trips, name).copy()
        figures[at] = far
        eased = replace(trips, **{name: figures})
        if _in_conflict(eased, drones):
            return eased
        far = (far + held) // 2
    return trips


def _demand(trips: Trips, at: int, pool: Trips) -> Demand:
    """Return a demand that a trip meets, for that of its jobs of which most others do."""
    first, last, length = (int(each[at]) for each in (trips.first, trips.last, trips.length))
    demands = [Demand(job, first, last, length) for job in trips.jobs[at].tolist() if job >= 0]
    return max(demands, key=lambda each: int(each.met(pool).sum()))

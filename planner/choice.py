"""The choice in whole sorties: CP-SAT over the columns that the relaxation prices near zero."""

from dataclasses import dataclass

import numpy as np
from ortools.sat.python import cp_model

from planner.columns import BUCKET_S, Columns
from planner.dispatch import Dispatcher, Tour, Unflyable
from planner.instance import Instance
from planner.master import TIMES, Relaxation
from planner.tables import Floats, Ints

CANDIDATES = 5000
"""Columns kept for the choice, by reduced cost."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How long CP-SAT may work: wall time, or deterministic time on one worker."""

    seconds: float
    workers: int
    seed: int
    deterministic: bool

    def solver(self) -> cp_model.CpSolver:
        """Return a solver set up so."""
        solver = cp_model.CpSolver()
        solver.parameters.random_seed = self.seed
        if self.deterministic:
            solver.parameters.num_workers = 1
            solver.parameters.max_deterministic_time = self.seconds
        else:
            solver.parameters.num_workers = self.workers
            solver.parameters.max_time_in_seconds = self.seconds
        return solver


@dataclass(frozen=True)
class Candidates:
    """Columns that can be flown on an empty day, with what they cost there."""

    which: Ints
    cents: Floats
    seconds: Floats


def flyable(
    instance: Instance, columns: Columns, relaxation: Relaxation, count: int = CANDIDATES
) -> Candidates:
    """Return the columns nearest to zero reduced cost that an empty day lets fly.

    Each squad, group and sequence is timed once, at its best bucket; what it costs there over its
    bound is added to the bounds of its other buckets.
    """
    near = np.argsort(relaxation.reduced_cents, kind="stable")[:count]
    picked = np.unique(np.concatenate((near, relaxation.used[relaxation.value > 1e-6])))
    order = picked[np.argsort(relaxation.reduced_cents[picked], kind="stable")]
    dispatcher = Dispatcher(instance)
    over: dict[tuple[int, ...], tuple[float, float] | None] = {}
    kept, cents, seconds = [], [], []
    for column in order.tolist():
        key = (
            int(columns.squad[column]),
            int(columns.sequence[column]),
            *columns.jobs[column].tolist(),
        )
        if key not in over:
            tour = Tour(key[0], columns.steps(column))
            try:
                timed = dispatcher.best(tour, int(columns.bucket[column]) * BUCKET_S, tries=4)
            except Unflyable:
                over[key] = None
            else:
                length = timed.end_s - timed.start_s
                over[key] = (
                    max(0.0, timed.cents - float(columns.cents[column])),
                    max(0.0, length - float(columns.seconds[column])),
                )
        extra = over[key]
        if extra is not None:
            kept.append(column)
            cents.append(float(columns.cents[column]) + extra[0])
            seconds.append(float(columns.seconds[column]) + extra[1])
    return Candidates(np.array(kept, dtype=np.int64), np.array(cents), np.array(seconds))


def choose(
    instance: Instance, columns: Columns, candidates: Candidates, limits: Limits
) -> list[int]:
    """Return columns that serve each job at most once within the fleet, near least cost.

    A chosen column occupies a drone from its bucket's start to half a bucket after its duration, so
    that drones can nearly always be found for its start in the bucket.
    """
    model = cp_model.CpModel()
    taken = [model.new_bool_var("") for _ in candidates.which]
    out = [model.new_bool_var("") for _ in instance.jobs]
    serving: list[list[cp_model.IntVar]] = [[each] for each in out]
    held: dict[tuple[int, int], list[cp_model.IntVar]] = {}
    for at, column in enumerate(candidates.which.tolist()):
        for job in columns.jobs[column]:
            if job >= 0:
                serving[int(job)].append(taken[at])
        squad, begin = int(columns.squad[column]), int(columns.bucket[column])
        end = begin + int(np.ceil((candidates.seconds[at] + BUCKET_S / 2) / BUCKET_S))
        for time in range(begin, min(end, TIMES)):
            held.setdefault((squad, time), []).append(taken[at])
    for group in serving:
        model.add_exactly_one(group)
    drones = [model.new_int_var(0, len(squad.drones), "") for squad in instance.squads]
    for (squad, _), group in held.items():
        model.add(cp_model.LinearExpr.sum(group) <= drones[squad])
    unserved = [instance.prices.unserved_cents[job.order.priority] for job in instance.jobs]
    cost = [
        *np.rint(candidates.cents).astype(int).tolist(),
        *unserved,
        *([instance.prices.drone_day_cents] * len(drones)),
    ]
    model.minimize(cp_model.LinearExpr.weighted_sum([*taken, *out, *drones], cost))
    solver = limits.solver()
    status = solver.solve(model)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return []
    return [
        int(column)
        for variable, column in zip(taken, candidates.which, strict=True)
        if solver.boolean_value(variable)
    ]

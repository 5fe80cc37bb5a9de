"""The choice in whole sorties: CP-SAT over the columns that the relaxation prices near zero."""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from ortools.sat.python import cp_model

from planner.columns import BUCKET_S, Columns
from planner.dispatch import Dispatcher
from planner.instance import Instance
from planner.master import Master, Relaxation, first_of_each
from planner.roster import Roster
from planner.tables import Floats, Ints
from planner.tour import TimedTour, Tour, Unflyable

NEAREST, PER_JOB = 40, 30
"""Columns kept for the choice, nearest by reduced cost: for each job on average, and at least."""

NEAR_CORE_CENTS, PER_JOB_IN_CORE = 150.0, 8
"""Reduced cost of the candidates that a whole day is chosen among first, and how many a job."""

SOME_SHARE = 0.2
"""Columns that the relaxation uses less are not rounded up."""

OVERLAP_S = 100
"""How much tours of one drone may overlap in the choice; the timing moves them apart."""


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


class Candidates:
    """Columns worth choosing from, with what they cost and how long they last on an empty day.

    `core` are those that a whole day is chosen among, `rounded` some that the relaxation over all
    of them uses most.
    """

    def __init__(
        self,
        instance: Instance,
        columns: Columns,
        relaxation: Relaxation,
        late: Callable[[], bool] = lambda: False,
    ) -> None:
        self._dispatcher = Dispatcher(instance)
        reduced = relaxation.reduced_cents
        alone = _near(columns, reduced, 0, 1)
        nearest = NEAREST * len(np.unique(columns.jobs[columns.jobs >= 0]))
        near = np.setdiff1d(_near(columns, reduced, nearest, PER_JOB), alone)
        near = near[np.argsort(reduced[near], kind="stable")]
        ordered = columns.take(np.concatenate((alone, near)))
        self.columns = self._timed(ordered, len(alone), late)
        estimate = Master(instance, self.columns).relax()
        reduced = estimate.reduced_cents
        nearest = int((reduced < NEAR_CORE_CENTS).sum())
        self.core = _near(self.columns, reduced, nearest, PER_JOB_IN_CORE)
        self.rounded = self._round(estimate)

    def _round(self, relaxation: Relaxation) -> list[int]:
        """Return the candidates that a relaxation uses most, while their jobs are apart."""
        served: set[int] = set()
        found = []
        for number in np.argsort(-relaxation.value, kind="stable").tolist():
            at = int(relaxation.used[number])
            if relaxation.value[number] < SOME_SHARE:
                break
            if served.isdisjoint(self.jobs(at)):
                served.update(self.jobs(at))
                found.append(at)
        return found

    def tour(self, at: int) -> Tour:
        """Return the tour of a candidate."""
        return Tour(int(self.columns.squad[at]), self.columns.steps(at))

    def start_s(self, at: int) -> int:
        """Return the start of a candidate's bucket."""
        return int(self.columns.bucket[at]) * BUCKET_S

    def jobs(self, at: int) -> list[int]:
        """Return the jobs of a candidate."""
        return [job for job in self.columns.jobs[at].tolist() if job >= 0]

    def _timed(self, near: Columns, needed: int, late: Callable[[], bool]) -> Columns:
        """Return columns with what they cost and take on an empty day, without those that fail.

        What fits into a stretch of steady wind without a wait is timed once and moved about in it.
        When it gets `late`, those left over are dropped, but for the `needed` first.
        """
        known: dict[tuple[int, ...], list[TimedTour]] = {}
        kept, cents, seconds = [], [], []
        for at in range(len(near)):
            if at >= needed and late():
                break
            tour = Tour(int(near.squad[at]), near.steps(at))
            start = int(near.bucket[at]) * BUCKET_S
            key = (tour.squad, int(near.sequence[at]), *near.jobs[at].tolist())
            timed = next(
                (
                    each
                    for each in known.get(key, ())
                    if self._dispatcher.may_move(each, start - each.start_s)
                ),
                None,
            )
            if timed is None:
                try:
                    timed = self._dispatcher.best(tour, start, tries=3)
                except Unflyable:
                    continue
                known.setdefault(key, []).append(timed)
            kept.append(at)
            cents.append(max(float(near.cents[at]), timed.cents))
            seconds.append(max(float(near.seconds[at]), timed.end_s - timed.start_s))
        taken = near.take(np.array(kept, dtype=np.int64))
        return replace(taken, cents=np.array(cents), seconds=np.array(seconds))


def _near(columns: Columns, reduced_cents: Floats, nearest: int, per_job: int) -> Ints:
    """Return columns near zero reduced cost: the nearest, and some for each job, also alone."""
    ranked = np.argsort(reduced_cents, kind="stable")
    near = [ranked[:nearest]]
    for slot in range(columns.jobs.shape[1]):
        near.append(ranked[first_of_each(columns.jobs[ranked, slot], per_job)])
    alone = ranked[columns.jobs[ranked, 1] < 0]
    near.append(alone[first_of_each(columns.jobs[alone, 0], per_job)])
    found: Ints = np.unique(np.concatenate(near))
    return found


def choose(
    roster: Roster,
    candidates: Candidates,
    among: Ints,
    jobs: frozenset[int],
    limits: Limits,
    spare: frozenset[str],
) -> list[int]:
    """Return candidates that serve some of `jobs` beside what is on the roster, near least cost.

    Chosen are positions in `candidates`, from `among`. One occupies a drone from its bucket's start
    for its duration; that other flights may hold it up is left to the timing. Drones of `spare`
    are not used.
    """
    instance = roster.instance
    model = cp_model.CpModel()
    columns = candidates.columns
    inside = np.isin(columns.jobs[among], [-1, *jobs]).all(axis=1)
    picked = among[inside].tolist()
    taken = {at: model.new_bool_var("") for at in picked}
    out = {job: model.new_bool_var("") for job in sorted(jobs)}
    serving: dict[int, list[cp_model.IntVar]] = {job: [each] for job, each in out.items()}
    held: dict[tuple[int, int], list[cp_model.IntVar]] = {}
    for at in picked:
        for job in candidates.jobs(at):
            serving[job].append(taken[at])
        number, begin = int(columns.squad[at]), int(columns.bucket[at])
        span = math.ceil((columns.seconds[at] - OVERLAP_S) / BUCKET_S)
        for tick in range(begin, begin + max(1, span)):
            held.setdefault((number, tick), []).append(taken[at])
    for group in serving.values():
        model.add_exactly_one(group)
    drones, busy = [], _busy(roster)
    for squad in instance.squads:
        used = sum(1 for drone in squad.drones if roster.flown[drone])
        most = sum(1 for drone in squad.drones if drone not in spare or roster.flown[drone])
        drones.append(model.new_int_var(used, max(used, most), ""))
    for (number, tick), group in held.items():
        held_already = min(busy.get((number, tick), 0), len(instance.squads[number].drones))
        model.add(cp_model.LinearExpr.sum(group) <= drones[number] - held_already)
    unserved = instance.prices.unserved_cents
    cost = [
        *np.rint(columns.cents[picked]).astype(int).tolist(),
        *(unserved[instance.jobs[job].order.priority] for job in out),
        *([instance.prices.drone_day_cents] * len(drones)),
    ]
    every = [*taken.values(), *out.values(), *drones]
    model.minimize(cp_model.LinearExpr.weighted_sum(every, cost))
    solver = limits.solver()
    status = solver.solve(model)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return []
    return [at for at in picked if solver.boolean_value(taken[at])]


def _busy(roster: Roster) -> dict[tuple[int, int], int]:
    """Return how many drones of each squad the roster holds at the middle of each bucket."""
    found: dict[tuple[int, int], int] = {}
    for _, timed in roster.tours():
        first = math.ceil(timed.start_s / BUCKET_S - 0.5)
        for tick in range(first, math.ceil(timed.end_s / BUCKET_S - 0.5)):
            key = (timed.tour.squad, tick)
            found[key] = found.get(key, 0) + 1
    return found

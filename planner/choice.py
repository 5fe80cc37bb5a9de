"""The choice in whole sorties: CP-SAT over the columns that the relaxation prices near zero."""

import math
from dataclasses import dataclass, replace

import numpy as np
from ortools.sat.python import cp_model

from planner.columns import BUCKET_S, Columns
from planner.dispatch import Dispatcher, Tour, Unflyable
from planner.instance import Instance
from planner.master import Master, Relaxation
from planner.roster import Roster
from planner.tables import Floats, Ints

NEAREST = 4000
"""Columns kept for the choice, by reduced cost."""

CORE, PER_JOB_IN_CORE = 2500, 6
"""Candidates that the first choice of a whole day is made among, and how many more for each job."""

SOME_SHARE = 0.2
"""Columns that the relaxation uses less are not rounded up."""

SOME_DRONE = 0.2
"""Squads of which the relaxation uses less are left out of the first choice."""

TICK_S = 100
"""Times at which the fleet is counted."""

PER_JOB = 30
"""Columns kept besides for each job, and as many that serve it alone."""


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
    """Columns worth choosing from, with what they cost on an empty day.

    `cents` and `seconds` are estimates: the bound of each column and what its squad, group and
    sequence cost over their bound where they were timed. `timed` tells for sure.
    """

    def __init__(self, instance: Instance, columns: Columns, relaxation: Relaxation) -> None:
        self.columns = columns
        self._dispatcher = Dispatcher(instance)
        self._flies: dict[int, bool] = {}
        which, cents, seconds = self._estimates(_near(columns, relaxation))
        self.which: Ints = np.array(which, dtype=np.int64)
        self.cents: Floats = np.array(cents)
        self.seconds: Floats = np.array(seconds)
        self.alive = np.ones(len(which), dtype=bool)
        own = replace(columns.take(self.which), cents=self.cents, seconds=self.seconds)
        estimate = Master(instance, own).relax()
        self.core = self._core(own, estimate)
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

    @staticmethod
    def _core(own: Columns, relaxation: Relaxation) -> Ints:
        """Return the candidates that a whole day is chosen among first.

        They are the ones nearest to zero reduced cost in a relaxation of their own, at their
        estimated costs, with some for each job, of the squads that it uses.
        """
        squads = np.flatnonzero(relaxation.drones > SOME_DRONE)
        ranked = np.argsort(relaxation.reduced_cents, kind="stable")
        ranked = ranked[np.isin(own.squad[ranked], squads)]
        alone = ranked[own.jobs[ranked, 1] < 0]
        near = [ranked[:CORE], alone[_first_of_each(own.jobs[alone, 0], PER_JOB_IN_CORE)]]
        for slot in range(own.jobs.shape[1]):
            near.append(ranked[_first_of_each(own.jobs[ranked, slot], PER_JOB_IN_CORE)])
        found: Ints = np.unique(np.concatenate(near))
        return found

    def tour(self, at: int) -> Tour:
        """Return the tour of a candidate."""
        column = int(self.which[at])
        return Tour(int(self.columns.squad[column]), self.columns.steps(column))

    def start_s(self, at: int) -> int:
        """Return the start of a candidate's bucket."""
        return int(self.columns.bucket[self.which[at]]) * BUCKET_S

    def jobs(self, at: int) -> list[int]:
        """Return the jobs of a candidate."""
        return [job for job in self.columns.jobs[self.which[at]].tolist() if job >= 0]

    def drop_unflyable(self, chosen: list[int]) -> bool:
        """Drop those of `chosen` that an empty day does not let fly at their time; tell if any."""
        for at in chosen:
            if at not in self._flies:
                try:
                    self._dispatcher.best(self.tour(at), self.start_s(at), tries=4)
                except Unflyable:
                    self._flies[at] = False
                else:
                    self._flies[at] = True
        dropped = [at for at in chosen if not self._flies[at]]
        self.alive[dropped] = False
        return bool(dropped)

    def _estimates(self, order: Ints) -> tuple[list[int], list[float], list[float]]:
        """Time each squad, group and sequence once a stretch of the day; keep what flies."""
        columns = self.columns
        over: dict[tuple[int, ...], tuple[float, float] | None] = {}
        kept: list[int] = []
        cents: list[float] = []
        seconds: list[float] = []
        for column in order.tolist():
            squad, sequence = int(columns.squad[column]), int(columns.sequence[column])
            start = int(columns.bucket[column]) * BUCKET_S
            stretch = self._dispatcher.instance.legs.step(start)
            key = (squad, sequence, stretch, *columns.jobs[column].tolist())
            bound = float(columns.cents[column]), float(columns.seconds[column])
            if key not in over:
                try:
                    timed = self._dispatcher.best(
                        Tour(squad, columns.steps(column)), start, tries=4
                    )
                except Unflyable:
                    over[key] = None
                else:
                    length = timed.end_s - timed.start_s
                    over[key] = max(0.0, timed.cents - bound[0]), max(0.0, length - bound[1])
            extra = over[key]
            if extra is not None:
                kept.append(column)
                cents.append(bound[0] + extra[0])
                seconds.append(bound[1] + extra[1])
        return kept, cents, seconds


def _near(columns: Columns, relaxation: Relaxation) -> Ints:
    """Return the columns nearest to zero reduced cost, by reduced cost, some for each job."""
    ranked = np.argsort(relaxation.reduced_cents, kind="stable")
    near = [ranked[:NEAREST]]
    for slot in range(columns.jobs.shape[1]):
        near.append(ranked[_first_of_each(columns.jobs[ranked, slot], PER_JOB)])
    alone = ranked[columns.jobs[ranked, 1] < 0]
    near.append(alone[_first_of_each(columns.jobs[alone, 0], PER_JOB)])
    picked = np.unique(np.concatenate(near))
    found: Ints = picked[np.argsort(relaxation.reduced_cents[picked], kind="stable")]
    return found


def _first_of_each(jobs: Ints, count: int) -> Ints:
    """Return the positions of the first `count` entries of each job; -1 is no job."""
    by_job = np.argsort(jobs, kind="stable")
    ordered = jobs[by_job]
    begin = np.searchsorted(ordered, ordered)
    kept: Ints = by_job[(np.arange(len(jobs)) - begin < count) & (ordered >= 0)]
    return kept


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
    columns, which = candidates.columns, candidates.which
    inside = np.isin(columns.jobs[which[among]], [-1, *jobs]).all(axis=1) & candidates.alive[among]
    picked = among[inside].tolist()
    taken = {at: model.new_bool_var("") for at in picked}
    out = {job: model.new_bool_var("") for job in sorted(jobs)}
    serving: dict[int, list[cp_model.IntVar]] = {job: [each] for job, each in out.items()}
    held: dict[tuple[int, int], list[cp_model.IntVar]] = {}
    for at in picked:
        for job in candidates.jobs(at):
            serving[job].append(taken[at])
        number, begin = int(columns.squad[which[at]]), candidates.start_s(at)
        for tick in range(begin // TICK_S, math.ceil((begin + candidates.seconds[at]) / TICK_S)):
            held.setdefault((number, tick), []).append(taken[at])
    for group in serving.values():
        model.add_exactly_one(group)
    drones, busy = [], _busy(roster)
    for squad in instance.squads:
        used = sum(1 for drone in squad.drones if roster.flown[drone])
        most = sum(1 for drone in squad.drones if drone not in spare or roster.flown[drone])
        drones.append(model.new_int_var(used, max(used, most), ""))
    for (number, tick), group in held.items():
        # Two tours that follow each other within a tick may both be counted there.
        held_already = min(busy.get((number, tick), 0), len(instance.squads[number].drones))
        model.add(cp_model.LinearExpr.sum(group) <= drones[number] - held_already)
    unserved = instance.prices.unserved_cents
    cost = [
        *np.rint(candidates.cents[picked]).astype(int).tolist(),
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
    """Return how many drones of each squad the roster holds at each tick."""
    found: dict[tuple[int, int], int] = {}
    for _, timed in roster.tours():
        for tick in range(timed.start_s // TICK_S, math.ceil(timed.end_s / TICK_S)):
            key = (timed.tour.squad, tick)
            found[key] = found.get(key, 0) + 1
    return found

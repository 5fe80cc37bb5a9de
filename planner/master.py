"""The choice of sorties as a set partition over the columns: relaxation, bound and prices.

Variables: x_c for each column c (a sortie started in a bucket), u_j for each job left out, y_q for
the drones used of squad q. Minimise sum c_c x_c + sum p_j u_j + sum d y_q subject to

    cover:  sum over c serving j of x_c + u_j >= 1                        each job j
    fleet:  sum over c of squad q surely under way at t of x_c <= y_q     each q, bucket start t
    link:   sum over c of squad q serving j of x_c <= y_q                 each squad q, job j
    0 <= y_q <= number of drones of q

A column is surely under way at t if every start in its bucket puts it there, so the fleet rows are
a relaxation of what a fleet can do; the link rows hold for whole drones. Rows of blocks, pads and
bays are left out altogether. The relaxation's value is therefore a lower bound on every plan.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import csr_matrix

from geodata.schedule import DAY_S
from planner.columns import BUCKET_S, Columns
from planner.instance import Instance
from planner.linear import Solution, minimise
from planner.tables import Floats, Ints

TIMES = DAY_S // BUCKET_S + 1
"""Bucket starts of a day."""

ENTERING = 40
"""Columns that enter for a job at a time."""

FINE, ROUGH = 5e-4, 1e-2
"""Shares of the value that columns left out may be worth, and that new rows must add."""

REFINED = 8000
"""Columns that are bounded tightly in a round at most."""

NEAR_CENTS = 100.0
"""Columns whose reduced cost is less may enter."""

FAR_CENTS = 1000.0
"""Columns whose reduced cost is more are dropped from a solved programme; they may come back."""

Refine = Callable[[Columns], tuple[Floats, Floats]]
"""Bounds cents and seconds of columns more tightly."""


@dataclass(frozen=True)
class Relaxation:
    """A solved linear relaxation over a pool of columns.

    `cents` bounds the cost of every plan made of the pool's sorties from below. `job_cents` are the
    duals of the jobs, by squad: what serving a job with the squad is worth; `reduced_cents` prices
    every column of the pool; `value` are those of the columns `used`; `drones` is the least-cost
    number of drones by squad, fractional.
    """

    cents: float
    job_cents: Floats
    reduced_cents: Floats
    value: Floats
    used: Ints
    drones: Floats


@dataclass(frozen=True)
class _Duals:
    """Duals of the rows: by job, by (squad, bucket start), by (squad, job)."""

    cover: Floats
    fleet: Floats
    link: Floats


class Master:
    """The relaxation over all columns, solved by column and row generation on the pool.

    Rows beside the covers are numbered: fleet rows first, then link rows.
    """

    def __init__(self, instance: Instance, columns: Columns, refine: Refine | None = None) -> None:
        self.columns = columns
        self.refine = refine
        self.fine = np.full(len(columns), refine is None)
        self.present = np.unique(columns.jobs[columns.jobs >= 0])
        self.group = np.where(
            columns.jobs >= 0, np.searchsorted(self.present, columns.jobs), np.int64(-1)
        )
        self.jobs = len(self.present)
        self.squads = len(instance.squads)
        unserved = instance.prices.unserved_cents
        self.all_unserved = np.array(
            [unserved[job.order.priority] for job in instance.jobs], dtype=float
        )
        self.unserved = self.all_unserved[self.present]
        self.day_cents = float(instance.prices.drone_day_cents)
        self.counts = np.array([len(squad.drones) for squad in instance.squads], dtype=float)
        self.fleet_rows = self.squads * TIMES
        self.cents = columns.cents.copy()
        self.seconds = columns.seconds.copy()
        self.first = columns.bucket + 1
        self.last = self._last(np.arange(len(columns)))

    def _last(self, which: Ints) -> Ints:
        """Return the last bucket start at which columns are surely under way."""
        end = np.minimum(self.columns.bucket[which] * BUCKET_S + self.seconds[which], DAY_S)
        last = (np.ceil(end / BUCKET_S) - 1).astype(np.int64)
        return np.maximum(self.first[which] - 1, last)

    def _refine(self, which: Ints) -> None:
        """Bound columns as tightly as can be, those that were not yet."""
        which = which[~self.fine[which]]
        if self.refine is None or not len(which):
            return
        self.cents[which], self.seconds[which] = self.refine(self.columns.take(which))
        self.fine[which] = True
        self.last[which] = self._last(which)

    def relax(
        self,
        most_cents: Floats | None = None,
        late: Callable[[], bool] = lambda: False,
        tolerance: float = FINE,
    ) -> Relaxation:
        """Solve the relaxation: columns and broken rows enter until value and bound meet.

        Every set of duals gives a bound (Lagrange); the best of all rounds is returned, also when
        it gets `late`. Leaving rows out only relaxes further. `most_cents`, an array [squad, job],
        is what jobs may be worth to a squad where sorties that cost more are left out of the
        columns; the bound is that of duals cut down to it.
        """
        picked = self._start()
        rows = np.flatnonzero(np.arange(self.fleet_rows) % TIMES % 3 == 0)
        best: tuple[float, _Duals] | None = None
        before = -np.inf
        while True:
            solution, duals = self._solve(picked, rows)
            broken = self._broken(solution.variables, picked, rows)
            reduced = self._priced(duals)
            bound = self._bound(duals, most_cents)
            if best is None or bound > best[0]:
                best = bound, duals
                used = solution.variables[: len(picked)] > 0
                kept = picked[used | (reduced[picked] < FAR_CENTS)]
            else:
                kept = picked
            entering = self._entering(reduced, picked)
            met = solution.value - best[0] <= tolerance * solution.value
            settled = solution.value <= before * (1 + tolerance) or not len(broken)
            if late() or (settled and (met or not len(entering))):
                break
            before = solution.value
            rows = np.union1d(rows, broken)
            picked = np.union1d(kept[np.isfinite(self.cents[kept])], entering)
        _, duals = best
        # Jobs of which there is no column are left out at their price.
        job_cents = np.tile(self.all_unserved, (self.squads, 1))
        job_cents[:, self.present] = duals.cover + duals.link
        absent_cents = float(self.all_unserved.sum() - self.unserved.sum())
        return Relaxation(
            self._bound(duals, most_cents) + absent_cents,
            job_cents,
            self._reduced(duals),
            solution.variables[: len(picked)],
            picked,
            solution.variables[len(picked) + self.jobs :],
        )

    def _priced(self, duals: _Duals) -> Floats:
        """Return the reduced costs, those columns bounded tightly that enter otherwise."""
        reduced = self._reduced(duals)
        loose = np.flatnonzero(~self.fine & (reduced < NEAR_CENTS))
        if len(loose):
            self._refine(loose[np.argsort(reduced[loose], kind="stable")[:REFINED]])
            reduced = self._reduced(duals)
        return reduced

    def _bound(self, duals: _Duals, most_cents: Floats | None) -> float:
        """Return the Lagrangian bound of duals: the least that any plan costs under their prices.

        Every sortie serves a job, so each job's columns are used once at most.
        """
        if most_cents is not None:
            most = most_cents[:, self.present]
            duals = replace(duals, link=np.minimum(duals.link, most - duals.cover))
        reduced = self._reduced(duals)
        least = np.zeros(self.jobs)
        np.minimum.at(least, self.group[:, 0], reduced)
        day = self.day_cents + duals.fleet.sum(axis=1) + duals.link.sum(axis=1)
        idle = np.minimum(0.0, day) @ self.counts
        return float(duals.cover.sum() + idle + least.sum())

    def _start(self) -> Ints:
        """Return the cheapest few columns of each job to start from."""
        order = np.argsort(self.cents, kind="stable")
        kept = [
            order[first_of_each(self.group[order, slot], ENTERING)]
            for slot in range(self.group.shape[1])
        ]
        found: Ints = np.unique(np.concatenate(kept))
        return found

    def _entering(self, reduced: Floats, picked: Ints) -> Ints:
        """Return columns to add: for each job its few of least reduced cost, if any is negative.

        Those a little above zero are worth having: they keep the duals of the next round near.
        """
        outside = np.ones(len(reduced), dtype=bool)
        outside[picked] = False
        near = np.flatnonzero(outside & (reduced < NEAR_CENTS))
        if not (reduced[near] < -1e-4).any():
            return np.empty(0, dtype=np.int64)
        order = near[np.argsort(reduced[near], kind="stable")]
        found = [
            order[first_of_each(self.group[order, slot], ENTERING)]
            for slot in range(self.group.shape[1])
        ]
        entering: Ints = np.unique(np.concatenate(found))
        return entering

    def _reduced(self, duals: _Duals) -> Floats:
        """Return the reduced cost of every column under the duals."""
        columns = self.columns
        worth = np.zeros((self.squads, self.jobs + 1))
        worth[:, :-1] = duals.cover + duals.link
        running = np.zeros((self.squads, TIMES + 1))
        np.cumsum(duals.fleet, axis=1, out=running[:, 1:])
        held = running[columns.squad, self.last + 1] - running[columns.squad, self.first]
        served = worth[columns.squad[:, None], self.group].sum(axis=1)
        found: Floats = self.cents - served - held
        return found

    def _broken(self, value: Floats, picked: Ints, rows: Ints) -> Ints:
        """Return the rows beside the covers that a solution does not keep."""
        every = np.arange(self.fleet_rows + self.squads * self.jobs)
        excess = (self.matrix(picked, every) @ value)[self.jobs :]
        return np.setdiff1d(np.flatnonzero(excess > 0.02), rows)

    def _solve(self, picked: Ints, rows: Ints) -> tuple[Solution, _Duals]:
        """Solve over some columns and rows."""
        matrix = self.matrix(picked, rows)
        count, width = matrix.shape
        lower = np.concatenate((np.ones(self.jobs), np.full(len(rows), -np.inf)))
        upper = np.concatenate((np.full(self.jobs, np.inf), np.zeros(len(rows))))
        ceiling = np.concatenate((np.full(width - self.squads, np.inf), self.counts))
        solution = minimise(self.costs(picked), matrix, lower, upper, ceiling)
        beside = np.zeros(self.fleet_rows + self.squads * self.jobs)
        beside[rows] = solution.duals[self.jobs : count]
        return solution, _Duals(
            solution.duals[: self.jobs],
            beside[: self.fleet_rows].reshape(self.squads, TIMES),
            beside[self.fleet_rows :].reshape(self.squads, self.jobs),
        )

    def costs(self, picked: Ints) -> Floats:
        """Return the cost of each variable: picked columns, jobs left out, drones by squad."""
        days = np.full(self.squads, self.day_cents)
        found: Floats = np.concatenate((self.cents[picked], self.unserved, days))
        return found

    def matrix(self, picked: Ints, rows: Ints) -> csr_matrix:
        """Return the rows over picked columns: one a job, then the given rows beside."""
        columns, count = self.columns, len(picked)
        group, squad = self.group[picked], columns.squad[picked]
        at, slot = np.nonzero(group >= 0)
        job = group[at, slot]
        span = self.last[picked] - self.first[picked] + 1
        held = np.repeat(np.arange(count), span)
        time = np.arange(len(held)) - np.repeat(np.cumsum(span) - span, span)
        fleet = squad[held] * TIMES + time + self.first[picked][held]
        link = self.fleet_rows + squad[at] * self.jobs + job
        position = np.full(self.fleet_rows + self.squads * self.jobs, -1)
        position[rows] = np.arange(len(rows))
        beside, column = np.concatenate((fleet, link)), np.concatenate((held, at))
        kept = position[beside] >= 0
        of_row = np.where(
            rows < self.fleet_rows, rows // TIMES, (rows - self.fleet_rows) // max(1, self.jobs)
        )
        row = np.concatenate(
            (
                job,
                np.arange(self.jobs),
                self.jobs + position[beside[kept]],
                self.jobs + np.arange(len(rows)),
            )
        )
        into = np.concatenate(
            (at, count + np.arange(self.jobs), column[kept], count + self.jobs + of_row)
        )
        ones = np.ones(len(at) + self.jobs + int(kept.sum()))
        shape = (self.jobs + len(rows), count + self.jobs + self.squads)
        return csr_matrix((np.concatenate((ones, -np.ones(len(rows)))), (row, into)), shape=shape)

    def bounded(self) -> Columns:
        """Return the columns with the tightest bounds known."""
        return replace(self.columns, cents=self.cents, seconds=self.seconds)


def first_of_each(jobs: Ints, count: int) -> Ints:
    """Return the positions of the first `count` entries of each job; -1 is no job."""
    by_job = np.argsort(jobs, kind="stable")
    ordered = jobs[by_job]
    begin = np.searchsorted(ordered, ordered)
    kept: Ints = by_job[(np.arange(len(jobs)) - begin < count) & (ordered >= 0)]
    return kept

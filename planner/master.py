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

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix

from geodata.schedule import DAY_S
from planner.columns import BUCKET_S, Columns
from planner.instance import Instance
from planner.linear import Solution, minimise
from planner.tables import Floats, Ints

TIMES = DAY_S // BUCKET_S + 1
"""Bucket starts of a day."""

ENTERING = 25
"""Columns that enter for a job at a time."""

_TOLERANCE = 5e-4
"""Share of the value that columns left out may be worth, and that new rows must add."""


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

    def __init__(self, instance: Instance, columns: Columns) -> None:
        self.columns = columns
        self.jobs = len(instance.jobs)
        self.squads = len(instance.squads)
        unserved = instance.prices.unserved_cents
        self.unserved = np.array(
            [unserved[job.order.priority] for job in instance.jobs], dtype=float
        )
        self.day_cents = float(instance.prices.drone_day_cents)
        self.counts = np.array([len(squad.drones) for squad in instance.squads], dtype=float)
        self.fleet_rows = self.squads * TIMES
        self.first = columns.bucket + 1
        last = np.ceil((columns.bucket * BUCKET_S + columns.seconds) / BUCKET_S) - 1
        self.last = np.maximum(self.first - 1, np.minimum(last, TIMES - 1)).astype(np.int64)

    def relax(self) -> Relaxation:
        """Solve the relaxation: columns, then broken rows, enter until little is violated.

        Leaving rows out only relaxes further. Columns left out are paid for: every sortie serves a
        job, so the least negative reduced cost of each job's columns makes the value a bound.
        """
        picked = self._start()
        rows = np.flatnonzero(np.arange(self.fleet_rows) % TIMES % 3 == 0)
        before = -np.inf
        while True:
            while True:
                solution, duals = self._solve(picked, rows)
                reduced = self._reduced(duals)
                missed = self._missed(reduced)
                entering = self._entering(reduced, picked)
                if missed > -_TOLERANCE * solution.value or not len(entering):
                    break
                picked = np.concatenate((picked, entering))
            if solution.value < before * (1 + _TOLERANCE):
                break
            before = solution.value
            broken = self._broken(solution.variables, picked, rows)
            if not len(broken):
                break
            rows = np.union1d(rows, broken)
        return Relaxation(
            solution.value + missed,
            duals.cover + duals.link,
            reduced,
            solution.variables[: len(picked)],
            picked,
            solution.variables[len(picked) + self.jobs :],
        )

    def _missed(self, reduced: Floats) -> float:
        """Return how much columns not in the relaxation could lower its value at most."""
        least = np.zeros(self.jobs)
        np.minimum.at(least, self.columns.jobs[:, 0], reduced)
        return float(least.sum())

    def _start(self) -> Ints:
        """Return the cheapest few columns of each job to start from."""
        columns = self.columns
        order = np.argsort(columns.cents, kind="stable")
        kept = [np.empty(0, dtype=np.int64)]
        for slot in range(columns.jobs.shape[1]):
            job = columns.jobs[order, slot]
            inside = np.flatnonzero(job >= 0)
            by_job = inside[np.argsort(job[inside], kind="stable")]
            begin = np.searchsorted(job[by_job], job[by_job])
            kept.append(order[by_job[np.arange(len(by_job)) - begin < ENTERING]])
        found: Ints = np.unique(np.concatenate(kept))
        return found

    def _entering(self, reduced: Floats, picked: Ints) -> Ints:
        """Return columns to add: for each job its most negative few."""
        negative = np.setdiff1d(np.flatnonzero(reduced < -1e-4), picked)
        order = negative[np.argsort(reduced[negative], kind="stable")]
        taken = np.zeros(self.jobs + 1, dtype=np.int64)
        chosen = []
        for column, group in zip(order.tolist(), self.columns.jobs[order].tolist(), strict=True):
            inside = [job for job in group if job >= 0]
            if min(taken[inside]) < ENTERING:
                taken[inside] += 1
                chosen.append(column)
        return np.array(sorted(chosen), dtype=np.int64)

    def _reduced(self, duals: _Duals) -> Floats:
        """Return the reduced cost of every column under the duals."""
        columns = self.columns
        worth = np.zeros((self.squads, self.jobs + 1))
        worth[:, :-1] = duals.cover + duals.link
        running = np.zeros((self.squads, TIMES + 1))
        np.cumsum(duals.fleet, axis=1, out=running[:, 1:])
        held = running[columns.squad, self.last + 1] - running[columns.squad, self.first]
        served = worth[columns.squad[:, None], columns.jobs].sum(axis=1)
        found: Floats = columns.cents - served - held
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
        found: Floats = np.concatenate((self.columns.cents[picked], self.unserved, days))
        return found

    def matrix(self, picked: Ints, rows: Ints) -> csr_matrix:
        """Return the rows over picked columns: one a job, then the given rows beside."""
        columns, count = self.columns, len(picked)
        group, squad = columns.jobs[picked], columns.squad[picked]
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

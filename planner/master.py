"""The choice of sorties as a set partition over columns: relaxation, bound and prices.

Knows nothing of drones, legs or requests. Variables: x_c for each column c (some jobs, served by a
drone of one squad that starts in a window), u_j for each job left out, y_q for the drones used of
squad q. Minimise sum c_c x_c + sum p_j u_j + sum d_q y_q subject to

    cover:  sum over c serving j of x_c + u_j >= 1                        each job j
    fleet:  sum over c of squad q surely under way at t of x_c <= y_q     each q, instant t
    link:   sum over c of squad q serving j of x_c <= y_q                 each squad q, job j
    0 <= y_q <= number of drones of q

A column is surely under way at t if every start in its window puts it there, so the fleet rows are
a relaxation of what a fleet can do; the link rows hold for whole drones. The relaxation's value is
therefore a lower bound on every choice.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from scipy.sparse import csr_matrix

from planner.columns import Columns, first_of_each, joined, unique
from planner.linear import Solution, minimise
from planner.tables import Floats, Ints

ENTERING = 40
"""Columns that enter for a job at a time."""

FINE, ROUGH = 5e-4, 1e-2
"""Shares of the value that columns left out may be worth, and that new rows must add."""

ROUNDING_CENTS = 0.1
"""Columns whose reduced cost is less below zero do not pay: they may be single precision's."""

NEAR_CENTS = 100.0
"""Columns whose reduced cost is less may enter."""

FAR_CENTS = 1000.0
"""Columns whose reduced cost is more are dropped from a solved programme; they may come back."""


@dataclass(frozen=True)
class Prices:
    """What leaving out each job costs, and a drone of each squad; how many of these there are.

    `times` is the number of instants at which columns are counted (`Columns.held`).
    """

    unserved_cents: Floats
    day_cents: Floats
    drones: Floats
    times: int


@dataclass(frozen=True)
class Duals:
    """Duals of the rows: by job, by [squad, instant], by [squad, job]."""

    cover: Floats
    fleet: Floats
    link: Floats

    @property
    def worth(self) -> Floats:
        """What serving a job with a squad is worth, [squad, job]."""
        return self.cover + self.link

    def cut(self, most_cents: Floats) -> "Duals":
        """Return duals under which no job is worth more than an array [squad, job] says."""
        return Duals(self.cover, self.fleet, np.minimum(self.link, most_cents - self.cover))


class Supply(Protocol):
    """All columns, priced: what they cost less what their jobs are worth and plus their fleet."""

    def near(self, worth: Floats, fleet: Floats, limit_cents: float) -> tuple[Columns, Floats]:
        """Return columns priced below a limit, and their prices.

        If any column is priced below 0, so is one of these.
        """

    def least(self, worth: Floats, fleet: Floats) -> Floats:
        """Return for each job the least price of columns whose first job it is, at most 0."""


@dataclass(frozen=True)
class Relaxation:
    """A solved linear relaxation: `cents` bounds the cost of every choice from below.

    It is what `duals` prove. `wanted_cents` [squad, job] is what jobs were worth before the duals
    were cut down. `drones` is the least-cost number of drones by squad, fractional.
    """

    cents: float
    duals: Duals
    wanted_cents: Floats
    drones: Floats


def bound_cents(prices: Prices, supply: Supply, duals: Duals) -> float:
    """Return the Lagrangian bound of duals: the least that any choice costs under their prices.

    Every column serves a job, so each job's columns are used once at most.
    """
    day = prices.day_cents + duals.fleet.sum(axis=1) + duals.link.sum(axis=1)
    idle = np.minimum(0.0, day) @ prices.drones
    unserved = np.minimum(0.0, prices.unserved_cents - duals.cover).sum()
    least = supply.least(duals.worth, duals.fleet).sum()
    return float(duals.cover.sum() + idle + unserved + least)


class Master:
    """The relaxation over all columns of a supply, solved by column and row generation.

    Rows beside the covers are numbered: fleet rows first, then link rows.
    """

    def __init__(self, prices: Prices, supply: Supply) -> None:
        self.prices = prices
        self.supply = supply
        self.jobs = len(prices.unserved_cents)
        self.squads = len(prices.drones)
        self.fleet_rows = self.squads * prices.times

    def relax(
        self,
        first: Columns,
        most_cents: Floats | None = None,
        late: Callable[[], bool] = lambda: False,
        tolerance: float = FINE,
    ) -> Relaxation:
        """Solve the relaxation: columns and broken rows enter until value and bound meet.

        Every set of duals gives a bound (Lagrange); the best of all rounds is returned, also when
        it gets `late`. Leaving rows out only relaxes further. `first` are columns of the supply to
        start from. `most_cents`, an array [squad, job], is what jobs may be worth to a
        squad where columns that cost more are left out of the supply; the bound is that of duals
        cut down to it.
        """

        def kept(duals: Duals) -> Duals:
            return duals if most_cents is None else duals.cut(most_cents)

        picked = first
        rows = np.flatnonzero(np.arange(self.fleet_rows) % self.prices.times % 3 == 0)
        best: tuple[float, Duals, Floats, Floats] | None = None
        before = -np.inf
        while True:
            solution, duals = self._solve(picked, rows)
            count = len(picked)
            broken = self._broken(solution.variables, picked, rows)
            columns, price = self.supply.near(duals.worth, duals.fleet, NEAR_CENTS)
            bound = bound_cents(self.prices, self.supply, kept(duals))
            if best is None or bound > best[0]:
                drones = solution.variables[count + self.jobs :]
                best = bound, kept(duals), duals.worth, drones
                worth = self._reduced(picked, duals)
                used = (solution.variables[:count] > 0) | (worth < FAR_CENTS)
                picked = picked.take(np.flatnonzero(used))
            met = solution.value - best[0] <= tolerance * abs(solution.value)
            settled = solution.value <= before * (1 + tolerance) or not len(broken)
            entering = (price < -ROUNDING_CENTS).any()
            if late() or (settled and (met or not entering)):
                break
            before = solution.value
            rows = np.union1d(rows, broken)
            # What is known of a column now goes before what was known when it entered.
            picked = unique(joined([columns.take(few(columns, price)), picked]))
        return Relaxation(*best)

    def _reduced(self, columns: Columns, duals: Duals) -> Floats:
        """Return the reduced cost of some columns."""
        worth = np.zeros((self.squads, self.jobs + 1))
        worth[:, :-1] = duals.worth
        running = np.zeros((self.squads, self.prices.times + 1))
        np.cumsum(duals.fleet, axis=1, out=running[:, 1:])
        first, last = columns.held()
        held = running[columns.squad, last + 1] - running[columns.squad, first]
        found: Floats = (
            columns.cents - worth[columns.squad[:, None], columns.jobs].sum(axis=1) - held
        )
        return found

    def _broken(self, value: Floats, picked: Columns, rows: Ints) -> Ints:
        """Return the rows beside the covers that a solution does not keep."""
        every = np.arange(self.fleet_rows + self.squads * self.jobs)
        excess = (self.matrix(picked, every) @ value)[self.jobs :]
        return np.setdiff1d(np.flatnonzero(excess > 0.02), rows)

    def _solve(self, picked: Columns, rows: Ints) -> tuple[Solution, Duals]:
        """Solve over some columns and rows."""
        matrix = self.matrix(picked, rows)
        count, width = matrix.shape
        lower = np.concatenate((np.ones(self.jobs), np.full(len(rows), -np.inf)))
        upper = np.concatenate((np.full(self.jobs, np.inf), np.zeros(len(rows))))
        ceiling = np.concatenate((np.full(width - self.squads, np.inf), self.prices.drones))
        costs = np.concatenate((picked.cents, self.prices.unserved_cents, self.prices.day_cents))
        solution = minimise(costs, matrix, lower, upper, ceiling)
        beside = np.zeros(self.fleet_rows + self.squads * self.jobs)
        # A dual of the wrong sign by rounding would make a bound that is none.
        beside[rows] = np.minimum(0.0, solution.duals[self.jobs : count])
        return solution, Duals(
            np.maximum(0.0, solution.duals[: self.jobs]),
            beside[: self.fleet_rows].reshape(self.squads, self.prices.times),
            beside[self.fleet_rows :].reshape(self.squads, self.jobs),
        )

    def matrix(self, picked: Columns, rows: Ints) -> csr_matrix:
        """Return the rows over picked columns: one a job, then the given rows beside."""
        count, squad = len(picked), picked.squad
        at, slot = np.nonzero(picked.jobs >= 0)
        job = picked.jobs[at, slot]
        first, last = picked.held()
        span = last - first + 1
        held = np.repeat(np.arange(count), span)
        time = np.arange(len(held)) - np.repeat(np.cumsum(span) - span, span)
        fleet = squad[held] * self.prices.times + time + first[held]
        link = self.fleet_rows + squad[at] * self.jobs + job
        position = np.full(self.fleet_rows + self.squads * self.jobs, -1)
        position[rows] = np.arange(len(rows))
        beside, column = np.concatenate((fleet, link)), np.concatenate((held, at))
        kept = position[beside] >= 0
        of_row = np.where(
            rows < self.fleet_rows,
            rows // self.prices.times,
            (rows - self.fleet_rows) // max(1, self.jobs),
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


def few(columns: Columns, price: Floats) -> Ints:
    """Return for each job its few columns of least price; those a little above 0 are worth having.

    They keep the duals of the next round near.
    """
    order = np.argsort(price, kind="stable")
    kept = [
        order[first_of_each(columns.jobs[order, slot], ENTERING)]
        for slot in range(columns.jobs.shape[1])
    ]
    found: Ints = np.unique(np.concatenate(kept))
    return found

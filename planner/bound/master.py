"""The choice of sorties as a set partition over columns: relaxation, bound and prices.

Knows nothing of drones, legs or requests. Variables: x_c for each column c (some jobs, served by a
drone of one squad that starts in a window), u_j for each job left out, y_q for the drones used of
flock q (squads that are the same drones). Minimise sum c_c x_c + sum p_j u_j + sum d_q y_q with

    cover:    sum over c serving j of x_c + u_j >= 1                        each job j
    fleet:    sum over c of flock q surely under way at t of x_c <= y_q     each q, instant t
    link:     sum over c of flock q serving j of x_c <= y_q                 each flock q, job j
    blossom:  sum over c with two jobs of B or more of x_c <= (|B| - 1)/2   odd sets B of jobs
    y_q and sum of all y_q within limits

A column is surely under way at t if every start in its window puts it there, so the fleet rows are
a relaxation of what a fleet can do; the link rows hold for whole drones, the blossom rows for whole
sorties (`planner.bound.blossoms`). The relaxation's value is therefore a lower bound on every
choice.
"""

import math
from collections.abc import Callable, Iterable
from dataclasses import replace

import numpy as np
from scipy.sparse import csc_matrix, csr_matrix

from planner.arrays import Flags, Floats, Ints
from planner.bound.blossoms import broken_sets, held
from planner.bound.columns import MAX_JOBS, PARTS, Columns, few, joined, keys_of
from planner.bound.duals import Duals, Prices, Relaxation, Supply, bound_cents
from planner.bound.limits import Limits
from planner.bound.programme import Programme
from planner.linear import Solution

ENTERING = 15
"""Columns that enter for a job at a time."""

FINE, ROUGH = 5e-4, 1e-2
"""Shares of the value that columns left out may be worth; what is relaxed roughly is so again."""

ROUNDING_CENTS = 0.1
"""Columns whose reduced cost is less below zero do not pay: they may be single precision's."""

NEAR_CENTS = 100.0
"""Columns whose reduced cost is less may enter."""

FAR_CENTS = 300.0
"""Columns whose reduced cost is more leave a large programme."""

SHARES = (0.3, 0.6, 1.0)
"""How far columns are priced from the duals of the best bound towards those of the programme."""

WIDE = 0.02
"""Share of the value that the bound may be below it where only its own duals price any more."""

CAP, CAP_CENTS = 1.4, 200.0
"""Factor and addition by which a dual may exceed what is known of it, each time it is reached."""

USED = 1e-6
"""A column is in use whose variable is larger."""

SUNK, HALVED = 0.1, 4
"""Share that a bound may be below the best where columns are priced, and steps back until it is."""

SLOW = 0.1
"""Share of the way to the bound that the value moves at least, else its own duals price."""

BROKEN = 0.02
"""By how much a row is broken at least that enters."""


class Master:
    """The relaxation over all columns of a supply, solved by column and row generation.

    Rows are numbered: a cover for each job, then fleet rows, then link rows, then one of all
    drones, then blossom rows. The programme has the covers, that of all drones and those others
    that were broken, blossom rows only where it is `blossoming`; its columns are jobs left out,
    drones, and those picked. What was picked stays when it is relaxed again. `apart` is the share
    by which the bound was below the value of the programme when it was last.
    """

    def __init__(self, prices: Prices, supply: Supply) -> None:
        self.prices = prices
        self.supply = supply
        self.jobs = len(prices.unserved_cents)
        self.flocks = len(prices.day_cents)
        self.fleet_rows = self.flocks * prices.times
        of_fleet = np.repeat(np.arange(self.flocks), prices.times)
        of_link = np.repeat(np.arange(self.flocks), self.jobs)
        self._flock_of = np.concatenate((np.full(self.jobs, -1), of_fleet, of_link, [-1]))
        self.blossoming = False
        self.apart = 1.0
        self._sets = np.empty((0, self.jobs), dtype=bool)
        self._best = 0.0, self._duals(np.zeros(len(self._flock_of)))
        self._begin()

    def _begin(self) -> None:
        """Begin a programme of covers and fleet rows, without columns of the supply."""
        self._programme = Programme(np.ones(self.jobs + 1), np.full(self.jobs + 1, np.inf))
        self._own = self.jobs + self.flocks
        own = np.eye(self.jobs + 1, self._own)
        own[self.jobs, self.jobs :] = 1.0
        self._programme.add_columns(
            np.concatenate((self.prices.unserved_cents, self.prices.day_cents)),
            np.full(self._own, np.inf),
            csc_matrix(own),
        )
        self._picked = joined([])
        # Whether instants within buckets count.
        self._within = False
        self._known: dict[bytes, int] = {}
        self._rows = np.append(np.arange(self.jobs), len(self._flock_of) - 1)
        self._position = np.full(len(self._flock_of), -1)
        self._position[self._rows] = np.arange(len(self._rows))
        self._limit()
        # Those of other instants enter where buckets are parted.
        fleet = np.flatnonzero(np.arange(self.fleet_rows) % self.prices.times % PARTS == 0)
        self._add_rows(self.jobs + fleet)
        # Drones hired for an instant; no choice needs one that is so dear.
        never = MAX_JOBS * self.prices.unserved_cents.max(initial=0.0)
        self._programme.add_columns(
            np.full(len(fleet), never),
            np.full(len(fleet), np.inf),
            csc_matrix(
                (-np.ones(len(fleet)), (self._position[self.jobs + fleet], np.arange(len(fleet))))
            ),
        )
        self._hired = fleet
        self._capped = np.concatenate((np.arange(self.jobs), self._own + np.arange(len(fleet))))
        self._limits = np.concatenate((self.prices.unserved_cents, np.full(len(fleet), never)))
        self._own += len(fleet)

    def _limit(self) -> None:
        """Let the drones of the programme be within the limits."""
        drones = self.prices.drones
        flocks = self.jobs + np.arange(self.flocks)
        self._programme.keep_columns(flocks, *drones.by_flock)
        self._programme.keep_row(self.jobs, drones.least_in_all, drones.most_in_all)

    def restrict(self, drones: Limits, duals: Duals) -> None:
        """Go on within other limits of drones, from duals."""
        self.prices = replace(self.prices, drones=drones)
        self._limit()
        self._best = self._bounded(duals)

    def started(self, guesses: Iterable[Duals]) -> Duals:
        """Start from the duals with the best bound among guesses, and return them."""
        every = (self._bounded(each) for each in guesses)
        self._best = max((self._best, *every), key=_bound_of)
        return self._best[1]

    def relax(
        self,
        first: Columns,
        late: Callable[[], bool] = lambda: False,
        tolerance: float = FINE,
        tell: Callable[[float], None] = lambda bound_cents: None,
    ) -> Relaxation:
        """Solve the relaxation: columns and broken rows enter until value and bound meet.

        Every set of duals gives a bound (Lagrange); the best of all rounds is returned, also when
        it gets `late`. Leaving rows out only relaxes further. `first` are columns of the supply to
        start from. Columns are priced between the duals of the best bound and those of the
        programme, which jump about (Wentges 1997, Weighted Dantzig-Wolfe decomposition). What is
        known of the bound is told each round.
        """
        self._enter(first)
        known = np.concatenate((self._best[1].cover, -self._best[1].fleet.ravel()[self._hired]))
        most = self._cap(known)
        straight, must, before = False, False, -np.inf
        while True:
            solution, duals = self._solve()
            moved = abs(solution.value - before)
            settled = moved <= tolerance * solution.value
            apart = solution.value - self._best[0]
            slow = moved <= SLOW * apart
            straight = must or (slow and not (straight and apart > WIDE * solution.value))
            before = solution.value
            broken = self._broken(solution.variables)
            settling = self.blossoming and (moved <= FINE * solution.value or not len(broken))
            odd = self._odd(solution.variables) if settling else self._sets[:0]
            trial = duals if straight else self._between(duals)
            columns, price = self.supply.near(trial, NEAR_CENTS)
            # Pricing may have raised the bounds of all duals.
            self._best = max(self._bounded(trial), self._bounded(self._best[1]), key=_bound_of)
            tell(self._best[0])
            apart = solution.value - self._best[0]
            self.apart = apart / max(1.0, solution.value)
            raised = (solution.variables[self._capped] > USED) & (most < self._limits)
            met = apart <= tolerance * solution.value
            sure = (settled or not len(broken)) and not len(odd) and not raised.any()
            dearer = self._replace(columns, solution.variables)
            if late() or (met and (tolerance >= ROUGH or (sure and not dearer))):
                break
            if raised.any():
                most = self._cap(np.where(raised, most, 0.0), most)
            entered = dearer + self._enter(columns.take(few(columns.jobs, price, ENTERING)))
            if self._programme.large and not slow:  # else they might come and go for ever
                self._drop(duals, solution.variables)
            self._add_rows(broken)
            self._add_blossoms(odd)
            rows = len(broken) + len(odd)
            if straight and not entered and not rows and not raised.any():
                break
            must = not entered and not rows
        drones = solution.variables[self.jobs : self.jobs + self.flocks]
        return Relaxation(*self._best, drones, self.prices.drones)

    def _cap(self, known: Floats, most: Floats | float = 0.0) -> Floats:
        """Let no dual of a job or fleet row be much more than is known of it; return the most.

        Duals of a programme with few columns would be far out. `most` they could be until now.
        """
        found: Floats = np.minimum(self._limits, np.maximum(most, CAP * known + CAP_CENTS))
        self._programme.change_costs(self._capped, found)
        return found

    def _bounded(self, duals: Duals) -> tuple[float, Duals]:
        return bound_cents(self.prices, self.supply, duals), duals

    def _between(self, duals: Duals) -> Duals:
        """Return duals a little beyond those of the best bound on the way to some others.

        The way begins at the duals of the best bound known; what is found on it may be better. A
        bound is concave on the way. Beyond means where the bound is less, but not by much: there
        columns are missing, and those that are matter.
        """
        centre, best, reached = self._best[1], self._best[0], 0.0
        for share in SHARES:
            trial = self._bounded(centre.towards(duals, share))
            self._best = max(self._best, trial, key=_bound_of)
            if trial[0] < best:
                break
            best, reached = trial[0], share
        least = self._best[0] - SUNK * abs(self._best[0])
        for _ in range(HALVED):
            if trial[0] >= least:
                break
            share = (reached + share) / 2
            trial = self._bounded(centre.towards(duals, share))
            self._best = max(self._best, trial, key=_bound_of)
        return trial[1]

    def _solve(self) -> tuple[Solution, Duals]:
        solution = self._programme.solve()
        every = np.zeros(len(self._position))
        every[self._rows] = solution.duals
        return solution, self._duals(every)

    def _duals(self, every: Floats) -> Duals:
        """Return duals from those of all rows, none of the wrong sign by rounding."""
        own = len(self._flock_of)
        ends = [self.jobs, self.jobs + self.fleet_rows, own - 1, own]
        cover, fleet, link, _, blossom = np.split(every, ends)
        return Duals(
            np.maximum(0.0, cover),
            np.minimum(0.0, fleet).reshape(self.flocks, self.prices.times),
            np.minimum(0.0, link).reshape(self.flocks, self.jobs),
            np.minimum(0.0, blossom),
            self._sets,
        )

    def _drop(self, duals: Duals, variables: Floats) -> None:
        """Take columns out that are not in use and far from it; they may come back."""
        count = len(variables) - self._own
        columns = self._picked.take(np.arange(count))
        row, column = self._entries(columns)
        plain = duals.cover, duals.fleet.ravel(), duals.link.ravel(), np.zeros(1)
        paid = np.concatenate((*plain, duals.blossom))
        reduced = columns.cents - np.bincount(column, paid[row], count)
        far = (reduced > FAR_CENTS) & (variables[self._own :] <= USED)
        for key, at in list(self._known.items()):
            if at < count and far[at]:
                self._programme.shut(self._own + at)
                del self._known[key]

    def _replace(self, columns: Columns, variables: Floats) -> int:
        """Replace what costs more than known; return how many of that were in use."""
        used, dearer = 0, list[int]()
        for at, key in enumerate(keys_of(columns)):
            known = self._known.get(key)
            if known is None or columns.cents[at] <= self._picked.cents[known] + ROUNDING_CENTS:
                continue
            self._programme.shut(self._own + known)
            used += variables[self._own + known] > USED
            del self._known[key]
            dearer.append(at)
        self._enter(columns.take(np.array(dearer, dtype=np.int64)))
        return used

    def _enter(self, columns: Columns) -> int:
        """Let columns into the programme that are not in it; return how many."""
        fresh: list[int] = []
        for at, key in enumerate(keys_of(columns)):
            if key not in self._known and math.isfinite(columns.cents[at]):
                self._known[key] = len(self._picked) + len(fresh)
                fresh.append(at)
        if fresh:
            new = columns.take(np.array(fresh, dtype=np.int64))
            self._within |= bool((new.width < PARTS).any())
            row, column = self._entries(new)
            kept = self._position[row] >= 0
            where = self._position[row[kept]], column[kept]
            matrix = csc_matrix((np.ones(len(where[0])), where), shape=(len(self._rows), len(new)))
            self._programme.add_columns(new.cents, np.full(len(new), np.inf), matrix)
            self._picked = joined([self._picked, new])
        return len(fresh)

    def _add_rows(self, rows: Ints) -> None:
        """Add fleet and link rows: what picked columns take of them is no more than the drones."""
        if not len(rows):
            return
        before = len(self._rows)
        self._position[rows] = before + np.arange(len(rows))
        self._rows = np.concatenate((self._rows, rows))
        row, column = self._entries(self._picked)
        kept = self._position[row] >= before
        count = int(kept.sum())
        own = np.arange(len(rows)), self.jobs + self._flock_of[rows]
        matrix = csr_matrix(
            (
                np.concatenate((np.ones(count), -np.ones(len(rows)))),
                (
                    np.concatenate((self._position[row[kept]] - before, own[0])),
                    np.concatenate((self._own + column[kept], own[1])),
                ),
            ),
            shape=(len(rows), self._own + len(self._picked)),
        )
        self._programme.add_rows(np.full(len(rows), -np.inf), np.zeros(len(rows)), matrix)

    def _add_blossoms(self, sets: Flags) -> None:
        """Add blossom rows of some sets."""
        if not len(sets):
            return
        fresh, before = np.arange(len(sets)), len(self._rows)
        self._sets = np.concatenate((self._sets, sets))
        self._rows = np.concatenate((self._rows, len(self._position) + fresh))
        self._position = np.concatenate((self._position, before + fresh))
        row, column = held(sets, self._picked.jobs)
        shape = len(sets), self._own + len(self._picked)
        matrix = csr_matrix((np.ones(len(row)), (row, self._own + column)), shape=shape)
        most = (sets.sum(axis=1) // 2).astype(np.float64)
        self._programme.add_rows(np.full(len(sets), -np.inf), most, matrix)

    def _odd(self, variables: Floats) -> Flags:
        """Return sets whose blossom row the solution does not keep."""
        shares = variables[self._own :]
        used = np.flatnonzero(shares > USED)
        return broken_sets(self._picked.jobs[used], shares[used], self.jobs)

    def _broken(self, variables: Floats) -> Ints:
        """Return plain rows that are not in the programme and that its solution does not keep."""
        row, column = self._entries(self._picked)
        taken = np.bincount(row, variables[self._own + column], len(self._position))
        taken = taken[: len(self._flock_of)]
        drones = variables[self.jobs : self.jobs + self.flocks]
        excess = taken[self.jobs : -1] - drones[self._flock_of[self.jobs : -1]]
        # What is hired for a bucket's start is there all through the bucket.
        hired, every = np.zeros(self.fleet_rows), np.arange(self.fleet_rows)
        hired[self._hired] = variables[self._capped[self.jobs :]]
        excess[: self.fleet_rows] -= hired[every - every % self.prices.times % PARTS]
        excess[self._position[self.jobs : len(taken) - 1] >= 0] = 0.0
        found: Ints = np.flatnonzero(excess > BROKEN)
        # Of the instants of a bucket the fullest is enough for now.
        fleet = found[found < self.fleet_rows]
        fleet = fleet[np.lexsort((-excess[fleet], fleet // PARTS))]
        first = np.append(True, np.diff(fleet // PARTS) > 0)[: len(fleet)]
        return self.jobs + np.union1d(fleet[first], found[found >= self.fleet_rows])

    def _entries(self, columns: Columns) -> tuple[Ints, Ints]:
        """Return which rows, in or not, have which columns; each entry is 1."""
        at, slot = np.nonzero(columns.jobs >= 0)
        job, flock = columns.jobs[at, slot], self.prices.flock[columns.squad]
        first, last = columns.held()
        # Columns of buckets are fullest where these begin.
        step = 1 if self._within else PARTS
        span = (last - first) // step + 1
        under_way = np.repeat(np.arange(len(columns)), span)
        time = step * (np.arange(len(under_way)) - np.repeat(np.cumsum(span) - span, span))
        fleet = self.jobs + flock[under_way] * self.prices.times + time + first[under_way]
        link = self.jobs + self.fleet_rows + flock[at] * self.jobs + job
        blossom, paired = held(self._sets, columns.jobs)
        rows = job, fleet, link, len(self._flock_of) + blossom
        return np.concatenate(rows), np.concatenate((at, under_way, at, paired))


def _bound_of(bounded: tuple[float, Duals]) -> float:
    return bounded[0]

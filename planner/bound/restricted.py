"""The restricted master: the columns and rows of a relaxation that are in its programme so far.

Rows of the relaxation are numbered: a cover for each job, then fleet rows, then link rows, then one
of all drones, then blossom rows. The programme has the covers, that of all drones and those others
that were broken; its columns are jobs left out, drones, drones hired for an instant, and those
picked.
"""

import math

import numpy as np
from scipy.sparse import csc_matrix, csr_matrix

from planner.arrays import Flags, Floats, Ints
from planner.bound.blossoms import broken_sets, held
from planner.bound.columns import MAX_JOBS, PARTS, Columns, joined, keys_of
from planner.bound.duals import Duals, Prices
from planner.bound.limits import Limits
from planner.bound.programme import Programme
from planner.linear import Solution

ROUNDING_CENTS = 0.1
"""A column that costs more than known by less does not: it may be single precision's."""

FAR_CENTS = 300.0
"""Columns whose reduced cost is more leave a large programme."""

CAP, CAP_CENTS = 1.4, 200.0
"""Factor and addition by which a dual may exceed what is known of it, each time it is reached."""

USED = 1e-6
"""A column is in use whose variable is larger."""

BROKEN = 0.02
"""By how much a row is broken at least that enters."""


class Restricted:
    """The programme of a relaxation over some of its columns and rows. What was picked stays."""

    def __init__(self, prices: Prices) -> None:
        self._jobs, self._flocks = len(prices.unserved_cents), len(prices.day_cents)
        self._times, self._flock = prices.times, prices.flock
        self._fleet_rows = self._flocks * prices.times
        of_fleet = np.repeat(np.arange(self._flocks), prices.times)
        of_link = np.repeat(np.arange(self._flocks), self._jobs)
        self._flock_of = np.concatenate((np.full(self._jobs, -1), of_fleet, of_link, [-1]))
        self._sets = np.empty((0, self._jobs), dtype=bool)
        self._picked = joined([])
        # Whether instants within buckets count.
        self._within = False
        self._known: dict[bytes, int] = {}
        self._rows = np.append(np.arange(self._jobs), len(self._flock_of) - 1)
        self._position = np.full(len(self._flock_of), -1)
        self._position[self._rows] = np.arange(len(self._rows))
        self._begin(prices)

    def _begin(self, prices: Prices) -> None:
        """Begin the programme with covers, fleet rows of buckets, and columns that are not picked.

        Those are jobs left out, drones, and drones hired for an instant.
        """
        self._programme = Programme(np.ones(self._jobs + 1), np.full(self._jobs + 1, np.inf))
        self._own = self._jobs + self._flocks
        own = np.eye(self._jobs + 1, self._own)
        own[self._jobs, self._jobs :] = 1.0
        self._programme.add_columns(
            np.concatenate((prices.unserved_cents, prices.day_cents)),
            np.full(self._own, np.inf),
            csc_matrix(own),
        )
        self.limit(prices.drones)
        # Those of other instants enter where buckets are parted.
        fleet = np.flatnonzero(np.arange(self._fleet_rows) % self._times % PARTS == 0)
        self.add_rows(self._jobs + fleet)
        # No choice needs a hired drone that is so dear.
        never = MAX_JOBS * prices.unserved_cents.max(initial=0.0)
        hired_rows = self._position[self._jobs + fleet], np.arange(len(fleet))
        self._programme.add_columns(
            np.full(len(fleet), never),
            np.full(len(fleet), np.inf),
            csc_matrix((-np.ones(len(fleet)), hired_rows)),
        )
        self._hired = fleet
        self._capped = np.concatenate((np.arange(self._jobs), self._own + np.arange(len(fleet))))
        self._uncapped = np.concatenate((prices.unserved_cents, np.full(len(fleet), never)))
        self._most = self._uncapped
        self._own += len(fleet)

    @property
    def large(self) -> bool:
        """Whether it is so large that columns are to leave it."""
        return self._programme.large

    def limit(self, drones: Limits) -> None:
        """Let the drones be within limits."""
        flocks = self._jobs + np.arange(self._flocks)
        self._programme.keep_columns(flocks, *drones.by_flock)
        self._programme.keep_row(self._jobs, drones.least_in_all, drones.most_in_all)

    def solve(self) -> tuple[Solution, Duals]:
        """Return the optimum, and its duals of all rows: 0 of those that are not in."""
        solution = self._programme.solve()
        every = np.zeros(len(self._position))
        every[self._rows] = solution.duals
        own = len(self._flock_of)
        ends = [self._jobs, self._jobs + self._fleet_rows, own - 1, own]
        cover, fleet, link, _, blossom = np.split(every, ends)
        # Rounding may have made some of the wrong sign.
        return solution, Duals(
            np.maximum(0.0, cover),
            np.minimum(0.0, fleet).reshape(self._flocks, self._times),
            np.minimum(0.0, link).reshape(self._flocks, self._jobs),
            np.minimum(0.0, blossom),
            self._sets,
        )

    def drones(self, variables: Floats) -> Floats:
        """Return the drones of each flock in a solution."""
        return variables[self._jobs : self._jobs + self._flocks]

    def cap(self, duals: Duals) -> None:
        """Let no dual of a job or hired drone be much more than is known of it.

        Duals of a programme with few columns would be far out.
        """
        known = np.concatenate((duals.cover, -duals.fleet.ravel()[self._hired]))
        self._cap(CAP * known + CAP_CENTS)

    def reached(self, variables: Floats) -> Flags:
        """Tell which caps a solution has reached: something is left out or hired for as much."""
        found: Flags = (variables[self._capped] > USED) & (self._most < self._uncapped)
        return found

    def raise_caps(self, reached: Flags) -> None:
        """Raise the caps that were reached."""
        if reached.any():
            self._cap(np.where(reached, CAP * self._most + CAP_CENTS, self._most))

    def _cap(self, most: Floats) -> None:
        self._most = np.minimum(self._uncapped, most)
        self._programme.change_costs(self._capped, self._most)

    def enter(self, columns: Columns) -> int:
        """Let columns in that are not; return how many."""
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

    def replace(self, columns: Columns, variables: Floats) -> int:
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
        self.enter(columns.take(np.array(dearer, dtype=np.int64)))
        return used

    def drop(self, duals: Duals, variables: Floats) -> None:
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

    def broken(self, variables: Floats) -> Ints:
        """Return fleet and link rows that are not in and that a solution does not keep."""
        row, column = self._entries(self._picked)
        taken = np.bincount(row, variables[self._own + column], len(self._position))
        taken = taken[: len(self._flock_of)]
        excess = taken[self._jobs : -1] - self.drones(variables)[self._flock_of[self._jobs : -1]]
        # What is hired for a bucket's start is there all through the bucket.
        hired, every = np.zeros(self._fleet_rows), np.arange(self._fleet_rows)
        hired[self._hired] = variables[self._capped[self._jobs :]]
        excess[: self._fleet_rows] -= hired[every - every % self._times % PARTS]
        excess[self._position[self._jobs : len(taken) - 1] >= 0] = 0.0
        found: Ints = np.flatnonzero(excess > BROKEN)
        # Of the instants of a bucket the fullest is enough for now.
        fleet = found[found < self._fleet_rows]
        fleet = fleet[np.lexsort((-excess[fleet], fleet // PARTS))]
        first = np.append(True, np.diff(fleet // PARTS) > 0)[: len(fleet)]
        return self._jobs + np.union1d(fleet[first], found[found >= self._fleet_rows])

    def add_rows(self, rows: Ints) -> None:
        """Add fleet and link rows: what picked columns take of them is no more than the drones."""
        if not len(rows):
            return
        before, fresh = len(self._rows), np.arange(len(rows))
        self._position[rows] = before + fresh
        self._rows = np.concatenate((self._rows, rows))
        row, column = self._entries(self._picked)
        kept = self._position[row] >= before
        share = np.concatenate((np.ones(int(kept.sum())), -np.ones(len(rows))))
        where = (
            np.concatenate((self._position[row[kept]] - before, fresh)),
            np.concatenate((self._own + column[kept], self._jobs + self._flock_of[rows])),
        )
        matrix = csr_matrix((share, where), shape=(len(rows), self._own + len(self._picked)))
        self._programme.add_rows(np.full(len(rows), -np.inf), np.zeros(len(rows)), matrix)

    def broken_sets(self, variables: Floats) -> Flags:
        """Return sets of jobs whose blossom row a solution does not keep, [set, job]."""
        shares = variables[self._own :]
        used = np.flatnonzero(shares > USED)
        return broken_sets(self._picked.jobs[used], shares[used], self._jobs)

    def add_blossoms(self, sets: Flags) -> None:
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

    def _entries(self, columns: Columns) -> tuple[Ints, Ints]:
        """Return which rows, in or not, have which columns; each entry is 1."""
        at, slot = np.nonzero(columns.jobs >= 0)
        job, flock = columns.jobs[at, slot], self._flock[columns.squad]
        first, last = columns.held()
        # Columns of buckets are fullest where these begin.
        step = 1 if self._within else PARTS
        span = (last - first) // step + 1
        under_way = np.repeat(np.arange(len(columns)), span)
        time = step * (np.arange(len(under_way)) - np.repeat(np.cumsum(span) - span, span))
        fleet = self._jobs + flock[under_way] * self._times + time + first[under_way]
        link = self._jobs + self._fleet_rows + flock[at] * self._jobs + job
        blossom, paired = held(self._sets, columns.jobs)
        rows = job, fleet, link, len(self._flock_of) + blossom
        return np.concatenate(rows), np.concatenate((at, under_way, at, paired))

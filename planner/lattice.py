"""All columns of a day, bounded as tightly as their price asks for, priced in compiled code.

A group of jobs flown in a sequence has a column for each start bucket worth trying. At first such a
column costs what the group costs at its best time of day; if that is near what its jobs are worth
it is bounded at its own time, first coarsely, then finely. All three are lower bounds, so prices
may be taken over all columns at any time although most are never looked at.
"""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from geodata.schedule import DAY_S
from planner.columns import BUCKET_S, MAX_JOBS, Columns, joined, sequences_of
from planner.compiled import compiled, spread
from planner.sorties import Enumerator
from planner.tables import Floats, Ints

TIMELESS, COARSE, FINE = 0, 1, 2
"""How tightly a column is bounded."""

REFINED = 8000
"""Columns that are bounded finely in a round at most, for each 500 jobs."""

LOOKED = 200_000
"""Columns that are bounded coarsely in a round at most, about."""

BINS, BIN_CENTS = 2000, 50.0
"""How prices are told apart to find the cheapest."""

LAST_LIMIT_CENTS = 2400.0
"""Price up to which the cheapest columns are looked for."""

_CENT = 0.1
"""Prices less below zero count as zero, cents: single precision may have made them."""

_NOTHING = np.empty(0, dtype=bool)

_DOWN = np.float32(1 - 1e-6)
"""Makes up for rounding to single precision."""


@dataclass(frozen=True)
class _Part:
    """The columns of one squad's groups in one sequence.

    Those of group g are `offset[g]` to `offset[g + 1]`, from bucket `low[g]` on.
    """

    squad: int
    number: int
    groups: Ints
    low: Ints
    offset: Ints
    cents: npt.NDArray[np.float32]
    seconds: npt.NDArray[np.float32]
    level: npt.NDArray[np.int8]


_Found = tuple[Ints, Ints, Floats]
"""Row, position and price of some columns of a part."""


class Lattice:
    """The columns of some groups, priced by `worth` [squad, job] and `fleet` [squad, instant].

    Until `finely` is set, those that are bounded coarsely count as tightly bounded.
    """

    def __init__(self, enumerator: Enumerator) -> None:
        self.enumerator = enumerator
        self.finely = False
        self._parts: list[_Part] = []

    def __len__(self) -> int:
        return sum(len(each.cents) for each in self._parts)

    def add(self, grown: list[tuple[Ints, Floats]], worth_cents: Floats) -> None:
        """Add groups of each squad with their least cents by sequence, as `least` gives them.

        Those that cost more than their jobs are worth, an array [squad, job], are left out.
        """
        for squad, (every, least) in enumerate(grown):
            worth = worth_cents[squad][every].sum(axis=1)
            for number, sequence in enumerate(sequences_of(every.shape[1])):
                pays = np.flatnonzero(least[:, number] < worth)
                groups = every[pays]
                low, count = self.enumerator.starts(squad, groups, sequence, worth[pays])
                offset = np.concatenate(([0], np.cumsum(count))).astype(np.int64)
                cents = np.repeat((least[pays, number]).astype(np.float32) * _DOWN, count)
                self._parts.append(
                    _Part(
                        squad, number, groups, low, offset, cents,
                        np.zeros(len(cents), dtype=np.float32),
                        np.zeros(len(cents), dtype=np.int8),
                    )
                )  # fmt: skip

    def near(self, worth: Floats, fleet: Floats, limit_cents: float) -> tuple[Columns, Floats]:
        """Return columns that are priced below a limit and tightly bounded, and their price.

        Those that are priced below 0 otherwise are bounded more tightly, the cheapest first, until
        one of these is still below 0 or there is none.
        """
        tightened = False
        while True:
            least_cents = self._limit(worth, fleet, limit_cents)
            found = [self._coarse(part, worth, fleet, least_cents) for part in self._parts]
            price = _joined([each for _, _, each in found])
            tight = self._tight(found)
            negative = price < -_CENT
            if not negative.any():
                if least_cents >= limit_cents:
                    break
                continue  # all that was looked at turned out dearer
            if not negative[~tight].any() or (tightened and negative[tight].any()):
                break
            most = REFINED * (1 + worth.shape[1] // 500)
            self._refine(found, price[~tight], most)
            tightened = True
        return self._all(found).take(tight), price[tight]

    def refined(self, worth: Floats, fleet: Floats, limit_cents: float) -> tuple[Columns, Floats]:
        """Return all columns that are priced below a limit, finely bounded, and their price."""
        self.finely = True
        found = [self._coarse(part, worth, fleet, limit_cents) for part in self._parts]
        price = _joined([each for _, _, each in found])
        self._refine(found, price[~self._tight(found)], len(price))
        found = [self._below(part, worth, fleet, limit_cents) for part in self._parts]
        tight = self._tight(found)
        return self._all(found).take(tight), _joined([each for _, _, each in found])[tight]

    def _tight(self, found: list[_Found]) -> npt.NDArray[np.bool_]:
        """Tell which of what was found is bounded tightly."""
        level = FINE if self.finely else COARSE
        parts = zip(self._parts, found, strict=True)
        return np.concatenate([part.level[at] >= level for part, (_, at, _) in parts] or [_NOTHING])

    def _all(self, found: list[_Found]) -> Columns:
        parts = zip(self._parts, found, strict=True)
        return joined([self._columns(part, row, at) for part, (row, at, _) in parts])

    def _refine(self, found: list[_Found], price: Floats, most: int) -> None:
        """Bound finely some `most` of what was found and is not; `price` are the prices of that."""
        limit = np.inf if len(price) <= most else np.partition(price, most)[most]
        for part, (row, at, own) in zip(self._parts, found, strict=True):
            which = np.flatnonzero((part.level[at] < FINE) & (own <= limit))
            if len(which):
                columns = self._columns(part, row[which], at[which])
                self._tighten(part, at[which], *self.enumerator.refined(columns), FINE)

    def cheapest(self, worth: Floats, fleet: Floats, most: int) -> tuple[Columns, Floats]:
        """Return up to `most` columns of least price, bounded coarsely, and their price."""
        limit_cents = self._limit(worth, fleet, LAST_LIMIT_CENTS)
        found = [self._coarse(part, worth, fleet, limit_cents) for part in self._parts]
        price = _joined([each for _, _, each in found])
        kept = np.sort(np.argsort(price, kind="stable")[:most])
        return self._all(found).take(kept), price[kept]

    def _limit(self, worth: Floats, fleet: Floats, limit_cents: float) -> float:
        """Return a limit, at most that given, below which there are some `LOOKED` columns."""
        count = np.zeros(BINS, dtype=np.int64)
        for part in self._parts:
            row_worth, prefix = self._prices(part, worth, fleet)
            _histogram(
                part.low, part.offset, part.cents, part.seconds, row_worth, prefix, limit_cents,
                BIN_CENTS, count,
            )  # fmt: skip
        # Bin 0 is the dearest.
        cheapest = np.cumsum(count[::-1])[::-1]
        within = np.flatnonzero(cheapest <= LOOKED)
        first = int(within[0]) if len(within) else BINS - 1
        return limit_cents - first * BIN_CENTS

    def _coarse(self, part: _Part, worth: Floats, fleet: Floats, limit_cents: float) -> _Found:
        """Return row, position and price of a part's columns below a limit at their own time."""
        row, at, price = self._below(part, worth, fleet, limit_cents)
        loose = np.flatnonzero(part.level[at] == TIMELESS)
        if not len(loose):
            return row, at, price
        bucket = part.low[row[loose]] + at[loose] - part.offset[row[loose]]
        least = self.enumerator.coarsely(part.squad, part.groups, part.number, row[loose], bucket)
        self._tighten(part, at[loose], *least, COARSE)
        return self._below(part, worth, fleet, limit_cents)

    def least(self, worth: Floats, fleet: Floats) -> Floats:
        """Return for each job the least price of the columns whose first job it is, at most 0."""
        jobs = worth.shape[1]
        found = np.zeros(jobs)
        for part in self._parts:
            least = np.zeros(len(part.groups))
            row_worth, prefix = self._prices(part, worth, fleet)

            def scan(
                begin: int,
                end: int,
                part: _Part = part,
                least: Floats = least,
                row_worth: Floats = row_worth,
                prefix: Floats = prefix,
            ) -> None:
                _least(
                    begin, end, part.low, part.offset, part.cents, part.seconds, row_worth, prefix,
                    least,
                )  # fmt: skip

            spread(scan, len(part.groups), self.enumerator.workers)
            np.minimum.at(found, part.groups[:, 0], least)
        return found

    def _prices(self, part: _Part, worth: Floats, fleet: Floats) -> tuple[Floats, Floats]:
        prefix = np.concatenate(([0.0], np.cumsum(fleet[part.squad])))
        return worth[part.squad][part.groups].sum(axis=1), prefix

    def _below(self, part: _Part, worth: Floats, fleet: Floats, limit_cents: float) -> _Found:
        """Return row, position and price of the columns of a part priced below a limit."""
        row_worth, prefix = self._prices(part, worth, fleet)
        arrays = part.low, part.offset, part.cents, part.seconds, row_worth, prefix
        count = _count_below(*arrays, limit_cents)
        row, at = np.empty(count, dtype=np.int64), np.empty(count, dtype=np.int64)
        price = np.empty(count)
        _fill_below(*arrays, limit_cents, row, at, price)
        return row, at, price

    def _tighten(self, part: _Part, at: Ints, cents: Floats, seconds: Floats, level: int) -> None:
        part.cents[at] = np.maximum(part.cents[at], cents.astype(np.float32) * _DOWN)
        part.seconds[at] = np.maximum(part.seconds[at], seconds.astype(np.float32) * _DOWN)
        part.level[at] = level

    def _columns(self, part: _Part, row: Ints, at: Ints) -> Columns:
        jobs = np.full((len(row), MAX_JOBS), -1, dtype=np.int64)
        jobs[:, : part.groups.shape[1]] = part.groups[row]
        return Columns(
            np.full(len(row), part.squad),
            jobs,
            np.full(len(row), part.number),
            part.low[row] + at - part.offset[row],
            part.cents[at].astype(np.float64),
            part.seconds[at].astype(np.float64),
        )


def _joined(parts: list[Floats]) -> Floats:
    return np.concatenate(parts) if parts else np.empty(0)


@compiled
def _price(bucket, cents, seconds, worth, prefix):  # type: ignore[no-untyped-def]
    """Return the reduced cost of a column: what it costs, its fleet, less what its jobs are worth.

    It holds its drone at the bucket starts that every start in its bucket covers.
    """
    if math.isinf(cents):
        return math.inf
    end_s = min(bucket * BUCKET_S + seconds, float(DAY_S))
    last = max(bucket, math.ceil(end_s / BUCKET_S) - 1)
    return cents - worth - (prefix[last + 1] - prefix[bucket + 1])


@compiled
def _histogram(low, offset, cents, seconds, worth, prefix, limit, width, count):  # type: ignore[no-untyped-def]
    """Count columns by how far below the limit their price is, in bins of a width."""
    for row in range(len(low)):
        for at in range(offset[row], offset[row + 1]):
            bucket = low[row] + at - offset[row]
            below = limit - _price(bucket, cents[at], seconds[at], worth[row], prefix)
            if below > 0:
                count[min(len(count) - 1, int(below // width))] += 1


@compiled
def _least(begin, end, low, offset, cents, seconds, worth, prefix, least):  # type: ignore[no-untyped-def]
    for row in range(begin, end):
        for at in range(offset[row], offset[row + 1]):
            bucket = low[row] + at - offset[row]
            price = _price(bucket, cents[at], seconds[at], worth[row], prefix)
            least[row] = min(least[row], price)


@compiled
def _count_below(low, offset, cents, seconds, worth, prefix, limit):  # type: ignore[no-untyped-def]
    count = 0
    for row in range(len(low)):
        for at in range(offset[row], offset[row + 1]):
            bucket = low[row] + at - offset[row]
            count += _price(bucket, cents[at], seconds[at], worth[row], prefix) < limit
    return count


@compiled
def _fill_below(low, offset, cents, seconds, worth, prefix, limit, rows, ats, prices):  # type: ignore[no-untyped-def]
    count = 0
    for row in range(len(low)):
        for at in range(offset[row], offset[row + 1]):
            bucket = low[row] + at - offset[row]
            price = _price(bucket, cents[at], seconds[at], worth[row], prefix)
            if price < limit:
                rows[count] = row
                ats[count] = at
                prices[count] = price
                count += 1

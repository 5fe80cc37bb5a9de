"""What a lattice is made of: groups that are awake, with all their columns, and groups asleep."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from planner.arrays import Floats, Ints, Singles
from planner.bound.columns import MAX_JOBS, Columns, few
from planner.bound.pricing import DOWN, count_below, fill_below, fill_least, histogram, renew_least
from planner.bound.profiles import Profiles

MOST_SORTED = 500_000
"""Entries that the cheapest for each job are picked from at most, the cheapest of all."""

Found = tuple[Ints, Ints, Floats]
"""Row, position and price of some columns of a part."""


@dataclass(frozen=True)
class Part:
    """The columns of one squad's groups in one sequence.

    Their starts are `width` slots wide. Those of group g are `offset[g]` to `offset[g + 1]`, from
    the `low[g]`-th such start of the day on; the least cents of them are `lowest[g]`.
    """

    squad: int
    number: int
    width: int
    groups: Ints
    low: Ints
    offset: Ints
    cents: Singles
    seconds: Singles
    level: npt.NDArray[np.int8]
    lowest: Singles

    def with_more(self, new: "Part") -> "Part":
        """Return these columns and those of other groups, of the same squad and sequence."""
        return Part(
            self.squad,
            self.number,
            self.width,
            np.concatenate((self.groups, new.groups)),
            np.concatenate((self.low, new.low)),
            np.concatenate((self.offset, self.offset[-1] + new.offset[1:])),
            np.concatenate((self.cents, new.cents)),
            np.concatenate((self.seconds, new.seconds)),
            np.concatenate((self.level, new.level)),
            np.concatenate((self.lowest, new.lowest)),
        )

    def least(self, row_worth: Floats, prefix: Floats) -> Floats:
        """Return for each group the least price of its columns, at most 0."""
        found = np.zeros(len(self.groups))
        fill_least(*self._arrays, row_worth, prefix, found)
        return found

    def below(self, row_worth: Floats, prefix: Floats, limit_cents: float) -> Found:
        """Return row, position and price of the columns priced below a limit."""
        arrays = *self._arrays, row_worth, prefix
        count = count_below(*arrays, limit_cents)
        row, at = np.empty(count, dtype=np.int64), np.empty(count, dtype=np.int64)
        price = np.empty(count)
        fill_below(*arrays, limit_cents, row, at, price)
        return row, at, price

    def count(
        self, row_worth: Floats, prefix: Floats, limit_cents: float, bin_cents: float, bins: Ints
    ) -> None:
        """Add to `bins` how many columns are priced below a limit, by how far below."""
        histogram(*self._arrays, row_worth, prefix, limit_cents, bin_cents, bins)

    def tighten(self, row: Ints, at: Ints, cents: Floats, seconds: Floats, level: int) -> None:
        """Raise columns to what they take at least as they are bounded more tightly."""
        self.cents[at] = np.maximum(self.cents[at], cents.astype(np.float32) * DOWN)
        self.seconds[at] = np.maximum(self.seconds[at], seconds.astype(np.float32) * DOWN)
        self.level[at] = level
        renew_least(row, self.offset, self.cents, self.lowest)

    def starts(self, row: Ints, at: Ints) -> Ints:
        """Return the slot that the starts of columns begin with, by row and position."""
        found: Ints = self.width * (self.low[row] + at - self.offset[row])
        return found

    def parted(self, row: Ints, at: Ints, cents: Floats, seconds: Floats, level: int) -> "Part":
        """Return columns for each start of some buckets, [column, start], that take no less."""
        least = np.maximum(self.cents[at, None], cents.astype(np.float32) * DOWN)
        least_s = np.maximum(self.seconds[at, None], seconds.astype(np.float32) * DOWN)
        return Part(
            self.squad,
            self.number,
            1,
            self.groups[row],
            self.starts(row, at),
            np.arange(len(row) + 1) * least.shape[1],
            least.ravel(),
            least_s.ravel(),
            np.full(least.size, level, dtype=np.int8),
            least.min(axis=1),
        )

    def set_cents(self, row: Ints, at: Ints, cents: Singles | float) -> None:
        """Have columns cost so much: infinitely while others stand for them."""
        self.cents[at] = cents
        renew_least(row, self.offset, self.cents, self.lowest)

    def columns(self, row: Ints, at: Ints) -> Columns:
        """Return columns, by row and position."""
        jobs = np.full((len(row), MAX_JOBS), -1, dtype=np.int64)
        jobs[:, : self.groups.shape[1]] = self.groups[row]
        return Columns(
            np.full(len(row), self.squad),
            jobs,
            np.full(len(row), self.number),
            self.starts(row, at),
            np.full(len(row), self.width),
            self.cents[at].astype(np.float64),
            self.seconds[at].astype(np.float64),
        )

    @property
    def _arrays(self) -> tuple[int, Ints, Ints, Singles, Singles, Singles]:
        return self.width, self.low, self.offset, self.cents, self.seconds, self.lowest


@dataclass(frozen=True)
class Asleep:
    """One squad's groups in one sequence, known by what they take on a day of quickest legs."""

    squad: int
    number: int
    groups: Ints
    profiles: Profiles

    def take(self, which: npt.NDArray[np.intp] | npt.NDArray[np.bool_]) -> "Asleep":
        """Return some of the groups."""
        profiles = Profiles(*(each[which] for each in self.profiles))
        return Asleep(self.squad, self.number, self.groups[which], profiles)


def fewest(entries: list[tuple[Ints, Floats]], most: int) -> list[npt.NDArray[np.bool_]]:
    """Tell which of some groups, in parts with their prices, are for a job the cheapest few."""
    price = end_to_end([each for _, each in entries])
    which = np.arange(len(price))
    if len(price) > MOST_SORTED:
        which = np.argpartition(price, MOST_SORTED)[:MOST_SORTED]
    jobs = np.full((len(price), MAX_JOBS), -1, dtype=np.int64)
    ends = np.cumsum([len(each) for _, each in entries], dtype=np.int64)
    for (groups, each), end in zip(entries, ends, strict=True):
        jobs[end - len(each) : end, : groups.shape[1]] = groups
    picked = np.zeros(len(price), dtype=bool)
    picked[which[few(jobs[which], price[which], most)]] = True
    return np.split(picked, ends[:-1]) if entries else []


def end_to_end(parts: list[Floats]) -> Floats:
    """Return arrays one after the other."""
    return np.concatenate(parts) if parts else np.empty(0)

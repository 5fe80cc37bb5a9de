"""All columns of a day, bounded as tightly as their price asks for, priced in compiled code.

A group of jobs flown in a sequence has a column for each start bucket worth trying. At first all
that is known is what the group takes from any start on a day of the quickest legs
(`planner.bound.sorties.Profiles`). A group that may pay is woken: each of its columns is then known
by itself, and is bounded at its own time, first coarsely, then finely, if its price asks for that.
All are lower bounds, so prices may be taken over all columns at any time although most are never
looked at.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np

from planner.arrays import Floats, Ints
from planner.bound.columns import Columns, few, joined
from planner.bound.duals import Duals
from planner.bound.lattice_awake import COARSELY, FINELY, TIMELESS, Awake, none_of
from planner.bound.lattice_parts import Asleep, Found, Part, end_to_end, fewest
from planner.bound.priced import Priced
from planner.bound.sorties import Enumerator

WOKEN = 150
"""Groups that are woken for a job at a time."""

LOOKED = 400, 25
"""Columns of a job that are bounded coarsely, and finely or parted, at a time."""

ENOUGH, PASSES = 40, 5
"""Columns below 0 for each job, or times that columns are bounded, that are enough."""

WOKEN_LAST = 100
"""Groups that are woken for a job before the cheapest columns are asked for."""

LOOK_CENTS = 20.0
"""Columns priced lower are looked at more closely: they may be in use."""

BINS, BIN_CENTS = 2000, 50.0
"""How prices are told apart to find the cheapest."""

MOST_CHEAPEST = 200_000
"""Columns that are bounded coarsely to find the cheapest, about."""

MOST_LOOKED = 1_000_000
"""The same where few of each group are asked for."""

LAST_LIMIT_CENTS = 2400.0
"""Price up to which the cheapest columns are looked for."""

ALONE, ALONE_OF_ALL = 30, 120
"""Columns of a job alone, with a squad and with all, that are among the cheapest, whatever their
price."""

_CENT = 0.1
"""Prices less below zero count as zero, cents: single precision may have made them."""


class Lattice:
    """The columns of some groups, priced by duals."""

    def __init__(self, enumerator: Enumerator, late: Callable[[], bool] = lambda: False) -> None:
        self.enumerator = enumerator
        self.late = late
        self._awake = Awake(enumerator)
        self._asleep: list[Asleep] = []
        self._parts_of_boxes: list[Asleep] = []

    @property
    def closely(self) -> int:
        """How closely columns are bounded that count as tightly bounded."""
        return self._awake.closely

    @closely.setter
    def closely(self, level: int) -> None:
        self._awake.closely = level

    @contextmanager
    def until(self, late: Callable[[], bool]) -> Iterator[None]:
        """Have columns be bounded until it gets late by another clock, within `with`."""
        before, self.late = self.late, late
        try:
            yield
        finally:
            self.late = before

    def __len__(self) -> int:
        return len(self._awake)

    def add(self, groups: list[Ints]) -> None:
        """Add groups of each squad; those that lack jobs of a box only to be grown."""
        for squad, number, some, profiles in self.enumerator.profiles(groups):
            found, whole = (
                Asleep(squad, number, some, profiles),
                self.enumerator.group_rules.whole(some),
            )
            if whole.all():
                self._asleep.append(found)
            else:
                self._asleep.append(found.take(whole))
                self._parts_of_boxes.append(found.take(~whole))

    def flyable(self, size: int) -> list[Ints]:
        """Return for each squad the groups of a size that may be flown in some sequence."""
        found = [np.empty((0, size), dtype=np.int64) for _ in self.enumerator.fits]
        for each in (*self._asleep, *self._parts_of_boxes):
            if each.groups.shape[1] == size:
                found[each.squad] = np.concatenate((found[each.squad], each.groups))
        return [np.unique(each, axis=0) for each in found]

    def near(self, duals: Duals, limit_cents: float) -> tuple[Columns, Floats]:
        """Return columns that are priced below a limit and tightly bounded, and their price.

        Those that are priced about 0 or below otherwise are bounded more tightly, the cheapest of
        each job first, until some are still below 0 or there is none; or until it gets late. All
        that became tight is returned too, however dear it is now.
        """
        number, priced = 0, Priced(self.enumerator, duals)
        awake = self._awake
        awake.changed = []
        while True:
            woken = self._wake(priced, -_CENT, WOKEN)
            found = awake.below(priced, LOOK_CENTS)
            price, tight = end_to_end([each for _, _, each in found]), awake.tight(found)
            below = price < -_CENT
            loose, some = int((below & ~tight).sum()), int((below & tight).sum())
            enough = some and (some >= ENOUGH * len(duals.cover) or number > PASSES)
            if self.late() or (number and (enough or not (woken or loose))):
                break
            number += 1
            self._tighten_few(found)
        found = awake.below(priced, limit_cents)
        tight = awake.tight(found)
        price = end_to_end([each for _, _, each in found])[tight]
        changed = joined(awake.changed)
        beyond = np.full(len(changed), np.inf)
        return joined([awake.columns(found).take(tight), changed]), np.concatenate((price, beyond))

    def _wake(self, priced: Priced, limit_cents: float, most: int) -> int:
        """Wake for each job some groups of least price below a limit; return how many."""

        def look(asleep: Asleep) -> tuple[Ints, Floats]:
            return priced.asleep_below(asleep, limit_cents)

        below = self._awake.each(look, self._asleep)
        masks = fewest(
            [
                (part.groups[which], price)
                for part, (which, price) in zip(self._asleep, below, strict=True)
            ],
            most,
        )
        count = 0
        for asleep, (which, _), mask in zip(self._asleep, below, masks, strict=True):
            chosen = which[mask]
            if len(chosen):
                self._awake.wake(asleep.take(chosen))
                asleep.profiles.fixed_cents[chosen] = np.inf
                count += len(chosen)
        return count

    def _tighten_few(self, found: list[Found]) -> None:
        """Bound more tightly the cheapest few columns of each job among those not tight."""
        awake = self._awake
        levels = (TIMELESS, COARSELY), (COARSELY, self.closely)
        for (least, end), most in zip(levels, LOOKED, strict=True):
            if least == end:
                break
            these = [
                np.flatnonzero((least <= part.level[at]) & (part.level[at] < end))
                for part, (_, at, _) in awake.with_parts(found)
            ]
            entries = [
                (part.groups[row[which]], price[which])
                for (part, (row, _, price)), which in zip(
                    awake.with_parts(found), these, strict=True
                )
            ]
            picked = none_of(found)
            for mask, which, chosen in zip(picked, these, fewest(entries, most), strict=True):
                mask[which[chosen]] = True
            awake.tighten(found, picked, end, self.late)

    def join_parts(self) -> None:
        """Have buckets that were parted be columns again, bounded as tightly as their parts."""
        self._awake.join_parts()

    def cheapest(
        self, duals: Duals, most: int, of_group: int | None = None
    ) -> tuple[Columns, Floats]:
        """Return some `most` columns of least price, bounded coarsely, and their price.

        The cheapest of each job alone are among them. Of each group of several jobs there are only
        so many of a squad as `of_group` says, if it says so: other partners for an order may be
        worth more than still more starts with one.
        """
        priced = Priced(self.enumerator, duals)
        self._wake(priced, LAST_LIMIT_CENTS, WOKEN_LAST)
        for asleep in self._asleep:
            rest = np.flatnonzero(np.isfinite(asleep.profiles.fixed_cents))
            if asleep.groups.shape[1] == 1 and len(rest):
                self._awake.wake(asleep.take(rest))
                asleep.profiles.fixed_cents[rest] = np.inf
        within = MOST_CHEAPEST if of_group is None else MOST_LOOKED
        limit_cents = self._limit(priced, LAST_LIMIT_CENTS, within)

        def promising(part: Part) -> Found:
            return _promising(priced, part, limit_cents, of_group)

        awake = self._awake
        found = awake.each(promising, awake.parts)
        loose = [part.level[at] == TIMELESS for part, (_, at, _) in awake.with_parts(found)]
        awake.tighten(found, loose, COARSELY, self.late)
        found = awake.each(promising, awake.parts)
        price, columns = end_to_end([each for _, _, each in found]), awake.columns(found)
        kept = np.zeros(len(price), dtype=bool)
        kept[np.argsort(price, kind="stable")[:most]] = True
        alone = np.flatnonzero(columns.jobs[:, 1] < 0)
        kept[alone[few(columns.jobs[alone], price[alone], ALONE_OF_ALL)]] = True
        return columns.take(kept), price[kept]

    def below(self, duals: Duals, limit_cents: float) -> tuple[Columns, Floats]:
        """Return all columns priced below a limit, and their price; bounded finely if in time."""
        priced, awake = Priced(self.enumerator, duals), self._awake
        self._wake(priced, limit_cents, sum(len(each.groups) for each in self._asleep))
        for level in (COARSELY, FINELY):
            found = awake.below(priced, limit_cents)
            loose = [part.level[at] < level for part, (_, at, _) in awake.with_parts(found)]
            awake.tighten(found, loose, level, self.late)
        found = awake.below(priced, limit_cents)
        return awake.columns(found), end_to_end([each for _, _, each in found])

    def _limit(self, priced: Priced, limit_cents: float, most: int) -> float:
        """Return a limit, at most that given, below which there are some `most`."""
        count = np.zeros(BINS, dtype=np.int64)
        for part in self._awake.parts:
            priced.count(part, limit_cents, BIN_CENTS, count)
        # Bin 0 is the dearest.
        cheapest = np.cumsum(count[::-1])[::-1]
        within = np.flatnonzero(cheapest <= most)
        first = int(within[0]) if len(within) else BINS - 1
        return limit_cents - first * BIN_CENTS

    def least(self, duals: Duals) -> Floats:
        """Return for each job the least price of the columns whose first job it is, at most 0."""
        found, priced = np.zeros(len(duals.cover)), Priced(self.enumerator, duals)

        def of_asleep(asleep: Asleep) -> Floats:
            return priced.least_asleep(asleep, 0.0)

        awake, every = self._awake.parts, self._asleep
        for part, least in zip(awake, self._awake.each(priced.least, awake), strict=True):
            np.minimum.at(found, part.groups[:, 0], least)
        for asleep, least in zip(every, self._awake.each(of_asleep, every), strict=True):
            np.minimum.at(found, asleep.groups[:, 0], least)
        return found


def _promising(priced: Priced, part: Part, limit_cents: float, of_group: int | None) -> Found:
    """Return the columns of a part priced below a limit; the cheapest of each job alone."""
    alone = part.groups.shape[1] == 1
    row, at, price = priced.below(part, np.inf if alone else limit_cents)
    if alone:
        kept = few(part.groups[row], price, ALONE)
    elif of_group is not None:
        kept = few(row[:, None], price, of_group)
    else:
        return row, at, price
    return row[kept], at[kept], price[kept]

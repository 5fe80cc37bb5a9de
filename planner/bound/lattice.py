"""All columns of a day, bounded as tightly as their price asks for, priced in compiled code.

A group of jobs flown in a sequence has a column for each start bucket worth trying. At first all
that is known is what the group takes from any start on a day of the quickest legs
(`planner.bound.sorties.Profiles`). A group that may pay is woken: each of its columns is then known
by itself, and is bounded at its own time, first coarsely, then finely, if its price asks for that.
All are lower bounds, so prices may be taken over all columns at any time although most are never
looked at.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from planner.arrays import Floats, Ints, Singles
from planner.bound.columns import BUCKET_S, PARTS, Columns, few, joined, sequences_of
from planner.bound.duals import Duals
from planner.bound.lattice_parts import Asleep, Found, Part, end_to_end, fewest
from planner.bound.priced import Priced
from planner.bound.pricing import fill_columns
from planner.bound.sorties import COARSE, FINE, FINEST, Enumerator
from planner.compiled import side_by_side

T = TypeVar("T")
R = TypeVar("R")

TIMELESS, COARSELY, FINELY, PARTED = 0, 1, 2, 3
"""How tightly a column is bounded; those of buckets that are parted have one for each start."""

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

_NOTHING = np.empty(0, dtype=bool)

_Bounds = Callable[[int, Ints, int, Ints, Ints], tuple[Floats, Floats]]
"""What bounds groups of a squad flown in a sequence, by row, from some buckets: cents, seconds."""


class Lattice:
    """The columns of some groups, priced by duals.

    Those that are bounded as `closely` as is said count as tightly bounded.
    """

    def __init__(self, enumerator: Enumerator, late: Callable[[], bool] = lambda: False) -> None:
        self.enumerator = enumerator
        self.late = late
        self.closely = COARSELY
        self._changed: list[Columns] = []
        self._parts: list[Part] = []
        self._numbers: dict[tuple[int, int, int, int], int] = {}
        self._parted: list[tuple[int, Ints, Ints, Singles]] = []
        self._asleep: list[Asleep] = []
        self._parts_of_boxes: list[Asleep] = []

    @contextmanager
    def until(self, late: Callable[[], bool]) -> Iterator[None]:
        """Have columns be bounded until it gets late by another clock, within `with`."""
        before, self.late = self.late, late
        try:
            yield
        finally:
            self.late = before

    def __len__(self) -> int:
        return sum(len(each.cents) for each in self._parts)

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
        self._changed = []
        while True:
            woken = self._wake(priced, -_CENT, WOKEN)
            found = self._all_below(priced, LOOK_CENTS)
            price, tight = end_to_end([each for _, _, each in found]), self._tight(found)
            below = price < -_CENT
            loose, some = int((below & ~tight).sum()), int((below & tight).sum())
            enough = some and (some >= ENOUGH * len(duals.cover) or number > PASSES)
            if self.late() or (number and (enough or not (woken or loose))):
                break
            number += 1
            self._tighten_few(found)
        found = self._all_below(priced, limit_cents)
        tight = self._tight(found)
        price = end_to_end([each for _, _, each in found])[tight]
        changed = joined(self._changed)
        beyond = np.full(len(changed), np.inf)
        return joined([self._all(found).take(tight), changed]), np.concatenate((price, beyond))

    def _with(self, found: list[Found]) -> list[tuple[Part, Found]]:
        return list(zip(self._parts, found, strict=True))

    def _wake(self, priced: Priced, limit_cents: float, most: int) -> int:
        """Wake for each job some groups of least price below a limit; return how many."""

        def look(asleep: Asleep) -> tuple[Ints, Floats]:
            return priced.asleep_below(asleep, limit_cents)

        below = self._each(look, self._asleep)
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
                self._put(self._awake(asleep.take(chosen)))
                asleep.profiles.fixed_cents[chosen] = np.inf
                count += len(chosen)
        return count

    def _put(self, new: Part) -> None:
        """Add columns to those of the same squad, size and sequence."""
        at = self._numbers.setdefault(_key(new), len(self._parts))
        if at == len(self._parts):
            self._parts.append(new)
            return
        self._parts[at] = self._parts[at].with_more(new)

    def _awake(self, asleep: Asleep) -> Part:
        """Return the columns of groups, bounded as they are known."""
        groups, squad, number = asleep.groups.astype(np.int64), asleep.squad, asleep.number
        sequence = sequences_of(groups.shape[1])[number]
        low, count = self.enumerator.starts(squad, groups, sequence)
        last = (asleep.profiles.last_s // BUCKET_S).astype(np.int64)
        count = np.maximum(0, np.minimum(count, last - low + 1))
        offset = np.concatenate(([0], np.cumsum(count))).astype(np.int64)
        cents, seconds = np.empty((2, offset[-1]), dtype=np.float32)
        rate = self.enumerator.squads[squad].second_cents
        lowest = np.empty(len(low), dtype=np.float32)
        fill_columns(low, offset, *asleep.profiles, rate, cents, seconds, lowest)
        level = np.zeros(len(cents), dtype=np.int8)
        return Part(squad, number, PARTS, groups, low, offset, cents, seconds, level, lowest)

    def _tighten_few(self, found: list[Found]) -> None:
        """Bound more tightly the cheapest few columns of each job among those not tight."""
        levels = (TIMELESS, COARSELY), (COARSELY, self.closely)
        for (least, end), most in zip(levels, LOOKED, strict=True):
            if least == end:
                break
            these = [
                np.flatnonzero((least <= part.level[at]) & (part.level[at] < end))
                for part, (_, at, _) in self._with(found)
            ]
            entries = [
                (part.groups[row[which]], price[which])
                for (part, (row, _, price)), which in zip(self._with(found), these, strict=True)
            ]
            picked = [np.zeros(len(at), dtype=bool) for _, at, _ in found]
            for mask, which, chosen in zip(picked, these, fewest(entries, most), strict=True):
                mask[which[chosen]] = True
            if end == COARSELY:
                self._coarsen(found, picked)
            elif end == FINELY:
                self._bound(found, picked, self.enumerator.finely, FINELY)
            else:
                self._part(found, picked)

    def _coarsen(self, found: list[Found], masks: list[npt.NDArray[np.bool_]]) -> None:
        """Bound coarsely what some masks tell of what was found."""
        self._bound(found, masks, self.enumerator.coarsely, COARSELY)

    def _bound(
        self, found: list[Found], masks: list[npt.NDArray[np.bool_]], bounds: _Bounds, level: int
    ) -> None:
        """Bound more tightly what some masks tell of what was found."""
        self._lay_down(level)

        def bound(chosen: tuple[Part, Ints, Ints]) -> Columns | None:
            part, own, at = chosen
            if self.late():
                return None
            bucket = part.starts(own, at) // PARTS
            cents, seconds = bounds(part.squad, part.groups, part.number, own, bucket)
            part.tighten(own, at, cents, seconds, level)
            return part.columns(own, at) if level == self.closely == FINELY else None

        chosen = [
            (part, row[mask], at[mask])
            for (part, (row, at, _)), mask in zip(self._with(found), masks, strict=True)
            if mask.any()
        ]
        self._changed += [each for each in self._each(bound, chosen) if each is not None]

    def _lay_down(self, level: int) -> None:
        """Have the tables of a level laid down by all threads, before these ask for them."""
        self.enumerator.tables((COARSE, FINE, FINEST)[level - COARSELY])

    def _part(self, found: list[Found], masks: list[npt.NDArray[np.bool_]]) -> None:
        """Have columns of buckets that some masks tell of be one for each of their starts."""
        self._lay_down(PARTED)

        def parted(chosen: tuple[int, Ints, Ints]) -> Part | None:
            number, row, at = chosen
            if self.late():
                return None
            part = self._parts[number]
            bucket = part.starts(row, at) // PARTS
            least = self.enumerator.in_parts(part.squad, part.groups, part.number, row, bucket)
            return part.parted(row, at, *least, PARTED)

        chosen = [
            (number, row[mask], at[mask])
            for number, ((row, at, _), mask) in enumerate(zip(found, masks, strict=True))
            if mask.any()
        ]
        for (number, row, at), new in zip(chosen, self._each(parted, chosen), strict=True):
            if new is not None:
                part = self._parts[number]
                # What a bucket takes is the least of its parts.
                self._parted.append((number, row, at, new.lowest))
                part.set_cents(row, at, np.inf)
                self._changed.append(part.columns(row, at))
                self._put(new)

    def join_parts(self) -> None:
        """Have buckets that were parted be columns again, bounded as tightly as their parts."""
        for number, row, at, cents in self._parted:
            self._parts[number].set_cents(row, at, cents)
        self._parts = [part for part in self._parts if part.width == PARTS]
        self._numbers = {_key(part): at for at, part in enumerate(self._parts)}
        self._parted, self.closely = [], FINELY

    def _tight(self, found: list[Found]) -> npt.NDArray[np.bool_]:
        """Tell which of what was found is bounded tightly."""
        parts = zip(self._parts, found, strict=True)
        return np.concatenate(
            [part.level[at] >= self.closely for part, (_, at, _) in parts] or [_NOTHING]
        )

    def _all(self, found: list[Found]) -> Columns:
        parts = zip(self._parts, found, strict=True)
        return joined([part.columns(row, at) for part, (row, at, _) in parts])

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
                self._put(self._awake(asleep.take(rest)))
                asleep.profiles.fixed_cents[rest] = np.inf
        within = MOST_CHEAPEST if of_group is None else MOST_LOOKED
        limit_cents = self._limit(priced, LAST_LIMIT_CENTS, within)

        def promising(part: Part) -> Found:
            return _promising(priced, part, limit_cents, of_group)

        found = self._each(promising, self._parts)
        self._coarsen(found, [part.level[at] == TIMELESS for part, (_, at, _) in self._with(found)])
        found = self._each(promising, self._parts)
        price, columns = end_to_end([each for _, _, each in found]), self._all(found)
        kept = np.zeros(len(price), dtype=bool)
        kept[np.argsort(price, kind="stable")[:most]] = True
        alone = np.flatnonzero(columns.jobs[:, 1] < 0)
        kept[alone[few(columns.jobs[alone], price[alone], ALONE_OF_ALL)]] = True
        return columns.take(kept), price[kept]

    def below(self, duals: Duals, limit_cents: float) -> tuple[Columns, Floats]:
        """Return all columns priced below a limit, and their price; bounded finely if in time."""
        priced = Priced(self.enumerator, duals)
        self._wake(priced, limit_cents, sum(len(each.groups) for each in self._asleep))
        for level, bounds in (
            (COARSELY, self.enumerator.coarsely),
            (FINELY, self.enumerator.finely),
        ):
            found = self._all_below(priced, limit_cents)
            loose = [part.level[at] < level for part, (_, at, _) in self._with(found)]
            self._bound(found, loose, bounds, level)
        found = self._all_below(priced, limit_cents)
        return self._all(found), end_to_end([each for _, _, each in found])

    def _limit(self, priced: Priced, limit_cents: float, most: int) -> float:
        """Return a limit, at most that given, below which there are some `most`."""
        count = np.zeros(BINS, dtype=np.int64)
        for part in self._parts:
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

        for part, least in zip(self._parts, self._each(priced.least, self._parts), strict=True):
            np.minimum.at(found, part.groups[:, 0], least)
        for asleep, least in zip(self._asleep, self._each(of_asleep, self._asleep), strict=True):
            np.minimum.at(found, asleep.groups[:, 0], least)
        return found

    def _each(self, work: Callable[[T], R], items: Sequence[T]) -> list[R]:
        """Return what work makes of each item, on the enumerator's threads."""
        return side_by_side(work, items, self.enumerator.workers)

    def _all_below(self, priced: Priced, limit_cents: float) -> list[Found]:
        """Return row, position and price of the columns of each part priced below a limit."""
        return self._each(lambda part: priced.below(part, limit_cents), self._parts)


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


def _key(part: Part) -> tuple[int, int, int, int]:
    """Return what columns have in common that are kept together."""
    return part.squad, part.groups.shape[1], part.number, part.width

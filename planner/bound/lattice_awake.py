"""The columns of groups that are awake, each bounded as tightly as its price asked for.

A column is bounded at its own time, first coarsely, then finely; one of a bucket may then be parted
into columns for each of its starts. All are lower bounds, tighter from step to step.
"""

from collections.abc import Callable, Sequence
from typing import TypeVar

import numpy as np

from planner.arrays import Flags, Ints, Singles
from planner.bound.columns import BUCKET_S, PARTS, Columns, joined, sequences_of
from planner.bound.lattice_parts import Asleep, Found, Part
from planner.bound.priced import Priced
from planner.bound.pricing import fill_columns
from planner.bound.sorties import COARSE, FINE, FINEST, Enumerator
from planner.compiled import side_by_side

T = TypeVar("T")
R = TypeVar("R")

TIMELESS, COARSELY, FINELY, PARTED = 0, 1, 2, 3
"""How tightly a column is bounded; those of buckets that are parted have one for each start."""

_NOTHING = np.empty(0, dtype=bool)

Late = Callable[[], bool]


class Awake:
    """Columns in parts of one squad, size and sequence each.

    What is found of them is row, position and price for each part. Those that are bounded as
    `closely` as is said count as tightly bounded; `changed` are those that became so.
    """

    def __init__(self, enumerator: Enumerator) -> None:
        self._enumerator = enumerator
        self.closely = COARSELY
        self.changed: list[Columns] = []
        self.parts: list[Part] = []
        self._numbers: dict[tuple[int, int, int, int], int] = {}
        self._parted: list[tuple[int, Ints, Ints, Singles]] = []

    def __len__(self) -> int:
        return sum(len(each.cents) for each in self.parts)

    def wake(self, asleep: Asleep) -> None:
        """Add the columns of groups, bounded as they are known."""
        groups, squad, number = asleep.groups.astype(np.int64), asleep.squad, asleep.number
        sequence = sequences_of(groups.shape[1])[number]
        low, count = self._enumerator.starts(squad, groups, sequence)
        last = (asleep.profiles.last_s // BUCKET_S).astype(np.int64)
        count = np.maximum(0, np.minimum(count, last - low + 1))
        offset = np.concatenate(([0], np.cumsum(count))).astype(np.int64)
        cents, seconds = np.empty((2, offset[-1]), dtype=np.float32)
        rate = self._enumerator.squads[squad].second_cents
        lowest = np.empty(len(low), dtype=np.float32)
        fill_columns(low, offset, *asleep.profiles, rate, cents, seconds, lowest)
        level = np.zeros(len(cents), dtype=np.int8)
        self._put(Part(squad, number, PARTS, groups, low, offset, cents, seconds, level, lowest))

    def _put(self, new: Part) -> None:
        """Add columns to those of the same squad, size and sequence."""
        at = self._numbers.setdefault(_key(new), len(self.parts))
        if at == len(self.parts):
            self.parts.append(new)
            return
        self.parts[at] = self.parts[at].with_more(new)

    def each(self, work: Callable[[T], R], items: Sequence[T]) -> list[R]:
        """Return what work makes of each item, on the enumerator's threads."""
        return side_by_side(work, items, self._enumerator.workers)

    def below(self, priced: Priced, limit_cents: float) -> list[Found]:
        """Return the columns priced below a limit."""
        return self.each(lambda part: priced.below(part, limit_cents), self.parts)

    def with_parts(self, found: list[Found]) -> list[tuple[Part, Found]]:
        """Return what was found of each part with the part."""
        return list(zip(self.parts, found, strict=True))

    def columns(self, found: list[Found]) -> Columns:
        """Return the columns that were found, one after the other."""
        return joined([part.columns(row, at) for part, (row, at, _) in self.with_parts(found)])

    def tight(self, found: list[Found]) -> Flags:
        """Tell which of what was found is bounded tightly."""
        return np.concatenate(
            [part.level[at] >= self.closely for part, (_, at, _) in self.with_parts(found)]
            or [_NOTHING]
        )

    def tighten(self, found: list[Found], masks: list[Flags], level: int, late: Late) -> None:
        """Bound what masks tell of what was found as tightly as a level, until it gets late."""
        # All threads lay the tables down, before each asks for them.
        self._enumerator.tables((COARSE, FINE, FINEST)[level - COARSELY])
        if level == PARTED:
            self._part(found, masks, late)
        else:
            self._bound(found, masks, level, late)

    def _bound(self, found: list[Found], masks: list[Flags], level: int, late: Late) -> None:
        """Bound more tightly what some masks tell of what was found."""
        bounds = self._enumerator.coarsely if level == COARSELY else self._enumerator.finely

        def bound(chosen: tuple[Part, Ints, Ints]) -> Columns | None:
            part, own, at = chosen
            if late():
                return None
            bucket = part.starts(own, at) // PARTS
            cents, seconds = bounds(part.squad, part.groups, part.number, own, bucket)
            part.tighten(own, at, cents, seconds, level)
            return part.columns(own, at) if level == self.closely == FINELY else None

        chosen = [
            (part, row[mask], at[mask])
            for (part, (row, at, _)), mask in zip(self.with_parts(found), masks, strict=True)
            if mask.any()
        ]
        self.changed += [each for each in self.each(bound, chosen) if each is not None]

    def _part(self, found: list[Found], masks: list[Flags], late: Late) -> None:
        """Have columns of buckets that some masks tell of be one for each of their starts."""

        def parted(chosen: tuple[int, Ints, Ints]) -> Part | None:
            number, row, at = chosen
            if late():
                return None
            part = self.parts[number]
            bucket = part.starts(row, at) // PARTS
            least = self._enumerator.in_parts(part.squad, part.groups, part.number, row, bucket)
            return part.parted(row, at, *least, PARTED)

        chosen = [
            (number, row[mask], at[mask])
            for number, ((row, at, _), mask) in enumerate(zip(found, masks, strict=True))
            if mask.any()
        ]
        for (number, row, at), new in zip(chosen, self.each(parted, chosen), strict=True):
            if new is not None:
                part = self.parts[number]
                # What a bucket takes is the least of its parts.
                self._parted.append((number, row, at, new.lowest))
                part.set_cents(row, at, np.inf)
                self.changed.append(part.columns(row, at))
                self._put(new)

    def join_parts(self) -> None:
        """Have buckets that were parted be columns again, bounded as tightly as their parts."""
        for number, row, at, cents in self._parted:
            self.parts[number].set_cents(row, at, cents)
        self.parts = [part for part in self.parts if part.width == PARTS]
        self._numbers = {_key(part): at for at, part in enumerate(self.parts)}
        self._parted, self.closely = [], FINELY


def none_of(found: list[Found]) -> list[Flags]:
    """Return masks that tell of nothing that was found."""
    return [np.zeros(len(at), dtype=bool) for _, at, _ in found]


def _key(part: Part) -> tuple[int, int, int, int]:
    """Return what columns have in common that are kept together."""
    return part.squad, part.groups.shape[1], part.number, part.width

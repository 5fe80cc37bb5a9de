"""Every column of some groups, bounded coarsely and finely, none left out as not worth flying."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from planner.arrays import Ints
from planner.bound.columns import MAX_JOBS, PARTS, Columns, joined, sequences_of
from planner.bound.sorties import Enumerator


def columns_of(enumerator: Enumerator, groups: list[Ints]) -> Columns:
    """Return the columns of the groups of each squad that may be flown."""
    found = []
    for squad, members in enumerate(groups):
        for number, sequence in enumerate(sequences_of(members.shape[1])):
            low, count = enumerator.starts(squad, members, sequence)
            row = np.repeat(np.arange(len(members)), count)
            bucket = low[row] + np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)
            cents, seconds = enumerator.coarsely(squad, members, number, row, bucket)
            jobs = np.full((len(row), MAX_JOBS), -1, dtype=np.int64)
            jobs[:, : members.shape[1]] = members[row]
            same = np.full(len(row), squad), np.full(len(row), number)
            start, width = bucket * PARTS, np.full(len(row), PARTS)
            columns = Columns(same[0], jobs, same[1], start, width, cents, seconds)
            found.append(columns.take(np.isfinite(cents)))
    return joined(found)


def in_parts(enumerator: Enumerator, columns: Columns) -> Columns:
    """Return a column for each start of others, those left out that turn out not to fly."""
    found = []
    for some, groups, number in _alike(columns):
        row, squad = np.arange(len(some)), int(some.squad[0])
        least = enumerator.in_parts(squad, groups, number, row, some.start // PARTS)
        cents, seconds = (each.ravel() for each in least)
        every = some.take(np.repeat(row, PARTS))
        start = every.start + np.tile(np.arange(PARTS), len(some))
        parts = replace(every, start=start, width=np.ones_like(start), cents=cents, seconds=seconds)
        found.append(parts.take(np.isfinite(cents)))
    return joined(found)


def refined(enumerator: Enumerator, columns: Columns) -> Columns:
    """Return columns with the tighter bounds, without those that turn out not to fly."""
    found = []
    for some, groups, number in _alike(columns):
        row = np.arange(len(some))
        least = enumerator.finely(int(some.squad[0]), groups, number, row, some.start // PARTS)
        cents, seconds = np.maximum(least[0], some.cents), np.maximum(least[1], some.seconds)
        found.append(replace(some, cents=cents, seconds=seconds).take(np.isfinite(cents)))
    return joined(found)


def _alike(columns: Columns) -> Iterator[tuple[Columns, Ints, int]]:
    """Yield columns of one squad and sequence, their groups, and the number of the sequence."""
    sizes = (columns.jobs >= 0).sum(axis=1)
    kinds = np.column_stack((columns.squad, sizes, columns.sequence))
    for kind in np.unique(kinds, axis=0):
        some = columns.take((kinds == kind).all(axis=1))
        yield some, np.ascontiguousarray(some.jobs[:, : kind[1]]), int(kind[2])

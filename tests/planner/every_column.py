"""Every column of some groups, bounded coarsely and finely, none left out as not worth flying."""

from dataclasses import replace

import numpy as np

from planner.arrays import Ints
from planner.columns import MAX_JOBS, Columns, joined, sequences_of
from planner.sorties import Enumerator


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
            columns = Columns(same[0], jobs, same[1], bucket, cents, seconds)
            found.append(columns.take(np.isfinite(cents)))
    return joined(found)


def refined(enumerator: Enumerator, columns: Columns) -> Columns:
    """Return columns with the tighter bounds, without those that turn out not to fly."""
    found = []
    sizes = (columns.jobs >= 0).sum(axis=1)
    kinds = np.column_stack((columns.squad, sizes, columns.sequence))
    for squad, size, number in np.unique(kinds, axis=0).tolist():
        some = columns.take((kinds == (squad, size, number)).all(axis=1))
        row = np.arange(len(some))
        groups = np.ascontiguousarray(some.jobs[:, :size])
        least = enumerator.finely(squad, groups, number, row, some.bucket)
        cents, seconds = np.maximum(least[0], some.cents), np.maximum(least[1], some.seconds)
        found.append(replace(some, cents=cents, seconds=seconds).take(np.isfinite(cents)))
    return joined(found)

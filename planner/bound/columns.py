"""Columns: sorties with a start bucket, as parallel arrays; and the sequences they may take."""

from dataclasses import dataclass
from functools import lru_cache
from itertools import permutations
from typing import cast

import numpy as np
import numpy.typing as npt

from geodata.features import Side
from geodata.schedule import DAY_S
from planner.arrays import Floats, Ints
from planner.compiled import compiled
from planner.day.tour import Step

FINE_S, PARTS = 30, 10
"""Seconds between the instants at which drones under way are counted, and how many of these starts
a bucket has that are looked at together."""

BUCKET_S = PARTS * FINE_S
"""Width of a start bucket, s."""

TIMES = DAY_S // FINE_S + 1
"""Instants of a day."""

MAX_JOBS = 3
"""Jobs that a sortie may have at most, whatever the request's rules say."""

StepOrder = tuple[tuple[int, bool], ...]
"""Steps as (position of the job in its group, load?)."""


@dataclass(frozen=True)
class Columns:
    """Sorties as parallel arrays.

    `jobs` has shape (n, MAX_JOBS), sorted, -1 where a sortie has fewer; `sequence` indexes
    `sequences_of(number of jobs)`. A sortie starts within `width` slots of `FINE_S` from `start`
    on, which counts from midnight: those of a bucket, or one of them. `cents` and `seconds` are
    lower bounds over every such start and every choice of checkpoints.
    """

    squad: Ints
    jobs: Ints
    sequence: Ints
    start: Ints
    width: Ints
    cents: Floats
    seconds: Floats

    def __len__(self) -> int:
        return len(self.squad)

    def held(self) -> tuple[Ints, Ints]:
        """Return the first and the last instant at which columns are surely under way.

        Where there is none the last is one less than the first.
        """
        end_s = np.minimum(self.start_s + self.seconds, DAY_S)
        first, last = self.start + self.width, (np.ceil(end_s / FINE_S) - 1).astype(np.int64)
        return first, np.maximum(first - 1, last)

    @property
    def start_s(self) -> Ints:
        """The first second at which each may start."""
        return self.start * FINE_S

    def steps(self, at: int) -> tuple[Step, ...]:
        """Return the steps of a column."""
        group = self.jobs[at][self.jobs[at] >= 0]
        sequence = sequences_of(len(group))[int(self.sequence[at])]
        return tuple(Step(int(group[which]), load) for which, load in sequence)

    def take(self, which: npt.NDArray[np.intp] | npt.NDArray[np.bool_]) -> "Columns":
        """Return some of the columns."""
        return Columns(
            self.squad[which],
            self.jobs[which],
            self.sequence[which],
            self.start[which],
            self.width[which],
            self.cents[which],
            self.seconds[which],
        )


def joined(parts: list[Columns]) -> Columns:
    """Return columns one after the other."""
    if not parts:
        none = np.empty(0, dtype=np.int64)
        jobs = np.empty((0, MAX_JOBS), dtype=np.int64)
        return Columns(none, jobs, none, none, none, np.empty(0), np.empty(0))
    return Columns(
        np.concatenate([each.squad for each in parts]),
        np.concatenate([each.jobs for each in parts]),
        np.concatenate([each.sequence for each in parts]),
        np.concatenate([each.start for each in parts]),
        np.concatenate([each.width for each in parts]),
        np.concatenate([each.cents for each in parts]),
        np.concatenate([each.seconds for each in parts]),
    )


def keys_of(columns: Columns) -> list[bytes]:
    """Return what tells columns apart: the sortie and its starts."""
    parts = columns.squad, columns.sequence, columns.start, columns.width, *columns.jobs.T
    key = np.ascontiguousarray(np.column_stack(parts).astype(np.int32))
    found = key.view(np.dtype((np.void, key.itemsize * key.shape[1]))).ravel().tolist()
    return cast("list[bytes]", found)


@lru_cache(maxsize=MAX_JOBS + 1)
def sequences_of(size: int) -> tuple[StepOrder, ...]:
    """Return all orders of loading and unloading `size` jobs, each loaded before unloaded."""
    steps = [(which, load) for which in range(size) for load in (True, False)]
    found = []
    for order in permutations(steps):
        at = {step: number for number, step in enumerate(order)}
        if all(at[which, True] < at[which, False] for which in range(size)):
            found.append(order)
    return tuple(found)


def allowed(sequence: StepOrder, sides: tuple[tuple[Side, Side], ...], base: Side) -> bool:
    """Tell whether a sequence keeps the crossing rules, given each job's sides and the base's.

    At most one crossing each way; a loaded drone crosses only with goods that all go over.
    """
    here, aboard, crossed = base, set[int](), set[Side]()
    for which, load in sequence:
        there = sides[which][0 if load else 1]
        if there != here:
            if here in crossed or any(sides[job] != (here, there) for job in aboard):
                return False
            crossed.add(here)
            here = there
        if load:
            aboard.add(which)
        else:
            aboard.remove(which)
    return here == base or here not in crossed


def few(jobs: Ints, price: Floats, most: int) -> Ints:
    """Return for each job its `most` entries of least price, by position, sorted.

    `jobs` has one row an entry, padded by -1.
    """
    kept = np.zeros(len(price), dtype=bool)
    # Jobs by slot: of each slot there are `most`.
    left = np.full((jobs.shape[1], jobs.max(initial=0) + 1), most, dtype=np.int64)
    served = np.ascontiguousarray(jobs, dtype=np.int64)
    _keep(np.argsort(price, kind="stable"), served, left, kept)
    return np.flatnonzero(kept)


@compiled
def _keep(order, jobs, left, kept):  # type: ignore[no-untyped-def]
    """Keep entries in some order while there are some `left` of a job in a slot."""
    for at in order:
        for slot in range(jobs.shape[1]):
            job = jobs[at, slot]
            if job >= 0 and left[slot, job] > 0:
                left[slot, job] -= 1
                kept[at] = True

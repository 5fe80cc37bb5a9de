"""What a lattice is made of: groups that are awake, with all their columns, and groups asleep."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from planner.columns import MAX_JOBS, few
from planner.profiles import Profiles
from planner.tables import Floats, Ints, Singles

MOST_SORTED = 500_000
"""Entries that the cheapest for each job are picked from at most, the cheapest of all."""


@dataclass(frozen=True)
class Part:
    """The columns of one squad's groups in one sequence.

    Those of group g are `offset[g]` to `offset[g + 1]`, from bucket `low[g]` on; the least cents of
    them are `lowest[g]`.
    """

    squad: int
    number: int
    groups: Ints
    low: Ints
    offset: Ints
    cents: Singles
    seconds: Singles
    level: npt.NDArray[np.int8]
    lowest: Singles


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

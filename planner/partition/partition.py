"""Jobs shared out among the trips of a fleet: what is asked, and the trips that may be flown.

Knows nothing of drones, legs or requests. Time and money are whole numbers of the caller's units.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import bmat, csr_matrix

from planner.arrays import Flags, Ints


@dataclass(frozen=True)
class Offer:
    """What leaving out each job costs, a drone of each squad, and how many drones it has."""

    unserved: Ints
    day: Ints
    drones: Ints


@dataclass(frozen=True)
class Choice:
    """Trips flown, by position, and their starts; jobs left out; what all costs."""

    trips: Ints
    starts: Ints
    unserved: Ints
    cost: int


@dataclass(frozen=True)
class Trips:
    """Trips as parallel arrays: one drone of a `squad` serves `jobs` and is busy for `length`.

    `jobs` has one row a trip, padded by -1. A trip starts at `first` or later, at `last` or
    before.
    """

    jobs: Ints
    squad: Ints
    first: Ints
    last: Ints
    length: Ints
    cost: Ints

    def __len__(self) -> int:
        return len(self.squad)

    def take(self, which: npt.NDArray[np.intp] | Flags) -> "Trips":
        """Return some of the trips."""
        return Trips(
            self.jobs[which],
            self.squad[which],
            self.first[which],
            self.last[which],
            self.length[which],
            self.cost[which],
        )

    def serving(self, count: int) -> csr_matrix:
        """Return the incidence of trips (rows) and `count` jobs."""
        trip, slot = np.nonzero(self.jobs >= 0)
        ones = np.ones(len(trip))
        return csr_matrix((ones, (trip, self.jobs[trip, slot])), shape=(len(self), count))

    def divided(self, width: int) -> tuple["Trips", Ints]:
        """Return trips with starts cut into equal parts of `width` at most, and whose each is.

        The narrower its starts, the longer is a trip surely under way.
        """
        parts = (self.last - self.first) // width + 1
        whole = np.repeat(np.arange(len(self)), parts)
        part = np.arange(len(whole)) - np.repeat(np.cumsum(parts) - parts, parts)
        span, count = (self.last - self.first + 1)[whole], parts[whole]
        return replace(
            self.take(whole),
            first=self.first[whole] + span * part // count,
            last=self.first[whole] + span * (part + 1) // count - 1,
        ), whole


def stacked(blocks: list[list[Any]]) -> csr_matrix:
    """Return a matrix of blocks, None where there is nothing."""
    return csr_matrix(bmat(blocks))


def incidence(of: Ints, count: int) -> csr_matrix:
    """Return rows with a single 1, at `of`, in `count` columns."""
    return csr_matrix((np.ones(len(of)), (np.arange(len(of)), of)), shape=(len(of), count))

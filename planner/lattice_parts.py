"""What a lattice is made of: groups that are awake, with all their columns, and groups asleep."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from planner.profiles import Profiles
from planner.tables import Ints, Singles


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

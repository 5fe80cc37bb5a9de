"""How many drones a plan may use: of each flock and in all, the range of a branch.

Drones are whole, those of a relaxation are not. So plans are parted by how many drones they use,
and each part has a bound of its own (docs/solver.md, "Branches").
"""

from dataclasses import dataclass, replace

import numpy as np

from planner.arrays import Floats, Ints

WHOLE = 0.02
"""How near a number of drones is to a whole one to count as that."""


@dataclass(frozen=True)
class Limits:
    """Numbers of drones used, from least to most: by flock, and in all. Some are within them."""

    least: Ints
    most: Ints
    least_in_all: int
    most_in_all: int

    @classmethod
    def of(cls, drones: list[int]) -> "Limits":
        """Return the limits of flocks of some drones, of which any may be used."""
        most = np.array(drones, dtype=np.int64)
        return cls(np.zeros_like(most), most, 0, int(most.sum()))

    @property
    def by_flock(self) -> tuple[Floats, Floats]:
        """The least and the most of each flock."""
        return self.least.astype(np.float64), self.most.astype(np.float64)

    def cheapest_cents(self, day_cents: Floats) -> float:
        """Return what drones cost at least within the limits, at a price for each flock.

        Those of the cheapest flocks first: drones that are paid for, and those that there must be.
        """
        total, spare = int(self.least.sum()), self.most - self.least
        cents = float(self.least @ day_cents)
        for flock in np.argsort(day_cents, kind="stable").tolist():
            upto = self.most_in_all if day_cents[flock] < 0 else self.least_in_all
            more = max(0, min(int(spare[flock]), upto - total))
            total += more
            cents += more * float(day_cents[flock])
        return cents

    def parted(self, drones: Floats) -> "tuple[Limits, Limits] | None":
        """Return the limits in two at a number of drones that is not whole; None if all are.

        That of all drones is looked at first, then the one that is the furthest from whole.
        """
        in_all = float(drones.sum())
        if _off(in_all) > WHOLE:
            below = int(in_all)
            return replace(self, most_in_all=below), replace(self, least_in_all=below + 1)
        if not len(drones):
            return None
        flock = int(np.argmax(np.abs(drones - np.rint(drones))))
        if _off(float(drones[flock])) <= WHOLE:
            return None
        below = int(drones[flock])
        most, least = self.most.copy(), self.least.copy()
        most[flock], least[flock] = below, below + 1
        return replace(self, most=most), replace(self, least=least)


def _off(number: float) -> float:
    """Return how far a number is from a whole one."""
    return abs(number - round(number))

"""How a route differs between two networks."""

from enum import IntEnum

import numpy as np

from planner.arrays import Flags, Ints
from planner.impact.grid import NONE_S, Outcomes

_CENT = 0.5
"""Costs that differ by less are one: times are whole seconds, and their parts cost little."""


class Change(IntEnum):
    """What became of a route; the first that holds. Slower and faster count to the landing."""

    SAME = 0
    LOST = 1
    GAINED = 2
    SLOWER = 3
    FASTER = 4
    COSTLIER = 5
    CHEAPER = 6

    @property
    def word(self) -> str:
        """Return it in lower case."""
        return self.name.lower()


def changes(old: Outcomes, new: Outcomes) -> Ints:
    """Return the `Change` of every cell."""
    found = np.full(old.landing_s.shape, Change.SAME, dtype=np.int64)
    for change in reversed(Change):
        if change is not Change.SAME:
            found[worse(change, old, new)] = change
    return found


def worse(change: Change, old: Outcomes, new: Outcomes) -> Flags:
    """Tell in which cells a route has changed in this way at all, whatever else it did."""
    before, after = old.landing_s, new.landing_s
    had: Flags = before != NONE_S
    has: Flags = after != NONE_S
    if change is Change.LOST:
        return had & ~has
    if change is Change.GAINED:
        return ~had & has
    later: Flags = after > before
    earlier: Flags = after < before
    if change is Change.SLOWER:
        return had & later
    if change is Change.FASTER:
        return has & earlier
    both = had & has
    with np.errstate(invalid="ignore"):
        dearer: Flags = new.cents - old.cents > _CENT
        cheaper: Flags = new.cents - old.cents < -_CENT
    if change is Change.COSTLIER:
        return both & dearer
    if change is Change.CHEAPER:
        return both & cheaper
    return np.zeros(before.shape, bool)

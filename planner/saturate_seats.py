"""Pads and bays of a timetable that repeats: how many are taken in each second of its period."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]


class Seats:
    """Stays in rooms of several units, modulo a period. More may stay than there are units."""

    def __init__(self, units: Sequence[int], period_s: int) -> None:
        self._period_s = period_s
        self._over = np.zeros((len(units), period_s), dtype=np.int64)
        self._over -= np.array(units, dtype=np.int64).reshape(-1, 1)

    def add(self, room: int, begin_s: int, length_s: int, count: int) -> None:
        """Take a unit for a stay (`count` 1), or give it back (-1)."""
        turns, rest_s = divmod(length_s, self._period_s)
        over, begin_s = self._over[room], begin_s % self._period_s
        over += count * turns
        over[begin_s : begin_s + rest_s] += count
        over[: max(0, begin_s + rest_s - self._period_s)] += count

    def crowded(self) -> npt.NDArray[np.bool_]:
        """Tell of each room whether units lack at any time."""
        return np.asarray(self._over.max(axis=1) > 0)

    def excess(self, room: int, begin_s: Ints, length_s: Ints) -> Ints:
        """Return for how many seconds another stay would lack a unit, for each begin and length."""
        turns, rest_s = np.divmod(length_s, self._period_s)
        found = np.zeros(np.broadcast(begin_s, length_s).shape, dtype=np.int64)
        for each in range(int(turns.min()), int(turns.max()) + 1):
            over = self._over[room] + each
            # What lacks in whole turns, and one more for what is left of the stay.
            full = np.concatenate(([0], np.cumsum(np.tile(over >= 0, 2))))
            begin = begin_s % self._period_s
            lacking = np.maximum(over, 0).sum() + full[begin + rest_s] - full[begin]
            found = np.where(turns == each, lacking, found)
        return found

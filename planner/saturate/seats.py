"""Pads and bays of a timetable that repeats: how many are taken in each second of its period."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from planner.arrays import Ints


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
        if turns:
            over += count * turns
        over[begin_s : begin_s + rest_s] += count
        if begin_s + rest_s > self._period_s:
            over[: begin_s + rest_s - self._period_s] += count

    def crowded(self) -> npt.NDArray[np.bool_]:
        """Tell of each room whether units lack at any time."""
        return np.asarray(self._over.max(axis=1) > 0)

    def excess(self, room: int, begin_s: Ints | int, length_s: Ints | int) -> Ints:
        """Return how many unit-seconds more would lack by another stay, by begin and length."""
        over, period_s = self._over[room], self._period_s
        turns, rest_s = np.divmod(length_s, period_s)
        begin = begin_s % period_s
        end = begin + rest_s
        least, most = int(turns.min()), int(turns.max())
        full = np.zeros(2 * period_s + 1, dtype=np.int64)
        found: Ints = np.zeros((), dtype=np.int64)
        for each in range(least, most + 1):
            # What lacks in whole turns, and one more for what is left of the stay.
            np.cumsum(over >= -each, out=full[1 : period_s + 1])
            full[period_s + 1 :] = full[1 : period_s + 1] + full[period_s]
            lacking = full[end] - full[begin]
            if each:
                lacking = lacking + (np.maximum(over, -each) + each - np.maximum(over, 0)).sum()
            found = lacking if least == most else np.where(turns == each, lacking, found)
        return np.asarray(found)

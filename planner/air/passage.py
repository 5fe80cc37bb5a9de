"""Blocks passed one after the other through changing wind and closures, forwards and backwards.

Instants are real seconds of the day. In changing wind a block is passed as Ichoua, Gendreau and
Potvin (2003), EJOR 144, section 3, have it: what is left of the way at a step is done at the new
rate, so that a later entry never leaves earlier.
"""

import math
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass

TOUCH_S = 1e-6
"""Two instants nearer than this are one: a block that is left as it closes has been open."""

SAME_S = 1e-9
"""As far apart may one instant be that was come to by two sums."""


Seconds = Callable[[int], float]
"""What a block takes in the wind that is the n-th of the day; inf where that wind forbids it."""


def advance(begins: Sequence[int], clock: float, seconds_in: Seconds) -> float:
    """Return when a block entered at `clock` is left; inf if it meets a wind that forbids it.

    `begins` are the instants at which winds begin, the first of them 0.
    """
    epoch, left = bisect_right(begins, clock + SAME_S) - 1, 1.0
    while True:
        seconds = seconds_in(epoch)
        if math.isinf(seconds):
            return math.inf
        end = clock + left * seconds
        if epoch + 1 == len(begins) or end <= begins[epoch + 1]:
            return end
        left -= (begins[epoch + 1] - clock) / seconds
        clock, epoch = float(begins[epoch + 1]), epoch + 1


def retreat(begins: Sequence[int], clock: float, seconds_in: Seconds) -> float:
    """Return the first entry from which a block is left at `clock` or later, without closures.

    If the wind forbids all entries that would leave it at `clock`, it is the end of that wind.
    """
    epoch, left = max(0, bisect_right(begins, clock) - 1), 1.0
    while True:
        seconds = seconds_in(epoch)
        if math.isinf(seconds):
            if clock > begins[epoch] or epoch == 0:
                return float(begins[epoch + 1]) if epoch + 1 < len(begins) else math.inf
        elif epoch == 0 or clock - left * seconds >= begins[epoch]:
            return clock - left * seconds
        else:
            left -= (clock - begins[epoch]) / seconds
        clock, epoch = float(begins[epoch]), epoch - 1


@dataclass(frozen=True, slots=True)
class Shut:
    """A stretch of the day in which the block at a place in a passage may not be held."""

    since: float
    until: float
    at: int


class Passage:
    """Blocks passed one after the other by one drone type.

    `times[epoch][at]` are seconds in the wind that begins at `begins[epoch]`, inf where it forbids
    the block; `closures[at]` are pairs of since and until.
    """

    __slots__ = ("_begins", "_ends", "_shut", "_times", "_totals")

    def __init__(
        self,
        begins: tuple[int, ...],
        times: Sequence[tuple[float, ...]],
        closures: Sequence[Sequence[tuple[int, int]]],
    ) -> None:
        self._begins = begins
        self._ends = (*map(float, begins[1:]), math.inf)
        self._totals = tuple(math.fsum(each) for each in times)
        self._times = tuple(zip(*times, strict=True))
        shut = [
            Shut(since, until, at)
            for at, stretches in enumerate(closures)
            for since, until in stretches
        ]
        for epoch, row in enumerate(times):
            shut += [
                Shut(begins[epoch], self._ends[epoch], at)
                for at, seconds in enumerate(row)
                if math.isinf(seconds)
            ]
        self._shut = tuple(sorted(shut, key=lambda each: each.since))

    def leave(self, clock: float) -> tuple[float, Shut | None]:
        """Return when the last block is left if the first is entered at `clock`.

        Or inf and what shuts the first block that may not be held when it is come to.
        """
        epoch = bisect_right(self._begins, clock + SAME_S) - 1
        end = clock + self._totals[epoch]
        if end <= self._ends[epoch] and not self._met(clock, end):
            return end, None
        for at, times in enumerate(self._times):
            end = advance(self._begins, clock, times.__getitem__)
            shut = self._shut_to(at, clock, end)
            if shut is not None:
                return math.inf, shut
            clock = end
        return clock, None

    def leave_waiting(self, clock: float) -> tuple[float, bool]:
        """Return the same if a drone could wait in the air for blocks to open, and if it did."""
        end, shut = self.leave(clock)
        if shut is None:
            return end, False
        for at, times in enumerate(self._times):
            end = advance(self._begins, clock, times.__getitem__)
            while (shut := self._shut_to(at, clock, end)) is not None:
                clock = shut.until
                end = advance(self._begins, clock, times.__getitem__)
            clock = end
        return clock, True

    def enter(self, clock: float, blocks: int | None = None) -> float:
        """Return the first entry from which the first `blocks`, or all, are passed by `clock`.

        At the earliest: they are not passed sooner. No closure is looked at.
        """
        for times in reversed(self._times[:blocks]):
            clock = retreat(self._begins, clock, times.__getitem__)
        return clock

    def closes(self, clock: float) -> float:
        """Return when the first closure that is not over at `clock` begins; inf without one."""
        return min((shut.since for shut in self._shut if shut.until > clock), default=math.inf)

    def _met(self, clock: float, end: float) -> bool:
        """Tell whether anything may be shut on the way."""
        return any(shut.since < end and clock < shut.until for shut in self._shut)

    def _shut_to(self, at: int, clock: float, end: float) -> Shut | None:
        """Return the first that shuts a block between its entry and its end."""
        for shut in self._shut:
            if shut.at == at and shut.since + TOUCH_S < end and clock < shut.until - TOUCH_S:
                return shut
        return None

"""What time a solve has left."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from planner.solve_options import SolveOptions
from planner.stop import Stop

ENDING_SHARE = 0.1
"""Share of the time that is kept at most for what ends a plan."""

WRITE_S, LEFT_OUT_S = 1e-3, 0.04
"""What it takes to write a plan down, s for each order, and to look for room and for reasons, s for
each order left out."""


STOPPED_S = 3.0
"""What ends a plan takes no longer where the search was stopped, s: somebody waits for it."""


class OutOfTimeError(Exception):
    """There is no time left for what was begun."""


@dataclass(frozen=True)
class Clock:
    """Wall time from a start, or shares of deterministic time. None is left once it is stopped."""

    options: SolveOptions
    started_s: float
    stop: Stop = field(default_factory=Stop)

    def left_s(self) -> float:
        """Return what is left, s; all of it where wall time may not decide."""
        return 0.0 if self.stop.over else self._left_s()

    def past(self, left_s: float) -> Callable[[], bool]:
        """Return what tells whether less time is left; where wall time may not decide, never.

        When it is stopped less is left than any time.
        """
        return lambda: self.stop.over or self._is_past(left_s)

    def past_unstopped(self, left_s: float) -> Callable[[], bool]:
        """Return the same for what is not to be stopped."""
        return lambda: self._is_past(left_s)

    def ending_s(self, orders: int, left_out: int) -> float:
        """Return the time to keep for the end of a plan: orders left out, and writing it down."""
        needed_s = WRITE_S * orders + LEFT_OUT_S * left_out
        return min(ENDING_SHARE * self.options.time_limit_s, needed_s)

    def for_ending(self, orders: int, left_out: int) -> "Clock":
        """Return the clock of the end of a plan, which has its time where the search ended early.

        Where somebody waits for it, that is not much.
        """
        if not self.stop.over:
            return self
        if not self.stop.hurried:
            return Clock(self.options, self.started_s)
        kept_s = min(STOPPED_S, self.ending_s(orders, left_out))
        begun_s = time.monotonic() - self.options.time_limit_s + kept_s
        return Clock(replace(self.options, deterministic=False), begun_s)

    def _left_s(self) -> float:
        if self.options.deterministic:
            return self.options.time_limit_s
        return max(0.0, self.options.time_limit_s - (time.monotonic() - self.started_s))

    def _is_past(self, left_s: float) -> bool:
        return not self.options.deterministic and self._left_s() <= left_s

"""What time a solve has left."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from planner.solve_options import SolveOptions

ENDING_SHARE = 0.1
"""Share of the time that is kept at most for what ends a plan."""

WRITE_S, LEFT_OUT_S = 1e-3, 0.04
"""What it takes to write a plan down, s for each order, and to look for room and for reasons, s for
each order left out."""


class OutOfTimeError(Exception):
    """There is no time left for what was begun."""


@dataclass(frozen=True)
class Clock:
    """Wall time from a start, or shares of deterministic time."""

    options: SolveOptions
    started_s: float

    def left_s(self) -> float:
        """Return what is left, s; all of it where wall time may not decide."""
        if self.options.deterministic:
            return self.options.time_limit_s
        return max(0.0, self.options.time_limit_s - (time.monotonic() - self.started_s))

    def past(self, left_s: float) -> Callable[[], bool]:
        """Return what tells whether less time is left; where wall time may not decide, never."""
        return lambda: not self.options.deterministic and self.left_s() <= left_s

    def ending_s(self, orders: int, left_out: int) -> float:
        """Return the time to keep for the end of a plan: orders left out, and writing it down."""
        needed_s = WRITE_S * orders + LEFT_OUT_S * left_out
        return min(ENDING_SHARE * self.options.time_limit_s, needed_s)

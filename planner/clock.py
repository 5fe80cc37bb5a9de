"""What time a solve has left."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from planner.solve_options import SolveOptions

WRITE_SHARE = 0.05
"""Share of the time kept for assembling the plan, and as much for orders that still find room."""


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
        return lambda: not self.options.deterministic and self.left_s() < left_s

    def after(self, seconds: float) -> Callable[[], bool]:
        """Return what tells whether this thread has worked so long from now on; never as above."""
        until_s = time.thread_time() + seconds
        return lambda: not self.options.deterministic and time.thread_time() > until_s

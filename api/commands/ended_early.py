"""Ctrl-C ends a search with the best plan so far; pressed again, or too early, all of it."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING

from api.console import Report
from api.day import BEFORE_A_PLAN

if TYPE_CHECKING:
    from planner.stop import Stop


@contextmanager
def ended_early(stop: "Stop", report: Report) -> Iterator[Report]:
    """Have the first interrupt within `with` ask a search to stop, if there is a plan already.

    Yields what the search is to report to, which tells of that. Any other interrupt is raised, as
    one that comes while there is no plan.
    """
    now, told = "read", False

    def heard(stage: str, detail: str, done: float) -> None:
        nonlocal now, told
        # A handler of signals may not print: it may have come in the middle of that.
        if stop.hurried and not told:
            told = True
            report("end", "with the best plan so far; Ctrl-C again leaves all as it was", done)
        now = stage
        report(stage, detail, done)

    def interrupted(number: int, frame: FrameType | None) -> None:
        if stop.hurried or now in BEFORE_A_PLAN:
            raise KeyboardInterrupt
        stop.ask()

    before = signal.getsignal(signal.SIGINT)
    if before != signal.SIG_IGN:  # as it is in the background of a shell
        signal.signal(signal.SIGINT, interrupted)
    try:
        yield heard
    finally:
        signal.signal(signal.SIGINT, before)

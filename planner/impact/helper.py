"""A process that works on an impact beside this one."""

import gc
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from importlib import import_module
from typing import TypeVar

from planner.crew import Crew, Shared, begin_tracker, cores

S = TypeVar("S")
R = TypeVar("R")


class Helper:
    """Does tasks one after the other, in a process that keeps what they share."""

    def __init__(self, crew: Crew, thread: ThreadPoolExecutor) -> None:
        self._crew = crew
        self._thread = thread

    def ask(self, shared: Shared[S], task: Callable[[S], R]) -> "Future[R]":
        """Return what a task will give, as `Crew.all` does it."""
        return self._thread.submit(lambda: self._crew.all(shared, [task])[0])


@contextmanager
def helper() -> Iterator[Helper | None]:
    """Yield a helper whose process begins now, or None where there is but one core.

    On the way out its process ends with the task that it is at.
    """
    if cores() == 1:
        yield None
        return
    # The process inherits the thread's mask: an interrupt of the terminal's whole group reaches
    # this one alone. Starting the tracker would lift the mask, so it comes first.
    begin_tracker()
    with Crew(None, 1) as crew, ThreadPoolExecutor(1, initializer=_shield) as thread:
        found = Helper(crew, thread)
        found.ask(Shared.of(None), _begin)
        try:
            yield found
        finally:
            thread.shutdown(cancel_futures=True)


def _shield() -> None:
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})


def _begin(_: None) -> None:
    """Import what the tasks need, all of which stays: a collector would find nothing."""
    import_module("planner.impact.capacity")
    gc.disable()

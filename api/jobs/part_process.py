"""A part of a plan on a Dask worker: in a process that is killed once nobody waits for it."""

import multiprocessing
import pickle
from collections import deque
from collections.abc import Callable
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any, ParamSpec, TypeVar

from api.jobs.dask_worker import wanted_here
from planner.crew import begin_child

P = ParamSpec("P")
R = TypeVar("R")

POLL_S = 0.2
"""How often a worker looks whether anybody still waits."""


class NobodyWaitsError(Exception):
    """A task was stopped, as nobody would hear its answer."""


class Stoppable(Executor):
    """A cluster's executor whose tasks are stopped when they are cancelled or their giver is gone.

    A worker keeps the process that has done a task for its next one; one that fails takes its
    process with it.
    """

    def __init__(self, executor: Executor) -> None:
        self._executor = executor

    def submit(self, fn: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> "Future[R]":
        """Have a function called by a process of a worker."""
        task = pickle.dumps((fn, args, kwargs), pickle.HIGHEST_PROTOCOL)
        submit: Callable[..., Future[R]] = self._executor.submit
        return submit(_stoppably, task)


@dataclass(frozen=True, slots=True)
class _Sealed:
    """An answer that is opened where it is sent to.

    So a worker need not load the planner, which would keep it from all else for seconds.
    """

    content: bytes

    def __reduce__(self) -> tuple[Any, ...]:
        return pickle.loads, (self.content,)


class _Hand:
    """A process that does one task after another."""

    def __init__(self) -> None:
        spawn = multiprocessing.get_context("spawn")
        self.pipe, theirs = spawn.Pipe()
        # A worker that ends does not wait for a daemon.
        self.process = spawn.Process(target=_do_tasks, args=(theirs,), daemon=True)
        self.process.start()
        theirs.close()

    def end(self) -> None:
        self.process.kill()
        self.process.join()
        self.pipe.close()


_IDLE = deque[_Hand]()
"""The processes of this worker that wait for a task, no more than it has done at a time."""


def _stoppably(task: bytes) -> _Sealed:
    """Return what a task gives, done by a process of this worker.

    Raises NobodyWaitsError if the task is not wanted any more, EOFError if its process died.
    """
    hand = _idle_hand() or _Hand()
    try:
        hand.pipe.send_bytes(task)
        wanted = wanted_here()
        while not hand.pipe.poll(POLL_S):
            if not wanted():
                raise NobodyWaitsError
        answer = _Sealed(hand.pipe.recv_bytes())
    except BaseException:
        hand.end()
        raise
    _IDLE.append(hand)
    return answer


def _idle_hand() -> _Hand | None:
    try:
        return _IDLE.pop()
    except IndexError:
        return None


def _do_tasks(pipe: Connection) -> None:
    """Do tasks in the child, until it is killed or its parent is gone."""
    begin_child()
    while True:
        work, args, kwargs = pipe.recv()
        pipe.send(work(*args, **kwargs))

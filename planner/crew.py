"""Tasks done by other processes, here or on other machines, through an `Executor`.

What all tasks of a day share is sent once to each process and kept there: a task names it by its
key, and a process that does not know it yet says so and gets the task again together with it. A
task whose process was lost is given again; no task is dropped.
"""

import multiprocessing
import multiprocessing.connection
import os
import pickle
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from concurrent.futures import (
    FIRST_COMPLETED,
    CancelledError,
    Executor,
    Future,
    ThreadPoolExecutor,
    wait,
)
from concurrent.futures.process import BrokenProcessPool, ProcessPoolExecutor
from dataclasses import dataclass
from hashlib import sha256
from multiprocessing import resource_tracker
from types import TracebackType
from typing import Any, Generic, TypeVar

from planner.pauses import pause_seldom

S = TypeVar("S")
R = TypeVar("R")

MOST_LOSSES = 3
"""Processes that one task may lose; it is then taken for what they died of."""

ASKED_S = 0.5
"""How often it is asked whether it is late, s."""

KEPT = 2
"""Shared contents that a thread of a process keeps."""


class LostTaskError(Exception):
    """A task has lost as many processes as it may, or failed as often."""


def cores() -> int:
    """Return on how many cores this process may run."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1  # macOS does not say


@dataclass(frozen=True)
class Shared(Generic[S]):
    """What all tasks of a day share, as bytes; `key` is their hash."""

    key: str
    content: bytes

    @classmethod
    def of(cls, value: S) -> "Shared[S]":
        """Return a value that can be pickled as what tasks share."""
        content = pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
        return cls(sha256(content).hexdigest(), content)


@dataclass(frozen=True, slots=True)
class _Unknown:
    """The answer of a process that does not know yet what a task shares with others."""


@dataclass(frozen=True, slots=True)
class _Done(Generic[R]):
    value: R


class Crew:
    """Does tasks on an executor, which does some `workers` at a time, or by processes of its own.

    Of these there are no more than cores.
    To be used as a context; on the way out, tasks that have not begun are dropped.
    """

    def __init__(self, executor: Executor | None, workers: int) -> None:
        self.workers = max(1, workers if executor is not None else min(workers, cores()))
        self._given = executor
        self._own: ProcessPoolExecutor | None = None
        self._begun, self._ended = list[Future[Any]](), False

    def __enter__(self) -> "Crew":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._ended = True
        self._close(wait=all(each.done() for each in self._begun))

    def begin(self, shared: Shared[S], task: Callable[[S], R]) -> "Future[list[R]]":
        """Return what `all` is to give for a task that is done beside what the caller does.

        One that is not done when the crew is left is given up: nobody waits for it.
        """
        thread = ThreadPoolExecutor(1)
        found = thread.submit(self.all, shared, [task])
        thread.shutdown(wait=False)
        self._begun.append(found)
        return found

    def all(
        self,
        shared: Shared[S],
        tasks: Sequence[Callable[[S], R]],
        told: Callable[[int], None] = lambda count: None,
    ) -> list[R]:
        """Return what the tasks give, in their order.

        A task can be pickled; it is called with what is shared, the same object for all tasks of a
        thread. `told` hears how many tasks are done. Raises LostTaskError if one cannot be done.
        """
        found = self.within(shared, tasks, told, lambda: False)
        return [found[number] for number in range(len(tasks))]

    def within(
        self,
        shared: Shared[S],
        tasks: Sequence[Callable[[S], R]],
        told: Callable[[int], None],
        late: Callable[[], bool],
    ) -> dict[int, R]:
        """Return by number what those tasks give that are done before it is `late`.

        The others are given up: nobody waits for them. Else as `all`.
        """
        found: dict[int, R] = {}
        losses = [0] * len(tasks)
        out: dict[Future[_Done[R] | _Unknown], int] = {}

        def give(number: int, content: bytes | None = None) -> None:
            out[self._submit(shared.key, content, tasks[number])] = number

        try:
            for number in range(len(tasks)):
                give(number)
            while out:
                done, _ = wait(out, ASKED_S, FIRST_COMPLETED)
                for future in done:
                    number, answer = out.pop(future), _answer(future)
                    if isinstance(answer, _Done):
                        found[number] = answer.value
                        told(len(found))
                    elif isinstance(answer, _Unknown):
                        give(number, shared.content)
                    else:
                        losses[number] += 1
                        if losses[number] == MOST_LOSSES:
                            raise LostTaskError(f"a task was lost {MOST_LOSSES} times") from answer
                        give(number)
                if late():
                    self._begun += out
                    break
        finally:
            for future in out:
                future.cancel()
        return found

    def _submit(
        self, key: str, content: bytes | None, task: Callable[[S], R]
    ) -> "Future[_Done[R] | _Unknown]":
        if self._given is not None:
            return self._given.submit(_serve, key, content, task)
        while True:
            if self._ended:
                raise LostTaskError("nobody waits for it any more")
            if self._own is None:
                spawn = multiprocessing.get_context("spawn")
                self._own = ProcessPoolExecutor(self.workers, spawn, begin_child)
            try:
                return self._own.submit(_serve, key, content, task)
            except BrokenProcessPool:  # a process was lost, and with it the pool
                self._close()

    def _close(self, *, wait: bool = True) -> None:
        if self._own is not None:
            self._own.shutdown(wait=wait, cancel_futures=True)
            self._own = None


def _answer(future: "Future[_Done[R] | _Unknown]") -> "_Done[R] | _Unknown | BaseException":
    """Return what a future came to; an exception stands for a task to give again."""
    try:
        error = future.exception()
    except CancelledError as cancelled:
        return cancelled
    return future.result() if error is None else error


def _end_with_parent() -> None:
    """Have this process end at once when its parent is gone, whatever it is doing."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_outlive, args=(parent.sentinel,), daemon=True).start()


def _outlive(sentinel: int) -> None:
    multiprocessing.connection.wait([sentinel])
    os._exit(1)


def begin_tracker() -> None:
    """Have the process begin that clears up after processes that are ended in the middle.

    It would warn of each semaphore that one of them leaves to it.
    """
    quiet = "ignore:resource_tracker"
    with _TRACKING:
        said = os.environ.get("PYTHONWARNINGS")
        os.environ["PYTHONWARNINGS"] = f"{said},{quiet}" if said else quiet
        try:
            resource_tracker.ensure_running()
        finally:
            del os.environ["PYTHONWARNINGS"]
            if said is not None:
                os.environ["PYTHONWARNINGS"] = said


_TRACKING = threading.Lock()
"""Held while the environment is not as others made it."""


def begin_child() -> None:
    """Begin a process that works for its parent, and ends with it.

    What a library prints must not mix with the parent's answer.
    """
    pause_seldom()
    os.dup2(2, 1)
    _end_with_parent()


_HERE = threading.local()


def _serve(key: str, content: bytes | None, task: Callable[[Any], Any]) -> _Done[Any] | _Unknown:
    kept: OrderedDict[str, Any] = _HERE.__dict__.setdefault("kept", OrderedDict())
    if key not in kept:
        if content is None:
            return _Unknown()
        while len(kept) >= KEPT:
            kept.popitem(last=False)
        kept[key] = pickle.loads(content)
    kept.move_to_end(key)
    return _Done(task(kept[key]))

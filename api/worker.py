"""Runs a job in a process of its own, which an interrupt can end while the solver holds it."""

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import TypeVar

from api.console import Report
from api.outcomes import PlannerDiedError
from geodata.faults import InvalidInput

J = TypeVar("J")
A = TypeVar("A")

GRACE_S = 5
"""How long a process may take to end before it is killed."""


@dataclass(frozen=True, slots=True)
class _Progress:
    stage: str
    detail: str
    done: float


@dataclass(frozen=True, slots=True)
class _Answer:
    value: object


def run(work: Callable[[J, Report], A], job: J, report: Report) -> A:
    """Return `work(job, report)`, done in a child process that ends when this call does.

    `work` is a function of a module, and `job` and its answer can be pickled. Raises what `work`
    raised if that is InvalidInput or OSError, and PlannerDiedError if the child ended otherwise.
    """
    with _child(work, job) as (process, incoming):
        while True:
            try:
                message = incoming.recv()
            except EOFError:
                process.join()
                raise PlannerDiedError(_cause(process.exitcode)) from None
            if isinstance(message, _Progress):
                report(message.stage, message.detail, message.done)
            elif isinstance(message, _Answer):
                return message.value  # type: ignore[return-value]
            else:
                raise message


@contextmanager
def _child(work: Callable[[J, Report], A], job: J) -> Iterator[tuple[BaseProcess, Connection]]:
    spawn = multiprocessing.get_context("spawn")
    incoming, outgoing = spawn.Pipe(duplex=False)
    process = spawn.Process(target=_serve, args=(work, job, outgoing), daemon=True)
    # The child inherits the mask: an interrupt of the terminal's whole group reaches the parent
    # alone, which then ends the child. Starting the tracker would lift the mask, so it comes first.
    resource_tracker.ensure_running()
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        process.start()
        outgoing.close()
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
        yield process, incoming
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
        if process.pid is not None:
            _end(process)
        incoming.close()


def _end(process: BaseProcess) -> None:
    process.terminate()
    process.join(GRACE_S)
    if process.exitcode is None:
        process.kill()
        process.join()


def _cause(exitcode: int | None) -> str:
    if exitcode is not None and exitcode < 0:
        return f"the planning process was ended by signal {signal.Signals(-exitcode).name}"
    return f"the planning process ended with exit code {exitcode}"


def _serve(work: Callable[[J, Report], A], job: J, outgoing: Connection) -> None:
    """Do the job in the child; what a library prints must not mix with the parent's answer."""
    os.dup2(2, 1)

    def report(stage: str, detail: str, done: float) -> None:
        outgoing.send(_Progress(stage, detail, done))

    try:
        message: object = _Answer(work(job, report))
    except (InvalidInput, OSError) as error:
        message = error
    with suppress(BrokenPipeError):  # the parent was killed; nobody waits for the answer
        outgoing.send(message)

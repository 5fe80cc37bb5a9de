"""Runs a job in a process of its own, which an interrupt can end while the solver holds it."""

import multiprocessing
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Generic, TypeVar

from api.console import Report
from api.outcomes import PlannerDiedError
from geodata.faults import InvalidInput
from planner.crew import begin_child, begin_tracker

J = TypeVar("J")
A = TypeVar("A")

GRACE_S = 5
"""How long a process may take to end before it is killed."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a job is: its stage, a detail, and the share done from 0 to 1."""

    stage: str
    detail: str
    done: float


@dataclass(frozen=True, slots=True)
class Answer(Generic[A]):
    """What a job came to."""

    value: A


class Child(Generic[A]):
    """A job that is being done in a process of its own."""

    def __init__(self, process: BaseProcess, incoming: Connection) -> None:
        self._process = process
        self._incoming = incoming

    def hear(self, within_s: float | None = None) -> Progress | Answer[A] | None:
        """Return what the job says next; None if it says nothing in time.

        Raises what the job raised if that is InvalidInput or OSError, and PlannerDiedError if the
        process ended otherwise.
        """
        if not self._incoming.poll(within_s):
            return None
        try:
            message = self._incoming.recv()
        except EOFError:
            self._process.join()
            raise PlannerDiedError(_cause(self._process.exitcode)) from None
        if isinstance(message, Progress | Answer):
            return message
        raise message


def run(work: Callable[[J, Report], A], job: J, report: Report) -> A:
    """Return `work(job, report)`, done in a child process that ends when this call does.

    `work` is a function of a module, and `job` and its answer can be pickled. Raises what `work`
    raised if that is InvalidInput or OSError, and PlannerDiedError if the child ended otherwise.
    """
    with child(work, job) as at_work:
        while True:
            heard = at_work.hear()
            if isinstance(heard, Answer):
                return heard.value
            if heard is not None:
                report(heard.stage, heard.detail, heard.done)


@contextmanager
def child(work: Callable[[J, Report], A], job: J) -> Iterator[Child[A]]:
    """Yield a job at work in a process that is ended on the way out, and by this one's death."""
    spawn = multiprocessing.get_context("spawn")
    incoming, outgoing = spawn.Pipe(duplex=False)
    process = spawn.Process(target=_serve, args=(work, job, outgoing))
    # The child inherits the mask: an interrupt of the terminal's whole group reaches the parent
    # alone, which then ends the child. Starting the tracker would lift the mask, so it comes first.
    begin_tracker()
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        process.start()
        outgoing.close()
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
        yield Child(process, incoming)
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
    """Do the job in the child."""
    begin_child()

    def report(stage: str, detail: str, done: float) -> None:
        outgoing.send(Progress(stage, detail, done))

    try:
        message: object = Answer(work(job, report))
    except (InvalidInput, OSError) as error:
        message = error
    with suppress(BrokenPipeError):  # the parent was killed; nobody waits for the answer
        outgoing.send(message)

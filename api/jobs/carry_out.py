"""Carrying out a claimed job: what an executor runs, here or on another machine.

It keeps the job's lease, passes progress on, has the search end when the plan is to be finished,
and stops the solver when it is cancelled or the job has become another's. The solver is in a
process of its own, which dies with this one.
"""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import asdict
from functools import lru_cache
from typing import Any, TypeVar

from sqlalchemy.exc import DBAPIError

from api.jobs import queue
from api.jobs.dask_worker import cluster_here, is_ending, make_way
from api.jobs.queue import CANCELLED, Claim, Ending, Told
from api.jobs.solve import Solved, SolveJob, solve
from api.outcomes import PlannerDiedError
from api.settings import Settings
from api.store.editions import StoredEditions
from api.store.engine import Sessions, open_engine, sessions
from api.store.tables import Base
from api.worker import Answer, Child, Progress, child
from geodata.faults import InvalidInput
from planner.stop import Stop

R = TypeVar("R")
BEAT_S = 0.5
PARTS = "parts"
"""The stage of a plan whose parts are solved by others."""

PATIENCE_S = 600.0
"""How long a finished plan waits for a database that is away."""

_LOG = logging.getLogger("hetao.jobs")
_HERE = threading.local()


class StoppedError(Exception):
    """The process has been told to end."""


def end_with(stopping: threading.Event) -> None:
    """Have the jobs of this thread given back when an event is set."""
    _HERE.stopping = stopping


def carry_out(claimed: Claim, database: str | None) -> None:
    """Work on a job until it has ended or is another's.

    Without a `database` it is the one that this process's environment names.
    """
    settings = Settings()
    opened = _sessions(database or settings.database_url)
    work = _patiently(lambda: queue.begin(opened, claimed))
    if work is None:
        return
    try:
        network = _patiently(lambda: _editions(opened).load(work.edition))
        threads, whole = settings.threads, settings.whole_day_orders
        stop = Stop(shared=True)
        job = SolveJob(work, network, threads, whole, cluster_here(), stop)
        with child(solve, job) as at_work:
            ending = _attend(at_work, opened, claimed, stop)
    except InvalidInput as invalid:
        faults = tuple(asdict(each) for each in invalid.faults)
        ending = Ending("failed", "INVALID_INPUT", f"{len(faults)} faults", faults)
    except PlannerDiedError as died:
        why = str(died)
        _patiently(lambda: queue.give_up(opened, claimed, why))
        return
    except StoppedError:
        queue.give_back(opened, claimed, "the server was told to end")
        return
    except OSError as error:
        ending = Ending("failed", "WORKER_ERROR", f"the worker cannot work: {error.strerror}")
    if ending is not None:
        _patiently(lambda: queue.end(opened, claimed, ending))


def _attend(at_work: Child[Solved], opened: Sessions, claimed: Claim, stop: Stop) -> Ending | None:
    """Return how the job ends; None if it is another's to end."""
    heard = Progress("start", "", 0.0)
    next_beat = time.monotonic()
    while True:
        message = at_work.hear(max(0.0, next_beat - time.monotonic()))
        if isinstance(message, Answer):
            solved: Solved = message.value
            return Ending(
                "done",
                document=solved.document,
                summary=solved.summary,
                holdings=solved.holdings,
                certificate=solved.certificate,
                unserved=solved.unserved,
            )
        if message is not None:
            if message.stage == PARTS and heard.stage != PARTS:
                make_way()
            heard = message
        if time.monotonic() < next_beat:
            continue
        if _stopping():
            raise StoppedError
        if is_ending():
            return None
        match _beat(opened, claimed, heard):
            case "cancel":
                return CANCELLED
            case "leave":
                return None
            case "finish":
                stop.ask()
        next_beat = time.monotonic() + BEAT_S


def _beat(opened: Sessions, claimed: Claim, heard: Progress) -> Told:
    try:
        return queue.beat(opened, claimed, heard.stage, heard.detail, heard.done)
    except DBAPIError as error:
        _LOG.warning("plan %s: the database is away: %s", claimed.plan, _cause(error))
        return "go on"


def _patiently(step: Callable[[], R]) -> R:
    """Return what a step on the database returns, once the database answers."""
    until = time.monotonic() + PATIENCE_S
    while True:
        try:
            return step()
        except DBAPIError as error:
            if time.monotonic() > until or _stopping():
                raise
            _LOG.warning("the database is away: %s", _cause(error))
            time.sleep(BEAT_S)


def _stopping() -> bool:
    stopping: threading.Event | None = getattr(_HERE, "stopping", None)
    return stopping is not None and stopping.is_set()


def _cause(error: Any) -> str:
    return str(error.orig).partition("\n")[0]


@lru_cache(maxsize=8)
def _editions(opened: Sessions) -> StoredEditions:
    return StoredEditions(opened)


@lru_cache(maxsize=8)
def _sessions(database: str) -> Sessions:
    Base.registry.configure()  # a worker has not imported the other tables
    return sessions(open_engine(database))

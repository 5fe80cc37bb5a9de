"""The runner: a thread that takes queued jobs and hands them to the executor."""

import datetime as dt
import logging
import threading
from concurrent.futures import Future

from sqlalchemy.exc import DBAPIError

from api.caller import SERVICE
from api.jobs import queue
from api.jobs.carry_out import carry_out
from api.jobs.executors import Workshop, open_workshop
from api.jobs.queue import Claim
from api.privacy.vault import purge
from api.settings import Settings
from api.store.base import now
from api.store.engine import Sessions, writing
from api.store.replays import forget_old
from planner.pauses import collect_all

POLL_S = 0.5
TIDY_EVERY = 7200
"""Turns between two removals of what is kept no longer: an hour at least."""

_LOG = logging.getLogger("hetao.jobs")


class Runner:
    """Hands jobs on while it runs; any number of servers may have one on the same database."""

    def __init__(self, settings: Settings, opened: Sessions) -> None:
        self._settings = settings
        self._sessions = opened
        self._workshop: Workshop | None = None
        self._out: dict[Claim, Future[None]] = {}
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to take jobs."""
        self._stopping.clear()
        self._thread = threading.Thread(target=self._run, name="runner", daemon=True)
        self._thread.start()

    def wake(self) -> None:
        """Say that a job may have come."""
        self._wake.set()

    def stop(self) -> None:
        """Take no more jobs and give back those that are carried out here."""
        self._stopping.set()
        self._wake.set()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        turn = 0
        while not self._stopping.is_set():
            self._wake.clear()
            try:
                self._turn()
                if turn % TIDY_EVERY == 0:
                    self._tidy()
                turn += 1
            except (DBAPIError, OSError) as error:
                # The database or the cluster is away: all is as it was, and tried again.
                _LOG.warning("no jobs are taken: %s", str(error).partition("\n")[0])
            self._wake.wait(POLL_S)
        if self._workshop is not None:
            self._workshop.close()
            self._workshop = None

    def _tidy(self) -> None:
        """Remove answers and consignees that are kept no longer, and garbage."""
        at = now()
        with writing(self._sessions) as session:
            forget_old(session)
            purge(session, at - dt.timedelta(days=self._settings.consignee_days), SERVICE, at)
        collect_all()

    def _turn(self) -> None:
        self._look_after()
        if self._workshop is not None and not self._workshop.alive():
            self._workshop.close()
            self._workshop = None
        workshop = self._workshop = self._workshop or open_workshop(self._settings)
        for claimed in queue.claim(self._sessions, workshop.room(), self._settings.lease_s):
            _LOG.info("plan %s: attempt %d", claimed.plan, claimed.attempt)
            for old in [each for each in self._out if each.plan == claimed.plan]:
                del self._out[old]  # nobody will hear of it again
            self._out[claimed] = workshop.executor.submit(carry_out, claimed, workshop.database)

    def _look_after(self) -> None:
        """Give back the jobs whose tasks came to nothing."""
        for claimed, future in list(self._out.items()):
            if not future.done():
                continue
            if future.cancelled():
                queue.give_back(self._sessions, claimed, "the task was dropped")
            elif error := future.exception():
                why = f"{type(error).__name__}: {error}"[:500]
                _LOG.warning("plan %s: attempt %d: %s", claimed.plan, claimed.attempt, why)
                queue.give_up(self._sessions, claimed, why)
            del self._out[claimed]

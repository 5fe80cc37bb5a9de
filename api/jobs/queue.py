"""The queue of plan jobs: every step of a job's life is one transaction here.

queued -> running -> done | failed | cancelled; running -> queued where a worker was lost. A step
names the attempt that it belongs to and does nothing if the job is past it.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any, Literal

from pydantic_core import to_json
from sqlalchemy import Update, and_, func, or_, select, update
from sqlalchemy.orm import Session

from api.store.base import now
from api.store.engine import Sessions, writing
from api.store.holdings import Flier, drones_of, held_by_others, with_held
from api.store.jobs import OPEN, Job, JobEvent, State
from api.store.orders import let_wait
from api.store.plans import PlanResult, StoredPlan
from api.store.requests import StoredRequest

Told = Literal["go on", "finish", "cancel", "leave"]
"""What a worker is told: to go on, to end with the best plan so far, to stop, or to drop a job that
is another's by now or has ended."""

STARTING = 3
"""Leases that a worker may take until it begins: it may have to load the program first."""

STARTS_MOST = 3
"""Workers that a job may lose; then it has failed."""


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to work on a plan, until somebody else gets a later attempt.

    A worker that is not heard of for `lease_s` seconds is taken for lost.
    """

    plan: str
    attempt: int
    lease_s: float = 15.0

    def lease_until(self) -> dt.datetime:
        """Return until when the worker that is heard of now is believed to work."""
        return now() + dt.timedelta(seconds=self.lease_s)


@dataclass(frozen=True, slots=True)
class Work:
    """What a plan is to be made of: `content` is a request's JSON, with what others hold."""

    plan: str
    operator: str
    day: dt.date
    edition: str
    content: bytes
    time_limit_s: float
    seed: int
    deterministic: bool
    gap: float


@dataclass(frozen=True, slots=True)
class Ending:
    """How a job ends; a plan that is done has its documents, and names the orders it left out."""

    state: State
    code: str = ""
    reason: str = ""
    faults: tuple[Any, ...] = ()
    document: bytes = b""
    summary: bytes = b""
    holdings: bytes = b""
    certificate: bytes = b""
    unserved: tuple[str, ...] = ()


CANCELLED = Ending("cancelled", "CANCELLED", "cancelled as asked")


def enqueue(session: Session, plan: StoredPlan) -> Job:
    """Add the job of a plan in the transaction that adds the plan, and return it."""
    job = Job(plan=plan.id, operator=plan.operator, created_at=plan.created_at, state="queued")
    session.add(job)
    session.flush()
    _note(session, Claim(plan.id, 0), "queued")
    return job


def open_jobs(session: Session, operator: str) -> int:
    """Return how many jobs of an operator are queued or running."""
    of_operator = select(func.count()).where(Job.operator == operator, Job.state.in_(OPEN))
    return session.scalars(of_operator).one()


def claim(sessions: Sessions, most: int, lease_s: float) -> list[Claim]:
    """Give up workers that were lost, and take queued jobs while fewer than `most` are running."""
    if not _anything_to_do(sessions):
        return []
    with writing(sessions) as session:
        lost = select(Job).where(Job.state == "running", Job.lease_until < now())
        for job in session.scalars(lost.with_for_update(skip_locked=True)):
            _lose(session, job, "its worker was not heard of any more")
        session.flush()
        running = session.scalars(select(func.count()).where(Job.state == "running")).one()
        queued = select(Job).where(Job.state == "queued").order_by(Job.created_at, Job.plan)
        free = queued.limit(max(0, most - running)).with_for_update(skip_locked=True)
        return [_take(job, lease_s) for job in session.scalars(free)]


def begin(sessions: Sessions, claimed: Claim) -> Work | None:
    """Note that a worker begins, and return what it needs; None if the job is past the attempt."""
    with sessions() as session:
        plan = session.get_one(StoredPlan, claimed.plan)
        content = session.get_one(StoredRequest, plan.request).content
        held = held_by_others(session, Flier(plan.operator, plan.day, drones_of(content)))
    with writing(sessions) as session:
        started = _of(claimed).values(
            starts=Job.starts + 1,
            started_at=func.coalesce(Job.started_at, now()),
            lease_until=claimed.lease_until(),
        )
        if not _changed(session, started):
            return None
        _note(session, claimed, "started")
        session.get_one(StoredPlan, claimed.plan).held = held.json
        return Work(
            plan=plan.id,
            operator=plan.operator,
            day=plan.day,
            edition=plan.edition,
            content=with_held(content, held.json),
            time_limit_s=plan.time_limit_s,
            seed=plan.seed,
            deterministic=plan.deterministic,
            gap=plan.gap,
        )


def beat(sessions: Sessions, claimed: Claim, stage: str, detail: str, share: float) -> Told:
    """Say that a worker lives and how far it is; return what it is to do."""
    with writing(sessions) as session:
        said = _of(claimed).values(
            lease_until=claimed.lease_until(), stage=stage[:32], detail=detail[:200], share=share
        )
        if not _changed(session, said):
            return "leave"
        asked = select(Job.cancel_asked, Job.finish_asked).where(Job.plan == claimed.plan)
        cancel, finish = session.execute(asked).one()
        return "cancel" if cancel else "finish" if finish else "go on"


def end(sessions: Sessions, claimed: Claim, ending: Ending) -> bool:
    """End a job; return whether that was still this attempt's to do."""
    with writing(sessions) as session:
        if not _changed(session, _of(claimed).values(**_ended(ending))):
            return False
        if ending.state == "done":
            session.add(
                PlanResult(
                    plan=claimed.plan,
                    document=ending.document,
                    summary=ending.summary,
                    holdings=ending.holdings,
                    certificate=ending.certificate,
                )
            )
        let_wait(session, claimed.plan, ending.unserved if ending.state == "done" else None)
        _note(session, claimed, ending.state, ends=True)
        return True


def give_up(sessions: Sessions, claimed: Claim, why: str) -> None:
    """Give a job back that could not be carried out; once too often, and it has failed.

    That counts as a start even if the worker did not come so far as to begin.
    """
    with writing(sessions) as session:
        job = _held(session, claimed)
        if job is not None:
            job.starts += 0 if _starts(session, claimed) else 1
            _lose(session, job, why)


def give_back(sessions: Sessions, claimed: Claim, why: str) -> None:
    """Give a job back whose worker was told to end, or never had it: no start is counted."""
    with writing(sessions) as session:
        job = _held(session, claimed)
        if job is not None:
            job.starts -= _starts(session, claimed)
            _lose(session, job, why)


def ask_to_cancel(session: Session, plan: str) -> Job:
    """Cancel a plan: at once if nobody works on it, else by its worker. Returns its job.

    An ended job stays as it is.
    """
    job = _locked(session, plan)
    if job.state == "queued":
        _close(session, job, CANCELLED)
    elif job.state == "running":
        job.cancel_asked = True
    return job


def ask_to_finish(session: Session, plan: str) -> Job:
    """Have the search for a plan end with the best that it has found. Returns its job.

    One that nobody has begun yet ends with the first plan that it finds. An ended job stays as it
    is.
    """
    job = _locked(session, plan)
    if job.state in OPEN:
        job.finish_asked = True
    return job


def _locked(session: Session, plan: str) -> Job:
    """Return the job of a plan, locked."""
    return session.scalars(select(Job).where(Job.plan == plan).with_for_update()).one()


def _held(session: Session, claimed: Claim) -> Job | None:
    """Return a job, locked, if it is still at an attempt."""
    held = select(Job).where(
        Job.plan == claimed.plan, Job.attempt == claimed.attempt, Job.state == "running"
    )
    return session.scalars(held.with_for_update()).one_or_none()


def _starts(session: Session, claimed: Claim) -> int:
    """Return how many workers have begun an attempt."""
    begun = select(func.count()).where(
        JobEvent.plan == claimed.plan,
        JobEvent.attempt == claimed.attempt,
        JobEvent.kind == "started",
    )
    return session.scalars(begun).one()


def _anything_to_do(sessions: Sessions) -> bool:
    with sessions() as session:
        lost = and_(Job.state == "running", Job.lease_until < now())
        found = select(Job.plan).where(or_(Job.state == "queued", lost)).limit(1)
        return session.scalars(found).first() is not None


def _take(job: Job, lease_s: float) -> Claim:
    job.state = "running"
    job.attempt += 1
    job.lease_until = now() + STARTING * dt.timedelta(seconds=lease_s)
    return Claim(job.plan, job.attempt, lease_s)


def _lose(session: Session, job: Job, why: str) -> None:
    if job.cancel_asked:
        _close(session, job, CANCELLED)
    elif job.starts >= STARTS_MOST:
        reason = f"{job.starts} workers were lost; of the last one: {why}"
        _close(session, job, Ending("failed", "WORKER_LOST", reason))
    else:
        job.state, job.lease_until = "queued", None
        _note(session, Claim(job.plan, job.attempt), "lost")


def _close(session: Session, job: Job, ending: Ending) -> None:
    """End a job that is locked, without documents."""
    for name, value in _ended(ending).items():
        setattr(job, name, value)
    let_wait(session, job.plan)
    _note(session, Claim(job.plan, job.attempt), ending.state, ends=True)


def _ended(ending: Ending) -> dict[str, Any]:
    return {
        "state": ending.state,
        "ended_at": now(),
        "lease_until": None,
        "code": ending.code,
        "reason": ending.reason,
        "faults": to_json(ending.faults),
    }


def _of(claimed: Claim) -> Update:
    """Return the change of a job that is still at an attempt."""
    return update(Job).where(
        Job.plan == claimed.plan, Job.attempt == claimed.attempt, Job.state == "running"
    )


def _changed(session: Session, change: Update) -> bool:
    done: Any = session.execute(change.execution_options(synchronize_session=False))
    return bool(done.rowcount)


def _note(session: Session, claimed: Claim, kind: str, *, ends: bool = False) -> None:
    session.add(
        JobEvent(plan=claimed.plan, at=now(), attempt=claimed.attempt, kind=kind, ends=ends)
    )

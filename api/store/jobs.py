"""Plan jobs: who works on a plan, until when that is believed, and how it ended.

A job is a row of the transaction that accepts the plan. Whoever takes it raises `attempt` and holds
it until `lease_until`, which the worker keeps moving on; every later write names the attempt, so
what comes from a worker that was given up is refused. One row of `job_events` ends a job, and an
index allows no second.
"""

import datetime as dt
from typing import Literal, get_args

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from api.store.base import At, Base, Instant, Owner, Packed

State = Literal["queued", "running", "done", "failed", "cancelled"]
OPEN: tuple[State, ...] = ("queued", "running")
ENDED: tuple[State, ...] = ("done", "failed", "cancelled")


class Job(Base):
    """The work on one plan. `starts` counts the workers that began it."""

    __tablename__ = "jobs"
    __table_args__ = (
        Index(None, "state", "created_at"),
        Index(None, "operator", "state"),
        CheckConstraint(
            "state IN ({})".format(", ".join(f"'{each}'" for each in get_args(State))), "state"
        ),
    )

    plan: Mapped[str] = mapped_column(
        String(32), ForeignKey("plans.id", ondelete="CASCADE"), primary_key=True
    )
    operator: Mapped[Owner]
    created_at: Mapped[At]
    state: Mapped[State] = mapped_column(String(16), default="queued")
    attempt: Mapped[int] = mapped_column(default=0)
    starts: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[dt.datetime | None] = mapped_column(Instant)
    cancel_asked: Mapped[bool] = mapped_column(default=False)
    finish_asked: Mapped[bool] = mapped_column(default=False)
    stage: Mapped[str] = mapped_column(String(32), default="")
    detail: Mapped[str] = mapped_column(String(200), default="")
    share: Mapped[float] = mapped_column(default=0.0)
    started_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    ended_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    code: Mapped[str] = mapped_column(String(64), default="")
    reason: Mapped[str] = mapped_column(Text, default="")
    faults: Mapped[bytes] = mapped_column(Packed, default=b"[]")


class JobEvent(Base):
    """Something that happened to a job, for whoever asks later: queued, started, lost, or its end.

    What ends a job is its last state; at most one such event exists.
    """

    __tablename__ = "job_events"
    __table_args__ = (
        Index(
            "uq_job_events_end",
            "plan",
            unique=True,
            sqlite_where=text("ends"),
            postgresql_where=text("ends"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    plan: Mapped[str] = mapped_column(
        String(32), ForeignKey("plans.id", ondelete="CASCADE"), index=True
    )
    at: Mapped[At]
    attempt: Mapped[int]
    kind: Mapped[str] = mapped_column(String(16))
    ends: Mapped[bool] = mapped_column(default=False)

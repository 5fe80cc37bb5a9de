"""Plans: what was asked for, and what came of it."""

import datetime as dt

from sqlalchemy import Date, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from api.store.base import At, Base, Id, Instant, Owner, Packed


class StoredPlan(Base):
    """A plan of a request on an edition; its job says how far it is.

    `accepted_at` is set while the plan holds its air, pads and bays against all others; `held` is
    the JSON of what others held when it was made, None if that was nothing.
    """

    __tablename__ = "plans"
    __table_args__ = (
        Index(None, "operator", "created_at", "id"),
        Index(None, "day", "accepted_at"),
    )

    id: Mapped[Id]
    operator: Mapped[Owner]
    request: Mapped[str] = mapped_column(String(32), ForeignKey("requests.id"), index=True)
    day: Mapped[dt.date] = mapped_column(Date)
    edition: Mapped[str] = mapped_column(String(64))
    time_limit_s: Mapped[float]
    seed: Mapped[int]
    deterministic: Mapped[bool]
    gap: Mapped[float]
    created_at: Mapped[At]
    accepted_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    held: Mapped[bytes | None] = mapped_column(Packed, deferred=True)


class PlanResult(Base):
    """What a plan that is done came to, and what it holds once accepted; all JSON.

    `certificate` is None of a plan that was made before there were any.
    """

    __tablename__ = "plan_results"

    plan: Mapped[str] = mapped_column(
        String(32), ForeignKey("plans.id", ondelete="CASCADE"), primary_key=True
    )
    document: Mapped[bytes] = mapped_column(Packed, deferred=True)
    summary: Mapped[bytes] = mapped_column(Packed, deferred=True)
    holdings: Mapped[bytes] = mapped_column(Packed, deferred=True)
    certificate: Mapped[bytes | None] = mapped_column(Packed, deferred=True)

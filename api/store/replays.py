"""Answers kept under an Idempotency-Key, so that a request sent twice is done once."""

import datetime as dt

from sqlalchemy import ForeignKey, Index, String, delete
from sqlalchemy.orm import Mapped, Session, mapped_column

from api.store.base import At, Base, Packed, now

KEPT = dt.timedelta(hours=24)
"""How long an answer is kept for whoever asks again."""


class Replay(Base):
    """The answer to a request that named a key; `fingerprint` tells whether it is the same one."""

    __tablename__ = "replays"
    __table_args__ = (Index(None, "created_at"),)

    operator: Mapped[str] = mapped_column(String(64), ForeignKey("operators.id"), primary_key=True)
    key: Mapped[str] = mapped_column(String(255), primary_key=True)
    fingerprint: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[At]
    status: Mapped[int]
    headers: Mapped[bytes] = mapped_column(Packed)
    body: Mapped[bytes] = mapped_column(Packed)


def forget_old(session: Session) -> None:
    """Remove the answers that are kept no longer."""
    session.execute(delete(Replay).where(Replay.created_at < now() - KEPT))

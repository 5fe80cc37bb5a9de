"""Answers kept under an Idempotency-Key, so that a request sent twice is done once."""

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from api.store.base import At, Base, Packed


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

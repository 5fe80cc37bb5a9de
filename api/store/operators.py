"""Operators: whose requests, orders and plans these are."""

from sqlalchemy import String
from sqlalchemy.orm import Mapped, Session, mapped_column

from api.store.base import At, Base, now

LOCAL = "local"
"""The operator of a service without keys."""


class Operator(Base):
    """Someone who flies; what it stores is invisible to every other."""

    __tablename__ = "operators"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    created_at: Mapped[At]


def ensure_operator(session: Session, operator: str) -> None:
    """Add an operator unless it is there."""
    if session.get(Operator, operator) is None:
        session.add(Operator(id=operator, created_at=now()))
        session.flush()  # rows that refer to it may be written before it otherwise

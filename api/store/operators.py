"""Operators: whose requests, orders and plans these are."""

from typing import Any

from sqlalchemy import String
from sqlalchemy.dialects import postgresql, sqlite
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
    """Add an operator unless it is there; another may add the same one meanwhile."""
    if session.get(Operator, operator) is None:
        insert = _INSERT[session.get_bind().dialect.name]
        added = insert(Operator).values(id=operator, created_at=now())
        session.execute(added.on_conflict_do_nothing())


_INSERT: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}

"""Orders that arrive one by one through the day and wait for a plan."""

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import Date, ForeignKey, Index, String, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from api.store.base import At, Base, Id, Instant, Owner, Packed


class StoredOrder(Base):
    """An order; `key` is the operator's own id of it, `plan` the last plan that took it up.

    `content` is the JSON of one order, as `hetao schema orders` has it.
    """

    __tablename__ = "orders"
    __table_args__ = (
        Index(None, "operator", "day", "key", unique=True),
        Index(None, "operator", "created_at", "id"),
    )

    id: Mapped[Id]
    operator: Mapped[Owner]
    key: Mapped[str] = mapped_column(String(64))
    day: Mapped[dt.date] = mapped_column(Date)
    created_at: Mapped[At]
    withdrawn_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    plan: Mapped[str | None] = mapped_column(String(32), ForeignKey("plans.id"), index=True)
    content: Mapped[bytes] = mapped_column(Packed)


def let_wait(session: Session, plan: str, keys: Sequence[str] | None = None) -> None:
    """Have orders that a plan took up wait for another: those of the keys, or all."""
    taken = update(StoredOrder).where(StoredOrder.plan == plan)
    for some in [None] if keys is None else _parts(keys):
        chosen = taken if some is None else taken.where(StoredOrder.key.in_(some))
        session.execute(chosen.values(plan=None))


def pass_on(session: Session, plan: str, to: str, keys: Sequence[str]) -> None:
    """Have orders of the keys that one plan took up belong to another, and all others wait."""
    for some in _parts(keys):
        taken = update(StoredOrder).where(StoredOrder.plan == plan, StoredOrder.key.in_(some))
        session.execute(taken.values(plan=to))
    let_wait(session, plan)


def _parts(keys: Sequence[str]) -> list[Sequence[str]]:
    """Return keys in parts that a statement can hold."""
    return [keys[at : at + 500] for at in range(0, len(keys), 500)]

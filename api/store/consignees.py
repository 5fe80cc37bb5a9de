"""Consignees, sealed, apart from the orders and plans that they belong to."""

from uuid import UUID, uuid5

from sqlalchemy import LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from api.store.base import At, Base, Owner


class SealedConsignee(Base):
    """Who receives an order. Everything about the person is in `sealed` and nowhere else.

    `order_id` is a single order's id, or what `id_within` makes of an order of a request. It is no
    foreign key: an order is purged and kept by other rules than a person.
    """

    __tablename__ = "consignees"

    order_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    operator: Mapped[Owner]
    side: Mapped[str] = mapped_column(String(2))
    purposes: Mapped[str] = mapped_column(String(100))
    contract: Mapped[str | None] = mapped_column(String(100))
    key_id: Mapped[str] = mapped_column(String(32))
    nonce: Mapped[bytes] = mapped_column(LargeBinary(12))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    stored_at: Mapped[At] = mapped_column(index=True)


def id_within(request: str, order: str) -> str:
    """Return the id under which a request's order has its consignee (a UUID of version 5)."""
    return uuid5(UUID(hex=request), order).hex

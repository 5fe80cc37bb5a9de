"""Requests: a day's orders, fleet and weather, as an operator gave them; never changed."""

import datetime as dt

from sqlalchemy import Date, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from api.store.base import At, Base, Id, Owner, Packed


class StoredRequest(Base):
    """A request that was read without a fault.

    `content` is the JSON of its parts: `orders`, `fleet` and `weather`, as `hetao schema` has them.
    """

    __tablename__ = "requests"
    __table_args__ = (Index(None, "operator", "created_at", "id"),)

    id: Mapped[Id]
    operator: Mapped[Owner]
    created_at: Mapped[At]
    day: Mapped[dt.date] = mapped_column(Date)
    hash: Mapped[str] = mapped_column(String(64))
    orders: Mapped[int]
    drones: Mapped[int]
    content: Mapped[bytes] = mapped_column(Packed, deferred=True)

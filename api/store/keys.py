"""API keys, of which only a digest is kept."""

import datetime as dt

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from api.store.base import At, Base, Instant, Owner


class ApiKey(Base):
    """A key that was handed out; a row stays when its key has expired or was revoked.

    `id` is the public part of the key, `digest` the keyed hash of its secret part. `replaces` is
    the key that this one took over from.
    """

    __tablename__ = "api_keys"
    __table_args__ = (Index(None, "operator", "created_at", "id"),)

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    digest: Mapped[bytes] = mapped_column(LargeBinary(32))
    operator: Mapped[Owner]
    label: Mapped[str] = mapped_column(String(100))
    scopes: Mapped[str] = mapped_column(String(200))
    side: Mapped[str | None] = mapped_column(String(2))
    created_at: Mapped[At]
    expires_at: Mapped[At]
    revoked_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    replaces: Mapped[str | None] = mapped_column(ForeignKey("api_keys.id"))

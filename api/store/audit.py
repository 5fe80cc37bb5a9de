"""The audit log: who did what, each entry bound to the one before it."""

from sqlalchemy import LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from api.store.base import At, Base


class AuditEntry(Base):
    """One entry; numbers run from 1 without a gap. Triggers refuse to change or remove a row.

    `detail` is a JSON text; it never holds personal data or a secret. `digest` is SHA-256 over the
    entry and `previous`, the digest of the entry before.
    """

    __tablename__ = "audit_log"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[At]
    operator: Mapped[str] = mapped_column(String(64), index=True)
    actor: Mapped[str] = mapped_column(String(200))
    action: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(200))
    detail: Mapped[str] = mapped_column(Text)
    previous: Mapped[bytes] = mapped_column(LargeBinary(32))
    digest: Mapped[bytes] = mapped_column(LargeBinary(32))

"""Entries of the audit log as they are shown."""

import datetime as dt
import json
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel, Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.store.audit import AuditEntry

_AT_ONCE = 1_000


class EntryView(BaseModel):
    """One entry of the audit log."""

    number: int = Field(description="Its place in the whole log; 1 is the first.")
    at: dt.datetime
    operator: str
    actor: str = Field(
        description="By which credential: `key:ID`, `token:SUBJECT`, `console:USER`."
    )
    action: str
    subject: str = Field(description="The id of what it was done to.")
    detail: dict[str, Any]

    @classmethod
    def of(cls, entry: AuditEntry) -> "EntryView":
        """Return an entry as it is shown."""
        return cls(
            number=entry.number,
            at=entry.at,
            operator=entry.operator,
            actor=entry.actor,
            action=entry.action,
            subject=entry.subject,
            detail=json.loads(entry.detail),
        )


def entries(
    session: Session, operator: str | None = None, after: int = 0, limit: int | None = None
) -> Iterator[EntryView]:
    """Return the entries after a number, of one operator or of all, the oldest first."""
    query = select(AuditEntry).where(AuditEntry.number > after).order_by(AuditEntry.number)
    if operator is not None:
        query = query.filter_by(operator=operator)
    found = session.scalars(query.limit(limit).execution_options(yield_per=_AT_ONCE))
    yield from map(EntryView.of, found)

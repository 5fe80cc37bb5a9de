"""Writes entries of the audit log, each bound to the one before it."""

import datetime as dt
import hashlib
import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from api.caller import Caller
from api.store.audit import AuditEntry

BEFORE_THE_FIRST = bytes(32)
"""What the first entry is bound to."""

_TURN = 0x6865_7461_6F00
"""PostgreSQL's advisory lock of whoever appends; on SQLite there is one writer anyway."""

_LOG = logging.getLogger("hetao.audit")


class Action(StrEnum):
    """What is audited."""

    KEY_CREATED = "key.created"
    KEY_ROTATED = "key.rotated"
    KEY_REVOKED = "key.revoked"
    NETWORK_PUBLISHED = "network.published"
    PLAN_REQUESTED = "plan.requested"
    PLAN_ACCEPTED = "plan.accepted"
    PLAN_RELEASED = "plan.released"
    CONSIGNEE_READ = "consignee.read"
    CONSIGNEE_REFUSED = "consignee.refused"
    CONSIGNEES_PURGED = "consignees.purged"
    CONSIGNEES_RESEALED = "consignees.resealed"


@dataclass(frozen=True, slots=True)
class Head:
    """The last entry of a log at some time: whoever knows it can tell that entries are missing."""

    number: int
    digest: bytes

    def __str__(self) -> str:
        return f"{self.number}:{self.digest.hex()}"


def record(
    session: Session,
    caller: Caller,
    action: Action,
    subject: str,
    detail: Mapping[str, Any] = MappingProxyType({}),
    *,
    at: dt.datetime | None = None,
) -> None:
    """Append an entry to the log in the transaction of `session`, which must be a writing one.

    The entry stands if what it tells of is committed, and not otherwise. The new head is then
    logged, so that it is known outside the database too. Neither `subject` nor `detail` may hold
    personal data or a secret. Others' appends wait until the transaction ends: append last.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(_TURN)))
    session.flush()
    last = head(session)
    entry = AuditEntry(
        number=last.number + 1,
        at=at or dt.datetime.now(dt.UTC),
        operator=caller.operator,
        actor=caller.actor,
        action=action.value,
        subject=subject,
        detail=json.dumps(dict(detail), sort_keys=True, ensure_ascii=False),
        previous=last.digest,
    )
    entry.digest = digest(entry)
    session.add(entry)
    session.flush()
    said = Head(entry.number, entry.digest)
    event.listen(session, "after_commit", lambda _: _LOG.info("audit head %s", said), once=True)


def head(session: Session) -> Head:
    """Return the log's last entry; number 0 of an empty log."""
    newest = select(AuditEntry.number, AuditEntry.digest).order_by(AuditEntry.number.desc())
    row = session.execute(newest.limit(1)).first()
    return Head(row.number, row.digest) if row else Head(0, BEFORE_THE_FIRST)


def digest(entry: AuditEntry) -> bytes:
    """Return SHA-256 over all of an entry and the digest of the entry before it."""
    fields = [
        entry.number,
        entry.at.astimezone(dt.UTC).isoformat(timespec="microseconds"),
        entry.operator,
        entry.actor,
        entry.action,
        entry.subject,
        entry.detail,
        entry.previous.hex(),
    ]
    return hashlib.sha256(json.dumps(fields).encode()).digest()

"""Proves the audit log: nothing changed, removed, put elsewhere or cut off."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.audit.log import BEFORE_THE_FIRST, Head, digest
from api.store.audit import AuditEntry
from geodata.faults import Fault

_HEAD = re.compile(r"(?<![0-9a-f:])([0-9]{1,15}):([0-9a-f]{64})(?![0-9a-f])")
_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a log was found to be: its last entry, and each thing wrong with it."""

    head: Head
    faults: tuple[Fault, ...]


def heads_in(text: str) -> list[Head]:
    """Return every head in a text, such as the service's own log or a note of one."""
    return [Head(int(number), bytes.fromhex(of)) for number, of in _HEAD.findall(text)]


def verify(session: Session, heads: Iterable[Head] = ()) -> Verdict:
    """Return what is wrong with the log, and its head.

    The chain tells of entries that were changed, removed from the middle or put elsewhere. It
    cannot tell that entries at its end are missing, nor that all from some entry on was made anew:
    `heads`, kept outside the database, tell that.
    """
    known: dict[int, set[bytes]] = {}
    for each in heads:
        known.setdefault(each.number, set()).add(each.digest)
    faults: list[Fault] = []
    last = Head(0, BEFORE_THE_FIRST)
    for entry in _entries(session):
        faults += _entry_faults(entry, last)
        if known.pop(entry.number, {entry.digest}) != {entry.digest}:
            message = "is not the entry that was known under this number: the log was made anew"
            faults.append(_fault(entry.number, "AUDIT_REWRITTEN", message))
        last = Head(entry.number, entry.digest)
    missing = max(known, default=0)
    if missing > last.number:
        message = "entries at the end are missing"
        faults.append(
            _fault(last.number, "AUDIT_TRUNCATED", message, f"{last.number}", f"{missing} known")
        )
    return Verdict(last, tuple(faults))


def _entries(session: Session) -> Iterator[AuditEntry]:
    in_order = select(AuditEntry).order_by(AuditEntry.number)
    for entry in session.scalars(in_order.execution_options(yield_per=_AT_ONCE)):
        yield entry
        session.expunge(entry)


def _entry_faults(entry: AuditEntry, last: Head) -> Iterator[Fault]:
    if entry.number != last.number + 1:
        found, wanted = f"{entry.number}", f"{last.number + 1}"
        yield _fault(entry.number, "AUDIT_GAP", "entries before it are missing", found, wanted)
    elif entry.previous != last.digest:
        message = "is not bound to the entry before it"
        yield _fault(entry.number, "AUDIT_UNBOUND", message)
    if digest(entry) != entry.digest:
        yield _fault(entry.number, "AUDIT_CHANGED", "was changed after it was written")


def _fault(number: int, code: str, message: str, value: str = "", limit: str = "") -> Fault:
    return Fault(
        source="audit_log",
        item=f"entry {number}",
        field="",
        code=code,
        value=value,
        limit=limit,
        message=message,
    )

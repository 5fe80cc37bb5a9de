"""The audit log: append-only, and each way of tampering with it found."""

import datetime as dt
import logging
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from api.audit.log import Action, Head, digest, head, record
from api.audit.verify import heads_in, verify
from api.caller import Caller
from api.store.audit import AuditEntry
from api.store.engine import Sessions, writing
from api.store.operators import Operator
from tests.api.service.tampering import tampered

NOON = dt.datetime(2026, 11, 24, 12, 0, 0, 123_456, tzinfo=dt.UTC)
KITE = Caller("kite", frozenset(), "key:a")


def append(stored: Sessions, count: int = 1, by: Caller = KITE) -> None:
    for number in range(count):
        with writing(stored) as session:
            record(session, by, Action.PLAN_REQUESTED, f"p{number}", {"seed": number}, at=NOON)


def codes(stored: Sessions, *heads: Head) -> list[str]:
    with stored() as session:
        return [fault.code for fault in verify(session, heads).faults]


def last(stored: Sessions) -> Head:
    with stored() as session:
        return head(session)


def test_a_log_that_nobody_touched_holds(stored: Sessions) -> None:
    """Entries are numbered from 1, and the log holds to its own head and to earlier ones."""
    assert codes(stored) == []
    heads = [last(stored)]
    for _ in range(5):
        append(stored)
        heads.append(last(stored))
    assert [each.number for each in heads] == [0, 1, 2, 3, 4, 5]
    assert codes(stored, *heads) == []


@pytest.mark.parametrize(
    "change",
    [
        "operator = 'mallory'",
        "actor = 'key:b'",
        "action = 'plan.requestee'",
        "subject = 'p9'",
        "detail = '{\"seed\": 3}'",
        "at = '2026-11-24 12:00:00.123457+00'",
    ],
)
def test_a_changed_entry_is_found(stored: Sessions, change: str) -> None:
    """Every column of a row is bound: the entry that was changed is named, and no other."""
    append(stored, 4)
    tampered(stored, f"UPDATE audit_log SET {change} WHERE number = 2")
    with stored() as session:
        faults = verify(session).faults
    assert [(fault.item, fault.code) for fault in faults] == [("entry 2", "AUDIT_CHANGED")]


def test_an_entry_changed_and_bound_anew_is_found(stored: Sessions) -> None:
    """A digest that is worked out again does not fit the entry after it."""
    append(stored, 4)
    tampered(stored, "UPDATE audit_log SET subject = 'p9' WHERE number = 2")
    rebind(stored, 2)
    assert codes(stored) == ["AUDIT_UNBOUND"]


def test_a_removed_entry_is_found(stored: Sessions) -> None:
    """An entry taken from the middle or from the front leaves a gap."""
    append(stored, 4)
    tampered(stored, "DELETE FROM audit_log WHERE number = 3")
    assert codes(stored) == ["AUDIT_GAP"]
    tampered(stored, "DELETE FROM audit_log WHERE number = 1")
    assert codes(stored) == ["AUDIT_GAP", "AUDIT_GAP"]


def test_a_removed_entry_whose_gap_was_closed_is_found(stored: Sessions) -> None:
    """Renumbering what follows does not help: the number is bound too."""
    append(stored, 4)
    tampered(
        stored,
        "DELETE FROM audit_log WHERE number = 3",
        "UPDATE audit_log SET number = 3 WHERE number = 4",
    )
    assert codes(stored) == ["AUDIT_UNBOUND", "AUDIT_CHANGED"]


def test_entries_put_in_another_order_are_found(stored: Sessions) -> None:
    """Two entries that swapped their numbers are both found."""
    append(stored, 4)
    tampered(
        stored,
        "UPDATE audit_log SET number = 99 WHERE number = 2",
        "UPDATE audit_log SET number = 2 WHERE number = 3",
        "UPDATE audit_log SET number = 3 WHERE number = 99",
    )
    found = codes(stored)
    assert found.count("AUDIT_CHANGED") == 2
    assert "AUDIT_UNBOUND" in found


def test_a_tail_cut_off_is_found_by_a_head_kept_elsewhere(stored: Sessions) -> None:
    """The chain alone cannot tell that its end is missing; a head from outside does."""
    append(stored, 4)
    kept = last(stored)
    tampered(stored, "DELETE FROM audit_log WHERE number >= 3")
    assert codes(stored) == []
    assert codes(stored, kept) == ["AUDIT_TRUNCATED"]


def test_a_tail_cut_off_and_grown_again_is_found(stored: Sessions) -> None:
    """New entries in the place of removed ones have other digests than were known."""
    append(stored, 4)
    kept = last(stored)
    tampered(stored, "DELETE FROM audit_log WHERE number >= 3")
    append(stored, 3, Caller("mallory", frozenset(), "key:m"))
    assert codes(stored) == []
    assert codes(stored, kept) == ["AUDIT_REWRITTEN"]


def test_a_log_made_anew_from_an_entry_on_is_found(stored: Sessions) -> None:
    """Who changes an entry and binds all after it anew is found by any later head."""
    append(stored, 4)
    kept = last(stored)
    tampered(stored, "UPDATE audit_log SET subject = 'p9' WHERE number = 2")
    for number in (2, 3, 4):
        rebind(stored, number)
    assert codes(stored) == []
    assert codes(stored, kept) == ["AUDIT_REWRITTEN"]


def rebind(stored: Sessions, number: int) -> None:
    """Bind an entry to the one before it and work its digest out, as the service does."""
    with stored() as session:
        entry = session.get_one(AuditEntry, number)
        before = session.get(AuditEntry, number - 1)
        session.expunge(entry)
        entry.previous = before.digest if before else bytes(32)
        previous, own = entry.previous.hex(), digest(entry).hex()
    literal = "x'{}'" if stored.kw["bind"].dialect.name == "sqlite" else "'\\x{}'"
    tampered(
        stored,
        f"UPDATE audit_log SET previous = {literal.format(previous)}, "
        f"digest = {literal.format(own)} WHERE number = {number}",
    )


@pytest.mark.parametrize(
    "statement", ["UPDATE audit_log SET subject = 'p9'", "DELETE FROM audit_log"]
)
def test_the_database_itself_refuses_changes(stored: Sessions, statement: str) -> None:
    """A bug or a careless hand changes nothing: triggers refuse it."""
    append(stored, 2)
    with pytest.raises(DBAPIError, match="append-only"), writing(stored) as session:
        session.connection().exec_driver_sql(statement)
    assert codes(stored, last(stored)) == []


def test_what_is_rolled_back_was_never_written(
    stored: Sessions, caplog: pytest.LogCaptureFixture
) -> None:
    """An entry shares the fate of what it tells of; only a committed head is logged."""
    caplog.set_level(logging.INFO, "hetao.audit")
    append(stored)
    with pytest.raises(IntegrityError), writing(stored) as session:
        publish_without_a_parent(session)
    append(stored)
    assert last(stored).number == 2
    said = [head for line in caplog.messages for head in heads_in(line)]
    assert [each.number for each in said] == [1, 2]
    assert codes(stored, *said) == []


def publish_without_a_parent(session: Session) -> None:
    """Record what then cannot be committed."""
    record(session, KITE, Action.NETWORK_PUBLISHED, "e1", at=NOON)
    session.add(Operator(id="kite", created_at=NOON))
    session.flush()


def test_two_entries_of_one_transaction_are_both_bound(stored: Sessions) -> None:
    """A transaction may do two things that are audited."""
    with writing(stored) as session:
        record(session, KITE, Action.KEY_CREATED, "a", at=NOON)
        record(session, KITE, Action.KEY_REVOKED, "a", at=NOON)
    assert last(stored).number == 2
    assert codes(stored) == []


def test_appends_take_turns(stored: Sessions) -> None:
    """Entries written at once from many threads make one chain without a gap."""
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: append(stored, 5), range(8)))
    assert last(stored).number == 40
    assert codes(stored) == []


def test_heads_are_read_from_any_text() -> None:
    """A server's log, a note, `hetao audit head`: N:DIGEST is picked out, the rest passed over."""
    one, two = "ab" * 32, "0" * 64
    text = f"12:34 audit head 7:{one}\n7:{one[:-1]} x7:{one}\n8:{two}, 9:{two}0"
    assert heads_in(text) == [
        Head(7, bytes.fromhex(one)),
        Head(7, bytes.fromhex(one)),
        Head(8, bytes(32)),
    ]

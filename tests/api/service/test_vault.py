"""Consignees: sealed, read for a purpose by their side, on the record, purged by age."""

import base64
import datetime as dt
import json
from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError

from api.audit.log import Action
from api.audit.read import EntryView, entries
from api.caller import Caller
from api.privacy import vault
from api.privacy.consignee import Consignee, Person, Purpose
from api.privacy.keyring import KeyRing, PersonalKeySettings, new_key_line
from api.privacy.vault import NotAllowedError, SealError, Vault
from api.store.consignees import SealedConsignee
from api.store.engine import Sessions, writing
from tests.api.service.tampering import tampered

NOON = dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC)
SZ = Caller("kite", frozenset(), "key:s", "SZ")
HK = Caller("kite", frozenset(), "key:h", "HK")
HOUSE = Caller("service", frozenset(), "console:ops")
SZ_KEYS = {"old": b"1" * 32, "older": b"2" * 32}
RING = KeyRing({"SZ": SZ_KEYS, "HK": {"h": b"3" * 32}})
NAME = "Ou-Yang Zhenhua 歐陽振華"


def keep(
    stored: Sessions,
    order: str = "o1",
    ring: KeyRing = RING,
    at: dt.datetime = NOON,
    **terms: object,
) -> None:
    who = Consignee.model_validate(
        {"name": NAME, "contact": "+852 5555 0199", "side": "SZ", **terms}
    )
    with writing(stored) as session:
        Vault(ring).keep(session, order, "kite", who, at)


def read(
    stored: Sessions, by: Caller = SZ, purpose: Purpose = Purpose.HANDOVER, ring: KeyRing = RING
) -> Person | None:
    return Vault(ring).read(stored, "o1", by, purpose, NOON)


def refusal(stored: Sessions, by: Caller, purpose: Purpose = Purpose.HANDOVER) -> str:
    with pytest.raises(NotAllowedError) as refused:
        read(stored, by, purpose)
    assert NAME not in str(refused.value)
    return refused.value.code


def audited(stored: Sessions) -> list[EntryView]:
    with stored() as session:
        return list(entries(session))


def test_what_is_kept_can_be_read_by_its_side(stored: Sessions) -> None:
    """The operator's own people of the data's side read it for what it was collected for."""
    keep(stored)
    assert read(stored) == Person(name=NAME, contact="+852 5555 0199")


def test_the_row_holds_nothing_of_the_person(stored: Sessions) -> None:
    """Name and contact are in no column in the clear; two seals of one person differ."""
    keep(stored)
    keep(stored, "o2")
    with stored() as session:
        rows = list(session.connection().exec_driver_sql("SELECT * FROM consignees"))
        first, second = (session.get_one(SealedConsignee, each) for each in ("o1", "o2"))
    for part in (*NAME.split(), "5555"):
        assert part not in str(rows)
        assert part.encode() not in b"".join(
            bytes(value) for row in rows for value in row if isinstance(value, bytes)
        )
    assert first.nonce != second.nonce
    assert first.sealed != second.sealed
    keep(stored, "o3", name="Li")
    with stored() as session:
        assert len(session.get_one(SealedConsignee, "o3").sealed) == len(first.sealed)


def test_each_reading_is_on_the_record(stored: Sessions) -> None:
    """The audit log says who read whose order's consignee, for what, from which side."""
    keep(stored, contract="GBA-SC-2026-0042")
    read(stored)
    read(stored, HK)
    first, second = audited(stored)
    assert (first.actor, first.action, first.subject) == ("key:s", Action.CONSIGNEE_READ, "o1")
    assert first.detail == {"purpose": "handover", "side": "SZ", "of": "SZ", "contract": None}
    assert second.detail == {
        "purpose": "handover",
        "side": "HK",
        "of": "SZ",
        "contract": "GBA-SC-2026-0042",
    }
    assert NAME not in str((first, second))


def test_data_does_not_cross_without_a_contract(stored: Sessions) -> None:
    """The other side, and who is of no side, are refused; the attempt is on the record."""
    keep(stored)
    assert refusal(stored, HK) == "SIDE_OTHER"
    assert refusal(stored, Caller("kite", frozenset(), "key:n")) == "SIDE_UNKNOWN"
    first, second = audited(stored)
    assert first.action == second.action == Action.CONSIGNEE_REFUSED
    assert first.detail == {
        "purpose": "handover",
        "side": "HK",
        "of": "SZ",
        "refused": "SIDE_OTHER",
    }


def test_a_contract_does_not_open_to_who_is_of_no_side(stored: Sessions) -> None:
    """Data crosses to the other side, not to somebody who says no side."""
    keep(stored, contract="GBA-SC-2026-0042")
    assert refusal(stored, Caller("kite", frozenset(), "key:n")) == "SIDE_UNKNOWN"


def test_data_is_read_for_its_purposes_only(stored: Sessions) -> None:
    """What was collected for the handover is not shown for customs."""
    keep(stored)
    assert refusal(stored, SZ, Purpose.CUSTOMS) == "PURPOSE_OTHER"


def test_another_operator_finds_nothing(stored: Sessions) -> None:
    """For any other operator the consignee is not there; that leaves no entry of theirs."""
    keep(stored, contract="GBA-SC-2026-0042")
    other = Caller("heron", frozenset(), "key:o", "SZ")
    assert read(stored, other) is None
    assert audited(stored) == []


@pytest.mark.parametrize(
    "change",
    [
        "contract = 'FORGED'",
        "side = 'HK'",
        "purposes = 'customs handover'",
        "order_id = 'o2'",
        "operator = 'heron'",
    ],
)
def test_terms_are_bound_to_the_seal(stored: Sessions, change: str) -> None:
    """Who can write to the database cannot move a person, nor write a contract or purpose in."""
    keep(stored)
    tampered(stored, f"UPDATE consignees SET {change}")
    key = {"h": b"1" * 32, "old": b"1" * 32}
    ring = KeyRing({"SZ": SZ_KEYS, "HK": key})
    order = "o2" if "o2" in change else "o1"
    by = Caller("heron" if "heron" in change else "kite", frozenset(), "key:s", "SZ")
    if "HK" in change:
        by = HK
    with pytest.raises(SealError):
        Vault(ring).read(stored, order, by, Purpose.HANDOVER, NOON)


def test_a_side_whose_key_is_not_here_can_neither_seal_nor_open(stored: Sessions) -> None:
    """A machine of one side, given its own key only, cannot read the other's data."""
    keep(stored)
    ring = KeyRing({"HK": {"h": b"3" * 32}})
    with pytest.raises(SealError, match="key old of side SZ is not here"):
        read(stored, ring=ring)
    with pytest.raises(SealError, match="no key of side SZ"):
        keep(stored, "o2", ring)
    wrong = KeyRing({"SZ": {"old": b"9" * 32}})
    with pytest.raises(SealError, match="was changed"):
        read(stored, ring=wrong)


def test_the_first_key_seals_and_all_open(stored: Sessions) -> None:
    """Rotation: a new key goes first, what the old one sealed still opens, and is sealed anew."""
    keep(stored)
    turned = KeyRing({"SZ": {"new": b"7" * 32, **SZ_KEYS}, "HK": {"h": b"3" * 32}})
    assert read(stored, ring=turned) is not None
    with writing(stored) as session:
        assert Vault(turned).reseal(session, HOUSE, NOON) == 1
    with writing(stored) as session:
        assert Vault(turned).reseal(session, HOUSE, NOON) == 0
    only_new = KeyRing({"SZ": {"new": b"7" * 32}})
    assert read(stored, ring=only_new) == Person(name=NAME, contact="+852 5555 0199")
    assert [each.action for each in audited(stored)].count(Action.CONSIGNEES_RESEALED) == 1


def test_sealing_anew_is_all_or_nothing(stored: Sessions) -> None:
    """Where one row's key is missing nothing is changed."""
    keep(stored)
    keep(stored, "o2", KeyRing({"SZ": {"lost": b"5" * 32}}))
    turned = KeyRing({"SZ": {"new": b"7" * 32, **SZ_KEYS}})
    with pytest.raises(SealError, match="lost"), writing(stored) as session:
        Vault(turned).reseal(session, HOUSE, NOON)
    with stored() as session:
        kept = {session.get_one(SealedConsignee, each).key_id for each in ("o1", "o2")}
    assert kept == {"old", "lost"}


def test_what_is_old_is_purged(stored: Sessions) -> None:
    """Purging removes what was stored before a moment, and says how many, not whom."""
    keep(stored, "o1", at=NOON - dt.timedelta(days=31))
    keep(stored, "o2", at=NOON - dt.timedelta(days=29))
    with writing(stored) as session:
        assert vault.purge(session, NOON - dt.timedelta(days=30), HOUSE, NOON) == 1
    with writing(stored) as session:
        assert vault.purge(session, NOON - dt.timedelta(days=30), HOUSE, NOON) == 0
        assert session.get(SealedConsignee, "o1") is None
        assert session.get(SealedConsignee, "o2") is not None
    (entry,) = audited(stored)
    assert entry.action == Action.CONSIGNEES_PURGED
    assert entry.detail["count"] == 1


def test_a_person_is_not_shown_by_accident() -> None:
    """Whatever prints the model, or the error of a bad one, prints nothing of the person."""
    who = Consignee(name=NAME, contact="+852 5555 0199", side="SZ")
    for said in (repr(who), str(who), f"{who}", repr([who]), repr(Vault(RING)), repr(RING)):
        assert NAME not in said
        assert "5555" not in said
        assert "111" not in said
    with pytest.raises(ValidationError) as error:
        Consignee.model_validate({"name": NAME * 20, "contact": [NAME], "side": "XX"})
    assert NAME not in str(error.value)


def test_keys_come_from_a_file_or_from_the_environment(tmp_path: Path) -> None:
    """Lines or commas between `id:key`; the first seals."""
    first, second = new_key_line(), new_key_line()
    place = tmp_path / "hk.keys"
    place.write_text(f"{first}\n{second}\n")
    settings = PersonalKeySettings(keys_sz=SecretStr(f"{second},{first}"), keys_hk_file=place)
    ring = KeyRing.of(settings)
    for side, line in (("SZ", second), ("HK", first)):
        name, key = line.split(":")
        assert ring.sealing(side) == (name, base64.b64decode(key))  # type: ignore[arg-type]
    assert first.split(":")[1] not in repr((settings, ring))


@pytest.mark.parametrize(
    "text",
    ["k1", "k1:", "k1:AAAA", f"k1:{'!' * 43}=", f"{'k' * 33}:{'A' * 43}=", f"k1:{'A' * 44}"],
)
def test_a_bad_key_is_said_without_showing_it(text: str) -> None:
    """A key that is too short, no base64 or without an id stops the start, and is not printed."""
    with pytest.raises(ValueError, match="HETAO_PERSONAL_KEYS_SZ: item 1") as error:
        KeyRing.of(PersonalKeySettings(keys_sz=SecretStr(text)))
    assert "AAAA" not in str(error.value)


def test_keys_given_twice_are_refused(tmp_path: Path) -> None:
    """One id, one key; one place, one ring."""
    line = new_key_line()
    with pytest.raises(ValueError, match="given twice"):
        KeyRing.of(PersonalKeySettings(keys_sz=SecretStr(f"{line} {line}")))
    both = PersonalKeySettings(keys_sz=SecretStr(line), keys_sz_file=tmp_path / "sz.keys")
    with pytest.raises(ValueError, match="both set"):
        KeyRing.of(both)


def test_the_model_takes_no_more_than_it_needs() -> None:
    """Minimum: a field that nobody asked for is refused, not kept."""
    good = {"name": "A", "side": "HK"}
    assert Consignee.model_validate(good).purposes == {Purpose.HANDOVER}
    for more in ({"passport": "K123"}, {"purposes": []}, {"contract": "a\nb"}, {"name": ""}):
        with pytest.raises(ValidationError):
            Consignee.model_validate({**good, **more})
    assert json.loads(Consignee.model_validate(good).model_dump_json())["contract"] is None

"""Keeps consignees: seals, opens for a purpose, seals anew, purges by age."""

import datetime as dt
import json
import secrets
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from api.audit.log import Action, record
from api.caller import Caller
from api.privacy.consignee import Consignee, Person, Purpose
from api.privacy.keyring import KeyRing
from api.store.consignees import SealedConsignee
from api.store.engine import Sessions, writing
from geodata.features import Side

NONCE_BYTES = 12

MOST_IDS = 500
"""Ids that a statement can name."""

PADDED_TO_BYTES = 256
"""What is sealed is filled up with blanks, so that its length does not tell a name's."""


class SealError(Exception):
    """A consignee cannot be sealed or opened with the keys that are here."""


class NotAllowedError(Exception):
    """A consignee that this caller may not read: `code` for a program, the words for a person."""

    def __init__(self, code: str, detail: str) -> None:
        self.code = code
        super().__init__(detail)


@dataclass(frozen=True)
class Vault:
    """Consignees by their orders, under a ring of keys."""

    ring: KeyRing

    def keep(
        self, session: Session, order_id: str, operator: str, who: Consignee, now: dt.datetime
    ) -> None:
        """Seal and store the consignee of an order; raises SealError if its side has no key."""
        row = SealedConsignee(
            order_id=order_id,
            operator=operator,
            side=who.side,
            purposes=" ".join(sorted(who.purposes)),
            contract=who.contract,
            stored_at=now,
        )
        self._seal(row, Person(name=who.name, contact=who.contact))
        session.add(row)

    def read(
        self,
        of: Sessions,
        order_id: str,
        by: Caller,
        purpose: Purpose,
        now: dt.datetime,
        subject: str | None = None,
    ) -> Person | None:
        """Return the consignee of one of the caller's orders; None if there is none.

        The reading, or that it was refused, is in the audit log before this returns, under the
        order's id or another `subject` that names it. Raises
        NotAllowedError if the caller is of another side and no contract lets the data cross, or if
        the data was not collected for the purpose; SealError if the key is not here.
        """
        with writing(of) as session:
            row = session.get(SealedConsignee, order_id)
            if row is None or row.operator != by.operator:
                return None
            refused = _refusal(row, by, purpose)
            person = self._open(row) if refused is None else None
            action = Action.CONSIGNEE_READ if refused is None else Action.CONSIGNEE_REFUSED
            detail = _reading(row, by, purpose, refused)
            record(session, by, action, subject or order_id, detail, at=now)
        if refused is not None:
            raise refused
        return person

    def reseal(self, session: Session, by: Caller, now: dt.datetime) -> int:
        """Seal all that an older key sealed with the first key of its side; return how many."""
        count = 0
        for side in self.ring.keys:
            first = self.ring.sealing(side)
            older = select(SealedConsignee).filter_by(side=side)
            for row in session.scalars(older.where(SealedConsignee.key_id != (first or ("",))[0])):
                self._seal(row, self._open(row))
                count += 1
        if count:
            record(session, by, Action.CONSIGNEES_RESEALED, "", {"count": count}, at=now)
        return count

    def _seal(self, row: SealedConsignee, person: Person) -> None:
        key = self.ring.sealing(_side(row))
        if key is None:
            raise SealError(f"there is no key of side {row.side} to seal a consignee with")
        row.key_id, secret = key
        row.nonce = secrets.token_bytes(NONCE_BYTES)
        text = person.model_dump_json().encode()
        padded = text.ljust(-(-len(text) // PADDED_TO_BYTES) * PADDED_TO_BYTES)
        row.sealed = AESGCM(secret).encrypt(row.nonce, padded, _bound_to(row))

    def _open(self, row: SealedConsignee) -> Person:
        secret = self.ring.opening(_side(row), row.key_id)
        if secret is None:
            raise SealError(f"the key {row.key_id} of side {row.side} is not here")
        try:
            text = AESGCM(secret).decrypt(row.nonce, row.sealed, _bound_to(row))
        except InvalidTag as error:
            raise SealError(f"the consignee of order {row.order_id} was changed") from error
        return Person.model_validate_json(text)


def forget(session: Session, *order_ids: str) -> None:
    """Remove the consignees of orders that are no more."""
    for at in range(0, len(order_ids), MOST_IDS):
        some = SealedConsignee.order_id.in_(order_ids[at : at + MOST_IDS])
        session.execute(delete(SealedConsignee).where(some))


def purge(session: Session, before: dt.datetime, by: Caller, now: dt.datetime) -> int:
    """Remove the consignees stored before a moment; return how many. The audit log says so."""
    old = SealedConsignee.stored_at < before
    count = session.scalar(select(func.count()).select_from(SealedConsignee).where(old)) or 0
    if count:
        session.execute(delete(SealedConsignee).where(old))
        detail = {"count": count, "before": before.isoformat()}
        record(session, by, Action.CONSIGNEES_PURGED, "", detail, at=now)
    return count


def _refusal(row: SealedConsignee, by: Caller, purpose: Purpose) -> NotAllowedError | None:
    if by.side is None:
        return NotAllowedError("SIDE_UNKNOWN", "only a caller of a side may read personal data")
    if by.side != row.side and row.contract is None:
        return NotAllowedError(
            "SIDE_OTHER", f"the data stays on side {row.side}: its order names no contract"
        )
    if purpose.value not in row.purposes.split():
        return NotAllowedError("PURPOSE_OTHER", f"the data was collected for {row.purposes}")
    return None


def _reading(
    row: SealedConsignee, by: Caller, purpose: Purpose, refused: NotAllowedError | None
) -> dict[str, str | None]:
    """Return what the audit log tells of a reading."""
    detail = {"purpose": purpose.value, "side": by.side, "of": row.side}
    if refused is not None:
        return {**detail, "refused": refused.code}
    return {**detail, "contract": row.contract if by.side != row.side else None}


def _bound_to(row: SealedConsignee) -> bytes:
    """Return what a seal is bound to: a row moved, or its terms changed, does not open."""
    terms = [row.order_id, row.operator, row.side, row.purposes, row.contract, row.key_id]
    return json.dumps(terms).encode()


def _side(row: SealedConsignee) -> Side:
    return "SZ" if row.side == "SZ" else "HK"

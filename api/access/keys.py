"""API keys: made, rotated, revoked; of the secret only a keyed hash is kept."""

import base64
import datetime as dt
import hmac
import re
import secrets
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.audit.log import Action, record
from api.caller import Caller, RefusedError, Scope, scopes_of, scopes_text, side_of
from api.store.keys import ApiKey
from api.store.operators import ensure_operator
from geodata.features import Side

LIFE = dt.timedelta(days=365)
"""How long a key holds if nothing else is said."""

MAX_LIFE = dt.timedelta(days=3 * 365)

OVERLAP = dt.timedelta(hours=24)
"""How long a rotated key still holds beside the new one if nothing else is said."""

_TOKEN = re.compile(r"hetao_([a-z2-7]{16})_([A-Za-z0-9_-]{43})")


@dataclass(frozen=True, slots=True)
class Grant:
    """What a key is for."""

    operator: str
    scopes: frozenset[Scope]
    side: Side | None = None
    label: str = ""
    life: dt.timedelta = LIFE


def make_key(session: Session, grant: Grant, by: Caller, now: dt.datetime) -> tuple[ApiKey, str]:
    """Store a new key; return its row and the key itself, which is nowhere else.

    Raises ValueError if it is to hold for no time or for too long.
    """
    key, text = _new_key(grant, now)
    ensure_operator(session, grant.operator)
    session.add(key)
    detail = {"for": key.operator, "scopes": key.scopes, "side": key.side}
    record(session, by, Action.KEY_CREATED, key.id, detail, at=now)
    return key, text


def rotate_key(
    session: Session, old: ApiKey, by: Caller, now: dt.datetime, overlap: dt.timedelta = OVERLAP
) -> tuple[ApiKey, str]:
    """Store a key that takes over from `old`, which ends after `overlap`; return it as `make_key`.

    The new key holds for as long as the old one was made for. Raises RefusedError if the old key
    holds no more: a dead key makes no living one.
    """
    if state(old, now) != "active":
        raise RefusedError("KEY_ENDED", f"the key {old.id} has expired or was revoked")
    grant = Grant(
        old.operator,
        scopes_of(old.scopes),
        side_of(old.side),
        old.label,
        old.expires_at - old.created_at,
    )
    key, text = _new_key(grant, now)
    key.replaces = old.id
    session.add(key)
    old.expires_at = min(old.expires_at, now + overlap)
    detail = {"for": key.operator, "by": key.id, "until": old.expires_at.isoformat()}
    record(session, by, Action.KEY_ROTATED, old.id, detail, at=now)
    return key, text


def revoke_key(session: Session, key: ApiKey, by: Caller, now: dt.datetime) -> None:
    """End a key at once; nothing happens to one that was revoked before."""
    if key.revoked_at is None:
        key.revoked_at = now
        record(session, by, Action.KEY_REVOKED, key.id, {"for": key.operator}, at=now)


def list_keys(session: Session, operator: str | None = None) -> list[ApiKey]:
    """Return all keys that were ever made, or those of one operator, the oldest first."""
    query = select(ApiKey).order_by(ApiKey.created_at, ApiKey.id)
    return list(session.scalars(query if operator is None else query.filter_by(operator=operator)))


def ever_made(session: Session) -> bool:
    """Tell whether any key was ever made; ended ones count: a service once locked stays locked."""
    return session.scalar(select(ApiKey.id).limit(1)) is not None


def state(key: ApiKey, now: dt.datetime) -> str:
    """Return `active`, `expired` or `revoked`."""
    if key.revoked_at is not None:
        return "revoked"
    return "active" if now < key.expires_at else "expired"


def split(text: str) -> tuple[str, str] | None:
    """Return the public part and the secret of a key; None if the text is no key."""
    found = _TOKEN.fullmatch(text)
    return (found[1], found[2]) if found else None


def holder(key: ApiKey | None, secret: str, now: dt.datetime) -> Caller:
    """Return whom a key and its secret let in; raises RefusedError.

    Only who knows the secret learns why a key is refused.
    """
    wanted = key.digest if key is not None else bytes(32)
    fits = hmac.compare_digest(_digest(key.id if key is not None else "", secret), wanted)
    if key is None or not fits:
        raise RefusedError("KEY_UNKNOWN", "there is no such key")
    if state(key, now) != "active":
        raise RefusedError("KEY_ENDED", f"the key {key.id} has expired or was revoked")
    return Caller(key.operator, scopes_of(key.scopes), f"key:{key.id}", side_of(key.side))


def _new_key(grant: Grant, now: dt.datetime) -> tuple[ApiKey, str]:
    if not dt.timedelta(0) < grant.life <= MAX_LIFE:
        raise ValueError(f"a key holds for up to {MAX_LIFE.days} days")
    key_id = base64.b32encode(secrets.token_bytes(10)).decode().lower()
    secret = secrets.token_urlsafe(32)
    key = ApiKey(
        id=key_id,
        digest=_digest(key_id, secret),
        operator=grant.operator,
        label=grant.label,
        scopes=scopes_text(grant.scopes),
        side=grant.side,
        created_at=now,
        expires_at=now + grant.life,
    )
    return key, f"hetao_{key_id}_{secret}"


def _digest(key_id: str, secret: str) -> bytes:
    """Return HMAC-SHA-256 of a secret of 256 random bits; nothing slower would add safety."""
    return hmac.digest(key_id.encode(), secret.encode(), "sha256")

"""Tells who calls from what a request brings along; remembers keys for a moment."""

import datetime as dt
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from api.access import keys
from api.access.tokens import TokenReader
from api.caller import LOCAL, Caller, RefusedError
from api.store.engine import Sessions, writing
from api.store.keys import ApiKey
from api.store.operators import ensure_operator

REMEMBERED_S = 5.0
"""How long a key is known without asking the database: a revoked key ends within this time."""

REMEMBERED_KEYS = 4_096


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


@dataclass
class Doorkeeper:
    """Lets callers in by API key or bearer token.

    `open_locally` lets in whoever calls without a credential, until the first key is made. It is
    meant for a service that listens on loopback only.
    """

    sessions: Sessions
    tokens: TokenReader | None = None
    open_locally: bool = False
    now: Callable[[], dt.datetime] = _now
    tick_s: Callable[[], float] = time.monotonic
    _known: OrderedDict[str, tuple[float, ApiKey]] = field(default_factory=OrderedDict)
    _open_until_s: float = float("-inf")
    _met: set[str] = field(default_factory=set)
    _turn: threading.Lock = field(default_factory=threading.Lock)

    def remembered(self, bearer: str | None) -> Caller | None:
        """Return who calls if that needs no database and no network; None if it does.

        Raises RefusedError as `admit` does. Takes microseconds.
        """
        if bearer is None:
            return LOCAL if self.tick_s() < self._open_until_s else None
        parts = keys.split(bearer)
        if parts is None:
            return None
        at_s, key = self._known.get(parts[0], (float("-inf"), None))
        if key is None or self.tick_s() - at_s > REMEMBERED_S:
            return None
        return keys.holder(key, parts[1], self.now())

    def admit(self, bearer: str | None) -> Caller:
        """Return who calls; raises RefusedError with what is wrong with the credential."""
        if bearer is None:
            return self._without()
        parts = keys.split(bearer)
        if parts is not None:
            return keys.holder(self._look_up(parts[0]), parts[1], self.now())
        if self.tokens is None:
            raise RefusedError("KEY_UNKNOWN", "there is no such key")
        return self._met_before(self.tokens.read(bearer))

    def guarded(self) -> bool:
        """Tell whether there is a credential that would be let in."""
        if self.tokens is not None:
            return True
        with self.sessions() as session:
            return any(keys.state(each, self.now()) == "active" for each in keys.list_keys(session))

    def open_now(self) -> bool:
        """Tell whether callers without a credential are let in at present."""
        with self.sessions() as session:
            return self.open_locally and not keys.ever_made(session)

    def _met_before(self, found: Caller) -> Caller:
        """Return a token's caller, whose operator may be one that nobody has heard of yet."""
        if found.operator not in self._met:
            with writing(self.sessions) as session:
                ensure_operator(session, found.operator)
            self._met.add(found.operator)
        return found

    def _without(self) -> Caller:
        if self.open_now():
            self._open_until_s = self.tick_s() + REMEMBERED_S
            return LOCAL
        raise RefusedError("CREDENTIAL_MISSING", "send an API key or a token as a bearer")

    def _look_up(self, key_id: str) -> ApiKey | None:
        with self.sessions() as session:
            key = _read(session, key_id)
        with self._turn:
            self._known.pop(key_id, None)
            if key is not None:
                self._known[key_id] = (self.tick_s(), key)
            while len(self._known) > REMEMBERED_KEYS:
                self._known.popitem(last=False)
        return key


def _read(session: Session, key_id: str) -> ApiKey | None:
    key = session.get(ApiKey, key_id)
    if key is not None:
        session.expunge(key)
    return key

"""`Idempotency-Key`: a request that is sent twice is done once and answered twice alike."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated

from fastapi import Depends, Header
from pydantic_core import from_json, to_json
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from api.caller import Caller
from api.http.problems import ProblemError
from api.service import Service
from api.store.base import now
from api.store.engine import writing
from api.store.replays import KEPT, Replay
from api.store.together import make_alone

REPLAYED = "Idempotency-Replayed"
"""The header of an answer that was given before."""


@dataclass(frozen=True, slots=True)
class Once:
    """The key that a request names, and what tells it from any other; None: it names none."""

    key: str | None
    fingerprint: str


async def _once(
    request: Request,
    key: Annotated[
        str | None,
        Header(
            alias="Idempotency-Key",
            pattern=r"^[\x21-\x7e]{1,255}$",
            description="A name of this request that its sender makes up: sent again within 24 h "
            "with the same body it is answered alike and not done again; with another body, 409.",
        ),
    ] = None,
) -> Once:
    if key is None:
        return Once(None, "")
    asked = f"{request.method} {request.url.path}?{request.url.query}\n".encode()
    return Once(key, hashlib.sha256(asked + await request.body()).hexdigest())


DoneOnce = Annotated[Once, Depends(_once)]
"""The Idempotency-Key of a request."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a change is answered with."""

    status: HTTPStatus
    body: bytes
    headers: dict[str, str]

    def response(self) -> Response:
        """Return it as it is sent."""
        return Response(self.body, self.status, self.headers, media_type="application/json")


def done_once(
    service: Service, caller: Caller, once: Once, change: Callable[[Session], Answer]
) -> Response:
    """Make a change in one transaction and return its answer, or the one that it had before.

    A change that raises is not kept: whoever sends it again may be luckier.
    """
    return make_alone(service.sessions, _kept(caller, once, change))


async def done_once_together(
    service: Service, caller: Caller, once: Once, change: Callable[[Session], Answer]
) -> Response:
    """Do as `done_once` does, in one transaction with what others ask for at the same time."""
    return await service.together.make(_kept(caller, once, change))


def _kept(
    caller: Caller, once: Once, change: Callable[[Session], Answer]
) -> Callable[[Session], Response]:
    def changed(session: Session) -> Response:
        kept = replayed(session, caller, once)
        if kept is not None:
            return kept
        answer = change(session)
        keep(session, caller, once, answer)
        return answer.response()

    return changed


def replayed(session: Session, caller: Caller, once: Once) -> Response | None:
    """Return the answer that a request had before; None if there was none, or it has no key.

    In a writing session, no other request under the key gets so far until it ends. Raises
    ProblemError (409) if the key was another request's.
    """
    if once.key is None:
        return None
    if session.get_bind().dialect.name == "postgresql":
        # Requests under one key take turns; on SQLite all that write do.
        session.execute(select(func.pg_advisory_xact_lock(_number(caller, once.key))))
    kept = session.get(Replay, (caller.operator, once.key))
    if kept is not None and kept.created_at > now() - KEPT:
        return _again(kept, once)
    if kept is not None:
        session.delete(kept)
        session.flush()
    return None


def done_once_by_itself(
    service: Service,
    caller: Caller,
    once: Once,
    change: Callable[[], Answer],
    raced: tuple[type[Exception], ...] = (IntegrityError,),
) -> Response:
    """Do as `done_once` does for a change with transactions of its own, one of which keeps it.

    It raises one of `raced` where the same request came between, under its key.
    """
    kept = _replayed_before(service, caller, once)
    if kept is not None:
        return kept
    try:
        return change().response()
    except raced:
        kept = _replayed_before(service, caller, once)
        if kept is None:
            raise
        return kept


def _replayed_before(service: Service, caller: Caller, once: Once) -> Response | None:
    """Return the answer that a request had before, as `replayed`, in a transaction of its own."""
    if once.key is None:
        return None
    with writing(service.sessions) as session:
        return replayed(session, caller, once)


def keep(session: Session, caller: Caller, once: Once, answer: Answer) -> None:
    """Keep an answer in the transaction of its change, for when the request is sent again."""
    if once.key is None:
        return
    session.add(
        Replay(
            operator=caller.operator,
            key=once.key,
            fingerprint=once.fingerprint,
            created_at=now(),
            status=answer.status,
            headers=to_json(answer.headers),
            body=answer.body,
        )
    )


def _number(caller: Caller, key: str) -> int:
    """Return a 64-bit number of an operator's key."""
    digest = hashlib.sha256(f"{caller.operator}\n{key}".encode()).digest()
    return int.from_bytes(digest[:8], signed=True)


def _again(kept: Replay, once: Once) -> Response:
    if kept.fingerprint != once.fingerprint:
        raise ProblemError(
            HTTPStatus.CONFLICT,
            "IDEMPOTENCY_KEY_TAKEN",
            "another request came under this key; a new request needs a new key",
        )
    headers = {**from_json(kept.headers), REPLAYED: "true"}
    return Answer(HTTPStatus(kept.status), kept.body, headers).response()

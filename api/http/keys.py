"""`/v1/keys`: an operator's API keys, looked after by who holds the scope `admin`."""

import datetime as dt
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import Field
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.responses import Response

from api.access import keys as making
from api.access.grants import KeyRequest, KeyView
from api.caller import Caller, RefusedError, Scope, scopes_of, side_of
from api.http.given import Admin, Given
from api.http.idempotency import REPLAYED, Answer, DoneOnce, Once, done_once
from api.http.pagination import Page, Paging, page
from api.http.problems import ProblemError, documented, not_found
from api.service import Service
from api.store.base import now
from api.store.engine import writing
from api.store.keys import ApiKey
from geodata.features import Side

router = APIRouter(prefix="/v1/keys", tags=["keys"])

KeyId = Annotated[str, Path(pattern="^[a-z2-7]{16}$", description="The public part of a key.")]


class MadeKey(KeyView):
    """A key that was just made."""

    key: str | None = Field(
        description="The key itself, shown this once; null where the answer is a repeated one."
    )


@router.get("", operation_id="listKeys", responses=documented())
def list_keys(service: Given, admin: Admin, asked: Paging) -> Page[KeyView]:
    """List the operator's keys, ended ones too, newest first; never their secrets."""
    rows = select(ApiKey).filter_by(operator=admin.operator)
    at = now()
    with service.sessions() as session:
        return page(
            session, rows, ApiKey.created_at, ApiKey.id, asked, lambda key: KeyView.of(key, at)
        )


@router.post(
    "",
    operation_id="createKey",
    status_code=HTTPStatus.CREATED,
    response_model=MadeKey,
    responses=documented(HTTPStatus.CONFLICT),
)
def create_key(service: Given, admin: Admin, once: DoneOnce, asked: KeyRequest) -> Response:
    """Make a key of the operator. It can do no more than the key or token that asks for it.

    Under an `Idempotency-Key` a repeated request makes no second key; as a key is shown once, the
    repeated answer lacks it.
    """
    _refuse_more(asked.scopes, asked.side, admin)

    def make(session: Session, at: dt.datetime) -> tuple[ApiKey, str]:
        return making.make_key(session, asked.grant(admin.operator), admin, at)

    return _made(service, admin, once, make)


@router.get("/{id}", operation_id="getKey", responses=documented(HTTPStatus.NOT_FOUND))
def show_key(id: KeyId, service: Given, admin: Admin) -> KeyView:
    """Return one of the operator's keys, without its secret."""
    with service.sessions() as session:
        return KeyView.of(_find(session, admin, id), now())


@router.post(
    "/{id}/rotate",
    operation_id="rotateKey",
    status_code=HTTPStatus.CREATED,
    response_model=MadeKey,
    responses=documented(HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT),
)
def rotate_key(
    id: KeyId,
    service: Given,
    admin: Admin,
    once: DoneOnce,
    overlap_hours: Annotated[
        int, Query(ge=0, le=720, description="How long the old key still holds, hours.")
    ] = 24,
) -> Response:
    """Make a key of the same kind that takes over; the old one ends after the overlap."""

    def make(session: Session, at: dt.datetime) -> tuple[ApiKey, str]:
        old = _find(session, admin, id)
        _refuse_more(scopes_of(old.scopes), side_of(old.side), admin)
        overlap = dt.timedelta(hours=overlap_hours)
        try:
            return making.rotate_key(session, old, admin, at, overlap)
        except RefusedError as refused:
            raise ProblemError(HTTPStatus.CONFLICT, refused.code, str(refused)) from refused

    return _made(service, admin, once, make)


@router.delete(
    "/{id}",
    operation_id="revokeKey",
    status_code=HTTPStatus.NO_CONTENT,
    responses=documented(HTTPStatus.NOT_FOUND),
)
def revoke_key(id: KeyId, service: Given, admin: Admin) -> None:
    """End a key. It is taken for five seconds more at the most."""
    with writing(service.sessions) as session:
        making.revoke_key(session, _find(session, admin, id), admin, now())


def _find(session: Session, admin: Caller, id: str) -> ApiKey:
    key = session.get(ApiKey, id)
    if key is None or key.operator != admin.operator:
        raise not_found("key")
    return key


def _refuse_more(scopes: Iterable[Scope], side: Side | None, admin: Caller) -> None:
    """Raise ProblemError if a key would be able to do more than who asks for it."""
    more: list[str] = sorted(set(scopes) - admin.scopes)
    if side is not None and side != admin.side:
        more.append(f"side {side}")
    if more:
        detail = f"your own key or token lacks {', '.join(more)}"
        raise ProblemError(HTTPStatus.FORBIDDEN, "GRANT_TOO_WIDE", detail)


def _made(
    service: Service,
    admin: Caller,
    once: Once,
    make: Callable[[Session, dt.datetime], tuple[ApiKey, str]],
) -> Response:
    """Answer with a key that is made; what is kept for a repeated request has no secret."""
    made: list[MadeKey] = []

    def change(session: Session) -> Answer:
        at = now()
        key, text = make(session, at)
        view = MadeKey(**KeyView.of(key, at).model_dump(), key=None)
        made[:] = [view.model_copy(update={"key": text})]
        headers = {"Location": f"/v1/keys/{key.id}", "Cache-Control": "no-store"}
        return Answer(HTTPStatus.CREATED, view.model_dump_json().encode(), headers)

    answer = done_once(service, admin, once, change)
    if REPLAYED in answer.headers:
        return answer
    body = made[0].model_dump_json()
    headers = {name: answer.headers[name] for name in ("Location", "Cache-Control")}
    return Response(body, answer.status_code, headers, media_type="application/json")

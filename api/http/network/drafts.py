"""`/v1/network/drafts`: started, listed, looked at, dropped. Edited under /ogc/drafts/{draft}."""

import datetime as dt
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from api.http.given import Given
from api.http.idempotency import Answer, DoneOnce, done_once
from api.http.network.names import Drafter, Reader, author_of, named_draft
from api.http.ogc.root import find_edition
from api.http.problems import ProblemError, documented
from api.store.base import now
from api.store.drafts import DraftInfo, list_drafts, remove_draft, start_draft
from geodata.editions.drafts import NAME_PATTERN
from geodata.faults import InvalidInput

router = APIRouter(prefix="/v1/network", tags=["network"])

DraftId = Annotated[str, Path(alias="draft", pattern=NAME_PATTERN, description="Name of a draft.")]

IF_MATCH = {
    "name": "If-Match",
    "in": "header",
    "description": "The draft's ETag: 412 if it was edited since. Left out, it is taken as it is.",
    "schema": {"type": "string", "maxLength": 200},
}
TAGGED = {"headers": {"ETag": {"schema": {"type": "string"}}}}


class DraftAsk(BaseModel):
    """A draft to start."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"name": "crane"}})

    name: str = Field(pattern=NAME_PATTERN, description="What it is called, in addresses too.")
    parent: str | None = Field(
        default=None,
        pattern="^[0-9a-f]{6,64}$",
        description="The edition to start on, by its first digits; the newest if left out.",
    )


class DraftView(BaseModel):
    """A draft. Its features are those of its parent but for its edits."""

    name: str
    parent: str = Field(description="The edition that it was started on.")
    version: int = Field(description="How often it was edited.")
    edits: int = Field(description="Features that it has otherwise than its parent.")
    author: str
    created_at: dt.datetime
    features: str = Field(description="Where its features are: OGC API - Features.")

    @classmethod
    def of(cls, request: Request, info: DraftInfo) -> "DraftView":
        """Return a draft as it is sent."""
        return cls(
            name=info.name,
            parent=info.parent,
            version=info.version,
            edits=info.edits,
            author=info.author,
            created_at=info.created_at,
            features=f"{str(request.base_url).rstrip('/')}/ogc/drafts/{info.name}",
        )


class DraftList(BaseModel):
    """The drafts that are open, by name."""

    items: list[DraftView]


@router.get("/drafts", operation_id="listDrafts", responses=documented())
def drafts(request: Request, service: Given, caller: Reader) -> DraftList:
    """List the drafts that are open."""
    with service.sessions() as session:
        found = list_drafts(session)
    return DraftList(items=[DraftView.of(request, each) for each in found])


@router.post(
    "/drafts",
    operation_id="createDraft",
    status_code=HTTPStatus.CREATED,
    response_model=DraftView,
    responses={
        **documented(HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT),
        201: {"headers": {"Location": {"schema": {"type": "string", "format": "uri"}}}},
    },
)
def create(
    request: Request, ask: DraftAsk, service: Given, caller: Drafter, once: DoneOnce
) -> Response:
    """Start a draft on an edition: it is edited under `features` until it is published."""
    parent = find_edition(service, ask.parent or service.editions.newest() or "")

    def start(session: Session) -> Answer:
        try:
            info = start_draft(session, ask.name, parent, author=author_of(caller), now=now())
        except InvalidInput as invalid:
            code = invalid.faults[0].code
            raise ProblemError(
                HTTPStatus.CONFLICT, code, "there is a draft of that name", invalid.faults
            ) from None
        url = f"{str(request.base_url).rstrip('/')}/v1/network/drafts/{info.name}"
        headers = {"Location": url, "ETag": etag(info)}
        body = DraftView.of(request, info).model_dump_json().encode()
        return Answer(HTTPStatus.CREATED, body, headers)

    return done_once(service, caller, once, start)


@router.get(
    "/drafts/{draft}",
    operation_id="getDraft",
    response_model=DraftView,
    responses={**documented(HTTPStatus.NOT_FOUND), 200: TAGGED},
)
def draft(request: Request, draft: DraftId, service: Given, caller: Reader) -> Response:
    """Return a draft under the ETag of its state."""
    info = named_draft(service, draft)
    body = DraftView.of(request, info).model_dump_json()
    return Response(body, headers={"ETag": etag(info)}, media_type="application/json")


@router.delete(
    "/drafts/{draft}",
    operation_id="deleteDraft",
    status_code=HTTPStatus.NO_CONTENT,
    responses=documented(HTTPStatus.NOT_FOUND, HTTPStatus.PRECONDITION_FAILED),
    openapi_extra={"parameters": [IF_MATCH]},
)
def delete(request: Request, draft: DraftId, service: Given, caller: Drafter) -> None:
    """Drop a draft with all its edits."""
    while True:
        info = named_draft(service, draft)
        require_state(request, info)
        if remove_draft(service.sessions, info):
            return


def etag(info: DraftInfo) -> str:
    """Return the ETag of a draft's state."""
    return f'"{info.id[:12]}-{info.version}"'


def require_state(request: Request, info: DraftInfo) -> None:
    """Raise ProblemError (412) if `If-Match` names another state of a draft than it has."""
    listed = ",".join(request.headers.getlist("if-match")).split(",")
    named = {each.strip().removeprefix("W/") for each in listed if each.strip()}
    if named and not named & {"*", etag(info)}:
        raise ProblemError(
            HTTPStatus.PRECONDITION_FAILED, "STATE_CHANGED", "it was edited meanwhile; read it"
        )

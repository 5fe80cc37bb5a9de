"""`/v1/network/drafts/{draft}/publish`: a draft becomes the newest edition, whole or not at all."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from api.audit.log import Action, record
from api.caller import Caller
from api.http.given import Given
from api.http.idempotency import Answer, DoneOnce, Once, done_once_by_itself, keep
from api.http.network.drafts import IF_MATCH, DraftId, require_state
from api.http.network.editions import EditionView
from api.http.network.names import Publisher, author_of, named_draft
from api.http.problems import ConflictDetail, ProblemError, documented, not_found
from api.route_tests.in_force import in_force
from api.service import Service
from api.store.base import now
from api.store.drafts import StoredDraft
from api.store.editions import StoredEditions
from geodata.editions.editions import Entry
from geodata.editions.publish import RefusedError, publish
from geodata.faults import InvalidInput
from geodata.network import Network

router = APIRouter(prefix="/v1/network", tags=["network"])


class PublishAsk(BaseModel):
    """Why a draft is published."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"message": "Keep clear of the crane"}}
    )

    message: Annotated[str, Field(min_length=1, max_length=2000, description="What and why.")]


class PublicationView(EditionView):
    """What was published."""

    draft_kept: bool = Field(
        description="Whether the draft is still there, as it was edited while it was published."
    )


@dataclass(frozen=True)
class _Recorded:
    """The line of editions; what goes with an edition is written in its transaction."""

    editions: StoredEditions
    ask: Callable[[], None]
    beside: Callable[[Session, Entry, bool], None]

    def writing(self, waiting: Callable[[], None]) -> AbstractContextManager[None]:
        return self.editions.writing(waiting)

    def newest(self) -> str | None:
        return self.editions.newest()

    def load(self, edition: str) -> Network:
        return self.editions.load(edition)

    def draft(self, name: str) -> StoredDraft:
        self.ask()
        return self.editions.draft(name)

    def append(self, entry: Entry, network: Network, draft: StoredDraft) -> bool:
        return self.editions.append(
            entry, network, draft, lambda session, removed: self.beside(session, entry, removed)
        )


@router.post(
    "/drafts/{draft}/publish",
    operation_id="publishDraft",
    status_code=HTTPStatus.CREATED,
    response_model=PublicationView,
    responses={
        **documented(HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT, HTTPStatus.PRECONDITION_FAILED),
        201: {"headers": {"Location": {"schema": {"type": "string", "format": "uri"}}}},
    },
    openapi_extra={"parameters": [IF_MATCH]},
)
def publish_draft(
    request: Request,
    draft: DraftId,
    ask: PublishAsk,
    service: Given,
    caller: Publisher,
    once: DoneOnce,
) -> Response:
    """Publish a draft as the newest edition, in the caller's name, and remove it.

    Edits that others have published since it was started stay: the draft is put on top of them,
    feature by feature and field by field. 409 if both changed the same field (`EDIT_CONFLICT`, with
    `conflicts`), if a rule or a route test of the service does not hold (`DRAFT_BREAKS_RULES`, with
    every fault), or if it changes nothing (`DRAFT_UNCHANGED`). Of two that publish at once, the
    second goes on top of the first.
    """

    def change() -> Answer:
        named_draft(service, draft)
        return _publish(request, draft, ask.message, service, caller, once)

    return done_once_by_itself(service, caller, once, change)


def _publish(
    request: Request, name: str, message: str, service: Service, caller: Caller, once: Once
) -> Answer:
    def as_asked() -> None:
        require_state(request, named_draft(service, name))

    def beside(session: Session, entry: Entry, removed: bool) -> None:
        detail = {"draft": name, "parent": entry.parent, "message": entry.message}
        keep(session, caller, once, _answer(request, entry, not removed))
        record(session, caller, Action.NETWORK_PUBLISHED, entry.edition, detail)

    try:
        found = publish(
            _Recorded(service.editions, as_asked, beside),
            name,
            author=author_of(caller),
            message=message,
            now=now(),
            route_tests=in_force(service.settings.data, ()),
        )
    except RefusedError as refused:
        raise _problem(refused) from None
    except InvalidInput as invalid:
        if invalid.faults[0].code == "DRAFT_UNKNOWN":
            raise not_found("draft") from None
        raise
    service.networks.look()
    return _answer(request, found.entry, found.draft_kept)


def _answer(request: Request, entry: Entry, kept: bool) -> Answer:
    view = PublicationView(
        edition=entry.edition,
        parent=entry.parent,
        drafted_on=entry.drafted_on,
        author=entry.author,
        time=entry.time,
        message=entry.message,
        draft_kept=kept,
    )
    url = f"{str(request.base_url).rstrip('/')}/v1/network/editions/{entry.edition}"
    return Answer(HTTPStatus.CREATED, view.model_dump_json().encode(), {"Location": url})


def _problem(refused: RefusedError) -> ProblemError:
    codes = {each.code for each in refused.faults}
    if refused.conflicts:
        code, detail = "EDIT_CONFLICT", "others have published other values of the same fields"
    elif codes == {"DRAFT_UNCHANGED"}:
        code, detail = "DRAFT_UNCHANGED", "it is the newest edition already"
    else:
        code, detail = "DRAFT_BREAKS_RULES", "it does not keep every rule of a network"
    conflicts = tuple(
        ConflictDetail.model_validate(each, from_attributes=True) for each in refused.conflicts
    )
    return ProblemError(HTTPStatus.CONFLICT, code, detail, refused.faults, conflicts=conflicts)

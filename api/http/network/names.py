"""A network by what a request calls it: an edition by its first digits, or `draft:NAME`."""

from http import HTTPStatus
from typing import Annotated

from fastapi import Depends
from pydantic import Field

from api.caller import Caller
from api.http.access import caller
from api.http.problems import ProblemError, not_found
from api.service import Service
from api.store.drafts import DraftInfo, find_draft
from geodata.faults import InvalidInput
from geodata.network import Network

NETWORK_PATTERN = r"^([0-9a-f]{6,64}|draft:[A-Za-z0-9][A-Za-z0-9._-]{0,63})$"

NetworkName = Annotated[
    str,
    Field(
        pattern=NETWORK_PATTERN,
        description="An edition, by six or more of its first digits, or `draft:NAME`.",
    ),
]

Reader = Annotated[Caller, Depends(caller("network:read"))]
"""A caller that may read the network."""

Drafter = Annotated[Caller, Depends(caller("network:draft"))]
"""A caller that may start, edit and drop drafts."""

Publisher = Annotated[Caller, Depends(caller("network:publish"))]
"""A caller that may publish."""


def author_of(caller: Caller) -> str:
    """Return how the line of editions names a caller."""
    return ", ".join(dict.fromkeys((caller.operator, caller.actor)))


def named_network(service: Service, name: str) -> Network:
    """Return a network by its name; raises ProblemError (404)."""
    kind, _, draft = name.partition(":")
    return draft_content(service, draft) if draft else named_edition(service, kind)


def named_edition(service: Service, digits: str) -> Network:
    """Return an edition by its first digits; raises ProblemError (404)."""
    try:
        return service.editions.load(service.editions.find(digits).edition)
    except InvalidInput as unknown:
        if unknown.faults[0].code == "EDITION_DAMAGED":
            raise
        raise ProblemError(
            HTTPStatus.NOT_FOUND, unknown.faults[0].code, "there is no such edition", unknown.faults
        ) from None


def named_draft(service: Service, name: str) -> DraftInfo:
    """Return a draft by its name; raises ProblemError (404)."""
    with service.sessions() as session:
        try:
            return find_draft(session, name)
        except InvalidInput:
            raise not_found("draft") from None


def draft_content(service: Service, name: str) -> Network:
    """Return what a draft says, unchecked; raises ProblemError (404)."""
    named_draft(service, name)
    network = service.editions.draft(name).reading.network
    assert network is not None  # a draft in the database can always be read
    return network

"""The three kinds of roots under /ogc: what is asked there, and under which address."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import Depends, Path
from starlette.requests import Request

from api.http.given import Given
from api.http.problems import ProblemError, not_found
from api.service import Service
from api.store.drafts import DraftInfo, find_draft
from api.store.items import Source
from api.store.network import LineEntry
from geodata.editions.drafts import NAME_PATTERN
from geodata.faults import InvalidInput
from geodata.features import LAYERS


@dataclass(frozen=True, slots=True)
class Root:
    """A root: its address, the features under it, and the edition that they are, or are made of.

    `info` is what holds for the whole network. `tag` begins the ETags of its items.
    """

    url: str
    source: Source
    edition: str
    info: Mapping[str, Any]
    tag: str
    draft: DraftInfo | None = None

    @property
    def title(self) -> str:
        """What people call it."""
        if self.draft is not None:
            return f"{self.info['name']}, draft {self.draft.name}"
        return f"{self.info['name']}, edition {self.edition[:12]}"

    def collection_url(self, layer: str) -> str:
        """Return the address of a layer."""
        return f"{self.url}/collections/{layer}"


async def edition_digits(
    edition: Annotated[
        str,
        Path(
            pattern="^[0-9a-f]{6,64}$",
            description="An edition: its hash, or the first digits of it, six or more.",
        ),
    ],
) -> str:
    """Return the digits of an edition, from the address."""
    return edition


async def draft_name(
    draft: Annotated[str, Path(pattern=NAME_PATTERN, description="Name of a draft.")],
) -> str:
    """Return the name of a draft, from the address."""
    return draft


def _root(request: Request, service: Given) -> Root:
    given, base = request.path_params, str(request.base_url).rstrip("/")
    if "draft" in given:
        return _of_draft(base, service, given["draft"])
    if "edition" in given:
        entry = find_edition(service, given["edition"])
        return _of_entry(f"{base}/ogc/editions/{entry.edition}", entry)
    newest = service.editions.newest()
    if newest is None:
        raise not_found("edition")
    return _of_entry(f"{base}/ogc", service.editions.find(newest))


def _of_entry(url: str, entry: LineEntry) -> Root:
    return Root(url, Source(entry.position), entry.edition, entry.info, entry.edition[:12])


def _of_draft(base: str, service: Service, name: str) -> Root:
    if not re.fullmatch(NAME_PATTERN, name):  # dependencies run, whatever is wrong with parameters
        raise not_found("draft")
    with service.sessions() as session:
        try:
            found = find_draft(session, name)
        except InvalidInput:
            raise not_found("draft") from None
        entry = session.get_one(LineEntry, found.position)
    url = f"{base}/ogc/drafts/{found.name}"
    source = Source(found.position, found.id)
    return Root(url, source, entry.edition, entry.info, found.id[:12], found)


def find_edition(service: Service, digits: str) -> LineEntry:
    """Return an edition by the first digits of its hash; raises ProblemError (404)."""
    try:
        return service.editions.find(digits)
    except InvalidInput as unknown:
        raise ProblemError(
            HTTPStatus.NOT_FOUND, unknown.faults[0].code, "there is no such edition", unknown.faults
        ) from None


async def _layer(
    layer: Annotated[
        str, Path(description="A layer of the network.", json_schema_extra={"enum": list(LAYERS)})
    ],
) -> str:
    if layer not in LAYERS:
        raise not_found("collection")
    return layer


Under = Annotated[Root, Depends(_root)]
"""The root that a request is under."""

Layer = Annotated[str, Depends(_layer)]
"""A layer, from the address."""

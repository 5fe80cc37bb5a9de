"""`/v1/network/editions`: what was published."""

import datetime as dt
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, Field
from sqlalchemy import select
from starlette.requests import Request
from starlette.responses import Response

from api.http.etags import NOT_MODIFIED, tagged
from api.http.given import Given
from api.http.network.names import Reader, named_edition
from api.http.pagination import MOST, Page
from api.http.problems import documented
from api.network_document import network_document
from api.store.editions import entry_of
from api.store.network import LineEntry

router = APIRouter(prefix="/v1/network", tags=["network"])

EditionId = Annotated[
    str,
    Path(
        pattern="^[0-9a-f]{6,64}$",
        description="An edition: its hash, or the first digits of it, six or more.",
    ),
]


class EditionView(BaseModel):
    """One edition in the line."""

    edition: str = Field(description="SHA-256 of its content.")
    parent: str | None = Field(description="The edition before it.")
    drafted_on: str | None = Field(
        description="The edition on which its draft was started: an older one if it was rebased."
    )
    author: str
    time: dt.datetime
    message: str

    @classmethod
    def of(cls, row: LineEntry) -> "EditionView":
        """Return an entry of the line as it is sent."""
        return cls.model_validate(entry_of(row), from_attributes=True)


class Bounds(BaseModel):
    """Degrees, WGS-84."""

    west: float
    south: float
    east: float
    north: float


class EditionDocument(BaseModel):
    """What an edition holds."""

    name: str
    edition: str
    bounds: Bounds
    metric_crs: str
    vertical_datum: str
    licence: str
    notice: str
    layers: dict[str, int] = Field(description="Features by layer.")
    lanes: int
    confidence: dict[str, int] = Field(description="Features by how their values are known.")


@router.get("/editions", operation_id="listEditions", responses=documented())
def editions(
    service: Given,
    caller: Reader,
    limit: Annotated[int, Query(ge=1, le=MOST, description="Items of a page.")] = 100,
    cursor: Annotated[
        str | None,
        Query(
            pattern="^[0-9]{1,9}$",
            description="`next` of the page before; the first if left out.",
        ),
    ] = None,
) -> Page[EditionView]:
    """List what was published, newest first."""
    rows = select(LineEntry).order_by(LineEntry.position.desc()).limit(limit + 1)
    if cursor is not None:
        rows = rows.where(LineEntry.position < int(cursor))
    with service.sessions() as session:
        found = session.scalars(rows).all()
    more = len(found) > limit
    listed = found[:limit]
    return Page(
        items=[EditionView.of(each) for each in listed],
        next=str(listed[-1].position) if more else None,
    )


@router.get(
    "/editions/{edition}",
    operation_id="getEdition",
    response_model=EditionDocument,
    responses={
        **documented(HTTPStatus.NOT_FOUND),
        **NOT_MODIFIED,
    },
)
def edition(request: Request, edition: EditionId, service: Given, caller: Reader) -> Response:
    """Return what an edition holds; its features are under /ogc/editions/{edition}."""
    found: dict[str, Any] = network_document(named_edition(service, edition))
    return tagged(request, EditionDocument.model_validate(found).model_dump_json().encode())

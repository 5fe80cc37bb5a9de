"""`/v1/network/diff`: what differs between two editions, or an edition and a draft."""

from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic_core import to_json
from starlette.requests import Request
from starlette.responses import Response

from api.http.given import Given
from api.http.network.drafts import DraftId
from api.http.network.names import (
    NETWORK_PATTERN,
    Reader,
    draft_content,
    named_draft,
    named_network,
)
from api.http.problems import documented
from geodata.editions.diff import diff_networks
from geodata.editions.diff_document import diff_geojson, diff_json
from geodata.network import Network

GEOJSON = "application/geo+json"
JSON = "application/json"

router = APIRouter(prefix="/v1/network", tags=["network"])

_ANY: dict[str, Any] = {"type": "object", "additionalProperties": True}
_BOTH: dict[int | str, Any] = {
    **documented(HTTPStatus.NOT_FOUND),
    200: {
        "description": "JSON: features added, removed and changed, field by field. With `Accept: "
        "application/geo+json`: their old and new shapes.",
        "content": {JSON: {"schema": _ANY}, GEOJSON: {"schema": _ANY}},
    },
}
Named = Annotated[
    str,
    Query(
        pattern=NETWORK_PATTERN,
        description="An edition, by six or more of its first digits, or `draft:NAME`.",
    ),
]


@router.get("/diff", operation_id="getDiff", response_class=Response, responses=_BOTH)
def diff(request: Request, old: Named, new: Named, service: Given, caller: Reader) -> Response:
    """Tell what differs between two networks. Geometry: how far it moved and grew, in m."""
    return _diff(request, named_network(service, old), named_network(service, new))


@router.get(
    "/drafts/{draft}/diff", operation_id="getDraftDiff", response_class=Response, responses=_BOTH
)
def draft_diff(request: Request, draft: DraftId, service: Given, caller: Reader) -> Response:
    """Tell what a draft changes of the edition that it was started on."""
    parent = service.editions.load(named_draft(service, draft).parent)
    return _diff(request, parent, draft_content(service, draft))


def _diff(request: Request, old: Network, new: Network) -> Response:
    found = diff_networks(old, new)
    if GEOJSON in request.headers.get("accept", ""):
        return Response(to_json(diff_geojson(found, new)), media_type=GEOJSON)
    return Response(to_json(diff_json(found)), media_type=JSON)

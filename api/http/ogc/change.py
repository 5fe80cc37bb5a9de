"""Changing a draft's features: create, replace, update, delete (OGC 20-002).

A change is refused only where it could stand in no network. What it breaks of the rules is told:
a draft may be unsound between two edits, and is proved when it is published.
"""

from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from api.caller import Caller
from api.drafting import Beside, Content, Decide, Desk, Edited, Put
from api.http.access import caller
from api.http.given import Given
from api.http.idempotency import Answer, DoneOnce, Once, done_once_by_itself, keep
from api.http.network.names import Drafter
from api.http.ogc.changes import (
    content_crs,
    identified,
    patched,
    read_change,
    read_document,
    require_item,
    require_type,
)
from api.http.ogc.crs import CRS84, CRS_LIST
from api.http.ogc.features import GEOJSON, item_tag, item_url
from api.http.ogc.read import FEATURE, FeatureId
from api.http.ogc.root import Layer, Root, Under
from api.http.problems import FaultDetail, ProblemError, documented, not_found
from api.service import Service
from geodata.edit import find_feature
from geodata.faults import InvalidInput

JSON = "application/json"
MERGE_PATCH = "application/merge-patch+json"

_CONTENT_CRS = {
    "name": "Content-Crs",
    "in": "header",
    "description": f"The CRS of the body's coordinates, axes in its order; {CRS84} if left out.",
    "schema": {"type": "string", "enum": list(CRS_LIST)},
}
_IF_MATCH = {
    "name": "If-Match",
    "in": "header",
    "description": "The ETag of the state that is to be changed: 412 if there is another by now.",
    "schema": {"type": "string"},
}
_PATCH: dict[str, Any] = {
    "type": "object",
    "description": "A merge patch (RFC 7396) of a GeoJSON feature: what it names is replaced, null "
    "takes a field away.",
    "properties": {
        "properties": {"type": "object", "additionalProperties": True},
        "geometry": {"type": "object", "additionalProperties": True},
    },
    "example": {"properties": {"note": "Up until the summer"}},
}
SCHEMAS = {"Feature": FEATURE, "FeaturePatch": _PATCH}
"""Schemas of bodies by name: a body that comes in two types has one schema."""

_FEATURES, _PATCHES = (
    {each: {"$ref": f"#/components/schemas/{name}"} for each in (kind, JSON)}
    for kind, name in ((GEOJSON, "Feature"), (MERGE_PATCH, "FeaturePatch"))
)


class Changed(BaseModel):
    """What a change came to."""

    id: str
    draft: str
    version: int = Field(description="Edits of the draft so far, this one included.")
    found: list[FaultDetail] = Field(description="What breaks a rule since this change.")
    settled: list[FaultDetail] = Field(description="What broke one before, and does not any more.")


async def _body(request: Request) -> bytes:
    return await request.body()


Body = Annotated[bytes, Depends(_body)]

router = APIRouter(tags=["OGC API - Features"], dependencies=[Depends(caller("network:draft"))])


def _described(
    status: HTTPStatus, bodies: dict[str, dict[str, Any]], *parameters: Any, **more: Any
) -> dict[str, Any]:
    extra: dict[str, Any] = {"parameters": list(parameters)}
    if bodies:
        content = {media_type: {"schema": schema} for media_type, schema in bodies.items()}
        extra["requestBody"] = {"required": True, "content": content}
    faulty = (HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT, HTTPStatus.PRECONDITION_FAILED)
    headers = {"ETag": {"schema": {"type": "string"}}, **more.get("headers", {})}
    return {
        "status_code": status,
        "response_model": Changed,
        "responses": {**documented(*faulty), int(status): {"headers": headers}},
        "openapi_extra": extra,
    }


@router.post(
    "/collections/{layer}/items",
    summary="Add a feature",
    **_described(
        HTTPStatus.CREATED,
        _FEATURES,
        _CONTENT_CRS,
        headers={"Location": {"schema": {"type": "string", "format": "uri"}}},
    ),
)
def add_item(
    request: Request,
    service: Given,
    caller: Drafter,
    root: Under,
    layer: Layer,
    body: Body,
    once: DoneOnce,
) -> Response:
    """Add a feature; its id is its own, in `properties.id`, and new over all layers."""

    def change() -> Answer:
        require_type(request, GEOJSON, JSON)
        content = read_change(identified(read_document(body)), layer, content_crs(request))
        return _add(service, caller, once, root, layer, content)

    # The same request that came between has added the feature, or has its answer under the key.
    raced = IntegrityError, ProblemError
    return done_once_by_itself(service, caller, once, change, raced)


def _add(
    service: Service, caller: Caller, once: Once, root: Root, layer: str, content: Put
) -> Answer:
    identifier = content[0].id

    def decide(desk: Desk) -> Content:
        if identifier in desk.checked.network.lonlat:
            raise ProblemError(
                HTTPStatus.CONFLICT, "FEATURE_EXISTS", f"the draft has a feature {identifier}"
            )
        return content

    def answer(edited: Edited) -> Answer:
        headers = {"Location": item_url(root, layer, identifier)}
        return _answer(root, identifier, edited, HTTPStatus.CREATED, headers)

    def beside(session: Session, edited: Edited) -> None:
        keep(session, caller, once, answer(edited))

    return answer(_edit(service, root, layer, identifier, decide, beside))


@router.put(
    "/collections/{layer}/items/{feature}",
    summary="Replace a feature",
    **_described(HTTPStatus.OK, _FEATURES, _CONTENT_CRS, _IF_MATCH),
)
def replace_item(
    request: Request, service: Given, root: Under, layer: Layer, feature: FeatureId, body: Body
) -> Response:
    """Replace a feature whole: fields that the body leaves out take their defaults."""
    require_type(request, GEOJSON, JSON)
    content = read_change(identified(read_document(body), feature), layer, content_crs(request))

    def decide(desk: Desk) -> Content:
        _require(request, root, desk, layer, feature)
        return content

    return _answer(root, feature, _edit(service, root, layer, feature, decide)).response()


@router.patch(
    "/collections/{layer}/items/{feature}",
    summary="Change a feature",
    **_described(HTTPStatus.OK, _PATCHES, _CONTENT_CRS, _IF_MATCH),
)
def change_item(
    request: Request, service: Given, root: Under, layer: Layer, feature: FeatureId, body: Body
) -> Response:
    """Change some fields, or the geometry, of a feature; the rest stays as it is."""
    require_type(request, MERGE_PATCH, JSON)
    patch, crs = read_document(body), content_crs(request)

    def decide(desk: Desk) -> Content:
        _require(request, root, desk, layer, feature)
        document = identified(patched(desk, layer, feature, patch, crs), feature)
        changed, shape = read_change(document, layer, crs)
        return changed, shape if "geometry" in patch else desk.checked.network.lonlat[feature]

    return _answer(root, feature, _edit(service, root, layer, feature, decide)).response()


@router.delete(
    "/collections/{layer}/items/{feature}",
    summary="Remove a feature",
    **_described(HTTPStatus.OK, {}, _IF_MATCH),
)
def remove_item(
    request: Request, service: Given, root: Under, layer: Layer, feature: FeatureId
) -> Response:
    """Remove a feature. What still refers to it is among what is found."""

    def decide(desk: Desk) -> Content:
        _require(request, root, desk, layer, feature)
        return None

    return _answer(root, feature, _edit(service, root, layer, feature, decide)).response()


def _require(request: Request, root: Root, desk: Desk, layer: str, identifier: str) -> None:
    """Raise ProblemError if there is no such feature to change: 404, or 412 for another state."""
    if find_feature(desk.checked.network, layer, identifier) is None:
        raise not_found("feature")
    require_item(request, root, desk.item_version)


def _edit(
    service: Service,
    root: Root,
    layer: str,
    identifier: str,
    decide: Decide,
    beside: Beside = lambda session, edited: None,
) -> Edited:
    assert root.draft is not None
    try:
        return service.drafting.edit(root.draft.name, layer, identifier, decide, beside)
    except InvalidInput as invalid:
        if invalid.faults[0].code == "DRAFT_UNKNOWN":  # it was removed a moment ago
            raise not_found("draft") from None
        raise


def _answer(
    root: Root,
    identifier: str,
    edited: Edited,
    status: HTTPStatus = HTTPStatus.OK,
    headers: dict[str, str] | None = None,
) -> Answer:
    changed = Changed(
        id=identifier,
        draft=edited.draft.name,
        version=edited.version,
        found=[FaultDetail.of(each) for each in edited.found],
        settled=[FaultDetail.of(each) for each in edited.settled],
    )
    tag = f'"{item_tag(root, edited.version)}"'
    body = changed.model_dump_json().encode()
    return Answer(status, body, {"ETag": tag, **(headers or {})})

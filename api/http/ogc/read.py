"""Reading features: the same resources under each kind of root."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path
from pydantic_core import to_json
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from api.http.access import caller
from api.http.etags import NOT_MODIFIED
from api.http.given import Given
from api.http.ogc import documents, fields
from api.http.ogc.api_document import PARAMETERS, api_document
from api.http.ogc.features import GEOJSON, SCHEMA, collection_response, item_response
from api.http.ogc.question import read_crs, read_question, require_json
from api.http.ogc.root import Layer, Root, Under
from api.http.problems import not_found
from api.http.samples import CRANE
from api.service import Service
from api.store.items import Question, count, extents, find_item, page

FeatureId = Annotated[
    str,
    Path(pattern=r"^[^\x00]{1,64}$", description="Id of a feature, unique over all layers."),
]

_ANY: dict[str, Any] = {"type": "object", "additionalProperties": True}
FEATURE: dict[str, Any] = {
    "type": "object",
    "description": "A GeoJSON feature (RFC 7946) of a layer; docs/network.md lists its fields.",
    "required": ["type", "properties", "geometry"],
    "properties": {
        "type": {"type": "string", "enum": ["Feature"], "description": "As GeoJSON has it."},
        "id": {"type": "string", "description": "The same as `properties.id`."},
        "properties": {**_ANY, "description": "The layer's fields, `id` among them."},
        "geometry": {**_ANY, "description": "GeoJSON geometry, axes as `Content-Crs` has them."},
    },
    "example": CRANE,
}
_PAGE: dict[str, Any] = {
    "type": "object",
    "required": ["type", "features", "links", "numberMatched", "numberReturned", "timeStamp"],
    "properties": {
        "type": {"type": "string", "enum": ["FeatureCollection"]},
        "features": {"type": "array", "items": FEATURE},
        "links": {"type": "array", "items": _ANY},
        "numberMatched": {"type": "integer"},
        "numberReturned": {"type": "integer"},
        "timeStamp": {"type": "string", "format": "date-time"},
    },
}
_FIELDS = {
    "name": "fields",
    "in": "query",
    "description": "Any field of the layer by its own name, as `side=SZ` or `goods=biological`: "
    "only features with that value, or with it in the list.",
    "style": "form",
    "explode": True,
    "schema": {"type": "object", "additionalProperties": {"type": "string"}},
}
_F = {
    "name": "f",
    "in": "query",
    "description": "The format of the answer; there is one.",
    "schema": {"type": "string", "enum": ["json"]},
}

router = APIRouter(
    tags=["OGC API - Features"],
    dependencies=[Depends(caller("network:read"))],
    default_response_class=Response,
)


def answered(
    media_type: str = "application/json",
    schema: dict[str, Any] = _ANY,
    *parameters: Any,
    known: bool = False,
) -> dict[str, Any]:
    """Return how an operation that reads is described: what it answers, what it can be asked.

    `known`: it answers 304 to whoever names the ETag that it would be sent under.
    """
    content = {media_type: {"schema": schema}}
    again = NOT_MODIFIED if known else {}
    return {
        "responses": {200: {"description": "It is in the body.", "content": content}, **again},
        "openapi_extra": {"parameters": [*parameters, _F]},
    }


def _document(request: Request, found: Any, media_type: str = "application/json") -> Response:
    require_json(request)
    return Response(to_json(found), media_type=media_type)


@router.get("", summary="Landing page", **answered())
def landing(request: Request, root: Under) -> Response:
    """Return what there is and where: OGC 17-069r4, 7.2."""
    return _document(request, documents.landing(root))


@router.get("/conformance", summary="Conformance classes", **answered())
def conformance(request: Request, root: Under) -> Response:
    """Return the parts of the standard that are kept."""
    return _document(request, documents.conformance(root))


@router.get("/api", summary="Definition of this API", **answered(documents.OPENAPI))
def api(request: Request, root: Under) -> Response:
    """Return an OpenAPI 3.0 document with a path for each layer and a parameter for each field."""
    return _document(request, api_document(root), documents.OPENAPI)


@router.get("/collections", summary="Layers", **answered())
def collections(request: Request, service: Given, root: Under) -> Response:
    """Return the layers with their extents in longitude and latitude, and the CRSs on offer."""
    with service.sessions() as session:
        found = extents(session, root.source)
    return _document(request, documents.collections(root, found))


@router.get("/collections/{layer}", summary="A layer", **answered())
def collection(request: Request, service: Given, root: Under, layer: Layer) -> Response:
    """Return one layer."""
    with service.sessions() as session:
        found = extents(session, root.source)
    return _document(request, documents.collection(root, layer, found))


@router.get("/collections/{layer}/schema", summary="Fields of a layer", **answered(SCHEMA))
def schema(request: Request, root: Under, layer: Layer) -> Response:
    """Return a layer's fields with units and ranges: OGC API - Features, Part 5."""
    url = f"{root.collection_url(layer)}/schema"
    return _document(request, fields.collection_schema(layer, url), SCHEMA)


@router.get(
    "/collections/{layer}/queryables", summary="Fields to ask a layer by", **answered(SCHEMA)
)
def queryables(request: Request, root: Under, layer: Layer) -> Response:
    """Return the fields that `items` takes as parameters."""
    url = f"{root.collection_url(layer)}/queryables"
    return _document(request, fields.queryables(layer, url), SCHEMA)


@router.get(
    "/collections/{layer}/items",
    summary="Features of a layer",
    **answered(GEOJSON, _PAGE, *PARAMETERS.values(), _FIELDS),
)
def items(request: Request, service: Given, root: Under, layer: Layer) -> Response:
    """Return features in the order of their ids, a page at a time; the link `next` leads on.

    Longitude before latitude unless `crs` asks for another; the header `Content-Crs` names it.
    """
    asked = read_question(request, service, root, layer)
    with service.sessions() as session:
        found = page(session, root.source, asked.question, asked.after, asked.limit + 1)
        matched = _matched(service, session, root, asked.question)
    return collection_response(request, root, asked, found, matched)


def _matched(service: Service, session: Session, root: Root, question: Question) -> int:
    """Return how many features a question finds; counted once, as every page says it."""
    key = (root.source, root.draft.version if root.draft else 0, question)
    matched = service.editions.counts.find(key)
    if matched is None:
        matched = count(session, root.source, question)
        service.editions.counts.keep(key, matched)
    return matched


@router.get(
    "/collections/{layer}/items/{feature}",
    summary="A feature",
    **answered(GEOJSON, FEATURE, PARAMETERS["crs"], known=True),
)
def item(
    request: Request, service: Given, root: Under, layer: Layer, feature: FeatureId
) -> Response:
    """Return one feature under an ETag, which `If-Match` takes where it is changed in a draft."""
    crs = read_crs(request)
    with service.sessions() as session:
        found = find_item(session, root.source, layer, feature)
    if found is None:
        raise not_found("feature")
    return item_response(request, root, layer, found, crs)


@router.options("/collections/{layer}/items", status_code=204, summary="What can be done here")
def items_options(root: Under, layer: Layer) -> Response:
    """Return the methods in the header `Allow`: features are added in a draft only."""
    return _allowing("GET, HEAD, OPTIONS" if root.draft is None else "GET, HEAD, POST, OPTIONS")


@router.options(
    "/collections/{layer}/items/{feature}", status_code=204, summary="What can be done here"
)
def item_options(root: Under, layer: Layer, feature: FeatureId) -> Response:
    """Return the methods in the header `Allow`, whether there is such a feature or not."""
    changes = "" if root.draft is None else "PUT, PATCH, DELETE, "
    return _allowing(f"GET, HEAD, {changes}OPTIONS")


def _allowing(methods: str) -> Response:
    return Response(status_code=204, headers={"Allow": methods})

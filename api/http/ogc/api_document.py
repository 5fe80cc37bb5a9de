"""The definition of a root's API (OpenAPI 3.0), each layer with its fields as parameters.

The service's whole definition is /openapi.json. This one is for clients of OGC API - Features,
which look for a layer's own paths: GDAL takes the fields that it can filter by from here, QGIS the
size of its pages.
"""

from collections.abc import Mapping
from typing import Any

from api.http.ogc.crs import CRS84, CRS_LIST
from api.http.ogc.features import GEOJSON, SCHEMA
from api.http.ogc.fields import collection_schema, kinds, layer_schema, plain
from api.http.ogc.question import LIMIT, LIMIT_MOST
from api.http.ogc.root import Root
from api.http.problems import MEDIA_TYPE
from geodata.features import LAYERS
from planner import __version__

_CRS = {"type": "string", "format": "uri", "enum": list(CRS_LIST), "default": CRS84}
_BOX = {"type": "array", "items": {"type": "number"}, "minItems": 4, "maxItems": 6}


def query_parameter(name: str, description: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return a parameter of a query; a list in it is written with commas."""
    return {
        "name": name,
        "in": "query",
        "description": description,
        "required": False,
        "schema": schema,
        "style": "form",
        "explode": False,
    }


PARAMETERS = {
    "limit": query_parameter(
        "limit",
        f"Features of a page; more than {LIMIT_MOST} are answered with {LIMIT_MOST}.",
        {"type": "integer", "minimum": 1, "maximum": LIMIT_MOST, "default": LIMIT},
    ),
    "after": query_parameter(
        "after",
        "The id after which the page begins, as the link `next` has it.",
        {"type": "string", "maxLength": 64},
    ),
    "bbox": query_parameter(
        "bbox",
        "Only features that meet this box: west, south, east, north in degrees; with `bbox-crs` in "
        "the order of that CRS's axes. Of six numbers the third and sixth, heights, are left out.",
        _BOX,
    ),
    "bbox-crs": query_parameter("bbox-crs", "The CRS of `bbox`.", _CRS),
    "datetime": query_parameter(
        "datetime",
        "Only features that are open, or active, at some moment of this time by their `hours` or "
        "`schedule`: a moment with its zone, or two with a slash between; `..` for no bound.",
        {"type": "string", "maxLength": 80},
    ),
    "crs": query_parameter("crs", "The CRS of the answer, axes in its order.", _CRS),
}
"""The parameters of a request for items, by name; a layer's fields come on top."""


def api_document(root: Root) -> dict[str, Any]:
    """Return the definition of a root's API."""
    paths: dict[str, Any] = {
        "/": _get("the landing page", "getLanding"),
        "/conformance": _get("the conformance classes", "getConformance"),
        "/collections": _get("the layers", "getCollections"),
    }
    for layer in LAYERS:
        paths |= _layer_paths(root, layer)
    return {
        "openapi": "3.0.3",
        "info": {
            "title": root.title,
            "version": __version__,
            "description": str(root.info["notice"]),
        },
        "servers": [{"url": root.url}],
        "paths": paths,
        "components": {
            "parameters": PARAMETERS,
            "responses": {
                "Problem": {
                    "description": "What went wrong (RFC 9457).",
                    "content": {MEDIA_TYPE: {"schema": {"type": "object"}}},
                }
            },
        },
    }


def _layer_paths(root: Root, layer: str) -> dict[str, Any]:
    base, name = f"/collections/{layer}", layer.title().replace("_", "")
    items = _get("features", f"get{name}", GEOJSON)
    items["get"]["parameters"] = [
        *({"$ref": f"#/components/parameters/{each}"} for each in PARAMETERS),
        *(_field_parameter(layer, field) for field in kinds(layer)),
    ]
    item = _get("a feature", f"get{name}Feature", GEOJSON)
    item["get"]["parameters"] = [{"$ref": "#/components/parameters/crs"}]
    item["parameters"] = [
        {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
    ]
    if root.draft is not None:
        items["post"] = _change("adds a feature", f"add{name}", layer, "201")
        item["put"] = _change("replaces a feature", f"replace{name}", layer, "200")
        item["patch"] = _change("changes a feature", f"change{name}", layer, "200")
        item["delete"] = {
            "summary": "removes a feature",
            "operationId": f"remove{name}",
            "responses": _responses({"200": {"description": "It is gone."}}),
        }
    return {
        base: _get("the layer", f"describe{name}"),
        f"{base}/schema": _get("its fields", f"getSchemaOf{name}", SCHEMA),
        f"{base}/queryables": _get("the fields to ask by", f"getQueryablesOf{name}", SCHEMA),
        f"{base}/items": items,
        f"{base}/items/{{id}}": item,
    }


def _get(summary: str, operation: str, media_type: str = "application/json") -> dict[str, Any]:
    answer = {
        "description": summary,
        "content": {media_type: {"schema": {"type": "object"}}},
    }
    return {
        "get": {
            "summary": summary,
            "operationId": operation,
            "responses": _responses({"200": answer}),
        }
    }


def _change(summary: str, operation: str, layer: str, status: str) -> dict[str, Any]:
    media_type = "application/merge-patch+json" if operation.startswith("change") else GEOJSON
    properties = collection_schema(layer, "")["properties"]
    fields = {name: _of_3_0(each) for name, each in properties.items() if name != "geometry"}
    schema = {
        "type": "object",
        "properties": {
            "type": {"type": "string", "enum": ["Feature"]},
            "properties": {"type": "object", "properties": fields},
            "geometry": {"type": "object"},
        },
    }
    return {
        "summary": summary,
        "operationId": operation,
        "requestBody": {"required": True, "content": {media_type: {"schema": schema}}},
        "responses": _responses({status: {"description": "Done."}}),
    }


def _responses(own: dict[str, Any]) -> dict[str, Any]:
    return {**own, "default": {"$ref": "#/components/responses/Problem"}}


def _field_parameter(layer: str, field: str) -> dict[str, Any]:
    schema = layer_schema(layer)["properties"][field]
    kind = kinds(layer)[field]
    description = str(schema.get("description", ""))
    asked = {"type": "string"} if kind == "strings" else {"type": kind}
    if kind == "strings":
        description = f"One of: {description}"
    return query_parameter(field, description, asked)


def _of_3_0(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return a field's schema as OpenAPI 3.0 reads it: a type and what it means."""
    known = plain(schema)
    names = ("type", "description", "enum")
    found: dict[str, Any] = {name: known[name] for name in names if name in known}
    if found.get("type") == "array":
        found["items"] = {}
    return found

"""What the fields of each layer hold: for filters, for schemas, for documents."""

from collections.abc import Mapping
from functools import cache
from http import HTTPStatus
from typing import Any

from pydantic import TypeAdapter, ValidationError

from api.http.problems import ProblemError
from api.store.items import Equal, Kind
from geodata.features import GEOMETRY, LAYERS

_KINDS: Mapping[str, TypeAdapter[Any]] = {
    "integer": TypeAdapter(int),
    "number": TypeAdapter(float),
    "boolean": TypeAdapter(bool),
}
_SHAPES = {
    ("Point",): "geometry-point",
    ("LineString",): "geometry-linestring",
    ("Polygon", "MultiPolygon"): "geometry-polygon-or-multipolygon",
}


@cache
def layer_schema(layer: str) -> dict[str, Any]:
    """Return the JSON Schema of a layer's features' properties, as pydantic makes it."""
    return TypeAdapter(LAYERS[layer]).json_schema()


@cache
def kinds(layer: str) -> Mapping[str, Kind]:
    """Return what each field of a layer that can be asked for holds; lanes cannot."""
    found: dict[str, Kind] = {}
    for name, schema in layer_schema(layer)["properties"].items():
        kind = plain(schema)["type"]
        if kind == "array":
            kind = "strings" if plain(schema["items"]).get("type") == "string" else None
        if kind is not None:
            found[name] = kind
    return found


def plain(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return a field's schema without the null that it may be."""
    options = [each for each in schema.get("anyOf", ()) if each.get("type") != "null"]
    rest = {name: value for name, value in schema.items() if name not in ("anyOf", "default")}
    return {**options[0], **rest} if options else rest


def equal(layer: str, field: str, text: str) -> Equal:
    """Return the condition that a field has a value; raises ProblemError (400) if it cannot."""
    kind = kinds(layer)[field]
    if kind in ("string", "strings"):
        return Equal(field, kind, text)
    try:
        value = _KINDS[kind].validate_python(text)
    except ValidationError:
        value = None
    if value is None or value != value or abs(value) > 1e15:
        detail = f"{field}: {text[:80]!a} is no {kind}"
        raise ProblemError(HTTPStatus.BAD_REQUEST, "FIELD_VALUE", detail)
    return Equal(field, kind, value)


def collection_schema(layer: str, url: str) -> dict[str, Any]:
    """Return the schema of a layer as OGC API - Features, Part 5, has it: geometry is a property.

    A list of records, as a corridor's lanes, is an array; which fields may be null is not said.
    """
    found = layer_schema(layer)
    names = list(found["properties"])
    properties: dict[str, Any] = {
        "geometry": {
            "x-ogc-role": "primary-geometry",
            "format": _SHAPES.get(GEOMETRY[layer], "geometry-any"),
        }
    }
    for number, name in enumerate(names, start=1):
        properties[name] = {**plain(found["properties"][name]), "x-ogc-propertySeq": number}
    properties["id"]["x-ogc-role"] = "id"
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": url,
        "type": "object",
        "title": layer,
        "description": found.get("description", ""),
        "properties": properties,
        "required": found.get("required", []),
        "additionalProperties": False,
        **({"$defs": found["$defs"]} if "$defs" in found else {}),
    }


def queryables(layer: str, url: str) -> dict[str, Any]:
    """Return the schema of the fields that a layer can be asked by; no others can."""
    found = collection_schema(layer, url)
    known = {"geometry", *kinds(layer)}
    properties = {name: each for name, each in found["properties"].items() if name in known}
    return {
        name: value
        for name, value in {**found, "properties": properties}.items()
        if name not in ("required", "$defs")
    }

"""What a change of a draft's feature says: GeoJSON (RFC 7946) or a merge patch (RFC 7396)."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from http import HTTPStatus
from typing import Any

import numpy as np
import shapely
from pydantic_core import from_json
from shapely.geometry.base import BaseGeometry
from starlette.requests import Request

from api.drafting import Desk
from api.http.ogc.crs import CRS84, inward, known_crs, outward
from api.http.ogc.fields import layer_schema, plain
from api.http.ogc.root import Root
from api.http.problems import ProblemError
from geodata.codes import fault
from geodata.edit import find_feature
from geodata.faults import Fault, InvalidInput
from geodata.features import Feature
from geodata.geojson import rounded
from geodata.json_text import read_json
from geodata.read import read_feature

BODY = "body"
"""What faults call a body as a whole."""


def read_document(content: bytes) -> dict[str, Any]:
    """Return the JSON object of a body; raises `InvalidInput`."""
    faults: list[Fault] = []
    document = read_json(content, BODY, faults)
    if not faults and not isinstance(document, dict):
        value = type(document).__name__
        faults.append(fault("WRONG_TYPE", BODY, value=value, limit="an object"))
    if faults:
        raise InvalidInput(faults)
    assert isinstance(document, dict)
    return document


def content_crs(request: Request) -> str:
    """Return the CRS of the coordinates in a body; raises ProblemError (400)."""
    return known_crs(request.headers.get("content-crs"), "Content-Crs")


def require_type(request: Request, *allowed: str) -> None:
    """Raise ProblemError (415) unless a body is of one of these types."""
    given = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if given not in allowed:
        detail = f"{given[:80]!a}: send {' or '.join(allowed)}"
        raise ProblemError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "MEDIA_TYPE", detail)


def identified(document: Mapping[str, Any], identifier: str | None = None) -> dict[str, Any]:
    """Return a feature with its id among its properties, if it is given only beside them.

    With an `identifier`, that of the address, a feature need not say its own; one that says
    another is told so when it is read.
    """
    properties = document.get("properties")
    if not isinstance(properties, dict):
        return dict(document)
    beside = document.get("id", identifier) if identifier is None else identifier
    named = properties if "id" in properties else {**properties, "id": beside}
    found = {**document, "properties": named}
    if identifier is not None and "id" not in document:
        found["id"] = identifier
    return found


def read_change(document: Mapping[str, Any], layer: str, crs: str) -> tuple[Feature, BaseGeometry]:
    """Return a GeoJSON feature's record and its shape in lon/lat; raises `InvalidInput`.

    Taken as meant is what GIS cannot say otherwise: rings that run the other way, as their
    direction is no content; null for a field that has a default and cannot be null, for a GIS sends
    each field; and what it takes for text, as the text of its JSON: a corridor's lanes, and a
    number or truth value in a field in which it has seen none yet.
    """
    faults: list[Fault] = []
    given = {**document, "properties": _as_meant(layer, document.get("properties"), faults)}
    feature, shape, _ = read_feature(layer, "feature", given, faults)
    if feature is not None:
        faults += _nul_faults(layer, feature)
    if faults or feature is None or shape is None:
        raise InvalidInput(faults)
    moved = inward(shape, crs)
    if crs != CRS84:
        moved = shapely.transform(moved, rounded)
    if shapely.get_dimensions(moved) == 2:
        moved = _oriented(moved)
    return feature, moved


def patched(desk: Desk, layer: str, identifier: str, patch: Mapping[str, Any], crs: str) -> Any:
    """Return what a merge patch makes of a draft's feature, as GeoJSON in a CRS."""
    network = desk.checked.network
    feature = find_feature(network, layer, identifier)
    assert feature is not None
    (shape,) = outward([network.lonlat[identifier]], crs)
    now = {
        "type": "Feature",
        "id": identifier,
        "properties": asdict(feature),
        "geometry": from_json(shapely.to_geojson(shape)),
    }
    return merged(now, patch)


def merged(target: object, patch: object) -> Any:
    """Return what a JSON merge patch makes of a value (RFC 7396, section 2)."""
    if not isinstance(patch, Mapping):
        return patch
    found = dict(target) if isinstance(target, Mapping) else {}
    for name, value in patch.items():
        if value is None:
            found.pop(name, None)
        else:
            found[name] = merged(found.get(name), value)
    return found


def require_item(request: Request, root: Root, version: int) -> None:
    """Raise ProblemError (412) if `If-Match` names another state of a feature than it has."""
    listed = ",".join(request.headers.getlist("if-match"))
    named = [each.strip().removeprefix("W/").strip('"') for each in listed.split(",")]
    states = {each.rsplit(".", 1)[0] for each in named if each}
    if states and not states & {"*", f"{root.tag}-{version}"}:
        raise ProblemError(
            HTTPStatus.PRECONDITION_FAILED, "STATE_CHANGED", "it was changed meanwhile; read it"
        )


def _as_meant(layer: str, properties: Any, faults: list[Fault]) -> Any:
    if not isinstance(properties, dict):
        return properties
    found = dict(properties)
    for name, schema in layer_schema(layer)["properties"].items():
        text = found.get(name)
        if text is None and name in found and schema.get("default") is not None:
            del found[name]
        elif isinstance(text, str) and plain(schema).get("type") in _WRITTEN:
            unread: list[Fault] = []
            value = read_json(text.encode("utf-8", "surrogatepass"), layer, unread)
            if not unread and type(value) in _WRITTEN[plain(schema)["type"]]:
                found[name] = value
    return found


_WRITTEN: Mapping[str, tuple[type, ...]] = {
    "array": (list,),
    "number": (int, float),
    "integer": (int,),
    "boolean": (bool,),
}
"""What is taken from a text if it is the JSON of one of these."""


def _nul_faults(layer: str, feature: Feature) -> Iterator[Fault]:
    """Yield the texts that no database keeps: those with the character U+0000."""
    for name, value in asdict(feature).items():
        if isinstance(value, str) and "\0" in value:
            yield fault(
                "WRONG_FORMAT", layer, feature.id, name, value="U+0000", limit="text without it"
            )


def _oriented(shape: BaseGeometry) -> BaseGeometry:
    """Return an area with its outer rings anticlockwise and its holes clockwise."""
    (found,) = shapely.orient_polygons(np.array([shape], dtype=object))
    assert isinstance(found, BaseGeometry)
    return found

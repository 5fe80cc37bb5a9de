"""Features as GeoJSON text, in any CRS that is offered, with their links."""

import datetime as dt
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any
from urllib.parse import quote, urlencode

import shapely
from pydantic_core import to_json
from starlette.requests import Request
from starlette.responses import Response

from api.http.ogc.crs import outward
from api.http.ogc.question import Asked
from api.http.ogc.root import Root
from api.store.items import Item

GEOJSON = "application/geo+json"
SCHEMA = "application/schema+json"

Link = Mapping[str, str]


def link(rel: str, url: str, media_type: str = "application/json", title: str = "") -> Link:
    """Return a link as documents have it."""
    return {"rel": rel, "type": media_type, "href": url, **({"title": title} if title else {})}


def item_url(root: Root, layer: str, identifier: str) -> str:
    """Return the address of a feature."""
    return f"{root.collection_url(layer)}/items/{quote(identifier, safe='')}"


def collection_response(
    request: Request, root: Root, asked: Asked, items: Sequence[Item], matched: int
) -> Response:
    """Return a page of features; `items` has one more than the page if another one follows."""
    listed, more = items[: asked.limit], len(items) > asked.limit
    url = f"{root.collection_url(asked.question.layer)}/items"
    given = {name: value for name, value in request.query_params.items() if name != "after"}
    links = [
        link("self", f"{url}{_query(dict(request.query_params))}", GEOJSON),
        link("collection", root.collection_url(asked.question.layer)),
    ]
    if more:
        after = _query({**given, "after": listed[-1].identifier})
        links.insert(1, link("next", f"{url}{after}", GEOJSON))
    rest = {
        "numberMatched": matched,
        "numberReturned": len(listed),
        "timeStamp": dt.datetime.now(dt.UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        "links": links,
    }
    features = ",\n".join(_texts(listed, asked.crs))
    body = f'{{"type": "FeatureCollection", "features": [\n{features}\n], '.encode()
    return Response(
        body + to_json(rest)[1:], headers={"Content-Crs": f"<{asked.crs}>"}, media_type=GEOJSON
    )


def item_response(request: Request, root: Root, layer: str, item: Item, crs: str) -> Response:
    """Return a feature under its ETag; 304 without it if the request has that already."""
    number = crs.rsplit("/", 1)[-1]
    tag = f'"{item_tag(root, item.version)}.{number}"'
    headers = {"ETag": tag, "Content-Crs": f"<{crs}>"}
    named = request.headers.get("if-none-match", "")
    if tag in (each.strip().removeprefix("W/") for each in named.split(",")):
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    links = [
        link("self", item_url(root, layer, item.identifier), GEOJSON),
        link("collection", root.collection_url(layer)),
    ]
    (text,) = _texts([item], crs)
    body = text[:-1].encode() + b', "links": ' + to_json(links) + b"}"
    return Response(body, headers=headers, media_type=GEOJSON)


def item_tag(root: Root, version: int) -> str:
    """Return what the ETags of a feature begin with, whatever its CRS."""
    return f"{root.tag}-{version}"


def _texts(items: Sequence[Item], crs: str) -> list[str]:
    if not items:
        return []
    shapes = shapely.to_geojson(outward([each.shape for each in items], crs))
    return [
        f'{{"type": "Feature", "id": "{each.identifier}", "properties": {each.properties}, '
        f'"geometry": {shape}}}'
        for each, shape in zip(items, shapes, strict=True)
    ]


def _query(given: Mapping[str, Any]) -> str:
    return f"?{urlencode(given)}" if given else ""

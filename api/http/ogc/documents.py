"""What a root says of itself: landing page, conformance, collections."""

from collections.abc import Mapping
from typing import Any

from api.http.ogc.crs import CRS84, CRS_LIST
from api.http.ogc.features import GEOJSON, SCHEMA, link
from api.http.ogc.fields import layer_schema
from api.http.ogc.root import Root
from api.store.items import Box
from geodata.features import LAYERS

OPENAPI = "application/vnd.oai.openapi+json;version=3.0"
_REL = "http://www.opengis.net/def/rel/ogc/1.0/"

_CORE = "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/"
_CHANGES = "http://www.opengis.net/spec/ogcapi-features-4/1.0/conf/"
_CONFORMANCE = (
    f"{_CORE}core",
    f"{_CORE}geojson",
    f"{_CORE}oas30",
    "http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs",
    "http://www.opengis.net/spec/ogcapi-features-5/1.0/conf/schemas",
)
_CONFORMANCE_OF_DRAFTS = (
    f"{_CHANGES}create-replace-delete",
    f"{_CHANGES}update",
    f"{_CHANGES}optimistic-locking-etags",
    f"{_CHANGES}features",
)


def landing(root: Root) -> dict[str, Any]:
    """Return the landing page."""
    return {
        "title": root.title,
        "description": root.info["notice"],
        "attribution": root.info["licence"],
        "links": [
            link("self", root.url, title="this document"),
            link("service-desc", f"{root.url}/api", OPENAPI, "the API's definition"),
            link("conformance", f"{root.url}/conformance", title="conformance classes"),
            link("data", f"{root.url}/collections", title="the layers"),
        ],
    }


def conformance(root: Root) -> dict[str, Any]:
    """Return the conformance classes that hold under a root: changes only for a draft."""
    more = () if root.draft is None else _CONFORMANCE_OF_DRAFTS
    return {"conformsTo": [*_CONFORMANCE, *more]}


def collections(root: Root, extents: Mapping[str, Box]) -> dict[str, Any]:
    """Return the layers; each names its CRSs by reference to the list that all share."""
    return {
        "links": [link("self", f"{root.url}/collections")],
        "crs": list(CRS_LIST),
        "collections": [collection(root, layer, extents, ["#/crs"]) for layer in LAYERS],
    }


def collection(
    root: Root, layer: str, extents: Mapping[str, Box], crs: list[str] | None = None
) -> dict[str, Any]:
    """Return one layer."""
    url = root.collection_url(layer)
    found = {
        "id": layer,
        "title": f"{root.info['name']}: {layer.replace('_', ' ')}",
        "description": layer_schema(layer).get("description", ""),
        "itemType": "feature",
        "crs": crs or list(CRS_LIST),
        "storageCrs": CRS84,
        "links": [
            link("self", url),
            link("items", f"{url}/items", GEOJSON, "the features"),
            link(f"{_REL}schema", f"{url}/schema", SCHEMA, "the fields"),
            link(f"{_REL}queryables", f"{url}/queryables", SCHEMA, "the fields to ask by"),
            link("license", f"{root.url}", title=root.info["licence"]),
        ],
    }
    if layer in extents:
        found["extent"] = {
            "spatial": {"bbox": [list(extents[layer])], "crs": CRS84},
            "temporal": {"interval": [[None, None]]},
        }
    return found

"""Where the zones stand in an ED-269 or ED-318 document, and where their limits do.

Publishers mix the two formats: a zone of either is read from the wrapper of either.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

from geodata.formats.uas_limits import LIMIT_FIELDS
from geodata.formats.uas_read import Item
from geodata.formats.uas_report import Report
from geodata.formats.uas_words import texts

Format = Literal["ED-269", "ED-318"]


def items_of(document: Any, expected: Format, report: Report) -> list[Item] | None:
    """Return a document's zones; None, with an error, if it has no list of them."""
    listed = _listed(document, expected, report)
    if listed is None:
        return None
    return [item for number, each in enumerate(listed, 1) for item in _item(each, number, report)]


def source_of(document: Any, expected: Format, path: Path) -> str:
    """Return what a document says of who made it, or else its file's name."""
    said: Mapping[str, Any] = document if isinstance(document, Mapping) else {}
    metadata = said.get("metadata") or said.get("datasetMetadata")
    provider, _ = texts(metadata.get("provider")) if isinstance(metadata, Mapping) else (None, None)
    title, _ = texts(said.get("name") or said.get("title"))
    return f"{expected}: {', '.join(each for each in (provider, title) if each) or path.name}"


def _listed(document: Any, expected: Format, report: Report) -> list[Any] | None:
    if isinstance(document, list):
        report.warn("IMPORT_WRAPPER", "", "a list", "its items")
        return document
    found: Mapping[str, Any] = document if isinstance(document, Mapping) else {}
    kind = found.get("type")
    if kind == "Feature":
        report.warn("IMPORT_WRAPPER", "", "one Feature", "that one")
        return [document]
    for name in ("features", "UASZoneList"):
        listed = found.get(name)
        if isinstance(listed, list):
            is_collection = kind == "FeatureCollection" and name == "features"
            if is_collection != (expected == "ED-318"):
                shown = f"{name} of a {kind}" if kind else name
                report.warn("IMPORT_WRAPPER", name, shown, "its items")
            return listed
    if document is not None:
        report.error("NOT_A_ZONE_FILE", "", ", ".join(map(str, found)) or type(document).__name__)
    return None


def _item(found: object, number: int, report: Report) -> Iterator[Item]:
    if not isinstance(found, Mapping):
        report.on(f"zone {number}").error("NOT_A_FEATURE", "", type(found).__name__)
    elif found.get("type") == "Feature" or isinstance(found.get("properties"), Mapping):
        yield from _feature(found, number, report)
    else:
        geometry = found.get("geometry")
        volumes = geometry if isinstance(geometry, list) else [geometry]
        named = [each for each in volumes if isinstance(each, Mapping)]
        yield Item(found, [(each.get("horizontalProjection"), each) for each in named])


def _feature(feature: Mapping[str, Any], number: int, report: Report) -> Iterator[Item]:
    """Yield a GeoJSON feature as an item, its fields flat wherever the publisher has them."""
    found = feature.get("properties")
    if not isinstance(found, Mapping):
        report.on(f"zone {number}").error("NOT_A_FEATURE", "properties", type(found).__name__)
        return
    inner = found.get("UASZone")
    fields = {**found, **inner} if isinstance(inner, Mapping) else dict(found)
    yield Item(fields, list(_volumes(feature.get("geometry"), fields, {})))


def _volumes(
    geometry: object, fields: Mapping[str, Any], outer: Mapping[str, Any]
) -> Iterator[tuple[object, Mapping[str, Any]]]:
    """Yield each geometry with its limits.

    Limits stand in the geometry's `layer`; some publishers have them in the properties: in
    `layer`, in `verticalLayer`, in an ED-269 volume called `geometry`, or one by one.
    """
    if not isinstance(geometry, Mapping):
        return
    layer = geometry.get("layer")
    own = layer if isinstance(layer, Mapping) else outer
    if geometry.get("type") == "GeometryCollection":
        listed = geometry.get("geometries")
        for each in listed if isinstance(listed, list) else []:
            yield from _volumes(each, fields, own)
        return
    places = [own, *(fields.get(name) for name in ("layer", "verticalLayer", "geometry")), fields]
    limits = next(
        (each for each in places if isinstance(each, Mapping) and LIMIT_FIELDS & each.keys()), {}
    )
    yield geometry, limits

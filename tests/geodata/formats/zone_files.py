"""Zone files of others, as small as they can be, for tests to read."""

import json
from pathlib import Path
from typing import Any

from geodata.faults import Fault
from geodata.features import Zone
from geodata.formats.imported import Imported

SQUARE = [[114.05, 22.51], [114.06, 22.51], [114.06, 22.52], [114.05, 22.52], [114.05, 22.51]]
"""A closed ring, anticlockwise, some 1 km across."""


def feature(geometry: dict[str, Any] | None = None, **properties: Any) -> dict[str, Any]:
    """Return an ED-318 feature with nothing to assume; a property of None is left out."""
    layer = {"upper": 120, "upperReference": "AGL", "lower": 0, "lowerReference": "AGL", "uom": "m"}
    given = {
        "identifier": "ABC123",
        "country": "CHN",
        "name": [{"text": "Test zone", "lang": "en-GB"}],
        "type": "PROHIBITED",
        "variant": "COMMON",
        "reason": ["NATURE"],
        "zoneAuthority": [{"name": [{"text": "Test authority"}], "purpose": "INFORMATION"}],
        **properties,
    }
    return {
        "type": "Feature",
        "properties": {name: value for name, value in given.items() if value is not None},
        "geometry": geometry or {"type": "Polygon", "coordinates": [SQUARE], "layer": layer},
    }


def polygon(*ring: list[float], **layer: Any) -> dict[str, Any]:
    """Return an ED-318 polygon; a member of its layer that is None is left out."""
    given = {"upper": 120, "upperReference": "AGL", "lower": 0, "lowerReference": "AGL", "uom": "m"}
    kept = {name: value for name, value in {**given, **layer}.items() if value is not None}
    return {"type": "Polygon", "coordinates": [list(ring) or SQUARE], "layer": kept}


def zone269(volume: dict[str, Any] | None = None, **fields: Any) -> dict[str, Any]:
    """Return an ED-269 zone with nothing to assume; a field of None is left out."""
    limits = {
        "uomDimensions": "M",
        "lowerLimit": 0,
        "lowerVerticalReference": "AGL",
        "upperLimit": 120,
        "upperVerticalReference": "AGL",
        "horizontalProjection": {"type": "Polygon", "coordinates": [SQUARE]},
    }
    merged = {**limits, **(volume or {})}
    given = {
        "identifier": "ABC123",
        "country": "HKG",
        "name": "Test zone",
        "type": "COMMON",
        "restriction": "PROHIBITED",
        "reason": ["NATURE"],
        "applicability": [{"permanent": "YES"}],
        "zoneAuthority": [{"name": "Test authority", "purpose": "INFORMATION"}],
        "geometry": [{name: value for name, value in merged.items() if value is not None}],
        **fields,
    }
    return {name: value for name, value in given.items() if value is not None}


def collection(*features: dict[str, Any]) -> dict[str, Any]:
    """Return ED-318's wrapper about features."""
    return {"type": "FeatureCollection", "name": "Test zones", "features": list(features)}


def written(folder: Path, document: object) -> Path:
    """Return the path of a file that holds a document: text as it is, anything else as JSON."""
    path = folder / "zones.json"
    text = document if isinstance(document, str) else json.dumps(document, ensure_ascii=False)
    path.write_text(text, encoding="utf-8")
    return path


def zones(imported: Imported) -> dict[str, Zone]:
    """Return imported zones by id."""
    return {each.id: each for each in imported.features["zones"] if isinstance(each, Zone)}


def only(imported: Imported) -> Zone:
    """Return the one zone of an import."""
    (zone,) = zones(imported).values()
    return zone


def codes(imported: Imported) -> list[str]:
    """Return the codes of an import's faults, sorted, each once."""
    return sorted({each.code for each in imported.faults})


def told(imported: Imported, code: str) -> Fault:
    """Return the one fault of a code."""
    (found,) = [each for each in imported.faults if each.code == code]
    return found

"""The form of a network on disk, made from its records: JSON Schema, and the docs' tables.

`python -m geodata.schema docs/network.md` brings the tables of that page up to date.
"""

import sys
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from geodata import markdown
from geodata.codes import GROUPS
from geodata.features import GEOMETRY, LAYERS, Feature, Lane, NetworkInfo
from geodata.markdown import field_table

_POSITION = {
    "description": "lon, lat in WGS-84 degrees, 7 decimals",
    "type": "array",
    "prefixItems": [
        {"type": "number", "minimum": -180, "maximum": 180},
        {"type": "number", "minimum": -90, "maximum": 90},
    ],
    "minItems": 2,
    "items": False,
}


def network_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of a network: one property a file, named without suffix.

    Ranges, units and meanings are those of `geodata.features`. What ties features to each other,
    such as references, sides and clearances, no schema can say; `check_network` does.
    """
    kinds: dict[str, type[Any]] = {"network": NetworkInfo, **LAYERS}
    found, shared = TypeAdapter.json_schemas(
        [(name, "validation", TypeAdapter(kind)) for name, kind in kinds.items()]
    )
    properties = {name: found[name, "validation"] for name in kinds}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Corridor network",
        "description": "One property a file: network.json, and <layer>.geojson for each layer.",
        "type": "object",
        "required": list(kinds),
        "additionalProperties": False,
        "properties": {
            "network": properties["network"],
            **{layer: _collection(layer, properties[layer]) for layer in LAYERS},
        },
        **shared,
    }


def _collection(layer: str, properties: Mapping[str, Any]) -> dict[str, Any]:
    feature = {
        "type": "object",
        "required": ["type", "properties", "geometry"],
        "properties": {
            "type": {"const": "Feature"},
            "id": {"description": "the same as properties.id, or left out"},
            "properties": properties,
            "geometry": {"oneOf": [_geometry(kind) for kind in GEOMETRY[layer]]},
        },
    }
    return {
        "type": "object",
        "required": ["type", "features"],
        "properties": {
            "type": {"const": "FeatureCollection"},
            "features": {"type": "array", "items": feature},
        },
    }


def _geometry(kind: str) -> dict[str, Any]:
    line = {"type": "array", "items": _POSITION, "minItems": 2}
    rings = {"type": "array", "items": {**line, "minItems": 4}, "minItems": 1}
    coordinates = {
        "Point": _POSITION,
        "LineString": line,
        "Polygon": rings,
        "MultiPolygon": {"type": "array", "items": rings, "minItems": 1},
    }
    return {
        "type": "object",
        "required": ["type", "coordinates"],
        "properties": {"type": {"const": kind}, "coordinates": coordinates[kind]},
    }


def fields_markdown() -> str:
    """Return the docs' tables of fields: those of every feature, then each layer's own."""
    common = {each.name for each in fields(Feature)}
    parts = [
        _fields_part("Every feature", Feature, frozenset()),
        *(
            _fields_part(f"`{layer}` ({', '.join(GEOMETRY[layer])})", kind, common)
            for layer, kind in LAYERS.items()
        ),
        _fields_part("Each of a corridor's `lanes`", Lane, frozenset()),
        _fields_part("`network.json`", NetworkInfo, frozenset()),
    ]
    return "\n\n".join(parts)


def _fields_part(heading: str, kind: type, known: frozenset[str] | set[str]) -> str:
    meaning = str(TypeAdapter(kind).json_schema().get("description", "")).strip()
    return "\n".join([f"### {heading}", "", meaning, "", field_table(kind, without=known)])


def faults_markdown() -> str:
    """Return the docs' tables of faults: code, meaning, what is allowed; warnings say so."""
    parts = []
    for heading, kinds in GROUPS.items():
        lines = [f"### {heading}", "", "| code | what is wrong | allowed |", "| --- | --- | --- |"]
        for kind in kinds:
            warning = " *Warning.*" if kind.severity == "warning" else ""
            lines.append(f"| `{kind.code}` | {kind.meaning}{warning} | {kind.limit} |")
        parts.append("\n".join(lines))
    return "\n\n".join(parts)


def with_tables(page: str) -> str:
    """Return docs/network.md with its tables of fields and of faults made anew."""
    tables = {"fields": fields_markdown(), "faults": faults_markdown()}
    return markdown.with_tables(page, tables)


def main() -> None:
    """Bring the tables of the page named on the command line up to date."""
    page = Path(sys.argv[1])
    page.write_text(with_tables(page.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()

"""The form of a network on disk, made from its records: JSON Schema, and the docs' tables.

`python -m geodata.schema docs/network.md` brings the tables of that page up to date.
"""

import sys
from collections.abc import Iterator, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from geodata.codes import GROUPS
from geodata.features import GEOMETRY, LAYERS, Feature, Lane, NetworkInfo

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
    schema = TypeAdapter(kind).json_schema()
    required = schema.get("required", [])
    lines = [
        f"### {heading}",
        "",
        str(schema.get("description", "")).strip(),
        "",
        "| field | type | allowed | default | meaning |",
        "| --- | --- | --- | --- | --- |",
    ]
    for name, field in schema["properties"].items():
        if name not in known:
            default = "required" if name in required else f"`{_json(field.get('default'))}`"
            cells = (f"`{name}`", _type(field), _allowed(field), default, _meaning(field))
            lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _json(value: object) -> str:
    return TypeAdapter(Any).dump_json(value).decode()


def _options(field: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield from field.get("anyOf", (field,))


def _type(field: Mapping[str, Any]) -> str:
    names = []
    for option in _options(field):
        if option.get("type") == "array":
            names.append("list")
        else:
            names.append(
                {"string": "text", "boolean": "true or false"}.get(option["type"], option["type"])
            )
    return " or ".join(names)


def _allowed(field: Mapping[str, Any]) -> str:
    rules = [rule for option in _options(field) for rule in _rules({**field, **option})]
    return ", ".join(dict.fromkeys(rules))


def _rules(option: Mapping[str, Any]) -> Iterator[str]:
    inner = option.get("items", option)
    yield from (f"`{each}`" for each in inner.get("enum", ()))
    if "const" in inner:
        yield f"`{inner['const']}`"
    if "pattern" in inner:
        yield f"`{inner['pattern']}`"
    if "minimum" in option:
        yield f"≥ {option['minimum']:g}"
    if "exclusiveMinimum" in option:
        yield f"> {option['exclusiveMinimum']:g}"
    if "maximum" in option:
        yield f"≤ {option['maximum']:g}"
    if "minLength" in inner:
        yield "not empty"
    if "minItems" in option:
        yield f"at least {option['minItems']}"


def _meaning(field: Mapping[str, Any]) -> str:
    found = field.get("description") or next(
        (each["description"] for each in _options(field) if "description" in each), ""
    )
    return str(found)


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
    """Return a page with what stands between its table markers made anew.

    The markers are the lines `<!-- fields -->` and `<!-- end of fields -->`, and the same with
    `faults`. Raises `ValueError` if one is missing.
    """
    for name, table in (("fields", fields_markdown()), ("faults", faults_markdown())):
        begin, end = f"<!-- {name} -->\n", f"<!-- end of {name} -->"
        before, rest = page[: page.index(begin)], page[page.index(end) :]
        page = f"{before}{begin}\n{table}\n\n{rest}"
    return page


def main() -> None:
    """Bring the tables of the page named on the command line up to date."""
    page = Path(sys.argv[1])
    page.write_text(with_tables(page.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()

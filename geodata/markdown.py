"""Markdown tables of a record's fields, made from its JSON Schema, and their place in a page."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from pydantic import TypeAdapter

_WORDS = {
    "string": "text",
    "integer": "whole number",
    "boolean": "true or false",
    "object": "mapping",
    "array": "list",
}
_FORMATS = {"date-time": "time", "date": "date"}


def field_table(kind: type, without: Collection[str] = ()) -> str:
    """Return the table of a dataclass's fields: type, what is allowed, default, meaning.

    `without` are fields to leave out.
    """
    schema = TypeAdapter(kind).json_schema()
    required = schema.get("required", [])
    lines = ["| field | type | allowed | default | meaning |", "| --- | --- | --- | --- | --- |"]
    for name, field in schema["properties"].items():
        if name not in without:
            default = "required" if name in required else _default(field)
            cells = (f"`{name}`", _type(field), _allowed(field), default, _meaning(field))
            lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def with_tables(page: str, tables: Mapping[str, str]) -> str:
    """Return a page with what stands between its markers made anew.

    The markers of the table `name` are the lines `<!-- name -->` and `<!-- end of name -->`.
    Raises `ValueError` if one is missing.
    """
    for name, table in tables.items():
        begin, end = f"<!-- {name} -->\n", f"<!-- end of {name} -->"
        before, rest = page[: page.index(begin)], page[page.index(end) :]
        page = f"{before}{begin}\n{table}\n\n{rest}"
    return page


def _default(field: Mapping[str, Any]) -> str:
    if "default" not in field:
        return "its defaults"
    return f"`{TypeAdapter(Any).dump_json(field['default']).decode()}`"


def _options(field: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield from field.get("anyOf", (field,))


def _type(field: Mapping[str, Any]) -> str:
    return " or ".join(_type_name(option) for option in _options(field))


def _type_name(option: Mapping[str, Any]) -> str:
    if "$ref" in option:
        return str(option["$ref"]).rsplit("/", 1)[-1]
    if "items" in option and "$ref" in option["items"]:
        return f"list of {_type_name(option['items'])}"
    kind = str(option.get("type", "any"))
    return _FORMATS.get(option.get("format", ""), _WORDS.get(kind, kind))


def _allowed(field: Mapping[str, Any]) -> str:
    rules = [rule for option in _options(field) for rule in _rules({**field, **option})]
    return ", ".join(dict.fromkeys(rules))


def _rules(option: Mapping[str, Any]) -> Iterator[str]:
    """Yield what a value, or each entry of a list or mapping, must be."""
    if isinstance(option.get("additionalProperties"), Mapping):
        yield from (f"`{each}`" for each in option.get("propertyNames", {}).get("enum", ()))
        yield from _rules(option["additionalProperties"])
    inner = option.get("items", option)
    yield from (f"`{each}`" for each in inner.get("enum", ()))
    if "const" in inner:
        yield f"`{inner['const']}`"
    if "pattern" in inner:
        yield f"`{inner['pattern']}`"
    bounds = (("minimum", "≥"), ("exclusiveMinimum", ">"), ("maximum", "≤"))
    for bound, sign in (*bounds, ("exclusiveMaximum", "<")):
        if bound in option:
            yield f"{sign} {option[bound]}"
    if "minLength" in inner:
        yield "not empty"
    if "minItems" in option:
        yield f"at least {option['minItems']}"


def _meaning(field: Mapping[str, Any]) -> str:
    found = field.get("description") or next(
        (each["description"] for each in _options(field) if "description" in each), ""
    )
    return str(found)

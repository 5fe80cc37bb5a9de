"""The fields of a record as columns of a table: type, codes, range, and a name with its unit."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import TypeAdapter

_KINDS: Mapping[str, "Kind"] = {
    "string": "text",
    "number": "number",
    "integer": "integer",
    "boolean": "boolean",
    "array": "list",
}
_UNITS = {"_amsl_m": " (m AMSL)", "_m": " (m)", "_lon": " longitude (°)", "_lat": " latitude (°)"}

Kind = Literal["text", "number", "integer", "boolean", "list"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Column:
    """One field of a record, as a table holds it.

    `codes` are the values allowed, of the field or of each entry of its list, if they are listed;
    `low` and `high` bound a number, themselves allowed unless `low_open`. `alias` is the name for
    people, with the unit.
    """

    name: str
    kind: Kind
    required: bool
    nullable: bool
    alias: str
    meaning: str
    codes: tuple[str, ...] = ()
    default: Any = None
    pattern: str | None = None
    low: float | None = None
    low_open: bool = False
    high: float | None = None


def columns_of(record: type[Any]) -> tuple[Column, ...]:
    """Return the columns of a record of `geodata.features`, without those that hold records."""
    schema = TypeAdapter(record).json_schema()
    required = schema.get("required", ())
    return tuple(
        _column(name, field, name in required)
        for name, field in schema["properties"].items()
        if "$ref" not in field.get("items", {})
    )


def _column(name: str, field: Mapping[str, Any], required: bool) -> Column:
    options = field.get("anyOf", [field])
    (option,) = [each for each in options if each["type"] != "null"]
    each = option.get("items", option)
    const = (each["const"],) if "const" in each else ()
    return Column(
        name=name,
        kind=_KINDS[option["type"]],
        required=required,
        nullable=len(options) > 1,
        alias=_alias(name),
        meaning=field.get("description", ""),
        codes=tuple(each.get("enum", const)),
        default=field.get("default"),
        pattern=each.get("pattern"),
        low=option.get("minimum", option.get("exclusiveMinimum")),
        low_open="exclusiveMinimum" in option,
        high=option.get("maximum"),
    )


def _alias(name: str) -> str:
    for ending, unit in _UNITS.items():
        if name.endswith(ending):
            return name.removesuffix(ending).replace("_", " ") + unit
    return name.replace("_", " ")

"""The tables of docs/route-tests.md, made from the records.

`python -m planner.routetest.page docs/route-tests.md` brings the page up to date.
"""

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from pydantic import TypeAdapter

from geodata import markdown
from planner.read.codes import INPUT_CODES
from planner.routetest import records
from planner.routetest.fields import HeightBounds

_RECORDS: tuple[type, ...] = (
    records.Suite,
    records.RouteCase,
    records.MatrixCase,
    records.PlanCase,
    records.CapacityCase,
    records.RouteAsk,
    records.MatrixAsk,
    records.PlanAsk,
    records.CapacityAsk,
    records.RouteExpect,
    HeightBounds,
    records.PlanExpect,
    records.CapacityExpect,
    records.When,
    records.WindEdit,
    records.WarningEdit,
)

FAULTS: Mapping[str, str] = MappingProxyType(
    {
        "UNIT_MISSING": "A quantity is written without its unit.",
        "WRONG_UNIT": "A unit is none, or measures something else.",
        "FIELD_TWICE": "A case asks for several things at once.",
        "BOUNDS_REVERSED": "A greatest value is less than the least.",
        "REFUSED_AND_MORE": "A route that is to be refused has other expectations too.",
        "UNKNOWN_REFERENCE": "The network has nothing of this id.",
        "SCHEDULE": "Hours are no opening_hours expression.",
        "ROUTE_TEST_FAILED": "A route test does not hold on a network that is to be published.",
        **{
            code: INPUT_CODES[code]
            for code in (
                "SYNTAX",
                "KEY_TWICE",
                "FIELD_MISSING",
                "FIELD_UNKNOWN",
                "WRONG_TYPE",
                "WRONG_FORMAT",
                "OUT_OF_RANGE",
                "UNKNOWN_VALUE",
                "DUPLICATE_ID",
                "TIME_INVALID",
                "TIME_NOT_ON_DAY",
                "TIMES_REVERSED",
                "UNKNOWN_VERTIPORT",
                "SAME_PLACE",
                "UNKNOWN_TYPE",
                "UNKNOWN_DOCUMENT",
                "FILE_MISSING",
                "FILE_EMPTY",
                "NOT_UTF8",
                "FILE_UNREADABLE",
            )
        },
    }
)
"""The codes of faults of route files, and of what they name, with their meanings."""


def with_tables(page: str) -> str:
    """Return docs/route-tests.md with its tables made anew."""
    faults = [f"| `{code}` | {meaning} |" for code, meaning in sorted(FAULTS.items())]
    tables = {
        "route-test": "\n\n".join(_fields()),
        "route-faults": "\n".join(["| code | what is wrong |", "| --- | --- |", *faults]),
    }
    return markdown.with_tables(page, tables)


def _fields() -> Iterator[str]:
    for record in _RECORDS:
        schema = TypeAdapter(record).json_schema()
        yield f"### {record.__name__}"
        yield str(schema["description"]).strip()
        yield _table(schema)


def _table(schema: Mapping[str, Any]) -> str:
    """Return the table of a record's fields, with an example of each where it has one."""
    lines = ["| field | such as | meaning |", "| --- | --- | --- |"]
    for name, each in schema["properties"].items():
        needed = " (required)" if name in schema.get("required", ()) else ""
        lines.append(f"| `{name}`{needed} | {_such_as(schema, each)} | {each['description']} |")
    return "\n".join(lines)


def _such_as(schema: Mapping[str, Any], each: Mapping[str, Any]) -> str:
    """Return what a field takes: its choices, examples, or the record that it is."""
    options = list(each.get("anyOf", (each,)))
    found: list[str] = []
    for option in options:
        inner = option.get("items", option)
        if "$ref" in inner:
            found.append(_referred(schema, inner["$ref"]))
        elif "enum" in inner and len(inner["enum"]) <= 10:
            found += [f"`{value}`" for value in inner["enum"]]
        elif "enum" in inner:
            found.append("a rule code")
        elif "examples" in inner or "examples" in each:
            found += [f"`{value}`" for value in inner.get("examples", each.get("examples", ()))]
        elif inner.get("type") == "array":
            found.append("list")
        elif inner.get("type") != "null":
            found.append(
                {"object": "mapping", "string": "text"}.get(str(inner.get("type")), "")
                or str(inner.get("type", ""))
            )
    return ", ".join(dict.fromkeys(filter(None, found)))


def _referred(schema: Mapping[str, Any], reference: str) -> str:
    """Return a record by name; bounds as the mapping that they are."""
    name = reference.rsplit("/", 1)[-1]
    record = schema["$defs"][name]
    if not name.startswith("Bounds"):
        return name
    options = record["properties"]["max"].get("anyOf", ())
    sample = next((each["examples"][0] for each in options if "examples" in each), 2)
    return f"`{{min: {sample}}}`, `{{max: {sample}}}`"


if __name__ == "__main__":
    path = Path(sys.argv[1])
    path.write_text(with_tables(path.read_text(encoding="utf-8")), encoding="utf-8")

"""JSON Schemas and the tables of docs/formats.md follow the records."""

import re
from dataclasses import fields
from pathlib import Path
from typing import Any, get_args

import pytest

from planner.request.order import Order
from planner.schemas import Name, schema, with_tables

FORMATS = Path(__file__).parents[2] / "docs" / "formats.md"


@pytest.mark.parametrize("name", get_args(Name))
def test_a_schema_names_its_dialect_and_version(name: Name) -> None:
    found = schema(name)
    assert found["$schema"].endswith("2020-12/schema")
    assert found["$id"] == f"urn:hetao:{name}:1"


def test_the_schema_of_orders_has_the_fields_of_an_order() -> None:
    order = schema("orders")["$defs"]["Order"]
    assert list(order["properties"]) == [each.name for each in fields(Order)]
    assert order["additionalProperties"] is False
    assert order["properties"]["mass_kg"]["exclusiveMinimum"] == 0


def properties(name: Name) -> dict[str, dict[str, Any]]:
    """Return every property of a schema's records, under record and name."""
    found = schema(name)
    records = {name: found, **found["$defs"]}
    return {
        f"{record}.{field}": described
        for record, content in records.items()
        for field, described in content.get("properties", {}).items()
    }


@pytest.mark.parametrize("name", get_args(Name))
def test_every_field_says_what_it_means(name: Name) -> None:
    fields_of = properties(name)
    assert fields_of
    assert [field for field, found in fields_of.items() if not found.get("description")] == []


UNITS = {
    "_kg": "kg",
    "_l": "litres",
    "_wh": "Wh",
    "_w": "W",
    "_w_per_kg15": "W/kg^1.5",
    "_amsl_m": "m AMSL",
    "_m": "m",
    "_m_s": "m/s",
    "_s": "s",
    "_cents": "cents",
    "_degrees": "true",
    "_hkd": "HKD",
}
"""How a description says the unit, or the reference, that the end of a name stands for."""


@pytest.mark.parametrize("name", get_args(Name))
def test_every_quantity_says_its_unit(name: Name) -> None:
    for field, found in properties(name).items():
        end = max((each for each in UNITS if field.endswith(each)), key=len, default=None)
        if end is not None:
            words = re.split(r"[ ,;:()]+", found["description"])
            assert f" {UNITS[end]} " in f" {' '.join(words)} ", field


def test_the_tables_of_the_docs_are_up_to_date() -> None:
    page = FORMATS.read_text(encoding="utf-8")
    assert with_tables(page) == page, "run: python -m planner.schemas docs/formats.md"

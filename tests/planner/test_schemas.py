"""JSON Schemas and the tables of docs/formats.md follow the records."""

from dataclasses import fields
from pathlib import Path
from typing import get_args

import pytest

from planner.request import Order
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


def test_every_field_of_a_request_says_what_it_means() -> None:
    records = [
        record
        for name in ("orders", "fleet", "weather")
        for record in [schema(name), *schema(name)["$defs"].values()]
    ]
    silent = [
        name
        for record in records
        for name, field in record.get("properties", {}).items()
        if "description" not in field and "$ref" not in field and name != "schema_version"
    ]
    assert silent == []


def test_the_tables_of_the_docs_are_up_to_date() -> None:
    page = FORMATS.read_text(encoding="utf-8")
    assert with_tables(page) == page, "run: python -m planner.schemas docs/formats.md"

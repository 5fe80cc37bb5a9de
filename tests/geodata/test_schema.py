"""The JSON Schema and the docs' tables follow from the records and the table of faults."""

import json
import re
from dataclasses import fields
from pathlib import Path

import pytest

from geodata.codes import KINDS
from geodata.features import LAYERS
from geodata.network import shipped_network_path
from geodata.schema import faults_markdown, fields_markdown, network_schema, with_tables

ROOT = Path(__file__).parents[2]


def test_the_docs_tables_are_up_to_date() -> None:
    page = (ROOT / "docs" / "network.md").read_text(encoding="utf-8")
    assert page == with_tables(page), "run: python -m geodata.schema docs/network.md"


def test_a_page_without_markers_is_refused() -> None:
    with pytest.raises(ValueError, match="substring not found"):
        with_tables("# The corridor network\n")


@pytest.mark.parametrize("layer", list(LAYERS))
def test_the_docs_and_the_schema_have_every_field(layer: str) -> None:
    schema = network_schema()
    feature = schema["properties"][layer]["properties"]["features"]["items"]
    name = feature["properties"]["properties"]["$ref"].removeprefix("#/$defs/")
    record, page = schema["$defs"][name], fields_markdown()
    assert list(record["properties"]) == [each.name for each in fields(LAYERS[layer])]
    assert record["additionalProperties"] is False
    for each in fields(LAYERS[layer]):
        assert f"| `{each.name}` |" in page


def test_every_field_says_what_it_means() -> None:
    silent = [
        f"{record}.{name}"
        for record, described in network_schema()["$defs"].items()
        for name, field in described.get("properties", {}).items()
        if not field.get("description")
    ]
    assert silent == []


def test_the_shipped_layers_have_the_schemas_geometry_types() -> None:
    schema = network_schema()
    for layer in LAYERS:
        feature = schema["properties"][layer]["properties"]["features"]["items"]
        allowed = {
            each["properties"]["type"]["const"]
            for each in feature["properties"]["geometry"]["oneOf"]
        }
        text = (shipped_network_path() / f"{layer}.geojson").read_text(encoding="utf-8")
        assert {each["geometry"]["type"] for each in json.loads(text)["features"]} <= allowed


def test_a_field_says_its_type_range_default_and_meaning() -> None:
    assert "| `pads` | whole number | ≥ 1, ≤ 50 | required | landing positions" in fields_markdown()
    assert "| `band_m` | number | > 0, ≤ 100 | `10.0` | vertical extent" in fields_markdown()
    assert "| `upper_reference` | text | `AGL`, `AMSL`, `UNL` |" in fields_markdown()


def test_the_docs_have_every_fault_code_and_say_which_are_warnings() -> None:
    rows = dict(re.findall(r"^\| `([A-Z0-9_]+)` \| ([^|]*) \|", faults_markdown(), re.MULTILINE))
    assert rows.keys() == KINDS.keys()
    warnings = {code for code, meaning in rows.items() if "*Warning.*" in meaning}
    assert warnings == {code for code, kind in KINDS.items() if kind.severity == "warning"}


def test_every_fault_code_has_a_test_that_breaks_its_rule() -> None:
    here = Path(__file__)
    tests = "".join(
        each.read_text(encoding="utf-8") for each in here.parent.rglob("test_*.py") if each != here
    )
    assert {code for code in KINDS if f'"{code}"' not in tests} == set()

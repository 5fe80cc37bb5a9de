"""A desktop GIS finds in the file how to draw and edit each layer."""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from geodata.features import LAYERS
from geodata.formats.gpkg_layout import GEOMETRY_COLUMN, LAYER_TABLES, TABLES, Table
from geodata.formats.gpkg_styles import LOOKS
from geodata.formats.gpkg_write import write_gpkg
from tests.geodata.small import small_network

SHAPES = {"Point": "marker", "LineString": "line", "Polygon": "fill", "MultiPolygon": "fill"}


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    path = tmp_path_factory.mktemp("styles") / Path("net.gpkg")
    write_gpkg(small_network(), path)
    with closing(sqlite3.connect(path)) as opened:
        yield opened


@pytest.fixture(scope="module")
def styles(file: sqlite3.Connection) -> Mapping[str, ET.Element]:
    rows = file.execute("SELECT f_table_name, styleQML FROM layer_styles WHERE useAsDefault")
    return {name: ET.fromstring(text) for name, text in rows}


def test_every_table_has_one_default_style(file: sqlite3.Connection) -> None:
    rows = file.execute("SELECT f_table_name, f_geometry_column FROM layer_styles").fetchall()
    assert sorted(rows) == sorted(
        (table.name, GEOMETRY_COLUMN if table.geometry else "") for table in TABLES
    )


def test_the_table_of_styles_is_registered(file: sqlite3.Connection) -> None:
    """Else GDAL, and so QGIS, does not see it beside registered tables."""
    found = file.execute("SELECT data_type FROM gpkg_contents WHERE table_name = 'layer_styles'")
    assert found.fetchall() == [("attributes",)]


@pytest.mark.parametrize("table", LAYER_TABLES, ids=lambda table: table.name)
def test_a_layer_is_drawn_as_its_shapes_ask(styles: Mapping[str, ET.Element], table: Table) -> None:
    symbols = styles[table.name].findall("renderer-v2/symbols/symbol")
    assert {each.get("type") for each in symbols} == {SHAPES[table.geometry]}


@pytest.mark.parametrize("table", ["zones", "parks"])
def test_a_layer_drawn_by_code_has_a_symbol_for_every_code(table: str) -> None:
    look = LOOKS[table]
    codes = {
        column.name: column.codes
        for each in TABLES
        if each.name == table
        for column in each.columns
    }
    assert set(look.symbols) == set(codes[look.attribute])


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_coded_fields_are_drop_downs_of_exactly_their_codes(
    styles: Mapping[str, ET.Element], table: Table
) -> None:
    coded = [each for each in table.columns if each.codes and each.kind == "text"]
    for column in coded:
        widget = styles[table.name].find(
            f"fieldConfiguration/field[@name='{column.name}']/editWidget"
        )
        assert widget is not None
        assert widget.get("type") == "ValueMap"
        listed = widget.findall("config/Option/Option[@name='map']/Option/Option")
        assert tuple(each.get("value") for each in listed) == column.codes


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_numbers_are_held_to_their_range(styles: Mapping[str, ET.Element], table: Table) -> None:
    for column in table.columns:
        if column.kind not in ("number", "integer"):
            continue
        style = styles[table.name]
        widget = style.find(f"fieldConfiguration/field[@name='{column.name}']/editWidget")
        rule = style.find(f"constraintExpressions/constraint[@field='{column.name}']")
        assert widget is not None
        assert rule is not None
        assert widget.get("type") == "Range"
        for end, bound in (("Min", column.low), ("Max", column.high)):
            option = widget.find(f"config/Option/Option[@name='{end}']")
            assert (None if option is None else float(option.get("value", "nan"))) == bound
            assert bound is None or f"{bound:g}" in rule.get("exp", "")


def test_a_field_names_its_unit(styles: Mapping[str, ET.Element]) -> None:
    aliases = {
        (table, each.get("field")): each.get("name")
        for table, style in styles.items()
        for each in style.findall("aliases/alias")
    }
    assert aliases["corridors", "width_m"] == "width (m)"
    assert aliases["lanes", "height_amsl_m"] == "height (m AMSL)"
    assert aliases["corridors", "gate_lon"] == "gate longitude (°)"
    assert all(
        "(m" in f"{alias}" for (_, field), alias in aliases.items() if f"{field}".endswith("_m")
    )


def test_a_new_feature_gets_the_defaults(styles: Mapping[str, ET.Element]) -> None:
    def default(table: str, field: str) -> str | None:
        found = styles[table].find(f"defaults/default[@field='{field}']")
        return None if found is None else found.get("expression")

    assert default("vertiports", "hours") == "'24/7'"
    assert default("vertiports", "battery_swap") == "false"
    assert default("lanes", "band_m") == "10.0"
    assert default("vertiports", "side") == ""


def test_required_fields_may_not_be_empty_nor_ids_be_twice(
    styles: Mapping[str, ET.Element],
) -> None:
    def strengths(table: str, field: str) -> tuple[str | None, str | None]:
        found = styles[table].find(f"constraints/constraint[@field='{field}']")
        assert found is not None
        return found.get("notnull_strength"), found.get("unique_strength")

    assert strengths("zones", "id") == ("1", "1")
    assert strengths("zones", "side") == ("1", "0")
    assert strengths("zones", "upper_m") == ("0", "0")
    assert strengths("zones", "note") == ("0", "0")


def test_the_schema_extension_has_the_codes_and_ranges_too(file: sqlite3.Connection) -> None:
    rules: dict[tuple[str, str], list[tuple[Any, ...]]] = {}
    query = """
        SELECT c.table_name, c.column_name, r.constraint_type, r.value, r.min, r.min_is_inclusive,
               r.max, r.max_is_inclusive
        FROM gpkg_data_columns c JOIN gpkg_data_column_constraints r USING (constraint_name)
    """
    for table, column, *rule in file.execute(query):
        rules.setdefault((table, column), []).append(tuple(rule))
    assert sorted(rules["zones", "side"]) == [
        ("enum", "HK", None, None, None, None),
        ("enum", "SZ", None, None, None, None),
    ]
    assert rules["corridors", "width_m"] == [("range", None, 0, 0, 500, 1)]
    assert rules["vertiports", "pads"] == [("range", None, 1, 1, 50, 1)]
    assert rules["zones", "accuracy_m"] == [("range", None, 0, 1, float("inf"), 1)]


def test_the_schema_extension_is_declared_and_describes_every_column(
    file: sqlite3.Connection,
) -> None:
    declared = file.execute(
        "SELECT table_name FROM gpkg_extensions WHERE extension_name = 'gpkg_schema'"
    )
    assert {name for (name,) in declared} == {
        "gpkg_data_columns",
        "gpkg_data_column_constraints",
    }
    described = set(file.execute("SELECT table_name, column_name FROM gpkg_data_columns"))
    assert described == {(table.name, each.name) for table in TABLES for each in table.columns}


def test_every_layer_is_drawn() -> None:
    assert {table.layer for table in LAYER_TABLES if table.name in LOOKS} == set(LAYERS)
    assert LOOKS.keys() == {table.name for table in LAYER_TABLES}

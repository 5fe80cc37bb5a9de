"""A folder of GeoJSON and a GeoPackage hold the same network, both ways."""

from dataclasses import asdict, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import geopandas
import numpy as np
import pyogrio
import pytest
import shapely
from hypothesis import HealthCheck, given, settings

from geodata.faults import InvalidInput
from geodata.features import LAYERS
from geodata.formats.gpkg_layout import LANES, LAYER_TABLES, TABLES, Table
from geodata.formats.gpkg_read import read_gpkg
from geodata.formats.gpkg_write import write_gpkg
from geodata.formats.reference import Stated
from geodata.network import Network, shipped_network_path
from geodata.read import read_layers
from geodata.write import network_files, write_network
from planner.testing.any_network import any_networks
from tests.geodata.small import changed, reshaped, small_network


def through_gpkg(network: Network, path: Path) -> Network:
    write_gpkg(network, path)
    imported = read_gpkg(path, Stated())
    assert imported.faults == ()
    assert imported.info is not None
    return Network(imported.info, imported.features, imported.lonlat)


def from_folder(path: Path) -> Network:
    reading = read_layers(path)
    assert reading.network is not None, reading.faults
    assert not reading.faults
    return reading.network


@given(any_networks())
@settings(max_examples=20, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_folder_to_geopackage_to_folder_loses_nothing(network: Network) -> None:
    """Every byte of every file is the same: ids, nulls, heights, order of lanes, shapes."""
    with TemporaryDirectory() as folder:
        first, second = Path(folder) / "first", Path(folder) / "second"
        write_network(network, first)
        through = through_gpkg(from_folder(first), Path(folder) / "net.gpkg")
        write_network(through, second)
        names = {each.name for each in first.iterdir()}
        assert names == {each.name for each in second.iterdir()}
        for name in names:
            assert (first / name).read_bytes() == (second / name).read_bytes()
        assert through.edition == network.edition


@given(any_networks())
@settings(max_examples=6, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_geopackage_to_folder_to_geopackage_loses_nothing(network: Network) -> None:
    """Every table holds the same rows, GDAL reading both files."""
    with TemporaryDirectory() as folder:
        first, second = Path(folder) / "first.gpkg", Path(folder) / "second.gpkg"
        through = through_gpkg(network, first)
        write_network(through, Path(folder) / "net")
        write_gpkg(from_folder(Path(folder) / "net"), second)
        for table in TABLES:
            old, new = (rows_of(each, table) for each in (first, second))
            assert old == new


def rows_of(path: Path, table: Table) -> list[dict[str, Any]]:
    """Return a table's rows as GDAL reads them, shapes as WKB."""
    frame = pyogrio.read_dataframe(path, layer=table.name)
    if isinstance(frame, geopandas.GeoDataFrame):
        frame = frame.to_wkb()
    filled: list[dict[str, Any]] = (
        frame.astype(object).where(frame.notna(), None).to_dict("records")
    )
    return filled


def test_the_shipped_network_is_the_same_edition_as_a_geopackage(tmp_path: Path) -> None:
    network = from_folder(shipped_network_path())
    assert through_gpkg(network, tmp_path / "net.gpkg").edition == network.edition


def test_a_change_of_one_value_changes_the_file() -> None:
    """The control of the tests above: what they compare does tell networks apart."""
    network = small_network()
    assert network_files(network) != network_files(changed(network, "SZ-V1", pads=3))


@pytest.mark.parametrize("table", LAYER_TABLES, ids=lambda table: table.name)
def test_gdal_reads_every_field_of_every_feature(tmp_path: Path, table: Table) -> None:
    network = from_folder(shipped_network_path())
    write_gpkg(network, tmp_path / "net.gpkg")
    rows = {row["id"]: row for row in rows_of(tmp_path / "net.gpkg", table)}
    wanted = {
        each.id: asdict(each)
        for each in network.layer(table.layer)
        if network.lonlat[each.id].geom_type in table.kinds
    }
    assert rows.keys() == wanted.keys()
    for identifier, fields in wanted.items():
        row = rows[identifier]
        shape = shapely.from_wkb(row.pop("geometry"))
        parts = shapely.get_parts(network.lonlat[identifier])
        assert shapely.equals_exact(shapely.get_parts(shape), parts, tolerance=5e-8).all()
        fields.pop("lanes", None)
        for name, value in fields.items():
            assert row[name] == (list(value) if isinstance(value, tuple) else value)
        assert row.keys() == fields.keys()


def test_gdal_reads_every_lane_in_order(tmp_path: Path) -> None:
    network = from_folder(shipped_network_path())
    write_gpkg(network, tmp_path / "net.gpkg")
    rows = rows_of(tmp_path / "net.gpkg", LANES)
    wanted = [
        {"corridor": corridor.id, "number": number, **asdict(lane)}
        for corridor in network.corridors.values()
        for number, lane in enumerate(corridor.lanes, start=1)
    ]
    assert rows == wanted


def test_the_file_says_its_datum_heights_edition_and_use(tmp_path: Path) -> None:
    network = small_network()
    write_gpkg(network, tmp_path / "net.gpkg")
    info = pyogrio.read_info(tmp_path / "net.gpkg", layer="corridors")
    assert info["crs"] == "EPSG:4326"
    for said in (info["dataset_metadata"], info["layer_metadata"]):
        assert said["edition"] == network.edition
        assert "WGS-84" in said["horizontal_datum"]
        assert network.info.vertical_datum in said["vertical_reference"]
        assert "Not for navigation" in said["use"]


def test_a_multipolygon_of_one_part_is_a_polygon(tmp_path: Path) -> None:
    """It is the same edition, for it is the same park."""
    network = small_network()
    park = network.lonlat["SZ-PARK"]
    single = reshaped(network, "SZ-PARK", shapely.MultiPolygon([park]))
    read = through_gpkg(single, tmp_path / "net.gpkg")
    assert read.lonlat["SZ-PARK"].geom_type == "Polygon"
    assert read.edition == network.edition == single.edition


def test_coordinates_are_kept_to_seven_decimals(tmp_path: Path) -> None:
    network = reshaped(small_network(), "SZ-V1", shapely.Point(114.07123456789, 22.51))
    read = through_gpkg(network, tmp_path / "net.gpkg")
    assert np.array_equal(shapely.get_coordinates(read.lonlat["SZ-V1"]), [[114.0712346, 22.51]])


def test_a_text_that_a_geopackage_would_cut_is_refused(tmp_path: Path) -> None:
    """SQLite and GDAL end a text at U+0000."""
    network = changed(small_network(), "SZ-V1", note="cut\0here")
    network = replace(network, info=replace(network.info, name="cut\0here"))
    with pytest.raises(InvalidInput) as caught:
        write_gpkg(network, tmp_path / "net.gpkg")
    assert [each.code for each in caught.value.faults] == ["TEXT_UNSTORABLE"] * 2
    assert not (tmp_path / "net.gpkg").exists()


def test_every_layer_has_a_table_and_every_kind_of_shape_one_in_it() -> None:
    assert {table.layer for table in LAYER_TABLES} == set(LAYERS)

"""What is wrong with a GeoPackage is one clear fault, and never a guess."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyogrio
import pytest
import shapely

from geodata.formats.convert import soundness
from geodata.formats.gpkg_layout import LAYER_TABLES, TABLES
from geodata.formats.gpkg_read import read_gpkg
from geodata.formats.gpkg_write import write_gpkg
from geodata.formats.reference import Stated
from geodata.limits import POSITIONS_MAX
from geodata.network import Network
from planner.testing.layout import INFO
from tests.geodata.formats.gpkg_files import (
    edited,
    faults_of,
    moved,
    only,
    reshaped,
    rewritten,
    with_z_and_m,
)
from tests.geodata.small import small_network

ONE = "(SELECT min(fid) FROM {})"


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("written") / "net.gpkg"
    write_gpkg(small_network(), path)
    return path


@pytest.fixture
def path(written: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(written, tmp_path))


def test_the_file_is_fine_before_it_is_spoilt(path: Path) -> None:
    assert faults_of(path) == []


@pytest.mark.parametrize("table", [table.name for table in TABLES])
def test_a_missing_table_is_one_fault(path: Path, table: str) -> None:
    edited(path, f"DROP TABLE {table}", f"DELETE FROM gpkg_contents WHERE table_name = '{table}'")
    found = faults_of(path)
    missing = [each for each in found if each.code == "LAYER_MISSING"]
    assert [each.item for each in missing] == [table]
    assert found == missing


def test_a_misspelt_table_is_named(path: Path) -> None:
    edited(
        path,
        "ALTER TABLE zones RENAME TO zonez",
        "UPDATE gpkg_contents SET table_name = 'zonez' WHERE table_name = 'zones'",
    )
    missing, unknown = faults_of(path)
    assert missing.code == "LAYER_MISSING"
    assert "did you mean zonez?" in missing.message
    assert (unknown.code, unknown.severity) == ("LAYER_UNKNOWN", "warning")


def test_a_part_need_not_have_every_table(path: Path) -> None:
    for table in ("parks", "network", "corridors", "lanes"):
        edited(
            path,
            f"DROP TABLE {table}",
            f"DELETE FROM gpkg_contents WHERE table_name = '{table}'",
        )
    part = read_gpkg(path, Stated(vertical="AMSL"), replace(INFO, vertical_datum="AMSL"))
    assert part.faults == ()
    assert part.info is None
    assert "zones" in part.features
    assert "corridors" not in part.features


def test_corridors_without_their_lanes_are_one_fault(path: Path) -> None:
    edited(path, "DROP TABLE lanes", "DELETE FROM gpkg_contents WHERE table_name = 'lanes'")
    assert only(path, "LAYER_MISSING", part=True).item == "lanes"


@pytest.mark.parametrize("crs", ["EPSG:2326", "EPSG:4490"])
def test_another_stated_crs_is_converted(path: Path, crs: str) -> None:
    """Not a guess: the file states it. A grid's shapes come back to the rounding of degrees."""
    for table in LAYER_TABLES:
        moved(path, table.name, crs)
    read = read_gpkg(path, Stated())
    assert [each for each in read.faults if each.severity == "error"] == []
    assert read.lonlat == small_network().lonlat
    assert read.features == small_network().features


def test_one_layer_may_be_in_another_crs_than_the_rest(path: Path) -> None:
    moved(path, "vertiports", "EPSG:2326")
    read = read_gpkg(path, Stated())
    assert read.faults == ()
    assert read.lonlat["SZ-V1"].dwithin(small_network().lonlat["SZ-V1"], 1e-7)


def test_a_crs_that_nothing_is_known_of_is_refused_with_the_choices(path: Path) -> None:
    moved(path, "zones", "EPSG:32650")
    assert "EPSG:2326" in only(path, "DATUM_UNKNOWN").limit


@pytest.mark.parametrize("undefined", [-1, 0])
def test_an_undefined_crs_is_refused_until_stated(path: Path, undefined: int) -> None:
    edited(
        path,
        f"UPDATE gpkg_geometry_columns SET srs_id = {undefined} WHERE table_name = 'zones'",
    )
    assert only(path, "DATUM_NOT_STATED").source == "zones"
    assert faults_of(path, Stated(crs="WGS84")) == []


def test_a_datum_stated_above_that_of_the_file_is_a_warning_for_each_layer(path: Path) -> None:
    """Web map coordinates are drawn on the spot of others, in a file that says WGS-84."""
    read = read_gpkg(path, Stated(crs="GCJ02"))
    assert {each.code for each in read.faults} == {"DATUM_OVERRIDDEN"}
    metres = 111_320 * shapely.distance(read.lonlat["SZ-V1"], small_network().lonlat["SZ-V1"])
    assert 500 < metres < 700


def test_heights_above_another_datum_are_moved_into_the_network(path: Path) -> None:
    info = replace(INFO, vertical_datum="AMSL")
    read = read_gpkg(path, Stated(vertical="HKPD"), info)
    (warning,) = {each.code for each in read.faults}
    assert warning == "HEIGHT_UNCERTAIN"
    vertiport = next(each for each in read.features["vertiports"] if each.id == "SZ-V1")
    assert getattr(vertiport, "ground_amsl_m", None) == pytest.approx(5.0 - 1.23)


@pytest.mark.parametrize("table", ["vertiports", "checkpoints"])
def test_heights_and_measures_in_positions_are_one_fault(path: Path, table: str) -> None:
    with_z_and_m(path, table)
    found = only(path, "HEIGHT_WITHOUT_REFERENCE")
    assert (found.source, found.item, found.value) == (table, "", "Point ZM")


@pytest.mark.parametrize(("wkt", "value"), [("POINT Z (114 22 5)", "Z"), ("POINT M (0 0 5)", "M")])
def test_a_height_or_a_measure_alone_is_told_apart(path: Path, wkt: str, value: str) -> None:
    wkb = shapely.to_wkb(shapely.from_wkt(wkt), output_dimension=4, flavor="iso")
    reshaped(path, "vertiports", wkb)
    assert only(path, "HEIGHT_WITHOUT_REFERENCE").value == f"Point {value}"


def test_heights_in_all_positions_of_a_layer_are_still_one_fault(path: Path) -> None:
    for table in ("vertiports", "checkpoints"):
        rewritten(path, table, lambda frame: frame.set_geometry(frame.force_3d(12.0)))
    found = faults_of(path)
    assert [each.source for each in found if each.code == "HEIGHT_WITHOUT_REFERENCE"] == [
        "vertiports",
        "checkpoints",
    ]
    assert len(found) == 2


def test_a_renamed_column_is_one_fault_that_names_both(path: Path) -> None:
    edited(path, "ALTER TABLE corridors RENAME COLUMN width_m TO widht_m")
    found = only(path, "COLUMN_UNKNOWN")
    assert (found.source, found.field) == ("corridors", "widht_m")
    assert "did you mean width_m?" in found.message


def test_a_missing_column_of_a_required_field_is_one_fault(path: Path) -> None:
    edited(path, "ALTER TABLE corridors DROP COLUMN width_m")
    assert only(path, "COLUMN_MISSING").field == "width_m"


def test_a_missing_column_of_a_field_with_a_default_is_the_default(path: Path) -> None:
    edited(path, "ALTER TABLE vertiports DROP COLUMN hours")
    assert faults_of(path) == []


@pytest.mark.parametrize("bad", ["nan", "inf"])
def test_a_position_that_is_no_number_is_unsound(path: Path, bad: str) -> None:
    reshaped(path, "vertiports", shapely.to_wkb(shapely.Point(float(bad), 22.5)))
    read = read_gpkg(path, Stated())
    assert read.info is not None
    found = soundness(Network(read.info, read.features, read.lonlat))
    assert [each.code for each in (*read.faults, *found)] == ["NOT_FINITE"]


def test_an_empty_shape_is_none(path: Path) -> None:
    reshaped(path, "vertiports", shapely.to_wkb(shapely.Point()))
    assert only(path, "GEOMETRY_MISSING").value == "an empty shape"


def test_a_number_that_is_none_is_missing(path: Path) -> None:
    """SQLite stores NaN as NULL."""
    edited(path, "UPDATE vertiports SET ground_amsl_m = ? WHERE id = 'SZ-V1'", values=(np.nan,))
    found = only(path, "FIELD_MISSING")
    assert (found.item, found.field) == ("SZ-V1", "ground_amsl_m")


def test_an_endless_number_is_a_fault(path: Path) -> None:
    edited(path, "UPDATE vertiports SET ground_amsl_m = 9e999 WHERE id = 'SZ-V1'")
    assert only(path, "NOT_FINITE").field == "ground_amsl_m"


def test_a_text_in_a_column_of_numbers_is_a_fault_where_gdal_reads_nought(path: Path) -> None:
    edited(path, "UPDATE vertiports SET ground_amsl_m = 'high' WHERE id = 'SZ-V1'")
    assert only(path, "WRONG_TYPE").value == "high"
    frame = pyogrio.read_dataframe(path, layer="vertiports").set_index("id")
    assert frame.loc["SZ-V1", "ground_amsl_m"] == 0.0


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ("UPDATE vertiports SET side = 'XX'", "UNKNOWN_VALUE", "side"),
        ("UPDATE vertiports SET pads = 99", "OUT_OF_RANGE", "pads"),
        ("UPDATE vertiports SET pads = 2.5", "WRONG_TYPE", "pads"),
        ("UPDATE vertiports SET battery_swap = 'yes'", "WRONG_TYPE", "battery_swap"),
        ("UPDATE vertiports SET name = x'00ff'", "WRONG_TYPE", "name"),
        ("UPDATE vertiports SET id = 'sz v1'", "WRONG_FORMAT", "id"),
        ("UPDATE vertiports SET geom = NULL", "GEOMETRY_MISSING", "geometry"),
        ("UPDATE vertiports SET geom = x'4750'", "GEOMETRY_COORDINATES", "geometry"),
        (
            "UPDATE vertiports SET geom = x'47500001e61000000101'",
            "GEOMETRY_COORDINATES",
            "geometry",
        ),
        ("UPDATE vertiports SET geom = x'475000ff00000000'", "GEOMETRY_COORDINATES", "geometry"),
    ],
)
def test_a_row_is_held_to_the_rules_of_geojson(
    path: Path, change: str, code: str, field: str
) -> None:
    edited(path, f"{change} WHERE fid = {ONE.format('vertiports')}")
    assert only(path, code).field == field


def test_a_list_is_json(path: Path) -> None:
    edited(
        path, f"UPDATE checkpoints SET goods = '[general' WHERE fid = {ONE.format('checkpoints')}"
    )
    assert {each.code for each in faults_of(path)} == {"SYNTAX", "WRONG_TYPE"}


def test_a_shape_of_another_type_is_a_fault(path: Path) -> None:
    reshaped(path, "vertiports", shapely.to_wkb(shapely.LineString([(114, 22), (114.1, 22)])))
    assert only(path, "GEOMETRY_TYPE").value == "LineString"


def test_a_shape_of_one_position_too_many_is_refused(path: Path) -> None:
    turn = np.linspace(0, 2 * np.pi, POSITIONS_MAX + 1)
    ring = shapely.Polygon(np.column_stack((114 + np.cos(turn) / 99, 22 + np.sin(turn) / 99)))
    reshaped(path, "zones", shapely.to_wkb(ring))
    assert only(path, "TOO_MANY_POSITIONS").limit == f"at most {POSITIONS_MAX:,}"


def test_a_lane_has_a_corridor(path: Path) -> None:
    edited(path, "UPDATE lanes SET corridor = 'NOWHERE' WHERE id = 'X-A-F'")
    assert only(path, "UNKNOWN_REFERENCE").item == "X-A-F"


def test_lanes_without_a_number_come_last(path: Path) -> None:
    """As a desktop GIS leaves a new row."""
    edited(path, "UPDATE lanes SET number = NULL WHERE id = 'X-A-F'")
    corridor = next(
        each for each in read_gpkg(path, Stated()).features["corridors"] if each.id == "X-A"
    )
    assert [lane.id for lane in getattr(corridor, "lanes", ())] == ["X-A-B", "X-A-F"]


def test_the_order_of_rows_means_nothing(path: Path) -> None:
    edited(path, *(f"UPDATE {table.name} SET fid = 1000 - fid" for table in TABLES))
    read = read_gpkg(path, Stated())
    assert read.info is not None
    network = Network(read.info, read.features, read.lonlat)
    assert network.edition == small_network().edition


def test_a_null_in_a_field_with_a_default_is_the_default(path: Path) -> None:
    edited(path, "UPDATE vertiports SET hours = NULL WHERE id = 'SZ-V1'")
    read = read_gpkg(path, Stated())
    vertiport = next(each for each in read.features["vertiports"] if each.id == "SZ-V1")
    assert read.faults == ()
    assert getattr(vertiport, "hours", None) == "24/7"


def test_what_holds_for_the_network_is_one_row(path: Path) -> None:
    edited(
        path,
        "INSERT INTO network SELECT NULL, schema_version, name, metric_crs, "
        "vertical_datum, timezone, licence, notice FROM network",
    )
    assert only(path, "FIELD_MISSING").value == "2 rows"


@pytest.mark.parametrize(
    "spoil",
    [
        lambda path: path.write_bytes(b"not a database at all, but text"),
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(path.read_bytes()[:20_000]),
        lambda path: edited(path, "DROP TABLE gpkg_contents"),
        lambda path: edited(path, "UPDATE zones SET name = CAST(x'ff' AS TEXT)"),
    ],
    ids=["text", "empty", "cut", "no contents", "not UTF-8"],
)
def test_a_damaged_file_is_one_fault(path: Path, spoil: Callable[[Path], object]) -> None:
    spoil(path)
    only(path, "NOT_A_GEOPACKAGE")


def test_a_file_that_is_not_there_is_one_fault(tmp_path: Path) -> None:
    only(tmp_path / "none.gpkg", "FILE_MISSING")
    assert list(tmp_path.iterdir()) == []


def test_every_fault_of_every_table_comes_at_once(path: Path) -> None:
    edited(path, "UPDATE vertiports SET side = 'XX', pads = 0", "UPDATE zones SET kind = 'no-go'")
    assert len(faults_of(path)) == 2 * 4 + 5

"""Points from a table: columns become fields, and every fault of every row comes at once."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import shapely

from geodata.datum.datum import from_wgs84
from geodata.faults import Fault, InvalidInput
from geodata.features import Checkpoint, Obstacle, SpotHeight
from geodata.formats.csv_points import Mapped, read_csv_points
from geodata.formats.imported import Imported
from geodata.formats.reference import Stated
from geodata.limits import FILE_MAX_MB
from planner.testing.layout import INFO as SMALL_INFO

INFO = replace(SMALL_INFO, vertical_datum="AMSL")
STATED = Stated("WGS84", "AMSL")
HEADER = "id,name,source,confidence,ground_amsl_m,margin_m,lon,lat"
ROW = "H-1,Hill,survey,surveyed,12.5,0.3,114.07,22.52"


def read(
    folder: Path,
    text: str,
    layer: str = "spot_heights",
    stated: Stated = STATED,
    **mapped: dict[str, str],
) -> Imported:
    path = folder / "points.csv"
    path.write_text(text, encoding="utf-8")
    return read_csv_points(path, layer, stated, INFO, Mapped(**mapped))


def only(imported: Imported, code: str) -> Fault:
    assert [each.code for each in imported.faults] == [code], imported.faults
    return imported.faults[0]


def test_a_row_is_a_feature(tmp_path: Path) -> None:
    read_in = read(tmp_path, f"{HEADER}\n{ROW}\n")
    assert read_in.faults == ()
    assert read_in.info is None
    assert read_in.features["spot_heights"] == (
        SpotHeight(
            id="H-1",
            name="Hill",
            source="survey",
            confidence="surveyed",
            ground_amsl_m=12.5,
            margin_m=0.3,
        ),
    )
    assert read_in.lonlat["H-1"] == shapely.Point(114.07, 22.52)


def test_columns_are_mapped_and_values_set_for_all(tmp_path: Path) -> None:
    text = "编号,经度,纬度,高程\nT1,114.07,22.52,150\nT2,114.08,22.53,\n"
    read_in = read(
        tmp_path,
        text,
        "obstacles",
        columns={"id": "编号", "lon": "经度", "lat": "纬度", "radius_m": "高程", "name": "编号"},
        values={
            "kind": "tower",
            "top_m": "90",
            "top_reference": "AGL",
            "source": "list",
            "confidence": "published",
        },
    )
    assert read_in.faults == ()
    first, second = read_in.features["obstacles"]
    assert isinstance(first, Obstacle)
    assert isinstance(second, Obstacle)
    assert (first.name, first.kind, first.top_m, first.radius_m) == ("T1", "tower", 90.0, 150.0)
    assert second.radius_m == 0.0


def test_truth_whole_numbers_and_lists_are_read(tmp_path: Path) -> None:
    text = (
        "id,name,source,confidence,side,joint,pads,bays,ground_amsl_m,hours,goods,"
        "clearance_mode,lon,lat,note\n"
        "CP,Post,list,published,SZ,Yes,3,2,5,24/7,general; document,sandbox,114.07,22.52,\n"
    )
    read_in = read(tmp_path, text, "checkpoints")
    assert read_in.faults == ()
    (found,) = read_in.features["checkpoints"]
    assert isinstance(found, Checkpoint)
    assert (found.joint, found.pads, found.goods) == (True, 3, ("general", "document"))
    assert found.note is None


def test_points_of_a_grid_are_east_and_north(tmp_path: Path) -> None:
    (at,) = from_wgs84([shapely.Point(114.07, 22.52)], "EPSG:2326")
    east, north = shapely.get_coordinates(at)[0]
    text = f"{HEADER}\n{ROW}\n".replace("lon,lat", "east,north")
    text = text.replace("114.07,22.52", f"{east},{north}")
    read_in = read(tmp_path, text, stated=Stated("EPSG:2326", "AMSL"))
    assert read_in.faults == ()
    assert read_in.lonlat["H-1"].dwithin(shapely.Point(114.07, 22.52), 1e-8)


def test_web_map_points_are_moved_back(tmp_path: Path) -> None:
    read_in = read(tmp_path, f"{HEADER}\n{ROW}\n", stated=Stated("GCJ02", "AMSL"))
    assert 500 < 111_320 * read_in.lonlat["H-1"].distance(shapely.Point(114.07, 22.52)) < 700


def test_a_datum_must_be_stated(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput) as caught:
        read(tmp_path, f"{HEADER}\n{ROW}\n", stated=Stated(None, "AMSL"))
    (fault,) = caught.value.faults
    assert fault.code == "DATUM_NOT_STATED"
    assert "GCJ02" in fault.limit


def test_what_heights_count_from_must_be_stated(tmp_path: Path) -> None:
    read_in = read(tmp_path, f"{HEADER}\n{ROW}\n", stated=Stated("WGS84"))
    assert "HKPD" in only(read_in, "VERTICAL_NOT_STATED").limit


def test_a_layer_of_points_only(tmp_path: Path) -> None:
    only(read(tmp_path, f"{HEADER}\n{ROW}\n", "zones"), "GEOMETRY_TYPE")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "FILE_EMPTY"),
        ("\n,,\n", "FILE_EMPTY"),
        (f'{HEADER}\n"H-1,Hill\n', "SYNTAX"),
        (f"{HEADER}\n{ROW},more\n", "ROW_RAGGED"),
        (f"{HEADER}\n{ROW[:-6]}\n", "ROW_RAGGED"),
        (f"{HEADER},margin_m\n{ROW},1\n", "COLUMN_TWICE"),
        (f"{HEADER}\n{ROW}\n".replace("12.5", "high"), "WRONG_TYPE"),
        (f"{HEADER}\n{ROW}\n".replace("12.5", "1_2"), "WRONG_TYPE"),
        (f"{HEADER}\n{ROW}\n".replace("12.5", "nan"), "NOT_FINITE"),
        (f"{HEADER}\n{ROW}\n".replace("12.5", "9999"), "OUT_OF_RANGE"),
        (f"{HEADER}\n{ROW}\n".replace("12.5", ""), "FIELD_MISSING"),
        (f"{HEADER}\n{ROW}\n".replace("114.07", "east"), "WRONG_TYPE"),
        (f"{HEADER}\n{ROW}\n".replace("114.07", ""), "FIELD_MISSING"),
        (f"{HEADER}\n{ROW}\n".replace(",surveyed", ",guessed"), "UNKNOWN_VALUE"),
    ],
)
def test_what_is_wrong_is_one_fault(tmp_path: Path, text: str, code: str) -> None:
    only(read(tmp_path, text), code)


def test_a_misspelt_column_is_named_and_the_other_said_to_be_unread(tmp_path: Path) -> None:
    missing, unread = read(tmp_path, f"{HEADER}\n{ROW}\n".replace("margin_m", "margn_m")).faults
    assert missing.code == "COLUMN_MISSING"
    assert "did you mean margn_m?" in missing.message
    assert (unread.code, unread.field, unread.severity) == ("COLUMN_UNREAD", "margn_m", "warning")


def test_a_mapping_names_fields_that_are_there(tmp_path: Path) -> None:
    fault = only(read(tmp_path, f"{HEADER}\n{ROW}\n", values={"colour": "red"}), "FIELD_UNKNOWN")
    assert fault.field == "colour"


def test_the_mark_of_a_spreadsheet_is_no_fault(tmp_path: Path) -> None:
    assert read(tmp_path, f"\ufeff{HEADER}\n{ROW}\n").faults == ()


def test_a_cell_may_hold_several_lines(tmp_path: Path) -> None:
    read_in = read(tmp_path, f"{HEADER}\n{ROW}\n".replace("Hill", '"Hill,\r\nnorth\u2028face"'))
    assert read_in.features["spot_heights"][0].name == "Hill,\r\nnorth\u2028face"


@pytest.mark.parametrize(
    ("content", "code"),
    [("中文".encode("gb18030"), "NOT_UTF8"), (None, "FILE_MISSING")],
)
def test_a_file_that_is_no_text_is_one_fault(tmp_path: Path, content: Any, code: str) -> None:
    path = tmp_path / "points.csv"
    if content is not None:
        path.write_bytes(content)
    only(read_csv_points(path, "obstacles", STATED, INFO, Mapped()), code)


def test_a_file_too_large_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "points.csv"
    with path.open("wb") as file:
        file.truncate(FILE_MAX_MB * 1_000_000 + 1)
    only(read_csv_points(path, "obstacles", STATED, INFO, Mapped()), "FILE_TOO_LARGE")


def test_every_fault_of_every_row_comes_at_once(tmp_path: Path) -> None:
    rows = [ROW.replace("12.5", "high").replace("22.52", ""), f"{ROW},more", ROW.replace("H", "h")]
    found = read(tmp_path, "\n".join([HEADER, *rows])).faults
    assert sorted((each.item, each.code) for each in found) == [
        ("row 2", "FIELD_MISSING"),
        ("row 2", "WRONG_TYPE"),
        ("row 3", "ROW_RAGGED"),
        ("row 4", "WRONG_FORMAT"),
    ]

"""Files and shapes that are too much to read are refused by a limit before they are worked on."""

import json
from pathlib import Path
from typing import Any

import pytest

from geodata.faults import Fault, InvalidInput
from geodata.limits import FILE_MAX_MB, NESTING_MAX, POSITIONS_MAX
from geodata.read import read_network
from geodata.write import write_network
from tests.geodata.small import small_network


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_network(small_network(), tmp_path)
    return tmp_path


def faults(folder: Path) -> tuple[Fault, ...]:
    with pytest.raises(InvalidInput) as caught:
        read_network(folder)
    return caught.value.faults


def only(folder: Path, code: str) -> Fault:
    (found,) = faults(folder)
    assert found.code == code
    return found


def zones(folder: Path) -> tuple[Path, dict[str, Any]]:
    path = folder / "zones.geojson"
    return path, json.loads(path.read_text(encoding="utf-8"))


def test_a_file_over_the_limit_is_not_opened(folder: Path) -> None:
    with (folder / "zones.geojson").open("wb") as file:
        file.write(b"[")
        file.truncate(200_000_000)
    found = only(folder, "FILE_TOO_LARGE")
    assert (found.source, found.value, found.limit) == (
        "zones",
        "200 MB",
        f"at most {FILE_MAX_MB} MB",
    )


@pytest.mark.parametrize("opening", ["[", '{"a": ', '{"[]]]": [{"\\"]\\\\": '])
def test_brackets_are_not_nested_beyond_the_limit(folder: Path, opening: str) -> None:
    """Brackets and escaped quotes within texts do not count, nor do they hide others."""
    (folder / "zones.geojson").write_text(opening * 100_000, encoding="utf-8")
    assert only(folder, "NESTED_TOO_DEEPLY").limit == f"at most {NESTING_MAX} levels"


@pytest.mark.parametrize("field", ["note", "hours"])
def test_a_field_may_nest_up_to_the_limit_and_is_then_of_a_wrong_type(
    folder: Path, field: str
) -> None:
    path, document = zones(folder)
    deep: Any = 1
    for _ in range(NESTING_MAX - 4):
        deep = [deep]
    document["features"][0]["properties"][field] = deep
    path.write_text(json.dumps(document), encoding="utf-8")
    assert {each.code for each in faults(folder)} <= {"WRONG_TYPE", "FIELD_UNKNOWN"}
    document["features"][0]["properties"][field] = [deep]
    path.write_text(json.dumps(document), encoding="utf-8")
    assert only(folder, "NESTED_TOO_DEEPLY").value == f"{NESTING_MAX + 1} levels"


def test_brackets_within_texts_are_no_nesting(folder: Path) -> None:
    path, document = zones(folder)
    document["features"][0]["properties"]["note"] = '[{"\\' * 1000
    path.write_text(json.dumps(document), encoding="utf-8")
    assert read_network(folder).zones


def ring(count: int) -> list[list[float]]:
    step = 1e-7
    out = [[114.05 + step * each, 22.5] for each in range(count - 3)]
    return [*out, [114.06, 22.51], [114.05, 22.51], out[0]]


def test_a_polygon_of_one_position_too_many_is_refused(folder: Path) -> None:
    path, document = zones(folder)
    shape = {"type": "Polygon", "coordinates": [ring(POSITIONS_MAX + 1)]}
    document["features"][0]["geometry"] = shape
    path.write_text(json.dumps(document), encoding="utf-8")
    found = only(folder, "TOO_MANY_POSITIONS")
    assert found.limit == f"at most {POSITIONS_MAX:,}"


def test_positions_count_over_all_rings_of_a_shape(folder: Path) -> None:
    path, document = zones(folder)
    shape = {"type": "MultiPolygon", "coordinates": [[ring(10_000)] for _ in range(11)]}
    document["features"][0]["geometry"] = shape
    path.write_text(json.dumps(document), encoding="utf-8")
    assert only(folder, "TOO_MANY_POSITIONS").field == "geometry"


def test_many_features_of_one_id_are_one_fault(folder: Path) -> None:
    path, document = zones(folder)
    document["features"] += [document["features"][0]] * 20_000
    path.write_text(json.dumps(document), encoding="utf-8")
    assert only(folder, "DUPLICATE_ID").value == "20001 times: zones"


def test_every_feature_twice_is_a_fault_for_each(folder: Path) -> None:
    for path in folder.glob("*.geojson"):
        document = json.loads(path.read_text(encoding="utf-8"))
        document["features"] *= 2
        path.write_text(json.dumps(document), encoding="utf-8")
    found = faults(folder)
    network = small_network()
    assert {each.code for each in found} == {"DUPLICATE_ID"}
    assert {each.item for each in found} == {*network.lonlat, *network.lanes}


def test_half_a_character_is_a_fault_of_the_text(folder: Path) -> None:
    """JSON can name a surrogate alone, which no UTF-8 can write; a pair of them is a character."""
    path = folder / "obstacles.geojson"
    whole = path.read_text(encoding="utf-8")
    path.write_text(whole.replace("Test feature HK-HILL", r"\ud83c"), encoding="utf-8")
    assert {each.code for each in faults(folder)} >= {"SYNTAX"}
    path.write_text(whole.replace("Test feature HK-HILL", r"\ud83c\udfd7"), encoding="utf-8")
    assert read_network(folder).obstacles["HK-HILL"].name == "\U0001f3d7"

"""A request's files: which there must be, what they may be written in, and all faults at once."""

import json
import re
from pathlib import Path

import pytest
import yaml

import planner.read
from geodata import field_faults
from geodata.faults import InvalidInput
from planner.read.codes import INPUT_CODES
from planner.read.request import read_request
from planner.request.weather import CALM
from planner.rules.rulebook import shipped_rulebook
from tests.geodata.small import small_network
from tests.planner.written import faults_of, files, fleet, found, order, read, table, weather, wind


def written(folder: Path, contents: dict[str, bytes]) -> Path:
    """Write files into a folder and return it."""
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    return folder


def folder_faults(folder: Path) -> list[tuple[str, str]]:
    """Return source and code of each fault of a folder."""
    with pytest.raises(InvalidInput) as invalid:
        read_request(folder, small_network(), shipped_rulebook())
    return [(fault.source, fault.code) for fault in invalid.value.faults]


def test_a_folder_is_read_as_its_files_are(tmp_path: Path) -> None:
    contents = files(air=weather(wind()))
    folder = written(tmp_path, contents)
    assert read_request(folder, small_network(), shipped_rulebook()) == read(contents)


def test_without_weather_the_day_is_calm() -> None:
    assert read(files()).weather is CALM


def test_a_missing_folder_is_one_fault(tmp_path: Path) -> None:
    ((_, code),) = folder_faults(tmp_path / "none")
    assert code == "FILE_UNREADABLE"


def test_orders_and_fleet_must_be_there(tmp_path: Path) -> None:
    assert folder_faults(tmp_path) == [
        ("fleet.yaml", "FILE_MISSING"),
        ("orders.csv", "FILE_MISSING"),
    ]


def test_a_file_under_a_name_that_is_not_read_is_pointed_out() -> None:
    contents = files() | {"fleet.yml": b"", "weather.yaml": b""}
    del contents["fleet.json"]
    missing, misnamed = faults_of(contents)
    assert (missing.source, missing.code) == ("fleet.yaml", "FILE_MISSING")
    assert "fleet.yml is not read" in missing.message
    assert "weather.yaml is not read" in misnamed.message


def test_orders_and_fleet_are_given_once() -> None:
    contents = files() | {"orders.csv": table(order()).encode(), "fleet.yaml": b"day: x"}
    assert [(source, code) for source, _, _, code in found(contents)] == [
        ("fleet.yaml", "FILE_TWICE"),
        ("orders.csv", "FILE_TWICE"),
    ]


@pytest.mark.parametrize("content", [b"", b" \n\t\n", b"\xef\xbb\xbf"])
def test_an_empty_file_is_a_fault(content: bytes) -> None:
    contents = {"orders.csv": content, "fleet.yaml": content, "weather.json": content}
    assert [(source, code) for source, _, _, code in found(contents)] == [
        ("fleet.yaml", "FILE_EMPTY"),
        ("orders.csv", "FILE_EMPTY"),
        ("weather.json", "FILE_EMPTY"),
    ]


def test_a_folder_in_place_of_a_file_cannot_be_read(tmp_path: Path) -> None:
    written(tmp_path, files())
    (tmp_path / "weather.json").mkdir()
    assert folder_faults(tmp_path) == [("weather.json", "FILE_UNREADABLE")]


def test_a_file_larger_than_is_read_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("planner.read.files.MAX_BYTES", 10)
    written(tmp_path, {"fleet.json": b"{}", "orders.json": b"[" + b" " * 20 + b"]"})
    assert ("orders.json", "FILE_TOO_LARGE") in folder_faults(tmp_path)


@pytest.mark.parametrize("encoding", ["utf-16", "gb18030"])
def test_a_file_is_utf_8(encoding: str) -> None:
    content = table(order(id="订单")).encode(encoding)
    assert [code for *_, code in found(files(orders_csv=content))] == ["NOT_UTF8"]


@pytest.mark.parametrize(
    ("text", "item", "code"),
    [
        ('[{"id": 1},\n {"id": }]', "line 2", "SYNTAX"),
        ("[1] x", "line 1", "SYNTAX"),
        ("[" * 100_000, "", "SYNTAX"),
        ("[" + "9" * 5000 + "]", "", "NOT_FINITE"),
        ('["\\ud800"]', "", "NOT_UTF8"),
    ],
)
def test_json_that_is_none_is_a_fault_of_its_line(text: str, item: str, code: str) -> None:
    assert found(files(orders_json=text)) == [("orders.json", item, "", code)]


def test_a_key_stands_once_in_json() -> None:
    text = json.dumps([order()]).replace('"mass_kg"', '"mass_kg": 1, "mass_kg"')
    assert found(files(orders_json=text)) == [("orders.json", "", "mass_kg", "KEY_TWICE")]


@pytest.mark.parametrize(
    ("text", "item", "code"),
    [
        ("day: 2026-11-24\ntypes: [1\n", "line 3", "SYNTAX"),
        ("day: 2026-11-24\nday: 2026-11-25\n", "line 2", "KEY_TWICE"),
        ("types: &all []\ndrones: *all\n", "line 2", "SYNTAX"),
        ("day: !!timestamp 2026-11-24\n", "line 1", "SYNTAX"),
        ("1: 2\n", "line 1", "SYNTAX"),
        ("a: 1\n---\nb: 2\n", "line 2", "SYNTAX"),
        ("a: \x07\n", "", "SYNTAX"),
        ("[" * 5000, "", "SYNTAX"),
        ('a: "\\ud800"', "", "NOT_UTF8"),
    ],
)
def test_yaml_that_is_none_is_a_fault_of_its_line(text: str, item: str, code: str) -> None:
    assert found(files(fleet_yaml=text)) == [("fleet.yaml", item, "", code)]


def test_yaml_says_what_json_says() -> None:
    assert read(files(fleet_yaml=yaml.safe_dump(fleet()))) == read(files())


def test_yaml_times_need_no_quotes_and_words_stay_words() -> None:
    text = (
        yaml.safe_dump(fleet()).replace("'", "").replace("schema_version: 1", 'schema_version: "1"')
    )
    text = text.replace("name: Type 10", "name: no")
    assert read(files(fleet_yaml=text)).fleet.types[0].name == "no"


def test_yaml_numbers_may_have_an_exponent_and_must_be_finite() -> None:
    text = yaml.safe_dump(fleet())
    large = text.replace("battery_wh: 1500", "battery_wh: 1.5e3")
    assert read(files(fleet_yaml=large)).fleet.types[0].battery_wh == 1500
    infinite = text.replace("battery_wh: 1500", "battery_wh: .inf")
    assert found(files(fleet_yaml=infinite)) == [("fleet.yaml", "T10", "battery_wh", "NOT_FINITE")]


def test_the_faults_of_all_files_come_at_once() -> None:
    contents = files(
        [order(mass_kg=-1), order(id="O2", goods="x")],
        fleet(day="2026-11-25"),
        weather(wind(upper_amsl_m=-1)),
    )
    assert {(source, code) for source, _, _, code in found(contents)} == {
        ("orders.json", "OUT_OF_RANGE"),
        ("orders.json", "UNKNOWN_VALUE"),
        ("orders.json", "TIME_NOT_ON_DAY"),
        ("fleet.json", "TIME_NOT_ON_DAY"),
        ("weather.json", "BAND_REVERSED"),
    }


def test_a_broken_fleet_does_not_hide_the_faults_of_orders() -> None:
    contents = files([order(mass_kg=-1)], fleet_yaml="day: [")
    assert [(source, code) for source, _, _, code in found(contents)] == [
        ("fleet.yaml", "SYNTAX"),
        ("orders.json", "OUT_OF_RANGE"),
    ]


def test_the_codes_described_are_those_in_use() -> None:
    folder = Path(planner.read.__file__).parent
    readers = [each for each in folder.glob("*.py") if each.stem != "codes"]
    sources = [Path(field_faults.__file__), *readers]
    code = re.compile(r'"((?:[A-Z]+_)+[A-Z0-9]+|SYNTAX)"')
    used = {each for path in sources for each in code.findall(path.read_text(encoding="utf-8"))}
    assert used == set(INPUT_CODES)

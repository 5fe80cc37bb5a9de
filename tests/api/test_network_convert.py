"""`hetao network convert`: what it prints, writes and leaves alone."""

import json
from pathlib import Path

import pytest

from api.cli import run
from geodata.formats import export
from geodata.network import shipped_network_path

SHIPPED = str(shipped_network_path())


def convert(*arguments: object) -> int:
    return run(["network", "convert", *map(str, arguments)])


def test_a_network_goes_out_and_comes_back(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert convert(SHIPPED, tmp_path / "net.gpkg", "--json") == 0
    out = json.loads(capsys.readouterr().out)
    assert convert(tmp_path / "net.gpkg", tmp_path / "back", "--json") == 0
    back = json.loads(capsys.readouterr().out)
    assert back["edition"] == out["edition"]
    assert back["layers"] == out["layers"]
    assert (out["format"], back["format"]) == ("gpkg", "folder")


@pytest.mark.parametrize("name", ["n.kml", "n.ed318.json", "n.ed269.json", "n.openair.txt"])
def test_every_export_says_its_edition_and_use(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    assert convert(SHIPPED, tmp_path / name, "--json") == 0
    edition = json.loads(capsys.readouterr().out)["edition"]
    text = (tmp_path / name).read_text(encoding="utf-8")
    assert edition in text
    assert "not for navigation" in text.lower()
    assert "WGS-84" in text


def test_a_part_says_what_it_added(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table = tmp_path / "towers.csv"
    table.write_text("ID,X,Y,H\nO-NEW,114.07,22.53,80\n", encoding="utf-8")
    pairs = {"id": "ID", "name": "ID", "lon": "X", "lat": "Y", "top_m": "H"}
    values = {
        "kind": "tower",
        "top_reference": "AGL",
        "source": "list",
        "confidence": "published",
    }
    options = [f"--column={field}={column}" for field, column in pairs.items()]
    options += [f"--set={field}={value}" for field, value in values.items()]
    status = convert(
        table, tmp_path / "new", "--into", SHIPPED, "--layer=obstacles", "--crs=WGS84", *options
    )
    printed = capsys.readouterr()
    assert status == 0, printed.err
    assert "O-NEW" in printed.out
    assert "not judged" in printed.out


def test_bad_input_writes_nothing_and_lists_every_fault(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = tmp_path / "bad.gpkg"
    bad.write_text("no database")
    assert convert(bad, tmp_path / "out", "--json") == 2
    (fault,) = json.loads(capsys.readouterr().out)["faults"]
    assert fault["code"] == "NOT_A_GEOPACKAGE"
    assert sorted(each.name for each in tmp_path.iterdir()) == ["bad.gpkg"]


def test_a_file_is_replaced_only_when_asked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "net.kml"
    target.write_text("mine")
    assert convert(SHIPPED, target) == 2
    assert "--overwrite" in capsys.readouterr().err
    assert target.read_text() == "mine"
    assert convert(SHIPPED, target, "--overwrite") == 0
    assert target.read_text(encoding="utf-8").startswith("<kml")
    assert [each.name for each in tmp_path.iterdir()] == ["net.kml"]


def test_a_folder_of_others_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("mine")
    assert convert(SHIPPED, tmp_path / "mine") == 2
    assert [each.name for each in (tmp_path / "mine").iterdir()] == ["notes.txt"]


@pytest.mark.parametrize("name", ["out.gpkg", "out"])
def test_an_interruption_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    def interrupted(_network: object, path: Path, _form: object) -> None:
        written = path / "half" if path.is_dir() else path
        written.write_text("half")
        raise KeyboardInterrupt

    monkeypatch.setattr(export, "write_as", interrupted)
    assert convert(SHIPPED, tmp_path / name) == 130
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "options",
    [
        ["--to", "shapefile"],
        ["--to", "csv"],
        ["--from", "kml"],
        ["--side", "XX"],
        ["--column", "id"],
        ["--crs", "EPSG:1"],
        ["--vertical", "the moon"],
    ],
)
def test_an_option_that_makes_no_sense_is_a_fault(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], options: list[str]
) -> None:
    assert convert(SHIPPED, tmp_path / "out.gpkg", *options) == 2
    assert "error" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []

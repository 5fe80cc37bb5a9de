"""`hetao test record`, `suggest` and `mutate`."""

import json
from pathlib import Path

import pytest

from api.cli import run
from geodata.write import write_network
from tests.api.route_tests.test_plugin import SUITE
from tests.geodata.small import small_network


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the current folder, with the small network and tests that hold on it."""
    write_network(small_network(), tmp_path / "net")
    (tmp_path / "small.route.yaml").write_text(SUITE)
    monkeypatch.chdir(tmp_path)
    return tmp_path


RECORD = ["test", "record", "SZ-V1", "HK-V1", "--network", "net"]


def test_a_recorded_case_is_added_to_a_file_and_holds(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for depart in ("09:00", "10:00"):
        out = ["--depart", f"2026-12-01T{depart}+08:00", "--out", "new.route.yaml"]
        assert run([*RECORD, *out]) == 0
    text = (folder / "new.route.yaml").read_text()
    assert text.count("- name:") == 2
    assert "checkpoint: [HK-J1]" in text
    assert run(["test", "new.route.yaml", "--network", "net", "-p", "no:cacheprovider"]) == 0
    assert "2 passed" in capsys.readouterr().out


def test_a_case_is_printed_ready_to_paste(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*RECORD, "--depart", "2026-12-01T09:00+08:00", "--close", "X-B"]) == 0
    pasted = "network: net\nclock: 2026-12-01\ncases:\n" + capsys.readouterr().out
    assert "close: [X-B]" in pasted
    (folder / "pasted.route.yaml").write_text(pasted)
    assert run(["test", "pasted.route.yaml", "-p", "no:cacheprovider"]) == 0


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (["--goods", "generel"], "UNKNOWN_VALUE route.goods"),
        (["--mass", "3"], "UNIT_MISSING route.mass"),
        (["--drone", "none"], "UNKNOWN_TYPE route drone"),
        (["--close", "X-C"], "UNKNOWN_REFERENCE when close"),
    ],
)
def test_what_cannot_be_recorded_is_named(
    folder: Path, capsys: pytest.CaptureFixture[str], change: list[str], code: str
) -> None:
    assert run([*RECORD, "--depart", "2026-12-01T09:00+08:00", *change]) == 2
    assert code in capsys.readouterr().err


def test_suggestions_pasted_into_the_file_leave_no_lane_untested(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["test", "suggest", "."]) == 0
    path = folder / "small.route.yaml"
    path.write_text(path.read_text() + "\n" + capsys.readouterr().out)
    assert run(["test", ".", "--route-cov-json", "cov.json", "-p", "no:cacheprovider"]) == 0
    (document,) = json.loads((folder / "cov.json").read_text())
    assert document["lanes"]["untouched"] == []
    assert document["share"] > 0.75


def test_mutants_that_no_test_notices_are_listed_and_held_to(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["test", "mutate", ".", "--fail-under", "99"]) == 1
    said = capsys.readouterr().out
    assert "not noticed: " in said
    assert run(["test", "mutate", ".", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert 0 < document["killed"] < 1
    assert {each["operator"] for each in document["mutants"]} >= {"close lane", "shift hours"}


def test_expectations_are_refreshed_by_one_option(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = folder / "small.route.yaml"
    path.write_text(SUITE.replace("09:30", "09:01"))
    assert run(["test", ".", "-p", "no:cacheprovider"]) == 1
    assert run(["test", ".", "--update", "-p", "no:cacheprovider"]) == 0
    assert "-    expect: {arrives_by: 09:01}" in capsys.readouterr().out
    assert run(["test", ".", "-p", "no:cacheprovider"]) == 0


@pytest.mark.parametrize("command", ["suggest", "mutate"])
def test_no_route_file_is_bad_input(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    assert run(["test", command, str(tmp_path)]) == 2
    assert "FILE_MISSING" in capsys.readouterr().err

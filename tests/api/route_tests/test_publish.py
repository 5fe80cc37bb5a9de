"""Publishing runs the route tests on the draft, and names the one that stops it."""

import json
from pathlib import Path

import pytest

from api.cli import run
from geodata.write import write_network
from tests.api.route_tests.test_plugin import SUITE
from tests.geodata.small import changed, small_network

PUBLISH = ["network", "publish", "closed", "--store", "store", "--author", "A", "--message", "M"]


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a store with a draft in which HK-V1 is open from noon only; the current folder's."""
    monkeypatch.chdir(tmp_path)
    write_network(changed(small_network(), "HK-V1", hours="12:00-20:00"), tmp_path / "net")
    assert run(["network", "draft", "closed", "--store", "store", "--network", "net"]) == 0
    return tmp_path / "store"


def edition_count(capsys: pytest.CaptureFixture[str]) -> int:
    capsys.readouterr()
    assert run(["network", "log", "--store", "store", "--json"]) == 0
    return len(json.loads(capsys.readouterr().out)["editions"])


def test_a_test_in_the_store_stops_a_draft_and_is_named(
    store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (store / "route-tests").mkdir()
    (store / "route-tests" / "small.route.yaml").write_text(SUITE)
    assert run(PUBLISH) == 1
    said = capsys.readouterr().out
    assert "ROUTE_TEST_FAILED small.route.yaml line 4 goods reach the other side" not in said
    assert "ROUTE_TEST_FAILED small.route.yaml line 7 every site reaches every other[SZ-V1" in said
    assert "SITE_CLOSED site HK-V1, hours 12:00-20:00" in said
    assert edition_count(capsys) == 0


def test_tests_may_be_named_and_a_network_that_passes_is_published(
    store: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = tmp_path / "tests.route.yaml"
    path.write_text(SUITE)
    assert run([*PUBLISH, "--route-tests", str(path)]) == 1
    path.write_text(SUITE.replace("09:30", "12:30"))
    assert run([*PUBLISH, "--route-tests", str(path)]) == 0
    assert edition_count(capsys) == 1


def test_tests_that_cannot_be_read_or_asked_let_nothing_through(
    store: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = tmp_path / "tests.route.yaml"
    path.write_text("clock: 2026-12-01\ncases: 5\n")
    assert run([*PUBLISH, "--route-tests", str(path)]) == 2
    path.write_text(SUITE.replace("from: SZ-V1,", "from: SZ-V9,"))
    assert run([*PUBLISH, "--route-tests", str(path)]) == 1
    assert "UNKNOWN_VERTIPORT" in capsys.readouterr().out
    assert edition_count(capsys) == 0

"""Options of the plugin: coverage, maps of failures, expectations refreshed."""

import json
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

import api
from tests.api.route_tests.test_plugin import PLUGIN, break_it, folder

__all__ = ["folder"]


def test_coverage_is_shown_written_drawn_and_held_to(
    pytester: pytest.Pytester, folder: Path
) -> None:
    options = ("--route-cov-json", "cov.json", "--route-cov-map", "cov.png")
    found = pytester.runpytest_inprocess(*PLUGIN, *options, "--route-cov-fail-under", "20")
    assert found.ret == 0
    found.stdout.fnmatch_lines(["*route coverage: Small test network, edition *"])
    found.stdout.fnmatch_lines(["lanes * HK-*", "all *%"])
    (document,) = json.loads((folder / "cov.json").read_text())
    assert document["checkpoints"]["touched"] == ["HK-J1"]
    assert (folder / "cov.png").read_bytes().startswith(b"\x89PNG")
    found = pytester.runpytest_inprocess(*PLUGIN, "--route-cov-fail-under", "99")
    assert found.ret == 1
    found.stdout.fnmatch_lines(["route coverage * is under 99 %"])


def test_two_workers_run_and_cover_what_one_does(
    pytester: pytest.Pytester, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(Path(api.__file__).parents[1]))
    # Three processes that would each import every other plugin there is.
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    pytester.runpytest_inprocess(*PLUGIN, "--route-cov-json", "one.json")
    workers = ("-p", "xdist", "-n", "2")
    two = pytester.runpytest_subprocess(*PLUGIN, "--route-cov-json", "two.json", *workers)
    two.assert_outcomes(passed=5)
    assert (folder / "one.json").read_text() == (folder / "two.json").read_text()


def test_a_failure_is_drawn_and_linked_from_junit_xml(
    pytester: pytest.Pytester, folder: Path
) -> None:
    break_it(folder)
    pytester.runpytest_inprocess(*PLUGIN, "--route-map", "maps", "--junit-xml", "out.xml")
    properties = [each.attrib for each in ET.parse(folder / "out.xml").iter("property")]
    assert len(properties) == len(list((folder / "maps").iterdir())) == 4
    for each in properties:
        assert each["name"] == "route_map"
        assert (folder / each["value"]).read_bytes().startswith(b"\x89PNG")


def test_expectations_are_refreshed_on_purpose_and_the_difference_is_shown(
    pytester: pytest.Pytester, folder: Path
) -> None:
    path = folder / "small.route.yaml"
    path.write_text(path.read_text().replace("09:30}", "09:30}  # before the ward round"))
    before = path.read_text()
    break_it(folder)
    found = pytester.runpytest_inprocess(*PLUGIN, "--route-update")
    found.assert_outcomes(passed=5)
    found.stdout.fnmatch_lines(
        [
            "--- small.route.yaml",
            "-    expect: {arrives_by: 09:30}*",
            "+    expect: {arrives_by: 12:05}*",
        ]
    )
    assert path.read_text() == before.replace("09:30}", "12:05}")
    pytester.runpytest_inprocess(*PLUGIN).assert_outcomes(passed=5)


def test_a_route_that_is_gone_becomes_a_refusal(pytester: pytest.Pytester, folder: Path) -> None:
    path = folder / "small.route.yaml"
    text = path.read_text()
    path.write_text(text.replace("to: HK-V1, depart: 09:00", "to: HK-V1, depart: 22:30"))
    pytester.runpytest_inprocess(*PLUGIN, "-k", "goods", "--route-update").assert_outcomes(
        passed=1, deselected=4
    )
    assert "refused: [SITE_CLOSED]" in path.read_text()
    assert "duration" not in path.read_text()

"""Route files in pytest: collected, run and reported as any other test."""

import os
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pint
import pytest

import api
import api.route_tests.items
import planner.routetest.evaluate
import planner.sample.sample
from api.cli import run
from geodata.write import write_network
from tests.geodata.small import changed, small_network

LOADED = (pint, api.route_tests.items, planner.routetest.evaluate, planner.sample.sample)
"""A pytest within a test forgets what it imported; numpy and others cannot be imported twice."""

PLUGIN = ("-p", "api.route_tests.plugin", "-p", "no:cacheprovider")

SUITE = """\
network: net
clock: 2026-12-01
cases:
  - name: goods reach the other side
    route: {from: SZ-V1, to: HK-V1, depart: 09:00}
    expect: {duration: {max: 20 min}}
  - name: every site reaches every other
    matrix: {from: [SZ-V1, SZ-V2], to: [HK-V1, HK-V2], depart: 09:00}
    expect: {arrives_by: 09:30}
"""


@pytest.fixture
def folder(pytester: pytest.Pytester) -> Path:
    """Return a folder with the small network and a file of five tests that pass."""
    write_network(small_network(), pytester.path / "net")
    (pytester.path / "small.route.yaml").write_text(SUITE)
    return pytester.path


def break_it(folder: Path) -> None:
    """Close all that crosses at A and B until noon."""
    network = changed(small_network(), "X-A", hours="12:00-20:00")
    write_network(changed(network, "X-B", hours="12:00-20:00"), folder / "net")


def test_each_case_and_each_pair_of_a_matrix_is_a_test(
    pytester: pytest.Pytester, folder: Path
) -> None:
    pytester.makepyfile(test_python="def test_beside(): pass")
    pytester.runpytest_inprocess(*PLUGIN).assert_outcomes(passed=6)
    pytester.runpytest_inprocess(*PLUGIN, "-m", "route").assert_outcomes(passed=5, deselected=1)
    pytester.runpytest_inprocess(*PLUGIN, "-k", "SZ-V2-HK-V1").assert_outcomes(
        passed=1, deselected=5
    )
    node = "small.route.yaml::every site reaches every other[SZ-V2-HK-V2]"
    pytester.runpytest_inprocess(*PLUGIN, node).assert_outcomes(passed=1)


def test_a_failure_names_line_expectation_and_the_rule_that_decided(
    pytester: pytest.Pytester, folder: Path
) -> None:
    break_it(folder)
    found = pytester.runpytest_inprocess(*PLUGIN, "-x")
    found.assert_outcomes(failed=1, passed=1)
    found.stdout.fnmatch_lines(["small.route.yaml:7: every site reaches every other*"])
    found.stdout.fnmatch_lines(
        [
            "  expected  arrives by 09:30",
            "  came      12:*",
            "  decided   CORRIDOR_CLOSED: corridor X-*, hours 12:00-20:00",
        ]
    )
    assert "Traceback" not in found.stdout.str()


def test_the_last_failed_is_run_first(pytester: pytest.Pytester, folder: Path) -> None:
    break_it(folder)
    plugin = PLUGIN[:2]
    pytester.runpytest_inprocess(*plugin).assert_outcomes(failed=4, passed=1)
    write_network(small_network(), folder / "net")
    pytester.runpytest_inprocess(*plugin, "--lf").assert_outcomes(passed=4)


def test_junit_xml_holds_the_failure(pytester: pytest.Pytester, folder: Path) -> None:
    break_it(folder)
    pytester.runpytest_inprocess(*PLUGIN, "--junit-xml", "out.xml")
    failures = list(ET.parse(folder / "out.xml").iter("failure"))
    assert len(failures) == 4
    assert "expected  arrives by 09:30" in (failures[0].text or "")


def test_a_faulty_file_is_an_error_with_all_of_its_faults(
    pytester: pytest.Pytester, folder: Path
) -> None:
    (folder / "bad.route.yaml").write_text("clok: 1\ncases:\n  - {name: a, rout: {}}\n")
    found = pytester.runpytest_inprocess(*PLUGIN)
    assert found.ret == 2
    found.stdout.fnmatch_lines(["FIELD_MISSING bad.route.yaml line 1 clock: *"])
    found.stdout.fnmatch_lines(["FIELD_UNKNOWN bad.route.yaml line 1 clok: *did you mean clock*"])
    found.stdout.fnmatch_lines(["FIELD_MISSING bad.route.yaml line 3: *did you mean route*"])
    assert "Traceback" not in found.stdout.str()


@pytest.mark.parametrize("network", ["gone", "net"])
def test_a_network_that_cannot_be_used_fails_the_tests_with_its_faults(
    pytester: pytest.Pytester, folder: Path, network: str
) -> None:
    write_network(changed(small_network(), "SZ-1", start="SZ-V2"), folder / "net")
    (folder / "small.route.yaml").write_text(SUITE.replace(": net", f": {network}", 1))
    found = pytester.runpytest_inprocess(*PLUGIN)
    found.assert_outcomes(failed=5)
    code = "FILE_MISSING" if network == "gone" else "END_OFF_PLACE"
    assert code in found.stdout.str()


def test_a_draft_takes_the_place_of_the_network(pytester: pytest.Pytester, folder: Path) -> None:
    closed = changed(small_network(), "HK-V1", hours="12:00-20:00")
    write_network(closed, folder / "draft")
    pytester.runpytest_inprocess(*PLUGIN, "--route-network", "draft").assert_outcomes(
        failed=2, passed=3
    )


@pytest.mark.parametrize("broken", [False, True])
def test_hetao_test_prints_and_ends_as_pytest_does(
    pytester: pytest.Pytester, folder: Path, broken: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    pytester.makepyfile(test_python="def test_beside(): assert False")
    if broken:
        break_it(folder)
    said = pytester.runpytest_inprocess(*PLUGIN, "small.route.yaml")
    capsys.readouterr()
    code = run(["test", ".", "-p", "no:cacheprovider"])
    assert code == said.ret == int(broken)

    def told(text: str) -> list[str]:
        return [line for line in text.splitlines() if not line.startswith(("=", "small"))]

    assert told(capsys.readouterr().out) == told(said.stdout.str())


def test_the_plugin_imports_nothing_heavy_before_there_is_a_route_file(tmp_path: Path) -> None:
    (tmp_path / "test_python.py").write_text("def test_one(): pass")
    code = (
        "import sys, pytest;"
        "path = sys.argv[1];"
        "pytest.main(['-p', 'api.route_tests.plugin', '-p', 'no:cacheprovider',"
        " '--rootdir', path, path]);"
        "print(*(each for each in sys.modules if each.split('.')[0] in "
        "('geodata', 'planner', 'api', 'numpy', 'pydantic', 'yaml', 'pint', 'typer')))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)],
        env=os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines()[-1].split() == [
        "api",
        "api.route_tests",
        "api.route_tests.plugin",
    ]

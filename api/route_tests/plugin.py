"""The pytest plugin: collects `*.route.yaml`, and gives the fixtures for tests in Python.

It is loaded by every run of pytest where the package is installed, so it imports nothing but
pytest; all else comes with the first route file or fixture.
"""

from collections.abc import Generator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from api.route_tests.items import RouteFile
    from geodata.network import Network
    from planner.routetest.asking import Planner

SUFFIX = ".route.yaml"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of route tests."""
    group = parser.getgroup("route", "route tests (*.route.yaml)")
    group.addoption(
        "--route-network",
        metavar="PATH",
        help="run all route tests on this network (a folder or .gpkg), such as a draft",
    )
    parser.addini(
        "route_network",
        "network of the fixtures network, planner and route: a folder or .gpkg, from the "
        "configuration's own; the shipped one if left out",
    )
    parser.addini("route_request", "folder of the fixtures' fleet, weather and permissions")
    parser.addini("route_clock", "day of the fixtures, such as 2026-11-24")
    group.addoption(
        "--route-update",
        action="store_true",
        help="set the expectations that do not hold to what comes today, and show the difference",
    )
    group.addoption(
        "--route-map", metavar="DIR", help="draw each failure on a map (PNG); linked from JUnit XML"
    )
    group.addoption(
        "--route-cov",
        action="store_true",
        help="show which corridors, lanes, zones, checkpoints, rules and hours the tests exercise",
    )
    group.addoption("--route-cov-json", metavar="FILE", help="write that as JSON")
    group.addoption(
        "--route-cov-map", metavar="PNG", help="draw it on a map, what is untested in red"
    )
    group.addoption(
        "--route-cov-fail-under",
        metavar="PERCENT",
        type=float,
        help="fail if the tests exercise less than that of all there is",
    )


_GATHERED = (
    "--route-update",
    "--route-cov",
    "--route-cov-json",
    "--route-cov-map",
    "--route-cov-fail-under",
)


@pytest.fixture(scope="session")
def planner(request: pytest.FixtureRequest) -> "Planner":
    """Return the planner of the run's network and day: options route_network and route_clock.

    `planner.when(close="CP-LOOP").route("SZ-A", "HK-B", "09:00").arrives_by("09:12")`
    """
    from api.route_tests.fixtures import planner_of

    return planner_of(request.config)


@pytest.fixture(scope="session")
def network(planner: "Planner") -> "Network":
    """Return the network that the run is on."""
    return planner.network


@pytest.fixture(scope="session")
def route(planner: "Planner") -> "Planner":
    """Return the planner to be called, which asks a route.

    `assert route("SZ-A", "HK-B", "09:00").arrives_by("09:12")`
    """
    return planner


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker of route tests known, and gather what was asked for."""
    config.addinivalue_line("markers", "route: a case of a *.route.yaml file")
    if any(config.getoption(each) not in (None, False) for each in _GATHERED):
        from api.route_tests.gather import Gatherer
        from api.route_tests.items import sources_of

        config.pluginmanager.register(Gatherer(config, sources_of(config)), "route-gatherer")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> "RouteFile | None":
    """Collect a route file."""
    if not file_path.name.endswith(SUFFIX):
        return None
    from api.route_tests.items import RouteFile

    return RouteFile.from_parent(parent, path=file_path)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Send what a route test found with its report."""
    report = yield
    sent = getattr(item, "sent", None)
    if sent is not None and report.when == "call":
        report.__dict__["route"] = sent
    return report

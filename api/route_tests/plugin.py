"""The pytest plugin: collects `*.route.yaml`, and gives the fixtures for tests in Python.

It is loaded by every run of pytest where the package is installed, so it imports nothing but
pytest; all else comes with the first route file or fixture.
"""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from api.route_tests.items import RouteFile

SUFFIX = ".route.yaml"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of route tests."""
    group = parser.getgroup("route", "route tests (*.route.yaml)")
    group.addoption(
        "--route-network",
        metavar="PATH",
        help="run all route tests on this network (a folder or .gpkg), such as a draft",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker of route tests known."""
    config.addinivalue_line("markers", "route: a case of a *.route.yaml file")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> "RouteFile | None":
    """Collect a route file."""
    if not file_path.name.endswith(SUFFIX):
        return None
    from api.route_tests.items import RouteFile

    return RouteFile.from_parent(parent, path=file_path)

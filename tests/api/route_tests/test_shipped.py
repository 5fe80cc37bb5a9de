"""The route tests of the shipped network fly every lane and notice what breaks it."""

import datetime as dt
from pathlib import Path

import pytest

from api.route_tests.load import Run, find, run_all, suites
from api.route_tests.sources import Sources
from planner.routetest.coverage import coverage, known
from planner.routetest.mutate import mutate
from planner.routetest.records import RouteCase

ROUTES = Path(__file__).parents[2] / "routes"
SOURCES = Sources()


@pytest.fixture(scope="module")
def runs() -> list[Run]:
    """Return what comes of the shipped tests; plans and capacities are run by pytest itself."""
    files = [each for each in find([ROUTES]) if each.name != "day.route.yaml"]
    return list(run_all(files, SOURCES, explain=False))


def test_they_fly_every_lane(runs: list[Run]) -> None:
    touched = [run.outcome.touched for run in runs if run.outcome is not None]
    network = SOURCES.network(runs[0].test.header, ROUTES)
    found = coverage(network, [dt.date(2026, 11, 24)], touched)
    assert found.missing["lane"] == ()
    assert found.missing["corridor"] == ()
    assert found.share() > 0.9


def test_they_notice_nine_of_ten_broken_networks(runs: list[Run]) -> None:
    (members,) = suites(runs, SOURCES).values()
    found = mutate(members)
    assert len(found.all) > 150
    assert found.killed >= 0.9, [each.text for each in found.survived]


def test_each_rule_that_can_refuse_a_route_does(runs: list[Run]) -> None:
    cases = [run.test.case for run in runs if run.passed]
    refused = {
        code for each in cases if isinstance(each, RouteCase) for code in each.expect.refused
    }
    network = SOURCES.network(runs[0].test.header, ROUTES)
    assert refused == set(known(network, [dt.date(2026, 11, 24)])["rule"])

"""Mutants: broken networks that a network check lets pass, and tests that notice them."""

from collections.abc import Callable
from typing import Any

import pytest

from geodata.check import check_network
from geodata.faults import errors
from planner.request.request import Request
from planner.routetest.evaluate import evaluate
from planner.routetest.mutants import mutants, shifted
from planner.routetest.mutate import Suite, Verdicts, mutate
from tests.geodata.small import small_network
from tests.planner.routetest.given import SMALL, outcome, read_cases, scenes


def suite(*cases: dict[str, Any]) -> Suite:
    """Return cases that hold on the small network as a suite."""
    requests: Callable[[str], Request] = lambda name: SMALL.request  # noqa: E731
    tests = read_cases(*cases)
    found = [evaluate(test, SMALL, requests) for test in tests]
    assert all(each.passed for each in found)
    return Suite(SMALL, tests, [each.touched for each in found], requests)


def by_feature(verdicts: Verdicts, operator: str) -> dict[str, str | None]:
    """Return which test notices each mutant of an operator, by the feature broken."""
    return {
        each.mutant.feature: each.by for each in verdicts.all if each.mutant.operator == operator
    }


@pytest.mark.parametrize(
    ("hours", "minutes", "later"),
    [
        ("07:00-22:00", 60, "08:00-23:00"),
        ("Mo-Sa 06:30-21:30", -60, "Mo-Sa 05:30-20:30"),
        ("22:45-06:15", 60, "23:45-07:15"),
        ("23:30-00:30", 60, "00:30-01:30"),
        ("sunset-sunrise", 60, "(sunset+01:00)-(sunrise+01:00)"),
        ("24/7", 60, "24/7"),
    ],
)
def test_hours_are_shifted(hours: str, minutes: int, later: str) -> None:
    assert shifted(hours, minutes) == later


def test_every_mutant_passes_the_check_of_a_network() -> None:
    found = list(mutants(small_network(), SMALL.shapes.blocks))
    assert {each.operator for each in found} >= {"close lane", "shift hours"}
    for mutant in found:
        if mutant.operator != "close lane":
            assert not errors(check_network(mutant.make())), mutant.text


def test_a_closed_lane_is_noticed_by_the_test_that_names_it() -> None:
    route = {"from": "SZ-V1", "to": "HK-V1", "depart": "09:00"}
    lanes = list(outcome().routes[0].lanes)
    loose, strict = (
        by_feature(mutate([suite({"route": route, "expect": expect})]), "close lane")
        for expect in ({}, {"lanes": lanes})
    )
    assert {lane for lane, by in strict.items() if by} == set(lanes)
    assert {lane for lane, by in loose.items() if by} < set(lanes)


def test_shifted_hours_are_noticed_at_their_edges() -> None:
    early = {"route": {"from": "SZ-V1", "to": "SZ-V2", "depart": "06:55"}}
    late = {"route": {"from": "SZ-V1", "to": "SZ-V2", "depart": "21:45"}}
    found = mutate([suite(early | {"expect": {"arrives_by": "07:10"}}, late)])
    shifts = [each for each in found.all if each.mutant.feature == "SZ-V2"]
    assert [each.by for each in shifts] == ["case 0", "case 1"]
    noon = {"route": {"from": "SZ-V1", "to": "SZ-V2", "depart": "12:00"}}
    found = mutate([suite(noon)])
    assert [each.by for each in found.all if each.mutant.feature == "SZ-V2"] == [None, None]
    assert found.killed < 1
    assert len(found.survived) == len(found.all) - sum(each.by is not None for each in found.all)


def test_a_mutant_is_laid_over_what_ifs_too() -> None:
    case = {
        "route": {"from": "SZ-V1", "to": "HK-V1", "depart": "09:00"},
        "when": {"close": "X-B"},
        "expect": {"via": "X-A-F"},
    }
    found = by_feature(mutate([suite(case)]), "close lane")
    assert found["X-A-F"] == "case 0"
    assert found["X-B-F"] is None
    assert scenes().shut == frozenset()

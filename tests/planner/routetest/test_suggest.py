"""Suggestions: the fewest cases that exercise what is left, each of them true today."""

import datetime as dt

import pytest

from planner.routetest.coverage import ROUTE_RULES, known
from planner.routetest.expect_route import misses
from planner.routetest.outcome import merged
from planner.routetest.read import read_route
from planner.routetest.refresh import recorded
from planner.routetest.route_ask import ask, touched_by
from planner.routetest.suggest import Suggestions, suggest
from tests.planner.routetest.given import SMALL

DAY = dt.date(2026, 12, 1)
RULES = {"rule": frozenset(ROUTE_RULES)}


@pytest.fixture(scope="module")
def found() -> Suggestions:
    """Return suggestions for all but rules on the small network."""
    return suggest(SMALL, DAY, RULES)


def test_together_they_exercise_every_lane_and_what_they_say(found: Suggestions) -> None:
    touched = merged(*(touched_by(each.asked) for each in found.cases))
    assert touched["lane"] == SMALL.network.lanes.keys()
    assert touched["checkpoint"] == SMALL.network.checkpoints.keys()
    for each in found.cases:
        for kind, name in each.adds:
            assert name in touched_by(each.asked)[kind]


def test_no_case_of_them_can_be_left_out(found: Suggestions) -> None:
    """A set cover with a case too many would not be the fewest."""
    for left_out in found.cases:
        others = frozenset().union(*(each.adds for each in found.cases if each is not left_out))
        assert left_out.adds - others


def test_nothing_is_suggested_for_what_is_exercised_already(found: Suggestions) -> None:
    touched = merged(RULES, *(touched_by(each.asked) for each in found.cases))
    everything = {kind: frozenset(names) for kind, names in known(SMALL.network, [DAY]).items()}
    assert suggest(SMALL, DAY, everything).cases == ()
    again = suggest(SMALL, DAY, touched)
    assert again.cases == ()
    assert set(again.beyond) == set(found.beyond)


def test_a_recorded_case_holds_today(found: Suggestions) -> None:
    for each in found.cases:
        plain = {"name": "again", **each.plain, "expect": recorded(each.asked)}
        case = read_route(plain)
        assert not misses(ask(SMALL.on(DAY, None, case.when), case, None))


def test_rules_are_suggested_as_refusals() -> None:
    everything = {kind: frozenset(names) for kind, names in known(SMALL.network, [DAY]).items()}
    found = suggest(SMALL, DAY, {**everything, "rule": frozenset()})
    rules = {name for each in found.cases for _, name in each.adds}
    assert {"GOODS_PROHIBITED", "PAYLOAD_MASS", "WIND_LIMIT", "DOCUMENT_MISSING"} <= rules

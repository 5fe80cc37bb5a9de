"""Plan and capacity cases: each expectation holds or is missed, and is refreshed to what came."""

from functools import cache
from typing import Any

import pytest

from geodata.faults import InvalidInput
from planner.plan.plan import Plan
from planner.routetest import expect_plan
from planner.routetest.evaluate import evaluate
from planner.routetest.outcome import Outcome
from planner.routetest.read import RouteTest
from planner.solve.solve import make_plan
from planner.testing.day import order, request
from tests.planner.routetest.given import SMALL, read_cases, scenes

DAY = request(order("O-1"), order("O-2", destination="HK-V1"), order("O-3", mass_kg=50.0))


@cache
def _plan() -> Plan:
    options = expect_plan.SolveOptions(time_limit_s=0.5, deterministic=True)
    return make_plan(SMALL.network, DAY, SMALL.rulebook, options)


@pytest.fixture(autouse=True)
def planned_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Plan the day once: what is tested here is what the plan is held to."""
    monkeypatch.setattr(expect_plan, "make_plan", lambda *_: _plan())


def plan_case(expect: dict[str, Any]) -> RouteTest:
    (test,) = read_cases({"plan": {"request": "day", "time_limit": "1 s"}, "expect": expect})
    return test


def planned(expect: dict[str, Any]) -> Outcome:
    """Return what comes of a plan case on the small day."""
    return evaluate(plan_case(expect), SMALL, lambda name: {"day": DAY}[name])


def use(name: str, **bounds: str) -> dict[str, Any]:
    """Return an expectation of how much something is used."""
    return {"utilisation": {name: bounds}}


@pytest.mark.parametrize(
    ("holds", "breaks", "refreshed"),
    [
        ({"served": {"min": 2, "max": 2}}, {"served": {"min": 3}}, {"min": 2}),
        (
            {"unserved": {"O-3": "PAYLOAD_MASS"}},
            {"unserved": {"O-3": "FLEET_BUSY", "O-1": "ORDER_DUE", "O-9": "ORDER_DUE"}},
            {"O-3": "PAYLOAD_MASS"},
        ),
        ({"cost": {"min": "1 HKD", "max": "900 HKD"}}, {"cost": {"max": "1 HKD"}}, None),
        ({"gap": {"max": "99 %"}}, {"gap": {"min": "99 %"}}, None),
        (use("HK-J1", min="0.01 %"), use("HK-J1", min="90 %"), None),
        (use("HK-C1", max="0 %"), use("HK-C9", max="1 %"), None),
        ({"violations": 0}, {"violations": 2}, 0),
    ],
)  # fmt: skip
def test_a_plan_is_held_to_what_is_expected(
    holds: dict[str, Any], breaks: dict[str, Any], refreshed: object
) -> None:
    assert planned(holds).passed, planned(holds).misses
    found = planned(breaks)
    assert {each.field for each in found.misses} == set(breaks)
    (name,) = found.refreshed
    if refreshed is not None:
        assert found.refreshed[name] == refreshed
    elif found.refreshed[name]:
        again = {key: {**breaks[key], **found.refreshed[key]} for key in breaks}  # type: ignore[dict-item]
        assert planned(again).passed, again


def test_a_cost_in_another_currency_is_never_met() -> None:
    (miss,) = planned({"cost": {"max": "900 CNY"}}).misses
    assert "HKD" in miss.came


def test_a_plan_that_fails_says_why_orders_are_left_out() -> None:
    found = planned({"served": {"min": 3}})
    assert "2 of 3 orders served" in found.came
    assert [(each.code, "order O-3" in each.values) for each in found.why] == [
        ("PAYLOAD_MASS", True)
    ]


def test_a_plan_touches_what_it_flies_and_why_it_leaves_out() -> None:
    touched = planned({"violations": 0}).touched
    assert touched["checkpoint"] == {"HK-J1"}
    assert "PAYLOAD_MASS" in touched["rule"]
    assert "SZ-1-F" in touched["lane"]


CAPACITY = {"from": "SZ", "to": "HK", "at": "10:00"}


def capacity(expect: dict[str, Any], **asked: Any) -> Outcome:
    """Return what comes of a capacity case."""
    case = {"capacity": CAPACITY | asked, "expect": {"flights_per_hour": expect}}
    return evaluate(read_cases(case)[0], scenes(), lambda name: DAY)


def test_a_capacity_is_held_to_and_names_its_bottleneck() -> None:
    assert capacity({"min": 1}).passed
    found = capacity({"min": 100_000})
    assert not found.passed
    assert {each.code for each in found.why} <= {"BLOCK_CONFLICT", "PAD_CAPACITY", "BAY_CAPACITY"}
    assert found.why
    fresh = found.refreshed["flights_per_hour"]
    assert capacity(fresh).passed  # type: ignore[arg-type]


def test_a_capacity_follows_hours_and_goods() -> None:
    assert not capacity({"min": 1}, at="03:00").passed
    assert capacity({"min": 1}, goods={"biological": 1}, mass="2 kg", returns=False).passed


@pytest.mark.parametrize(
    ("asked", "code"), [({"to": "SZ"}, "SAME_PLACE"), ({"at": None}, "FIELD_MISSING")]
)
def test_a_capacity_that_cannot_be_asked_is_an_error(asked: dict[str, Any], code: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        capacity({"min": 1}, **asked)
    assert [each.code for each in caught.value.faults] == [code]

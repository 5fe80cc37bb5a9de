"""Orders that come after others: returns, and whatever waits for something to arrive."""

from dataclasses import replace
from random import Random
from typing import Any

import pytest

from planner.bound.pool import build_pool, cover_worth
from planner.bound.sorties import Enumerator
from planner.check import check_plan
from planner.day.instance import Instance
from planner.dispatch.roster import Roster
from planner.plan.plan import Plan
from planner.reasons.crowding import settle
from planner.reasons.reasons import Explainer
from planner.request.fleet import Prices, Rules
from planner.request.order import Order
from planner.request.request import Request
from planner.rules.rulebook import shipped_rulebook
from planner.solve.solve import make_plan
from planner.testing.day import DAY, at, drone, order, request, second
from tests.geodata.small import small_network
from tests.planner.days import QUICK, delivery, instance, random_request
from tests.planner.every_plan import least_cents
from tests.planner.in_parts import parted
from tests.planner.written import faults_of, files, table
from tests.planner.written import order as written

EIGHT = second("08:00")
OUT = order("O-1")
BACK = order("O-2", "SZ-V2", "SZ-V1", after="O-1", after_s=600)
"""Ten minutes after O-1 was handed over at SZ-V2, something goes back."""


def planned(asked: Request) -> Plan:
    """Return the checked plan of a day."""
    plan = make_plan(small_network(), asked, shipped_rulebook(), QUICK)
    assert check_plan(plan, small_network(), asked, shipped_rulebook()) == []
    return plan


def when(plan: Plan, kind: str, order_id: str) -> int:
    """Return the second at which the loading of an order begins, or its unloading ends."""
    (found,) = (
        event.start if kind == "load" else event.end
        for sortie in plan.sorties
        for stop in sortie.stops
        for event in stop.events
        if (event.kind, event.order) == (kind, order_id)
    )
    return int((found - at("00:00", DAY)).total_seconds())


def reasons(roster: Roster, job: int) -> dict[str, dict[str, Any]]:
    """Return the values of each reason why a roster leaves a job out."""
    return {each.code: each.values for each in Explainer(roster).reasons(job)}


# -- what a request may say --------------------------------------------------------------


def test_a_return_is_read_from_json_and_csv() -> None:
    back = written(id="O2", origin="HK-V2", destination="SZ-V1", after="O1", after_s=600)
    assert faults_of(files(orders=[written(id="O1"), back])) == []
    rows = [
        {key: each for key, each in row.items() if key != "declarations"}
        for row in (written(id="O1") | {"after": "", "after_s": ""}, back)
    ]
    assert faults_of(files(orders_csv=table(*rows))) == []


@pytest.mark.parametrize(
    ("first", "other", "found"),
    [
        ({}, {"after": "O9"}, [("O2", "after", "UNKNOWN_ORDER")]),
        ({}, {"after": "O2"}, [("O2", "after", "UNKNOWN_ORDER")]),
        ({}, {"after": "O1", "after_s": -1}, [("O2", "after_s", "OUT_OF_RANGE")]),
        (
            {"after": "O2"},
            {"after": "O1"},
            [("O1", "after", "AFTER_ITSELF"), ("O2", "after", "AFTER_ITSELF")],
        ),
    ],
)
def test_an_order_comes_after_another_one_and_not_in_a_circle(
    first: dict[str, Any], other: dict[str, Any], found: list[tuple[str, str, str]]
) -> None:
    faults = faults_of(files(orders=[written(id="O1", **first), written(id="O2", **other)]))
    assert [(each.item, each.field, each.code) for each in faults] == found


# -- how tours are timed -----------------------------------------------------------------


def test_a_return_waits_in_the_same_sortie_for_what_it_follows() -> None:
    """Ten minutes on the pad of SZ-V2 between the two."""
    roster = Roster(instance(request(OUT, BACK)))
    timed = roster.place(delivery(0, 1), EIGHT)
    unload, load = timed.stops[1].events
    assert (unload.kind, load.kind) == ("unload", "load")
    assert load.start_s == unload.end_s + 600


def test_a_return_waits_in_another_sortie_for_what_it_follows() -> None:
    later = replace(BACK, after_s=3600)
    roster = Roster(instance(request(OUT, later, drones=(drone(), drone("D-2")))))
    out = roster.place(delivery(0), EIGHT)
    over_s = out.stops[1].events[0].end_s
    back = roster.place(delivery(1), EIGHT)
    (load,) = back.stops[1].events
    assert load.start_s >= over_s + 3600
    roster.remove(out)
    roster.take_off_orphans()
    assert roster.served() == set()


@pytest.mark.parametrize(("due", "served"), [("12:00", {0, 1, 2}), ("08:11", set())])
def test_what_is_not_worth_flying_is_flown_for_what_comes_after_it_or_not_at_all(
    due: str, served: set[int]
) -> None:
    """Two orders of a cent each go ahead of an emergency, if that can be handed over in time."""
    prices = Prices(unserved_cents={"standard": 1, "express": 1, "emergency": 200_000})
    last = order("O-3", after="O-2", due=at(due), priority="emergency")
    asked = request(OUT, BACK, last, prices=prices, rules=Rules(max_late_s=0))
    roster = Roster(instance(asked))
    settle(roster, lambda: False)
    assert roster.served() == served
    assert roster.cents() <= roster.instance.unserved_cents(range(3))


def test_an_order_is_ready_no_sooner_than_what_it_follows_can_be_there() -> None:
    """O-1 is ready at 08:00 and takes a minute each to load and unload; a third follows O-2."""
    third = order("O-3", after="O-2", after_s=60)
    _, back, last = instance(request(OUT, BACK, third)).jobs
    assert (back.ready_s, back.after, back.depth) == (EIGHT + 120 + 600, 0, 1)
    assert (last.ready_s, last.after, last.depth) == (back.ready_s + 120 + 60, 1, 2)


# -- the bound and whole days ------------------------------------------------------------


@pytest.mark.parametrize("seed", range(8))
def test_no_plan_of_a_day_with_returns_beats_its_bound(seed: int) -> None:
    draw = Random(seed)
    asked = random_request(draw, 3, draw.randint(1, 2), max_orders_per_sortie=2)
    first, second_one, third = asked.orders
    chained = replace(second_one, after=first.id, after_s=draw.choice((0, 900)))
    third = replace(third, after=second_one.id) if draw.random() < 0.5 else third
    asked = replace(asked, orders=(first, chained, third))
    given = instance(asked)
    least = least_cents(given)
    pool = build_pool(Enumerator(given), 2)
    assert pool.relaxation.cents <= least + 1e-3
    assert cover_worth(Enumerator(given)).sum() <= least + 1e-3
    plan = planned(asked)
    assert plan.bound.lower_bound_cents <= least


def returns(count: int, *, dues: str = "12:00") -> tuple[Order, ...]:
    """Return orders from SZ-V1 to SZ-V2 and one back after each."""
    out = [replace(OUT, id=f"A-{number}", mass_kg=6.0) for number in range(count)]
    back = [
        replace(BACK, id=f"B-{number}", mass_kg=6.0, after=f"A-{number}", due=at(dues))
        for number in range(count)
    ]
    return (*out, *back)


def test_a_day_of_returns_is_flown_in_turn() -> None:
    asked = request(*returns(5), drones=(drone(), drone("D-2")))
    plan = planned(asked)
    assert plan.unserved == ()
    for number in range(5):
        load_s = when(plan, "load", f"B-{number}")
        assert load_s >= when(plan, "unload", f"A-{number}") + 600


def test_parts_of_a_day_keep_returns_after_what_they_follow() -> None:
    """Parts know of each other's orders only when they are joined."""
    asked = request(*returns(5), drones=tuple(drone(f"D-{number}") for number in range(3)))
    plan = parted(asked)
    served = {
        each.order for sortie in plan.sorties for stop in sortie.stops for each in stop.events
    }
    assert any(str(each).startswith("B-") for each in served)


# -- reasons -----------------------------------------------------------------------------


def test_what_follows_an_order_that_is_left_out_is_left_out_and_told() -> None:
    plan = planned(request(replace(OUT, mass_kg=60.0), BACK))
    assert {each.order: [reason.code for reason in each.reasons] for each in plan.unserved} == {
        "O-1": ["PAYLOAD_MASS"],
        "O-2": ["ORDER_AFTER"],
    }


def test_an_order_that_is_due_before_it_can_follow_is_told_from_when_on() -> None:
    early = replace(BACK, due=at("08:10"), after_s=3600)
    given: Instance = instance(request(OUT, early, rules=Rules(max_late_s=0)))
    roster = Roster(given)
    roster.place(delivery(0), EIGHT)
    found = reasons(roster, 1)
    assert found.keys() == {"ORDER_AFTER"}
    assert found["ORDER_AFTER"]["after"] == "O-1"
    assert found["ORDER_AFTER"]["loads_from"] == at("09:02").isoformat()


def test_an_order_whose_other_is_flown_too_late_is_told_so() -> None:
    """O-1 could be handed over in time for O-2, but on this day it is not."""
    tight = replace(BACK, due=at("08:40"))
    roster = Roster(instance(request(OUT, tight, rules=Rules(max_late_s=0))))
    roster.place(delivery(0), second("10:00"))
    assert reasons(roster, 1)["FLEET_BUSY"]["rule"] == "ORDER_AFTER"

"""Orders that ride together in a box, and orders that are kept apart."""

from dataclasses import replace
from random import Random
from typing import Any

import numpy as np
import pytest

from planner.bound.pool import build_pool, cover_worth
from planner.bound.sorties import Enumerator
from planner.check import check_plan
from planner.day.instance import Instance
from planner.day.tour import Step, Tour, Unflyable
from planner.dispatch.roster import Roster
from planner.fly.quick import fill_at_once
from planner.large.divide import Division
from planner.plan.plan import Plan
from planner.reasons.reasons import Explainer
from planner.request.fleet import Prices, Rules
from planner.request.order import Order
from planner.request.request import Request
from planner.rules.rulebook import shipped_rulebook
from planner.rules.sharing import apart
from planner.solve.solve import make_plan
from planner.testing.day import at, drone, order, request
from tests.geodata.small import small_network
from tests.planner.days import QUICK, delivery, instance, random_request, round_of
from tests.planner.every_plan import least_cents
from tests.planner.written import faults_of, files, fleet, table
from tests.planner.written import order as written

BOX = (order("O-1", box="B"), order("O-2", box="B"))


def planned(*orders: Order, **rules: Any) -> Plan:
    """Return the checked plan of a day for one drone."""
    asked = request(*orders, rules=Rules(**rules))
    plan = make_plan(small_network(), asked, shipped_rulebook(), QUICK)
    assert check_plan(plan, small_network(), asked, shipped_rulebook()) == []
    return plan


def loads(plan: Plan) -> list[set[str]]:
    """Return the orders of each sortie."""
    return [
        {event.order for stop in each.stops for event in stop.events if event.kind == "load"}
        for each in plan.sorties
    ]


def codes(plan: Plan) -> dict[str, set[str]]:
    """Return the codes of the reasons of each order left out."""
    return {each.order: {reason.code for reason in each.reasons} for each in plan.unserved}


# -- what a request may say --------------------------------------------------------------


def test_bonds_are_read_from_json_and_csv() -> None:
    first, second = written(id="O1", box="B1", not_with=["O3"]), written(id="O2", box="B1")
    third = written(id="O3")
    assert faults_of(files(orders=[first, second, third])) == []
    rows = [
        {**{key: each for key, each in row.items() if key != "declarations"}, **bonds}
        for row, bonds in (
            (first, {"box": "B1", "not_with": "O3 O2"}),
            (second, {"box": "B1", "not_with": ""}),
            (third, {"box": "", "not_with": ""}),
        )
    ]
    assert faults_of(files(orders_csv=table(*rows))) == []


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"not_with": ["O9"]}, "not_with", "UNKNOWN_ORDER"),
        ({"not_with": ["O2"]}, "not_with", "UNKNOWN_ORDER"),
        ({"not_with": "O1"}, "not_with", "WRONG_TYPE"),
        ({"box": ""}, "box", "WRONG_FORMAT"),
        ({"box": "B1", "destination": "HK-V1"}, "box", "BOX_ENDS"),
        ({"box": "B1", "origin": "SZ-V2"}, "box", "BOX_ENDS"),
    ],
)
def test_a_bond_names_orders_that_there_are_and_a_box_has_two_ends(
    changes: dict[str, Any], field: str, code: str
) -> None:
    found = faults_of(files(orders=[written(id="O1", box="B1"), written(id="O2", **changes)]))
    assert [(each.item, each.field, each.code) for each in found] == [("O2", field, code)]


def test_segregated_goods_are_classes() -> None:
    found = faults_of(files(day=fleet(rules={"segregated": [["general", "food"]]})))
    assert [(each.field, each.code) for each in found] == [
        ("rules.segregated[0][1]", "UNKNOWN_VALUE")
    ]


def test_a_request_without_bonds_keeps_its_hash() -> None:
    """The hash of a day is what it was before there were any; bonds change it."""
    plain = request(order("O-1"), order("O-2"))
    assert plain.hash == HASH
    assert request(*BOX).hash != HASH
    assert request(order("O-1", not_with=("O-2",)), order("O-2")).hash != HASH
    assert request(*plain.orders, rules=Rules(segregated=(("general", "bonded"),))).hash != HASH


HASH = "71c7d90d877c18a81198af3233b0e875e99917662b2b0d2f02afc43766f6a01c"
"""That of two plain orders before there were boxes."""


# -- how tours are timed -----------------------------------------------------------------


@pytest.mark.parametrize(
    "tour",
    [
        delivery(0),
        delivery(0, 1),
        Tour(0, (Step(0, True), Step(2, True), *delivery(1).steps, Step(0, False), Step(2, False))),
    ],
)
def test_a_box_is_not_split_over_sorties_or_stops(tour: Tour) -> None:
    """O-3 begins elsewhere, so a box with O-3 between its orders is loaded at two stops."""
    three = Rules(max_orders_per_sortie=3)
    given = instance(request(*BOX, order("O-3", "SZ-V2", "SZ-V1"), rules=three))
    roster = Roster(given)
    with pytest.raises(Unflyable) as raised:
        roster.place(tour, 8 * 3600)
    assert raised.value.code == "BOX_SPLIT"
    assert roster.place(round_of(0, 1), 8 * 3600).tour.jobs == (0, 1)


def test_orders_kept_apart_share_no_tour() -> None:
    given = instance(request(order("O-1"), order("O-2", not_with=("O-1",))))
    with pytest.raises(Unflyable) as raised:
        Roster(given).place(round_of(0, 1), 8 * 3600)
    assert raised.value.code == "ORDERS_APART"


# -- the columns and the bound -----------------------------------------------------------


def test_columns_hold_boxes_whole_and_nothing_apart() -> None:
    """Boxes of two and three, one pair apart by name, biological goods apart from documents."""
    listed = [order(f"O-{number}") for number in range(6)]
    for number, box in ((0, "A"), (3, "A"), (1, "B"), (2, "B"), (4, "B")):
        listed[number] = replace(listed[number], box=box)
    listed += [order("O-6", not_with=("O-5",)), order("O-7", goods="document")]
    listed += [order("O-8", goods="biological")]
    rules = Rules(max_orders_per_sortie=3, segregated=(("document", "biological"),))
    enumerator = Enumerator(instance(request(*listed, rules=rules)))
    pool = build_pool(enumerator, 3)
    columns, _ = pool.cheapest(100_000)
    found = {tuple(int(job) for job in row if job >= 0) for row in columns.jobs}
    assert {group for group in found if set(group) & {0, 3}} == {
        (0, 3), *((0, 3, each) if each > 3 else (0, each, 3) for each in (5, 6, 7, 8))
    }  # fmt: skip
    assert {group for group in found if set(group) & {1, 2, 4}} == {(1, 2, 4)}
    assert not any({5, 6} <= set(group) or {7, 8} <= set(group) for group in found)
    assert {(5,), (5, 7), (5, 8), (6, 7), (6, 8)} <= found


@pytest.mark.parametrize("seed", range(8))
def test_no_plan_of_a_day_with_bonds_beats_its_bound(seed: int) -> None:
    draw = Random(seed)
    asked = bonded(draw, random_request(draw, 4, draw.randint(1, 2), max_orders_per_sortie=2))
    given = instance(asked)
    least = least_cents(given)
    pool = build_pool(Enumerator(given), 2)
    assert pool.relaxation.cents <= least + 1e-3
    assert cover_worth(Enumerator(given)).sum() <= least + 1e-3
    plan = make_plan(small_network(), asked, shipped_rulebook(), QUICK)
    assert check_plan(plan, small_network(), asked, shipped_rulebook()) == []
    assert plan.bound.lower_bound_cents <= least


def bonded(draw: Random, asked: Request) -> Request:
    """Return a day with two of its orders in a box and two others apart."""
    orders = list(asked.orders)
    draw.shuffle(orders)
    first, second, third, *_ = orders
    ends = {"origin": first.origin, "destination": first.destination}
    near = {"ready": first.ready, "due": first.due}
    orders[0] = replace(first, box="B")
    orders[1] = replace(second, box="B", goods=first.goods, declarations=first.declarations)
    orders[1] = replace(orders[1], **ends, **near)
    orders[2] = replace(third, not_with=(first.id,))
    return replace(asked, orders=tuple(orders))


# -- whole days --------------------------------------------------------------------------


def test_a_box_rides_together_where_its_orders_alone_would_not() -> None:
    """A partner that is ready at the same time is nearer to O-1 than its box is, but for it."""
    late = order("O-2", box="B", ready=at("08:20"))
    plan = planned(order("O-1", box="B"), late, order("O-3"), order("O-4", ready=at("08:20")))
    assert {"O-1", "O-2"} in loads(plan)
    assert plan.unserved == ()


def test_orders_kept_apart_fly_one_after_the_other() -> None:
    together = planned(order("O-1"), order("O-2"))
    assert loads(together) == [{"O-1", "O-2"}]
    named = planned(order("O-1", not_with=("O-2",)), order("O-2"))
    assert len(named.sorties) == 2
    goods = planned(order("O-1"), order("O-2"), segregated=(("general", "general"),))
    assert len(goods.sorties) == 2


def test_a_box_too_large_to_be_enumerated_is_flown_where_it_finds_room() -> None:
    listed = tuple(order(f"O-{number}", mass_kg=1.0, box="B") for number in range(5))
    plan = planned(*listed, max_orders_per_sortie=5)
    assert loads(plan) == [{each.id for each in listed}]


def test_a_box_of_more_orders_than_a_sortie_may_have_is_left_out_whole() -> None:
    plan = planned(*BOX, order("O-3", box="B"), order("O-4"))
    assert loads(plan) == [{"O-4"}]
    assert codes(plan) == {each: {"SORTIE_ORDERS"} for each in ("O-1", "O-2", "O-3")}


def test_a_day_served_at_once_keeps_boxes_whole() -> None:
    given = instance(request(*BOX, order("O-3"), rules=Rules(max_orders_per_sortie=2)))
    roster = Roster(given)
    fill_at_once(roster, range(3))
    assert sorted(timed.tour.jobs for _, timed in roster.tours()) == [(0, 1), (2,)]
    part = Roster(given)
    fill_at_once(part, (0, 2))
    assert part.served() == {2}


def test_parts_of_a_large_day_hold_boxes_whole() -> None:
    """The two orders of each box lie hours apart; parts are by time."""
    listed = [
        order(f"B{hour}-{half}", box=f"B{hour}", ready=at(f"{begin:02d}:00"), due=at("18:00"))
        for hour in range(8, 17)
        for half, begin in (("a", hour), ("b", 17))
    ]
    fleet = tuple(drone(f"D-{number}") for number in range(12))
    division = Division(instance(request(*listed, drones=fleet)), 4)
    for turn in range(4):
        parts = [part for part in division.parts(turn) if part.jobs]
        assert len(parts) > 1
        for part in parts:
            units = {division._instance.units[job] for job in part.jobs}
            assert np.concatenate(sorted(units)).tolist() == sorted(part.jobs)


# -- reasons -----------------------------------------------------------------------------


def reasons(given: Instance, job: int = 0) -> dict[str, dict[str, Any]]:
    """Return the values of each reason why an empty day leaves a job out."""
    return {each.code: each.values for each in Explainer(Roster(given)).reasons(job)}


def test_a_box_that_is_too_heavy_is_named_with_the_rule_that_it_meets() -> None:
    given = instance(request(order("O-1", box="B", mass_kg=6.0), order("O-2", box="B", mass_kg=6)))
    assert reasons(given) == {"BOX_SPLIT": {"box": "B", "with": "O-2", "rule": "PAYLOAD_MASS"}}


def test_an_order_whose_mate_may_not_be_flown_is_told_so() -> None:
    given = instance(request(order("O-1", box="B"), order("O-2", box="B", mass_kg=60.0)))
    assert reasons(given) == {"BOX_SPLIT": {"box": "B", "with": "O-2", "rule": "PAYLOAD_MASS"}}
    assert "PAYLOAD_MASS" in reasons(given, 1)


def test_a_box_of_too_many_orders_or_of_orders_kept_apart_is_told() -> None:
    three = instance(request(*BOX, order("O-3", box="B")))
    assert reasons(three) == {"SORTIE_ORDERS": {"box": "B", "orders": 3, "allowed": 2}}
    clash = instance(request(order("O-1", box="B", not_with=("O-2",)), order("O-2", box="B")))
    assert reasons(clash) == {"ORDERS_APART": {"box": "B", "order": "O-1", "other": "O-2"}}


def test_a_box_that_costs_more_than_all_of_it_is_worth_is_left_out() -> None:
    prices = Prices(unserved_cents={"standard": 3_000, "express": 1, "emergency": 1})
    given = instance(request(*BOX, prices=prices))
    found = reasons(given)
    assert found["NOT_WORTH_FLYING"]["left_out_cents"] == 6_000


def test_orders_apart_by_class_are_so_either_way() -> None:
    rules = Rules(segregated=(("document", "biological"),))
    paper, blood = order(goods="document"), order("O-2", goods="biological")
    assert apart(rules, paper, blood)
    assert apart(rules, blood, paper)
    assert not apart(rules, paper, replace(paper, id="O-3"))

"""Hard requests: prices, masses and times at the ends of what the format admits."""

from dataclasses import replace

import pytest

from geodata.network import Network
from planner.certify import certify_plan
from planner.check import check_plan
from planner.plan.plan import Plan
from planner.request.fleet import Prices, Rules
from planner.request.order import Order
from planner.request.request import Request
from planner.rules.rulebook import shipped_rulebook
from planner.solve.solve import plan_with_proof
from planner.testing.day import TYPE, at, drone, order, papers, request
from tests.geodata.small import changed, small_network
from tests.planner.days import QUICK

MOST_MINUTE, MOST_DAY = 10**6, 10**8
DEAREST = Prices(
    drone_minute_cents=MOST_MINUTE,
    energy_kwh_cents=MOST_MINUTE,
    drone_day_cents=MOST_DAY,
    late_minute_cents=dict.fromkeys(("standard", "express", "emergency"), MOST_MINUTE),
    unserved_cents=dict.fromkeys(("standard", "express", "emergency"), MOST_DAY),
)


def planned(asked: Request, network: Network | None = None) -> Plan:
    """Return the plan of a day, after proving that it, its bound and certificate hold."""
    network, rulebook = network or small_network(), shipped_rulebook()
    proven = plan_with_proof(network, asked, rulebook, replace(QUICK, time_limit_s=0.5))
    assert check_plan(proven.plan, network, asked, rulebook) == []
    assert certify_plan(proven.certificate, proven.plan, network, asked, rulebook) == []
    assert proven.plan.bound.lower_bound_cents <= proven.plan.cost.total_cents
    return proven.plan


def two(**fields: object) -> tuple[Order, ...]:
    """Return an order within a side and one over the boundary."""
    return order("O-0", **fields), order("O-1", "SZ-V1", "HK-V2", **fields)


def test_the_dearest_prices_are_added_up_right() -> None:
    assert planned(request(*two(), prices=DEAREST)).cost.total_cents > MOST_DAY


def test_the_dearest_lateness_is_added_up_right() -> None:
    prices = replace(DEAREST, drone_day_cents=0)
    late = two(due=at("08:05"))
    plan = planned(request(*late, prices=prices, rules=Rules(max_late_s=14_400)))
    assert plan.cost.lateness_cents > 0


def test_a_day_of_one_cent_is_told_from_a_free_one() -> None:
    prices = replace(DEAREST, drone_minute_cents=0, energy_kwh_cents=0)
    for cents in (0, 1):
        plan = planned(request(*two(), prices=replace(prices, drone_day_cents=cents)))
        assert plan.cost.total_cents == plan.bound.lower_bound_cents == cents


def test_the_lightest_goods_that_a_number_holds_are_flown() -> None:
    assert planned(request(*two(mass_kg=5e-324, volume_l=5e-324))).unserved == ()


@pytest.mark.parametrize(("mass_kg", "served"), [(10.0, True), (10.000000001, False)])
def test_a_payload_is_held_to_the_last_digit(mass_kg: float, served: bool) -> None:
    assert (planned(request(order(mass_kg=mass_kg))).unserved == ()) == served


@pytest.mark.parametrize(
    ("mass_kg", "payload_kg", "at_once"),
    [((5.0, 5.0), 10.0, 2), ((5.0000001, 5.0000001), 10.0, 1), ((1.1, 2.2), 3.3, 2)],
)
@pytest.mark.parametrize("most", [3, 6])
def test_two_orders_fly_at_once_if_the_payload_holds_both_and_else_one_after_the_other(
    mass_kg: tuple[float, float], payload_kg: float, at_once: int, most: int
) -> None:
    """No tolerance but for sums of decimal figures: 1.1 + 2.2 is no more than 3.3."""
    kind = replace(TYPE, payload_kg=payload_kg)
    orders = [order(f"O-{number}", mass_kg=each) for number, each in enumerate(mass_kg)]
    plan = planned(request(*orders, types=(kind,), rules=Rules(max_orders_per_sortie=most)))
    assert plan.unserved == ()
    assert max(len(leg.orders) for sortie in plan.sorties for leg in sortie.legs) == at_once


@pytest.mark.parametrize("slow_m_s", [0.001, 1e-9, 1e-300])
def test_a_drone_too_slow_for_the_day_flies_nothing(slow_m_s: float) -> None:
    slow = replace(TYPE, airspeed_m_s=slow_m_s, climb_m_s=slow_m_s, descent_m_s=slow_m_s)
    plan = planned(request(*two(), types=(slow,)))
    assert {each.code for left in plan.unserved for each in left.reasons} == {"NO_ROUTE"}


@pytest.mark.parametrize("reserve", [0.9999999999999999])
def test_a_reserve_of_all_but_nothing_leaves_nothing_to_fly_with(reserve: float) -> None:
    (left_out,) = planned(request(order(), rules=Rules(reserve_fraction=reserve))).unserved
    assert {each.code for each in left_out.reasons} == {"ENERGY_RESERVE"}


def test_all_windows_the_same_and_ten_times_the_orders_leave_the_least_valuable_out() -> None:
    """Twenty heavy orders of one window for a drone with time for few; one is an emergency."""
    window = {"mass_kg": 9.0, "ready": at("08:00"), "due": at("08:10")}
    many = [order(f"O-{number:02}", **window) for number in range(20)]
    many[7] = replace(many[7], priority="emergency")
    plan = planned(request(*many, rules=Rules(max_late_s=0)))
    assert 10 * (len(many) - len(plan.unserved)) <= len(many)
    assert "O-07" not in {each.order for each in plan.unserved}


@pytest.mark.parametrize(("until", "served"), [("09:01", False), ("09:10", True)])
def test_a_checkpoint_open_for_a_minute_clears_what_comes_and_goes_in_it(
    until: str, served: bool
) -> None:
    """In one minute nobody lands, is cleared and takes off; orders within a side are flown."""
    network = small_network()
    for site in network.checkpoints:
        network = changed(network, site, hours=f"09:00-{until}")
    plan = planned(request(*two()), network)
    assert ("O-1" not in {each.order for each in plan.unserved}) == served
    assert "O-0" not in {each.order for each in plan.unserved}
    codes = {reason.code for each in plan.unserved for reason in each.reasons}
    assert codes <= {"CUSTOMS_CLOSED", "SITE_CLOSED"}
    assert all(each.reasons for each in plan.unserved)


def test_a_day_of_orders_impossible_for_a_reason_each_serves_none_and_names_them_all() -> None:
    over = {"origin": "SZ-V1", "destination": "HK-V2"}
    late = papers("general", "11:58")
    orders = {
        "PAYLOAD_MASS": order("O-0", mass_kg=10.5),
        "PAYLOAD_VOLUME": order("O-1", volume_l=61.0),
        "GOODS_PROHIBITED": order("O-2", goods="dangerous"),
        "GOODS_NOT_CARRIED": order("O-3", goods="biological"),
        "DOCUMENT_MISSING": order("O-4", **over, declarations=()),
        "DECLARATION_LATE": order("O-5", **over, declarations=late, due=at("12:00")),
        "ORDER_DUE": order("O-6", due=at("08:03")),
        "ORDER_UNDER_WAY": order("O-7", **over, max_under_way_s=60),
        "SITE_CLOSED": order("O-8", "SZ-V1", "HK-V1"),
    }
    goods = ("document", "general")
    asked = request(*orders.values(), drones=(drone(goods=goods),), rules=Rules(max_late_s=0))
    plan = planned(asked, changed(small_network(), "HK-V1", hours="22:00-23:00"))
    assert plan.sorties == ()
    assert plan.cost.total_cents == plan.bound.lower_bound_cents
    told = {left.order: {each.code for each in left.reasons} for left in plan.unserved}
    assert told == {each.id: {code} for code, each in orders.items()}

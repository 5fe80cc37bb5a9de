"""Whole plans of small days: what holds for every plan, and each reason for an order left out."""

from collections.abc import Callable
from dataclasses import replace
from random import Random

import pytest

import planner.bound.pool
from geodata.network import Network
from planner.bound.bounded import COVER_METHOD
from planner.check import check_plan
from planner.plan.plan import PLAN, Plan
from planner.request.fleet import Rules
from planner.request.request import Request
from planner.rules.rulebook import shipped_rulebook
from planner.solve.progress import Progress
from planner.solve.solve import make_plan
from planner.solve_options import SolveOptions
from planner.testing.day import (
    EVE,
    HELD,
    TYPE,
    at,
    drone,
    order,
    papers,
    request,
    weather,
    wind,
)
from tests.geodata.small import changed, small_network
from tests.planner.days import QUICK, random_request

SMALL = small_network()
OVER = order("O-1", "SZ-V1", "HK-V2")


def planned(asked: Request, network: Network = SMALL, options: SolveOptions = QUICK) -> Plan:
    """Return the plan of a day, after proving that it keeps every rule and counts every order."""
    plan = make_plan(network, asked, shipped_rulebook(), options)
    assert check_plan(plan, network, asked, shipped_rulebook()) == []
    handed_over = [
        event.order or ""
        for sortie in plan.sorties
        for stop in sortie.stops
        for event in stop.events
        if event.kind == "unload"
    ]
    left_out = [each.order for each in plan.unserved]
    assert sorted([*handed_over, *left_out]) == sorted(each.id for each in asked.orders)
    assert all(each.reasons for each in plan.unserved)
    remedies = {reason.remedy for each in plan.unserved for reason in each.reasons}
    assert not any("there is room" in each for each in remedies)
    assert plan.bound.lower_bound_cents <= plan.cost.total_cents
    return plan


# -- every plan --------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(10))
def test_a_plan_of_any_day_keeps_every_rule_and_counts_every_order(seed: int) -> None:
    """Random orders, drones, winds and warnings; one to three orders a sortie."""
    draw = Random(seed)
    planned(random_request(draw, 8, 3, max_orders_per_sortie=1 + seed % 3))


@pytest.mark.parametrize("seed", range(3))
def test_the_same_day_gives_the_same_plan_to_the_byte_on_one_and_two_workers(seed: int) -> None:
    """Under deterministic limits, with any number of workers, run again or not."""
    asked = random_request(Random(seed), 7, 2)
    options = [replace(QUICK, workers=workers) for workers in (1, 2, 1)]
    written = {PLAN.dump_json(planned(asked, options=each)) for each in options}
    assert len(written) == 1


def test_the_order_in_which_orders_are_listed_does_not_matter() -> None:
    asked = random_request(Random(4), 6, 2)
    listed = replace(asked, orders=tuple(reversed(asked.orders)))
    assert planned(listed) == planned(asked)


def test_a_plan_names_how_it_was_asked_for() -> None:
    plan = planned(request(order()), options=replace(QUICK, seed=7))
    assert (plan.options.seed, plan.options.time_limit_s, plan.options.deterministic) == (
        7,
        2.0,
        True,
    )
    assert plan.edition == SMALL.edition
    assert plan.rulebook == shipped_rulebook().hash


def test_wall_time_limits_a_plan_that_need_not_be_deterministic() -> None:
    planned(random_request(Random(5), 5, 2), options=SolveOptions(time_limit_s=0.5, workers=1))


def test_progress_is_told_from_nothing_to_nearly_done() -> None:
    told: list[Progress] = []
    make_plan(SMALL, request(order("O-0"), OVER), shipped_rulebook(), QUICK, told.append)
    done = [each.done for each in told]
    assert done == sorted(done)
    assert (done[0], told[0].stage) == (0.0, "compile")
    assert done[-1] < 1.0


def test_a_day_with_too_many_groups_of_three_flies_pairs(monkeypatch: pytest.MonkeyPatch) -> None:
    """And says that its bound is the weaker one."""
    monkeypatch.setattr(planner.bound.pool, "MOST_LARGE_GROUPS", 0)
    plan = planned(random_request(Random(6), 8, 2, max_orders_per_sortie=3))
    assert plan.bound.method == COVER_METHOD
    assert all(
        len({each for leg in sortie.legs for each in leg.orders}) < 3 for sortie in plan.sorties
    )


# -- what is worth doing -----------------------------------------------------------------


def test_orders_that_go_the_same_way_share_a_sortie() -> None:
    plan = planned(request(OVER, replace(OVER, id="O-2")))
    (sortie,) = plan.sorties
    assert {leg.orders for leg in sortie.legs} == {("O-1", "O-2"), ()}


def test_one_order_a_sortie_where_the_rules_say_so() -> None:
    asked = request(OVER, replace(OVER, id="O-2"), rules=Rules(max_orders_per_sortie=1))
    assert len(planned(asked).sorties) == 2


def test_the_plan_of_one_order_is_proven_within_a_part_in_a_hundred() -> None:
    assert planned(request(OVER)).bound.gap < 0.01


# -- edges -------------------------------------------------------------------------------


def test_a_day_without_orders_is_an_empty_plan() -> None:
    plan = planned(request())
    assert (plan.sorties, plan.unserved, plan.cost.total_cents, plan.bound.gap) == ((), (), 0, 0.0)


def test_a_day_without_drones_serves_nothing_and_proves_it() -> None:
    plan = planned(request(order("O-0"), OVER, drones=()))
    assert plan.cost.total_cents == plan.bound.lower_bound_cents == 60_000
    assert {reason.code for each in plan.unserved for reason in each.reasons} == {"FLEET_BUSY"}


def test_a_day_of_impossible_orders_serves_nothing_and_proves_it() -> None:
    heavy = [order(f"O-{number}", mass_kg=50.0) for number in range(3)]
    plan = planned(request(*heavy))
    assert plan.sorties == ()
    assert plan.cost.total_cents == plan.bound.lower_bound_cents == 90_000


def test_one_drone_serves_one_order_after_the_other() -> None:
    """Three crossings in three sorties; the bound of one drone is near."""
    orders = [replace(OVER, id=f"O-{n}", mass_kg=9.0) for n in range(3)]
    plan = planned(request(*orders))
    assert len(plan.sorties) == 3
    assert plan.unserved == ()


def test_an_order_at_midnight_is_left_out_for_what_is_closed_at_night() -> None:
    """Neither may it be cleared at night, nor the drone come back empty; both are named."""
    hours = {"ready": at("00:00"), "due": at("01:00")}
    early = order("O-1", "SZ-V1", "HK-V1", declarations=papers("general", "20:00", EVE), **hours)
    night = drone(available_from=at("00:00"))
    plan = planned(request(early, drones=(night,)))
    codes = [each.code for each in plan.unserved[0].reasons]
    assert codes == ["CUSTOMS_CLOSED", "EMPTY_CROSSING"]


# -- reasons -----------------------------------------------------------------------------


def _late_paper() -> Request:
    asked = replace(OVER, declarations=papers("general", "11:58"))
    return request(asked, rules=Rules(max_late_s=0))


def _too_many() -> Request:
    """Return two orders too heavy to share a sortie, at one time, for one drone."""
    pair = [order(f"O-{n}", mass_kg=9.0, due=at("08:10")) for n in (1, 2)]
    return request(*pair, rules=Rules(max_late_s=0))


def _unregistered() -> Request:
    return request(OVER, drones=(drone(registered=("SZ",)),))


def _undeclared() -> Request:
    return request(replace(OVER, declarations=()))


def _storm() -> Request:
    return request(order(), weather=weather(warnings=(("T8", "00:00", "23:59"),)))


def _gale() -> Request:
    return request(order(), weather=weather(wind("00:00", "23:59", 12.5)))


LEFT_OUT: tuple[tuple[str, Callable[[], Request]], ...] = (
    ("PAYLOAD_MASS", lambda: request(order(mass_kg=10.5))),
    ("PAYLOAD_VOLUME", lambda: request(order(volume_l=61.0))),
    ("GOODS_PROHIBITED", lambda: request(order(goods="dangerous"))),
    ("GOODS_NOT_CARRIED", lambda: request(order(), drones=(drone(goods=("document",)),))),
    ("DOCUMENT_MISSING", _undeclared),
    ("DECLARATION_LATE", _late_paper),
    ("ORDER_DUE", lambda: request(order(due=at("08:03")), rules=Rules(max_late_s=0))),
    ("PERMISSION_MISSING", lambda: request(OVER, permissions=HELD[:4])),
    ("PERMISSION_DEADLINE", lambda: request(order(), planned_at=at("12:30", EVE))),
    ("SIDE_NOT_REGISTERED", _unregistered),
    ("ENERGY_RESERVE", lambda: request(order(), types=(replace(TYPE, battery_wh=250.0),))),
    ("FLEET_BUSY", _too_many),
    ("WARNING_IN_FORCE", _storm),
    ("WIND_LIMIT", _gale),
)


@pytest.mark.parametrize(("code", "day"), LEFT_OUT, ids=[code for code, _ in LEFT_OUT])
def test_an_order_left_out_says_which_rule_decided_and_what_would_help(
    code: str, day: Callable[[], Request]
) -> None:
    (left_out,) = planned(day()).unserved
    assert {each.code for each in left_out.reasons} == {code}
    assert all(each.message and each.values and each.remedy for each in left_out.reasons)


def test_an_order_for_a_closed_site_says_so() -> None:
    plan = planned(request(order()), changed(SMALL, "SZ-V2", hours="18:00-22:00"))
    (left_out,) = plan.unserved
    assert [each.code for each in left_out.reasons] == ["SITE_CLOSED"]

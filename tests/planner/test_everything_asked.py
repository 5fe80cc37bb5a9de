"""A day that asks for all at once: charging, boxes, orders apart, returns, an end elsewhere."""

import datetime as dt
from dataclasses import replace
from random import Random

import pytest

from geodata.network import Network
from planner.certify import certify_plan
from planner.check import check_plan
from planner.request.fleet import Charging, Rules
from planner.request.request import Request
from planner.rules.rulebook import shipped_rulebook
from planner.solve.solve import plan_with_proof
from planner.testing.day import TYPE, at, drone, order, request
from tests.geodata.small import changed, small_network
from tests.planner.days import QUICK
from tests.planner.everything import asked_at_random


def network() -> Network:
    """Return the small network with two chargers at SZ-V1 instead of batteries."""
    fields = {"battery_swap": False, "chargers": 2, "charger_kw": 6.0}
    return changed(small_network(), "SZ-V1", **fields)


def day() -> Request:
    """Return three drones of two bases: one charges, one goes over the boundary at the end."""
    out = [order(f"A-{number}", "SZ-V1", "HK-V2", mass_kg=1.0) for number in range(3)]
    back = [
        order(f"B-{number}", "HK-V2", "SZ-V1", after=f"A-{number}", after_s=900, due=at("14:00"))
        for number in range(3)
    ]
    box = [order(f"C-{number}", mass_kg=2.0, box="BOX") for number in range(2)]
    blood = order("D-0", goods="biological", mass_kg=1.0)
    alone = order("E-0", mass_kg=1.0, not_with=("C-0", "A-0"))
    return request(
        *out, *back, *box, blood, alone,
        drones=(
            drone("D-1"),
            drone("D-2", charge=0.7, ends_at="HK-V1", available_until=at("16:00")),
            drone("D-3", "HK-V1", available_until=at("09:30")),
        ),
        types=(replace(TYPE, charging=Charging(power_w=3000.0, taper_from=0.8, taper_factor=0.5)),),
        rules=Rules(segregated=(("biological", "general"),)),
    )  # fmt: skip


def test_a_day_that_asks_for_everything_is_planned_checked_and_certified() -> None:
    asked = day()
    proven = plan_with_proof(network(), asked, shipped_rulebook(), QUICK)
    plan = proven.plan
    assert plan.unserved == ()
    assert certify_plan(proven.certificate, plan, network(), asked, shipped_rulebook()) == []
    together = [
        {event.order for stop in each.stops for event in stop.events if event.kind == "load"}
        for each in plan.sorties
    ]
    assert any({"C-0", "C-1"} <= each for each in together)
    assert not any({"C-0", "E-0"} <= each or {"A-0", "E-0"} <= each for each in together)
    assert {"D-0"} in together
    events = [event for each in plan.sorties for stop in each.stops for event in stop.events]
    over = {event.order: event.end for event in events if event.kind == "unload"}
    loaded = {event.order: event.start for event in events if event.kind == "load"}
    for number in range(3):
        waited = loaded[f"B-{number}"] - over[f"A-{number}"]
        assert waited >= dt.timedelta(seconds=900)
    turned = {
        (each.stops[-1].place, event.kind)
        for each in plan.sorties
        for event in each.stops[-1].events
        if event.order is None
    }
    assert ("SZ-V1", "charge") in turned
    assert turned <= {("SZ-V1", "charge"), ("HK-V1", "swap")}
    mine = [each for each in plan.sorties if each.drone == "D-2"]
    assert not mine or mine[-1].stops[-1].place == "HK-V1"


@pytest.mark.parametrize("seed", range(10))
def test_whatever_is_asked_is_planned_checked_and_certified(seed: int) -> None:
    draw = Random(seed)
    most, ways = draw.choice((1, 2, 3, 5)), draw.choice((0, 2))
    size = draw.randint(4, 8), draw.randint(1, 4)
    given, asked = asked_at_random(draw, *size, max_orders_per_sortie=most, other_ways=ways)
    proven = plan_with_proof(given, asked, shipped_rulebook(), replace(QUICK, time_limit_s=0.5))
    assert check_plan(proven.plan, given, asked, shipped_rulebook()) == []
    if proven.certificate is not None:
        assert certify_plan(proven.certificate, proven.plan, given, asked, shipped_rulebook()) == []

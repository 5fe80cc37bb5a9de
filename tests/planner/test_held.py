"""What others hold is kept clear of, and an order that finds no room beside it says so."""

from dataclasses import replace
from random import Random
from types import SimpleNamespace
from typing import Any

import pytest

from geodata.faults import InvalidInput
from planner.air.airspace import Airspace
from planner.check import check_plan
from planner.day.calendar import Calendar
from planner.dispatch.holdings import enter_held, holdings, together
from planner.read.request import parse_request
from planner.request.fleet import FLEET, Rules
from planner.request.held import FREE, HELD, Held, HeldAir, HeldSeats
from planner.request.order import ORDERS
from planner.request.request import Request
from planner.rules.rulebook import shipped_rulebook
from planner.solve.solve import make_plan
from planner.testing.day import EVE, at, drone, order, request
from tests.geodata.small import small_network
from tests.planner.days import QUICK, random_order

RULEBOOK = shipped_rulebook()


def day(*numbers: int, seed: int, **fields: object) -> Request:
    draw = Random(seed)
    drones = (drone("D1"), drone("D2", "HK-V1"))
    return request(*(random_order(draw, number) for number in numbers), drones=drones, **fields)


@pytest.mark.parametrize("seed", range(2))
def test_two_operators_keep_clear_of_each_other(seed: int) -> None:
    """The second plan keeps every rule beside the first; one made without it does not."""
    network = small_network()
    one = day(*range(8), seed=seed)
    first = make_plan(network, one, RULEBOOK, QUICK)
    held = holdings(first, network, one.fleet.rules)
    other = replace(one, held=held)
    second = make_plan(network, other, RULEBOOK, QUICK)
    assert check_plan(second, network, other, RULEBOOK) == []
    assert second.bound.lower_bound_cents <= second.cost.total_cents
    careless = replace(first, request=other.hash)
    broken = {each.code for each in check_plan(careless, network, other, RULEBOOK)}
    assert "HELD_BY_OTHERS" in broken


def test_blocks_of_another_length_are_kept_clear_of_too() -> None:
    network = small_network()
    one = day(*range(6), seed=7)
    held = holdings(make_plan(network, one, RULEBOOK, QUICK), network, one.fleet.rules)
    fleet = replace(one.fleet, rules=Rules(block_length_m=90, separation_lateral_m=60))
    other = replace(one, fleet=fleet, held=held)
    second = make_plan(network, other, RULEBOOK, QUICK)
    assert check_plan(second, network, other, RULEBOOK) == []


def test_an_order_without_room_beside_others_is_told_so() -> None:
    """All pads of its destination are held all day."""
    spans = ((at("00:00"), at("23:59")),) * 4
    seats = HeldSeats(site="HK-V2", kind="pads", spans=spans)
    asked = request(order("O-1", "HK-V1", "HK-V2", declarations=()), drones=(drone("D", "HK-V1"),))
    free = make_plan(small_network(), asked, RULEBOOK, QUICK)
    assert free.unserved == ()
    full = replace(asked, held=Held(seats=(seats,)))
    plan = make_plan(small_network(), full, RULEBOOK, QUICK)
    (left_out,) = plan.unserved
    (reason,) = left_out.reasons
    assert reason.code == "HELD_BY_OTHERS"
    assert reason.values["pads"] == "HK-V2"


def test_nothing_held_changes_no_hash_and_anything_held_does() -> None:
    one = day(1, seed=1)
    assert replace(one, held=Held()).hash == one.hash
    seats = HeldSeats(site="HK-V2", kind="pads", spans=((at("08:00"), at("09:00")),))
    assert replace(one, held=Held(seats=(seats,))).hash != one.hash


def test_holdings_come_back_from_their_file_and_add_up() -> None:
    network, one = small_network(), day(*range(4), seed=2)
    held = holdings(make_plan(network, one, RULEBOOK, QUICK), network, one.fleet.rules)
    assert held != FREE
    both = together([held, held])
    assert len(both.air) == 2 * len(held.air)
    files = {
        "orders.json": ORDERS.dump_json(one.orders),
        "fleet.json": FLEET.dump_json(one.fleet),
        "held.json": HELD.dump_json(both),
    }
    assert parse_request(files, network, RULEBOOK).held == both


def test_every_fault_of_a_held_file_is_named() -> None:
    one = day(1, seed=1)
    held = (
        '{"air": [{"area": [[114, 22], [114.1, 22.1], [114.1, 22], [114, 22.1]],'
        '"lower_amsl_m": 9, "upper_amsl_m": 9,'
        '"spans": [["2026-11-24T09:00:00+08:00", "2026-11-24T08:00:00+08:00"]]}]}'
    )
    files = {
        "orders.json": ORDERS.dump_json(one.orders),
        "fleet.json": FLEET.dump_json(one.fleet),
        "held.json": held.encode(),
    }
    with pytest.raises(InvalidInput) as caught:
        parse_request(files, small_network(), RULEBOOK)
    codes = {each.code for each in caught.value.faults}
    assert codes == {"BAND_REVERSED", "OUTLINE_CROSSED", "TIMES_REVERSED"}


@pytest.mark.parametrize(("until", "kept_clear_of"), [("23:59:58", True), ("23:59:50", False)])
def test_what_is_held_just_before_midnight_is_kept_clear_of_after_it(
    until: str, kept_clear_of: bool
) -> None:
    """With a buffer of 5 s, a flight at midnight waits for what ends 2 s before, not for 10 s."""
    network, asked = small_network(), request(order("O-1", "HK-V1", "HK-V2", declarations=()))
    everywhere = ((113.5, 22.2), (114.5, 22.2), (114.5, 22.8), (113.5, 22.8))
    air = HeldAir(
        area=everywhere,
        lower_amsl_m=-100,
        upper_amsl_m=10_000,
        spans=((at("23:50", EVE), at(until, EVE)),),
    )
    airspace = Airspace(network, replace(asked, held=Held(air=(air,))))
    calendar = Calendar(airspace.blocks, asked.fleet.rules.time_buffer_s, (), ())
    enter_held(calendar, airspace)
    chain = SimpleNamespace(blocks=(0,))
    flight: Any = SimpleNamespace(chain=chain, takeoff_s=0, enter=(0,), exit=(20,))
    assert calendar.traffic.delay_s(flight) == (3 if kept_clear_of else 0)

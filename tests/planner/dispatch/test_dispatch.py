"""One tour at a time: how it is timed, and every rule that refuses one."""

import datetime as dt
import math
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from planner.day.tour import Step, TimedTour, Tour, Unflyable, bay_stays, idle_s
from planner.dispatch import dispatch, legs, takeoff, tour_rules, work
from planner.dispatch.dispatch import Dispatcher
from planner.request.fleet import Permission, Rules
from planner.request.order import Order
from planner.rules.rulebook import Rulebook, shipped_rulebook
from planner.testing.day import (
    DAY,
    EVE,
    HELD,
    TYPE,
    at,
    drone,
    order,
    papers,
    request,
    second,
    weather,
)
from tests.planner.days import delivery, instance, round_of

EIGHT = second("08:00")
OVER = order("O-1", "SZ-V1", "HK-V2")
"""Over the boundary, cleared fastest at the joint checkpoint HK-J1."""


def dispatcher(*orders: Order, **fields: Any) -> Dispatcher:
    """Return a dispatcher with an empty day for a request on the small network."""
    return Dispatcher(instance(request(*orders, **fields)))


def crowd(found: Dispatcher, site: str, begin: str, end: str) -> Dispatcher:
    """Take all pads of a site for a while."""
    seats = found.calendar.pads[site]
    for _ in range(seats.capacity):
        seats.add(second(begin), second(end))
    return found


def places(timed: TimedTour) -> list[str]:
    """Return where a tour stops."""
    return [stop.place for stop in timed.stops]


def kinds(timed: TimedTour) -> list[list[str]]:
    """Return what happens at each stop."""
    return [[event.kind for event in stop.events] for stop in timed.stops]


# -- how a tour is timed -----------------------------------------------------------------


def test_a_tour_prepares_loads_flies_unloads_comes_home_and_swaps() -> None:
    """781 m, 1000 m and 943 m at 14 m/s; up 55 m, over the waypoint 25 m, down 80 m."""
    timed = dispatcher(order()).fly(delivery(0), EIGHT)
    assert places(timed) == ["SZ-V1", "SZ-V2", "SZ-V1"]
    assert kinds(timed) == [["preflight", "load"], ["unload"], ["swap"]]
    corners_m = math.hypot(500, 600), 1000.0, math.hypot(500, 800)
    level_s = (sum(corners_m) - 80.0) / 14
    airborne_s = 5 + 55 / 4 + level_s + 25 / 4 + 80 / 3 + 10
    out = timed.flights[0]
    assert out.airborne_s == pytest.approx(airborne_s, abs=0.02)
    first, second_stop, last = timed.stops
    assert (first.arrive_s, first.depart_s) == (EIGHT, EIGHT + 60 + 60)
    assert second_stop.arrive_s == first.depart_s + math.ceil(airborne_s)
    assert second_stop.depart_s == second_stop.arrive_s + 60
    assert last.depart_s == last.arrive_s + TYPE.swap_s


def test_cost_is_time_energy_and_lateness_each_rounded_up() -> None:
    """HKD 2.50 a minute, HKD 1.50 a kWh; standard lateness HKD 1 a minute."""
    late = order(due=at("08:05"))
    timed = dispatcher(late).fly(delivery(0), EIGHT)
    minutes = (timed.end_s - timed.start_s) / 60
    assert timed.time_cents == math.ceil(250 * minutes)
    assert timed.energy_cents == math.ceil(sum(timed.energies_wh) / 1000 * 150)
    handed_over = timed.stops[1].events[0].end_s
    assert timed.late_cents == math.ceil((handed_over - second("08:05")) / 60 * 100)
    assert timed.cents == timed.time_cents + timed.energy_cents + timed.late_cents


def test_goods_cross_by_the_quickest_checkpoints_that_clear_them() -> None:
    timed = dispatcher(OVER).fly(delivery(0), EIGHT)
    assert places(timed) == ["SZ-V1", "HK-J1", "HK-V2", "SZ-V1"]
    assert kinds(timed)[1] == ["joint"]


def test_goods_that_no_joint_checkpoint_clears_pass_export_then_import() -> None:
    bonded = order("O-1", "SZ-V1", "HK-V2", goods="bonded")
    timed = dispatcher(bonded).fly(delivery(0), EIGHT)
    assert places(timed) == ["SZ-V1", "SZ-C1", "HK-C1", "HK-V2", "SZ-V1"]
    assert kinds(timed)[1:3] == [["export"], ["import"]]


def test_orders_that_share_a_crossing_are_cleared_one_after_the_other_in_one_bay() -> None:
    timed = dispatcher(OVER, replace(OVER, id="O-2")).fly(round_of(0, 1), EIGHT)
    assert kinds(timed)[1] == ["joint", "joint"]
    first, other = timed.stops[1].events
    assert first.end_s == other.start_s
    assert list(bay_stays(timed)) == [("HK-J1", first.start_s, other.end_s)]


def test_a_clearance_waits_for_its_documents() -> None:
    """Lodged at 08:00, a quarter of an hour ahead in the sandbox: cleared from 08:15."""
    timed = dispatcher(replace(OVER, declarations=papers("general", "08:00"))).fly(
        delivery(0), EIGHT
    )
    assert timed.stops[1].events[0].start_s == second("08:15")


def test_unloading_comes_before_loading_at_a_stop() -> None:
    back = order("O-2", "SZ-V2", "SZ-V1")
    steps = (Step(0, True), Step(1, True), Step(0, False), Step(1, False))
    swapped = (Step(0, True), Step(0, False), Step(1, True), Step(1, False))
    found = dispatcher(order(), back)
    for tour in (Tour(0, steps), Tour(0, swapped)):
        assert kinds(found.fly(tour, EIGHT))[1] == ["unload", "load"]


def test_no_wait_before_the_first_take_off_is_paid() -> None:
    """Preflight and loading move up to the take-off: the order is ready at 09:00."""
    timed = dispatcher(order(ready=at("09:00"))).fly(delivery(0), EIGHT)
    assert timed.start_s == second("08:59")
    assert idle_s(timed) == 0


def test_a_drone_waits_on_its_pad_for_the_air_to_be_free() -> None:
    """A second drone on the same lanes leaves when the first is a block and 5 s ahead."""
    found = dispatcher(order(), order("O-2"), drones=(drone(), drone("D-2")))
    first = found.fly(delivery(0), EIGHT)
    found.enter(first)
    behind = found.fly(delivery(1), EIGHT)
    longest = max(
        leave - enter
        for enter, leave in zip(first.flights[0].enter, first.flights[0].exit, strict=True)
    )
    apart = behind.flights[0].takeoff_s - first.flights[0].takeoff_s
    assert apart == longest + 5


def test_a_drone_waits_for_a_pad_where_it_is_going() -> None:
    """Both pads of SZ-V2 are taken until 08:30."""
    found = crowd(dispatcher(order()), "SZ-V2", "08:00", "08:30")
    assert found.fly(delivery(0), EIGHT).stops[1].arrive_s == second("08:30")


def test_a_drone_waits_for_a_bay() -> None:
    found = dispatcher(OVER)
    seats = found.calendar.bays["HK-J1"]
    for _ in range(seats.capacity):
        seats.add(EIGHT, second("08:08"))
    assert found.fly(delivery(0), EIGHT).stops[1].events[0].start_s == second("08:08")


def test_an_empty_drone_waits_for_the_hours_of_empty_crossings() -> None:
    """Delivered at 08:11 in Hong Kong, it may not come back before 08:15."""
    found = Dispatcher(instance(request(OVER), rulebook=crossing_empty("08:15-22:30")))
    assert found.fly(delivery(0), EIGHT).flights[-1].takeoff_s == second("08:15")


def crossing_empty(hours: str) -> Rulebook:
    """Return the shipped rules with other hours for empty crossings."""
    book = shipped_rulebook()
    rule = replace(book.customs.empty_crossing, hours=hours)
    return Rulebook(replace(book.customs, empty_crossing=rule), book.permissions)


def test_what_is_left_is_as_if_it_had_never_been_entered() -> None:
    found = dispatcher(OVER)
    alone = found.fly(delivery(0), EIGHT)
    found.enter(alone)
    assert found.fly(delivery(0), EIGHT).start_s > alone.start_s
    found.leave(alone)
    assert found.fly(delivery(0), EIGHT) == alone


def test_the_best_timing_starts_later_where_that_saves_waiting() -> None:
    """The goods wait at SZ-V2 until 09:00; a start at 08:54 waits for nothing."""
    away = order("O-1", "SZ-V2", "SZ-V1", ready=at("09:00"))
    timed = dispatcher(away, rules=Rules(max_wait_s=7200)).best(delivery(0), EIGHT)
    assert idle_s(timed) <= 1
    assert timed.stops[1].events[0].start_s == second("09:00")


def test_the_best_timing_keeps_within_the_time_it_is_given() -> None:
    found = dispatcher(order())
    end_s = found.best(delivery(0), EIGHT).end_s
    assert found.best(delivery(0), EIGHT, end_s).end_s == end_s
    with pytest.raises(Unflyable, match="DRONE_HOURS"):
        found.best(delivery(0), EIGHT, end_s - 1)


def test_the_best_timing_starts_when_the_first_hindrance_is_over() -> None:
    """Planned at 08:10, the confirmation lets off at 09:10."""
    filed = Permission(side="SZ", kind="flight_plan", reference="F", filed_at=at("11:00", EVE))
    found = dispatcher(order(), permissions=(*HELD, filed), planned_at=at("08:10"))
    assert found.best(delivery(0), EIGHT).flights[0].takeoff_s == second("09:10")


# -- what refuses a tour -----------------------------------------------------------------

Refused = tuple[Dispatcher, Tour, int]


def _goods() -> Refused:
    return dispatcher(order(), drones=(drone(goods=("document",)),)), delivery(0), EIGHT


def _far_side() -> Refused:
    return dispatcher(OVER, drones=(drone(registered=("SZ",)),)), delivery(0), EIGHT


def _base_side() -> Refused:
    """Return a drone that may not fly from where it is based."""
    based = drone(base="HK-V1", registered=("SZ",))
    return dispatcher(order(), drones=(based,)), delivery(0), EIGHT


def _crossings() -> Refused:
    """Over, back and over again."""
    back = order("O-2", "HK-V2", "SZ-V2")
    three = Rules(max_orders_per_sortie=3)
    again = replace(OVER, id="O-3")
    return dispatcher(OVER, back, again, rules=three), delivery(0, 1, 2), EIGHT


def _planned_too_late() -> Refused:
    return dispatcher(order(), planned_at=at("12:30", EVE)), delivery(0), EIGHT


def _not_permitted() -> Refused:
    return dispatcher(OVER, permissions=HELD[:4]), delivery(0), EIGHT


def _confirmed_too_late() -> Refused:
    filed = Permission(side="SZ", kind="flight_plan", reference="F", filed_at=at("11:00", EVE))
    fleet = {"permissions": (*HELD, filed), "planned_at": at("08:10")}
    return dispatcher(order(), **fleet), delivery(0), EIGHT


def _before_work() -> Refused:
    early = order(ready=at("06:00"))
    return dispatcher(early), delivery(0), second("06:30")


def _after_work() -> Refused:
    return dispatcher(order(), drones=(drone(available_until=at("08:10")),)), delivery(0), EIGHT


def _under_way() -> Refused:
    return dispatcher(order(max_under_way_s=300)), delivery(0), EIGHT


def _due() -> Refused:
    return dispatcher(order(due=at("08:05")), rules=Rules(max_late_s=60)), delivery(0), EIGHT


def _mass() -> Refused:
    return dispatcher(order(mass_kg=6.0), order("O-2", mass_kg=6.0)), round_of(0, 1), EIGHT


def _volume() -> Refused:
    return dispatcher(order(volume_l=40.0), order("O-2", volume_l=40.0)), round_of(0, 1), EIGHT


def _declared_early() -> Refused:
    """Hong Kong's cargo information is good for 14 days in the sandbox."""
    old = papers("general", "06:00", DAY - dt.timedelta(days=15))
    return dispatcher(replace(OVER, declarations=old)), delivery(0), EIGHT


def _customs_closed() -> Refused:
    """Landed before customs closes at 20:00, but a physical inspection takes 8 minutes."""
    late = order("O-1", "SZ-V1", "HK-V2", goods="strategic", ready=at("19:00"), due=at("22:00"))
    working = drone(available_until=at("23:00"))
    return dispatcher(late, drones=(working,)), delivery(0), second("19:48")


def _sequence() -> Refused:
    """Goods within Shenzhen are still on board when others cross."""
    steps = (Step(0, True), Step(1, True), Step(1, False), Step(0, False))
    return dispatcher(order(), replace(OVER, id="O-2")), Tour(0, steps), EIGHT


def _class() -> Refused:
    undeclared = replace(OVER, declarations=())
    return dispatcher(undeclared), delivery(0), EIGHT


def _no_route() -> Refused:
    stormy = weather(warnings=(("T8", "00:00", "23:59"),))
    return dispatcher(order(), weather=stormy), delivery(0), EIGHT


def _wait() -> Refused:
    return dispatcher(order("O-1", "SZ-V2", "SZ-V1", ready=at("09:00"))), delivery(0), EIGHT


def _energy() -> Refused:
    return dispatcher(order(), types=(replace(TYPE, battery_wh=300.0),)), delivery(0), EIGHT


def _empty() -> Refused:
    closing = crossing_empty("06:30-08:15")
    return Dispatcher(instance(request(OVER), rulebook=closing)), delivery(0), EIGHT


def _no_pad_to_start_from() -> Refused:
    return crowd(dispatcher(order()), "SZ-V1", "08:00", "08:01"), delivery(0), EIGHT


def _no_pad_to_stay_on() -> Refused:
    """Free a pad of SZ-V2 for the landing at 08:06:11, but not for all of the unloading."""
    return crowd(dispatcher(order()), "SZ-V2", "08:06:30", "09:00"), delivery(0), EIGHT


def _no_pad_for_the_swap() -> Refused:
    return crowd(dispatcher(order()), "SZ-V1", "08:13", "08:20"), delivery(0), EIGHT


def _too_many() -> Refused:
    listed = (order(f"O-{number}", mass_kg=1.0) for number in range(3))
    return dispatcher(*listed), round_of(0, 1, 2), EIGHT


def _half_a_box() -> Refused:
    return dispatcher(order(box="B"), order("O-2", box="B")), delivery(0), EIGHT


def _apart() -> Refused:
    return dispatcher(order(), order("O-2", not_with=("O-1",))), round_of(0, 1), EIGHT


def _before_the_other() -> Refused:
    """O-2 is on board before O-1, which it comes after, is handed over."""
    return dispatcher(order(), order("O-2", after="O-1")), round_of(0, 1), EIGHT


def _without_the_other() -> Refused:
    found = dispatcher(order(), order("O-2", after="O-1"))
    return Dispatcher(found.instance, linked=True), delivery(1), EIGHT


REFUSALS: tuple[tuple[str, Callable[[], Refused]], ...] = (
    ("GOODS_NOT_CARRIED", _goods),
    ("SIDE_NOT_REGISTERED", _far_side),
    ("SIDE_NOT_REGISTERED", _base_side),
    ("CROSSINGS", _crossings),
    ("SORTIE_ORDERS", _too_many),
    ("BOX_SPLIT", _half_a_box),
    ("ORDERS_APART", _apart),
    ("ORDER_AFTER", _before_the_other),
    ("ORDER_AFTER", _without_the_other),
    ("PERMISSION_DEADLINE", _planned_too_late),
    ("PERMISSION_MISSING", _not_permitted),
    ("PERMISSION_DEADLINE", _confirmed_too_late),
    ("DRONE_HOURS", _before_work),
    ("DRONE_HOURS", _after_work),
    ("ORDER_UNDER_WAY", _under_way),
    ("ORDER_DUE", _due),
    ("PAYLOAD_MASS", _mass),
    ("PAYLOAD_VOLUME", _volume),
    ("DECLARATION_EARLY", _declared_early),
    ("CUSTOMS_CLOSED", _customs_closed),
    ("CUSTOMS_SEQUENCE", _sequence),
    ("CUSTOMS_CLASS", _class),
    ("NO_ROUTE", _no_route),
    ("PAD_WAIT", _wait),
    ("ENERGY_RESERVE", _energy),
    ("EMPTY_CROSSING", _empty),
    ("PAD_CAPACITY", _no_pad_to_start_from),
    ("PAD_CAPACITY", _no_pad_to_stay_on),
    ("PAD_CAPACITY", _no_pad_for_the_swap),
)


@pytest.mark.parametrize(
    ("code", "case"), REFUSALS, ids=[f"{code}{case.__name__}" for code, case in REFUSALS]
)
def test_a_tour_that_breaks_a_rule_is_refused_under_its_code(
    code: str, case: Callable[[], Refused]
) -> None:
    found, tour, start_s = case()
    with pytest.raises(Unflyable) as raised:
        found.fly(tour, start_s)
    assert raised.value.code == code


def test_every_code_that_the_dispatcher_raises_has_such_a_test() -> None:
    modules = (dispatch, legs, takeoff, tour_rules, work)
    text = "".join(Path(str(each.__file__)).read_text(encoding="utf-8") for each in modules)
    raised = set(re.findall(r'Unflyable\(\s*"([A-Z_]+)"', text))
    assert raised == {code for code, _ in REFUSALS}


@pytest.mark.parametrize("case", [_wait, _under_way, _no_pad_to_stay_on, _before_work])
def test_a_delay_that_may_help_is_told(case: Callable[[], Refused]) -> None:
    found, tour, start_s = case()
    with pytest.raises(Unflyable) as raised:
        found.fly(tour, start_s)
    assert raised.value.later_s is not None
    assert raised.value.later_s > 0


def test_no_delay_is_told_where_none_helps() -> None:
    found, tour, start_s = _goods()
    with pytest.raises(Unflyable) as raised:
        found.fly(tour, start_s)
    assert raised.value.later_s is None

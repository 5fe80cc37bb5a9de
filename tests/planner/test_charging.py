"""Drones that charge at their base: the curve, the queue for chargers, the bound and the plan."""

import math
from dataclasses import replace
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.network import Network
from planner.air.airspace import Airspace
from planner.bound.pool import build_pool, cover_worth
from planner.bound.simulation import SquadArrays
from planner.bound.simulation import turn_s as compiled_turn_s
from planner.bound.sorties import Enumerator
from planner.check import check_plan
from planner.check.charging import curve
from planner.day.calendar import Calendar
from planner.day.instance import Instance
from planner.day.taken import Taken
from planner.day.turnaround import turn_s, turnaround
from planner.dispatch.dispatch import Dispatcher
from planner.dispatch.roster import Roster
from planner.reasons.crowding import Crowding
from planner.reasons.reasons import Explainer
from planner.request.fleet import Charging, Rules
from planner.request.request import Request
from planner.rules.rulebook import shipped_rulebook
from planner.solve.solve import make_plan
from planner.testing.day import TYPE, at, drone, order, request, second
from tests.geodata.small import changed, small_network
from tests.planner.bound.test_bounds import every_column, under
from tests.planner.dawdler import flown
from tests.planner.days import BASES, QUICK, delivery, instance, random_request
from tests.planner.every_plan import least_cents

EIGHT = second("08:00")
CHARGED = replace(TYPE, charging=Charging(power_w=2000.0, taper_from=0.9, taper_factor=0.25))
"""300 Wh at the full end of the battery at 500 W, the rest at 2 kW."""


def charging_network(chargers: int = 1, charger_kw: float = 10.0) -> Network:
    """Return the small network whose bases have chargers instead of batteries."""
    network = small_network()
    for base in BASES:
        fields = {"battery_swap": False, "chargers": chargers, "charger_kw": charger_kw}
        network = changed(network, base, **fields)
    return network


def charging_day(*orders: str, drones: int = 1, **fields: object) -> Request:
    """Return a day of orders from SZ-V1 to SZ-V2 whose drones charge."""
    listed = tuple(order(each, mass_kg=6.0) for each in orders)
    fleet = tuple(drone(f"D-{number}", **fields) for number in range(drones))
    return request(*listed, drones=fleet, types=(CHARGED,))


def compiled(asked: Request, network: Network | None = None) -> Instance:
    """Return a day compiled on a network of chargers."""
    return instance(asked, network or charging_network())


@settings(max_examples=200)
@given(
    st.floats(1.0, 3000.0),
    st.floats(0.0, 1.0),
    st.floats(0.05, 1.0),
    st.floats(0.1, 20.0),
    st.floats(50.0, 20_000.0),
)
def test_a_charge_takes_what_its_curve_says(
    used_wh: float, taper_from: float, factor: float, charger_kw: float, charge_w: float
) -> None:
    """Planner, its compiled twin and checker agree, each by its own arithmetic."""
    charging = Charging(power_w=charge_w, taper_from=taper_from, taper_factor=factor)
    kind = replace(CHARGED, charging=charging)
    base = charging_network(charger_kw=charger_kw).vertiports["SZ-V1"]
    turn = turnaround(kind, base)
    checked = curve(kind, base)
    assert checked is not None
    needed_s = checked.seconds(used_wh)
    assert turn_s(turn, used_wh) == pytest.approx(needed_s, abs=1.001, rel=1e-9)
    assert turn_s(turn, used_wh) >= needed_s - 1e-3
    squad = SquadArrays(
        **dict.fromkeys(SquadArrays._fields, 0),  # type: ignore[arg-type]
    )._replace(slow_j=turn.slow_j, slow_s_per_j=turn.slow_s_per_j, fast_s_per_j=turn.fast_s_per_j)
    least_s = float(compiled_turn_s.py_func(squad, used_wh * 3600))  # type: ignore[attr-defined]
    assert math.ceil(least_s - 1e-3) <= turn_s(turn, used_wh) <= least_s + 1.001


def test_a_battery_is_swapped_wherever_that_can_be() -> None:
    both = changed(charging_network(), "SZ-V1", battery_swap=True).vertiports["SZ-V1"]
    assert turn_s(turnaround(CHARGED, both), 500.0) == CHARGED.swap_s
    alone = charging_network().vertiports["SZ-V1"]
    assert turn_s(turnaround(CHARGED, alone), 300.0) == 300 * 3600 / 500
    assert turn_s(turnaround(CHARGED, alone), 500.0) == 300 * 3600 / 500 + 200 * 3600 / 2000


def test_a_sortie_ends_with_a_charge_of_what_it_took() -> None:
    found = Dispatcher(compiled(charging_day("O-1")))
    timed = found.fly(delivery(0), EIGHT)
    last = timed.stops[-1]
    (event,) = last.events
    assert (event.kind, event.start_s, event.end_s) == ("charge", last.arrive_s, last.depart_s)
    turn = found.instance.squads[0].turn
    assert event.end_s - event.start_s == turn_s(turn, sum(timed.energies_wh))
    assert timed.time_cents == math.ceil((timed.end_s - timed.start_s) * 250 / 60)


def test_a_drone_waits_on_its_pad_for_a_charger() -> None:
    """One charger: the second drone to come home begins when the first is full."""
    found = Dispatcher(compiled(charging_day("O-1", "O-2", drones=2)))
    first = found.fly(delivery(0), EIGHT)
    found.enter(first)
    second_one = found.fly(delivery(1), EIGHT + 120)
    (event,) = second_one.stops[-1].events
    assert event.start_s == first.end_s > second_one.stops[-1].arrive_s
    found.leave(first)
    assert found.fly(delivery(1), EIGHT + 120).stops[-1].events[0].start_s < first.end_s


def test_what_another_part_of_the_day_charges_is_kept_clear_of() -> None:
    given = compiled(charging_day("O-1", "O-2", drones=2))
    found = Dispatcher(given)
    first = found.fly(delivery(0), EIGHT)
    taken = Taken.of([first], tuple(sorted(given.network.sites)))
    beside = Instance(given.airspace, given.rulebook, taken=taken)
    timed = Dispatcher(beside).fly(delivery(1), EIGHT + 120)
    assert timed.stops[-1].events[0].start_s >= first.end_s


def test_a_drone_not_fully_charged_begins_with_a_charge() -> None:
    """It lacks 600 Wh: 300 at 500 W and 300 at 2 kW."""
    asked = charging_day("O-1", charge=0.8)
    (squad,) = compiled(asked).squads
    assert squad.from_s == second("07:00") + 300 * 3600 / 500 + 300 * 3600 / 2000


def test_busy_chargers_leave_no_room_and_their_site_is_named() -> None:
    asked = request(
        order(due=at("08:20")),
        drones=(drone(available_until=at("10:00")),),
        types=(CHARGED,),
        rules=Rules(max_late_s=0),
    )
    roster = Roster(compiled(asked))
    calendar: Calendar = roster.dispatcher.calendar
    calendar.chargers["SZ-V1"].add(EIGHT, second("09:50"))
    alone = Dispatcher(roster.instance).fly(delivery(0), EIGHT)
    finding = Crowding(roster).finding(0, alone)
    assert (finding.values["rule"], finding.values["site"]) == ("CHARGER_CAPACITY", "SZ-V1")
    assert finding.remedy.startswith("one more charger")


def test_a_battery_that_does_not_last_is_blamed_and_not_the_time_to_charge_it() -> None:
    """Without the rule a drone lacks no more than before, so that it is ready as early."""
    weak = replace(CHARGED, battery_wh=200.0)
    asked = request(order(), drones=(drone(charge=0.5),), types=(weak,))
    (reason,) = Explainer(Roster(compiled(asked))).reasons(0)
    assert reason.code == "ENERGY_RESERVE"


@pytest.mark.parametrize("seed", range(6))
def test_every_sortie_that_charges_has_a_column_under_it(seed: int) -> None:
    """Cents and seconds, the charge by the least energy of each mode, in any weather."""
    draw = Random(seed)
    asked = random_charging_request(draw, 4, 2, most=3)
    given = instance(asked, charging_network())
    known = every_column(given)
    for timed in flown(given, draw, 60):
        columns = known[timed.tour.squad, timed.tour.jobs]
        assert any(under(bucket, bounds, timed) for bucket, bounds in columns.items())


def random_charging_request(draw: Random, orders: int, drones: int, most: int = 2) -> Request:
    """Return a small random day of drones that charge, slowly at times."""
    asked = random_request(draw, orders, drones, max_orders_per_sortie=most)
    (kind,) = asked.fleet.types
    power_w, taper_from = draw.choice((800.0, 3000.0, 20_000.0)), draw.choice((0.8, 1.0))
    charging = Charging(power_w=power_w, taper_from=taper_from, taper_factor=0.3)
    kind = replace(kind, charging=charging)
    return replace(asked, fleet=replace(asked.fleet, types=(kind,)))


@pytest.mark.parametrize("seed", range(6))
def test_a_day_of_charging_is_planned_checked_and_never_below_its_bound(seed: int) -> None:
    draw, network = Random(seed), charging_network()
    asked = random_charging_request(draw, 3, draw.randint(1, 2))
    given = Instance(Airspace(network, asked), shipped_rulebook())
    least = least_cents(given)
    pool = build_pool(Enumerator(given), 2)
    assert pool.relaxation.cents <= least + 1e-3
    assert cover_worth(Enumerator(given)).sum() <= least + 1e-3
    plan = make_plan(network, asked, shipped_rulebook(), QUICK)
    assert check_plan(plan, network, asked, shipped_rulebook()) == []
    assert plan.bound.lower_bound_cents <= least


def test_drones_of_a_busy_day_take_turns_at_the_charger() -> None:
    """Nine orders, three drones, one charger: charges follow each other and all is served."""
    network = charging_network(charger_kw=20.0)
    due = at("09:30")
    listed = tuple(order(f"O-{number}", mass_kg=6.0, due=due) for number in range(9))
    fleet = tuple(drone(f"D-{number}") for number in range(3))
    quick = replace(CHARGED, charging=Charging(power_w=3000.0))
    asked = request(*listed, drones=fleet, types=(quick,))
    plan = make_plan(network, asked, shipped_rulebook(), QUICK)
    assert check_plan(plan, network, asked, shipped_rulebook()) == []
    assert plan.unserved == ()
    assert len({each.drone for each in plan.sorties}) > 1
    charges = sorted(
        (event.start, event.end)
        for sortie in plan.sorties
        for event in sortie.stops[-1].events
        if event.kind == "charge"
    )
    assert len(charges) == len(plan.sorties)
    assert all(before[1] <= after[0] for before, after in pairwise(charges))
    (use,) = (each for each in plan.utilisation if each.kind == "chargers")
    assert (use.resource, use.peak) == ("SZ-V1", 1)

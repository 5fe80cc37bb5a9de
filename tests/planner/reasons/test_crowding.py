"""A filled day takes what still finds room, and says which rule leaves the rest none.

The order is one of 3 kg from SZ-V1 to SZ-V2 or HK-V2, handed over by 08:20, on the small network.
"""

from dataclasses import replace

import pytest

from geodata.schedule import DAY_S
from planner.air.legs import Flight
from planner.day.instance import Instance
from planner.day.tour import TimedTour, idle_s
from planner.dispatch.dispatch import Dispatcher
from planner.dispatch.roster import Roster
from planner.reasons.alone import first_timing, tour_alone
from planner.reasons.crowding import Crowding, settle
from planner.reasons.verdict import Finding
from planner.request.fleet import Prices, Rules
from planner.request.order import Order
from planner.testing.day import at, drone, order, request
from tests.geodata.small import changed, small_network
from tests.planner.days import instance

AT_HOME, OVER = order(due=at("08:20")), order("O-1", "SZ-V1", "HK-V2", due=at("08:20"))


def compiled(*orders: Order, drones: int = 1, prices: Prices | None = None) -> Instance:
    """Return a day without lateness, on which general goods cross by HK-J1 only."""
    fleet = tuple(drone(f"D-{number}") for number in range(drones))
    network = changed(small_network(), "SZ-C1", goods=("document",))
    rules = Rules(max_late_s=0, max_orders_per_sortie=1)
    return instance(request(*orders, drones=fleet, rules=rules, prices=prices or Prices()), network)


def alone(given: Instance, job: int = 0) -> TimedTour:
    """Return the first timing of a job on an empty day."""
    timed = first_timing(Dispatcher(given), tour_alone(given, 0, job), {})
    assert timed is not None
    return timed


def found(roster: Roster, job: int = 0) -> Finding:
    """Return what leaves a job no room on a roster."""
    return Crowding(roster).finding(job, alone(roster.instance, job))


def test_a_drone_that_is_out_leaves_no_room_and_another_would() -> None:
    """Of two orders at one time for one drone, the second is told when a drone would be needed."""
    roster = Roster(compiled(AT_HOME, replace(AT_HOME, id="O-2")))
    roster.enter("D-0", alone(roster.instance))
    finding = found(roster, 1)
    assert finding.values["rule"] == "DRONE_OVERLAP"
    assert finding.values["alone_from"] in finding.remedy
    assert "a drone as D-0" in finding.remedy
    both = Roster(compiled(AT_HOME, replace(AT_HOME, id="O-2"), drones=2))
    both.enter("D-0", alone(both.instance))
    assert Crowding(both).room(1) is not None


def test_full_pads_leave_no_room_and_their_site_is_named() -> None:
    roster = Roster(compiled(AT_HOME))
    pads = roster.dispatcher.calendar.pads["SZ-V2"]
    for _ in range(pads.capacity):
        pads.add(0, DAY_S)
    finding = found(roster)
    assert (finding.values["rule"], finding.values["site"]) == ("PAD_CAPACITY", "SZ-V2")
    assert finding.remedy.startswith("one more pad")


def test_full_bays_leave_no_room_and_their_checkpoint_is_named() -> None:
    roster = Roster(compiled(OVER))
    bays = roster.dispatcher.calendar.bays["HK-J1"]
    for _ in range(bays.capacity):
        bays.add(0, DAY_S)
    finding = found(roster)
    assert (finding.values["rule"], finding.values["site"]) == ("BAY_CAPACITY", "HK-J1")
    assert finding.remedy.startswith("one more bay")


def test_full_air_leaves_no_room() -> None:
    roster = Roster(compiled(AT_HOME))
    chain = alone(roster.instance).flights[0].chain
    size = len(chain.blocks)
    endless = Flight("T", chain, 0, (0,) * size, (DAY_S,) * size, float(DAY_S))
    roster.dispatcher.calendar.traffic.add(endless)
    assert found(roster).values["rule"] == "BLOCK_CONFLICT"


def test_what_leaves_no_room_only_together_names_no_one_rule() -> None:
    """A pad of SZ-V2 is free until 08:10 only, the air towards it from then on only."""
    roster = Roster(compiled(AT_HOME))
    chain = alone(roster.instance).flights[0].chain
    calendar, until = roster.dispatcher.calendar, 8 * 3600 + 600
    for _ in range(calendar.pads["SZ-V2"].capacity):
        calendar.pads["SZ-V2"].add(until, DAY_S)
    size = len(chain.blocks)
    morning = Flight("T", chain, 0, (0,) * size, (until,) * size, float(until))
    calendar.traffic.add(morning)
    assert Crowding(roster).room(0) is None
    assert "rule" not in found(roster).values


def test_what_finds_room_is_entered_at_the_least_cost_and_dearest_first() -> None:
    """One drone, two orders at one time: the express one is served, though it is listed last."""
    given = compiled(AT_HOME, replace(AT_HOME, id="O-2", priority="express"))
    roster = Roster(given)
    settle(roster, lambda: False)
    assert roster.served() == {1}
    (entered,) = (timed for _, timed in roster.tours())
    assert entered.cents == alone(given, 1).cents


def test_what_costs_more_than_leaving_it_out_is_not_entered() -> None:
    dear = Prices(unserved_cents={"standard": 3_000, "express": 1, "emergency": 1})
    roster = Roster(compiled(AT_HOME, prices=dear))
    settle(roster, lambda: False)
    assert roster.served() == set()
    worth = Prices(unserved_cents={"standard": 9_000, "express": 1, "emergency": 1})
    roster = Roster(compiled(AT_HOME, prices=worth))
    settle(roster, lambda: False)
    assert roster.served() == {0}


def test_no_order_is_entered_when_the_time_is_over_and_the_reason_says_so() -> None:
    roster = Roster(compiled(AT_HOME))
    settle(roster, lambda: True)
    assert roster.served() == set()
    assert "longer time limit" in found(roster).remedy


@pytest.mark.parametrize("drones", [1, 2])
def test_a_drone_not_used_yet_costs_its_day(drones: int) -> None:
    """With the price between the sortie and sortie and day, only a drone already out serves."""
    prices = Prices(unserved_cents={"standard": 6_000, "express": 90_000, "emergency": 1})
    first = replace(AT_HOME, id="O-2", priority="express", ready=at("08:30"), due=at("09:00"))
    roster = Roster(compiled(AT_HOME, first, drones=drones, prices=prices))
    assert Crowding(roster).room(0) is None
    roster.enter("D-0", alone(roster.instance, 1))
    place = Crowding(roster).room(0)
    assert place is not None
    assert place[0] == "D-0"


def test_who_would_stand_idle_on_the_way_is_entered_later() -> None:
    given = compiled(order("O-1", "SZ-V2", "SZ-V1", ready=at("09:00"), due=at("10:00")))
    room = Crowding(Roster(given)).room(0)
    assert room is not None
    assert idle_s(room[1]) <= 1 < idle_s(alone(given))

"""Why an order is left out: the rule that decided is named, with its values and what would help."""

import datetime as dt
from dataclasses import replace
from random import Random
from typing import Any

import pytest

from geodata.features import Zone
from geodata.network import Network
from planner.day.instance import Instance
from planner.dispatch.roster import Roster
from planner.plan.plan import Reason
from planner.reasons.reasons import Explainer
from planner.reasons.relax import RELAXATIONS
from planner.request.fleet import Permission, Prices, Rules
from planner.request.request import Request
from planner.rules.codes import RULES
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
    weather,
    wind,
)
from tests.geodata.small import changed, small_network
from tests.planner.days import instance, random_request

OVER = order("O-1", "SZ-V1", "HK-V2")
SMALL = small_network()


def reasons(given: Instance, job: int = 0) -> tuple[Reason, ...]:
    """Return why a job cannot be served."""
    return Explainer(Roster(given)).reasons(job)


def why(asked: Request, network: Network = SMALL, rulebook: Rulebook | None = None) -> Reason:
    """Return the one reason of the one order of a request that cannot be served."""
    (reason,) = reasons(instance(asked, network, rulebook))
    return reason


# -- what no time of day changes ---------------------------------------------------------


def test_goods_that_may_not_be_flown_are_told_at_once() -> None:
    reason = why(request(order(goods="dangerous", mass_kg=50.0)))
    assert (reason.code, reason.values) == ("GOODS_PROHIBITED", {"goods": "dangerous"})


def test_a_day_without_drones_has_no_room() -> None:
    reason = why(request(order(), drones=()))
    assert (reason.code, reason.remedy) == ("FLEET_BUSY", "add a drone")


def test_an_order_heavier_than_any_drone_carries() -> None:
    reason = why(request(order(mass_kg=10.5)))
    assert reason.code == "PAYLOAD_MASS"
    assert reason.values == {"mass_kg": 10.5, "payload_kg": 10.0, "type": "T"}


def test_an_order_larger_than_any_drone_carries() -> None:
    reason = why(request(order(volume_l=61.0)))
    assert reason.code == "PAYLOAD_VOLUME"
    assert reason.values == {"volume_l": 61.0, "allowed_l": 60.0, "type": "T"}


def test_goods_that_no_drone_is_equipped_for() -> None:
    reason = why(request(order(goods="biological"), drones=(drone(goods=("general",)),)))
    assert (reason.code, reason.values) == ("GOODS_NOT_CARRIED", {"goods": "biological"})


def test_a_crossing_that_no_drone_is_registered_for() -> None:
    reason = why(request(OVER, drones=(drone(registered=("SZ",)),)))
    assert (reason.code, reason.values) == ("SIDE_NOT_REGISTERED", {"sides": "HK and SZ"})


def test_a_document_that_is_not_lodged() -> None:
    """Named once, at the checkpoints that take the class, though both that would ask for it."""
    lodged = tuple(each for each in OVER.declarations if each.document != "CN_EXPORT_DECLARATION")
    reason = why(request(replace(OVER, declarations=lodged)))
    assert reason.code == "DOCUMENT_MISSING"
    assert reason.values["document"] == "CN_EXPORT_DECLARATION"
    assert reason.values["stage"] == "export"


def test_every_document_that_is_not_lodged_is_named() -> None:
    found = reasons(instance(request(replace(OVER, declarations=()))))
    assert [each.values["document"] for each in found] == [
        "CN_EXPORT_DECLARATION",
        "HK_CARGO_INFORMATION",
    ]


def test_a_class_that_no_checkpoint_of_a_side_clears() -> None:
    bonded = order("O-1", "SZ-V1", "HK-V2", goods="bonded")
    without_bonded = changed(SMALL, "HK-C1", goods=("document", "general"))
    reason = why(request(bonded), without_bonded)
    assert reason.code == "CUSTOMS_CLASS"
    assert reason.values == {"checkpoint": "HK-C1", "goods": "bonded"}


def test_a_permission_that_is_not_held() -> None:
    held = tuple(each for each in HELD if each.kind != "nationality_registration")
    reason = why(request(OVER, permissions=held))
    assert reason.code == "PERMISSION_MISSING"
    assert reason.values["permission"] == "nationality_registration"


def test_a_permission_of_the_base_s_side_that_is_not_held() -> None:
    """An order within Hong Kong, but the only drone comes from Shenzhen."""
    held = tuple(each for each in HELD if each.kind != "nationality_registration")
    reason = why(request(order("O-1", "HK-V1", "HK-V2"), permissions=held))
    assert (reason.code, reason.values["side"]) == ("PERMISSION_MISSING", "SZ")


def test_a_deadline_that_has_passed() -> None:
    reason = why(request(order(), planned_at=at("12:30", EVE)))
    assert reason.code == "PERMISSION_DEADLINE"
    assert reason.values["planned_at"] == at("12:30", EVE).isoformat()


def test_all_that_stands_against_an_order_is_told() -> None:
    found = reasons(instance(request(order(mass_kg=11.0, volume_l=70.0))))
    assert [each.code for each in found] == ["PAYLOAD_MASS", "PAYLOAD_VOLUME"]


# -- what a time of day decides ----------------------------------------------------------


def test_an_order_that_could_be_served_alone_has_lost_its_room_to_others() -> None:
    reason = why(request(order()))
    assert reason.code == "FLEET_BUSY"
    assert reason.values["alone_from"] < at("08:10").isoformat()


def test_an_order_that_costs_more_than_leaving_it_out() -> None:
    """Some HKD 36 alone and HKD 50 for the drone's day, against a price that is given."""
    flown_cents = 3_636
    for price, codes in (
        (3_000, ["NOT_WORTH_FLYING"]),
        (6_000, ["FLEET_BUSY", "NOT_WORTH_FLYING"]),
    ):
        prices = Prices(unserved_cents={"standard": price, "express": 1, "emergency": 1})
        found = reasons(instance(request(order(), prices=prices)))
        assert [each.code for each in found] == codes
        assert found[-1].values == {"least_cents": flown_cents + 5_000, "left_out_cents": price}
        assert found[-1].remedy == "a price of more than 8636 cents for leaving it out"


def test_a_confirmation_that_comes_too_late_for_the_order() -> None:
    """Planned at 08:10, nothing takes off before 09:10; the order is due at 08:40."""
    filed = Permission(side="SZ", kind="flight_plan", reference="F", filed_at=at("11:00", EVE))
    fleet: dict[str, Any] = {"permissions": (*HELD, filed), "planned_at": at("08:10")}
    reason = why(request(order(due=at("08:40")), rules=Rules(max_late_s=600), **fleet))
    assert reason.code == "PERMISSION_DEADLINE"
    assert reason.values["earliest"] == at("09:10").isoformat()


def test_a_document_lodged_too_late() -> None:
    """Lodged at 11:58, a quarter of an hour ahead: cleared from 12:13, but due at 12:00."""
    asked = replace(OVER, declarations=papers("general", "11:58"))
    reason = why(request(asked, rules=Rules(max_late_s=0)))
    assert reason.code == "DECLARATION_LATE"
    assert reason.values["clears_from"] == at("12:13").isoformat()
    assert reason.values["lodged_at"] == at("11:58").isoformat()
    assert reason.remedy.startswith(f"lodge {reason.values['document']} by 2026-12-01T0")


def test_a_document_lodged_so_early_that_it_is_stale() -> None:
    old = papers("general", "06:00", DAY - dt.timedelta(days=20))
    reason = why(request(replace(OVER, declarations=old)))
    assert reason.code == "DECLARATION_EARLY"
    assert reason.values["document"] == "HK_CARGO_INFORMATION"
    assert reason.remedy == "lodge HK_CARGO_INFORMATION again"


def test_a_stop_warning_all_through_the_order_s_window() -> None:
    stormy = weather(warnings=(("T8", "06:00", "18:00"),))
    reason = why(request(order(), weather=stormy))
    assert reason.code == "WARNING_IN_FORCE"
    assert reason.values == {
        "warning": "T8",
        "since": at("06:00").isoformat(),
        "until": at("18:00").isoformat(),
    }
    assert reason.remedy == f"a due time after {at('18:00').isoformat()}"


def test_a_warning_that_stops_nothing_decides_nothing() -> None:
    damp = weather(warnings=(("amber", "06:00", "18:00"),), stop_warnings=("T8",))
    assert why(request(order(), weather=damp)).code == "FLEET_BUSY"


def test_wind_over_the_limit_all_through_the_order_s_window() -> None:
    reason = why(request(order(), weather=weather(wind("06:00", "18:00", 12.5))))
    assert reason.code == "WIND_LIMIT"
    assert reason.values == {
        "wind_m_s": 12.5,
        "limit_m_s": 12.0,
        "type": "T",
        "since": at("06:00").isoformat(),
        "until": at("18:00").isoformat(),
    }


def test_wind_that_leaves_no_headway_is_wind_too() -> None:
    sturdy = (replace(TYPE, wind_limit_m_s=20.0),)
    gale = weather(wind("06:00", "18:00", 13.8, 45.0))
    assert why(request(order(), types=sturdy, weather=gale)).code == "WIND_LIMIT"


def test_wind_within_the_limit_is_not_blamed_for_a_short_window() -> None:
    breeze = weather(wind("06:00", "18:00", 6.0))
    hurried = order(due=at("08:03"))
    assert why(request(hurried, weather=breeze, rules=Rules(max_late_s=0))).code == "ORDER_DUE"


def closing(schedule: str) -> Network:
    """Return the small network with a zone over SZ-V2's only corridor at some times."""
    zone = SMALL.zones["SZ-EVENT"]
    assert isinstance(zone, Zone)
    moved = changed(SMALL, "SZ-EVENT", schedule=schedule)
    x = SMALL.lonlat["SZ-V2"].buffer(0.003)
    return replace(moved, lonlat={**moved.lonlat, "SZ-EVENT": x})


def test_a_zone_active_all_through_the_order_s_window() -> None:
    reason = why(request(order()), closing("06:00-18:00"))
    assert reason.code == "ZONE_ACTIVE"
    assert reason.values == {
        "zone": "SZ-EVENT",
        "since": at("06:00").isoformat(),
        "until": at("18:00").isoformat(),
    }


def test_a_corridor_closed_all_through_the_order_s_window() -> None:
    night = changed(SMALL, "SZ-2", hours="18:00-24:00")
    reason = why(request(order()), night)
    assert (reason.code, reason.values) == (
        "CORRIDOR_CLOSED",
        {"corridor": "SZ-2", "hours": "18:00-24:00"},
    )


def test_a_site_closed_all_through_the_order_s_window() -> None:
    reason = why(request(order()), changed(SMALL, "SZ-V2", hours="18:00-22:00"))
    assert (reason.code, reason.values) == (
        "SITE_CLOSED",
        {"site": "SZ-V2", "hours": "18:00-22:00"},
    )


def test_a_site_that_closes_before_the_drone_can_come() -> None:
    """Open until 08:05 only, while the flight there takes until 08:06."""
    reason = why(request(order()), changed(SMALL, "SZ-V2", hours="07:00-08:05"))
    assert reason.code == "SITE_CLOSED"


def test_checkpoints_closed_all_through_the_order_s_window() -> None:
    bonded = order("O-1", "SZ-V1", "HK-V2", goods="bonded")
    reason = why(request(bonded), changed(SMALL, "HK-C1", hours="18:00-20:00"))
    assert reason.code == "CUSTOMS_CLOSED"
    assert reason.values["checkpoint"] == "HK-C1"
    assert reason.values["hours"] == "18:00-20:00"


def test_no_empty_crossing_home() -> None:
    book = shipped_rulebook()
    rule = replace(book.customs.empty_crossing, hours="05:00-07:00")
    night = Rulebook(replace(book.customs, empty_crossing=rule), book.permissions)
    reason = why(request(OVER), rulebook=night)
    assert reason.code == "EMPTY_CROSSING"
    assert reason.values["hours"] == "05:00-07:00"
    assert reason.values["crosses_at"] > at("08:00").isoformat()


def test_drones_that_do_not_work_when_the_order_is_open() -> None:
    late = drone(available_from=at("13:00"))
    reason = why(request(order(), drones=(late,)))
    assert reason.code == "DRONE_HOURS"
    assert reason.values["available_from"] == at("13:00").isoformat()
    assert reason.values["needed_from"] < at("08:10").isoformat()


def test_a_battery_that_does_not_last_tells_the_load_that_it_takes() -> None:
    """470 Wh bring 9 kg to SZ-V2, but not home with the reserve kept."""
    reason = why(request(order(mass_kg=9.0), types=(replace(TYPE, battery_wh=470.0),)))
    assert reason.code == "ENERGY_RESERVE"
    assert reason.values["needed_wh"] > reason.values["left_wh"]
    load_kg = float(reason.remedy.removeprefix("at most ").removesuffix(" kg"))
    assert 0 < load_kg < 9.0
    lighter = request(order(mass_kg=load_kg), types=(replace(TYPE, battery_wh=470.0),))
    assert why(lighter).code == "FLEET_BUSY"
    heavier = request(order(mass_kg=load_kg + 0.1), types=(replace(TYPE, battery_wh=470.0),))
    assert why(heavier).code == "ENERGY_RESERVE"


def test_a_battery_that_takes_no_load_needs_another_type() -> None:
    reason = why(request(order(), types=(replace(TYPE, battery_wh=250.0),)))
    assert reason.code == "ENERGY_RESERVE"
    assert reason.remedy == "a cruise that takes less, or a type with more energy"


def test_an_order_that_may_not_be_under_way_so_long() -> None:
    reason = why(request(order(max_under_way_s=120)))
    assert reason.code == "ORDER_UNDER_WAY"
    assert reason.values["allowed_s"] == 120
    assert reason.values["under_way_s"] > 120


def test_a_due_time_that_is_too_short_tells_by_how_much() -> None:
    """Loaded at 08:00, handed over in some six minutes; due at 08:03."""
    asked = order(due=at("08:03"))
    reason = why(request(asked, rules=Rules(max_late_s=0)))
    assert reason.code == "ORDER_DUE"
    assert reason.values["latest"] == at("08:03").isoformat()
    assert reason.remedy == "a due time 4 minutes later, or goods ready 4 minutes earlier"


def test_two_places_that_no_chain_of_lanes_joins() -> None:
    one_way = tuple(each for each in SMALL.corridors["SZ-2"].lanes if each.direction == "forward")
    reason = why(request(order()), changed(SMALL, "SZ-2", lanes=one_way))
    assert reason.code == "NO_ROUTE"
    assert (reason.values["origin"], reason.values["destination"]) == ("SZ-V1", "SZ-V2")


# -- more than one rule ------------------------------------------------------------------


def test_rules_that_only_decide_together_are_all_named() -> None:
    """The site is closed all morning, and the one drone that comes works in the evening."""
    evening = drone(available_from=at("18:00"))
    found = reasons(
        instance(request(order(), drones=(evening,)), changed(SMALL, "SZ-V2", hours="20:00-22:00"))
    )
    assert [each.code for each in found] == ["SITE_CLOSED", "DRONE_HOURS"]


def test_a_rule_that_another_one_hides_has_its_values_too() -> None:
    """In the storm nothing flies, so only without it does the battery show to be too small."""
    stormy = weather(warnings=(("T8", "06:00", "18:00"),))
    weak = request(order(mass_kg=9.0), types=(replace(TYPE, battery_wh=470.0),), weather=stormy)
    found = {each.code: each for each in reasons(instance(weak))}
    assert found.keys() == {"WARNING_IN_FORCE", "ENERGY_RESERVE"}
    assert found["ENERGY_RESERVE"].values["needed_wh"] > found["ENERGY_RESERVE"].values["left_wh"]
    assert found["ENERGY_RESERVE"].remedy.startswith("at most ")


@pytest.mark.parametrize("seed", range(8))
def test_every_reason_of_any_day_has_values_and_a_remedy(seed: int) -> None:
    given = instance(random_request(Random(seed), 6, 2))
    explainer = Explainer(Roster(given))
    for job in range(len(given.jobs)):
        found = explainer.reasons(job)
        assert found
        assert all(each.values and each.remedy for each in found)


def test_a_drone_that_is_equipped_and_one_that_is_registered_do_not_make_one() -> None:
    """What each drone lacks alone is told, with the drone that would do."""
    equipped = drone("D-1", registered=("SZ",))
    registered = drone("D-2", goods=("document",))
    reason = why(request(OVER, drones=(equipped, registered)))
    assert reason.code == "GOODS_NOT_CARRIED"
    assert reason.remedy == "equip drone D-2 for general goods"


# -- of all reasons ----------------------------------------------------------------------


def test_every_reason_reads_as_a_sentence_with_its_values() -> None:
    reason = why(request(order(mass_kg=10.5)))
    assert reason.message == (
        "The load in the air is within the type's payload. "
        "Here: mass_kg 10.5, payload_kg 10.0, type T."
    )
    assert reason.remedy == RULES["PAYLOAD_MASS"].remedy


def test_every_relaxation_is_of_a_rule() -> None:
    assert RELAXATIONS.keys() <= RULES.keys()


def test_what_was_asked_for_one_order_serves_the_next() -> None:
    """The same answer from one explainer for all orders as from one for each."""
    asked = request(
        order("O-1", mass_kg=11.0), order("O-2", due=at("08:01")), rules=Rules(max_late_s=0)
    )
    given = instance(asked)
    explainer = Explainer(Roster(given))
    assert [explainer.reasons(job) for job in (0, 1)] == [reasons(given, job) for job in (0, 1)]

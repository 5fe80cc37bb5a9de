"""What must be held and filed on each side, and by when; each rule with what breaks it."""

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from geodata.features import Side
from planner.check import check_plan
from planner.request.fleet import Fleet, Permission
from planner.request.order import Order
from planner.rules.permission import (
    earliest_takeoff,
    filing_due,
    filing_kind,
    in_time,
    is_emergency,
    missing,
)
from planner.rules.rulebook import FilingRule, Required, shipped_rulebook
from planner.solve.solve import make_plan
from planner.testing.day import DAY, EVE, HELD, at, order, request
from tests.geodata.small import small_network
from tests.planner.days import QUICK

RULES = shipped_rulebook().permissions
MIDNIGHT = at("00:00")
TOMORROW = DAY + dt.timedelta(days=1)


def application() -> FilingRule:
    """Return the mainland's rule of the day before."""
    (rule,) = (each for each in RULES.filings if each.kind == "flight_application")
    return rule


def confirmation() -> FilingRule:
    """Return the mainland's rule of the hour before."""
    (rule,) = (each for each in RULES.filings if each.kind == "takeoff_confirmation")
    return rule


def fleet(*permissions: Permission, planned_at: dt.datetime | None = None) -> Fleet:
    """Return a fleet that holds some permissions."""
    asked = request(permissions=permissions).fleet
    return asked if planned_at is None else replace(asked, planned_at=planned_at)


def holding(held_kind: str, held_side: Side, /, **fields: Any) -> tuple[Permission, ...]:
    """Return every permission, one of them changed."""
    return tuple(
        replace(each, **fields) if (each.side, each.kind) == (held_side, held_kind) else each
        for each in HELD
    )


def filed(kind: str, filed_at: dt.datetime, **fields: Any) -> Permission:
    """Return a filing that has been made on the mainland side."""
    return Permission(side="SZ", kind=kind, reference="F", filed_at=filed_at, **fields)


def lacking(*permissions: Permission, side: Side = "HK", crossing: bool = False) -> list[str]:
    """Return what a flight lacks, by kind."""
    found = missing(RULES, fleet(*permissions), side, crossing, MIDNIGHT)
    assert {each.code for each in found} <= {"PERMISSION_MISSING"}
    return [dict(each.values)["permission"] for each in found]


# -- what must be held -------------------------------------------------------------------


@pytest.mark.parametrize("side", ["SZ", "HK"])
def test_nothing_is_missing_where_all_is_held(side: Side) -> None:
    assert lacking(*HELD, side=side, crossing=True) == []


@pytest.mark.parametrize("rule", RULES.required, ids=lambda rule: f"{rule.side}-{rule.kind}")
def test_each_required_permission_is_missed_if_it_is_not_held(rule: Required) -> None:
    others = [each for each in HELD if (each.side, each.kind) != (rule.side, rule.kind)]
    (what,) = lacking(*others, side=rule.side, crossing=True)
    assert what.startswith(rule.kind)


def test_a_permission_of_the_other_side_does_not_count() -> None:
    moved = holding("advanced_operations", "HK", side="SZ")
    assert lacking(*moved) == ["advanced_operations"]


def test_what_only_crossings_ask_for_is_not_missed_at_home() -> None:
    """Registration of nationality is asked for of drones that leave the mainland."""
    others = [each for each in HELD if each.kind != "nationality_registration"]
    assert lacking(*others, side="SZ", crossing=False) == []
    assert lacking(*others, side="SZ", crossing=True) == ["nationality_registration"]


@pytest.mark.parametrize(
    ("fields", "held"),
    [
        ({"valid_until": at("00:00", TOMORROW)}, True),
        ({"valid_until": at("23:59")}, False),
        ({"valid_from": at("00:00")}, True),
        ({"valid_from": at("00:01")}, False),
        ({"valid_from": at("00:00", EVE), "valid_until": at("00:00")}, False),
    ],
)
def test_a_permission_counts_only_if_it_is_valid_all_day(
    fields: dict[str, dt.datetime], held: bool
) -> None:
    expired = holding("advanced_operations", "HK", **fields)
    assert lacking(*expired) == ([] if held else ["advanced_operations"])


@pytest.mark.parametrize(
    ("amount", "held"), [(10_000_000, True), (9_999_999, False), (None, False)]
)
def test_hong_kong_insurance_is_for_ten_million_at_least(amount: int | None, held: bool) -> None:
    insured = holding("liability_insurance", "HK", amount_hkd=amount)
    wanted = "liability_insurance, at least 10000000 HKD"
    assert lacking(*insured) == ([] if held else [wanted])


# -- what must be filed ------------------------------------------------------------------


def test_an_application_is_due_at_noon_of_the_day_before() -> None:
    assert filing_due(application(), at("09:00"), MIDNIGHT, emergency=False) == at("12:00", EVE)


def test_a_confirmation_is_due_an_hour_before_take_off() -> None:
    assert filing_due(confirmation(), at("09:00"), MIDNIGHT, emergency=False) == at("08:00")


@pytest.mark.parametrize("rule", RULES.filings, ids=lambda rule: rule.kind)
def test_a_medical_emergency_files_half_an_hour_before_take_off(rule: FilingRule) -> None:
    assert filing_due(rule, at("09:00"), MIDNIGHT, emergency=True) == at("08:30")


@pytest.mark.parametrize(
    ("orders", "emergency"),
    [
        ([order(goods="biological", priority="emergency")], True),
        ([order(goods="biological", priority="express")], False),
        ([order(goods="general", priority="emergency")], False),
        ([order(goods="biological", priority="emergency"), order()], False),
        ([], False),
    ],
)
def test_only_sorties_wholly_of_emergency_samples_are_an_emergency(
    orders: list[Order], emergency: bool
) -> None:
    assert is_emergency(orders) == emergency


def test_a_standing_approval_files_a_flight_plan_instead() -> None:
    assert filing_kind(application(), fleet(*HELD), MIDNIGHT) == "flight_plan"
    assert filing_kind(confirmation(), fleet(*HELD), MIDNIGHT) == "takeoff_confirmation"
    without = [each for each in HELD if each.kind != "standing_approval"]
    assert filing_kind(application(), fleet(*without), MIDNIGHT) == "flight_application"


def test_an_expired_standing_approval_approves_nothing() -> None:
    expired = holding("standing_approval", "SZ", valid_until=at("12:00"))
    assert filing_kind(application(), fleet(*expired), MIDNIGHT) == "flight_application"


@pytest.mark.parametrize(
    ("planned_at", "open_"),
    [(at("11:59", EVE), True), (at("12:00", EVE), True), (at("12:01", EVE), False)],
)
def test_a_plan_made_after_noon_of_the_day_before_is_too_late(
    planned_at: dt.datetime, open_: bool
) -> None:
    found = earliest_takeoff(RULES, fleet(planned_at=planned_at), "SZ", MIDNIGHT, emergency=False)
    assert (found is not None) == open_


def test_a_filing_made_in_time_lets_a_later_plan_fly() -> None:
    made = fleet(filed("flight_application", at("11:30", EVE)), planned_at=at("18:00", EVE))
    assert earliest_takeoff(RULES, made, "SZ", MIDNIGHT, emergency=False) == MIDNIGHT


def test_a_filing_made_after_it_was_due_does_not_count() -> None:
    """Filed at 12:30 for noon: nothing flies, though the plan is made later still."""
    made = fleet(filed("flight_application", at("12:30", EVE)), planned_at=at("18:00", EVE))
    assert not in_time(application(), made, at("12:00", EVE), MIDNIGHT)
    assert earliest_takeoff(RULES, made, "SZ", MIDNIGHT, emergency=False) is None


def test_a_filing_under_another_kind_does_not_count() -> None:
    """A holder of the standing approval files plans; an application is not one."""
    held = (*HELD, filed("flight_application", at("11:30", EVE)))
    late = fleet(*held, planned_at=at("18:00", EVE))
    assert earliest_takeoff(RULES, late, "SZ", MIDNIGHT, emergency=False) is None


def test_a_filing_for_days_gone_by_does_not_count() -> None:
    old = filed("flight_application", at("11:30", EVE), valid_until=at("12:00"))
    late = fleet(old, planned_at=at("18:00", EVE))
    assert earliest_takeoff(RULES, late, "SZ", MIDNIGHT, emergency=False) is None


def test_a_confirmation_not_made_yet_takes_an_hour_from_the_planning() -> None:
    """Planned at 08:10 under an application made in time: the first take-off is at 09:10."""
    made = fleet(filed("flight_application", at("11:00", EVE)), planned_at=at("08:10"))
    assert earliest_takeoff(RULES, made, "SZ", MIDNIGHT, emergency=False) == at("09:10")


def test_a_confirmation_made_lets_off_an_hour_after_it_was_made() -> None:
    """A filing counts for take-offs that it was in time for, an hour after 07:45 and later."""
    made = fleet(
        filed("flight_application", at("11:00", EVE)),
        filed("takeoff_confirmation", at("07:45")),
        planned_at=at("08:10"),
    )
    assert earliest_takeoff(RULES, made, "SZ", MIDNIGHT, emergency=False) == at("08:45")


def test_an_emergency_flies_half_an_hour_after_the_planning() -> None:
    late = fleet(planned_at=at("08:10"))
    assert earliest_takeoff(RULES, late, "SZ", MIDNIGHT, emergency=True) == at("08:40")
    assert earliest_takeoff(RULES, late, "SZ", MIDNIGHT, emergency=False) is None


def test_hong_kong_asks_for_no_filing() -> None:
    late = fleet(planned_at=at("08:10"))
    assert earliest_takeoff(RULES, late, "HK", MIDNIGHT, emergency=False) == MIDNIGHT


@pytest.mark.parametrize("emergency", [False, True])
@pytest.mark.parametrize("planned_at", [at("11:00", EVE), at("12:30", EVE), at("08:10")])
@pytest.mark.parametrize("made_at", [None, at("11:30", EVE), at("12:30", EVE), at("07:45")])
@pytest.mark.parametrize("takeoff", [at("07:00"), at("08:30"), at("08:50"), at("09:30")])
def test_planner_and_checker_agree_on_what_is_filed_in_time(
    emergency: bool,
    planned_at: dt.datetime,
    made_at: dt.datetime | None,
    takeoff: dt.datetime,
) -> None:
    """A take-off is no earlier than the earliest one just if each filing of it is in time."""
    kinds = ("flight_application", "takeoff_confirmation")
    made = [] if made_at is None else [filed(kind, made_at) for kind in kinds]
    asked = fleet(*made, planned_at=planned_at)
    earliest = earliest_takeoff(RULES, asked, "SZ", MIDNIGHT, emergency)
    dues = [(rule, filing_due(rule, takeoff, MIDNIGHT, emergency)) for rule in RULES.filings]
    checked = all(in_time(rule, asked, due, MIDNIGHT) for rule, due in dues)
    assert (earliest is not None and earliest <= takeoff) == checked


def test_a_plan_of_the_day_itself_takes_off_when_its_filings_allow() -> None:
    """Planned at 08:10 with the flight plan filed the day before: no take-off before 09:10."""
    held = (*HELD, filed("flight_plan", at("11:00", EVE)))
    asked = request(order(), permissions=held, planned_at=at("08:10"))
    plan = make_plan(small_network(), asked, shipped_rulebook(), QUICK)
    assert check_plan(plan, small_network(), asked, shipped_rulebook()) == []
    (sortie,) = plan.sorties
    assert sortie.stops[0].depart >= at("09:10")

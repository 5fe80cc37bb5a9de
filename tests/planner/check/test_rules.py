"""Every rule of a plan: the good day keeps it, and a plan that breaks it alone is told so."""

from dataclasses import replace

import pytest

from planner.check import Violation, check_plan
from planner.rules.codes import RULES
from tests.planner.check.breaks import BREAKS, charging, going_away, slowed
from tests.planner.check.change import Break
from tests.planner.check.good import good_world

NOT_OF_A_PLAN = {"NO_ROUTE", "FLEET_BUSY", "NOT_WORTH_FLYING"}
"""Reasons of unserved orders and refused routes, which no finished plan can break."""

OF_A_CERTIFICATE = {code for code in RULES if code.startswith("CERTIFICATE_")}
"""Rules of what stands beside a plan; tests/planner/certify breaks them."""


def _names() -> list[str]:
    seen: dict[str, int] = {}
    names = []
    for code, _ in BREAKS:
        seen[code] = seen.get(code, 0) + 1
        names.append(f"{code}-{seen[code]}")
    return names


def test_good_day_keeps_every_rule() -> None:
    world = good_world()
    assert check_plan(world.plan(), world.network, world.request, world.rulebook) == []


def test_day_without_flights_keeps_every_rule() -> None:
    orders = tuple(sorted(good_world().request.orders_by_id))
    world = replace(good_world(), sketches=(), unserved=orders)
    assert check_plan(world.plan(), world.network, world.request, world.rulebook) == []


@pytest.mark.parametrize(("code", "broken"), BREAKS, ids=_names())
def test_broken_rule_is_named_and_no_other(code: str, broken: Break) -> None:
    plan, world = broken(good_world())
    violations = check_plan(plan, world.network, world.request, world.rulebook)
    assert {each.code for each in violations} == set(code.split()), "\n".join(map(str, violations))


def test_every_rule_is_broken() -> None:
    assert {
        code for codes, _ in BREAKS for code in codes.split()
    } == RULES.keys() - NOT_OF_A_PLAN - OF_A_CERTIFICATE


def test_plan_of_another_request_is_told_by_its_hash_and_nothing_else() -> None:
    """Of the wrong request nothing of the plan follows, so no other rule is looked at."""
    world = good_world()
    plan, other = world.plan(), world.with_drone("D1", base="SZ-V2").with_order("O-1", id="O-9")
    (found,) = check_plan(plan, other.network, other.request, other.rulebook)
    assert (found.code, found.place) == ("EDITION", "request")
    assert (found.found, found.allowed) == (plan.request[:12], other.request.hash[:12])


def test_edition_found_is_that_of_the_plan_and_allowed_that_of_the_network() -> None:
    world = good_world()
    plan = replace(world.plan(), edition="0" * 64)
    (found,) = check_plan(plan, world.network, world.request, world.rulebook)
    assert (found.found, found.allowed) == ("0" * 12, world.network.edition[:12])


def test_violation_reads_as_a_sentence_with_its_values() -> None:
    place = "sortie S-001 leg 2"
    full = Violation("WIND_LIMIT", place, "too windy", "13 m/s", "under 12 m/s")
    assert str(full) == f"WIND_LIMIT {place}: too windy (found 13 m/s; allowed under 12 m/s)"
    assert str(Violation("COST", "cost", "wrong", "3")) == "COST cost: wrong (found 3)"
    assert str(Violation("COST", "cost", "wrong")) == "COST cost: wrong"


def test_day_of_drones_that_charge_keeps_every_rule() -> None:
    """Two drones of SZ-V1 charge at once, on two chargers, the last tenth at half the power."""
    world = charging()(good_world())
    plan = world.plan()
    charges = [each for each in plan.sorties if each.stops[-1].events[-1].kind == "charge"]
    assert [each.id for each in charges] == ["S-001", "S-004"]
    assert check_plan(plan, world.network, world.request, world.rulebook) == []


def test_sortie_at_a_cruise_that_its_type_lists_keeps_every_rule() -> None:
    """S-003 takes longer, at nine tenths of the power; all other sorties name no cruise."""
    world = slowed()(good_world())
    plan, own = world.plan(), good_world().plan()
    assert [each.cruise_m_s for each in plan.sorties] == [None, None, 12.0, None]
    assert plan.sorties[2].stops[-1].arrive > own.sorties[2].stops[-1].arrive
    assert check_plan(plan, world.network, world.request, world.rulebook) == []


def test_drone_that_ends_its_day_elsewhere_keeps_every_rule() -> None:
    """D1 goes from its base to SZ-V2 after its one sortie, and is not made ready there."""
    world = going_away()(good_world())
    plan = world.plan()
    assert plan.sorties[-1].stops[-1].events == ()
    assert check_plan(plan, world.network, world.request, world.rulebook) == []

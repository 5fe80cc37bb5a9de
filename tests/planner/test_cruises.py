"""Sorties that choose their cruise: what is chosen, what it costs, and that the bound holds."""

from dataclasses import replace
from itertools import pairwise
from random import Random
from typing import Any

import pytest

from planner.air.cruise import cruising
from planner.bound.pool import build_pool, cover_worth
from planner.bound.sorties import Enumerator
from planner.certify import certify_plan
from planner.check import check_plan
from planner.choice import improve
from planner.dispatch.roster import Roster
from planner.fly.nearest import Nearest
from planner.fly.quick import fill_at_once
from planner.plan.plan import Plan
from planner.reasons.reasons import Explainer
from planner.request.fleet import Cruise, DroneType, Rules
from planner.request.request import Request
from planner.route.reasons import route_reasons
from planner.route.route import RouteAnswer, RouteQuery, Router
from planner.rules.rulebook import shipped_rulebook
from planner.solve.solve import plan_with_proof
from planner.solve_options import SolveOptions
from planner.testing.day import TYPE, at, drone, order, request
from tests.geodata.small import small_network
from tests.planner.bound.test_bounds import every_column, under
from tests.planner.cruise_power import FARTHEST_M_S, level_w, with_cruises
from tests.planner.dawdler import flown
from tests.planner.days import QUICK, instance, priced, random_request
from tests.planner.every_plan import least_cents
from tests.planner.in_parts import parted

SMALL = small_network()
SLOW, FAST = Cruise(airspeed_m_s=11.0, power_share=0.6), Cruise(airspeed_m_s=18.0, power_share=1.9)


def flying(*cruises: Cruise, **fields: Any) -> DroneType:
    """Return the test type, of 14 m/s, with other cruises."""
    return replace(TYPE, cruises=cruises, **fields)


def planned(asked: Request, options: SolveOptions = QUICK) -> Plan:
    """Return a day's plan, after checking and certifying it."""
    proven = plan_with_proof(SMALL, asked, shipped_rulebook(), options)
    rulebook = shipped_rulebook()
    assert check_plan(proven.plan, SMALL, asked, rulebook) == []
    assert certify_plan(proven.certificate, proven.plan, SMALL, asked, rulebook) == []
    return proven.plan


def cruises(plan: Plan) -> list[float | None]:
    """Return the cruise of each sortie."""
    return [each.cruise_m_s for each in plan.sorties]


def test_a_cruise_is_the_type_at_another_speed_and_power() -> None:
    own, slow = cruising(flying(SLOW, base_power_w=50.0))
    assert own.id == "T"
    assert slow.id not in (own.id, "T11.0")
    assert (slow.airspeed_m_s, slow.base_power_w) == (11.0, 30.0)
    assert slow.power_coefficient_w_per_kg15 == pytest.approx(0.6 * 20.0)
    assert slow.battery_wh == own.battery_wh


def test_the_published_curve_is_that_of_the_paper() -> None:
    """168 W in hover, least power near 10 m/s, least energy a metre near 18 m/s."""
    assert level_w(0.0) == pytest.approx(168.49)
    speeds_m_s = [each / 10 for each in range(1, 400)]
    assert min(speeds_m_s, key=level_w) == pytest.approx(10.2, abs=0.2)
    farthest_m_s = min(speeds_m_s, key=lambda each: level_w(each) / each)
    assert farthest_m_s == pytest.approx(FARTHEST_M_S, abs=0.1)


def test_without_other_cruises_a_plan_names_none() -> None:
    plan = planned(request(order()))
    assert cruises(plan) == [None]


def test_time_is_dear_so_the_fast_cruise_is_flown_and_energy_so_the_slow() -> None:
    """The fast one takes less time and more energy, the slow one the other way round."""
    both = (flying(SLOW, FAST),)
    assert cruises(planned(request(order(), types=both))) == [18.0]
    asked = request(order(), types=both)
    prices = replace(asked.fleet.prices, drone_minute_cents=1, energy_kwh_cents=100_000)
    dear = replace(asked, fleet=replace(asked.fleet, prices=prices))
    assert cruises(planned(dear)) == [11.0]


def test_an_order_that_only_the_slow_cruise_has_the_range_for() -> None:
    """470 Wh do not bring 9 kg to SZ-V2 and home with the reserve, at 14 m/s or faster."""
    heavy = order(mass_kg=9.0)
    assert planned(request(heavy, types=(flying(FAST, battery_wh=470.0),))).unserved
    plan = planned(request(heavy, types=(flying(FAST, SLOW, battery_wh=470.0),)))
    assert cruises(plan) == [11.0]


def test_an_order_that_only_the_fast_cruise_hands_over_in_time() -> None:
    """Loaded from 08:00 on, with no lateness allowed."""
    rules = Rules(max_late_s=0)
    asked = request(order(), rules=rules)
    (own,) = planned(asked).sorties
    took = own.stops[1].events[-1].end - own.stops[0].events[0].end
    soon = order(due=at("08:00") + took - 20 * (at("08:01") - at("08:00")) / 60)
    (left_out,) = planned(request(soon, rules=rules, types=(flying(SLOW),))).unserved
    (reason,) = left_out.reasons
    assert reason.code == "ORDER_DUE"
    assert reason.values["cruise_m_s"] == 14.0
    percent = int(reason.remedy.partition("a cruise at least ")[2].removesuffix(" % faster"))
    assert 0 < percent <= 28
    assert cruises(planned(request(soon, rules=rules, types=(flying(SLOW, FAST),)))) == [18.0]


def test_an_order_out_of_range_at_any_cruise_is_told_so() -> None:
    asked = request(order(), types=(flying(FAST, SLOW, battery_wh=150.0),))
    (reason,) = Explainer(Roster(instance(asked))).reasons(0)
    assert reason.code == "ENERGY_RESERVE"
    assert reason.values["cruise_m_s"] == 14.0


def test_drones_of_a_type_with_cruises_are_one_flock_and_take_one_sortie_at_a_time() -> None:
    """A fast and a slow sortie of the only drone do not overlap; the roster has it once."""
    asked = request(order(), order("O-2"), types=(flying(SLOW, FAST),))
    given = instance(asked)
    assert [squad.kind.airspeed_m_s for squad in given.squads] == [14.0, 11.0, 18.0]
    assert given.flocks == ((0, 1, 2),)
    roster = Roster(given)
    assert list(roster.flown) == ["D-1"]


def random_cruising(draw: Random, orders: int, drones: int, **rules: Any) -> Request:
    """Return a small random day of drones that cruise at other speeds too."""
    asked = random_request(draw, orders, drones, **rules)
    (kind,) = asked.fleet.types
    some = draw.sample((0.7, 0.8, 0.9, 1.1, 1.2, 1.35), draw.randint(1, 2))
    return replace(asked, fleet=replace(asked.fleet, types=(with_cruises(kind, *some),)))


@pytest.mark.parametrize("seed", range(6))
def test_every_sortie_at_any_cruise_has_a_column_under_it(seed: int) -> None:
    draw = Random(seed)
    given = instance(random_cruising(draw, 4, 2, max_orders_per_sortie=2))
    known = every_column(given)
    for timed in flown(given, draw, 40):
        columns = known[timed.tour.squad, timed.tour.jobs]
        assert any(under(bucket, bounds, timed) for bucket, bounds in columns.items())


@pytest.mark.parametrize("seed", range(8))
def test_a_day_of_cruises_is_planned_checked_certified_and_never_below_its_bound(
    seed: int,
) -> None:
    draw = Random(seed)
    asked = random_cruising(draw, 3, draw.randint(1, 2), max_orders_per_sortie=2)
    asked = priced(draw, asked)
    given = instance(asked)
    least = least_cents(given)
    pool = build_pool(Enumerator(given), 2)
    assert pool.relaxation.cents <= least + 1e-3
    assert cover_worth(Enumerator(given)).sum() <= least + 1e-3
    plan = planned(asked)
    assert plan.bound.lower_bound_cents <= least


@pytest.mark.parametrize("rebuilt", [False, True])
@pytest.mark.parametrize("seed", range(3))
def test_a_busy_day_of_cruises_keeps_every_rule(
    seed: int, rebuilt: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No drone is in two sorties at once, of whatever cruises; the checker looks at that too."""
    if rebuilt:
        monkeypatch.setattr(improve, "MOST_DIVED", 0)
    draw = Random(seed)
    plan = planned(random_cruising(draw, 10, 2, max_orders_per_sortie=2))
    spans: dict[str, list[tuple[Any, Any]]] = {}
    for each in plan.sorties:
        spans.setdefault(each.drone, []).append((each.stops[0].arrive, each.stops[-1].depart))
    for listed in spans.values():
        assert all(before[1] <= after[0] for before, after in pairwise(sorted(listed)))


def test_a_day_filled_at_once_is_flown_at_the_cruise_that_costs_least() -> None:
    """Squads that are the same drones count as one nearest; no drone flies twice at once."""
    orders = [order(f"O-{number}") for number in range(4)]
    drones = drone("D-1"), drone("D-2", "HK-V1")
    given = instance(request(*orders, drones=drones, types=(flying(SLOW, FAST),)))
    assert [number for number, *_ in Nearest(given).squads((0,), 1)] == [0, 1, 2]
    roster = Roster(given)
    fill_at_once(roster, range(4))
    assert roster.served() == {0, 1, 2, 3}
    flown_by = {given.squads[timed.tour.squad].kind.airspeed_m_s for _, timed in roster.tours()}
    assert flown_by == {18.0}
    for tours in roster.flown.values():
        assert all(before.end_s <= after.start_s for before, after in pairwise(tours))


def test_a_day_of_cruises_in_parts_and_one_of_long_sorties_keep_every_rule() -> None:
    asked = random_cruising(Random(3), 8, 5)
    assert parted(asked).sorties
    several = random_cruising(Random(4), 6, 2, max_orders_per_sortie=5)
    assert planned(several).sorties


def test_drones_that_end_their_day_elsewhere_fly_there_at_the_first_cruise_that_can() -> None:
    """260 Wh go to HK-V2 at 11 m/s only."""
    fleet = (drone(ends_at="HK-V2"),)
    given = instance(request(order(), drones=fleet, types=(flying(SLOW),)))
    (last,) = Roster(given).last.values()
    assert last is not None
    assert last.tour.squad == 0
    weak = instance(request(order(), drones=fleet, types=(flying(SLOW, battery_wh=260.0),)))
    (last,) = Roster(weak).last.values()
    assert last is not None
    assert last.tour.squad == 1


@pytest.mark.parametrize("cruise_m_s", [11.0, 14.0, 18.0])
def test_a_route_is_flown_at_the_cruise_that_is_asked_for(cruise_m_s: float) -> None:
    """Types that do not list it are not flown."""
    types = flying(SLOW, FAST), replace(TYPE, id="U", airspeed_m_s=20.0)
    asked = request(order(), types=types, drones=(drone(), drone("D-2", type="U")))
    query = RouteQuery(asked.orders[0], cruise_m_s=cruise_m_s)
    (route,) = Router(instance(asked)).routes(query).routes
    assert route.kind.airspeed_m_s == cruise_m_s


def test_a_route_is_flown_at_the_quickest_cruise_that_the_battery_allows() -> None:
    """Without a cruise that lasts there is none; one reason a type, not one a cruise."""

    def found(*cruises: Cruise, battery_wh: float = 3000.0, mass_kg: float = 9.0) -> RouteAnswer:
        asked = request(order(mass_kg=mass_kg), types=(flying(*cruises, battery_wh=battery_wh),))
        answer = Router(instance(asked)).routes(RouteQuery(asked.orders[0]))
        reasons = route_reasons(Router(instance(asked)), answer)
        assert [each.code for each in reasons] == ([] if answer.routes else ["ENERGY_RESERVE"])
        assert all(each.values["type"] == "T" for each in reasons)
        return answer

    (quickest,) = found(SLOW, FAST).routes
    assert quickest.kind.airspeed_m_s == 18.0
    (own,) = found(SLOW).routes
    assert own.kind.airspeed_m_s == 14.0
    assert own.landing_s > quickest.landing_s
    (lasting,) = found(SLOW, FAST, battery_wh=420.0).routes
    assert lasting.kind.airspeed_m_s == 11.0
    assert found(FAST, battery_wh=420.0).routes == ()
    assert found(FAST, SLOW, battery_wh=100.0).routes == ()

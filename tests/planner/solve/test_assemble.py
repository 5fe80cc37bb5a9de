"""The plan record of a roster: costs, filings and utilisation add up."""

from collections.abc import Iterable
from dataclasses import fields
from itertools import pairwise

import pytest

from planner import __version__
from planner.plan.plan import Plan, SortieCost, Use
from planner.request.fleet import Permission, Rules
from planner.request.request import Request
from planner.rules.rulebook import shipped_rulebook
from planner.solve.solve import make_plan
from planner.testing.day import EVE, HELD, at, drone, order, request
from tests.geodata.small import small_network
from tests.planner.days import QUICK

SMALL = small_network()


def day() -> Request:
    """Return a busy morning, an order a sortie: both ways over, an emergency, one left out."""
    orders = (
        order("O-1", "SZ-V1", "HK-V2"),
        order("O-2", "HK-V1", "SZ-V2", sealed=False),
        order("O-3", "SZ-V2", "HK-V1", goods="biological", priority="emergency"),
        order("O-4", "HK-V1", "HK-V2", due=at("08:20")),
        order("O-5", "SZ-V1", "SZ-V2", mass_kg=50.0, priority="express"),
    )
    return request(
        *orders, drones=(drone(), drone("D-2", "HK-V1")), rules=Rules(max_orders_per_sortie=1)
    )


@pytest.fixture(scope="module")
def plan() -> Plan:
    """Return the plan of that morning."""
    return make_plan(SMALL, day(), shipped_rulebook(), QUICK)


def test_plan_names_the_version_of_the_planner(plan: Plan) -> None:
    assert plan.version == __version__


def test_sorties_are_numbered_by_start(plan: Plan) -> None:
    starts = [sortie.stops[0].arrive for sortie in plan.sorties]
    assert starts == sorted(starts)
    assert [sortie.id for sortie in plan.sorties] == [
        f"S-{number:03d}" for number in range(1, len(starts) + 1)
    ]


def test_a_sortie_hangs_together(plan: Plan) -> None:
    """Legs join stops, holds join within a leg, and the last hold ends at the landing."""
    for sortie in plan.sorties:
        assert len(sortie.legs) == len(sortie.stops) - 1
        for leg, (start, end) in zip(sortie.legs, pairwise(sortie.stops), strict=True):
            assert (leg.holds[0].block, leg.holds[-1].block) == (start.place, end.place)
            assert (leg.holds[0].enter, leg.holds[-1].exit) == (start.depart, end.arrive)
            assert all(after.enter <= before.exit for before, after in pairwise(leg.holds))


# -- money -------------------------------------------------------------------------------


def test_parts_of_the_cost_are_the_sums_of_the_sorties(plan: Plan) -> None:
    for part in fields(SortieCost):
        total = sum(getattr(sortie.cost, part.name) for sortie in plan.sorties)
        assert getattr(plan.cost, part.name) == total


def test_days_and_orders_left_out_are_priced(plan: Plan) -> None:
    """HKD 50 a drone that flies, HKD 600 for the express order left out."""
    used = {sortie.drone for sortie in plan.sorties}
    assert plan.cost.drone_days_cents == 5_000 * len(used)
    assert [each.order for each in plan.unserved] == ["O-5"]
    assert plan.cost.unserved_cents == 60_000


def test_the_total_is_the_sum_of_its_parts(plan: Plan) -> None:
    parts = [getattr(plan.cost, part.name) for part in fields(plan.cost)]
    assert sum(parts) == 2 * plan.cost.total_cents


def test_the_gap_is_that_of_cost_and_bound(plan: Plan) -> None:
    total, bound = plan.cost.total_cents, plan.bound.lower_bound_cents
    assert 0 < bound <= total
    assert plan.bound.gap == pytest.approx((total - bound) / total)


# -- filings -----------------------------------------------------------------------------


def test_every_sortie_over_shenzhen_is_filed_once_under_each_rule(plan: Plan) -> None:
    """The flight plan under the standing approval, and the confirmation of take-off."""
    over = {
        sortie.id
        for sortie in plan.sorties
        if any(SMALL.side_of(stop.place) == "SZ" for stop in sortie.stops)
    }
    for kind in ("flight_plan", "takeoff_confirmation"):
        named = [name for each in plan.filings if each.kind == kind for name in each.sorties]
        assert sorted(named) == sorted(over)
    assert {each.side for each in plan.filings} == {"SZ"}


def test_filings_are_due_by_their_rules_and_listed_by_when(plan: Plan) -> None:
    """Noon of the day before, or an hour before; half an hour before for the emergency alone."""
    takeoffs = {sortie.id: sortie.stops[0].depart for sortie in plan.sorties}
    emergency = {
        sortie.id
        for sortie in plan.sorties
        if {order for leg in sortie.legs for order in leg.orders} == {"O-3"}
    }
    assert len(emergency) == 1
    for filing in plan.filings:
        for name in filing.sorties:
            if name in emergency:
                assert (takeoffs[name] - filing.due).total_seconds() == 1800
            elif filing.kind == "flight_plan":
                assert filing.due == at("12:00", EVE)
            else:
                assert (takeoffs[name] - filing.due).total_seconds() == 3600
    assert list(plan.filings) == sorted(plan.filings, key=lambda each: each.due)


def test_without_a_standing_approval_applications_are_filed() -> None:
    held = tuple(each for each in HELD if each.kind != "standing_approval")
    found = make_plan(SMALL, request(order(), permissions=held), shipped_rulebook(), QUICK)
    assert {each.kind for each in found.filings} == {"flight_application", "takeoff_confirmation"}


def test_a_filing_that_is_made_is_listed_all_the_same() -> None:
    """The plan lists what its sorties need, filed yet or not."""
    made = Permission(side="SZ", kind="flight_plan", reference="F", filed_at=at("09:00", EVE))
    found = make_plan(SMALL, request(order(), permissions=(*HELD, made)), shipped_rulebook(), QUICK)
    assert "flight_plan" in {each.kind for each in found.filings}


def test_a_sortie_within_hong_kong_files_nothing() -> None:
    asked = request(order("O-1", "HK-V1", "HK-V2"), drones=(drone(base="HK-V1"),))
    assert make_plan(SMALL, asked, shipped_rulebook(), QUICK).filings == ()


# -- utilisation -------------------------------------------------------------------------


def uses(plan: Plan, kind: str) -> dict[str, Use]:
    """Return the uses of a kind by resource."""
    return {use.resource: use for use in plan.utilisation if use.kind == kind}


def busiest(stays: Iterable[tuple[float, float]]) -> int:
    """Return how many half-open stays there are at most at any moment."""
    listed = list(stays)
    return max(sum(a <= moment < b for a, b in listed) for moment, _ in listed)


def since_midnight(plan: Plan, kind: str) -> dict[str, list[tuple[float, float]]]:
    """Return who is on pads or in bays, or inside lanes, and when, as the plan says it."""
    found: dict[str, list[tuple[float, float]]] = {}
    midnight = at("00:00")
    for sortie in plan.sorties:
        for stop in sortie.stops:
            cleared = [each for each in stop.events if each.kind in ("export", "import", "joint")]
            span = stop.arrive, stop.depart
            if kind == "bays":
                if not cleared:
                    continue
                span = cleared[0].start, cleared[-1].end
            if kind != "lane":
                seconds = tuple((each - midnight).total_seconds() for each in span)
                found.setdefault(stop.place, []).append((seconds[0], seconds[1]))
        for leg in sortie.legs if kind == "lane" else ():
            for lane in leg.lanes:
                held = [hold for hold in leg.holds if hold.block.startswith(f"{lane}#")]
                span = held[0].enter, held[-1].exit
                seconds = tuple((each - midnight).total_seconds() for each in span)
                found.setdefault(lane, []).append((seconds[0], seconds[1]))
    return found


@pytest.mark.parametrize("kind", ["pads", "bays", "lane"])
def test_utilisation_is_that_of_the_plan_s_own_stops_and_holds(plan: Plan, kind: str) -> None:
    """Busy seconds and the most at once, for every pad, bay and lane in use and no other."""
    stays, told = since_midnight(plan, kind), uses(plan, kind)
    assert stays.keys() == told.keys()
    for resource, listed in stays.items():
        assert told[resource].busy_s == sum(end - begin for begin, end in listed)
        assert told[resource].peak == busiest(listed)


def test_shares_count_over_opening_hours_and_all_seats(plan: Plan) -> None:
    """SZ-V2 has 2 pads from 07:00 to 22:00; the lanes are open all day."""
    pads = uses(plan, "pads")["SZ-V2"]
    assert pads.share == pytest.approx(pads.busy_s / (2 * 15 * 3600), abs=1e-4)
    for lane in uses(plan, "lane").values():
        assert lane.share == pytest.approx(lane.busy_s / 86_400, abs=1e-4)
    for place, bays in uses(plan, "bays").items():
        capacity_s = SMALL.checkpoints[place].bays * 12 * 3600
        assert bays.share == pytest.approx(bays.busy_s / capacity_s, abs=1e-4)


def test_no_more_pads_and_bays_are_in_use_than_there_are(plan: Plan) -> None:
    assert all(use.peak <= SMALL.sites[place].pads for place, use in uses(plan, "pads").items())
    assert all(
        use.peak <= SMALL.checkpoints[place].bays for place, use in uses(plan, "bays").items()
    )

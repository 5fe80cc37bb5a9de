"""Sorties of more than three orders: found, flown by every rule, kept only if they are cheaper."""

from collections import Counter
from dataclasses import replace
from random import Random

import pytest

from planner.day.tour import Step, Tour
from planner.dispatch.roster import Roster
from planner.plan.plan import Plan
from planner.request.fleet import Rules
from planner.request.request import Request
from planner.solve.day_problem import day_problem
from planner.solve.lengthen import _halves, lengthen, proposals
from planner.strings.search import Effort, search
from planner.testing.day import TYPE, at, drone, order, request
from tests.planner.days import QUICK, delivery, instance, random_request, round_of
from tests.planner.solve.test_solve import planned

HEAVY = replace(TYPE, payload_kg=40.0, volume_l=400.0, battery_wh=4 * TYPE.battery_wh)


def shuttle(orders: int, most: int) -> Request:
    """Return a day of small orders from one vertiport to another, all ready at once."""
    listed = (
        order(f"O-{number}", "SZ-V1", "SZ-V2", mass_kg=1.0, ready=at("09:00"), due=at("10:30"))
        for number in range(orders)
    )
    asked = request(*listed, drones=(drone(),), rules=Rules(max_orders_per_sortie=most))
    return replace(asked, fleet=replace(asked.fleet, types=(HEAVY,)))


def sizes(plan: Plan) -> Counter[int]:
    """Return how many sorties hand over how many orders."""
    return Counter(
        sum(event.kind == "unload" for stop in sortie.stops for event in stop.events)
        for sortie in plan.sorties
    )


def test_orders_that_go_the_same_way_share_one_sortie() -> None:
    """Eight orders from one place to another fly together where rules let them, and pay less."""
    apart, together = planned(shuttle(8, 3)), planned(shuttle(8, 10))
    assert max(sizes(apart)) <= 3
    assert sizes(together) == Counter({8: 1})
    assert together.cost.total_cents < apart.cost.total_cents


def test_no_sortie_has_more_orders_than_the_rules_allow() -> None:
    assert max(sizes(planned(shuttle(7, 5)))) == 5


@pytest.mark.parametrize("seed", range(3))
def test_any_day_of_long_sorties_keeps_every_rule(seed: int) -> None:
    """Random orders, drones, winds and warnings, judged by the checker."""
    asked = random_request(Random(seed), 9, 3, max_orders_per_sortie=4 + 2 * seed)
    planned(replace(asked, fleet=replace(asked.fleet, types=(HEAVY,))))


def test_the_number_of_workers_changes_nothing() -> None:
    asked = shuttle(5, 4)
    one, two = (planned(asked, options=replace(QUICK, workers=each)) for each in (1, 2))
    assert one == two


def test_a_dearer_day_is_not_taken() -> None:
    """On a roster that is as good as can be nothing changes, not even the tours' identity."""
    roster = Roster(instance(shuttle(8, 8)))
    roster.place(round_of(*range(8)), 9 * 3600 - 600)
    lengthen(roster, 0.0, 1, 1, lambda: 0.0)
    ((_, before),), cents = roster.tours(), roster.cents()
    lengthen(roster, 0.0, 2, 1, lambda: 0.0)
    ((_, after),) = roster.tours()
    assert roster.cents() == cents
    assert after is before


def test_a_round_in_which_enough_is_found_is_the_last() -> None:
    asked = random_request(Random(4), 9, 2, max_orders_per_sortie=5)
    given = instance(replace(asked, fleet=replace(asked.fleet, types=(HEAVY,))))

    def rounds(enough_at: float) -> list[float]:
        told = list[float]()

        def enough() -> bool:
            return bool(told) and told[-1] >= enough_at

        lengthen(Roster(given), 0.0, 1, 1, lambda: 1.0, enough, told.append)
        return told

    assert rounds(0.25) == [0.0, 0.25]
    assert rounds(2.0) == [0.0, 0.25, 0.5, 0.75, 1.0]


def test_proposals_load_before_they_unload_and_start_within_hours() -> None:
    asked = random_request(Random(3), 12, 3, max_orders_per_sortie=6)
    given = instance(asked)
    problem = day_problem(given)
    found = proposals(problem, search(problem, Effort(rounds=20, hot=1e5)), given)
    assert found
    for each in found:
        squad = given.squads[each.tour.squad]
        assert squad.from_s <= each.start_s < squad.until_s
        steps = {step: at_ for at_, step in enumerate(each.tour.steps)}
        assert len(steps) == 2 * len(each.tour.jobs)
        for job in each.tour.jobs:
            assert steps[Step(job, True)] < steps[Step(job, False)]


def test_a_sortie_is_parted_where_nothing_is_aboard() -> None:
    first, second = _halves(delivery(0, 1, 2, 3))
    assert (first.jobs, second.jobs) == ((0, 1), (2, 3))


def test_a_sortie_that_is_never_empty_is_parted_by_what_is_handed_over_first() -> None:
    first, second = _halves(round_of(3, 1, 2))
    assert (first.jobs, second.jobs) == ((3,), (1, 2))
    assert second.steps == round_of(1, 2).steps


def test_one_order_has_no_halves() -> None:
    assert _halves(Tour(0, (Step(0, True), Step(0, False)))) == []

"""Legs that go another way where the quickest is taken."""

from dataclasses import replace
from itertools import pairwise
from random import Random

import pytest

from geodata.schedule import DAY_S
from planner.assemble import assemble
from planner.check import check_plan
from planner.dispatch import Dispatcher
from planner.plan import Options
from planner.request import Rules
from planner.roster import Roster
from planner.rulebook import shipped_rulebook
from planner.solve import make_plan
from planner.takeoff import Takeoffs
from planner.testing.day import TYPE, order, request, second
from planner.ways_round import other_ways
from tests.geodata.small import small_network
from tests.planner.days import QUICK, delivery, instance, random_request
from tests.planner.test_roster import fill

EIGHT = second("08:00")
OVER = order("O-1", "SZ-V1", "HK-V2")
"""The drone comes back empty from HK-V2 to SZ-V1 by X-A or by X-B."""


def dispatcher(other_ways: int) -> Dispatcher:
    """Return a dispatcher of a day with one order."""
    return Dispatcher(instance(request(OVER, rules=Rules(other_ways=other_ways))))


def test_other_ways_are_the_quickest_without_what_the_first_flies_over() -> None:
    given = dispatcher(0).instance
    first = given.quickest.depart(TYPE, "HK-V2", "SZ-V1", EIGHT)
    assert first is not None
    chains = other_ways(given.quickest, TYPE, ("HK-V2", "SZ-V1"), EIGHT)
    assert first.chain.lanes not in {each.lanes for each in chains}
    assert len({each.lanes for each in chains}) == len(chains) > 0
    times = [given.legs.flight(TYPE, each, EIGHT) for each in chains]
    landings = [flight.landing_s for flight in times if flight is not None]
    assert all(one <= two for one, two in pairwise([first.landing_s, *landings]))


def test_a_leg_goes_another_way_where_that_lands_first() -> None:
    """The block over X-A's middle is held for some minutes when the drone comes back."""
    free = dispatcher(0).fly(delivery(0), EIGHT)
    back = free.flights[-1]
    middle = back.chain.blocks[len(back.chain.blocks) // 2]
    landings = []
    for ways in (0, 3):
        found = dispatcher(ways)
        found.calendar.traffic.hold(middle, back.takeoff_s, back.takeoff_s + 500)
        landings.append(found.fly(delivery(0), EIGHT).flights[-1])
    waited, went_round = landings
    assert waited.chain.lanes == back.chain.lanes
    assert went_round.chain.lanes != back.chain.lanes
    assert back.landing_s <= went_round.landing_s < waited.landing_s
    assert went_round.takeoff_s == back.takeoff_s


@pytest.mark.parametrize("seed", range(5))
def test_no_leg_lands_later_for_the_ways_that_it_may_take(seed: int) -> None:
    """On days full of flights, every pair of sites, at any time."""
    draw = Random(seed)
    asked = random_request(draw, 12, 4)
    roster = Roster(instance(asked))
    fill(roster, draw)
    calendar, plain = roster.dispatcher.calendar, Takeoffs(roster.instance)
    rules = replace(asked.fleet.rules, other_ways=4)
    free = replace(asked, fleet=replace(asked.fleet, rules=rules))
    round_, (kind,) = Takeoffs(instance(free)), asked.fleet.types
    sites, differ = sorted(small_network().vertiports), 0
    for _ in range(150):
        ends = (draw.choice(sites), draw.choice(sites))
        ready_s = draw.randrange(second("08:00"), second("12:00"))
        if ends[0] == ends[1]:
            continue
        found = [
            each.first_free(kind, ends, ready_s, calendar, empty=False, quickest=False)
            for each in (plain, round_)
        ]
        assert found[1].landing_s <= found[0].landing_s <= DAY_S
        assert calendar.traffic.delay_s(found[1]) == 0
        differ += found[1].chain.lanes != found[0].chain.lanes
    assert differ or seed


@pytest.mark.parametrize("seed", range(6))
def test_days_that_go_other_ways_keep_every_rule(seed: int) -> None:
    draw = Random(seed)
    asked = random_request(draw, 14, 5, max_orders_per_sortie=2, other_ways=3)
    roster = Roster(instance(asked))
    fill(roster, draw)
    options = Options(seed=seed, time_limit_s=1.0, deterministic=True)
    plan = assemble(roster.instance, roster, 0.0, "none", options)
    assert check_plan(plan, small_network(), asked, shipped_rulebook()) == []


def test_a_whole_day_goes_other_ways_and_costs_no_less_than_its_bound() -> None:
    asked = random_request(Random(2), 12, 5, other_ways=2)
    plan = make_plan(small_network(), asked, shipped_rulebook(), QUICK)
    assert check_plan(plan, small_network(), asked, shipped_rulebook()) == []
    assert plan.bound.lower_bound_cents <= plan.cost.total_cents

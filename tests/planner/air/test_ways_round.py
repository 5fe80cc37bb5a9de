"""Legs that go another way where the quickest is taken."""

from dataclasses import replace
from itertools import pairwise, permutations
from random import Random

import numpy as np
import pytest

from geodata.network import shipped_network_path
from geodata.read import read_network
from geodata.schedule import DAY_S
from planner.air.airspace import CALM_EPOCH, Airspace
from planner.air.legs import Chain, Flight
from planner.air.ways_round import GAIN, LONGER, other_ways
from planner.bound.instance_arrays import InstanceArrays
from planner.check import check_plan
from planner.day.instance import Instance
from planner.dispatch.dispatch import Dispatcher, empty_calendar
from planner.dispatch.roster import Roster
from planner.dispatch.takeoff import Takeoffs
from planner.fly.day_arrays import DayArrays
from planner.fly.fly import fly
from planner.fly.planned import planned_legs
from planner.fly.records import NEVER_S, trips
from planner.plan.plan import Options
from planner.request.fleet import DroneType, Rules
from planner.rules.rulebook import shipped_rulebook
from planner.sample.sample import make_sample
from planner.solve.assemble import assemble
from planner.solve.solve import make_plan
from planner.testing.day import order, request, second
from tests.geodata.small import small_network
from tests.planner.days import QUICK, delivery, instance, random_request
from tests.planner.dispatch.test_roster import fill

EIGHT, TEN = second("08:00"), second("10:00")
OVER = order("O-1", "SZ-V1", "HK-V2")
"""The drone comes back empty from HK-V2 to SZ-V1 by X-A or by X-B."""


def dispatcher(other_ways: int) -> Dispatcher:
    """Return a dispatcher of a day with one order."""
    return Dispatcher(instance(request(OVER, rules=Rules(other_ways=other_ways))))


@pytest.mark.parametrize("seed", range(3))
def test_each_other_way_leaves_out_a_lane_that_all_before_fly(seed: int) -> None:
    given = instance(random_request(Random(seed), 4, 3))
    legs, kind = given.legs, given.squads[0].kind
    met = 0
    for ends in permutations(legs.site_ids, 2):
        ways = other_ways(legs, kind, ends)
        first = _calm(given, kind, ends)
        if first is None:
            assert not ways
            continue
        by_all, before_s = set(first.lanes), _calm_s(given, kind, first)
        for way in ways:
            assert (way.origin, way.destination) == ends
            places = [legs.airspace.network.lane_ends(lane) for lane in way.lanes]
            assert all(one[1] == two[0] for one, two in pairwise(places))
            assert len({place for each in places for place in each}) == len(places) + 1
            assert not by_all <= set(way.lanes)
            by_all &= set(way.lanes)
            takes_s = _calm_s(given, kind, way)
            assert before_s <= takes_s <= LONGER * _calm_s(given, kind, first) + 1e-6
            before_s = takes_s
            met += 1
    assert met > 20


def _calm(given: Instance, kind: DroneType, ends: tuple[str, str]) -> Chain | None:
    """Return the quickest leg in calm air."""
    side = given.network.side_of(ends[0])
    tree, arcs = given.legs.arcs.static(kind, CALM_EPOCH, frozenset(), side), given.legs.arcs
    row, vertex = given.legs.row[ends[0]], arcs.in_vertex[ends[1]]
    lanes = list[str]()
    while (vertex := int(tree.before[row, vertex])) in range(len(arcs.lane_ids)):
        lanes.append(arcs.lane_ids[vertex])
    return given.legs.chain(tuple(reversed(lanes))) if lanes else None


def _calm_s(given: Instance, kind: DroneType, chain: Chain) -> float:
    steady = given.legs.steady(kind, chain, CALM_EPOCH)
    assert steady is not None
    return steady[2]


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


@pytest.mark.parametrize("other_ways", [0, 4])
def test_a_leg_of_the_search_goes_another_way_and_is_followed_by_it(other_ways: int) -> None:
    found = dispatcher(other_ways)
    arrays = DayArrays(InstanceArrays(found.instance))
    trip = trips(arrays.sky, arrays.goods, 3)

    def back() -> np.void:
        """Fly the sortie on the day as it is taken; return how its last leg takes off."""
        assert fly(
            arrays.sky, arrays.as_taken(found.calendar), arrays.fleet, arrays.goods, 0,
            np.array([1, -1, 0]), EIGHT, 0, trip, 0, 1, NEVER_S,
        )  # fmt: skip
        return trip.stop[0, trip.head[0]["legs"] - 1].copy()

    free = back()
    flight = arrays.sky.flight[free["flight"]]
    middle = arrays.sky.block[(flight["begin"] + flight["end"]) // 2]["block"]
    free_s = int(free["takeoff"])
    found.calendar.traffic.hold(int(middle), free_s, free_s + 500)
    flown = back()
    assert bool(flown["way"]) == (flown["takeoff"] == free_s) == bool(other_ways)
    kind = found.instance.squads[0].kind
    planned = planned_legs(trip, 0, found.instance.legs, kind)
    timed = found.follow(delivery(0), int(trip.stop[0, 0]["arrive"]), planned)
    assert timed.cents == trip.head[0]["cents"]
    assert timed.flights[-1].takeoff_s == flown["takeoff"]
    if other_ways:
        lanes = timed.flights[-1].chain.lanes
        assert lanes in [each.lanes for each in other_ways_of(found, "HK-V2", "SZ-V1")]


def other_ways_of(found: Dispatcher, origin: str, destination: str) -> tuple[Chain, ...]:
    """Return all other ways of a leg."""
    given = found.instance
    return other_ways(given.legs, given.squads[0].kind, (origin, destination))


def test_another_way_from_a_base_is_to_gain_more_than_it_is_longer() -> None:
    """The quickest way is waited for where it is held for little longer than the other takes."""
    hetao = read_network(shipped_network_path())
    asked = make_sample(hetao, shipped_rulebook(), orders=1, drones=1, seed=1)
    given = Instance(Airspace(hetao, asked), shipped_rulebook())
    takeoffs, kind = Takeoffs(given), given.squads[0].kind

    def found(held_s: int, gain: int) -> tuple[int, int]:
        """Return how much later than free a leg takes off and lands, its way held so long."""
        calendar = empty_calendar(given)

        def first_free() -> Flight:
            ends = ("HK-B8", "HK-CHAU-TAU")
            return takeoffs.first_free(
                kind, ends, TEN, calendar, empty=False, quickest=False, gain=gain
            )

        free = first_free()
        middle = len(free.chain.blocks) // 2
        enters_s = TEN + free.enter[middle]
        calendar.traffic.hold(free.chain.blocks[middle], enters_s, enters_s + held_s)
        flown = first_free()
        return flown.takeoff_s - free.takeoff_s, flown.landing_s - free.landing_s

    waited_s, longer_s = found(2000, 0)
    assert not waited_s
    assert longer_s > 10
    assert found(longer_s + 5, 0) == (0, longer_s)
    assert found(longer_s + 5, GAIN)[0] > 0
    assert found((GAIN + 2) * longer_s, GAIN) == (0, longer_s)


@pytest.mark.parametrize("seed", range(5))
def test_no_leg_lands_later_for_the_ways_that_it_may_take(seed: int) -> None:
    """On days full of flights, every pair of sites, at any time."""
    draw = Random(seed)
    asked = random_request(draw, 12, 4, other_ways=0)
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
    options = Options(seed=seed, time_limit_s=1.0, deterministic=True, gap=0.0)
    plan = assemble(roster.instance, roster, 0.0, "none", options)
    assert check_plan(plan, small_network(), asked, shipped_rulebook()) == []


def test_a_whole_day_goes_other_ways_and_costs_no_less_than_its_bound() -> None:
    asked = random_request(Random(2), 12, 5, other_ways=2)
    plan = make_plan(small_network(), asked, shipped_rulebook(), QUICK)
    assert check_plan(plan, small_network(), asked, shipped_rulebook()) == []
    assert plan.bound.lower_bound_cents <= plan.cost.total_cents

"""A day planned in parts by other processes: a plan like any other, whoever solves the parts."""

from dataclasses import replace
from datetime import timedelta
from random import Random

import psutil
import pytest

from planner.bound.bounded import ALONE_METHOD, COVER_METHOD
from planner.bound.pool import alone_worth, cover_worth
from planner.bound.sorties import Enumerator
from planner.day.instance import Instance
from planner.day.taken import Taken
from planner.day.tour import TimedTour
from planner.dispatch.dispatch import Dispatcher
from planner.dispatch.roster import Roster
from planner.fly.planned import legs_of
from planner.fly.quick import fill_at_once
from planner.plan.plan import PLAN, Options, Plan
from planner.rules.codes import RULES
from planner.rules.rulebook import shipped_rulebook
from planner.solve.large_day import choose_part
from planner.solve.progress import Progress
from planner.solve.solve import make_plan
from planner.testing.day import order, request
from tests.planner.days import instance, random_request
from tests.planner.in_parts import DAY, IN_PARTS, SMALL, parted, planned


@pytest.fixture(autouse=True)
def little_work() -> None:
    """Search as always: processes that solve parts know nothing of what is changed in this one."""


@pytest.fixture(scope="module")
def alone() -> Plan:
    """Return the day's plan as one thread solves it."""
    return parted(DAY)


def test_parts_serve_about_what_a_whole_day_does(alone: Plan) -> None:
    whole = planned(options=replace(IN_PARTS, whole_day_orders=99))
    assert len(alone.unserved) <= len(whole.unserved) + 1
    assert alone.bound.method == COVER_METHOD


def test_the_plan_is_the_same_to_the_byte_whoever_solves_the_parts(alone: Plan) -> None:
    """Under deterministic limits: a thread, or processes of the plan's own, which it ends."""
    told: list[Progress] = []
    plan = planned(options=replace(IN_PARTS, workers=3), told=told)
    assert PLAN.dump_json(plan) == PLAN.dump_json(alone)
    done = [each.done for each in told]
    assert done == sorted(done)
    assert "parts" in {each.stage for each in told}
    left = [" ".join(each.cmdline()) for each in psutil.Process().children()]
    assert not any("spawn_main" in each for each in left)


def test_a_process_killed_in_the_middle_changes_nothing(alone: Plan) -> None:
    killed = []

    def report(progress: Progress) -> None:
        """Kill a process that solves parts as soon as the first part has come back."""
        if not killed and progress.detail.startswith("turn 1: 1 of"):
            me = psutil.Process()
            found = [each for each in me.children() if "spawn_main" in " ".join(each.cmdline())]
            found[0].kill()
            killed.append(found[0])

    options = replace(IN_PARTS, workers=2)
    plan = make_plan(SMALL, DAY, shipped_rulebook(), options, report)
    assert killed
    assert PLAN.dump_json(plan) == PLAN.dump_json(alone)


def test_wall_time_limits_parts_as_well() -> None:
    parted(DAY, replace(IN_PARTS, deterministic=False))


def test_parts_alone_have_no_orders_or_no_drones() -> None:
    """What cannot be solved is left out, with its reasons."""
    first = DAY.fleet.drones[0]
    early = replace(first, available_until=first.available_from + timedelta(hours=1))
    plan = parted(replace(DAY, fleet=replace(DAY.fleet, drones=(early,))))
    assert plan.unserved
    assert all(each.reasons for each in plan.unserved)


@pytest.mark.parametrize("seed", range(4))
def test_of_two_bounds_the_better_one_is_stated(monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    """A day of many orders has the one alone."""
    asked = random_request(Random(seed), 9, 3, max_orders_per_sortie=1 + seed % 3)
    worths = [worth(Enumerator(instance(asked))).sum() for worth in (alone_worth, cover_worth)]
    monkeypatch.setattr("planner.solve.choose.WORK", 5_000)
    better = parted(asked).bound
    monkeypatch.setattr("planner.solve.large_day.COVER_ORDERS", 4)
    alone = parted(asked).bound
    assert abs(better.lower_bound_cents - max(worths)) <= 1
    assert better.method == (COVER_METHOD if worths[1] > worths[0] else ALONE_METHOD)
    assert alone.method == ALONE_METHOD
    assert abs(alone.lower_bound_cents - worths[0]) <= 1


def test_what_there_is_no_time_for_is_told_less_about(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every order left out still has a reason, under a code of the rules."""
    monkeypatch.setattr("planner.clock.WRITE_S", 1.0)
    monkeypatch.setattr("planner.clock.ENDING_SHARE", 1.0)
    orders = tuple(replace(each, id=f"{each.id}-{n}") for n in range(4) for each in DAY.orders)
    fleet = replace(DAY.fleet, drones=DAY.fleet.drones[:1])
    crowded = replace(DAY, orders=orders, fleet=fleet)
    plan = planned(crowded, replace(IN_PARTS, deterministic=False, whole_day_orders=99))
    assert plan.unserved
    assert all(each.reasons for each in plan.unserved)
    assert {reason.code for each in plan.unserved for reason in each.reasons} <= set(RULES)


def test_a_day_is_filled_at_once_where_there_is_no_time_to_choose() -> None:
    """Most of what a choice serves; orders that go the same way share a sortie."""
    whole = instance(DAY)
    hasty = choose_part(whole, Options(seed=1, time_limit_s=0.01, deterministic=False, gap=0.0))
    chosen = choose_part(whole, Options(seed=1, time_limit_s=2.0, deterministic=True, gap=0.0))
    assert len(hasty.served()) >= 0.7 * len(chosen.served()) > 0
    roster = Roster(instance(request(order("O-0"), order("O-1"))))
    fill_at_once(roster, range(2))
    assert [timed.tour.jobs for _, timed in roster.tours()] == [(0, 1)]


def test_what_a_part_found_is_flown_as_it_was_found() -> None:
    """Leg by leg on a day of its own, whatever is entered first."""
    found = choose_part(
        instance(DAY), Options(seed=1, time_limit_s=2.0, deterministic=True, gap=0.0)
    )
    tours = list(found.tours())
    assert tours
    joined = Roster(instance(DAY))
    for name, timed in reversed(tours):
        again = joined.follow(name, timed.tour, timed.start_s, legs_of(timed))
        assert (again.stops, again.flights) == (timed.stops, timed.flights)
    assert joined.cents() == found.cents()


def test_what_is_taken_stands_in_the_way_as_the_tours_do() -> None:
    whole = instance(DAY)
    roster = Roster(whole)
    plan_tours = _some_tours(whole, roster)
    sites = tuple(sorted(SMALL.sites))
    taken = Taken.of(plan_tours, sites)
    beside = Dispatcher(Instance(whole.airspace, whole.rulebook, whole.quickest, taken))
    for timed in plan_tours:
        for flight in timed.flights:
            met = roster.dispatcher.calendar.traffic.delay_s(flight)
            assert met == beside.calendar.traffic.delay_s(flight) > 0
        for stop in timed.stops:
            for start_s in range(stop.arrive_s - 300, stop.depart_s, 60):
                pads = [each.calendar.pads[stop.place] for each in (roster.dispatcher, beside)]
                assert pads[0].next_free(start_s, 400) == pads[1].next_free(start_s, 400)
    assert len(taken.during(0, 1).blocks) == 0
    first = min(timed.start_s for timed in plan_tours)
    assert 0 < len(taken.during(first, first + 900).pads) <= len(taken.pads)


def _some_tours(whole: Instance, roster: Roster) -> list[TimedTour]:
    """Enter what a part would fly into a roster, and return it."""
    filled = choose_part(whole, Options(seed=1, time_limit_s=2.0, deterministic=True, gap=0.0))
    for drone, timed in filled.tours():
        roster.enter(drone, timed)
    return [timed for _, timed in filled.tours()]

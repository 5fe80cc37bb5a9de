"""Sorties timed in compiled code are those of the dispatcher."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import pairwise
from random import Random

import numpy as np
import pytest

from planner.bound.columns import BUCKET_S
from planner.bound.pool import build_pool
from planner.bound.sorties import Enumerator
from planner.choice.candidates import ALIKE_CENTS, APART_S, STARTS, TRIED, Candidates
from planner.day.instance import Instance
from planner.day.tour import TimedTour, Unflyable
from planner.dispatch.dispatch import Dispatcher
from planner.fly.day_arrays import DayArrays
from planner.fly.fly import TRIES, enter, fly, leave
from planner.fly.leg import stretch_of
from planner.fly.planned import planned_legs
from planner.fly.records import NEVER_S, Trip, trips
from planner.request.weather import CALM
from planner.testing.day import at, drone, request
from tests.planner.days import instance, random_order, random_request


def candidates_of(found: Instance, joined_cents: int | None = None) -> tuple[Candidates, DayArrays]:
    """Return sorties worth flying of a day, and the day as arrays."""
    enumerator = Enumerator(found)
    pool = build_pool(enumerator, 2)
    arrays = DayArrays(enumerator)
    return Candidates(arrays, *pool.cheapest(400), joined_cents=joined_cents), arrays


def starts_of(candidates: Candidates, numbers: Iterable[int]) -> Iterator[tuple[int, int, int]]:
    """Yield some candidates, each with its squad and its first start, s."""
    for number in numbers:
        yield number, *(int(candidates.sorties[name][number]) for name in ("squad", "first_s"))


def steady(seed: int) -> Instance:
    """Return a day in calm air on which drones of two bases share the air."""
    draw = Random(seed)
    orders = [random_order(draw, number) for number in range(12)]
    hours = {"available_from": at("07:00"), "available_until": at("20:00")}
    drones = tuple(
        drone(f"D-{number}", base, **hours) for number, base in enumerate(("SZ-V1", "HK-V1") * 2)
    )
    return instance(request(*orders, drones=drones, weather=CALM))


def figures(timed: TimedTour) -> tuple[int, ...]:
    """Return cost and times of a tour."""
    legs = [each for flight in timed.flights for each in (flight.takeoff_s, flight.landing_s)]
    return (timed.cents, timed.start_s, *legs, timed.end_s)


def flown(trip: Trip) -> tuple[int, ...]:
    """Return the same of the first row."""
    legs, stops = int(trip.head[0]["legs"]), trip.stop[0]
    times = [
        int(each)
        for leg in range(legs)
        for each in (stops[leg]["takeoff"], stops[leg + 1]["arrive"])
    ]
    cents, start_s = int(trip.head[0]["cents"]), int(stops[0]["arrive"])
    return (cents, start_s, *times, int(stops[legs]["depart"]))


def follow(found: Dispatcher, candidates: Candidates, number: int, trip: Trip) -> TimedTour:
    """Return the tour of a candidate flown by the dispatcher as the first row says."""
    tour, given = candidates.tour(number), found.instance
    planned = planned_legs(trip, 0, given.legs, given.squads[tour.squad].kind)
    return found.follow(tour, int(trip.stop[0, 0]["arrive"]), planned)


@pytest.mark.parametrize("seed", range(3))
def test_in_steady_air_a_sortie_is_timed_as_the_dispatcher_times_it(seed: int) -> None:
    found = steady(seed)
    candidates, arrays = candidates_of(found)
    dispatcher, day, trip = Dispatcher(found), arrays.day(), trips(arrays.sky, arrays.goods, 3)
    steps, takeoffs = arrays.steps(candidates.columns), arrays.takeoffs(candidates.columns)
    compared = 0
    some = Random(seed).sample(range(len(candidates)), 120)
    for number, squad, start_s in starts_of(candidates, some):
        flies = fly(
            arrays.sky, day, arrays.fleet, arrays.goods, squad, steps[number], start_s,
            int(takeoffs[number]), trip, 0, TRIES, NEVER_S,
        )  # fmt: skip
        try:
            timed = dispatcher.best(candidates.tour(number), start_s, tries=TRIES)
        except Unflyable:
            assert not flies
            continue
        if found.legs.step(start_s) != found.legs.step(timed.end_s):
            continue  # a lane that opens on the way may be quicker
        assert flies
        assert flown(trip) == figures(timed)
        compared += 1
        if compared % 3 == 0:
            # From now on others have to keep clear of it.
            dispatcher.enter(timed)
            enter(arrays.sky, day, arrays.fleet, squad, trip, 0)
    assert compared > 40


@pytest.mark.parametrize("joined_cents", [None, 0, 60])
@pytest.mark.parametrize("seed", range(3))
def test_a_candidate_costs_about_what_the_dispatcher_flies_it_for_at_all_of_its_starts(
    seed: int, joined_cents: int | None
) -> None:
    found = steady(seed)
    candidates, _ = candidates_of(found, joined_cents)
    dispatcher, compared = Dispatcher(found), 0
    for number in Random(seed).sample(range(len(candidates)), 60):
        sortie, tour = candidates.sorties[number], candidates.tour(number)
        begin_s, tried = int(candidates.columns.start_s[number]), list[TimedTour]()
        for start_s in range(begin_s, sortie["last_s"] + 1, BUCKET_S):
            for within_s in TRIED:
                with suppress(Unflyable):
                    tried.append(dispatcher.best(tour, start_s + within_s, tries=STARTS))
        if found.legs.step(begin_s) != found.legs.step(max(each.end_s for each in tried)):
            continue  # a lane that opens on the way may be quicker
        alike = [each for each in tried if sortie["first_s"] <= each.start_s <= sortie["last_s"]]
        cents = [each.cents for each in alike]
        assert min(cents) + (joined_cents or 0) >= sortie["cents"] >= min(cents)
        assert max(cents) <= sortie["cents"] + ALIKE_CENTS
        assert sortie["hold_s"] == max(each.end_s - each.start_s for each in alike)
        compared += 1
    assert compared > 20


@pytest.mark.parametrize("seed", range(4))
def test_in_winds_that_change_a_sortie_is_followed_as_it_was_found(seed: int) -> None:
    found = instance(random_request(Random(seed), 10, 4))
    candidates, arrays = candidates_of(found)
    dispatcher, day, trip = Dispatcher(found), arrays.day(), trips(arrays.sky, arrays.goods, 3)
    steps, takeoffs = arrays.steps(candidates.columns), arrays.takeoffs(candidates.columns)
    flew = 0
    for number, squad, start_s in starts_of(candidates, range(min(100, len(candidates)))):
        if fly(
            arrays.sky, day, arrays.fleet, arrays.goods, squad, steps[number], start_s,
            int(takeoffs[number]), trip, 0, TRIES, NEVER_S,
        ):  # fmt: skip
            assert figures(follow(dispatcher, candidates, number, trip)) == flown(trip)
            flew += 1
    assert flew > 20


def test_what_is_left_is_as_if_it_had_never_been_entered() -> None:
    found = steady(5)
    candidates, arrays = candidates_of(found)
    day, trip = arrays.day(), trips(arrays.sky, arrays.goods, 3)
    steps = arrays.steps(candidates.columns)
    (_, squad, start_s), *_ = starts_of(candidates, [0])
    asked = (squad, steps[0], start_s, 0, trip, 0, TRIES, NEVER_S)
    assert fly(arrays.sky, day, arrays.fleet, arrays.goods, *asked)
    free = flown(trip)
    enter(arrays.sky, day, arrays.fleet, squad, trip, 0)
    kept = trips(arrays.sky, arrays.goods, 3)
    for mine, theirs in zip(kept, trip, strict=True):
        mine[:] = theirs
    assert fly(arrays.sky, day, arrays.fleet, arrays.goods, *asked)
    assert flown(trip) != free
    leave(arrays.sky, day, arrays.fleet, squad, kept, 0)
    assert fly(arrays.sky, day, arrays.fleet, arrays.goods, *asked)
    assert flown(trip) == free


def test_a_sortie_is_given_up_where_it_takes_longer_than_it_may() -> None:
    found = steady(4)
    candidates, arrays = candidates_of(found)
    day, trip = arrays.day(), trips(arrays.sky, arrays.goods, 3)
    steps, flew = arrays.steps(candidates.columns), 0
    for number, squad, start_s in starts_of(candidates, range(0, len(candidates), 7)):
        asked = (arrays.sky, day, arrays.fleet, arrays.goods, squad, steps[number], start_s, 0)
        if not fly(*asked, trip, 0, 1, NEVER_S):
            continue
        free, last = flown(trip), int(trip.head[0]["legs"])
        takes_s = int(trip.stop[0, last]["depart"] - trip.stop[0, 0]["arrive"])
        assert fly(*asked, trip, 0, 1, takes_s)
        assert flown(trip) == free
        assert not fly(*asked, trip, 0, 1, takes_s // 2)
        flew += 1
    assert flew > 20


def test_a_sortie_flies_until_it_would_hand_over_too_late_and_no_later() -> None:
    found = steady(4)
    candidates, arrays = candidates_of(found)
    day, trip = arrays.day(), trips(arrays.sky, arrays.goods, 3)
    steps, flew = arrays.steps(candidates.columns), 0
    alone = np.flatnonzero(candidates.columns.jobs[:, 1] < 0)
    for number, squad, start_s in starts_of(candidates, alone.tolist()):
        job = found.jobs[int(candidates.columns.jobs[number, 0])]
        asked = (arrays.sky, day, arrays.fleet, arrays.goods, squad, steps[number])
        if job.origin_side != job.destination_side or not fly(
            *asked, start_s, 0, trip, 0, 1, NEVER_S
        ):
            continue
        # In steady air with nobody else a sortie that starts later lands as much later.
        last_s = int(trip.stop[0, 0]["arrive"]) + job.latest_s - int(trip.over[0, 1])
        assert fly(*asked, last_s, 0, trip, 0, 1, NEVER_S)
        assert trip.over[0, 1] == job.latest_s
        assert not fly(*asked, last_s + 1, 0, trip, 0, 1, NEVER_S)
        flew += 1
    assert flew > 5


@pytest.mark.parametrize("seed", range(2))
def test_no_leg_takes_less_than_the_least_nor_a_way_over_the_boundary(seed: int) -> None:
    found = steady(seed)
    candidates, arrays = candidates_of(found)
    day, trip, crossed = arrays.day(), trips(arrays.sky, arrays.goods, 3), 0
    steps, names = arrays.steps(candidates.columns), found.legs.site_ids
    for number, squad, start_s in starts_of(candidates, range(0, len(candidates), 5)):
        if not fly(
            arrays.sky, day, arrays.fleet, arrays.goods, squad, steps[number], start_s, 0, trip, 0,
            TRIES, NEVER_S,
        ):  # fmt: skip
            continue
        kind, stops = arrays.fleet["kind"][squad], trip.stop[0, : trip.head[0]["legs"] + 1]
        air_s = np.array([there["arrive"] - here["takeoff"] for here, there in pairwise(stops)])
        for seconds, (here, there) in zip(air_s, pairwise(stops["site"]), strict=True):
            assert seconds >= arrays.sky.least_s[kind, here, there]
        job = found.jobs[int(candidates.columns.jobs[number, 0])]
        if job.origin_side != job.destination_side and candidates.columns.jobs[number, 1] < 0:
            here, there = names.index(job.order.origin), names.index(job.order.destination)
            begin = stops["site"].tolist().index(here)
            end = begin + stops["site"][begin:].tolist().index(there)
            least_s = arrays.goods.least_s[kind, here, there]
            assert arrays.sky.least_s[kind, here, there] <= least_s <= air_s[begin:end].sum()
            crossed += 1
    assert crossed


def test_candidates_are_apart_in_time_in_cost_or_in_how_long_they_hold_a_drone() -> None:
    """What could be one candidate is one: a sortie's next start is far off, or not alike."""
    candidates, _ = candidates_of(steady(1), 20)
    columns, sorties = candidates.columns, candidates.sorties
    order = np.lexsort((sorties["first_s"], columns.sequence, *columns.jobs.T, columns.squad))
    several = 0
    for before, after in pairwise(order.tolist()):
        same = columns.squad[before] == columns.squad[after]
        same &= columns.sequence[before] == columns.sequence[after]
        if not same or (columns.jobs[before] != columns.jobs[after]).any():
            continue
        several += 1
        apart_s = sorties["first_s"][after] - sorties["last_s"][before]
        dearer = abs(sorties["cents"][after] - sorties["cents"][before])
        longer_s = abs(sorties["hold_s"][after] - sorties["hold_s"][before])
        assert apart_s > 0
        assert apart_s > APART_S or dearer > 0 or longer_s > 0
    assert several > 10


def test_a_second_is_of_the_last_stretch_that_has_begun() -> None:
    steps = np.array([0, 600, 601, 86_400])
    seconds = [-1, 0, 1, 599, 600, 601, 602, 86_399, 86_400, 100_000]
    found = [stretch_of.py_func(steps, second) for second in seconds]
    assert found == [-1, 0, 0, 0, 1, 2, 2, 2, 3, 3]

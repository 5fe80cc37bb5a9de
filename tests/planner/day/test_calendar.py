"""What is taken on the day, against a second-by-second count."""

from dataclasses import replace
from random import Random
from types import MappingProxyType

import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.air.blocks import Block, Blocks
from planner.air.legs import Chain, Flight
from planner.day.calendar import Calendar, Seats
from planner.day.traffic import Traffic

HORIZON_S = 60
stays = st.tuples(st.integers(0, 40), st.integers(0, 12)).map(lambda each: (each[0], sum(each)))


def level(held: list[tuple[int, int]], moment: int) -> int:
    """Return how many half-open stays hold a second."""
    return sum(begin <= moment < end for begin, end in held)


def fits(held: list[tuple[int, int]], capacity: int, begin: int, end: int) -> bool:
    """Tell whether one more stay leaves every second within the capacity."""
    return all(level(held, moment) < capacity for moment in range(begin, end))


def seated(capacity: int, held: list[tuple[int, int]]) -> Seats:
    """Return seats with some stays."""
    seats = Seats(capacity)
    for begin, end in held:
        seats.add(begin, end)
    return seats


@given(st.integers(1, 3), st.lists(stays, max_size=8), stays.filter(lambda each: each[0] < each[1]))
@settings(max_examples=300)
def test_a_stay_fits_if_every_second_of_it_has_a_free_seat(
    capacity: int, held: list[tuple[int, int]], stay: tuple[int, int]
) -> None:
    assert seated(capacity, held).free(*stay) == fits(held, capacity, *stay)


@given(st.integers(1, 3), st.lists(stays, max_size=8), st.integers(0, 50), st.integers(1, 15))
@settings(max_examples=300)
def test_the_next_free_seat_is_the_first_second_from_which_the_stay_fits(
    capacity: int, held: list[tuple[int, int]], begin: int, length: int
) -> None:
    first = next(
        moment
        for moment in range(begin, begin + 200)
        if fits(held, capacity, moment, moment + length)
    )
    assert seated(capacity, held).next_free(begin, length) == first


def test_a_seat_is_free_again_at_the_second_at_which_a_stay_ends() -> None:
    seats = seated(1, [(10, 20)])
    assert seats.free(20, 30)
    assert seats.free(0, 10)
    assert not seats.free(19, 30)


@given(st.lists(stays, min_size=1, max_size=8), st.data())
@settings(max_examples=100)
def test_a_stay_given_back_leaves_no_trace(
    held: list[tuple[int, int]], data: st.DataObject
) -> None:
    gone = data.draw(st.sampled_from(held))
    seats = seated(1, held)
    seats.remove(*gone)
    left = list(held)
    left.remove(gone)
    for begin in range(0, HORIZON_S, 3):
        assert seats.free(begin, begin + 4) == fits(left, 1, begin, begin + 4)


# -- blocks in the air -------------------------------------------------------------------


def blocks(count: int, draw: Random) -> Blocks:
    """Return blocks of which some pairs conflict."""
    block = Block("", None, None, shapely.Polygon(), 0.0, 0.0, ())
    conflicts = [{at} for at in range(count)]
    for one in range(count):
        for other in range(one):
            if draw.random() < 0.3:
                conflicts[one].add(other)
                conflicts[other].add(one)
    named = tuple(replace(block, id=str(at)) for at in range(count))
    return Blocks(named, MappingProxyType({}), tuple(map(frozenset, conflicts)))


def flight(count: int, draw: Random) -> Flight:
    """Return a flight through some blocks, one after the other."""
    passed = tuple(draw.sample(range(count), draw.randint(1, 3)))
    enter, leave, clock = [], [], 0
    for _ in passed:
        enter.append(clock)
        clock += draw.randint(1, 6)
        leave.append(clock)
    chain = Chain("A", "B", (), passed, 0.0, 0.0)
    return Flight("T", chain, draw.randint(0, 40), tuple(enter), tuple(leave), float(clock))


def meets(one: Flight, other: Flight, known: Blocks, buffer_s: int) -> bool:
    """Tell whether two flights hold conflicting blocks less than the buffer apart."""
    return any(
        one.takeoff_s + one.enter[a] < other.takeoff_s + other.exit[b] + buffer_s
        and other.takeoff_s + other.enter[b] < one.takeoff_s + one.exit[a] + buffer_s
        for a, mine in enumerate(one.chain.blocks)
        for b, theirs in enumerate(other.chain.blocks)
        if theirs in known.conflicts[mine]
    )


@given(st.integers(0, 10**6), st.integers(0, 4))
@settings(max_examples=200)
def test_a_flight_delayed_as_told_takes_off_at_the_first_second_without_a_conflict(
    seed: int, buffer_s: int
) -> None:
    """As if tried second by second against all that fly, each kept apart from the others."""
    draw = Random(seed)
    known = blocks(5, draw)
    traffic, flying = Traffic(known, buffer_s), list[Flight]()
    for _ in range(6):
        asked = told = flight(5, draw)
        while any(meets(asked, other, known, buffer_s) for other in flying):
            asked = replace(asked, takeoff_s=asked.takeoff_s + 1)
        same_until_s = draw.choice((0, 20, 60, 10**6))
        while delay_s := traffic.delay_s(told, same_until_s):
            told = replace(told, takeoff_s=told.takeoff_s + delay_s)
            assert told.takeoff_s == asked.takeoff_s or told.takeoff_s < 10**6 != same_until_s
        assert told.takeoff_s == asked.takeoff_s
        traffic.add(told)
        flying.append(told)


@given(st.integers(0, 10**6))
@settings(max_examples=100)
def test_a_flight_taken_out_is_in_no_one_s_way(seed: int) -> None:
    draw = Random(seed)
    known = blocks(5, draw)
    traffic, flying = Traffic(known, 2), list[Flight]()
    for _ in range(5):
        each = flight(5, draw)
        if not traffic.delay_s(each):
            traffic.add(each)
            flying.append(each)
    gone = draw.choice(flying)
    traffic.remove(gone)
    flying.remove(gone)
    asked = flight(5, draw)
    assert bool(traffic.delay_s(asked)) == any(meets(asked, each, known, 2) for each in flying)


def test_there_is_room_for_any_number_of_flights() -> None:
    known = blocks(1, Random(0))
    traffic = Traffic(known, 0)
    chain = Chain("A", "B", (), (0,), 0.0, 0.0)
    flying = [Flight("T", chain, 10 * at, (0,), (10,), 10.0) for at in range(200)]
    for each in flying:
        assert traffic.delay_s(each) == 0
        traffic.add(each)
    assert traffic.delay_s(flying[0], 10**6) == 2000
    traffic.remove(flying[77])
    assert traffic.delay_s(flying[0], 10**6) == 770


def test_two_flights_may_follow_each_other_at_the_buffer() -> None:
    """One leaves a block at 10; with 5 s between holds another may enter at 15, not at 14."""
    known = blocks(1, Random(0))
    traffic = Traffic(known, 5)
    traffic.add(Flight("T", Chain("A", "B", (), (0,), 0.0, 0.0), 0, (0,), (10,), 10.0))
    behind = Flight("T", Chain("A", "B", (), (0,), 0.0, 0.0), 14, (0,), (10,), 10.0)
    assert traffic.delay_s(behind) == 1
    assert traffic.delay_s(replace(behind, takeoff_s=15)) == 0


def test_a_calendar_has_pads_by_site_and_bays_by_checkpoint() -> None:
    calendar = Calendar(blocks(1, Random(0)), 5, [("A", 2), ("C", 1)], [("C", 3)])
    assert {site: seats.capacity for site, seats in calendar.pads.items()} == {"A": 2, "C": 1}
    assert {site: seats.capacity for site, seats in calendar.bays.items()} == {"C": 3}

"""A network flown full takes nothing twice and passes no more than its capacity."""

from collections.abc import Iterable
from dataclasses import replace
from functools import cache

import pytest

from geodata.network import Network
from planner.capacity.capacity import Capacities, Course
from planner.capacity.question import MIX
from planner.capacity.room import HOUR_S
from planner.day.instance import Instance
from planner.saturate.fly import stays
from planner.saturate.itinerary import Slot
from planner.saturate.saturate import Saturation, fly, saturate
from planner.saturate.trips import Trips
from planner.saturate.usage import Ground, Placed
from planner.testing.day import second
from tests.geodata.small import changed, small_network, without
from tests.planner.capacity.test_capacity import asked, one_bay

NOON_S = second("12:00")
GROUND = Ground(60, 60, 600)


def capacities_of(course: Course, bay_alone: bool) -> Capacities:
    """Return one bay for one class; else all classes one way, or two of them both ways."""
    if bay_alone:
        return asked(one_bay(), {"biological": 1.0})
    return asked(small_network(), MIX if course == "there" else {"general": 0.5, "document": 0.5})


@cache
def flown(course: Course, bay_alone: bool) -> Saturation:
    """Return what is flown at noon on the small network, or where one bay is the limit."""
    found = saturate(capacities_of(course, bay_alone), NOON_S, course, trials=1)
    assert found is not None
    return found


def repeated(found: Saturation) -> list[Placed]:
    """Return periods of a timetable in a row."""
    return [
        replace(each, takeoffs_s=tuple(at + turn * found.period_s for at in each.takeoffs_s))
        for turn in range(-3, 4)
        for each in found.placed
    ]


def clashes(instance: Instance, flown: Iterable[Placed]) -> int:
    """Return how many pairs of holds of conflicting blocks come closer than the buffer."""
    blocks, buffer_s = instance.airspace.blocks, instance.rules.time_buffer_s
    holds: dict[int, list[tuple[int, int, int]]] = {}
    legs = [pair for each in flown for pair in zip(each.sally.legs, each.takeoffs_s, strict=True)]
    for number, (leg, at) in enumerate(legs):
        for block, enter, leave in zip(leg.chain.blocks, leg.enter, leg.exit, strict=True):
            holds.setdefault(block, []).append((number, at + enter, at + leave))
    return sum(
        one != two and begin < leave + buffer_s and enter < end + buffer_s
        for block, listed in holds.items()
        for other in blocks.conflicts[block]
        for one, enter, leave in listed
        for two, begin, end in holds.get(other, ())
    )


def most_at_once(flown: Iterable[Placed], kind: int) -> dict[str, int]:
    """Return the greatest number of stays at one time by site, on pads (0) or in bays (1)."""
    found: dict[str, list[tuple[int, int]]] = {}
    for each in flown:
        for stay in stays(each, GROUND)[kind]:
            found.setdefault(stay.site, []).append((stay.begin_s, stay.end_s))
    return {
        site: max(sum(begin <= at < end for begin, end in listed) for at, _ in listed)
        for site, listed in found.items()
    }


@pytest.mark.parametrize(
    ("course", "bay_alone"), [("both", False), ("there", False), ("both", True)]
)
def test_what_is_flown_keeps_every_rule_of_the_air_and_of_the_ground(
    course: Course, bay_alone: bool
) -> None:
    """No two flights hold conflicting blocks, no site holds more than its pads and bays."""
    listed = repeated(flown(course, bay_alone))
    instance = capacities_of(course, bay_alone).instance
    assert clashes(instance, listed) == 0
    sites, checkpoints = instance.network.sites, instance.network.checkpoints
    assert all(count <= sites[site].pads for site, count in most_at_once(listed, 0).items())
    assert all(count <= checkpoints[site].bays for site, count in most_at_once(listed, 1).items())


def test_flights_that_are_moved_break_the_rules_of_the_air() -> None:
    """What tells clashes finds them: flights of another take off with the first."""
    found, instance = flown("both", False), capacities_of("both", False).instance
    moved = replace(found.placed[0], takeoffs_s=tuple(at + 1 for at in found.placed[0].takeoffs_s))
    assert clashes(instance, [found.placed[0], moved]) > 0


@pytest.mark.parametrize("course", ["both", "there"])
def test_no_more_is_flown_than_the_bound_and_a_good_part_of_it_is(course: Course) -> None:
    """The programme bounds what lands in an hour, but for a flight at either end."""
    found = flown(course, False)
    assert 0.6 * found.bound <= found.flown <= found.bound + 2


@pytest.mark.parametrize(
    "network",
    [
        changed(small_network(), "HK-J1", bays=1, pads=1),
        changed(small_network(), "SZ-C1", pads=1),
        without(small_network(), "X-A"),
    ],
    ids=["one bay", "one pad", "one crossing"],
)
def test_no_timetable_repeats_faster_than_the_bound(network: Network) -> None:
    """What is flown for ever, flights by period, is no more than the programme allows."""
    capacities = asked(network, {"general": 0.5, "document": 0.5})
    found = saturate(capacities, NOON_S, "both", trials=1)
    assert found is not None
    loaded = sum(each.sally.loaded for each in found.placed)
    assert loaded == len(found.slots)
    assert loaded * HOUR_S / found.period_s <= found.bound + 1e-6


def test_the_classes_of_the_slots_can_have_the_shares_asked_for() -> None:
    """Each class is in a slot of each direction, and no slot has a class of none."""
    for course, directions in (("there", {0}), ("both", {0, 1})):
        found, shares = flown(course, False), capacities_of(course, False).question.shares
        assert {each.direction for each in found.slots} == directions
        for direction in directions:
            slots = [each for each in found.slots if each.direction == direction]
            assert {goods for slot in slots for goods in slot.goods} == set(shares)


def test_a_slot_clears_in_the_time_of_its_slowest_class() -> None:
    """So every class that takes its turn in it is cleared."""
    capacities = capacities_of("there", False)
    trips = Trips(capacities, NOON_S, "there")
    slot = Slot(0, ("HK-J1",), ("biological", "general"))
    slowest_s = capacities.states.job(0, "biological").clearings["HK-J1"].service_s
    assert slowest_s > capacities.states.job(0, "general").clearings["HK-J1"].service_s
    listed = list(trips.itineraries(slot))
    assert listed
    assert {stop.service_s for each in listed for stop in each.stops} == {slowest_s}


def test_where_one_bay_limits_nine_tenths_of_the_bound_are_flown() -> None:
    """Clearances follow each other without a gap."""
    assert flown("both", True).reached >= 0.9


def test_a_network_at_a_stand_is_not_flown() -> None:
    """Without crossings there is nothing to fly."""
    assert saturate(asked(without(small_network(), "X-A", "X-B")), NOON_S, "both") is None


def test_a_flight_that_finds_its_way_taken_is_not_counted() -> None:
    """The calendar judges a timetable: flights flown twice at one time count once."""
    capacities = capacities_of("both", True)
    placed = flown("both", True).placed[:1]
    once, twice = (fly(capacities, each, GROUND, 600, NOON_S) for each in (placed, placed * 2))
    assert 0 < once == twice


def test_a_timetable_is_flown_whole() -> None:
    """What the solver finds, the calendar takes: none of its flights is refused."""
    for found in (flown("both", True), flown("both", False)):
        assert abs(found.flown - len(found.slots) * 3600 / found.period_s) <= len(found.slots)


def test_the_same_question_is_flown_the_same() -> None:
    """The search draws from a fixed seed."""
    capacities = capacities_of("both", True)
    one, other = (saturate(capacities, NOON_S, "both", trials=1) for _ in range(2))
    assert one == other


def test_drones_that_come_back_empty_or_need_not_come_back() -> None:
    """In one direction an empty flight goes with each loaded one, unless drones abound."""
    found = flown("there", False)
    assert sum(each.sally.loaded for each in found.placed) * 2 == len(found.placed)
    free = saturate(asked(small_network(), returns=False), NOON_S, "there", trials=1)
    assert free is not None
    assert all(each.sally.loaded for each in free.placed)

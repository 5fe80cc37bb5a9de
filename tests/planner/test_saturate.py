"""A network flown full takes nothing twice and passes no more than its capacity."""

from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from itertools import combinations

import pytest

from planner.capacity import MIX, Course
from planner.instance import Instance
from planner.saturate import Saturation, fly, saturate
from planner.saturate_search import Placed, stays
from tests.geodata.small import small_network, without
from tests.planner.small_day import second
from tests.planner.test_capacity import asked, one_bay

NOON_S = second("12:00")
GROUND_S = 60, 60


@cache
def flown(course: Course, bay_alone: bool) -> Saturation:
    """Return what is flown at noon on the small network, or where one bay is the limit."""
    halvings = 3 if bay_alone else 1
    capacities = asked(one_bay(), {"biological": 1.0}) if bay_alone else asked(small_network())
    found = saturate(capacities, NOON_S, course, halvings=halvings)
    assert found is not None
    return found


def repeated(found: Saturation) -> list[Placed]:
    """Return two periods of a timetable and all flights of a queue."""
    if found.period_s is None:
        return list(found.placed)
    return [
        replace(each, takeoffs_s=tuple(at + turn * found.period_s for at in each.takeoffs_s))
        for turn in range(-2, 3)
        for each in found.placed
    ]


def clashes(instance: Instance, flown: Iterable[Placed]) -> int:
    """Return how many pairs of holds of conflicting blocks come closer than the buffer."""
    blocks, buffer_s = instance.airspace.blocks, instance.rules.time_buffer_s
    legs = [pair for each in flown for pair in zip(each.sally.legs, each.takeoffs_s, strict=True)]
    holds = [
        (number, block, at + enter, at + leave)
        for number, (leg, at) in enumerate(legs)
        for block, enter, leave in zip(leg.chain.blocks, leg.enter, leg.exit, strict=True)
    ]
    return sum(
        one != two
        and other in blocks.conflicts[block]
        and begin < leave + buffer_s
        and enter < end + buffer_s
        for (one, block, enter, leave), (two, other, begin, end) in combinations(holds, 2)
    )


def most_at_once(flown: Iterable[Placed], kind: int) -> dict[str, int]:
    """Return the greatest number of stays at one time by site, on pads (0) or in bays (1)."""
    found: dict[str, list[tuple[int, int]]] = {}
    for each in flown:
        for stay in stays(each, *GROUND_S)[kind]:
            found.setdefault(stay.site, []).append((stay.begin_s, stay.begin_s + stay.length_s))
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
    instance = asked(one_bay() if bay_alone else small_network()).instance
    assert clashes(instance, listed) == 0
    sites, checkpoints = instance.network.sites, instance.network.checkpoints
    assert all(count <= sites[site].pads for site, count in most_at_once(listed, 0).items())
    assert all(count <= checkpoints[site].bays for site, count in most_at_once(listed, 1).items())


@pytest.mark.parametrize("course", ["both", "there"])
def test_no_more_is_flown_than_the_bound_and_a_good_part_of_it_is(course: Course) -> None:
    """The programme bounds what lands in an hour, but for a flight at either end."""
    found = flown(course, False)
    assert 0.4 * found.bound_as_flown <= found.flown <= found.bound_as_flown + 2
    assert set(found.shares) <= set(MIX)
    assert sum(found.shares.values()) == pytest.approx(1)


def test_where_one_bay_limits_nine_tenths_of_the_bound_are_flown() -> None:
    """Clearances follow each other without a gap."""
    assert flown("both", True).reached >= 0.9


def test_a_network_at_a_stand_is_not_flown() -> None:
    """Without crossings there is nothing to fly."""
    assert saturate(asked(without(small_network(), "X-A", "X-B")), NOON_S, "both") is None


def test_a_flight_that_finds_its_way_taken_is_not_counted() -> None:
    """The calendar judges a timetable: flights flown twice at one time count once."""
    capacities = asked(one_bay(), {"biological": 1.0})
    placed = flown("both", True).placed[:1]
    assert 0 < fly(capacities, placed, 600, NOON_S) == fly(capacities, placed * 2, 600, NOON_S)


def test_a_timetable_repeats_without_a_conflict_and_is_flown_whole() -> None:
    """What the search finds, the calendar takes: none of its flights is refused."""
    capacities = asked(one_bay(), {"biological": 1.0})
    found = flown("both", True)
    assert found.period_s is not None
    loaded = sum(each.sally.goods is not None for each in found.placed)
    landed = fly(capacities, found.placed, found.period_s, NOON_S)
    assert abs(landed - loaded * 3600 / found.period_s) <= loaded


def test_the_same_question_is_flown_the_same() -> None:
    """The search draws from a fixed seed."""
    capacities = asked(one_bay(), {"biological": 1.0})
    one, other = (saturate(capacities, NOON_S, "both", halvings=1) for _ in range(2))
    assert one == other


def test_drones_that_need_not_come_back_leave_more_room() -> None:
    """Then the two directions are flown by themselves."""
    found = saturate(asked(small_network(), returns=False), NOON_S, "both", halvings=0)
    assert found is not None
    assert found.period_s is None
    assert all(each.sally.goods is not None for each in found.placed)

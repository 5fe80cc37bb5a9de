"""How a large day is divided: no job and no drone twice, no hour left out."""

from itertools import pairwise
from random import Random

import pytest

from geodata.schedule import DAY_S
from planner.large.divide import Division
from tests.planner.days import instance, random_request


@pytest.mark.parametrize("turn", range(4))
@pytest.mark.parametrize("size", [2, 5, 40])
def test_every_job_that_can_be_carried_is_in_one_part(size: int, turn: int) -> None:
    asked = instance(random_request(Random(size), 24, 13))
    parts = Division(asked, size).parts(turn)
    listed = [job for part in parts for job in part.jobs]
    carried = [
        at
        for at, job in enumerate(asked.jobs)
        if any(asked.fits(squad, job) for squad in asked.squads)
    ]
    assert sorted(listed) == carried
    assert max(len(part.jobs) for part in parts) < 24 or size == 40


@pytest.mark.parametrize("turn", range(4))
@pytest.mark.parametrize("size", [2, 5, 40])
def test_every_drone_is_in_one_part_at_every_hour(size: int, turn: int) -> None:
    """So the hours that parts plan for a drone never overlap."""
    asked = instance(random_request(Random(size), 24, 13))
    drones = sorted(drone for squad in asked.squads for drone in squad.drones)
    parts = Division(asked, size).parts(turn)
    for drone in drones:
        hours = sorted((each.since_s, each.until_s) for each in parts if drone in each.drones)
        assert hours[0][0] == 0
        assert hours[-1][1] == DAY_S
        assert all(one[1] == other[0] for one, other in pairwise(hours))


def test_turns_cut_at_other_hours() -> None:
    asked = instance(random_request(Random(1), 24, 13))
    division = Division(asked, 2)
    cuts = [{part.since_s for part in division.parts(turn)} - {0} for turn in range(2)]
    assert cuts[0].isdisjoint(cuts[1])
    assert cuts[1]

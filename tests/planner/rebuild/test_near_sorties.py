"""Sorties of a large day: of the squads near, and of others where none of these flies."""

from dataclasses import replace

from planner.bound.instance_arrays import InstanceArrays
from planner.day.instance import Instance
from planner.dispatch.roster import Roster
from planner.fly.day_arrays import DayArrays
from planner.fly.nearest import NEAREST_SQUADS
from planner.rebuild.near_sorties import near_candidates
from planner.testing.day import TYPE, at, drone, order, request, weather, wind
from tests.planner.days import instance


def squads_of(given: Instance, job: int) -> set[tuple[str, ...]]:
    """Return the drones of squads that candidates have for a job alone."""
    columns = near_candidates(Roster(given), DayArrays(InstanceArrays(given)), 1).columns
    alone = (columns.jobs[:, 0] == job) & (columns.jobs[:, 1] < 0)
    return {given.squads[squad].drones for squad in columns.squad[alone].tolist()}


def test_an_order_beyond_the_squads_near_it_has_sorties_of_all_that_fly_it() -> None:
    """The near ones have too little energy for the order."""
    weak = [replace(TYPE, id=f"A{number}", battery_wh=250.0) for number in range(NEAREST_SQUADS)]
    near = [drone(f"N-{kind.id}", "SZ-V1", type=kind.id) for kind in weak]
    far, other = [drone("Z-1", "SZ-V2"), drone("Z-2", "SZ-V2", type="U")], replace(TYPE, id="U")
    asked = request(order(), drones=(*near, *far), types=(TYPE, other, *weak))
    assert squads_of(instance(asked), 0) == {("Z-1",), ("Z-2",)}
    enough = tuple(replace(kind, battery_wh=2000.0) for kind in weak)
    asked = request(order(), drones=(*near, *far), types=(TYPE, other, *enough))
    assert squads_of(instance(asked), 0) == {(each.id,) for each in near}


def test_an_order_that_wind_keeps_back_has_sorties_after_it() -> None:
    windy = weather(wind("00:00", "09:00", 12.5))
    given = instance(request(order("O-0", due=at("10:00")), weather=windy))
    assert squads_of(given, 0) == {("D-1",)}

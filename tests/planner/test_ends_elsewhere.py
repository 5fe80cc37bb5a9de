"""Drones that end their day elsewhere: room for the last flight, its cost, whole days."""

from itertools import pairwise
from random import Random
from typing import Any

import pytest

from planner.bound.pool import build_pool, cover_worth
from planner.bound.sorties import Enumerator
from planner.check import check_plan
from planner.day.tour import Unflyable
from planner.dispatch.roster import Roster
from planner.plan.plan import Plan
from planner.request.request import Request
from planner.rules.rulebook import shipped_rulebook
from planner.solve.solve import make_plan
from planner.testing.day import at, drone, order, request, second
from tests.geodata.small import changed, small_network
from tests.planner.days import QUICK, delivery, instance, random_request
from tests.planner.every_plan import least_cents
from tests.planner.in_parts import parted

EIGHT = second("08:00")


def away(count: int = 1, orders: int = 1, **fields: Any) -> Request:
    """Return a day of drones that end it at HK-V2, over the boundary."""
    fleet = tuple(drone(f"D-{number}", ends_at="HK-V2", **fields) for number in range(count))
    return request(*(order(f"O-{number}") for number in range(orders)), drones=fleet)


def planned(asked: Request) -> Plan:
    """Return the checked plan of a day."""
    plan = make_plan(small_network(), asked, shipped_rulebook(), QUICK)
    assert check_plan(plan, small_network(), asked, shipped_rulebook()) == []
    return plan


def test_the_last_flight_has_its_room_at_the_end_of_the_hours() -> None:
    roster = Roster(instance(away(available_until=at("09:00"))))
    (last,) = roster.last.values()
    assert last is not None
    assert [stop.place for stop in last.stops] == ["SZ-V1", "HK-V2"]
    assert second("08:58") < last.end_s <= second("09:00")
    assert list(roster.gaps("D-0", 0, second("09:00"))) == [(0, last.start_s)]
    with pytest.raises(Unflyable):
        roster.place(delivery(0), second("08:45"))


def test_last_flights_keep_clear_of_each_other() -> None:
    """Four drones: none takes off within what the one before still holds."""
    roster = Roster(instance(away(4)))
    takeoffs = sorted(last.stops[0].depart_s for last in roster.last.values() if last is not None)
    assert len(takeoffs) == 4
    assert all(later - sooner >= 10 for sooner, later in pairwise(takeoffs))


def test_a_drone_pays_for_its_last_flight_if_it_flies() -> None:
    roster = Roster(instance(away()))
    (last,) = roster.last.values()
    assert last is not None
    assert roster.cents() == 30_000
    assert list(roster.last_tours()) == []
    assert roster.day_cents("D-0") == 5_000 + last.cents
    timed = roster.place(delivery(0), EIGHT)
    assert roster.cents() == timed.cents + 5_000 + last.cents
    assert list(roster.last_tours()) == [("D-0", last)]


def test_a_drone_that_cannot_go_where_it_should_end_does_not_fly() -> None:
    """It is registered on one side only, or HK-V2 is closed in its hours."""
    roster = Roster(instance(away(registered=("SZ",))))
    assert roster.last == {"D-0": None}
    assert list(roster.gaps("D-0", 0, 86_400)) == []
    closed = changed(small_network(), "HK-V2", hours="21:00-22:00")
    assert Roster(instance(away(), closed)).last == {"D-0": None}


def test_a_day_ends_elsewhere_for_those_that_fly() -> None:
    plan = planned(away(3, orders=4))
    flying = {each.drone for each in plan.sorties}
    assert plan.unserved == ()
    assert len(flying) < 3
    for name in flying:
        last = [each for each in plan.sorties if each.drone == name][-1]
        assert (last.stops[-1].place, last.legs[0].orders) == ("HK-V2", ())


def test_an_end_at_the_base_is_no_other_end() -> None:
    plain = planned(request(order()))
    assert len(planned(request(order(), drones=(drone(ends_at="SZ-V1"),))).sorties) == 1
    assert len(plain.sorties) == 1


def test_parts_of_a_day_leave_last_flights_their_room() -> None:
    asked = away(4, orders=8)
    plan = parted(asked)
    flying = {each.drone for each in plan.sorties}
    ends = [each.drone for each in plan.sorties if each.stops[-1].place == "HK-V2"]
    assert sorted(ends) == sorted(flying)


@pytest.mark.parametrize("seed", range(6))
def test_no_plan_of_such_a_day_beats_its_bound(seed: int) -> None:
    draw = Random(seed)
    asked = random_request(draw, 3, draw.randint(1, 2), max_orders_per_sortie=2)
    fleet = asked.fleet
    drones = tuple(each_away(draw, number) for number in range(len(fleet.drones)))
    asked = request(*asked.orders, drones=drones, weather=asked.weather, types=fleet.types)
    given = instance(asked)
    least = least_cents(given)
    pool = build_pool(Enumerator(given), 2)
    assert pool.relaxation.cents <= least + 1e-3
    assert cover_worth(Enumerator(given)).sum() <= least + 1e-3
    assert planned(asked).bound.lower_bound_cents <= least


def each_away(draw: Random, number: int) -> Any:
    """Return a drone that ends its day anywhere."""
    ends_at = draw.choice(("SZ-V2", "HK-V1", "HK-V2", None))
    return drone(f"D-{number}", ends_at=ends_at, available_until=at("14:00"))

"""Days that are solved as a whole: small ones always, others where there is time for their ways."""

from dataclasses import replace
from random import Random

import pytest

from planner.request.request import Request
from planner.solve_options import SMALL_DAY_ORDERS, WHOLE_DAY_ORDERS, WHOLE_DAY_S, SolveOptions
from tests.planner.days import random_request


def day(orders: int, stations: int) -> Request:
    """Return a day of so many orders, and drones at so many bases, two at each."""
    asked = random_request(Random(1), 1, 1)
    order, drone = asked.orders[0], asked.fleet.drones[0]
    drones = tuple(
        replace(drone, id=f"D{number}", base=f"B{number // 2}") for number in range(2 * stations)
    )
    fleet = replace(asked.fleet, drones=drones)
    return replace(asked, orders=orders * (order,), fleet=fleet)


@pytest.mark.parametrize(("orders", "stations"), [(400, 10), (1000, 14), (1000, 30)])
def test_a_day_needs_time_for_each_order_at_each_base(orders: int, stations: int) -> None:
    asked, needed_s = day(orders, stations), WHOLE_DAY_S * orders * stations
    assert SolveOptions(time_limit_s=1.01 * needed_s).as_whole(asked)
    assert not SolveOptions(time_limit_s=0.99 * needed_s).as_whole(asked)
    assert SolveOptions(time_limit_s=0.0, deterministic=True).as_whole(asked)


def test_small_days_are_always_solved_as_a_whole_and_days_of_too_many_orders_never() -> None:
    hasty, patient = SolveOptions(time_limit_s=0.1), SolveOptions(time_limit_s=1e6)
    assert hasty.as_whole(day(SMALL_DAY_ORDERS, 20))
    assert not hasty.as_whole(day(SMALL_DAY_ORDERS + 1, 20))
    assert patient.as_whole(day(WHOLE_DAY_ORDERS, 20))
    assert not patient.as_whole(day(WHOLE_DAY_ORDERS + 1, 20))
    assert not replace(patient, whole_day_orders=4).as_whole(day(5, 1))

"""How long a sortie for one order takes at least: no timing takes less, and the best no more."""

import math

from planner.air.airspace import Airspace
from planner.day.instance import Instance
from planner.dispatch.dispatch import Dispatcher
from planner.reasons.alone import first_timing, least_alone_s, tour_alone
from planner.testing.day import at, drone, order, request
from tests.bench.cases import make_case
from tests.geodata.small import changed, small_network
from tests.planner.days import instance


def test_nothing_takes_less_on_a_windy_day_and_what_cannot_fly_has_no_least() -> None:
    case = make_case(60, 8)
    given = Instance(Airspace(case.network, case.request), case.rulebook)
    empty, flown = Dispatcher(given), 0
    for job in range(len(given.jobs)):
        for squad in range(len(given.squads)):
            tour = tour_alone(given, squad, job)
            least_s = least_alone_s(given, tour)
            timed = first_timing(empty, tour, {})
            if timed is not None:
                flown += 1
                assert least_s <= timed.end_s - timed.start_s
            if math.isinf(least_s):
                assert timed is None
    assert flown


def test_in_calm_air_it_is_what_an_order_takes_at_home_and_over_the_boundary() -> None:
    """To the seconds by which take-offs are rounded up; without the one checkpoint it is inf."""
    at_home = order("O-0", "SZ-V1", "SZ-V2", due=at("09:00"))
    over = order("O-1", "SZ-V1", "HK-V2", due=at("09:00"))
    network = changed(small_network(), "SZ-C1", goods=("document",))
    given = instance(request(at_home, over, drones=(drone("D-0"),)), network)
    for job, legs in enumerate((3, 4)):
        tour = tour_alone(given, 0, job)
        timed = first_timing(Dispatcher(given), tour, {})
        assert timed is not None
        takes_s = timed.end_s - timed.start_s
        assert takes_s - legs < least_alone_s(given, tour) <= takes_s
    closed = changed(network, "HK-J1", goods=("document",))
    shut = instance(request(at_home, over, drones=(drone("D-0"),)), closed)
    assert math.isinf(least_alone_s(shut, tour_alone(shut, 0, 1)))

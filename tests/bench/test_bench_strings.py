"""The benches of the search by strings run on small instances, and their judges find faults."""

from dataclasses import replace
from pathlib import Path

import pytest

from planner.strings.search import Effort
from tests.bench import bench_heavy, bench_hubs, bench_mtvrptwr, hubs, mtvrptwr
from tests.bench.cases import make_case
from tests.bench.hubs_planners import our_routes
from tests.bench.mtvrptwr_planners import our_days

SHORT = Effort(rounds=4, steps=50)

TINY = """NAME: TINY
TYPE: MTVRPTWR
EDGE_WEIGHT_TYPE: EUC_2D
DIMENSION: 4
VEHICLES: 1
CAPACITY: 20
SERVICE_TIME: 10
NODE_COORD_SECTION
1 0 0
2 30 40
3 30 41
4 0 10
DEMAND_SECTION
1 0
2 10
3 10
4 10
TIME_WINDOW_SECTION
1 0 500
2 0 250
3 0 250
4 200 400
RELEASE_TIME_SECTION
1 0
2 0
3 20
4 150
EOF
"""


@pytest.fixture
def tiny(tmp_path: Path) -> mtvrptwr.Instance:
    path = tmp_path / "tiny.vrp"
    path.write_text(TINY, encoding="utf-8")
    return mtvrptwr.read_instance(path)


def test_every_planner_serves_a_small_day_between_hubs() -> None:
    outcomes = bench_hubs.run(hubs.make_hubs(12, 3), 1.0)
    assert [each.wrong for each in outcomes] == [()] * 5
    assert len(bench_hubs.report(outcomes).splitlines()) == 7
    ours, commiv = outcomes[0], outcomes[2]
    assert ours.served == 12
    assert ours.cost <= commiv.cost


def test_the_judge_of_hubs_finds_faults() -> None:
    """Known-bad control: routes that hold, spoilt one rule at a time."""
    given = hubs.make_hubs(12, 3)
    routes = our_routes(given, SHORT)
    assert hubs.faults(given, routes) == []
    assert hubs.faults(replace(given, vehicles=0), routes)
    assert hubs.faults(replace(given, due_s=given.ready_s - 1), routes)
    assert hubs.faults(replace(given, load=given.load + hubs.CAPACITY), routes)
    assert hubs.faults(given, [*routes, routes[0]])
    assert hubs.faults(given, [[(0, False), (0, True)]])
    assert hubs.faults(given, [[(0, True)]])
    missing = hubs.cost_of(given, routes[1:])
    lost = {order for order, _ in routes[0]}
    assert missing > hubs.cost_of(given, routes) + (hubs.LEFT_OUT - hubs.VEHICLE) * len(lost) / 2


def test_an_instance_is_read_in_tenths(tiny: mtvrptwr.Instance) -> None:
    assert tiny.travel[0].tolist() == [0, 500, 508, 100]
    assert (tiny.vehicles, tiny.capacity, tiny.service) == (1, 20, 100)
    assert tiny.release.tolist() == [0, 0, 200, 1500]


def test_another_type_of_instance_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.vrp"
    path.write_text(TINY.replace("MTVRPTWR", "CVRP"), encoding="utf-8")
    with pytest.raises(ValueError, match="no instance of multi-trip"):
        mtvrptwr.read_instance(path)
    path.write_text(TINY.replace("RELEASE_TIME", "OTHER"), encoding="utf-8")
    with pytest.raises(ValueError, match="RELEASE_TIME"):
        mtvrptwr.read_instance(path)


def test_two_trips_are_found_and_the_judge_of_days_finds_faults(tiny: mtvrptwr.Instance) -> None:
    days = our_days(tiny, SHORT)
    assert mtvrptwr.faults(tiny, days) == []
    # Both far customers on one trip, then the near one, which is released later.
    assert mtvrptwr.cost_of(tiny, days) == 500 + 10 + 508 + 200
    assert [sorted(trip) for trip in days[0]] == [[1, 2], [3]]
    assert mtvrptwr.faults(replace(tiny, capacity=10), days)
    assert mtvrptwr.faults(replace(tiny, vehicles=0), days)
    assert mtvrptwr.faults(replace(tiny, release=tiny.release + 2900), days)
    assert mtvrptwr.faults(replace(tiny, due=tiny.due // 4), days)
    assert mtvrptwr.faults(tiny, [days[0][:1]])


def test_every_planner_of_trips_is_compared(tiny: mtvrptwr.Instance) -> None:
    outcomes = bench_mtvrptwr.run([tiny], {"TINY": 1218.0}, 1.0, "")
    assert [each.above for each in outcomes] == [pytest.approx(0.0)] * 3
    assert len(bench_mtvrptwr.report(outcomes).splitlines()) == 5
    assert bench_mtvrptwr.sampled([tiny, tiny], 1) == [tiny]


def test_a_published_solution_is_read(tmp_path: Path) -> None:
    path = tmp_path / "tiny.sol"
    path.write_text("Route #1: 1 2 0 3\nCost: 1218\nOptimal: True\n", encoding="utf-8")
    assert mtvrptwr.read_days(path) == ([[[1, 2], [3]]], 1218)


def test_a_heavy_day_is_planned_with_few_and_with_many_orders_a_sortie() -> None:
    outcomes = bench_heavy.run(make_case(orders=12, drones=3), 2.0)
    assert [max(each.sizes, default=0) <= each.allowed for each in outcomes] == [True, True]
    assert not any(each.verdict.broken for each in outcomes)
    assert len(bench_heavy.report(outcomes, "HKD").splitlines()) == 4

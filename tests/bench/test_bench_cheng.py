"""The reader, the trips and the check of the multi-trip drone instances, on small ones."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise, permutations
from pathlib import Path
from random import Random

import numpy as np
import pytest

from tests.bench import bench_cheng
from tests.bench.cheng import (
    Flight,
    Instance,
    faults,
    flight_cost,
    flight_kwh,
    power_kw,
    read_instance,
)
from tests.bench.cheng_trips import enumerate_trips

TINY = """CustNum	3
DroneNum	1
#Node	X_coor	Y_coor	Demand	ReadyTime	DueTime
0	0	0	0.0	0		900
1	30	40	0.7	60		200
2	0	100	0.8	100		300
3	60	0	0.6	300		500
4	0	0	0.0	0		900
"""


def made(seed: int) -> Instance:
    """Return an instance of five customers and two drones."""
    draw = Random(seed)
    at = np.array([[draw.uniform(0, 300), draw.uniform(0, 300)] for _ in range(6)])
    ready = np.array([0.0, *(draw.randint(0, 700) for _ in range(5))])
    apart = at[:, None] - at[None]
    travel = np.hypot(apart[..., 0], apart[..., 1])
    due = np.maximum(ready + [draw.randint(50, 300) for _ in range(6)], travel[0])
    due[0] = 3000.0
    demand = np.array([0.0, *(draw.randint(1, 8) / 10 for _ in range(5))])
    return Instance("made", 2, travel, demand, ready, due)


def divisions(customers: tuple[int, ...]) -> Iterator[list[tuple[int, ...]]]:
    """Yield every way to divide customers into flights in order."""
    if not customers:
        yield []
        return
    head, rest = customers[0], customers[1:]
    for mask in range(1 << len(rest)):
        mates = tuple(each for at, each in enumerate(rest) if mask >> at & 1)
        others = tuple(each for each in rest if each not in mates)
        for flight in permutations((head, *mates)):
            for more in divisions(others):
                yield [flight, *more]


def flown(instance: Instance, flights: list[tuple[int, ...]]) -> bool:
    """Tell by trying every order of flights on every drone, each as soon as it can be."""

    def soonest(flight: tuple[int, ...], free: float) -> tuple[float, float] | None:
        """Return the start and the return of a flight: late enough not to wait for nothing."""
        way = (0, *flight, 0)
        clock = free
        for one, two in pairwise(way):
            clock = max(clock + instance.travel[one, two], instance.ready[two])
            if clock > instance.due[two] + 1e-9:
                return None
        latest = instance.due[0]
        for one, two in reversed(list(pairwise(way))):
            latest = min(latest - instance.travel[one, two], instance.due[one])
        travel = sum(instance.travel[one, two] for one, two in pairwise(way))
        start = max(free, min(clock - travel, latest))
        return start, max(clock, start + travel)

    for order in permutations(flights):
        free = [0.0] * instance.drones
        for flight in order:
            drone = free.index(min(free))
            span = soonest(flight, free[drone])
            if span is None:
                break
            free[drone] = span[1]
        else:
            return True
    return False


def least(instance: Instance) -> float:
    """Return the least cost by trying everything."""
    kept = [
        (sum(flight_cost(instance, flight) for flight in flights), flights)
        for flights in divisions(tuple(range(1, len(instance.demand_kg))))
        if all(
            sum(instance.demand_kg[each] for each in flight) <= 1.5 + 1e-9
            and flight_kwh(instance, flight) <= 0.27
            for flight in flights
        )
    ]
    return min((cost for cost, flights in sorted(kept) if flown(instance, flights)), default=np.inf)


def test_power_is_that_of_the_literature() -> None:
    """Dorling et al. (2017) with the paper's constants: 525 W empty, 964.6 W at full load."""
    watts = power_kw(np.array([0.0, 0.5, 1.0, 1.5])) * 1000
    assert watts == pytest.approx([525.0, 661.6, 808.4, 964.6], abs=0.05)


def test_an_instance_is_read_as_it_stands(tmp_path: Path) -> None:
    path = tmp_path / "Set_A1_Cust_3_1.txt"
    path.write_text(TINY)
    instance = read_instance(path)
    assert instance.drones == 1
    assert instance.travel[0].tolist() == [0, 50, 100, 60]
    assert instance.due.tolist() == [900, 200, 300, 500]
    path.write_text("NAME : other\nTYPE : CVRP\nEOF\n")
    with pytest.raises(ValueError, match="no instance of set A"):
        read_instance(path)


@pytest.mark.parametrize("seed", range(8))
def test_the_value_is_that_of_trying_everything(seed: int) -> None:
    instance = made(seed)
    best = least(instance)
    if not np.isfinite(best):
        with pytest.raises(LookupError):
            bench_cheng.solve(instance, 60.0)
        return
    flights = bench_cheng.solve(instance, 60.0)
    assert faults(instance, flights) == []
    value = sum(flight_cost(instance, each.customers) for each in flights)
    assert value == pytest.approx(best, abs=0.01)


def test_the_check_sees_every_fault(tmp_path: Path) -> None:
    """Known-bad controls beside a good solution."""
    path = tmp_path / "Set_A1_Cust_3_1.txt"
    path.write_text(TINY)
    instance = read_instance(path)
    good = [Flight((1, 2), 10.0, 0), Flight((3,), 330.0, 0)]
    assert faults(instance, good) == []
    assert faults(instance, good[:1]) == ["customers served: [1, 2]"]
    assert faults(instance, [good[0], replace(good[1], start=200.0)]) == [
        "flights of drone 0 overlap"
    ]
    assert any("node 1" in each for each in faults(instance, [replace(good[0], start=160.0)]))
    assert "drone 1" in faults(instance, [good[0], replace(good[1], drone=1)])
    heavy = replace(instance, demand_kg=instance.demand_kg + 0.1)
    assert "load of (1, 2)" in faults(heavy, good)
    far = replace(instance, travel=instance.travel * 10, due=instance.due * 20)
    assert "energy of (1, 2)" in faults(far, good)


def test_more_customers_than_bits_are_refused() -> None:
    many = np.zeros(65)
    instance = Instance("many", 1, np.zeros((65, 65)), many, many, many)
    with pytest.raises(ValueError, match="at most"):
        enumerate_trips(instance)


def test_a_run_is_reported_beside_what_is_published(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A value outside the published bounds does not count as inside."""
    (tmp_path / "Set_A1_Cust_3_1.txt").write_text(TINY)
    outcome = bench_cheng.run(tmp_path / "Set_A1_Cust_3_1.txt", 60.0)
    assert outcome.wrong == ()
    assert outcome.value is not None
    for shift, inside in ((0.0, "1 of 1"), (1.0, "0 of 1")):
        at = outcome.value + shift
        published = {"Set_A1_Cust_3_1": {"RE": {"lb": at, "ub": at, "cpu": 1.0}}}
        assert (
            f"| all | 1 of 1 | {inside} |"
            in bench_cheng.report([outcome], published).splitlines()[-1]
        )
    assert bench_cheng.main([str(tmp_path)]) == 0
    assert "1 of 1" in capsys.readouterr().out

"""The bench of access runs to its end on a few checks."""

from tests.bench import bench_access


def test_every_kind_of_check_has_a_cost() -> None:
    costs = bench_access.costs_us(2)
    assert len(costs) == 5
    assert all(cost >= 0 for cost in costs.values())
    assert "| token, RS256 |" in bench_access.as_table(costs, 2)

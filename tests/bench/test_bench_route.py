"""The bench of routes runs to its end on a few queries."""

from tests.bench import bench_route
from tests.bench.cases import make_case


def test_times_are_told_beside_a_plain_dijkstra() -> None:
    lines = bench_route.measure(make_case(None, None), queries=20, runs=1).splitlines()
    assert [line.split("|")[1].strip() for line in lines[2:]] == [
        "networkx Dijkstra",
        "hetao, the quickest route",
        "the same across the boundary",
        "hetao, with 3 other routes",
    ]


def test_legs_and_routes_agree_with_trying_everything() -> None:
    text, differing = bench_route.compare(10)
    assert differing == 0
    assert len(text.splitlines()) == 4

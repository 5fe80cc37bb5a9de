"""The bench of route tests writes files whose cases hold."""

from pathlib import Path

from api.route_tests.load import find, run_all
from api.route_tests.sources import Sources
from geodata.network import shipped_network_path
from geodata.read import read_network
from tests.bench import bench_route_tests


def test_the_cases_of_the_bench_hold(tmp_path: Path) -> None:
    bench_route_tests.write_cases(tmp_path, read_network(shipped_network_path()), 20)
    runs = list(run_all(find([tmp_path]), Sources(), explain=False))
    assert len(runs) == 20
    assert all(run.passed for run in runs)


def test_the_plugin_costs_little_at_start() -> None:
    assert bench_route_tests.plugin_ms() > 0

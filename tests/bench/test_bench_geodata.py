"""The bench of geodata runs to its end on a small city, which keeps every rule at any size."""

import pytest

from geodata.check import check_network
from tests.bench import bench_geodata
from tests.bench.city import city
from tests.bench.city_edits import EDITS


@pytest.mark.parametrize(
    ("corridors", "vertiports", "checkpoints", "seed"),
    [(400, 30, 8, 1), (400, 30, 8, 2), (120, 4, 2, 3), (2000, 150, 20, 4)],
)
def test_a_city_has_its_sizes_and_keeps_every_rule(
    corridors: int, vertiports: int, checkpoints: int, seed: int
) -> None:
    network = city(corridors=corridors, vertiports=vertiports, checkpoints=checkpoints, seed=seed)
    sizes = (len(network.corridors), len(network.vertiports), len(network.checkpoints))
    assert sizes == (corridors, vertiports, checkpoints)
    assert check_network(network) == []


def test_a_city_is_a_pure_function_of_its_sizes_and_seed() -> None:
    assert city().edition == city().edition
    assert city().edition != city(seed=2).edition


def test_edits_are_found_as_by_the_whole_check(capsys: pytest.CaptureFixture[str]) -> None:
    sizes = ["--corridors", "150", "--vertiports", "10", "--checkpoints", "4"]
    assert bench_geodata.main(sizes) == 0
    shown = capsys.readouterr().out
    assert all(f"| {kind.name} |" in shown for kind in EDITS)
    assert "the same as by the whole check" in shown

"""The bench of impact edits what the shipped network has, and every edit changes some route."""

import pytest

from geodata.check import check_network
from geodata.faults import errors
from tests.bench import bench_impact
from tests.bench.cases import make_case


def test_every_set_of_edits_leaves_a_network_that_can_be_published() -> None:
    network = make_case(None, None).network
    for edit in bench_impact.EDITS.values():
        assert edit(network).edition != network.edition
        assert not errors(check_network(edit(network)))


def test_the_bench_runs_to_its_end(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bench_impact, "VERTIPORTS", 2)
    monkeypatch.setattr(bench_impact, "WINDY", (True,))
    assert bench_impact.main(["--edits", "1"]) == 0
    shown = capsys.readouterr().out
    assert "a vertiport closes at 15:00, hourly wind" in shown

"""The bench of the bound runs to its end."""

import pytest

from tests.bench import bench_bound


def test_the_bound_does_not_grow_as_air_gets_less(capsys: pytest.CaptureFixture[str]) -> None:
    """Each row of the table falls from left to right, or stays."""
    assert bench_bound.main([]) == 0
    shown = capsys.readouterr().out
    rows = [line.split("|")[2:-1] for line in shown.splitlines() if line[:4] in ("| ge", "| bi")]
    assert len(rows) == 2
    for row in rows:
        bounds = [float(each) for each in row]
        assert bounds == sorted(bounds, reverse=True)

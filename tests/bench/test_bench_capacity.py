"""The bench of capacity runs to its end."""

import pytest

from tests.bench import bench_capacity


def test_the_bench_runs_to_its_end(capsys: pytest.CaptureFixture[str]) -> None:
    """Without a timetable tried there is a bound, and nothing flown."""
    assert bench_capacity.main(["--mixes", "1", "--trials", "0"]) == 0
    shown = capsys.readouterr().out
    assert "| the sample day's | 184.4 | - | - |" in shown
    assert "air of CP-HUANGGANG" in shown

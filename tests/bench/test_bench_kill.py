"""The bench that kills publishers runs to its end on a few kills."""

from tests.bench import bench_kill


def test_no_kill_leaves_a_broken_line() -> None:
    counts = bench_kill.killed(kills=2, seed=1)
    assert counts.total() == 2
    assert all(outcome.startswith("the line is the ") for outcome in counts)

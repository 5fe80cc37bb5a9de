"""Plans and bounds of small random requests hold: the first of those that the bench tries."""

from tests.bench.bench_proof import tallied


def test_plans_of_random_requests_are_checked_and_bounds_hold() -> None:
    tally = tallied(range(20))
    assert tally.sound
    assert tally.equal + tally.below >= 18

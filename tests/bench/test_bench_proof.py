"""Small random requests, the first of those that the bench tries: plans, bounds and every plan."""

from tests.bench.bench_proof import tallied


def test_plans_of_random_requests_are_checked_and_none_tried_is_cheaper() -> None:
    tally = tallied(range(10))
    assert tally.sound
    assert not tally.above

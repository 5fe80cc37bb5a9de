"""Small random requests, the first of those that the bench tries: plans, bounds and every plan."""

from tests.bench.bench_proof import tallied

MANY_SETS, FIRST_SECOND = 1089, 575
"""A request of which hundreds of sets of sorties seem cheaper than the cheapest that flies, and one
that is cheapest if a sortie starts at the first second of its drone's hours."""


def test_plans_of_random_requests_are_checked_and_none_tried_is_cheaper() -> None:
    tally = tallied([*range(10), MANY_SETS, FIRST_SECOND])
    assert tally.sound
    assert not tally.above

"""The quickest leg is the one that trying everything finds."""

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.planner.leg_cases import disagreement, leg_cases


@settings(max_examples=50, deadline=None, derandomize=True)
@given(seed=st.integers(min_value=0, max_value=10**9))
def test_quickest_leg_is_that_of_trying_every_chain_and_take_off(seed: int) -> None:
    """On small networks full of closures and changing wind, no chain in no window lands earlier."""
    for case in leg_cases(seed, 4):
        assert disagreement(case) is None, str(case)

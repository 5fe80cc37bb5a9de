"""Of each order the cheapest few columns are kept."""

import numpy as np
import pytest

from planner.bound.columns import MAX_JOBS, few


@pytest.mark.parametrize("seed", range(5))
def test_a_column_is_kept_if_few_are_before_it_for_an_order_in_its_place(seed: int) -> None:
    """Of columns that cost the same the first come first."""
    numbers = np.random.default_rng(seed)
    jobs = np.sort(numbers.integers(-1, 6, (80, MAX_JOBS)), axis=1)[:, ::-1]
    price, most = numbers.integers(0, 20, 80).astype(float), 3
    found = []
    for at in range(80):
        ahead = [
            sum(
                jobs[other, slot] == jobs[at, slot] and (price[other], other) < (price[at], at)
                for other in range(80)
            )
            for slot in range(MAX_JOBS)
            if jobs[at, slot] >= 0
        ]
        if ahead and min(ahead) < most:
            found.append(at)
    assert few(jobs, price, most).tolist() == found


def test_of_no_columns_none_is_kept() -> None:
    assert not len(few(np.empty((0, MAX_JOBS), dtype=np.int64), np.empty(0), 3))

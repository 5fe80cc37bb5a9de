"""Branches leave no number of drones out, and drones cost what the cheapest of them do.

Held against every number of drones that there is.
"""

from collections.abc import Iterator, Sequence
from itertools import product
from random import Random

import numpy as np
import pytest

from planner.bound.limits import Limits
from planner.certify.branches import Ranges, cheapest, left_out

DRONES = (1, 2, 1, 3)
EVERY: Ranges = (*((0, each) for each in DRONES), (0, sum(DRONES)))


def numbers(ranges: Ranges) -> Iterator[tuple[int, ...]]:
    """Yield all numbers of drones by squad within ranges."""
    *squads, (least, most) = ranges
    for each in product(*(range(low, high + 1) for low, high in squads)):
        if least <= sum(each) <= most:
            yield each


def parted(draw: Random, times: int) -> list[Limits]:
    """Return branches as the search makes them, of relaxations drawn at random."""
    branches = [Limits.of(list(DRONES))]
    for _ in range(times):
        at = draw.randrange(len(branches))
        inside = list(numbers(ranges(branches[at])))
        # A relaxation's drones lie between whole ones.
        shares = np.array([draw.random() for _ in range(3)])
        ends = np.array([draw.choice(inside) for _ in range(3)], dtype=float)
        two = branches[at].parted(shares / shares.sum() @ ends)
        if two is not None:
            branches[at : at + 1] = two
    return branches


def ranges(limits: Limits) -> Ranges:
    squads = zip(limits.least.tolist(), limits.most.tolist(), strict=True)
    return (*squads, (limits.least_in_all, limits.most_in_all))


@pytest.mark.parametrize("seed", range(40))
def test_branches_of_the_search_leave_nothing_out(seed: int) -> None:
    """And have something each."""
    branches = [ranges(each) for each in parted(Random(seed), 8)]
    assert left_out(EVERY, branches) is None
    assert all(any(numbers(each)) for each in branches)


@pytest.mark.parametrize("seed", range(200))
def test_what_is_missing_of_branches_is_found(seed: int) -> None:
    """A branch that is gone, or narrower by one, is missed if any number of drones is."""
    draw = Random(seed)
    branches = [ranges(each) for each in parted(draw, draw.randint(1, 8))]
    at = draw.randrange(len(branches))
    changed = list(branches[at])
    which, end = draw.randrange(len(changed)), draw.randrange(2)
    low, high = changed[which]
    changed[which] = (low, high - 1) if end else (low + 1, high)
    branches[at : at + 1] = [tuple(changed)] if draw.random() < 0.8 else []
    assert (left_out(EVERY, branches) is not None) == bool(missed(branches))


def missed(branches: Sequence[Ranges]) -> set[tuple[int, ...]]:
    """Return all numbers of drones that are in no branch."""
    return set(numbers(EVERY)).difference(*(numbers(each) for each in branches))


@pytest.mark.parametrize("seed", range(60))
def test_drones_cost_what_the_cheapest_do(seed: int) -> None:
    """Of those within the ranges, to the certifier and to the search."""
    draw = Random(seed)
    for limits in parted(draw, 6):
        prices = [draw.randint(-5, 5) for _ in DRONES]
        least = min(
            sum(price * each for price, each in zip(prices, used, strict=True))
            for used in numbers(ranges(limits))
        )
        assert cheapest(ranges(limits), prices) == least
        assert limits.cheapest_cents(np.array(prices, dtype=float)) == least

"""Sets of orders that shares of sorties pair oftener than whole sorties can."""

from itertools import combinations

import numpy as np
from hypothesis import assume, given
from hypothesis import strategies as some

from planner.arrays import Ints
from planner.bound.blossoms import BROKEN, broken_sets, held
from planner.bound.columns import MAX_JOBS
from planner.bound.duals import Duals

COUNT = 7


def padded(groups: list[tuple[int, ...]]) -> Ints:
    """Return the orders of sorties as a master has them."""
    rows = [(*group, *(-1,) * (MAX_JOBS - len(group))) for group in groups]
    return np.array(rows, dtype=np.int64).reshape(-1, MAX_JOBS)


def found(groups: list[tuple[int, ...]], shares: list[float]) -> set[tuple[int, ...]]:
    sets = broken_sets(padded(groups), np.array(shares), COUNT)
    return {tuple(np.flatnonzero(row).tolist()) for row in sets}


def test_three_orders_that_share_half_sorties_are_found() -> None:
    assert found([(0, 1), (1, 2), (0, 2)], [0.5] * 3) == {(0, 1, 2)}


def test_a_ring_of_five_is_found_and_one_of_six_is_not() -> None:
    ring = [(0, 1), (1, 2), (2, 3), (3, 4), (0, 4)]
    assert found(ring, [0.5] * 5) == {(0, 1, 2, 3, 4)}
    assert found([*ring[:4], (4, 5), (0, 5)], [0.5] * 6) == set()


def test_whole_sorties_break_no_row() -> None:
    assert found([(0, 1), (2, 3, 4), (5, 6)], [1.0] * 3) == set()


def test_sorties_of_three_are_found_with_pairs() -> None:
    """Each takes its row once, as a pair within it does."""
    assert found([(0, 1, 2), (0, 1), (1, 2), (0, 2)], [0.3, 0.3, 0.3, 0.3]) == {(0, 1, 2)}


PAIRS = list(combinations(range(COUNT), 2))


@given(some.lists(some.integers(0, 4), min_size=len(PAIRS), max_size=len(PAIRS)))
def test_of_pairs_a_set_is_found_if_and_only_if_a_row_is_broken(weights: list[int]) -> None:
    """No order is served more than once; every odd set is tried."""
    served = np.zeros(COUNT)
    for (one, other), weight in zip(PAIRS, weights, strict=True):
        served[[one, other]] += weight
    shares = [weight / max(1.0, served.max()) for weight in weights]
    broken = dict[tuple[int, ...], float]()
    for size in range(3, COUNT + 1, 2):
        for orders in combinations(range(COUNT), size):
            inside = [
                share for pair, share in zip(PAIRS, shares, strict=True) if set(pair) <= set(orders)
            ]
            broken[orders] = sum(inside) - size // 2
    # A cut is 1 less twice of what the row is broken by.
    most, least = max(broken.values()), BROKEN / 2
    assume(abs(most - least) > 1e-9)
    sets = found(PAIRS, shares)
    assert bool(sets) == (most > least)
    assert all(broken[each] > least - 1e-9 for each in sets)


def test_a_row_takes_a_sortie_of_two_of_its_orders_or_three_once() -> None:
    sets = np.array([[True] * 3 + [False] * 4, [False] * 2 + [True] * 5])
    row, column = held(sets, padded([(0, 1), (0, 3), (0, 1, 2), (1, 2, 3), (2,)]))
    assert sorted(zip(row.tolist(), column.tolist(), strict=True)) == [
        (0, 0), (0, 2), (0, 3), (1, 3),
    ]  # fmt: skip


@given(some.integers(0, 2**32 - 1))
def test_a_sortie_pays_for_each_two_of_its_orders_in_a_blossom(seed: int) -> None:
    draw = np.random.default_rng(seed)
    sets = draw.random((4, COUNT)) < 0.6
    duals = Duals(np.zeros(COUNT), np.zeros((1, 1)), np.zeros((1, COUNT)), -draw.random(4), sets)
    for size in (1, 2, 3):
        groups = np.array(list(combinations(range(COUNT), size)))
        taken = sets[:, groups].sum(axis=2) // 2
        assert np.allclose(duals.beside(groups), -duals.blossom @ taken)
    none = Duals(np.zeros(COUNT), np.zeros((1, 1)), np.zeros((1, COUNT)), np.empty(0), sets[:0])
    assert not none.beside(groups).any()
    way = none.towards(duals, 0.25)
    assert np.array_equal(way.blossom, 0.25 * duals.blossom)
    assert way.sets is sets
    assert np.array_equal(duals.towards(none, 0.25).blossom, 0.75 * duals.blossom)

"""The lattice prices every column, however loosely it is bounded, from below."""

from dataclasses import replace
from random import Random

import numpy as np
import pytest

from planner.arrays import Floats
from planner.columns import PARTS, TIMES, Columns, joined, keys_of
from planner.lattice import ALONE, FINELY, PARTED, Lattice
from planner.sorties import Enumerator
from tests.planner.days import instance, random_request
from tests.planner.every_column import columns_of, in_parts, refined


def priced(columns: Columns, worth: Floats, fleet: Floats) -> list[float]:
    """Return the prices of columns, one by one, by the formula of docs/solver.md."""
    first, last = columns.held()
    return [
        float(columns.cents[at])
        - sum(worth[columns.squad[at], job] for job in columns.jobs[at] if job >= 0)
        - float(fleet[columns.squad[at], first[at] : last[at] + 1].sum())
        for at in range(len(columns))
    ]


@pytest.mark.parametrize("seed", range(6))
def test_prices_are_those_of_the_formula_and_none_is_missed(seed: int) -> None:
    """Worth and fleet drawn at random; single orders and pairs, all of them bounded finely."""
    draw = Random(seed)
    enumerator = Enumerator(instance(random_request(draw, 4, 2)))
    numbers = np.random.default_rng(seed)
    squads, jobs = len(enumerator.fits), 4
    alone = enumerator.alone()
    lattice, every = Lattice(enumerator), []
    for groups in (alone, enumerator.extended(alone)):
        lattice.add(groups)
        every.append(columns_of(enumerator, groups))
    worth = numbers.uniform(0, 12_000, (squads, jobs))
    fleet = -numbers.uniform(0, 50, (squads, TIMES))
    asleep = lattice.least(worth, fleet)
    lattice.closely = FINELY
    near, price = lattice.near(worth, fleet, 100.0)
    known = np.isfinite(price)
    assert known.any()
    assert np.allclose(price[known], priced(near.take(known), worth, fleet), atol=0.1)
    assert (price[known] < 100).all()
    least = lattice.least(worth, fleet)
    found = np.zeros(jobs)
    for columns in every:
        tight = refined(enumerator, columns)
        exact = np.array(priced(tight, worth, fleet))
        np.minimum.at(found, tight.jobs[:, 0], exact)
        kept = exact < -1
        assert not kept.any() or (price < 0).any()
    assert (least <= found + 0.1).all()
    assert (asleep <= least + 0.1).all()


@pytest.mark.parametrize("seed", range(4))
def test_below_a_limit_are_all_columns_that_finely_bounded_are_priced_below_it(seed: int) -> None:
    """Worth and fleet drawn at random; most groups are asleep when they are asked for."""
    enumerator = Enumerator(instance(random_request(Random(seed), 3, 2)))
    numbers = np.random.default_rng(seed)
    lattice, every = Lattice(enumerator), []
    for groups in (enumerator.alone(), enumerator.extended(enumerator.alone())):
        lattice.add(groups)
        every.append(refined(enumerator, columns_of(enumerator, groups)))
    lattice.closely = FINELY
    worth = numbers.uniform(0, 12_000, (len(enumerator.fits), 3))
    fleet = -numbers.uniform(0, 50, (len(enumerator.fits), TIMES))
    limit_cents = 4_000.0
    columns, price = lattice.below(worth, fleet, limit_cents)
    assert len(columns)
    assert (price < limit_cents).all()
    assert np.allclose(price, priced(columns, worth, fleet), atol=0.1)
    wanted = set[bytes]()
    for tight in every:
        exact = np.array(priced(tight, worth, fleet))
        wanted.update(keys_of(tight.take(exact < limit_cents - 1)))
    assert wanted <= set(keys_of(columns))


@pytest.mark.parametrize("seed", range(4))
def test_parts_of_buckets_are_priced_each_and_put_together_again(seed: int) -> None:
    """Worth and fleet drawn at random, so that what holds a drone for less is cheaper."""
    enumerator = Enumerator(instance(random_request(Random(seed), 3, 2)))
    numbers = np.random.default_rng(seed)
    lattice, every = Lattice(enumerator), []
    for groups in (enumerator.alone(), enumerator.extended(enumerator.alone())):
        lattice.add(groups)
        every.append(in_parts(enumerator, columns_of(enumerator, groups)))
    parts = joined(every)
    worth = numbers.uniform(0, 12_000, (len(enumerator.fits), 3))
    fleet = -numbers.uniform(0, 9, (len(enumerator.fits), TIMES))
    exact = np.array(priced(parts, worth, fleet))
    least = np.zeros(3)
    np.minimum.at(least, parts.jobs[:, 0], exact)
    whole = lattice.least(worth, fleet)
    lattice.closely = PARTED
    near, price = lattice.near(worth, fleet, 100.0)
    flies = np.isfinite(price)
    assert flies.any()
    assert set(near.width[flies].tolist()) == {1}
    assert np.allclose(price[flies], priced(near.take(flies), worth, fleet), atol=0.1)
    # All starts of a bucket that was parted are priced, the bucket is not.
    assert np.isinf(near.cents[near.width == PARTS]).all()
    assert (near.width == PARTS).any()
    parted = lattice.least(worth, fleet)
    assert (whole <= parted + 0.1).all()
    assert (parted <= least + 0.1).all()
    assert (parted < -1).any()
    lattice.join_parts()
    together = lattice.least(worth, fleet)
    assert (together <= parted + 0.1).all()
    columns, _ = lattice.below(worth, fleet, 100.0)
    assert set(columns.width.tolist()) == {PARTS}
    wanted = near.take(flies & (price < 0))
    assert set(keys_of(replace(wanted, start=wanted.start // PARTS, width=wanted.width))) <= set(
        keys_of(replace(columns, start=columns.start // PARTS, width=columns.width // PARTS))
    )


def test_the_cheapest_are_no_dearer_than_what_is_left_but_for_jobs_alone() -> None:
    """Of a group of jobs there are only so many of a squad, if that is asked."""
    enumerator = Enumerator(instance(random_request(Random(3), 6, 3)))
    lattice = Lattice(enumerator)
    lattice.add(enumerator.alone())
    lattice.add(enumerator.extended(enumerator.alone()))
    squads = len(enumerator.fits)
    worth, fleet = np.full((squads, 6), 6000.0), np.zeros((squads, TIMES))
    some, price = lattice.cheapest(worth, fleet, 10)
    more, others = lattice.cheapest(worth, fleet, 10**6)
    assert len(some) < len(more)
    assert price[some.jobs[:, 1] >= 0].max(initial=-np.inf) <= np.sort(others)[9]
    assert set(some.jobs[some.jobs[:, 1] < 0, 0]) == set(more.jobs[more.jobs[:, 1] < 0, 0])
    few_each, _ = lattice.cheapest(worth, fleet, 10**6, 3)
    for found, most in ((few_each, 3), (more, 10**6)):
        pairs = found.take(found.jobs[:, 1] >= 0)
        key = np.column_stack((pairs.squad, pairs.sequence, pairs.jobs))
        _, count = np.unique(key, axis=0, return_counts=True)
        assert count.max() == min(most, count.max())
        assert (count.max() > 3) == (most > 3)


def test_what_does_not_pay_is_offered_alone() -> None:
    enumerator = Enumerator(instance(random_request(Random(3), 4, 2)))
    lattice = Lattice(enumerator)
    lattice.add(enumerator.alone())
    squads = len(enumerator.fits)
    worth, fleet = np.zeros((squads, 4)), np.zeros((squads, TIMES))
    some, _ = lattice.cheapest(worth, fleet, 0)
    for squad, groups in enumerate(enumerator.alone()):
        mine = some.squad == squad
        assert set(some.jobs[mine, 0]) <= set(groups[:, 0])
        assert np.bincount(some.jobs[mine, 0]).max(initial=0) <= ALONE
    assert len(some)


def test_no_more_groups_are_made_than_are_asked_for() -> None:
    """A day that has too many of them flies without: it is not to wait for them all."""
    enumerator = Enumerator(instance(random_request(Random(3), 8, 3)))
    alone = enumerator.alone()
    every, some = enumerator.extended(alone), enumerator.extended(alone, 3)
    assert max(len(each) for each in every) > 12
    for whole, part in zip(every, some, strict=True):
        assert len(part) == min(len(whole), len(part))
        assert 3 < len(part) <= 3 + len(alone[0]) or len(part) == len(whole)

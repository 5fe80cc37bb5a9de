"""The lattice prices every column, however loosely it is bounded, from below."""

from dataclasses import replace
from random import Random

import numpy as np
import pytest

from planner.bound.columns import PARTS, TIMES, Columns, joined, keys_of
from planner.bound.duals import Duals, plain_duals
from planner.bound.lattice import ALONE, Lattice
from planner.bound.lattice_awake import FINELY, PARTED
from planner.bound.sorties import Enumerator
from tests.planner.days import instance, random_request
from tests.planner.every_column import columns_of, in_parts, refined


def drawn(seed: int, jobs: int, flocks: int, fleet_cents: float) -> Duals:
    """Return duals drawn at random, with the blossom row of the first three jobs."""
    numbers = np.random.default_rng(seed)
    return Duals(
        numbers.uniform(2_000, 15_000, jobs),
        -numbers.uniform(0, fleet_cents, (flocks, TIMES)),
        numbers.uniform(0, 3_000, (flocks, jobs)),
        -numbers.uniform(500, 3_000, 1),
        np.arange(jobs)[None, :] < 3,
    )


def priced(columns: Columns, duals: Duals) -> list[float]:
    """Return the prices of columns, one by one, by the formula of docs/solver.md."""
    first, last = columns.held()
    found = []
    for at in range(len(columns)):
        squad, own = columns.squad[at], [job for job in columns.jobs[at] if job >= 0]
        price = float(columns.cents[at]) - float(duals.worth[squad, own].sum())
        price -= float(duals.fleet[squad, first[at] : last[at] + 1].sum())
        for row, dual in zip(duals.sets, duals.blossom, strict=True):
            price -= float(dual) * (int(row[own].sum()) // 2)
        found.append(price)
    return found


@pytest.mark.parametrize("seed", range(6))
def test_prices_are_those_of_the_formula_and_none_is_missed(seed: int) -> None:
    """Duals drawn at random; single orders, pairs and some of three, all of them bounded finely."""
    draw, jobs = Random(seed), 4
    enumerator = Enumerator(instance(random_request(draw, jobs, 2)))
    alone = enumerator.alone()
    lattice, every = Lattice(enumerator), []
    pairs = enumerator.extended(alone)
    for groups in (alone, pairs, enumerator.extended(pairs)):
        lattice.add(groups)
        every.append(columns_of(enumerator, groups))
    duals = drawn(seed, jobs, len(enumerator.fits), 50)
    asleep = lattice.least(duals)
    lattice.closely = FINELY
    near, price = lattice.near(duals, 100.0)
    known = np.isfinite(price)
    assert known.any()
    assert np.allclose(price[known], priced(near.take(known), duals), atol=0.1)
    assert (price[known] < 100).all()
    least = lattice.least(duals)
    found = np.zeros(jobs)
    for columns in every:
        tight = refined(enumerator, columns)
        exact = np.array(priced(tight, duals))
        np.minimum.at(found, tight.jobs[:, 0], exact)
        kept = exact < -1
        assert not kept.any() or (price < 0).any()
    assert (least <= found + 0.1).all()
    assert (asleep <= least + 0.1).all()


@pytest.mark.parametrize("seed", range(4))
def test_below_a_limit_are_all_columns_that_finely_bounded_are_priced_below_it(seed: int) -> None:
    """Duals drawn at random; most groups are asleep when they are asked for."""
    enumerator = Enumerator(instance(random_request(Random(seed), 3, 2)))
    lattice, every = Lattice(enumerator), []
    for groups in (enumerator.alone(), enumerator.extended(enumerator.alone())):
        lattice.add(groups)
        every.append(refined(enumerator, columns_of(enumerator, groups)))
    lattice.closely = FINELY
    duals = drawn(seed, 3, len(enumerator.fits), 50)
    limit_cents = 4_000.0
    columns, price = lattice.below(duals, limit_cents)
    assert len(columns)
    assert (price < limit_cents).all()
    assert np.allclose(price, priced(columns, duals), atol=0.1)
    wanted = set[bytes]()
    for tight in every:
        exact = np.array(priced(tight, duals))
        wanted.update(keys_of(tight.take(exact < limit_cents - 1)))
    assert wanted <= set(keys_of(columns))


@pytest.mark.parametrize("seed", range(4))
def test_parts_of_buckets_are_priced_each_and_put_together_again(seed: int) -> None:
    """Duals drawn at random, so that what holds a drone for less is cheaper."""
    enumerator = Enumerator(instance(random_request(Random(seed), 3, 2)))
    lattice, every = Lattice(enumerator), []
    for groups in (enumerator.alone(), enumerator.extended(enumerator.alone())):
        lattice.add(groups)
        every.append(in_parts(enumerator, columns_of(enumerator, groups)))
    parts = joined(every)
    duals = drawn(seed, 3, len(enumerator.fits), 9)
    exact = np.array(priced(parts, duals))
    least = np.zeros(3)
    np.minimum.at(least, parts.jobs[:, 0], exact)
    whole = lattice.least(duals)
    lattice.closely = PARTED
    near, price = lattice.near(duals, 100.0)
    flies = np.isfinite(price)
    assert flies.any()
    assert set(near.width[flies].tolist()) == {1}
    assert np.allclose(price[flies], priced(near.take(flies), duals), atol=0.1)
    # All starts of a bucket that was parted are priced, the bucket is not.
    assert np.isinf(near.cents[near.width == PARTS]).all()
    assert (near.width == PARTS).any()
    parted = lattice.least(duals)
    assert (whole <= parted + 0.1).all()
    assert (parted <= least + 0.1).all()
    assert (parted < -1).any()
    lattice.join_parts()
    together = lattice.least(duals)
    assert (together <= parted + 0.1).all()
    columns, _ = lattice.below(duals, 100.0)
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
    duals = plain_duals(np.full(6, 6000.0), np.zeros((squads, TIMES)), np.zeros((squads, 6)))
    some, price = lattice.cheapest(duals, 10)
    more, others = lattice.cheapest(duals, 10**6)
    assert len(some) < len(more)
    assert price[some.jobs[:, 1] >= 0].max(initial=-np.inf) <= np.sort(others)[9]
    assert set(some.jobs[some.jobs[:, 1] < 0, 0]) == set(more.jobs[more.jobs[:, 1] < 0, 0])
    few_each, _ = lattice.cheapest(duals, 10**6, 3)
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
    duals = plain_duals(np.zeros(4), np.zeros((squads, TIMES)), np.zeros((squads, 4)))
    some, _ = lattice.cheapest(duals, 0)
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

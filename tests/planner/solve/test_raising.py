"""The bound is raised beside the search, if there is time for it, and ends where that fails."""

import time
from random import Random
from threading import active_count

import numpy as np
import pytest

from planner.bound.bounded import COVER_METHOD, WHOLE_DAY_METHOD
from planner.bound.columns import PARTS, TIMES
from planner.bound.pool import SETTLED, Pool, build_pool
from planner.bound.sorties import Enumerator
from planner.clock import Clock
from planner.day.instance import Instance
from planner.solve import raising as module
from planner.solve.raising import raising
from planner.solve_options import SolveOptions
from tests.planner.days import instance, random_request

ORDERS = 8


def day() -> Instance:
    """Return a day whose drones are short, so that parts of buckets raise its bound."""
    return instance(random_request(Random(5), ORDERS, 1, max_orders_per_sortie=2))


def pool_of(given: Instance) -> Pool:
    return build_pool(Enumerator(given), 2)


def clock(time_limit_s: float, *, deterministic: bool = False) -> Clock:
    options = SolveOptions(time_limit_s, deterministic=deterministic)
    return Clock(options, time.monotonic())


@pytest.mark.parametrize("deterministic", [False, True])
def test_a_bound_is_raised_while_others_work(deterministic: bool) -> None:
    pool = pool_of(day())
    known = pool.relaxation.cents
    with raising(pool, clock(600.0, deterministic=deterministic)) as beside:
        raised, bound = beside.raised()
    assert beside.cents >= bound.cents > known + 1
    assert raised.relaxation.cents == pytest.approx(
        pool_of(day()).parted(lambda cents: None, lambda: False).relaxation.cents
    )
    # Columns are of buckets again.
    columns, _ = raised.cheapest(100)
    assert set(columns.width.tolist()) == {10}


def test_in_little_time_buckets_are_not_parted(monkeypatch: pytest.MonkeyPatch) -> None:
    """There are blossom rows alone: no instant within a bucket has a dual."""
    monkeypatch.setattr(module, "PARTED_S", 1e3)
    pool = pool_of(day())
    with raising(pool, clock(600.0)) as beside:
        raised, bound = beside.raised()
    parted = pool_of(day()).parted(lambda cents: None, lambda: False).relaxation.cents
    assert pool.relaxation.cents <= bound.cents < parted - 1
    within = np.arange(TIMES) % PARTS > 0
    assert not any(each.duals.fleet[:, within].any() for each in bound.branches)
    assert raised.master.blossoming


def test_without_time_for_it_it_stays_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "RAISED_S", 1e3)
    pool = pool_of(day())
    with raising(pool, clock(600.0)) as beside:
        _, bound = beside.raised()
    assert bound.cents == pool.relaxation.cents == beside.cents
    assert not pool.master.blossoming


def test_a_pool_that_lacks_sorties_has_the_bound_by_pairs() -> None:
    pool, alone = pool_of(day()), build_pool(Enumerator(day()), 1)
    assert (pool.whole, alone.whole) == (True, False)
    with raising(alone, clock(600.0)) as beside:
        _, bound = beside.raised()
    assert 0 < bound.cents < pool.relaxation.cents
    assert beside.cents == bound.cents


def test_a_relaxation_that_was_cut_off_is_taken_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there is time to look at pairs; else it stays as it is."""
    given = day()
    cut_off = build_pool(Enumerator(given), 2, late=lambda: True)
    assert cut_off.master.apart > module.LOOSE
    known = cut_off.relaxation.cents
    monkeypatch.setattr(module, "RAISED_S", 1e3)
    monkeypatch.setattr(module, "COVER_S", 1e6)
    with raising(cut_off, clock(600.0)) as beside:
        _, bound = beside.raised()
    assert bound.method == WHOLE_DAY_METHOD
    assert bound.cents == known
    monkeypatch.undo()
    monkeypatch.setattr(module, "RAISED_S", 1e3)
    with raising(cut_off, clock(600.0)) as beside:
        _, bound = beside.raised()
    assert bound.method == WHOLE_DAY_METHOD
    assert bound.cents == pytest.approx(pool_of(given).relaxation.cents, rel=SETTLED)
    assert beside.cents == bound.cents


def test_a_relaxation_that_stays_cut_off_gives_way_to_pairs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    cut_off = build_pool(Enumerator(day()), 2, late=lambda: True)
    monkeypatch.setattr(Pool, "settled", lambda pool, tell, late: pool)
    with raising(cut_off, clock(600.0)) as beside:
        _, bound = beside.raised()
    assert bound.method == COVER_METHOD
    assert beside.cents == bound.cents > cut_off.relaxation.cents


def test_a_relaxation_that_ended_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "cover_worth", lambda enumerator: pytest.fail("looked at pairs"))
    pool = pool_of(day())
    assert pool.master.apart < module.LOOSE
    with raising(pool, clock(600.0)) as beside:
        _, bound = beside.raised()
    assert bound.method == WHOLE_DAY_METHOD


def test_it_ends_where_the_search_fails() -> None:
    before = active_count()
    with pytest.raises(KeyboardInterrupt), raising(pool_of(day()), clock(600.0)):
        raise KeyboardInterrupt
    assert active_count() == before

"""The bound is raised beside the search, if there is time for it, and ends where that fails."""

import time
from random import Random
from threading import active_count

import pytest

from planner.clock import Clock
from planner.instance import Instance
from planner.pool import Pool, build_pool
from planner.raising import RAISED_S, UNTIL, Raising
from planner.solve_options import SolveOptions
from planner.sorties import Enumerator
from tests.planner.days import instance, random_request

ORDERS = 8


def day() -> Instance:
    """Return a day whose drones are short, so that parts of buckets raise its bound."""
    return instance(random_request(Random(5), ORDERS, 1, max_orders_per_sortie=2))


def pool_of(given: Instance) -> Pool:
    return build_pool(Enumerator(given), 2, lambda detail, done: None)


def clock(time_limit_s: float, *, deterministic: bool = False) -> Clock:
    options = SolveOptions(time_limit_s, deterministic=deterministic)
    return Clock(options, time.monotonic())


@pytest.mark.parametrize("deterministic", [False, True])
def test_a_bound_is_raised_while_others_work(deterministic: bool) -> None:
    pool = pool_of(day())
    known = pool.relaxation.cents
    with Raising(pool, clock(600.0, deterministic=deterministic), whole=True) as raising:
        raised, bound = raising.raised()
    assert raising.cents >= bound.cents > known + 1
    assert raised.relaxation.cents == pytest.approx(
        pool_of(day()).parted(lambda cents: None, lambda: False).relaxation.cents
    )
    # Columns are of buckets again.
    columns, _ = raised.cheapest(100)
    assert set(columns.width.tolist()) == {10}


def test_without_time_for_it_it_stays_as_it_is() -> None:
    pool = pool_of(day())
    short = 0.9 * RAISED_S * ORDERS / UNTIL
    with Raising(pool, clock(short), whole=True) as raising:
        _, bound = raising.raised()
    assert bound.cents == pool.relaxation.cents == raising.cents


def test_a_pool_that_lacks_sorties_has_the_bound_by_pairs() -> None:
    pool = pool_of(day())
    with Raising(pool, clock(600.0), whole=False) as raising:
        _, bound = raising.raised()
    assert 0 < bound.cents < pool.relaxation.cents
    assert raising.cents == bound.cents


def test_it_ends_where_the_search_fails() -> None:
    before = active_count()
    with pytest.raises(KeyboardInterrupt), Raising(pool_of(day()), clock(600.0), whole=True):
        raise KeyboardInterrupt
    assert active_count() == before

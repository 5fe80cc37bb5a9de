"""The bound of a day raised on a thread of its own, while sorties are chosen on the others."""

from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event

from planner.bound.bounded import COVER_METHOD, WHOLE_DAY_METHOD, Bounded, by_worth
from planner.bound.duals import Relaxation
from planner.bound.pool import Pool, cover_worth
from planner.choice.improve import is_large
from planner.clock import Clock
from planner.compiled import stay_on_thread

UNTIL, BRANCHED_UNTIL = 0.8, 0.5
"""Shares of the time after which the bound is not raised any more, and not by branches."""

RAISED_S, PARTED_S = 7.5e-7, 2.5e-6
"""Time that is to be left, s over the cube of the orders, if the bound is raised at all, and by
parts of buckets: in less these would not raise it by much, and the search would go without a thread
that it needs."""

LOOSE, COVER_S = 0.05, 1e-6
"""Share that a relaxation which was cut off may be below its value before pairs are looked at and
it is taken on, and the time that is to be left for that, s for each two orders and each squad."""


class Raising:
    """A bound that is being raised: `cents` is what is known of it so far.

    If the pool is not whole, the bound is that of covering orders by pairs; so it is where that is
    better, since the relaxation was cut off early and no more could be made of it.
    """

    def __init__(self, pool: Pool, clock: Clock, aside: Executor) -> None:
        self._pool, self._clock = pool, clock
        self.over = Event()
        self.cents = self._first_cents = pool.relaxation.cents if pool.whole else 0.0
        self._raised = aside.submit(self._raise)

    def raised(self) -> tuple[Pool, Bounded]:
        """Return the pool and the bound when it is raised as far as there is time.

        Where wall time may not decide, what is stopped has the bound that was known at first.
        """
        if self._clock.options.deterministic and self._clock.stop.over and self._pool.whole:
            return self._pool, Bounded(WHOLE_DAY_METHOD, (self._pool.relaxation,))
        return self._raised.result()

    @property
    def sure_cents(self) -> float:
        """What is known of the bound by which it may be decided to stop."""
        return self._first_cents if self._clock.options.deterministic else self.cents

    def _raise(self) -> tuple[Pool, Bounded]:
        pool, enumerator = self._pool, self._pool.lattice.enumerator
        orders = len(enumerator.unserved)
        if not pool.whole:
            return pool, self._by_pairs()
        ways = orders**2 * len(enumerator.squads)
        if pool.master.apart > LOOSE and not self._late(UNTIL, COVER_S * ways)():
            pairs = self._by_pairs()
            if not is_large(orders):
                pool = pool.settled(self._tell, self._late(UNTIL))
            if pairs.cents > pool.relaxation.cents:
                return pool, pairs
        branches: tuple[Relaxation, ...] = (pool.relaxation,)
        if not is_large(orders) and not self._late(UNTIL, RAISED_S * orders**3)():
            short = self._late(UNTIL, PARTED_S * orders**3)()
            pool = (pool.blossomed if short else pool.parted)(self._tell, self._late(UNTIL))
            branches = pool.branched(self._tell, self._late(BRANCHED_UNTIL))
            pool.joined()
        return pool, Bounded(WHOLE_DAY_METHOD, branches)

    def _by_pairs(self) -> Bounded:
        """Return the bound of covering orders by pairs."""
        enumerator = self._pool.lattice.enumerator
        found = by_worth(enumerator.instance, cover_worth(enumerator), COVER_METHOD)
        self._tell(found.cents)
        return found

    def _late(self, until: float, needed_s: float = 0.0) -> Callable[[], bool]:
        """Return what tells whether less than some time is left until a share of it is over."""
        past = self._clock.past((1 - until) * self._clock.options.time_limit_s + needed_s)
        return lambda: self.over.is_set() or past()

    def _tell(self, bound_cents: float) -> None:
        """Note a bound, if it is better than what is known."""
        self.cents = max(self.cents, bound_cents)


@contextmanager
def raising(pool: Pool, clock: Clock) -> Iterator[Raising]:
    """Have the bound of a pool raised aside, within `with`; where that is left it ends early."""
    with ThreadPoolExecutor(1, initializer=stay_on_thread) as aside:
        found = Raising(pool, clock, aside)
        try:
            yield found
        finally:
            found.over.set()

"""The bound of a day raised on a thread of its own, while sorties are chosen on the others."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Event
from types import TracebackType

from planner.bounded import COVER_METHOD, WHOLE_DAY_METHOD, Bounded, by_worth
from planner.clock import Clock
from planner.compiled import stay_on_thread
from planner.duals import Relaxation
from planner.improve import is_large
from planner.pool import Pool, cover_worth

UNTIL, BRANCHED_UNTIL = 0.8, 0.5
"""Shares of the time after which the bound is not raised any more, and not by branches."""

RAISED_S, PARTED_S = 0.03, 0.1
"""Time that is to be left for each order, s, if the bound is raised at all, and by parts of
buckets: in less these would not raise it by much, and the search would go without a thread that it
needs."""


class Raising:
    """What raises the bound of a pool, within `with`; it ends early where that is left by an error.

    A pool is `whole` that has all sorties which the rules allow. If it is not, the bound is that of
    covering orders by pairs. `cents` is what is known of the bound so far.
    """

    def __init__(self, pool: Pool, clock: Clock, *, whole: bool) -> None:
        self._pool, self._clock = pool, clock
        self._whole = whole and pool.whole
        self._over = Event()
        self._aside = ThreadPoolExecutor(1, initializer=stay_on_thread)
        self.cents = pool.relaxation.cents if self._whole else 0.0

    def __enter__(self) -> "Raising":
        self._raised: Future[tuple[Pool, Bounded]] = self._aside.submit(self._raise)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._over.set()
        self._aside.shutdown()

    def raised(self) -> tuple[Pool, Bounded]:
        """Return the pool and the bound when it is raised as far as there is time."""
        return self._raised.result()

    def _raise(self) -> tuple[Pool, Bounded]:
        pool, enumerator = self._pool, self._pool.lattice.enumerator
        orders = len(enumerator.unserved)
        if not self._whole:
            found = by_worth(enumerator.instance, cover_worth(enumerator), COVER_METHOD)
            self._tell(found.cents)
            return pool, found
        branches: tuple[Relaxation, ...] = (pool.relaxation,)
        if not is_large(orders) and not self._late(UNTIL, RAISED_S * orders)():
            short = self._late(UNTIL, PARTED_S * orders)()
            pool = (pool.blossomed if short else pool.parted)(self._tell, self._late(UNTIL))
            branches = pool.branched(self._tell, self._late(BRANCHED_UNTIL))
            pool.joined()
        return pool, Bounded(WHOLE_DAY_METHOD, branches)

    def _late(self, until: float, needed_s: float = 0.0) -> Callable[[], bool]:
        """Return what tells whether less than some time is left until a share of it is over."""
        past = self._clock.past((1 - until) * self._clock.options.time_limit_s + needed_s)
        return lambda: self._over.is_set() or past()

    def _tell(self, bound_cents: float) -> None:
        """Note a bound, if it is better than what is known."""
        self.cents = max(self.cents, bound_cents)

"""A day planned as a whole: sorties are relaxed and chosen from, and the bound is raised beside."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from planner.bound.bounded import COVER_METHOD, Bounded, by_worth
from planner.bound.master import FINE
from planner.bound.pool import SETTLED, build_pool, cover_worth
from planner.bound.sorties import Enumerator
from planner.choice.improve import is_large
from planner.clock import Clock
from planner.day.instance import Instance
from planner.dispatch.roster import Roster
from planner.fly.day_arrays import DayArrays
from planner.fly.quick import fill_at_once
from planner.solve.choose import candidates_of, choose
from planner.solve.close_gap import FEW_ORDERS, close_gap
from planner.solve.progress import Progress, Report, end_at_gap, standing
from planner.solve.raising import raising
from planner.solve_options import SolveOptions

RELAXATION_UNTIL, CHOOSING_S = 0.7, 0.016
"""Share of the time after which the relaxation is cut short, and time for each order left then at
least, s."""

CHOSEN_SHARE = 0.6
"""Share of the time after which the gap of a day of few orders is closed."""

LARGE_RELAXATION_UNTIL, LARGE_AT_ONCE_LEFT = 0.4, 0.97
"""The same share, and what is left after the first fill, of a day that is rebuilt."""

JOINT_S = 1.5e-5
"""Time limit for each pair of orders from which on orders may share sorties, s."""

AT_ONCE_LEFT, ONLY_AT_ONCE_LEFT = 0.9, 0.5
"""Shares of the time that are left when orders are no longer served as they become due: where they
are chosen among later, and where they are not."""

CHOICE_S = 0.012
"""Time for each order from which on sorties are chosen, s."""


def fill_whole(instance: Instance, roster: Roster, clock: Clock, report: Report) -> Bounded:
    """Choose sorties and time them, then choose anew while time is left; return the bound."""
    options, orders = clock.options, len(instance.jobs)
    timely = options.deterministic or options.time_limit_s >= CHOICE_S * orders
    left = AT_ONCE_LEFT if timely else ONLY_AT_ONCE_LEFT
    if timely and is_large(orders):
        left = LARGE_AT_ONCE_LEFT

    def filled(share: float) -> None:
        report(Progress("fill", "orders as they become due", share * (1 - left)))

    # A first plan that was cut off would be none.
    late = clock.past_unstopped(left * options.time_limit_s)
    fill_at_once(roster, range(orders), late, filled)
    enumerator = Enumerator(instance, options.workers)
    if not timely:
        return by_worth(instance, cover_worth(enumerator), COVER_METHOD)
    most = enumerator.most if _suits(options, orders) else 1

    def enumerated(trying: str, done: float, bound_cents: float) -> None:
        detail = standing(roster.cents(), bound_cents, trying)
        report(Progress("enumerate", detail, (1 - left) * (1 - done) + 0.4 * done))

    with ThreadPoolExecutor(1) as aside:
        # Programmes are solved on one thread.
        arrays = aside.submit(DayArrays, enumerator)
        late = clock.past(for_choosing_s(options, orders))
        tolerance = FINE if is_large(orders) else SETTLED
        pool = build_pool(enumerator, most, enumerated, late, tolerance)
    report(Progress("choose", f"{len(pool.lattice)} sorties", 0.4))
    candidates = None if clock.stop.over else candidates_of(arrays.result(), pool, clock)
    few = orders <= FEW_ORDERS
    chosen = replace(options, time_limit_s=CHOSEN_SHARE * options.time_limit_s) if few else options
    with raising(pool, clock) as beside:

        def told(trying: str, cents: int) -> None:
            spent = 1 - clock.left_s() / options.time_limit_s
            detail = standing(cents, beside.cents, trying)
            report(Progress("improve", detail, min(0.97, max(0.5, spent))))
            end_at_gap(clock, cents, beside.sure_cents)

        told("all orders as they become due", roster.cents())
        if candidates is not None and not clock.stop.over:
            choose(roster, candidates, Clock(chosen, clock.started_s, clock.stop), told)
        pool, bound = beside.raised()
    if few and not clock.stop.over:
        close_gap(roster, pool, clock.past(clock.ending_s(orders, orders)))
    return bound


def _suits(options: SolveOptions, orders: int) -> bool:
    """Tell whether the time suffices to look at joint sorties of so many orders."""
    return options.deterministic or options.time_limit_s >= orders**2 * JOINT_S


def for_choosing_s(options: SolveOptions, orders: int) -> float:
    """Return how much of the time is kept for choosing among the columns, s."""
    until = LARGE_RELAXATION_UNTIL if is_large(orders) else RELAXATION_UNTIL
    return max((1 - until) * options.time_limit_s, CHOOSING_S * orders)

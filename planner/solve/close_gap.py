"""The gap of a day of few orders closed, as far as sorties flown to the second can close it.

The relaxation prices every sortie: a day that flies one costs no less than the bound and that
price. So a day that is cheaper than one at hand flies nothing that is priced above the gap
(reduced-cost fixing), and of a few orders that leaves little. It is flown by the dispatcher, which
knows what winds, closures and hours do to each leg, from starts all through its bucket, and put
together in every way that may be cheaper (`planner.solve.put_together`). A cheaper day has a
smaller gap, so starts are tried far apart first, then close together.
"""

from collections.abc import Callable, Iterator

import numpy as np

from planner.bound.columns import BUCKET_S, Columns
from planner.bound.pool import Pool
from planner.day.tour import Tour, Unflyable
from planner.dispatch.dispatch import Dispatcher
from planner.dispatch.roster import Roster
from planner.solve.put_together import Option, put_together

FEW_ORDERS = 4
"""Orders up to which a day's gap is closed."""

MOST_COLUMNS = 600
"""Columns that are flown, those of the lowest price."""

FLIGHTS, LEAST_APART_S = (300, 1500), 5
"""Starts that are tried in all, first and then once more; how close together at most, s."""


def close_gap(roster: Roster, pool: Pool, past: Callable[[], bool]) -> None:
    """Make the roster cheaper by sorties that its gap allows, until none is or time is `past`."""
    empty, apart_s = Dispatcher(roster.instance), 0
    for flights in FLIGHTS:
        gap_cents = roster.cents() - pool.relaxation.cents
        columns, price = pool.below(gap_cents)
        if not len(columns):
            return
        cheapest = np.argsort(price, kind="stable")[:MOST_COLUMNS]
        columns, price = columns.take(cheapest), price[cheapest]
        apart_s = max(LEAST_APART_S, BUCKET_S * len(columns) // flights)
        options = list[Option]()
        for at, most_cents in enumerate((columns.cents + gap_cents - price).tolist()):
            if past():
                return
            flown = [
                each for each in _flown(empty, columns, at, apart_s) if each.cents < most_cents
            ]
            options += _worth_keeping(flown)
        put_together(roster, options, past)
    _shift(roster, apart_s, past)


def _flown(empty: Dispatcher, columns: Columns, at: int, apart_s: int) -> Iterator[Option]:
    """Yield a column flown on an empty day from starts all through its bucket."""
    tour = Tour(int(columns.squad[at]), columns.steps(at))
    start_s = int(columns.start_s[at])
    end_s = start_s + BUCKET_S
    while start_s < end_s:
        try:
            timed = empty.fly(tour, start_s)
        except Unflyable as refusal:
            # The first second at which it may fly is often the cheapest.
            start_s += apart_s if refusal.later_s is None else max(1, refusal.later_s)
            continue
        yield Option(timed.cents, timed.start_s, timed.end_s, tour)
        # One that waits at its base starts no sooner.
        start_s = max(start_s, timed.start_s) + apart_s


def _worth_keeping(flown: list[Option]) -> list[Option]:
    """Return of a column's options the cheapest, and the one that is back first."""
    if not flown:
        return []
    cheapest = min(flown, key=lambda each: (each.cents, each.end_s))
    soonest = min(flown, key=lambda each: (each.end_s, each.cents))
    return [cheapest] if soonest is cheapest else [cheapest, soonest]


def _shift(roster: Roster, apart_s: int, past: Callable[[], bool]) -> None:
    """Start each sortie at the second at which it costs least, less than `apart_s` from its own.

    Those with jobs that others come after stay as they are.
    """
    for drone, timed in list(roster.tours()):
        if not roster.instance.awaited.isdisjoint(timed.tour.jobs):
            continue
        squad, best = roster.instance.squads[timed.tour.squad], timed
        roster.remove(timed)
        gaps = roster.gaps(drone, squad.from_s, squad.until_s)
        begin_s, end_s = next(gap for gap in gaps if gap[0] <= timed.start_s < gap[1])
        first_s = max(begin_s, timed.start_s - apart_s + 1)
        for start_s in range(first_s, min(end_s, timed.start_s + apart_s)):
            if past():
                break
            try:
                found = roster.dispatcher.fly(timed.tour, start_s)
            except Unflyable:
                continue
            if found.end_s <= end_s and found.cents < best.cents:
                best = found
        roster.enter(drone, best)

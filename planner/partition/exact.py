"""The least cost of a partition, proven: which trips share out the jobs, and when each starts.

All trips are given. The relaxation (`planner.partition.bound`) prices them: no choice that costs
`target` or less has a trip whose reduced cost is more than the target less the bound, so trips are
left out by the hundred thousand. A search that knows the time of every trip chooses among the rest;
what it does not prove is proven by integer programmes that learn of time where they break it. The
target starts just above the bound and rises while nothing costs so little.
"""

import time
from dataclasses import replace

import numpy as np

from planner.arrays import Ints
from planner.partition.bound import Relaxation, relax
from planner.partition.choose_timed import choose_timed
from planner.partition.choose_untimed import Known, choose_untimed
from planner.partition.partition import Choice, Offer, Trips

EFFORT = 1.0
"""What the timed search may take at a time, CP-SAT's own seconds."""

LEAST_GAP = 0.0005
"""Share of the bound by which the first target is above it."""

ROOM = 1.15
"""How much further above the bound the target is than what was just shown to be out of reach."""

PARTS = 1 / 2, 1 / 8, 1 / 24
"""Widths of the parts into which starts are cut, ever finer, in lengths of a trip."""

MOST_PARTS = 6000
"""Trips are not divided into more parts than that."""

FIRST_TRIPS = 6
"""Trips a job that the first target leaves."""


def least_cost(offer: Offer, trips: Trips, limit_s: float = 600.0) -> Choice:
    """Return the choice of least cost, to the tolerance of HiGHS (1e-6 of its figures).

    Raises TimeoutError if that is not proven within `limit_s`.
    """
    end = time.monotonic() + limit_s
    relaxation = relax(offer, trips)
    order = np.sort(relaxation.reduced)
    gap = LEAST_GAP * relaxation.bound
    if len(order):
        gap = max(gap, order[min(len(order) - 1, FIRST_TRIPS * len(offer.unserved))])
    while True:
        kept = np.flatnonzero(relaxation.reduced <= gap + 1)
        target = int(np.ceil(relaxation.bound + gap))
        tried = choose_timed(offer, trips.take(kept), relaxation.rows, target, EFFORT)
        if tried.choice is not None and tried.proven:
            return _whole(tried.choice, kept)
        if not tried.proven:
            break
        gap = 2 * gap + 1
    best = None if tried.choice is None else _whole(tried.choice, kept)
    return _prove(offer, trips, relaxation, gap, best, end)


def _prove(
    offer: Offer, trips: Trips, relaxation: Relaxation, gap: float, best: Choice | None, end: float
) -> Choice:
    """Return the choice of least cost, which may be the `best` that is known."""
    known = Known(relaxation.rows)
    while True:
        target = relaxation.bound + gap
        if best is not None:
            target = min(target, best.cost - 1)
        kept = np.flatnonzero(relaxation.reduced <= target - relaxation.bound + 1)
        left_s = end - time.monotonic()
        few = trips.take(kept)
        parts, whole = _divided(offer, few, known, target)
        least, choice = choose_untimed(offer, few, parts, whole, known, int(target), left_s)
        if least > target and best is not None and target == best.cost - 1:
            return best
        if choice is not None and (best is None or choice.cost < best.cost):
            best = _whole(choice, kept)
            if least <= target:
                return best
        above = least - relaxation.bound
        # A choice that costs more than the target bounds nothing, for it had few trips. One that
        # costs less does, and what can be flown may cost little more.
        step = LEAST_GAP * relaxation.bound + 1
        if least > target:
            gap = min(2 * gap + step, max(gap + step, above))
        else:
            gap = min(gap, max(ROOM * above, step))


def _divided(offer: Offer, trips: Trips, known: Known, target: float) -> tuple[Trips, Ints]:
    """Return trips with starts divided, whose each is, without those out of reach of the target.

    The finer, the more a row tells of time and the more parts there are; few leave as it goes.
    """
    parts, whole = trips, np.arange(len(trips))
    for share in PARTS:
        if not len(parts):
            break
        finer, of = parts.divided(max(1, int(np.median(parts.length) * share)))
        if len(finer) > MOST_PARTS:
            break
        relaxation = relax(offer, finer, known.rows)
        known.rows = relaxation.rows
        left = np.flatnonzero(relaxation.reduced <= target - relaxation.bound + 1)
        parts, whole = finer.take(left), whole[of[left]]
    return parts, whole


def _whole(choice: Choice, kept: Ints) -> Choice:
    """Return a choice among all trips from one among those kept."""
    return replace(choice, trips=kept[choice.trips])

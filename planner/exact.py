"""The least cost of a partition, proven: which trips share out the jobs, and when each starts.

All trips are given. The relaxation (`planner.partition_bound`) prices them: no choice that costs
`target` or less has a trip whose reduced cost is more than the target less the bound, so trips are
left out by the hundred thousand. A search that knows the time of every trip chooses among the rest;
what it does not prove is proven by integer programmes that learn of time where they break it. The
target starts just above the bound and rises while nothing costs so little.
"""

import time

import numpy as np

from planner.choose_timed import choose_timed
from planner.choose_untimed import choose_untimed
from planner.partition import Choice, Offer, Trips
from planner.partition_bound import relax

EFFORT = 1.0
"""What the timed search may take at a time, CP-SAT's own seconds."""

LEAST_GAP = 0.0005
"""Share of the bound by which the first target is above it."""

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
        target = int(np.ceil(relaxation.bound + gap))
        kept = np.flatnonzero(relaxation.reduced <= gap + 1)
        few = trips.take(kept)
        tried = choose_timed(offer, few, relaxation.rows, target, EFFORT)
        best = tried.choice
        if not tried.proven:
            below = target if best is None else best.cost - 1
            best = choose_untimed(
                offer, few, relaxation.rows, below, lambda: end - time.monotonic()
            ) or best
        if best is not None:
            return Choice(kept[best.trips], best.starts, best.unserved, best.cost)
        gap *= 2

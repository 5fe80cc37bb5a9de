"""The columns of a day and their relaxation: grown by the worth of jobs, certified by the duals.

Groups that cost more than their jobs are worth are never timed. Worth starts as the cheapest way to
serve a job alone; the final duals must not exceed it where a group was left out, else the group is
timed after all. So the relaxation is over every sortie although most are never looked at.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix

from planner.columns import TIMES, Columns
from planner.instance import Instance
from planner.lattice import Lattice
from planner.linear import minimise
from planner.master import FINE, NEAR_CENTS, ROUGH, Master, Prices, Relaxation, few
from planner.sorties import Enumerator
from planner.tables import Floats, Ints

Report = Callable[[str, float], None]

MARGIN = 1.02
"""Worth is taken this much higher than the duals, so that a second look is seldom needed."""


MOST_LARGE_GROUPS = 20_000
"""Groups of three jobs and more that are looked at; a day that has more of them flies pairs."""


@dataclass(frozen=True)
class Pool:
    """All columns worth flying, their relaxation solved; whether they are all that is allowed."""

    lattice: Lattice
    relaxation: Relaxation
    whole: bool

    def cheapest(self, most: int) -> tuple[Columns, Floats]:
        """Return some `most` columns of least reduced cost, and that."""
        duals = self.relaxation.duals
        return self.lattice.cheapest(duals.worth, duals.fleet, most)


def build_pool(
    enumerator: Enumerator,
    most: int,
    report: Report,
    late: Callable[[], bool] = lambda: False,
) -> Pool:
    """Return the columns worth flying of one to `most` jobs, with a relaxation over all columns.

    It bounds the cost of a plan if `most` is the rules' number and the pool whole. When it gets
    `late` the relaxation is taken as far as it has come.
    """
    instance = enumerator.instance
    prices = prices_of(instance)
    singles = enumerator.singles()
    worth = np.tile(_alone(instance, singles), (len(instance.squads), 1))
    first = singles.take(few(singles, singles.cents))
    while True:
        groups, whole = [fits[:, None] for fits in enumerator.fits], True
        lattice = Lattice(enumerator)
        lattice.add(enumerator.least(groups), worth)
        for count in range(2, most + 1):
            report(f"sorties of {count} orders", count / (most + 1))
            larger = enumerator.extended(groups, worth)
            if count > 2 and sum(len(each) for each in larger) > MOST_LARGE_GROUPS:
                whole = False
                break
            grown = enumerator.least(larger)
            lattice.add(grown, worth)
            groups = [_growing(*each, worth[squad]) for squad, each in enumerate(grown)]
        report("relaxation", 0.9)
        master = Master(prices, lattice)
        relaxation = master.relax(first, worth, late, ROUGH)
        # Prices are about right now: what is near them is bounded finely.
        duals = relaxation.duals
        columns, price = lattice.refined(duals.worth, duals.fleet, NEAR_CENTS)
        first = columns.take(few(columns, price))
        relaxation = master.relax(first, worth, late, FINE)
        if late() or (relaxation.wanted_cents <= worth + 1e-6).all():
            return Pool(lattice, relaxation, whole)
        worth = np.maximum(worth, relaxation.wanted_cents * MARGIN)


def prices_of(instance: Instance) -> Prices:
    """Return what leaving out orders costs, and drones by squad."""
    unserved = instance.prices.unserved_cents
    squads = instance.squads
    return Prices(
        np.array([unserved[job.order.priority] for job in instance.jobs], dtype=float),
        np.full(len(squads), float(instance.prices.drone_day_cents)),
        np.array([len(squad.drones) for squad in squads], dtype=float),
        TIMES,
    )


def _growing(groups: Ints, least_cents: Floats, worth_cents: Floats) -> Ints:
    """Return the groups that may pay with one job more, whatever it is worth.

    A group costs no less than any part of it, so a group that pays has parts that cost less than
    their own worth and that of the dearest job.
    """
    own = worth_cents[groups].sum(axis=1) + worth_cents.max(initial=0.0)
    found: Ints = groups[least_cents.min(axis=1, initial=np.inf) < own]
    return found


def cover_bound_cents(enumerator: Enumerator) -> float:
    """Return a bound on every plan from pairs of jobs at their best time of day.

    The least cost of covering all jobs by sorties of one or two, fractions allowed. Its duals p
    keep p_i <= c_i and p_i + p_j <= 2/k c_ij, where a sortie has k jobs at most. As a sortie costs
    no less than any two of its jobs, adding that up over its pairs gives that its jobs' duals add
    up to no more than it costs; so their sum bounds every plan.
    """
    instance = enumerator.instance
    count, most = len(instance.jobs), instance.rules.max_orders_per_sortie
    alone = np.array(
        [instance.prices.unserved_cents[job.order.priority] for job in instance.jobs], dtype=float
    )
    singles = enumerator.singles()
    np.minimum.at(alone, singles.jobs[:, 0], singles.cents)
    if most == 1:
        return float(alone.sum())
    pairs, cents = [], []
    everywhere = np.tile(alone * most / 2, (len(instance.squads), 1))
    alone_groups = [fits[:, None] for fits in enumerator.fits]
    for group, least in enumerator.least(enumerator.extended(alone_groups, everywhere)):
        pairs.append(group)
        cents.append(least.min(axis=1, initial=np.inf) * 2 / most)
    pair, cost = np.concatenate(pairs), np.concatenate(cents)
    pays = cost < alone[pair].sum(axis=1)
    pair, cost = pair[pays], cost[pays]
    cover = np.concatenate((pair.ravel(), np.arange(count)))
    column = np.concatenate((np.repeat(np.arange(len(pair)), 2), len(pair) + np.arange(count)))
    shape = count, len(pair) + count
    return minimise(
        np.concatenate((cost, alone)),
        csr_matrix((np.ones(len(cover)), (cover, column)), shape=shape),
        np.ones(count),
        np.full(count, np.inf),
        np.full(shape[1], np.inf),
    ).value


def _alone(instance: Instance, singles: Columns) -> Floats:
    """Return what each job costs alone at least, its share of a drone's day included."""
    worth = np.array(
        [instance.prices.unserved_cents[job.order.priority] for job in instance.jobs], dtype=float
    )
    hours = singles.seconds / 3600
    share = instance.prices.drone_day_cents * hours / SHARED_HOURS
    np.minimum.at(worth, singles.jobs[:, 0], (singles.cents + share) * HEADROOM)
    return worth


HEADROOM = 1.1
"""Guessed worth over the cost of serving a job alone."""

SHARED_HOURS = 2
"""Hours a day that a drone's fixed price is spread over when a job's worth is guessed."""

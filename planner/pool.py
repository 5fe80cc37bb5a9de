"""The columns of a day and their relaxation: grown by the worth of jobs, certified by the duals.

Groups that cost more than their jobs are worth are never timed. Worth starts as the cheapest way to
serve a job alone; the final duals must not exceed it where a group was left out, else the group is
timed after all. So the relaxation is over every sortie although most are never looked at.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix

from planner.columns import Columns, joined
from planner.instance import Instance
from planner.linear import minimise
from planner.master import FINE, ROUGH, Master, Relaxation
from planner.sorties import Enumerator
from planner.tables import Floats, Ints

Report = Callable[[str, float], None]

MARGIN = 1.02
"""Worth is taken this much higher than the duals, so that a second look is seldom needed."""


MOST_LARGE_GROUPS = 20_000
"""Groups of three jobs and more that are looked at; a day that has more of them flies pairs."""


@dataclass(frozen=True)
class Pool:
    """Columns worth flying, and their relaxation solved; whether they are all that is allowed."""

    columns: Columns
    relaxation: Relaxation
    whole: bool


def build_pool(
    enumerator: Enumerator,
    most: int,
    report: Report,
    late: Callable[[], bool] = lambda: False,
    *,
    rough: bool = False,
) -> Pool:
    """Return the columns worth flying of one to `most` jobs, with a relaxation over all columns.

    It bounds the cost of a plan if the enumerator is one of all jobs, `most` the rules' number and
    the pool whole. When it gets `late` the relaxation is taken as far as it has come; a `rough` one
    bounds columns less tightly and ends sooner.
    """
    instance = enumerator.instance
    singles = enumerator.singles()
    worth = np.tile(_alone(instance, singles), (len(instance.squads), 1))
    while True:
        parts, groups, whole = [singles], [fits[:, None] for fits in enumerator.fits], True
        for count in range(2, most + 1):
            report(f"sorties of {count} orders", count / (most + 1))
            larger = enumerator.extended(groups, worth)
            if count > 2 and sum(len(each) for each in larger) > MOST_LARGE_GROUPS:
                whole = False
                break
            grown = enumerator.least(larger)
            parts.append(enumerator.timed(grown, worth))
            groups = [_growing(*each, worth[squad]) for squad, each in enumerate(grown)]
        report("relaxation", 0.9)
        columns = joined(parts)
        master = Master(instance, columns, None if rough else enumerator.refined)
        relaxation = master.relax(worth, late, ROUGH if rough else FINE)
        if rough or late() or (relaxation.job_cents <= worth + 1e-6).all():
            return Pool(master.bounded(), relaxation, whole)
        worth = np.maximum(worth, relaxation.job_cents * MARGIN)


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
    alone = _left_out_cents(instance)
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


def alone_bound_cents(enumerator: Enumerator) -> float:
    """Return what the jobs add to a bound on every plan of a day that has these jobs and others.

    A sortie costs no less than any one of its jobs alone at its best time of day; so if it has at
    most `k`, it costs no less than a k-th of these costs added up.
    """
    instance = enumerator.instance
    most = instance.rules.max_orders_per_sortie
    alone = _left_out_cents(instance)
    for group, least in enumerator.least([fits[:, None] for fits in enumerator.fits]):
        np.minimum.at(alone, group[:, 0], least.min(axis=1, initial=np.inf) / most)
    return float(alone.sum())


def _left_out_cents(instance: Instance) -> Floats:
    """Return what leaving out each job costs."""
    prices = instance.prices.unserved_cents
    return np.array([prices[job.order.priority] for job in instance.jobs], dtype=float)


def _alone(instance: Instance, singles: Columns) -> Floats:
    """Return what each job costs alone at least, its share of a drone's day included."""
    worth = _left_out_cents(instance)
    hours = singles.seconds / 3600
    share = instance.prices.drone_day_cents * hours / SHARED_HOURS
    np.minimum.at(worth, singles.jobs[:, 0], (singles.cents + share) * HEADROOM)
    return worth


HEADROOM = 1.1
"""Guessed worth over the cost of serving a job alone."""

SHARED_HOURS = 2
"""Hours a day that a drone's fixed price is spread over when a job's worth is guessed."""

"""The columns of a day and their relaxation, certified by the duals.

`planner.bound.lattice` holds groups of one job, of two, and larger ones where there are not too
many of them; it looks at those that the duals ask for.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import product

import numpy as np
from scipy.sparse import csr_matrix

from planner.arrays import Floats
from planner.bound.bounded import limits_of
from planner.bound.branch import TIGHT, branched
from planner.bound.columns import BUCKET_S, FINE_S, PARTS, TIMES, Columns, few, joined
from planner.bound.duals import Duals, Prices, Relaxation, plain_duals
from planner.bound.lattice import Lattice
from planner.bound.lattice_awake import FINELY, PARTED
from planner.bound.master import ENTERING, FINE, NEAR_CENTS, ROUGH, Master
from planner.bound.sharing_cost import beside_s, sharing_cents
from planner.bound.sorties import Enumerator
from planner.linear import minimise

Report = Callable[[str, float, float], None]
"""What is told what is done, what share of all that, and the bound so far, cents."""

Tell = Callable[[float], None]
"""What is told a bound, cents, as soon as it is known."""

MOST_LARGE_GROUPS = 20_000
"""Groups of three jobs and more that are looked at; a day that has more of them flies pairs."""


MANY_WAYS = 10_000
"""Jobs times squads of days whose jobs are looked at alone at first. It takes 0.4 s on a day of 200
jobs and 10 squads, which is as much as it saves there."""

SETTLED = 1e-3
"""Share of its value that a small day's relaxation may be off before it is raised aside."""

ROUNDING, ROUNDING_CENTS = 1e-6, 1e-5
"""Share and cents by which the worth of jobs is lowered."""


@dataclass(frozen=True)
class Pool:
    """All columns worth flying, their relaxation solved; whether they are all that is allowed."""

    lattice: Lattice
    master: Master
    relaxation: Relaxation
    whole: bool

    def cheapest(self, most: int, of_group: int | None = None) -> tuple[Columns, Floats]:
        """Return some `most` columns of least reduced cost, and that (`Lattice.cheapest`)."""
        return self.lattice.cheapest(self.relaxation.duals, most, of_group)

    def below(self, limit_cents: float) -> tuple[Columns, Floats]:
        """Return all columns that are priced below a limit, and their price (`Lattice.below`)."""
        return self.lattice.below(self.relaxation.duals, limit_cents)

    def settled(self, tell: Tell, late: Callable[[], bool]) -> "Pool":
        """Return the pool with its relaxation, which was cut off, taken on, until it gets late."""
        return self._relaxed(SETTLED, tell, late)

    def blossomed(self, tell: Tell, late: Callable[[], bool]) -> "Pool":
        """Return the pool with its bound raised by blossom rows, until it gets late."""
        self.master.blossoming = True
        return self._relaxed(TIGHT, tell, late)

    def _relaxed(self, tolerance: float, tell: Tell, late: Callable[[], bool]) -> "Pool":
        """Return the pool with its relaxation taken on."""
        with self.lattice.until(late):
            found = self.master.relax(joined([]), late, tolerance, tell)
        return replace(self, relaxation=max(self.relaxation, found, key=lambda each: each.cents))

    def parted(self, tell: Tell, late: Callable[[], bool]) -> "Pool":
        """Return the pool with its bound raised by blossom rows and by parts of buckets.

        Buckets are parted as far as they may be used, until it gets late. `branched` goes on with
        the parts; `joined` ends that.
        """
        self.lattice.closely = PARTED
        return self.blossomed(tell, late)

    def joined(self) -> None:
        """Have no bucket be parted any more: other columns are those of buckets."""
        self.lattice.join_parts()

    def branched(self, tell: Tell, late: Callable[[], bool]) -> tuple[Relaxation, ...]:
        """Return relaxations of which each plan keeps one, the least bound of them raised.

        By how many drones plans use (`planner.bound.branch`), until it gets late.
        """
        with self.lattice.until(late):
            return branched(self.master, self.relaxation, late, tell)


def build_pool(
    enumerator: Enumerator,
    most: int,
    report: Report = lambda trying, done, bound_cents: None,
    late: Callable[[], bool] = lambda: False,
    tolerance: float = FINE,
) -> Pool:
    """Return the columns worth flying of one to `most` jobs, with a relaxation over all columns.

    It bounds the cost of a plan if the pool is whole; else no bound is told. It is if `most` is the
    rules' number and there are no more groups of three than are looked at. Columns that are left
    out may be worth the `tolerance`, a share of its value. When it gets `late` the relaxation is
    taken as far as it has come. Jobs that no sortie serves for what it is worth are in none of the
    columns of days of `MANY_WAYS`: to find that out column by column is most of the work there.
    """
    if len(enumerator.unserved) * len(enumerator.squads) > MANY_WAYS:
        enumerator = _servable(enumerator)
    lattice = Lattice(enumerator, late)
    groups = enumerator.alone()
    whole = most == enumerator.instance.rules.max_orders_per_sortie
    lattice.add(groups)
    for count in range(2, most + 1):
        report(f"sorties of {count} orders", count / (most + 1), 0.0)
        if count == 2:
            groups = enumerator.extended(groups)
        else:
            groups = enumerator.extended(lattice.flyable(count - 1), MOST_LARGE_GROUPS)
            if sum(len(each) for each in groups) > MOST_LARGE_GROUPS:
                whole = False
                break
        lattice.add(groups)

    def tell(bound_cents: float) -> None:
        report("relaxation of all sorties", 0.9, bound_cents if whole else 0.0)

    master = Master(prices_of(enumerator), lattice)
    duals = master.started(guesses(enumerator))
    columns, price = lattice.near(duals.generous(GENEROUS), NEAR_CENTS)
    master.relax(columns.take(few(columns.jobs, price, ENTERING)), late, ROUGH, tell)
    # Prices are about right now: what is near them is bounded finely.
    lattice.closely = FINELY
    relaxation = master.relax(joined([]), late, tolerance, tell)
    return Pool(lattice, master, relaxation, whole)


def _servable(enumerator: Enumerator) -> Enumerator:
    """Return an enumerator of the sorties of jobs that may cost less than any sortie is worth."""
    sharing, dearest = _sharing(enumerator)
    return enumerator.of(frozenset(np.flatnonzero(sharing < dearest).tolist()))


def _sharing(enumerator: Enumerator) -> tuple[Floats, float]:
    """Return what sorties cost at least that serve each job and others, and the most of it known.

    That is more than any sortie is worth, so no sortie may serve a job that costs as much.
    """
    most = enumerator.instance.rules.max_orders_per_sortie
    dearest = float(most * enumerator.unserved.max(initial=0.0) + _beside_cents(enumerator))
    return sharing_cents(enumerator, np.full(len(enumerator.unserved), dearest)), dearest


def prices_of(enumerator: Enumerator) -> Prices:
    """Return what leaving out orders costs, and drones by flock."""
    instance = enumerator.instance
    return Prices(
        enumerator.unserved,
        np.full(len(instance.at_own_cruise), float(instance.prices.drone_day_cents)),
        limits_of(instance),
        TIMES,
        np.array([squad.flock for squad in instance.squads], dtype=np.int64),
    )


def cover_worth(enumerator: Enumerator) -> Floats:
    """Return what jobs are worth by pairs of them at their best time of day, in all a bound.

    The duals p of the least cost of covering all jobs by sorties of one or two, fractions allowed.
    They keep p_i <= c_i and p_i + p_j <= 2/k c_ij, where a sortie has k jobs at most. As a sortie
    costs no less than any two of its jobs, adding that up over its pairs gives that its jobs' duals
    add up to no more than it costs; so their sum bounds every plan. c_i is what it costs to serve
    a job, whatever else is served; one that no sortie may serve is in no pair.
    """
    count, most = len(enumerator.unserved), enumerator.instance.rules.max_orders_per_sortie
    sharing, dearest = _sharing(enumerator)
    alone = np.minimum(sharing - _beside_cents(enumerator), enumerator.unserved)
    if most == 1:
        return _lowered(alone)
    pairs, cents = [np.empty((0, 2), dtype=np.int64)], [np.empty(0)]
    for squad, _, groups, profiles in enumerator.profiles(enumerator.extended(enumerator.alone())):
        cost = enumerator.least_cents(squad, profiles) * 2 / most
        pays = cost < alone[groups].sum(axis=1)
        pays &= sharing[groups].max(axis=1) < dearest
        pairs.append(groups[pays].astype(np.int64))
        cents.append(cost[pays])
    pair, cost = np.concatenate(pairs), np.concatenate(cents)
    # The cheapest way to fly each pair.
    order = np.argsort(cost, kind="stable")
    _, first = np.unique(pair[order], axis=0, return_index=True)
    pair, cost = pair[order][first], cost[order][first]
    cover = np.concatenate((pair.ravel(), np.arange(count)))
    column = np.concatenate((np.repeat(np.arange(len(pair)), 2), len(pair) + np.arange(count)))
    shape = count, len(pair) + count
    solution = minimise(
        np.concatenate((cost, alone)),
        csr_matrix((np.ones(len(cover)), (cover, column)), shape=shape),
        np.ones(count),
        np.full(count, np.inf),
        np.full(shape[1], np.inf),
    )
    return _lowered(solution.duals)


def alone_worth(enumerator: Enumerator) -> Floats:
    """Return what jobs are worth alone: what they add to a bound on a day with others besides.

    A sortie of several jobs costs no less than any that serves one of them and others; so if it has
    at most `k`, it costs no less than a k-th of these costs added up. A job that no sortie may
    serve is worth what leaving it out costs.
    """
    most, unserved = enumerator.instance.rules.max_orders_per_sortie, enumerator.unserved
    beside = _beside_cents(enumerator)
    sharing = sharing_cents(enumerator, np.maximum(most * unserved, unserved + beside))
    return _lowered(np.minimum(sharing / most, sharing - beside))


def _beside_cents(enumerator: Enumerator) -> float:
    """Return what the work for other jobs of a sortie costs at most, of what is counted of it."""
    prices = enumerator.instance.prices
    return math.ceil(beside_s(enumerator) * prices.drone_minute_cents / 60)


def _lowered(worth: Floats) -> Floats:
    """Return worth that is surely kept, lower by more than programmes and single precision err."""
    found: Floats = np.maximum(0.0, worth * (1 - ROUNDING) - ROUNDING_CENTS)
    return found


def guesses(enumerator: Enumerator) -> Iterator[Duals]:
    """Yield duals to start from: jobs worth a share of what they cost alone, hours priced."""
    instance = enumerator.instance
    least, takes_s = enumerator.unserved.copy(), np.zeros(len(enumerator.unserved))
    for squad, _, groups, profiles in enumerator.profiles(enumerator.alone()):
        cents = enumerator.least_cents(squad, profiles)
        job = groups[:, 0]
        cheaper = cents < least[job]
        least[job[cheaper]] = cents[cheaper]
        takes_s[job[cheaper]] = profiles.seconds[cheaper]
    unflown = takes_s == 0.0  # alone at any rate: the best guess is that they are left out
    instants_s = np.arange(TIMES) * FINE_S
    worked = np.array(
        [
            (squad.from_s <= instants_s) & (instants_s <= squad.until_s)
            for squad in instance.at_own_cruise
        ]
    )
    second_cents = instance.prices.drone_minute_cents / 60
    # Others count in buckets that are parted.
    bucket = np.arange(TIMES) % PARTS == 0
    for scarcity, share in product(SCARCITY, SHARES_ALONE):
        price = scarcity * second_cents
        cover = np.minimum(enumerator.unserved, share * (least + price * takes_s))
        cover[unflown] = enumerator.unserved[unflown]
        link = np.zeros((len(worked), len(cover)))
        yield plain_duals(cover, -price * BUCKET_S * (worked & bucket), link)


SCARCITY = (0.0, 1.0)
"""Prices of a drone's time that are guessed, over what it costs."""

SHARES_ALONE = (0.5, 0.7)
"""Worth of jobs that is guessed, over what they cost alone."""

GENEROUS = 1.1
"""What jobs count as worth when the first columns are looked for, over the duals."""

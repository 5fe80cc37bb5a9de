"""The linear relaxation of a partition: a bound, and the least that a choice with a trip costs.

Minimise sum c x + sum p u + sum d y over trips x, jobs left out u and drones y by squad, with

    cover:  sum over trips serving j of x + u_j >= 1              each job j
    span:   sum of the parts of a span that trips take x <= y_q   each squad q, some spans
    triple: sum over trips serving two of three jobs of x <= 1    some triples
    0 <= y_q <= number of drones of q

`planner.partition.cuts` says what the rows are. Any duals bound every choice from below (Lagrange),
so the bound does not rest on the linear solver.
"""

from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import csr_matrix, hstack, identity

from planner.arrays import Floats, Ints
from planner.linear import minimise
from planner.partition.cuts import Rows, broken_spans, broken_triples
from planner.partition.partition import Offer, Trips, incidence, stacked

ENTERING = 12
"""Trips that enter for a job at a time."""

TRIPLES = 25
"""Rows of three jobs that are added at a time."""

NO_ROWS = Rows()

NEAR = 0.02
"""Trips whose reduced cost is a larger share of the bound leave when triples are added."""


@dataclass(frozen=True)
class Relaxation:
    """`bound` is below the cost of every choice; that of one with a trip by `reduced` more.

    `value` is the fractional choice of least cost; `rows` are those that have a price.
    """

    bound: float
    reduced: Floats
    value: Floats
    rows: Rows


@dataclass(frozen=True)
class _Duals:
    """What covers are worth, and what the other rows cost; none is negative."""

    cover: Floats
    span: Floats
    triple: Floats


def relax(offer: Offer, trips: Trips, rows: Rows = NO_ROWS, rounds: int = 20) -> Relaxation:
    """Return the solved relaxation, starting from some rows; cuts enter in `rounds` at most.

    It is solved on few trips; others enter, and broken rows, until there are none.
    """
    solver = _Solver(offer, trips, rows)
    picked = _few(trips, trips.cost.astype(float), np.arange(len(trips)))
    while True:
        value, duals = solver.solve(picked)
        reduced = solver.reduced(duals)
        outside = np.ones(len(trips), dtype=bool)
        outside[picked] = False
        entering = _few(trips, reduced, np.flatnonzero(outside & (reduced < -1e-6)))
        if solver.add_spans(value, wide=False) or len(entering):
            picked = np.union1d(picked, entering)
            continue
        bound = solver.bound(duals, reduced)
        rounds -= 1
        if rounds < 0 or not (solver.add_triples(value) + solver.add_spans(value, wide=True)):
            return Relaxation(bound, reduced, value, solver.rows)
        picked = np.flatnonzero((value > 0) | (~outside & (reduced < NEAR * bound)))


def _few(trips: Trips, reduced: Floats, of: Ints) -> Ints:
    """Return for each job its few of least reduced cost."""
    order = of[np.argsort(reduced[of], kind="stable")]
    jobs = trips.jobs[order]
    found = np.zeros(len(order), dtype=bool)
    for slot in range(jobs.shape[1]):
        by_job = np.argsort(jobs[:, slot], kind="stable")
        ordered = jobs[by_job, slot]
        rank = np.arange(len(ordered)) - np.searchsorted(ordered, ordered)
        found[by_job[(rank < ENTERING) & (ordered >= 0)]] = True
    return np.sort(order[found])


class _Solver:
    """The programme over all trips with its rows."""

    def __init__(self, offer: Offer, trips: Trips, rows: Rows) -> None:
        self.offer = offer
        self.trips = trips
        self.rows = rows
        self.jobs = len(offer.unserved)
        self.serving = trips.serving(self.jobs)
        self.taken = rows.taken(trips)
        self.counted = rows.counted(self.serving)

    def solve(self, picked: Ints) -> tuple[Floats, _Duals]:
        """Return the value of every trip, only those `picked` above 0, and the duals."""
        offer, jobs, squads = self.offer, self.jobs, len(self.offer.drones)
        spans, triples = len(self.rows.squad), len(self.rows.triples)
        matrix = stacked(
            [
                [self.serving[picked].T, identity(jobs), None],
                [self.taken[picked].T, None, -incidence(self.rows.squad, squads)],
                [self.counted[picked].T, None, csr_matrix((triples, squads))],
            ],
        )
        lower = np.concatenate((np.ones(jobs), np.full(spans + triples, -np.inf)))
        upper = np.concatenate((np.full(jobs, np.inf), np.zeros(spans), np.ones(triples)))
        ceiling = np.concatenate((np.full(len(picked) + jobs, np.inf), offer.drones))
        cost = np.concatenate((self.trips.cost[picked], offer.unserved, offer.day)).astype(float)
        found = minimise(cost, matrix, lower, upper, ceiling)
        value = np.zeros(len(self.trips))
        value[picked] = found.variables[: len(picked)]
        cover, span, triple = np.split(found.duals, [jobs, jobs + spans])
        return value, _Duals(np.maximum(0, cover), np.maximum(0, -span), np.maximum(0, -triple))

    def reduced(self, duals: _Duals) -> Floats:
        """Return the reduced cost of every trip."""
        charged = self.taken @ duals.span + self.counted @ duals.triple
        found: Floats = self.trips.cost - self.serving @ duals.cover + charged
        return found

    def bound(self, duals: _Duals, reduced: Floats) -> float:
        """Return the Lagrangian bound: a trip that is worth more than it costs is chosen once."""
        offer = self.offer
        day = offer.day - np.bincount(self.rows.squad, duals.span, len(offer.drones))
        return float(
            duals.cover.sum()
            - duals.triple.sum()
            + np.minimum(0.0, offer.unserved - duals.cover).sum()
            + (np.minimum(0.0, day) * offer.drones).sum()
            + np.minimum(0.0, reduced).sum()
        )

    def add_spans(self, value: Floats, *, wide: bool) -> int:
        """Add some spans that a fractional choice breaks; return how many."""
        new = broken_spans(self.offer, self.trips, value, wide=wide)
        if len(new.squad):
            self.rows = self.rows.with_spans(new)
            self.taken = csr_matrix(hstack([self.taken, new.taken(self.trips)]))
        return len(new.squad)

    def add_triples(self, value: Floats) -> int:
        """Add some triples that a fractional choice breaks; return how many."""
        triples = broken_triples(self.serving, value, TRIPLES)
        if len(triples):
            every = np.concatenate((self.rows.triples, triples))
            self.rows = replace(self.rows, triples=every)
            self.counted = self.rows.counted(self.serving)
        return len(triples)

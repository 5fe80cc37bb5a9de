"""Rows that every choice of trips keeps, and that a fractional or untimed choice may break.

- *spans*: in a span of time the drones of a squad have so much time together, and a trip takes what
  it is surely under way in it. An instant is a span of length 1. Erschler, Lopez, Thuriot (1991).
- *triples*: at most one trip serves two of any three jobs, or all three. Jepsen, Petersen,
  Spoorendonk, Pisinger (2008), Operations Research 56(2), 497-511.
"""

from dataclasses import dataclass, field, replace

import numpy as np
from scipy.sparse import csr_matrix

from planner.arrays import Floats, Ints
from planner.partition.partition import Offer, Trips

LEAST_EXCESS = 0.03
"""A triple that is broken by less is not worth a row."""

SPANS = 8
"""Spans that are added at a time."""

_NONE = np.empty(0, dtype=np.int64)


@dataclass(frozen=True)
class Rows:
    """Rows beside the covers: spans by squad, triples of jobs."""

    squad: Ints = field(default_factory=lambda: _NONE)
    begin: Ints = field(default_factory=lambda: _NONE)
    end: Ints = field(default_factory=lambda: _NONE)
    triples: Ints = field(default_factory=lambda: _NONE.reshape(0, 3))

    def taken(self, trips: Trips) -> csr_matrix:
        """Return the part of each span that a trip (row) surely takes."""
        part = least_overlap(trips, self.begin, self.end) / (self.end - self.begin)
        return csr_matrix(np.where(trips.squad[:, None] == self.squad, part, 0.0))

    def counted(self, serving: csr_matrix) -> csr_matrix:
        """Return which trips (rows) serve two jobs or more of each triple, as 0 and 1."""
        member = csr_matrix(
            (np.ones(self.triples.size), (self.triples.ravel(), np.arange(self.triples.size) // 3)),
            shape=(serving.shape[1], len(self.triples)),
        )
        return csr_matrix(serving @ member >= 1.5, dtype=float)

    def with_spans(self, more: "Rows") -> "Rows":
        """Return the rows with the spans of others."""
        return replace(
            self,
            squad=np.concatenate((self.squad, more.squad)),
            begin=np.concatenate((self.begin, more.begin)),
            end=np.concatenate((self.end, more.end)),
        )


def least_overlap(trips: Trips, begin: Ints, end: Ints) -> Ints:
    """Return how long each trip (row) is under way in each span at least, wherever it starts."""
    soon = (trips.first + trips.length)[:, None] - begin
    late = end - trips.last[:, None]
    both = np.minimum(trips.length[:, None], end - begin)
    found: Ints = np.maximum(0, np.minimum(both, np.minimum(soon, late)))
    return found


def broken_spans(offer: Offer, trips: Trips, value: Floats, *, wide: bool) -> Rows:
    """Return spans in which a choice, fractional or not, takes more than a squad's drones have.

    Instants, or spans between starts and ends if `wide`; a few that are broken most.
    """
    found = []
    for squad, drones in enumerate(offer.drones):
        own = np.flatnonzero((value > 1e-9) & (trips.squad == squad))
        mine, weight = trips.take(own), value[own]
        begin, end = _spans(mine) if wide else (np.unique(mine.last), np.unique(mine.last) + 1)
        excess = weight @ least_overlap(mine, begin, end) - drones * (end - begin)
        share = excess / np.maximum(1, end - begin)
        order = np.argsort(-share, kind="stable")[: SPANS if wide else 3 * SPANS]
        order = order[share[order] > 1e-5]
        found.append((np.full(len(order), squad), begin[order], end[order]))
    squads, begins, ends = (np.concatenate(each) for each in zip(*found, strict=True))
    return Rows(squads, begins, ends)


def _spans(trips: Trips) -> tuple[Ints, Ints]:
    """Return the spans in which a sum of least overlaps can be greatest."""
    soon, late = trips.first + trips.length, trips.last + trips.length
    begins = np.unique(np.concatenate((trips.first, trips.last, soon)))
    ends = np.unique(np.concatenate((trips.last, soon, late)))
    begin, end = np.repeat(begins, len(ends)), np.tile(ends, len(begins))
    return begin[end > begin + 1], end[end > begin + 1]


def broken_triples(serving: csr_matrix, value: Floats, most: int) -> Ints:
    """Return the `most` triples of jobs that a fractional choice of trips breaks most.

    Of those that share two jobs with a worse one none is returned: one row mends both, as a rule.
    """
    used = np.flatnonzero((value > 1e-6) & (value < 1 - 1e-6))
    rows = serving[used].toarray()
    asked = np.flatnonzero(rows.any(axis=0))
    rows = rows[:, asked]
    weighed = rows * value[used][:, None]
    pair = rows.T @ weighed
    found = [np.empty((0, 4))]
    for at in range(len(asked)):
        # Two of three: every pair once, less all three twice.
        triple = rows.T @ (weighed * rows[:, [at]])
        excess = pair[at][:, None] + pair[at][None, :] + pair - 2 * triple - 1
        excess[: at + 1] = 0
        one, two = np.nonzero(np.triu(excess > LEAST_EXCESS, 1))
        found.append(np.column_stack((excess[one, two], np.full(len(one), at), one, two)))
    every = np.concatenate(found)
    kept: list[list[int]] = []
    for row in every[np.argsort(-every[:, 0], kind="stable"), 1:].astype(np.int64).tolist():
        if len(kept) < most and all(len({*each, *row}) > 4 for each in kept):
            kept.append(row)
    triples: Ints = asked[np.array(kept, dtype=np.int64).reshape(-1, 3)]
    return triples

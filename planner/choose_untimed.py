"""The choice among trips as an integer programme that knows the fleet by rows only, and its timing.

HiGHS chooses; the choice is timed; where it cannot be flown a span that it breaks or the conflict
of its trips becomes a row, and HiGHS chooses again. What it chooses costs no more than what can be
flown, so the first choice that can be flown is the best.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import bmat, csr_matrix, diags_array, identity, vstack

from planner.cuts import Rows, broken_spans
from planner.partition import Choice, Ints, Offer, Trips, incidence
from planner.timing import Conflict, conflict_of, starts_of

UNIT = 1000.0
"""HiGHS tells figures apart to some 1e-6, so costs are given to it in larger units."""

OPTIMAL, INFEASIBLE = 0, 2
"""How HiGHS ends, as scipy has it."""


def choose_untimed(
    offer: Offer, trips: Trips, rows: Rows, target: int, left_s: Callable[[], float]
) -> Choice | None:
    """Return the best choice of trips that costs `target` at most, None if there is none.

    Raises TimeoutError when `left_s`, the seconds left, comes to 0.
    """
    conflicts: list[Conflict] = []
    while True:
        found = _choose(offer, trips, rows, conflicts, target, left_s())
        if found is None:
            return None
        chosen, unserved, used = found
        starts, broken = np.zeros(len(chosen), dtype=np.int64), False
        for squad, drones in enumerate(used.tolist()):
            own = trips.squad[chosen] == squad
            flown = trips.take(chosen[own])
            times = starts_of(flown, drones)
            if times is not None:
                starts[own] = times
                continue
            broken = True
            spans = broken_spans(replace(offer, drones=used), flown, np.ones(len(flown)), wide=True)
            rows = rows.with_spans(spans)
            if not len(spans.squad):
                conflicts.append(conflict_of(flown, drones, trips.take(trips.squad == squad)))
        if not broken:
            cost = trips.cost[chosen].sum() + offer.unserved[unserved].sum() + offer.day @ used
            return Choice(chosen, starts, unserved, int(cost))


def _choose(
    offer: Offer,
    trips: Trips,
    rows: Rows,
    conflicts: list[Conflict],
    target: int,
    left_s: float,
) -> tuple[Ints, Ints, Ints] | None:
    """Return the trips, jobs left out and drones by squad of least cost, or None.

    Variables: trips, jobs left out, drones by squad; and for each conflict whether more drones are
    used than are in it, for then its trips may be flown all.
    """
    jobs, squads, spans, triples = (
        len(each) for each in (offer.unserved, offer.drones, rows.squad, rows.triples)
    )
    if left_s <= 0:
        raise TimeoutError("the best choice was not proven in time")
    count, serving = len(conflicts), trips.serving(jobs)
    squad = np.array([each.squad for each in conflicts], dtype=np.int64)
    drones = np.array([each.drones for each in conflicts], dtype=np.int64)
    counted = np.array([each.counted(trips) for each in conflicts], dtype=float)
    cost = np.concatenate((trips.cost, offer.unserved, offer.day, np.zeros(count))) / UNIT
    matrix = vstack(
        [
            bmat(
                [
                    [serving.T, identity(jobs), None, None],
                    [rows.taken(trips).T, None, -incidence(rows.squad, squads), None],
                    [rows.counted(serving).T, None, None, None],
                    [csr_matrix(counted.reshape(count, len(trips))), None, None, -identity(count)],
                    [None, None, -incidence(squad, squads), diags_array(drones + 1.0)],
                ]
            ),
            csr_matrix(cost),
        ]
    )
    least = np.repeat([1.0, -np.inf], [jobs, matrix.shape[0] - jobs])
    members = [len(each.demands) - 1.0 for each in conflicts]
    most = np.repeat([1.0, 0.0, 1.0], [jobs, spans, triples])
    most = np.concatenate((most, members, np.zeros(count), [target / UNIT]))
    more = drones < offer.drones[squad]
    ceiling = np.concatenate((np.ones(len(trips)), offer.unserved <= target, offer.drones, more))
    found = milp(
        cost,
        integrality=np.ones(len(cost)),
        bounds=Bounds(0, ceiling),
        constraints=LinearConstraint(matrix.tocsc(), least, most),
        options={"mip_rel_gap": 0.0, "time_limit": left_s},
    )
    if found.status == INFEASIBLE:
        return None
    if found.status != OPTIMAL:
        raise TimeoutError("the best choice was not proven in time")
    flown, left, used, _ = np.split(np.rint(found.x), np.cumsum((len(trips), jobs, squads)))
    return np.flatnonzero(flown), np.flatnonzero(left), used.astype(np.int64)

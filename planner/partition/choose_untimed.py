"""The choice among trips as an integer programme that knows the fleet by rows only; then its times.

HiGHS chooses; the choice is timed; where it cannot be flown the conflict of its trips becomes a
row, and HiGHS is to choose again. What it chooses costs no more than what can be flown, so the
first choice that can be flown is the best.
"""

from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_matrix, diags_array, identity

from planner.arrays import Ints
from planner.partition.cuts import Rows
from planner.partition.partition import Choice, Offer, Trips, incidence, stacked
from planner.partition.timing import Conflict, conflict_of, starts_of

UNIT = 1000.0
"""HiGHS tells figures apart to some 1e-6, so costs are given to it in larger units."""

NEVER = 2**62
"""More than anything costs."""

OPTIMAL, INFEASIBLE = 0, 2
"""How HiGHS ends, as scipy has it."""


@dataclass
class Known:
    """What is known of the fleet so far; rows and conflicts hold for every choice."""

    rows: Rows
    conflicts: list[Conflict] = field(default_factory=list)


def choose_untimed(
    offer: Offer, trips: Trips, parts: Trips, whole: Ints, known: Known, target: int, left_s: float
) -> tuple[int, Choice | None]:
    """Return what every choice of trips costs at least, and such a choice if it can be flown.

    HiGHS chooses among `parts`, trips with their starts divided; `whole` tells whose each is. If it
    cannot be flown, `known` grows. The target only bars what costs more by itself: as a row of its
    own it makes HiGHS slow. Raises TimeoutError if `left_s` is not enough.
    """
    found = _choose(offer, parts, known, target, left_s)
    if found is None:
        return NEVER, None
    chosen, unserved, used = whole[found[0]], *found[1:]
    cost = int(trips.cost[chosen].sum() + offer.unserved[unserved].sum() + offer.day @ used)
    starts, flown = np.zeros(len(chosen), dtype=np.int64), True
    for squad, drones in enumerate(used.tolist()):
        own = trips.squad[chosen] == squad
        mine = trips.take(chosen[own])
        times = starts_of(mine, drones)
        if times is not None:
            starts[own] = times
            continue
        flown, pool = False, trips.take(trips.squad == squad)
        # As many conflicts as there are side by side: one trip of each is taken out.
        while len(mine) and starts_of(mine, drones) is None:
            conflict = conflict_of(mine, squad, drones, pool)
            known.conflicts.append(conflict)
            mine = mine.take(np.arange(len(mine)) != np.argmax(conflict.counted(mine)))
    return cost, Choice(chosen, starts, unserved, cost) if flown else None


def _choose(
    offer: Offer,
    trips: Trips,
    known: Known,
    target: int,
    left_s: float,
) -> tuple[Ints, Ints, Ints] | None:
    """Return the trips, jobs left out and drones by squad of least cost, None if there are none.

    Variables: trips, jobs left out, drones by squad; and for each conflict whether more drones are
    used than are in it, for then its trips may be flown all.
    """
    rows, conflicts = known.rows, known.conflicts
    jobs, squads, spans, triples = (
        len(each) for each in (offer.unserved, offer.drones, rows.squad, rows.triples)
    )
    if left_s <= 0:
        raise TimeoutError("the best choice was not proven in time")
    count, serving = len(conflicts), trips.serving(jobs)
    squad = np.array([each.squad for each in conflicts], dtype=np.int64)
    drones = np.array([each.drones for each in conflicts], dtype=np.int64)
    counted = np.array([each.counted(trips) for each in conflicts], dtype=float)
    cost = np.concatenate((trips.cost, offer.unserved, offer.day, np.zeros(count))).astype(float)
    matrix = stacked(
        [
            [serving.T, identity(jobs), None, None],
            [rows.taken(trips).T, None, -incidence(rows.squad, squads), None],
            [rows.counted(serving).T, None, None, None],
            [csr_matrix(counted.reshape(count, len(trips))), None, None, -identity(count)],
            [None, None, -incidence(squad, squads), diags_array(drones + 1.0)],
        ],
    )
    least = np.repeat([1.0, -np.inf], [jobs, matrix.shape[0] - jobs])
    members = [len(each.demands) - 1.0 for each in conflicts]
    most = np.repeat([1.0, 0.0, 1.0], [jobs, spans, triples])
    most = np.concatenate((most, members, np.zeros(count)))
    more = drones < offer.drones[squad]
    ceiling = np.concatenate((np.ones(len(trips)), offer.unserved <= target, offer.drones, more))
    # Drones that cost nothing are all there.
    floor = np.zeros(len(cost))
    floor[len(trips) + jobs :][:squads] = np.where(offer.day == 0, offer.drones, 0)
    found = milp(
        cost / UNIT,
        integrality=np.ones(len(cost), dtype=np.int64),
        bounds=Bounds(floor, ceiling),
        constraints=LinearConstraint(matrix, least, most),
        options={"mip_rel_gap": 0.0, "time_limit": left_s},
    )
    if found.status == INFEASIBLE:
        return None
    if found.status != OPTIMAL or found.x is None:
        raise TimeoutError("the best choice was not proven in time")
    flown, left, used, _ = np.split(np.rint(found.x), np.cumsum((len(trips), jobs, squads)))
    return np.flatnonzero(flown), np.flatnonzero(left), used.astype(np.int64)

"""The choice among few trips as a constraint programme: CP-SAT with one interval a trip."""

from dataclasses import dataclass

import numpy as np
from ortools.sat.python import cp_model
from scipy.sparse import csc_matrix

from planner.partition.cuts import Rows
from planner.partition.partition import Choice, Offer, Trips


@dataclass(frozen=True)
class Tried:
    """What a search with limited effort found: the best choice if any, and whether it is proven.

    `proven` without a choice says that none costs the target or less.
    """

    choice: Choice | None
    proven: bool


def choose_timed(offer: Offer, trips: Trips, rows: Rows, target: int, effort: float) -> Tried:
    """Return the best choice of trips that costs `target` at most, as far as `effort` goes.

    Effort is CP-SAT's own seconds: the same on every machine.
    """
    model = cp_model.CpModel()
    flown = [model.new_bool_var("") for _ in range(len(trips))]
    left = [model.new_bool_var("") for _ in offer.unserved.tolist()]
    used = [model.new_int_var(0, most, "") for most in offer.drones.tolist()]
    starts = [
        model.new_int_var(first, last, "")
        for first, last in zip(trips.first.tolist(), trips.last.tolist(), strict=True)
    ]
    serving = trips.serving(len(left)).tocsc()
    for job, out in enumerate(left):
        model.add_exactly_one([out, *(flown[at] for at in _of(serving, job))])
    counted = rows.counted(trips.serving(len(left))).tocsc()
    for triple in range(counted.shape[1]):
        model.add_at_most_one(flown[at] for at in _of(counted, triple))
    for squad, drones in enumerate(used):
        own = np.flatnonzero(trips.squad == squad).tolist()
        intervals = [
            model.new_optional_fixed_size_interval_var(
                starts[at], int(trips.length[at]), flown[at], ""
            )
            for at in own
        ]
        model.add_cumulative(intervals, [1] * len(own), drones)
    cost = cp_model.LinearExpr.weighted_sum(
        [*flown, *left, *used],
        [*trips.cost.tolist(), *offer.unserved.tolist(), *offer.day.tolist()],
    )
    model.add(cost <= target)
    model.minimize(cost)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.max_deterministic_time = effort
    status = solver.solve(model)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return Tried(None, status == cp_model.INFEASIBLE)
    chosen = [at for at, each in enumerate(flown) if solver.value(each)]
    return Tried(
        Choice(
            np.array(chosen, dtype=np.int64),
            np.array([solver.value(starts[at]) for at in chosen], dtype=np.int64),
            np.array([job for job, out in enumerate(left) if solver.value(out)], dtype=np.int64),
            round(solver.objective_value),
        ),
        status == cp_model.OPTIMAL,
    )


def _of(matrix: csc_matrix, column: int) -> list[int]:
    """Return the rows of a column of a matrix by columns."""
    found: list[int] = matrix.indices[matrix.indptr[column] : matrix.indptr[column + 1]].tolist()
    return found

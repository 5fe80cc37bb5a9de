"""Recreate: absent jobs go back one by one, each where it costs least, now and then overlooked."""

import numpy as np

from planner.compiled import compiled
from planner.strings.change import place_job
from planner.strings.insert import (
    EXTRA,
    LOAD_AFTER,
    NUMBER,
    OPENS,
    UNLOAD_AFTER,
    VEHICLE,
    try_alone,
    try_delivery,
)
from planner.strings.insert_pair import try_pair
from planner.strings.problem import PAIRED, PRICE
from planner.strings.state import ABSENT

BLINK = 0.01
"""Share of better places that are overlooked."""

RANDOM, LOADS, FAR, CLOSE, SHORT, EARLY, LATE = range(7)
"""Rows of a problem's keys."""

WEIGHTS = np.array([4, 4, 2, 1, 2, 2, 2])
"""How often jobs go back in each order; the paper's for time windows."""

SUMS = np.cumsum(WEIGHTS)


@compiled
def sort_jobs(problem, loose, count):  # type: ignore[no-untyped-def]
    """Sort the first jobs of `loose` by a key drawn at random, equals shuffled."""
    drawn, row = np.random.randint(SUMS[-1]), 0
    while SUMS[row] <= drawn:
        row += 1
    for at in range(count - 1, 0, -1):
        other = np.random.randint(at + 1)
        loose[at], loose[other] = loose[other], loose[at]
    if row == RANDOM:
        return
    for at in range(1, count):
        job, key, slot = loose[at], problem.keys[row, loose[at]], at
        while slot and problem.keys[row, loose[slot - 1]] > key:
            loose[slot] = loose[slot - 1]
            slot -= 1
        loose[slot] = job


@compiled
def recreate(problem, state, loose, count, vehicles, touched, best):  # type: ignore[no-untyped-def]
    """Put the first jobs of `loose` on some vehicles; note those that are `touched`.

    A job that costs less to leave out than to serve stays absent. Vehicles are looked at in an
    order drawn anew, so that none is the first of equals. `best` is room for a place.
    """
    for at in range(len(vehicles) - 1, 0, -1):
        other = np.random.randint(at + 1)
        vehicles[at], vehicles[other] = vehicles[other], vehicles[at]
    for number in range(count):
        job = loose[number]
        best[EXTRA], best[VEHICLE] = problem.jobs[job, PRICE], ABSENT
        if problem.jobs[job, PAIRED]:
            try_pair(problem, state, job, vehicles, BLINK, best)
        else:
            try_delivery(problem, state, job, vehicles, BLINK, best)
        try_alone(problem, state, job, vehicles, best)
        vehicle = best[VEHICLE]
        if vehicle != ABSENT:
            touched[vehicle] = True
            place_job(
                problem, state, job, vehicle, best[NUMBER], best[LOAD_AFTER], best[UNLOAD_AFTER],
                best[OPENS],
            )  # fmt: skip

"""Ruin, recreate, and keep what simulated annealing accepts."""

import math

import numpy as np

from planner.compiled import compiled, compiled_with_arrays
from planner.strings.change import copy_vehicle, refresh
from planner.strings.problem import PRICE
from planner.strings.recreate import recreate, sort_jobs
from planner.strings.ruin import ruin
from planner.strings.state import ABSENT, LENGTH

JOINING = 10
"""Absent jobs that join what was taken off, at most."""


@compiled
def join_absent(state, loose, count):  # type: ignore[no-untyped-def]
    """Note some absent jobs beside those taken off; return how many there are then."""
    jobs, taken = len(state.of), count
    first = np.random.randint(jobs)
    for turn in range(jobs):
        job = (first + turn) % jobs
        if state.of[job] == ABSENT:
            known = False
            for number in range(taken):
                known = known or loose[number] == job
            if not known:
                loose[count] = job
                count += 1
                if count == taken + JOINING:
                    break
    return count


@compiled
def accept(problem, state, kept, loose, count, touched, vehicles, spent):  # type: ignore[no-untyped-def]
    """Make `kept` what `state` is, or `state` what `kept` is if that costs more than `spent`.

    Returns how many more jobs are absent than were in `kept`. Both differ in `loose` jobs and in
    the vehicles `touched`, which are noted no more.
    """
    more, absent = 0, 0
    for vehicle in vehicles:
        if touched[vehicle]:
            more += state.spent[vehicle] - kept.spent[vehicle]
    for number in range(count):
        job = loose[number]
        if state.of[job] == ABSENT:
            more += problem.jobs[job, PRICE]
            absent += 1
        if kept.of[job] == ABSENT:
            more -= problem.jobs[job, PRICE]
            absent -= 1
    good = more <= spent
    for number in range(count):
        job = loose[number]
        if good:
            kept.of[job] = state.of[job]
        else:
            state.of[job] = ABSENT
    for vehicle in vehicles:
        if touched[vehicle]:
            touched[vehicle] = False
            if good:
                copy_vehicle(state, kept, vehicle)
                kept.spent[vehicle] = state.spent[vehicle]
            else:
                copy_vehicle(kept, state, vehicle)
                refresh(problem, state, vehicle)
    return absent if good else 0


@compiled_with_arrays
def anneal(problem, state, kept, vehicles, seed, steps, hot, cold):  # type: ignore[no-untyped-def]
    """Better a state by a number of steps; only some `vehicles` take jobs.

    `kept` equals `state` before and after. Temperatures fall from `hot` to `cold`.
    """
    np.random.seed(seed)
    jobs = len(state.of)
    loose = np.empty(2 * jobs + JOINING, dtype=np.int64)
    touched = np.zeros(len(problem.kind), dtype=np.bool_)
    ruined = np.zeros(state.trips.shape[:2], dtype=np.bool_)
    place = np.empty(6, dtype=np.int64)
    absent = 0
    for job in range(jobs):
        absent += state.of[job] == ABSENT
    for step in range(steps):
        trips, stops = 0, 0
        if step % 64 == 0:
            for vehicle in vehicles:
                trips += state.trip_count[vehicle]
                for trip in range(state.trip_count[vehicle]):
                    stops += state.trips[vehicle, trip, LENGTH]
            mean = stops / max(1, trips)
        temperature = hot * (cold / hot) ** (step / steps)
        count = ruin(problem, state, vehicles, mean, loose, touched, ruined)
        if absent:
            count = join_absent(state, loose, count)
        sort_jobs(problem, loose, count)
        recreate(problem, state, loose, count, vehicles, touched, place)
        spent = -temperature * math.log(1 - np.random.random())
        absent += accept(problem, state, kept, loose, count, touched, vehicles, spent)

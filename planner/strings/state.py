"""The days of vehicles, and what makes it quick to tell whether one more stop fits.

A trip has slots: its depot, its nodes, its depot. For every slot is known what the slots before it
and after it ask for, so that an insertion is judged without walking the trip. Travel times are
constant, so a trip that departs in time ends at max(earliest end, departure + pure time).
"""

from typing import NamedTuple

import numpy as np

from planner.arrays import Ints
from planner.strings.problem import MOST_JOBS, MOST_TRIPS, PAIRED, Problem

ABSENT = -1

NODE, AT, DONE, PURE, LAST, LATEST, AFTER, BACK = range(8)
"""Columns of `State.slots`. Before a slot: when it is left at the earliest (DONE), travel and
service up to then (PURE), the last departure that is in time so far (LAST). After it: the last
start of service in time for all that follows (LATEST), travel and service from that start on
(AFTER), the earliest end of the trip however early one is here (BACK)."""

LENGTH, CARRIED, LASTED = range(3)
"""Columns of `State.trips`: nodes, jobs, and least time from the depot to the depot."""


class State(NamedTuple):
    """Vehicles' trips and what follows from them.

    `of` is each job's vehicle or ABSENT; `trip_count` and `spent` are each vehicle's number of
    trips and cost; `trips` [vehicle, trip, column]; `slots` [vehicle, trip, slot, column];
    `aboard` [vehicle, trip, slot, dimension] is the load when a slot is left;
    `drawn` [vehicle, trip, measure] is what a trip draws.
    """

    of: Ints
    trip_count: Ints
    spent: Ints
    trips: Ints
    slots: Ints
    aboard: Ints
    drawn: Ints


def empty_state(problem: Problem) -> State:
    """Return the state in which every job is absent."""
    vehicles, jobs = len(problem.kind), len(problem.jobs)
    trips = int(problem.classes[:, MOST_TRIPS].max(initial=1))
    slots = 2 + _most_nodes(problem)

    def zeros(*size: int) -> Ints:
        return np.zeros(size, dtype=np.int64)

    return State(
        np.full(jobs, ABSENT, dtype=np.int64),
        zeros(vehicles),
        zeros(vehicles),
        zeros(vehicles, trips, 3),
        zeros(vehicles, trips, slots, 8),
        zeros(vehicles, trips, slots, problem.load.shape[1]),
        zeros(vehicles, trips, len(problem.draws)),
    )


def copied(state: State) -> State:
    """Return a state that changes by itself."""
    return State(*(each.copy() for each in state))


def trips_of(state: State) -> list[tuple[int, tuple[int, ...]]]:
    """Return the trips of a state, each its vehicle and its nodes, in order."""
    return [
        (vehicle, tuple(state.slots[vehicle, trip, 1 : 1 + length, NODE].tolist()))
        for vehicle, count in enumerate(state.trip_count.tolist())
        for trip, length in enumerate(state.trips[vehicle, :count, LENGTH].tolist())
    ]


def _most_nodes(problem: Problem) -> int:
    """Return a number of nodes that no trip exceeds."""
    paired = problem.jobs[:, PAIRED] > 0
    pairs, alone = int(paired.sum()), int((~paired).sum())
    for dimension, most in enumerate(problem.capacity.max(axis=0)):
        loads = np.sort(problem.load[~paired, dimension])
        alone = min(alone, int((np.cumsum(loads) <= most).sum()))
    jobs = int(problem.classes[:, MOST_JOBS].max(initial=1))
    return min(2 * pairs + alone, 2 * jobs)

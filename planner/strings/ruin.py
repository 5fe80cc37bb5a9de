"""Ruin: strings of stops that are near each other are taken off some trips."""

import numpy as np

from planner.compiled import compiled
from planner.strings.change import drop_absent
from planner.strings.state import ABSENT, LENGTH, NODE

REMOVED = 10
"""Stops removed on average."""

LONGEST = 10
"""Stops of a string at most."""

SPLIT, DEEPER = 0.5, 0.01
"""How often a string keeps stops in its middle, and how often one more of them."""


@compiled
def find(state, job):  # type: ignore[no-untyped-def]
    """Return the trip and slot of a job's delivery; the job must not be absent."""
    vehicle = state.of[job]
    for trip in range(state.trip_count[vehicle]):
        for slot in range(1, state.trips[vehicle, trip, LENGTH] + 1):
            if state.slots[vehicle, trip, slot, NODE] == 2 * job + 1:
                return trip, slot
    return ABSENT, ABSENT


@compiled
def take_string(state, vehicle, trip, around, length, kept, loose, count):  # type: ignore[no-untyped-def]
    """Make jobs of a string of `length` stops around a slot absent, but for some `kept` inside.

    Their nodes stay for `drop_absent` to take. Returns how many jobs `loose` has with them.
    """
    stops = state.trips[vehicle, trip, LENGTH]
    span = min(length + kept, stops)
    low, high = max(1, around - span + 1), min(around, stops - span + 1)
    begin = low + np.random.randint(high - low + 1)
    spared = begin + 1 + np.random.randint(max(1, span - kept - 1))
    for slot in range(begin, begin + span):
        job = state.slots[vehicle, trip, slot, NODE] >> 1
        if (slot < spared or slot >= spared + kept) and state.of[job] == vehicle:
            state.of[job] = ABSENT
            loose[count] = job
            count += 1
    return count


@compiled
def ruin(problem, state, vehicles, stops, loose, touched, ruined):  # type: ignore[no-untyped-def]
    """Take strings off trips near a job drawn at random; return how many jobs are loose.

    A trip gives one string at most. `stops` is the mean number of stops of a trip. Vehicles are
    noted as `touched`; `ruined` is room for [vehicle, trip].
    """
    most = max(1.0, min(float(LONGEST), stops))
    strings = int(1 + np.random.random() * max(1.0, 4 * REMOVED / (1 + most) - 1))
    # Of a plain number another version of what is called would be compiled.
    count = np.int64(0)
    for job in problem.near[np.random.randint(len(state.of))]:
        vehicle = state.of[job]
        if vehicle == ABSENT:
            continue
        trip, slot = find(state, job)
        if ruined[vehicle, trip]:
            continue
        longest = min(most, float(state.trips[vehicle, trip, LENGTH]))
        length, kept = int(1 + np.random.random() * longest), 0
        if length > 1 and np.random.random() < SPLIT:
            kept = 1
            while np.random.random() < DEEPER:
                kept += 1
        count = take_string(state, vehicle, trip, slot, length, kept, loose, count)
        touched[vehicle] = ruined[vehicle, trip] = True
        strings -= 1
        if strings == 0:
            break
    for vehicle in vehicles:
        if touched[vehicle]:
            for trip in range(state.trip_count[vehicle]):
                ruined[vehicle, trip] = False
            drop_absent(problem, state, vehicle)
    return count

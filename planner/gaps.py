"""The gap of a drone in which a sortie costs least on the day as it is taken, in compiled code."""

from typing import NamedTuple

import numpy as np

from planner.compiled import compiled
from planner.fly import TRIES, copy_trip, fly
from planner.fly_records import NONE
from planner.tables import Ints

CHOICE = np.dtype([(name, "i8") for name in ("squad", "flock", "start_s", "takeoff_s", "takes_s")])
"""A squad of a flock that may fly a sortie: from when on it may start and take off, and how long
about it is under way at least."""

_ALIKE = 16
"""Stretches in which a sortie was tried that are kept in mind."""


class Gaps(NamedTuple):
    """When drones are free: d flies from `stays[d, n, 0]` until `stays[d, n, 1]`, n < `sorties[d]`.

    The drones of flock q are `first[q]` to `first[q + 1] - 1`; drone d is free until `until_s[d]`,
    and its first sortie costs `day_cents[d]` more.
    """

    first: Ints
    stays: Ints
    sorties: Ints
    until_s: Ints
    day_cents: Ints


@compiled
def fly_cheapest(  # type: ignore[no-untyped-def]
    sky, day, fleet, goods, gaps, steps, choices, latest_s, trip, row
):
    """Time a sortie into a row of `trip`, in the first gap that takes it of the cheapest drone.

    Returns the drone, -1 if there is none, what the day costs more, cents, and the squad. It starts
    at `latest_s` or earlier but for waiting. The three rows before the last are scratch.
    """
    scratch = len(trip.head) - 3
    # Of a plain number another version of what is called would be compiled.
    best, least, row, tries = np.int64(NONE), np.int64(1) << 60, np.int64(row), np.int64(TRIES)
    tried, flown_by = np.empty((_ALIKE, 4), dtype=np.int64), np.int64(NONE)
    for choice in range(len(choices)):
        squad, flock, count = choices[choice].squad, choices[choice].flock, 0
        for drone in range(gaps.first[flock], gaps.first[flock + 1]):
            if gaps.sorties[drone] == gaps.stays.shape[1]:
                continue
            since_s = max(choices[choice].start_s, fleet[squad].from_s)
            for at in range(gaps.sorties[drone] + 1):
                until_s = gaps.until_s[drone]
                if at:
                    since_s = max(since_s, gaps.stays[drone, at - 1, 1])
                if at < gaps.sorties[drone]:
                    until_s = min(until_s, gaps.stays[drone, at, 0])
                if since_s > latest_s:
                    break
                if since_s + choices[choice].takes_s > until_s:
                    continue
                day_cents = np.int64(0) if gaps.sorties[drone] else gaps.day_cents[drone]
                known = 0
                while known < count and not (
                    tried[known, 0] == since_s
                    and tried[known, 1] == until_s
                    and tried[known, 2] == day_cents
                ):
                    known += 1
                if known < count:
                    if tried[known, 3]:
                        break
                    continue
                flies = (
                    fly(
                        sky, day, fleet, goods, squad, steps, since_s, choices[choice].takeoff_s,
                        trip, scratch, tries,
                    )
                    and trip.stop[scratch, trip.head[scratch].legs].depart <= until_s
                )  # fmt: skip
                if count < _ALIKE:
                    tried[count, 0], tried[count, 1] = since_s, until_s
                    tried[count, 2], tried[count, 3] = day_cents, flies
                    count += 1
                if flies:
                    cents = trip.head[scratch].cents + day_cents
                    if cents < least:
                        best, least, flown_by = np.int64(drone), cents, squad
                        copy_trip(trip, scratch, trip, row)
                    break
    return best, least, flown_by

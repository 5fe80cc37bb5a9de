"""The start of a sortie at which it costs least on the day as it is taken, in compiled code."""

from typing import NamedTuple

import numpy as np

from planner.arrays import Ints
from planner.compiled import compiled, inlined
from planner.fly.fly import TRIES, copy_trip, fly, most_s
from planner.fly.records import NEVER_S, NONE

CHOICE = np.dtype([(name, "i8") for name in ("squad", "flock", "start_s", "takeoff_s", "takes_s")])
"""A squad of a flock that may fly a sortie: from when on it may start and take off, and how long
about it is under way at least."""


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


@inlined
def free_s(gaps, drone, since_s, takes_s):  # type: ignore[no-untyped-def]
    """Return from when on a drone is free for so long, no earlier than `since_s`."""
    found, at = since_s, 0
    while at < gaps.sorties[drone] and gaps.stays[drone, at, 0] < found + takes_s:
        found = max(found, gaps.stays[drone, at, 1])
        at += 1
    return found if found + takes_s <= gaps.until_s[drone] else np.int64(NEVER_S)


@inlined
def free_drone(gaps, flock, begin_s, end_s):  # type: ignore[no-untyped-def]
    """Return the drone of a flock that is free all the time at least cost, -1 if none is.

    Of those that cost the same it is the one that has been free for the shortest time.
    """
    best, least, idle_s = np.int64(NONE), np.int64(NEVER_S), np.int64(NEVER_S)
    for drone in range(gaps.first[flock], gaps.first[flock + 1]):
        number = gaps.sorties[drone]
        if number == gaps.stays.shape[1]:
            continue
        if free_s(gaps, drone, begin_s, end_s - begin_s) != begin_s:
            continue
        cents, idle = np.int64(0) if number else gaps.day_cents[drone], begin_s
        for at in range(number):
            if gaps.stays[drone, at, 1] <= begin_s:
                idle = begin_s - gaps.stays[drone, at, 1]
        if cents < least or (cents == least and idle < idle_s):
            best, least, idle_s = np.int64(drone), cents, idle
    return best


@compiled
def fly_cheapest(  # type: ignore[no-untyped-def]
    sky, day, fleet, goods, gaps, steps, choices, latest_s, starts, apart_s, trip, row
):
    """Time a sortie into a row of `trip`: of the first that flies of each squad the cheapest.

    Returns the drone, -1 if there is none, what the day costs more, cents, and the squad. So many
    starts up to `latest_s` are tried, so far apart, at which a drone is free. The last three rows
    are scratch.
    """
    scratch = len(trip.head) - 3
    # Of a plain number another version of what is called would be compiled.
    best, least, row, tries = np.int64(NONE), np.int64(NEVER_S), np.int64(row), np.int64(TRIES)
    flown_by = np.int64(NONE)
    for choice in range(len(choices)):
        squad, flock = choices[choice].squad, choices[choice].flock
        since_s = choices[choice].start_s
        for _ in range(starts):
            soonest_s = np.int64(NEVER_S)
            for drone in range(gaps.first[flock], gaps.first[flock + 1]):
                takes_s = choices[choice].takes_s
                soonest_s = min(soonest_s, free_s(gaps, drone, since_s, takes_s))
            since_s = soonest_s
            if since_s > latest_s:
                break
            if fly(
                sky, day, fleet, goods, squad, steps, since_s, choices[choice].takeoff_s,
                trip, scratch, tries, most_s(fleet, squad, least),
            ):  # fmt: skip
                begin_s = trip.stop[scratch, 0].arrive
                end_s = trip.stop[scratch, trip.head[scratch].legs].depart
                drone = free_drone(gaps, flock, begin_s, end_s)
                if drone != NONE:
                    cents = trip.head[scratch].cents
                    if gaps.sorties[drone] == 0:
                        cents += gaps.day_cents[drone]
                    if cents < least:
                        best, least, flown_by = np.int64(drone), cents, squad
                        copy_trip(trip, scratch, trip, row)
                    break
                since_s = max(since_s, begin_s)
            else:
                # Those before are told to start as late.
                since_s = max(since_s, trip.head[scratch].turn_from)
            since_s += apart_s
    return best, least, flown_by

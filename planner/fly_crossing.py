"""Goods brought over the boundary by the best way through checkpoints, in compiled code.

Of the ways that clear all that is aboard, each is flown leg by leg (`planner.fly_leg`) and cleared
in one bay at each of its checkpoints, the one that is quickest in free air first; what is known to
be no better is not flown. What is called most is inlined.
"""

import math

import numpy as np

from planner.compiled import inlined
from planner.fly_leg import LATE, NEVER_S, fly_leg, next_free
from planner.fly_records import MOST_LEGS, NONE


@inlined
def _clear(day, goods, trip, row, at, aboard, loaded, carried, checkpoint, clock):  # type: ignore[no-untyped-def]
    """Clear all that is aboard at a stop, in one bay; return clock and seconds of work, or -1."""
    # In the order in which they may begin.
    for number in range(1, carried):
        job, since_s, place = aboard[number], loaded[number], number
        while place > 0 and (
            goods.clearing[aboard[place - 1], checkpoint].earliest
            > goods.clearing[job, checkpoint].earliest
            or (
                goods.clearing[aboard[place - 1], checkpoint].earliest
                == goods.clearing[job, checkpoint].earliest
                and aboard[place - 1] > job
            )
        ):
            aboard[place], loaded[place] = aboard[place - 1], loaded[place - 1]
            place -= 1
        aboard[place], loaded[place] = job, since_s
    begin, now, first, work = clock, clock, -1, 0
    while True:
        now, first, work = begin, -1, 0
        for number in range(carried):
            job = aboard[number]
            start = max(now, int(goods.clearing[job, checkpoint].earliest))
            if start > goods.clearing[job, checkpoint].latest:
                return -1, 0
            if first < 0:
                first = start
            now = start + int(goods.clearing[job, checkpoint].service)
            work += int(goods.clearing[job, checkpoint].service)
        free = next_free(day.bays[checkpoint], day.bays_of[checkpoint], first, now - first)
        if free >= day.bays.shape[1]:
            return -1, 0
        if free == first:
            break
        begin = free
    open_ = False
    for number in range(day.open_s.shape[1]):
        if day.open_s[checkpoint, number, 0] <= first and now <= day.open_s[checkpoint, number, 1]:
            open_ = True
    if not open_:
        return -1, 0
    trip.stop[row, at].bay = checkpoint
    trip.stop[row, at].bay_from = first
    trip.stop[row, at].bay_until = now
    return now, work


@inlined
def _keep(trip, row, other, at):  # type: ignore[no-untyped-def]
    """Copy up to three legs, from `at` on, and the stops after them, to another row."""
    for stop in range(at, min(at + 4, MOST_LEGS + 1)):
        trip.stop[other, stop] = trip.stop[row, stop]
        if stop < MOST_LEGS:
            for block in range(trip.stop[row, stop].bends):
                trip.bent[other, stop, block] = trip.bent[row, stop, block]


@inlined
def _least_s(sky, goods, kind, here, way, there, clock, aboard, carried):  # type: ignore[no-untyped-def]
    """Return about the least seconds that a way through checkpoints takes, in the air and clearing.

    It is inf where a checkpoint on it does not clear what is aboard.
    """
    step = np.searchsorted(sky.steps, clock, side="right") - 1
    at, seconds = here, 0.0
    for number in range(3):
        site = there
        if number < 2 and way[2 * number] >= 0:
            site = way[2 * number + 1]
            for each in range(carried):
                seconds += goods.clearing[aboard[each], way[2 * number]].service
        if site != at:
            flight = sky.leg[kind, step, at, site].flight
            seconds += sky.flight[flight].airborne_s if flight != NONE else 0.0
            at = site
    return seconds


@inlined
def cross(  # type: ignore[no-untyped-def]
    sky, day, fleet, goods, squad, trip, row, at, clock, until_s, served_s, mass, used, there,
    carried, lean,
):  # fmt: skip
    """Go to a site over the boundary, by the best way through checkpoints.

    Returns the number of stops reached, the landing, -1 if there is none, joules and a hint, as
    `fly_leg` does.
    """
    spare, aboard, loaded, least_s = row + 1, trip.aboard, trip.loaded, trip.ways_s
    ways = goods.ways[goods.side[trip.stop[row, at].site]]
    best_at, best_clock, best_used, hint, late = at, -1, math.inf, NEVER_S, False
    for way in range(ways.shape[0]):
        least_s[way] = _least_s(
            sky, goods, fleet[squad].kind, trip.stop[row, at].site, ways[way], there, clock, aboard,
            carried,
        )  # fmt: skip
    for _ in range(ways.shape[0]):
        # The way that is quickest in free air comes first; later ones may be known to be slower.
        way = 0
        for other in range(1, ways.shape[0]):
            if least_s[other] < least_s[way]:
                way = other
        if math.isinf(least_s[way]):
            break
        if best_clock >= 0 and not lean and clock + least_s[way] > best_clock:
            break
        least_s[way] = math.inf
        last_s = until_s if lean or best_clock < 0 else min(until_s, best_clock)
        now, here, joules, work, later = clock, at, used, served_s, 0
        for number in range(3):
            checkpoint, site = NONE, there
            if number < 2:
                checkpoint = ways[way, 2 * number]
                if checkpoint < 0:
                    continue
                site = ways[way, 2 * number + 1]
            now, joules, later = fly_leg(
                sky, day, fleet, goods, squad, trip, row, here, now, last_s, work, mass,
                carried, joules, site, lean,
            )  # fmt: skip
            here += 1
            if now >= 0 and checkpoint >= 0:
                now, work = _clear(
                    day, goods, trip, row, here, aboard, loaded, carried, checkpoint, now
                )
            if now < 0:
                break
        if now < 0:
            if later == LATE:
                late = True
            elif later != 0:
                hint = min(hint, later)
            continue
        better = best_clock < 0
        if not better and lean:
            better = joules < best_used or (joules == best_used and now < best_clock)
        elif not better:
            better = now < best_clock or (now == best_clock and joules < best_used)
        if better:
            best_at, best_clock, best_used = here, now, joules
            _keep(trip, row, spare, at)
    if best_clock >= 0:
        _keep(trip, spare, row, at)
    if hint == NEVER_S:
        hint = LATE if late else 0
    return best_at, best_clock, best_used, hint

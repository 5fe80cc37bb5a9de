"""Goods brought over the boundary by the best way through checkpoints, in compiled code.

Of the ways that clear all that is aboard, each is flown leg by leg (`planner.fly.leg`) and cleared
in one bay at each of its checkpoints, the one that is quickest in free air first; what is known to
be no better is not flown. What is called most is inlined.
"""

import math

import numpy as np

from planner.compiled import compiled, inlined
from planner.fly.leg import LATE, fly_leg, next_free
from planner.fly.records import MOST_LEGS, NEVER_S, NONE


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
def _least_s(sky, goods, kind, here, way, begun, there, aboard, carried):  # type: ignore[no-untyped-def]
    """Return the least seconds that a way through checkpoints takes, in the air and clearing.

    From `here` on, after so many of its legs, before what is aboard is cleared. It is inf where a
    checkpoint on it does not clear that.
    """
    at, seconds = here, 0.0
    for number in range(begun, 3):
        if number and way[2 * number - 2] >= 0:
            for each in range(carried):
                seconds += goods.clearing[aboard[each], way[2 * number - 2]].service
        site = there
        if number < 2 and way[2 * number] >= 0:
            site = way[2 * number + 1]
        seconds += sky.least_s[kind, at, site]
        at = site
    return seconds


@inlined
def _quickest(ways, least_s, checkpoint):  # type: ignore[no-untyped-def]
    """Return the way of the least seconds, of those through a checkpoint first if it is not -1."""
    found = -1
    for way in range(ways.shape[0]):
        wanted = checkpoint == NONE or ways[way, 0] == checkpoint
        if wanted and (found < 0 or least_s[way] < least_s[found]):
            found = way
    return found


@inlined
def _sooner(later_s, hint):  # type: ignore[no-untyped-def]
    """Return by how much to start later: the least of what was hinted at so far and a hint."""
    return later_s if hint == 0 or hint == LATE else min(later_s, hint)


@inlined
def _go(  # type: ignore[no-untyped-def]
    sky, day, fleet, goods, squad, trip, row, at, now, last_s, within_s, work, mass, used, way,
    there, begin, end, carried, lean,
):  # fmt: skip
    """Fly some legs of a way, and clear what is aboard after each, to be `there` in time.

    Returns the number of stops reached, the time, -1 if it cannot be done, seconds of work since
    the last landing, joules and a hint, as `fly_leg` does.
    """
    hint, kind = np.int64(0), fleet[squad].kind
    for number in range(begin, end):
        checkpoint, site = NONE, there
        if number < 2:
            checkpoint = way[2 * number]
            if checkpoint < 0:
                continue
            site = way[2 * number + 1]
        after_s = _least_s(sky, goods, kind, site, way, number + 1, there, trip.aboard, carried)
        if now + sky.least_s[kind, trip.stop[row, at].site, site] + after_s > last_s:
            now, hint = np.int64(-1), np.int64(LATE)
            break
        after_s = math.ceil(after_s)
        now, used, hint = fly_leg(
            sky, day, fleet, goods, squad, trip, row, at, now, last_s - after_s,
            within_s - after_s, work, mass, carried, used, site, lean,
        )  # fmt: skip
        at += 1
        if now >= 0 and checkpoint >= 0:
            now, work = _clear(
                day, goods, trip, row, at, trip.aboard, trip.loaded, carried, checkpoint, now
            )
        if now < 0:
            break
    return at, now, work, used, hint


@compiled
def cross(  # type: ignore[no-untyped-def]
    sky, day, fleet, goods, squad, trip, row, at, clock, until_s, within_s, served_s, mass, used,
    there, carried, lean,
):  # fmt: skip
    """Go to a site over the boundary, by the best way through checkpoints.

    It is to land by a second, and `within_s` of the first take-off of the sortie. Returns the
    number of stops reached, the landing, -1 if there is none, joules and a hint, as `fly_leg` does.
    """
    spare, least_s, kind, here = row + 1, trip.ways_s, fleet[squad].kind, trip.stop[row, at].site
    ways, later_s, late = goods.ways[goods.side[here]], np.int64(NEVER_S), False
    best_at, best_clock, best_used = at, np.int64(-1), math.inf
    for way in range(ways.shape[0]):
        least_s[way] = _least_s(sky, goods, kind, here, ways[way], 0, there, trip.aboard, carried)
    last_s = until_s
    for _ in range(ways.shape[0]):
        # The way that is quickest in free air comes first; later ones may be known to be slower.
        way = _quickest(ways, least_s, NONE)
        if math.isinf(least_s[way]):
            break
        first = ways[way, 0]
        reached, cleared, work, joules, hint = _go(
            sky, day, fleet, goods, squad, trip, row, at, clock, last_s, within_s, served_s, mass,
            used, ways[way], there, 0, 1, carried, lean,
        )  # fmt: skip
        late, later_s = late or hint == LATE, _sooner(later_s, hint)
        # All ways through the same checkpoint first begin with the same leg.
        while True:
            way = _quickest(ways, least_s, first)
            if math.isinf(least_s[way]):
                break
            least_s[way] = math.inf
            if cleared < 0:
                continue
            stops, now, _, spent, hint = _go(
                sky, day, fleet, goods, squad, trip, row, reached, cleared, last_s, within_s, work,
                mass, joules, ways[way], there, 1, 3, carried, lean,
            )  # fmt: skip
            late, later_s = late or hint == LATE, _sooner(later_s, hint)
            if lean:
                better = spent < best_used or (spent == best_used and now < best_clock)
            else:
                better = best_clock < 0 or now < best_clock
                better = better or (now == best_clock and spent < best_used)
            if now < 0 or not better:
                continue
            best_at, best_clock, best_used = stops, now, spent
            if not lean:
                last_s = min(until_s, now)
            _keep(trip, row, spare, at)
    if best_clock >= 0:
        _keep(trip, spare, row, at)
    if later_s == NEVER_S:
        later_s = np.int64(LATE if late else 0)
    return best_at, best_clock, best_used, later_s

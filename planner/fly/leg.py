"""A leg of a sortie flown on a day as it is taken, in compiled code.

It takes off as soon as its blocks, the pad ahead and the hours of crossings allow, by the quickest
way at its time, or by another (`planner.air.ways_round`) where that lands sooner. What is called
most is inlined.
"""

import math

import numpy as np

from planner.air.ways_round import GAIN
from planner.compiled import compiled, inlined
from planner.day.traffic import clear_s
from planner.fly.records import MOST_LEGS, NEVER_S, NONE

LATE = -2
"""What tells that a sortie hands an order over too late: to start later does not help."""

_WH = 1e-9
"""Tolerance of the battery, share."""


@inlined
def next_free(seats, capacity, begin_s, length_s):  # type: ignore[no-untyped-def]
    """Return the first second at which a stay of a length fits; the day's end if none."""
    run, second = 0, begin_s
    length_s = max(1, length_s)
    while second < len(seats):
        if seats[second] < capacity:
            run += 1
            if run == length_s:
                break
        else:
            run = 0
        second += 1
    return second - length_s + 1 if run == length_s else len(seats)


@inlined
def free_all(seats, capacity, begin_s, end_s):  # type: ignore[no-untyped-def]
    """Tell whether one more stay fits all the way."""
    fits = end_s <= len(seats)
    if fits:
        for second in range(max(0, begin_s), end_s):
            if seats[second] >= capacity:
                fits = False
                break
    return fits


@inlined
def _bend(sky, flight, following, takeoff, change_s, bent):  # type: ignore[no-untyped-def]
    """Fly through a change of winds at a second; note what is held, return the seconds it takes."""
    now, ahead = float(takeoff), sky.flight[following].begin
    begin = sky.flight[flight].begin
    for at in range(sky.flight[flight].end - begin):
        takes, then = sky.block[begin + at].seconds, sky.block[ahead + at].seconds
        before = min(1.0, max(0.0, (change_s - now) / takes)) if takes > 0 else 1.0
        bent[at].block = sky.block[begin + at].block
        bent[at].enter = math.floor(now + 1e-9) - takeoff
        now += before * takes + (1 - before) * then
        bent[at].leave = math.ceil(now - 1e-9) - takeoff
    return now - takeoff


@inlined
def _later_s(day, takeoff, length_s):  # type: ignore[no-untyped-def]
    """Return when a leg with nothing aboard may cross, no earlier than a take-off; -1 if never."""
    later_s = np.int64(-1)
    for number in range(day.crossing_s.shape[0]):
        since_s = max(takeoff, day.crossing_s[number, 0])
        if since_s + length_s <= day.crossing_s[number, 1]:
            later_s = since_s
            break
    return later_s


@inlined
def _free_s(  # type: ignore[no-untyped-def]
    day, chain, begin, end, there, takeoff, length_s, same_until_s, empty_crossing
):
    """Return a take-off if hours of crossings, air and the pad ahead allow it, else a later one.

    There is none between that does; -1 if there is none at all.
    """
    free_s = np.int64(takeoff)
    if empty_crossing:
        free_s = _later_s(day, takeoff, length_s)
    if free_s == takeoff:
        free_s = np.int64(
            clear_s(day.holds, day.buffer_s, chain, begin, end, takeoff, same_until_s)
        )
    if free_s == takeoff:
        landing_s = takeoff + length_s
        free_s += next_free(day.pads[there], day.pads_of[there], landing_s, 1) - landing_s
    return free_s


@inlined
def stretch_of(steps, second):  # type: ignore[no-untyped-def]
    """Return the last stretch of the day that begins at a second or before, -1 if none does."""
    # numpy's own search is loaded only with a large part of numba.
    low, high = np.int64(0), np.int64(len(steps))
    while low < high:
        middle = (low + high) // 2
        if steps[middle] <= second:
            low = middle + 1
        else:
            high = middle
    return low - 1


@inlined
def _take_off(  # type: ignore[no-untyped-def]
    sky, day, kind, here, there, clock, until_s, empty_crossing, bent
):
    """Return the quickest flight at its time from a clock on, -1 if none; take-off and seconds.

    At last how many blocks of `bent` it holds, 0 if its flight's as they are. Nothing lands after
    `until_s`; the take-off of none is later than that if it is what keeps it.
    """
    step = stretch_of(sky.steps, clock)
    last = len(sky.steps) - 2
    while step <= last and clock <= until_s:
        if clock >= sky.steps[step + 1]:
            step += 1
            continue
        flight, airborne_s, change_s = (
            sky.leg[kind, step, here, there].flight,
            0.0,
            sky.steps[step + 1],
        )
        same_until_s, bends = clock, 0
        if flight != NONE:
            airborne_s = sky.flight[flight].airborne_s
            if clock + airborne_s <= change_s:
                same_until_s = math.floor(change_s - airborne_s)
            elif sky.leg[kind, step, here, there].onward == NONE:
                flight = NONE
            else:
                following = sky.leg[kind, step, here, there].onward
                airborne_s = _bend(sky, flight, following, clock, change_s, bent)
                bends = sky.flight[flight].end - sky.flight[flight].begin
        if flight == NONE:
            step += 1
            clock = change_s
            continue
        begin, end = sky.flight[flight].begin, sky.flight[flight].end
        length_s = math.ceil(airborne_s - 1e-9)
        if clock + length_s > until_s:
            # The winds of the next stretch may let it land sooner.
            step += 1
            clock = change_s
            continue
        chain = sky.block
        if bends:
            chain, begin, end = bent, 0, bends
        free_s = _free_s(
            day, chain, begin, end, there, clock, length_s,
            min(same_until_s, until_s - length_s), empty_crossing,
        )  # fmt: skip
        if free_s < 0:
            break
        if free_s > clock:
            clock = free_s
            continue
        return flight, clock, airborne_s, bends
    return NONE, clock, 0.0, 0


@inlined
def _go_round(  # type: ignore[no-untyped-def]
    sky, day, kind, here, there, clock, leave_s, until_s, landing_s, quickest_s, gain,
    empty_crossing,
):  # fmt: skip
    """Return the flight by another way that lands first, before a second; -1 if there is none.

    And its take-off, seconds, and which way it goes, from 1 on; it lands no later than `until_s`.
    It is flown in the winds of one stretch of the day. For each second that it is in the air for
    longer than `quickest_s` it lands sooner by `gain` seconds.
    """
    step = stretch_of(sky.steps, clock)
    # Of a plain number another version of what is called would be compiled.
    best, takeoff, seconds, way = np.int64(NONE), np.int64(clock), 0.0, np.int64(0)
    for number in range(sky.way.shape[4]):
        flight = sky.way[kind, step, here, there, number]
        if flight == NONE:
            continue
        airborne_s = sky.flight[flight].airborne_s
        length_s, now = math.ceil(airborne_s - 1e-9), np.int64(clock)
        longer_s = max(0.0, airborne_s - quickest_s)
        last_s = min(until_s, landing_s - 1 - math.ceil(gain * longer_s)) - length_s
        last_s = min(last_s, leave_s)
        last_s = min(last_s, math.floor(sky.steps[step + 1] - airborne_s))
        while now <= last_s:
            free_s = _free_s(
                day, sky.block, sky.flight[flight].begin, sky.flight[flight].end, there, now,
                length_s, last_s, empty_crossing,
            )  # fmt: skip
            if free_s < 0:
                break
            if free_s > now:
                now = free_s
                continue
            best, takeoff, seconds, way = flight, now, airborne_s, np.int64(number + 1)
            # What comes next is to land sooner than this, as much as is gained for its length.
            landing_s, quickest_s = now + length_s, airborne_s
            break
    return best, takeoff, seconds, way


@compiled
def fly_leg(  # type: ignore[no-untyped-def]
    sky, day, fleet, goods, squad, trip, row, at, clock, until_s, within_s, served_s, mass, carried,
    used, there, lean,
):  # fmt: skip
    """Fly from stop `at` of a sortie to a site; return the landing, the joules used, and a hint.

    It is to land `within_s` of the first take-off of the sortie. The landing is -1 if it cannot be
    done; the hint is then by how much to start later, 0 if that does not help, `LATE` if it would
    land after `until_s` whenever it starts. What is to be `lean` goes no other way than the
    quickest.
    """
    here, kind, leave_s = trip.stop[row, at].site, fleet[squad].kind, np.int64(NEVER_S)
    if at >= MOST_LEGS:
        return -1, used, 0
    least_s = sky.least_s[kind, here, there]
    if least_s > within_s:
        return -1, used, LATE
    if at:
        leave_s = trip.stop[row, at].arrive + served_s + day.max_wait_s
        leave_s = min(leave_s, trip.stop[row, 0].takeoff + within_s - least_s)
        if clock > leave_s:
            return -1, used, clock - leave_s
    empty_crossing = carried == 0 and goods.side[here] != goods.side[there]
    flight, takeoff, airborne_s, bends = _take_off(
        sky, day, kind, here, there, clock, until_s, empty_crossing, trip.bent[row, at]
    )
    way = np.int64(0)
    if takeoff > clock and not lean:
        landing_s, quickest_s = np.int64(NEVER_S), math.inf
        if flight != NONE:
            landing_s, quickest_s = takeoff + math.ceil(airborne_s - 1e-9), airborne_s
        other, takeoff_s, seconds, number = _go_round(
            sky, day, kind, here, there, clock, leave_s, until_s, landing_s, quickest_s,
            0 if at else GAIN, empty_crossing,
        )  # fmt: skip
        if other != NONE:
            flight, takeoff, airborne_s, bends, way = other, takeoff_s, seconds, 0, number
    if flight == NONE:
        return -1, used, LATE if takeoff > until_s else 0
    if at:
        if takeoff > leave_s:
            return -1, used, takeoff - leave_s
        if not free_all(day.pads[here], day.pads_of[here], trip.stop[row, at].arrive, takeoff):
            return -1, used, 30
    landing = takeoff + math.ceil(airborne_s - 1e-9)
    kg = fleet[squad].empty_kg + mass
    power_w = fleet[squad].base_power_w + fleet[squad].power_w_per_kg15 * kg**1.5
    lift_j_m = fleet[squad].lift_j_per_kg_m * kg
    used += power_w * airborne_s + lift_j_m * sky.flight[flight].climbed_m
    step = stretch_of(sky.steps, landing - 1)
    spare = power_w * sky.diversion[kind, step, there].seconds
    spare += lift_j_m * sky.diversion[kind, step, there].climbed_m
    if used + spare > fleet[squad].usable_j * (1 + _WH):
        return -1, used, -1
    trip.stop[row, at].flight, trip.stop[row, at].way = flight, way
    trip.stop[row, at].takeoff = takeoff
    trip.stop[row, at].bends = bends
    trip.stop[row, at].depart = takeoff
    trip.stop[row, at + 1].site = there
    trip.stop[row, at + 1].arrive = landing
    trip.stop[row, at + 1].bay = NONE
    return landing, used, 0

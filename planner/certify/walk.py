"""The least price of a sortie that begins within some seconds, compiled.

A sortie is worth to a squad what the duals say of its orders, and pays its cost and the duals of
the instants at which it is under way. Blocks, pads and bays are left out, and so are the waiting
for them and the hours of empty crossings: each of that only makes it dearer.

To leave later never means to land earlier, so the earliest clock of the first second bounds all.
The seconds in the air are another matter, since a drone that waits may meet a better wind. A
sortie's *lag* is by how much more than the earliest clock it has taken at its take-offs, at most.
It is walked once for each stretch of lags between two windows: with a lag up to a window, no leg
takes less than the least of a take-off within the window; with one beyond, that time is lost.
"""

import math

import numpy as np

from planner.certify.air import FINEST_WINDOWS_S, NEVER, OVER_FINE_WINDOWS_S
from planner.certify.quickest import (
    CENT,
    FAR,
    clears,
    may_land,
    next_stop,
    power_and_lift,
    rounded_up,
    turn_s,
    without,
)
from planner.compiled import compiled

MICRO = 10**6
"""Micro-cents in a cent."""

NO_OTHERS = -NEVER
"""Seconds of work for other orders of a sortie that has no others."""

ANY_LAG = NEVER
"""Seconds that a sortie may lag where no more is known of that."""

_MOST_STRETCHES = max(len(FINEST_WINDOWS_S), len(OVER_FINE_WINDOWS_S)) + 1


@compiled
def held(until_s, since_s, takes_s, prefix):  # type: ignore[no-untyped-def]
    """Return the duals of the instants at which a sortie is under way for certain.

    It begins at `since_s` to `until_s` and takes some seconds; `prefix` [second] is the sum of the
    duals of the instants before.
    """
    end_s = min(since_s + takes_s, len(prefix) - 1)
    return prefix[end_s] - prefix[until_s] if end_s > until_s else 0


@compiled
def _note(clock, begin_s, flown, ahead):  # type: ignore[no-untyped-def]
    """Note at a take-off how much longer than `flown` the earliest clock has taken."""
    for stretch in range(len(flown)):
        ahead[stretch] = min(ahead[stretch], clock - begin_s - flown[stretch])


@compiled
def _leg(clock, here, there, air, power_w, lift_j_m, flown, used_j):  # type: ignore[no-untyped-def]
    """Fly a leg: add to what each stretch of lags takes; return the earliest landing."""
    slot = clock // air.slot_s - air.first
    if here == there:
        return clock
    if slot >= len(air.lands):
        return NEVER
    least = air.least[slot, here, there]
    climbed_j = lift_j_m * air.climb_m[here, there]
    for stretch in range(len(flown)):
        leg_s = least[stretch]
        if math.isinf(leg_s):
            used_j[stretch] = math.inf
        else:
            flown[stretch] += math.ceil(leg_s)
            used_j[stretch] += power_w * leg_s + climbed_j
    # Who takes off soon takes that long at least; who does later lands no earlier than those of the
    # next slot.
    landing = NEVER
    if slot + 1 < len(air.lands):
        landing = air.lands[slot + 1, here, there]
    if not math.isinf(least[0]):
        landing = min(landing, clock + math.ceil(least[0]))
    return max(landing, air.lands[slot, here, there])


@compiled
def _cross(  # type: ignore[no-untyped-def]
    clock, begin_s, aloft, here, there, ways, aboard, carried, orders, air, power_w, lift_j_m,
    flown, used_j, ahead, some, some_j, best, best_j,
):  # fmt: skip
    """Bring what is aboard over the boundary by the least of every way, each figure by itself.

    Return the earliest landing. `some` to `best_j` are room for as much as `flown` and `used_j`.
    """
    landing = NEVER
    for stretch in range(len(flown)):
        best[stretch] = NEVER
        best_j[stretch] = math.inf
    for way in range(len(ways)):
        now, place, flying = clock, here, aloft
        for stretch in range(len(flown)):
            some[stretch] = flown[stretch]
            some_j[stretch] = used_j[stretch]
        for number in range(2):
            checkpoint, site = ways[way, 2 * number], ways[way, 2 * number + 1]
            if checkpoint < 0:
                break
            service_s, over_s = clears(aboard, carried, orders, checkpoint)
            if service_s < 0:
                now = NEVER
                break
            if flying:
                _note(now, begin_s, some, ahead)
            now = _leg(now, place, site, air, power_w, lift_j_m, some, some_j)
            if now >= NEVER:
                break
            for stretch in range(len(flown)):
                some[stretch] += service_s
            now = max(now + service_s, over_s)
            place, flying = site, True
        if now >= NEVER:
            continue
        _note(now, begin_s, some, ahead)
        now = _leg(now, place, there, air, power_w, lift_j_m, some, some_j)
        if now >= NEVER:
            continue
        landing = min(landing, now)
        for stretch in range(len(flown)):
            if not math.isinf(some_j[stretch]):
                best[stretch] = min(best[stretch], some[stretch])
                best_j[stretch] = min(best_j[stretch], some_j[stretch])
    for stretch in range(len(flown)):
        flown[stretch] = best[stretch]
        used_j[stretch] = best_j[stretch]
    return landing


@compiled
def least_price(  # type: ignore[no-untyped-def]
    since_s, until_s, known_cents, known_s, group, size, which, loads, ways, orders, squad, air,
    own, prefix, room, beside_s, behind_s,
):  # fmt: skip
    """Return the least of a sequence begun at `since_s` to `until_s`: price, cents and seconds.

    The price is in micro-cents, and `FAR` if that cannot be flown. `known_cents` and `known_s` are
    what it takes at least. `own` are the micro-cents that it is worth; `room` is of `rooms`. With
    `beside_s` of 0 or more it is a sortie that serves other orders besides, and loads and unloads
    these for so long at least, if `air` is over any stops. At its first take-off it may be late, as
    others are loaded. It never lags by more than `behind_s`, the seconds of its begin left out, nor
    is it under way for longer, its preflight left out.
    """
    stretches = len(air.windows_s) + 1
    whole, real, aboard = room
    flown, ahead = whole[0, :stretches], whole[1, :stretches]
    some, best, loaded = whole[2, :stretches], whole[3, :stretches], whole[4:]
    used_j, some_j = real[0, :stretches], real[1, :stretches]
    best_j = real[2, :stretches]
    clock = since_s + squad.preflight_s
    for stretch in range(stretches):
        flown[stretch] = squad.preflight_s
        ahead[stretch] = NEVER
        used_j[stretch] = 0.0
    # Of plain numbers other versions of what is called would be compiled.
    mass_kg, volume_l, late, carried = 0.0, 0.0, np.int64(0), np.int64(0)
    here, side, aloft = squad.base, squad.base_side, beside_s >= 0
    for step in range(2 * size + 1):
        power_w, lift_j_m = power_and_lift(squad, mass_kg)
        order, load, there, beyond = next_stop(step, size, group, which, loads, orders, squad)
        if side != beyond and carried:
            clock = _cross(
                clock, since_s, aloft, here, there, ways[side], aboard, carried, orders, air,
                power_w, lift_j_m, flown, used_j, ahead, some, some_j, best, best_j,
            )  # fmt: skip
        else:
            if aloft:
                _note(clock, since_s, flown, ahead)
            clock = _leg(clock, here, there, air, power_w, lift_j_m, flown, used_j)
        # Nobody waits at the base: who does had better begin later.
        aloft = aloft or here != there
        here, side = there, beyond
        if clock >= NEVER:
            return FAR, FAR, NEVER
        alive = False
        for stretch in range(stretches):
            if not may_land(squad, here, power_w, lift_j_m, used_j[stretch], air):
                used_j[stretch] = math.inf
            alive = alive or not math.isinf(used_j[stretch])
        if not alive:
            return FAR, FAR, NEVER
        if step == 2 * size:
            break
        asked = orders.each[order]
        if load:
            clock = max(clock, asked.ready_s) + asked.load_s
            for stretch in range(stretches):
                flown[stretch] += asked.load_s
                loaded[which[step], stretch] = flown[stretch]
            mass_kg += asked.mass_kg
            volume_l += asked.volume_l
            aboard[carried] = order
            carried += 1
        else:
            clock += asked.unload_s
            mass_kg -= asked.mass_kg
            volume_l -= asked.volume_l
            carried = without(aboard, carried, order)
            if clock > asked.latest_s:
                return FAR, FAR, NEVER
            if clock > asked.due_s:
                late_s = clock - asked.due_s
                late += rounded_up(late_s * asked.late_minute_cents, 60)
            for stretch in range(stretches):
                flown[stretch] += asked.unload_s
                if flown[stretch] - loaded[which[step], stretch] > asked.longest_s:
                    used_j[stretch] = math.inf
    return _least_of_stretches(
        since_s, until_s, known_cents, known_s, clock, flown, used_j, ahead, late, own, squad,
        air.windows_s, prefix, beside_s, behind_s,
    )  # fmt: skip


@compiled
def _least_of_stretches(  # type: ignore[no-untyped-def]
    since_s, until_s, known_cents, known_s, landed_s, flown, used_j, ahead, late, own, squad,
    windows_s, prefix, beside_s, behind_s,
):  # fmt: skip
    """Return least price, cents and seconds of the stretches of lags, some of which do not fly."""
    least, least_cents, least_s = FAR, FAR, NEVER
    first, width_s = 0, until_s - since_s + 1
    if landed_s - until_s - squad.preflight_s > behind_s:
        return least, least_cents, least_s
    while first < len(windows_s) and windows_s[first] <= width_s:
        first += 1
    for stretch in range(first, len(flown)):
        if math.isinf(used_j[stretch]):
            continue
        if stretch > first and windows_s[stretch - 1] - width_s >= behind_s:
            break
        turned_s = turn_s(squad, used_j[stretch])
        end_s = landed_s + turned_s
        if end_s > squad.until_s:
            continue
        lost_s = max(0, beside_s)
        if stretch > first:
            # Some of the work for others may have been done by then.
            lost_s = max(beside_s, ahead[stretch] + windows_s[stretch - 1] - width_s)
        takes_s = max(flown[stretch] + turned_s + lost_s, end_s - until_s, known_s)
        cents = late + rounded_up(takes_s * squad.minute_cents, 60)
        cents = max(known_cents, cents + math.ceil(used_j[stretch] * squad.joule_cents - CENT))
        price = cents * MICRO - own - held(until_s, since_s, takes_s, prefix)
        least, least_cents = min(least, price), min(least_cents, cents)
        least_s = min(least_s, takes_s)
    return least, least_cents, least_s


def rooms(most: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return room for the walk of a group of up to `most` orders."""
    whole = np.empty((4 + most, _MOST_STRETCHES), dtype=np.int64)
    return whole, np.empty((3, _MOST_STRETCHES)), np.empty(most, dtype=np.int64)

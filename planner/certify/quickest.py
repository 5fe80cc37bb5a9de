"""What a sortie takes at least on a day of the quickest legs, compiled: the first of its bounds.

With legs that never change a sortie that begins at s ends at the later of s plus what it takes when
nothing makes it wait, and the end of the one that begins first. As legs are the least of the day
over any stops, a sortie never takes less when an order joins it.
"""

import math

import numpy as np

from planner.certify.air import NEVER
from planner.compiled import compiled, compiled_with_arrays, inlined

FAR = 2**62
"""More cents, or micro-cents, than anything costs."""

JOULE = 1.0
"""Tolerance of the battery, J."""

CENT = 1e-3
"""Tolerance of the price of energy before it is rounded up, cents: more than sums of reals err."""

SECOND = 1e-3
"""Tolerance of the time of a charge before it is rounded up, s."""

FLOWN, END, LAST, FIXED, SERVING, SHARING, LIMITS = 0, 1, 2, 3, 4, 5, 6
"""Where `quickest` puts what it finds, where `planner.certify.sharing` does (the last two), and how
many numbers that are."""


@compiled
def rounded_up(value, divisor):  # type: ignore[no-untyped-def]
    """Return a quotient of whole numbers rounded up."""
    return -(-value // divisor)


@compiled
def power_and_lift(squad, mass_kg):  # type: ignore[no-untyped-def]
    """Return W in flight and J for each metre climbed with a load (docs/model.md, "Energy")."""
    heavy = squad.empty_kg + mass_kg
    power_w = squad.base_power_w + squad.power_w_per_kg15 * heavy * math.sqrt(heavy)
    return power_w, squad.lift_j_per_kg_m * heavy


@compiled
def may_land(squad, site, power_w, lift_j_m, used_j, air):  # type: ignore[no-untyped-def]
    """Tell whether a battery still holds the reserve and the least diversion from a site."""
    diversion = air.diversion[site]
    spare_j = power_w * diversion.seconds + lift_j_m * diversion.climb_m
    return used_j <= squad.usable_j - spare_j + JOULE


@compiled
def turn_s(squad, used_j):  # type: ignore[no-untyped-def]
    """Return the seconds in which a drone that used some energy is ready again (docs/model.md)."""
    slow_j = min(used_j, squad.slow_j)
    takes_s = squad.swap_s + slow_j * squad.slow_s_per_j + (used_j - slow_j) * squad.fast_s_per_j
    return math.ceil(takes_s - SECOND)


@compiled
def clears(aboard, carried, orders, checkpoint):  # type: ignore[no-untyped-def]
    """Return the seconds that clearing all aboard takes, and when the last is over; or -1."""
    service, over = 0, 0
    for at in range(carried):
        clearing = orders.clearing[aboard[at], checkpoint]
        if clearing.service_s < 0:
            return -1, NEVER
        service += clearing.service_s
        over = max(over, clearing.cleared_s)
    return service, over


@inlined
def next_stop(step, size, group, which, loads, orders, squad):  # type: ignore[no-untyped-def]
    """Return the order of a step and whether it is loaded, and where to: a place and its side.

    After the last step that is home, with no order.
    """
    order, load = 0, False
    there, beyond = squad.base, squad.base_side
    if step < 2 * size:
        order, load = group[which[step]], loads[step]
        asked = orders.each[order]
        there, beyond = asked.destination, asked.destination_side
        if load:
            there, beyond = asked.origin, asked.origin_side
    return order, load, there, beyond


@compiled
def quickest(group, size, which, loads, ways, orders, squad, air, aboard, loaded, found):  # type: ignore[no-untyped-def]
    """Tell whether a group may be flown in a sequence; fill in what it takes.

    Without waiting it takes `found[FLOWN]` seconds, it ends at `found[END]` at the earliest, begins
    at `found[LAST]` at the latest, and costs `found[FIXED]` cents beside its time. `aboard` and
    `loaded` are room for as many orders.
    """
    clock, flown, used_j = squad.from_s + squad.preflight_s, squad.preflight_s, 0.0
    # Of a plain number other versions of what is called would be compiled.
    mass_kg, volume_l, late, carried, last = 0.0, 0.0, 0, np.int64(0), NEVER
    here, side = squad.base, squad.base_side
    for step in range(2 * size + 1):
        power_w, lift_j_m = power_and_lift(squad, mass_kg)
        order, load, there, beyond = next_stop(step, size, group, which, loads, orders, squad)
        if side != beyond and carried:
            crossed = _cross(
                clock, here, there, ways[side], aboard, carried, orders, air, power_w, lift_j_m
            )
            clock = crossed[0]
            flown += crossed[1]
            used_j += crossed[2]
        else:
            leg = air.day[here, there]
            if leg.whole_s >= NEVER:
                return False
            clock += leg.whole_s
            flown += leg.whole_s
            used_j += power_w * leg.seconds + lift_j_m * leg.climb_m
        here, side = there, beyond
        if clock >= NEVER or not may_land(squad, here, power_w, lift_j_m, used_j, air):
            return False
        if step == 2 * size:
            break
        asked = orders.each[order]
        if load:
            clock = max(clock, asked.ready_s) + asked.load_s
            flown += asked.load_s
            loaded[which[step]] = flown
            mass_kg += asked.mass_kg
            volume_l += asked.volume_l
            aboard[carried] = order
            carried += 1
            if mass_kg > squad.payload_kg + 1e-9 or volume_l > squad.volume_l + 1e-9:
                return False
        else:
            clock += asked.unload_s
            flown += asked.unload_s
            mass_kg -= asked.mass_kg
            volume_l -= asked.volume_l
            carried = without(aboard, carried, order)
            last = min(last, asked.latest_s - flown)
            if clock > asked.due_s:
                late_s = clock - asked.due_s
                late += rounded_up(late_s * asked.late_minute_cents, 60)
            if clock > asked.latest_s:
                return False
            if flown - loaded[which[step]] > asked.longest_s:
                return False
    turned_s = turn_s(squad, used_j)
    flown += turned_s
    found[FLOWN] = flown
    found[END] = clock + turned_s
    found[LAST] = min(last, squad.until_s - flown)
    found[FIXED] = late + math.ceil(used_j * squad.joule_cents - CENT)
    return found[END] <= squad.until_s and found[LAST] >= squad.from_s


@compiled
def without(aboard, carried, order):  # type: ignore[no-untyped-def]
    """Take an order from those aboard; return how many are left."""
    for at in range(carried):
        if aboard[at] == order:
            aboard[at] = aboard[carried - 1]
            break
    return carried - 1


@compiled
def _cross(clock, here, there, ways, aboard, carried, orders, air, power_w, lift_j_m):  # type: ignore[no-untyped-def]
    """Return earliest landing, seconds and J of the least ways over the boundary, each by itself.

    The first is `NEVER` where there is no way.
    """
    landing, takes, used = NEVER, NEVER, math.inf
    for way in range(len(ways)):
        now, spent, joules, place = clock, 0, 0.0, here
        for number in range(2):
            checkpoint, site = ways[way, 2 * number], ways[way, 2 * number + 1]
            if checkpoint < 0:
                break
            service, over = clears(aboard, carried, orders, checkpoint)
            leg = air.day[place, site]
            if service < 0 or leg.whole_s >= NEVER:
                now = NEVER
                break
            now = max(now + leg.whole_s + service, over)
            spent += leg.whole_s + service
            joules += power_w * leg.seconds + lift_j_m * leg.climb_m
            place = site
        leg = air.day[place, there]
        if now >= NEVER or leg.whole_s >= NEVER:
            continue
        landing = min(landing, now + leg.whole_s)
        takes = min(takes, spent + leg.whole_s)
        used = min(used, joules + power_w * leg.seconds + lift_j_m * leg.climb_m)
    return landing, takes, used


@compiled_with_arrays
def least_cents(group, size, sequences, ways, orders, squad, air, found):  # type: ignore[no-untyped-def]
    """Return what a group costs a squad at least at any time of day; `FAR` if it cannot fly."""
    least, code = np.int64(FAR), 0
    room = np.empty((2, size), dtype=np.int64)
    aboard, loaded = room[0], room[1]
    for at in range(size):
        code += orders.each[group[at]].code * 4**at
    for number in range(sequences.counts[size - 1]):
        if sequences.allowed[size - 1, code, number]:
            which, loads = sequences.which[size - 1, number], sequences.loads[size - 1, number]
            if quickest(group, size, which, loads, ways, orders, squad, air, aboard, loaded, found):
                takes = max(found[FLOWN], found[END] - found[LAST])
                cents = found[FIXED] + rounded_up(takes * squad.minute_cents, 60)
                least = min(least, cents)
    return least

"""Groups of jobs flown by one squad in one sequence, from every start, in compiled code.

Everything is by least times, so that what comes out bounds from below what any dispatcher can do:
blocks, pads, bays and the waiting for them are left out, and a drone that waits longer than it may
is let off.

A start stands for all seconds within a width. Leaving later never means landing earlier, so the
earliest clock of the first of them bounds all. Time in the air is another matter: a wind that turns
may shorten the legs of a drone that waits. So every start is flown in several modes, by the most
that the drone is behind the earliest clock anywhere: within `slacks_s[0]`, between that and
`slacks_s[1]`, and so on, at last beyond them all. A mode looks for the quickest air no further than
it may be behind, and one that is behind by more than a slack has lost that time. The least of the
modes bounds the sortie. Legs take whole seconds, and each part of the cost whole cents, as in
plans.
"""

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from planner.arrays import Floats, Ints
from planner.compiled import compiled, inlined

_JOULE = 1.0
"""Tolerance of the battery, J."""

NO_OTHERS = -math.inf
"""Seconds of work for other jobs of a sortie that has no others."""

ANY_LAG = math.inf
"""Seconds that a drone may be behind its earliest clock where no more is known of that."""

_SECOND = 1e-3
"""What rounding may add to a time that is a whole second."""


class JobArrays(NamedTuple):
    """Jobs by position; times in seconds of the day. Sides are 0 and 1.

    `service` [job, checkpoint] is inf where a checkpoint does not clear the job, `earliest` when it
    may begin to.
    """

    origin: Ints
    destination: Ints
    origin_side: Ints
    destination_side: Ints
    ready: Floats
    due: Floats
    latest: Floats
    load: Floats
    unload: Floats
    longest: Floats
    mass: Floats
    volume: Floats
    late_cents: Floats
    service: Floats
    earliest: Floats


class SquadArrays(NamedTuple):
    """What the flying of a squad depends on, and its prices in cents.

    From `swap_s` to `fast_s_per_j` as in `planner.day.turnaround`.
    """

    base: int
    base_side: int
    until_s: float
    preflight_s: float
    swap_s: float
    slow_j: float
    slow_s_per_j: float
    fast_s_per_j: float
    payload_kg: float
    volume_l: float
    empty_kg: float
    base_power_w: float
    power_w_per_kg15: float
    lift_j_per_kg_m: float
    usable_j: float
    second_cents: float
    joule_cents: float


@inlined
def turn_s(squad, used_j):  # type: ignore[no-untyped-def]
    """Return the seconds in which a drone that used some energy is ready again."""
    slow_j = min(used_j, squad.slow_j)
    return squad.swap_s + slow_j * squad.slow_s_per_j + (used_j - slow_j) * squad.fast_s_per_j


@inlined
def _take_off(clock, begin, flown, waited):  # type: ignore[no-untyped-def]
    """Note how far air and work of each mode are behind the earliest clock at a take-off."""
    for mode in range(len(flown)):
        waited[mode] = min(waited[mode], clock - begin - flown[mode])


@inlined
def _slot(clock, tables):  # type: ignore[no-untyped-def]
    """Return the slot of a clock; the last one where it is beyond them all: no leg is in it."""
    slot = int(clock) // tables.slot_s - tables.first
    return max(0, min(slot, tables.times.shape[0] - 1))


@inlined
def _leg(clock, here, there, tables, power_w, lift_j_m, flown, energy):  # type: ignore[no-untyped-def]
    """Fly a leg: add to `flown` and `energy` of each mode; return the earliest landing."""
    slot = _slot(clock, tables)
    slot_begin, times = (tables.first + slot) * tables.slot_s, tables.times[slot, here, there]
    climbed = lift_j_m * tables.climb_m[here, there]
    # Who takes off soon takes that long at least; who does later lands no earlier than those of the
    # next slot.
    soon = clock + np.ceil(times[2])
    landed = max(min(soon, slot_begin + times[1]), slot_begin + times[0])
    for mode in range(len(flown)):
        air = times[2 + mode]
        energy[mode] += power_w * air + climbed
        flown[mode] += np.ceil(air)
    return landed


@inlined
def _cross(  # type: ignore[no-untyped-def]
    clock, begin, here, there, ways, aboard, carried, jobs, tables, power_w, lift_j_m,
    flown, energy, waited, best_flown, best_energy, some_flown, some_energy,
):  # fmt: skip
    """Bring what is aboard over the boundary: the least of every way through checkpoints.

    Clock, seconds of air and work, and energy are each least over the ways.
    """
    best = math.inf
    modes = len(flown)
    for mode in range(modes):
        best_flown[mode] = math.inf
        best_energy[mode] = math.inf
    for way in range(ways.shape[0]):
        now, at = clock, here
        for mode in range(modes):
            some_flown[mode] = flown[mode]
            some_energy[mode] = energy[mode]
        for number in range(2):
            checkpoint, site = ways[way, 2 * number], ways[way, 2 * number + 1]
            if checkpoint < 0:
                break
            service, cleared = 0.0, 0.0
            for at_aboard in range(carried):
                job = aboard[at_aboard]
                service += jobs.service[job, checkpoint]
                cleared = max(
                    cleared, jobs.earliest[job, checkpoint] + jobs.service[job, checkpoint]
                )
            if math.isinf(service):
                now = math.inf
                break
            _take_off(now, begin, some_flown, waited)
            now = _leg(now, at, site, tables, power_w, lift_j_m, some_flown, some_energy)
            for mode in range(modes):
                some_flown[mode] += service
            now = max(now + service, cleared)
            at = site
            if math.isinf(now):
                break
        if math.isinf(now):
            continue
        _take_off(now, begin, some_flown, waited)
        now = _leg(now, at, there, tables, power_w, lift_j_m, some_flown, some_energy)
        if math.isinf(now):
            continue
        best = min(best, now)
        for mode in range(modes):
            best_flown[mode] = min(best_flown[mode], some_flown[mode])
            best_energy[mode] = min(best_energy[mode], some_energy[mode])
    for mode in range(modes):
        flown[mode] = best_flown[mode]
        energy[mode] = best_energy[mode]
    return best


class Room(NamedTuple):
    """Room to fly starts in: seconds and joules by mode, and what is aboard.

    `each` [*, mode] are time in the air and at work, energy, how far a drone is behind its earliest
    clock, and two of each of the first for ways over the boundary; `loaded_at` [job, mode].
    """

    each: Floats
    loaded_at: Floats
    good: npt.NDArray[np.bool_]
    aboard: Ints


def room_for(jobs: int, slacks: int) -> Room:
    """Return room for groups of some jobs, flown in modes parted by some slacks."""
    modes = slacks + 1
    return Room(
        np.empty((7, modes)),
        np.empty((jobs, modes)),
        np.empty(modes, dtype=np.bool_),
        np.empty(jobs, dtype=np.int64),
    )


@compiled
def fly_starts(  # type: ignore[no-untyped-def]
    row, begin_s, width_s, slacks_s, groups, which, loads, ways, jobs, squad, tables, room,
    beside_s, behind_s, cents, seconds,
):  # fmt: skip
    """Fill in least `cents` and `seconds` of some starts; inf where none may be flown.

    Start i flies `groups[row[i]]` from `begin_s[i]` or up to `width_s` later: step n loads
    (`loads[n]`) or unloads job `which[n]` of the group. `ways[side]` are the checkpoints, as
    (checkpoint, site) twice, -1 for none, that goods of a side may cross by. With
    `beside_s` of 0 or more they are sorties that serve other jobs besides, loading and unloading
    these for so long at least, if legs are over any stops: their first take-off may be late too.
    No sortie is under way for more than `behind_s` seconds, its preflight left out, nor behind its
    earliest clock by more, the width left out.
    """
    modes = len(slacks_s) + 1
    flown, energy, waited = room.each[0], room.each[1], room.each[2]
    loaded_at, good, aboard = room.loaded_at, room.good, room.aboard
    for start in range(len(row)):
        cents[start] = math.inf
        seconds[start] = math.inf
        group = groups[row[start]]
        begin = float(begin_s[start])
        clock = begin + squad.preflight_s
        for mode in range(modes):
            flown[mode] = squad.preflight_s
            waited[mode] = math.inf
            energy[mode] = 0.0
            good[mode] = mode == 0 or slacks_s[mode - 1] < behind_s
        mass, volume, late, carried = 0.0, 0.0, 0.0, 0
        here, side, alive = squad.base, squad.base_side, True
        for number in range(len(which) + 1):
            power_w = squad.base_power_w + squad.power_w_per_kg15 * (squad.empty_kg + mass) ** 1.5
            lift_j_m = squad.lift_j_per_kg_m * (squad.empty_kg + mass)
            job, load = 0, False
            if number == len(which):
                there, beyond = squad.base, squad.base_side
            else:
                job, load = group[which[number]], loads[number]
                there, beyond = jobs.destination[job], jobs.destination_side[job]
                if load:
                    there, beyond = jobs.origin[job], jobs.origin_side[job]
            if side != beyond and carried:
                clock = _cross(
                    clock, begin, here, there, ways[side], aboard, carried, jobs, tables,
                    power_w, lift_j_m, flown, energy, waited,
                    room.each[3], room.each[4], room.each[5], room.each[6],
                )  # fmt: skip
            else:
                if number or beside_s >= 0:  # who waits at the base had better start later
                    _take_off(clock, begin, flown, waited)
                clock = _leg(clock, here, there, tables, power_w, lift_j_m, flown, energy)
            here, side = there, beyond
            spare_j = power_w * tables.diversion_s[here] + lift_j_m * tables.diversion_climb_m[here]
            alive = not math.isinf(clock)
            for mode in range(modes):
                good[mode] &= energy[mode] <= squad.usable_j - spare_j + _JOULE
            if not alive or number == len(which):
                break
            if load:
                clock = max(clock, jobs.ready[job]) + jobs.load[job]
                mass += jobs.mass[job]
                volume += jobs.volume[job]
                aboard[carried] = job
                carried += 1
                alive = mass <= squad.payload_kg + 1e-9 and volume <= squad.volume_l + 1e-9
                for mode in range(modes):
                    flown[mode] += jobs.load[job]
                    loaded_at[which[number], mode] = flown[mode]
            else:
                clock += jobs.unload[job]
                mass -= jobs.mass[job]
                volume -= jobs.volume[job]
                carried -= 1
                for other in range(carried):
                    if aboard[other] == job:
                        aboard[other] = aboard[carried]
                alive = clock <= jobs.latest[job]
                late_s = clock - jobs.due[job]
                if late_s > 0:
                    late += math.ceil(late_s * jobs.late_cents[job] - _SECOND)
                for mode in range(modes):
                    flown[mode] += jobs.unload[job]
                    under_way = flown[mode] - loaded_at[which[number], mode]
                    good[mode] &= under_way <= jobs.longest[job]
            flies = False
            for mode in range(modes):
                flies = flies or good[mode]
            alive = alive and flies
            if not alive:
                break
        # A sortie that lasts so long waits for longer than it may.
        if not alive or clock - begin - width_s - squad.preflight_s > behind_s:
            continue
        for mode in range(modes):
            turned = np.ceil(turn_s(squad, energy[mode]) - _SECOND)
            end = clock + turned
            if not good[mode] or end > squad.until_s:
                continue
            takes, lost = flown[mode] + turned, max(0.0, beside_s)
            if mode:
                # Some of the work for others may have been done by then.
                lost = max(beside_s, slacks_s[mode - 1] + waited[mode])
            takes += lost
            takes = max(takes, end - (begin + width_s - 1))
            costs = math.ceil(takes * squad.second_cents - _SECOND) + late
            costs += math.ceil(energy[mode] * squad.joule_cents - _SECOND)
            seconds[start] = min(seconds[start], takes)
            cents[start] = min(cents[start], costs)

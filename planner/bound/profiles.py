"""What sorties take from any start on a day of the quickest legs: the first of their bounds.

With legs that never change, a sortie that begins at second s ends at the later of s plus what it
takes and the end of the one that begins first and waits. So two clocks tell all its starts apart.
It is far quicker than to fly each of them (`planner.bound.simulation`), and bounds that from below.
"""

import math
from itertools import product
from typing import NamedTuple

import numpy as np

from planner.arrays import Floats, Ints, Singles
from planner.bound.simulation import JobArrays, turn_s
from planner.compiled import compiled
from planner.day.tables import Tables

_JOULE = 1.0
"""Tolerance of the battery, J."""


_ROUNDING_S = 0.01
"""What single precision may add to a time of the day at most, s."""


class Profiles(NamedTuple):
    """What sorties take, by position; inf where none may be flown.

    One that begins at second s, `last_s` at most, costs `fixed_cents` beside its time, and takes a
    drone for `seconds` or until `end_s`, whichever is later.
    """

    fixed_cents: Singles
    seconds: Singles
    end_s: Singles
    last_s: Singles


class Legs(NamedTuple):
    """Legs of a type that never change, the least of the day over any stops.

    `cross_s` and `cross_climb_m` [load, from, to] are over checkpoints, the least of every way and
    with the time that clearing takes; `load` numbers what is aboard by `group` of each job, 0 for
    none, the first counting most. Diversions as in `Tables`.
    """

    leg_s: Floats
    climb_m: Floats
    group: Ints
    groups: int
    cross_s: Floats
    cross_climb_m: Floats
    diversion_s: Floats
    diversion_climb_m: Floats


def legs_of_day(tables: Tables, jobs: JobArrays, ways: tuple[Ints, ...], most: int) -> Legs:
    """Return the legs of timeless tables for sorties of some jobs at most.

    `ways` are the chains of checkpoints as `planner.bound.simulation.fly_starts` has them, by side.
    """
    leg, climb = tables.times[0, :, :, 2].astype(float), tables.climb_m
    kinds, group = np.unique(jobs.service, axis=0, return_inverse=True)
    service = np.concatenate((np.zeros((1, jobs.service.shape[1])), kinds))
    loads = list(product(range(len(service)), repeat=most))
    cross, up = np.full((2, len(loads), *leg.shape), np.inf)
    for number, load in enumerate(loads):
        takes = service[list(load)].sum(axis=0)
        for first, site, then, into in np.concatenate(ways).tolist():
            last, out, climbs, passed = (
                site,
                leg[:, site] + takes[first],
                climb[:, site],
                takes[first],
            )
            if then >= 0:
                out, climbs = out + leg[site, into] + takes[then], climbs + climb[site, into]
                last, passed = into, passed + takes[then]
            if math.isfinite(passed):
                np.minimum(cross[number], out[:, None] + leg[last], out=cross[number])
                np.minimum(up[number], climbs[:, None] + climb[last], out=up[number])
    return Legs(
        leg, climb, group.ravel() + 1, len(service), cross, up, tables.diversion_s,
        tables.diversion_climb_m,
    )  # fmt: skip


@compiled
def fly_profiles(  # type: ignore[no-untyped-def]
    groups, which, loads, allowed, code, jobs, squad, from_s, legs, most, loaded_s,
    fixed, takes, ends, lasts,
):  # fmt: skip
    """Fill in the profiles of groups flown in a sequence, as arrays; inf where none may be flown.

    Step n loads (`loads[n]`) or unloads job `which[n]` of a group. `allowed` [code] tells which
    sides jobs may have, by the `code` of each job, four to the power of its position times.
    `loaded_s` is room for a second for each job of a group.
    """
    size = groups.shape[1]
    for row in range(len(groups)):
        fixed[row], takes[row], ends[row], lasts[row] = math.inf, math.inf, math.inf, math.inf
        sides = 0
        for at in range(size):
            sides = 4 * sides + code[groups[row, at]]
        if not allowed[sides]:
            continue
        clock, flown, energy = from_s + squad.preflight_s, squad.preflight_s, 0.0
        mass, volume, late, last = 0.0, 0.0, 0.0, math.inf
        here, side, aboard, alive = squad.base, squad.base_side, np.int64(0), True
        for number in range(len(which) + 1):
            heavy = squad.empty_kg + mass
            power_w = squad.base_power_w + squad.power_w_per_kg15 * heavy * math.sqrt(heavy)
            lift_j_m = squad.lift_j_per_kg_m * heavy
            job, load = 0, False
            if number == len(which):
                there, beyond = squad.base, squad.base_side
            else:
                job, load = groups[row, which[number]], loads[number]
                there, beyond = jobs.destination[job], jobs.destination_side[job]
                if load:
                    there, beyond = jobs.origin[job], jobs.origin_side[job]
            leg_s, climb_m = legs.leg_s[here, there], legs.climb_m[here, there]
            air_s = leg_s
            if side != beyond and aboard:
                leg_s, climb_m = (
                    legs.cross_s[aboard, here, there],
                    legs.cross_climb_m[aboard, here, there],
                )
                air_s = legs.leg_s[here, there]
            clock += leg_s
            flown += leg_s
            energy += power_w * air_s + lift_j_m * climb_m
            here, side = there, beyond
            spare_j = power_w * legs.diversion_s[here] + lift_j_m * legs.diversion_climb_m[here]
            if energy > squad.usable_j - spare_j + _JOULE or math.isinf(clock):
                alive = False
                break
            if number == len(which):
                break
            if load:
                clock = max(clock, jobs.ready[job]) + jobs.load[job]
                flown += jobs.load[job]
                loaded_s[which[number]] = flown
                mass += jobs.mass[job]
                volume += jobs.volume[job]
                aboard = aboard * legs.groups + legs.group[job]
                alive = mass <= squad.payload_kg + 1e-9 and volume <= squad.volume_l + 1e-9
            else:
                clock += jobs.unload[job]
                flown += jobs.unload[job]
                mass -= jobs.mass[job]
                volume -= jobs.volume[job]
                aboard = _without(aboard, legs.group[job], legs.groups, most)
                last = min(last, jobs.latest[job] - flown)
                late += max(0.0, clock - jobs.due[job]) * jobs.late_cents[job]
                alive = clock <= jobs.latest[job]
                alive = alive and flown - loaded_s[which[number]] <= jobs.longest[job]
            if not alive:
                break
        turned = turn_s(squad, energy)
        last = min(last, squad.until_s - turned - flown)
        if alive and clock + turned <= squad.until_s and last >= from_s:
            fixed[row] = energy * squad.joule_cents + late
            takes[row] = flown + turned
            ends[row] = clock + turned - _ROUNDING_S
            lasts[row] = last + _ROUNDING_S


@compiled
def _without(aboard, group, groups, most):  # type: ignore[no-untyped-def]
    """Return what is aboard without one of a group."""
    left, scale, found = 0, 1, False
    for _ in range(most):
        each = aboard % groups
        aboard //= groups
        if each == group and not found:
            found = True
        elif each:
            left += each * scale
            scale *= groups
    return left

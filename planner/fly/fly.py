"""A sortie timed to the second on a day as it is taken, first come first served, in compiled code.

What `planner.dispatch.dispatch` does, on records: each leg is the quickest at its time
(`planner.fly.sky`), delayed on the pad until its blocks and the pad ahead are free; goods that
cross take the checkpoints that bring them across first, or, if the battery does not last, those
that take the least energy. An order that comes after another waits for what the day knows of that.
Other lanes may be quicker for a leg that meets a change of winds or closures: the dispatcher knows
them.
"""

import math

import numpy as np

from planner.bound.simulation import turn_s
from planner.compiled import compiled, inlined
from planner.day.traffic import add_holds, remove_holds
from planner.fly.crossing import cross
from planner.fly.leg import LATE, fly_leg, free_all, next_free
from planner.fly.records import NEVER_S, NONE

TRIES = 6
"""Starts that are tried for a sortie at most."""


@inlined
def _place(jobs, step):  # type: ignore[no-untyped-def]
    """Return the site at which a step loads or unloads."""
    return jobs[step - 1].origin if step > 0 else jobs[-step - 1].destination


@inlined
def _ahead(sky, goods, fleet, squad, steps, number, end):  # type: ignore[no-untyped-def]
    """Return when a drone is to be where a step is done at the latest, and what is ahead then, s.

    The step is `number`, or the end. Later than that it is back too late, or hands over one of the
    jobs too late that are unloaded from then on, even if nothing is in its way.
    """
    jobs, kind, there, carried = goods.jobs, fleet[squad].kind, fleet[squad].base, 0
    until_s, last, rest_s = np.int64(fleet[squad].until_s), end - 1, turn_s(fleet[squad], 0.0)
    while last >= number:
        here, first = _place(jobs, steps[last]), last
        if here != there:
            least_s = sky.least_s[kind, here, there]
            if carried and goods.side[here] != goods.side[there]:
                least_s = goods.least_s[kind, here, there]
            until_s -= least_s
            rest_s += least_s
        # What is done at one place: unload, then load.
        while first > number and _place(jobs, steps[first - 1]) == here:
            first -= 1
        for each in range(first, last + 1):
            if steps[each] > 0:
                until_s -= int(jobs[steps[each] - 1].load)
                rest_s += int(jobs[steps[each] - 1].load)
                carried -= 1
        for each in range(last, first - 1, -1):
            if steps[each] < 0:
                latest_s = np.int64(jobs[-steps[each] - 1].latest)
                until_s = min(until_s, latest_s) - int(jobs[-steps[each] - 1].unload)
                rest_s += int(jobs[-steps[each] - 1].unload)
                carried += 1
        there, last = here, first - 1
    return until_s, np.int64(rest_s)


@inlined
def _fly(  # type: ignore[no-untyped-def]
    sky, day, fleet, goods, squad, steps, start_s, most_s, trip, row, lean
):
    """Time a sortie from a start; return by how much to try later, s.

    It is `LATE` if an order is handed over too late, or if it takes longer than `most_s` whenever
    it starts, -1 if the battery does not last.
    `trip.head[row].legs` is 0 if it does not fly. Step n loads job `steps[n] - 1`, or unloads job
    `-steps[n] - 1`; 0 ends them.
    """
    jobs, aboard, loaded = goods.jobs, trip.aboard, trip.loaded
    trip.head[row].legs = 0
    # Of plain numbers other versions of what is called would be compiled.
    carried, mass, late, used, at = np.int64(0), 0.0, 0, 0.0, np.int64(0)
    clock = start_s + fleet[squad].preflight_s
    served_s = fleet[squad].preflight_s
    trip.stop[row, 0].site = fleet[squad].base
    trip.stop[row, 0].arrive = start_s
    trip.stop[row, 0].bay = NONE
    number, most = 0, 0
    while most < len(steps) and steps[most] != 0:
        most += 1
    # Who waits at the base starts later instead.
    base, first_s = fleet[squad].base, fleet[squad].preflight_s
    for each in range(most):
        if steps[each] < 0 or jobs[steps[each] - 1].origin != base:
            break
        first_s += int(jobs[steps[each] - 1].load)
    while True:
        ended = number == most
        there = fleet[squad].base if ended else _place(jobs, steps[number])
        here = trip.stop[row, at].site
        if here != there:
            until_s, rest_s = _ahead(sky, goods, fleet, squad, steps, number, most)
            within_s = most_s - first_s - rest_s
            if carried and goods.side[here] != goods.side[there]:
                at, clock, used, hint = cross(
                    sky, day, fleet, goods, squad, trip, row, at, clock, until_s, within_s,
                    served_s, mass, used, there, carried, lean,
                )  # fmt: skip
            else:
                clock, used, hint = fly_leg(
                    sky, day, fleet, goods, squad, trip, row, at, clock, until_s, within_s,
                    served_s, mass, carried, used, there, lean,
                )  # fmt: skip
                at += 1
            if clock < 0:
                return hint
            served_s = 0
        if ended:
            break
        # What is done at one place: unload, then load.
        last = number
        while last < most and _place(jobs, steps[last]) == there:
            last += 1
        for each in range(number, last):
            if steps[each] < 0:
                job = -steps[each] - 1
                clock += int(jobs[job].unload)
                served_s += int(jobs[job].unload)
                if clock > jobs[job].latest:
                    return LATE
                trip.over[row, each] = clock
                if clock > jobs[job].due:
                    late += math.ceil((clock - jobs[job].due) * jobs[job].late_cents - 1e-6)
                mass -= jobs[job].mass
                for other in range(carried):
                    if aboard[other] == job:
                        under_way = clock - loaded[other]
                        aboard[other], loaded[other] = aboard[carried - 1], loaded[carried - 1]
                        carried -= 1
                        if under_way > jobs[job].longest:
                            return int(under_way - jobs[job].longest)
                        break
                if carried == 0:
                    mass = 0.0
        for each in range(number, last):
            if steps[each] > 0:
                job = steps[each] - 1
                clock = max(clock, int(jobs[job].ready))
                if jobs[job].after != NONE:
                    over_s = day.over_s[jobs[job].after]
                    if over_s == NONE:
                        return 0
                    clock = max(clock, over_s + int(jobs[job].after_s))
                clock += int(jobs[job].load)
                served_s += int(jobs[job].load)
                mass += jobs[job].mass
                aboard[carried], loaded[carried] = job, clock
                carried += 1
        number = last
    lasts_s = math.ceil(turn_s(fleet[squad], used) - 1e-6)
    if fleet[squad].fast_s_per_j > 0:
        clock = next_free(day.chargers[base], day.chargers_of[base], clock, lasts_s)
    end = clock + lasts_s
    trip.head[row].turn_from = clock
    trip.stop[row, at].depart = end
    trip.stop[row, 0].arrive = trip.stop[row, 0].takeoff - first_s
    if not free_all(day.pads[base], day.pads_of[base], trip.stop[row, at].arrive, end):
        return 60
    if not free_all(
        day.pads[base], day.pads_of[base], trip.stop[row, 0].arrive, trip.stop[row, 0].depart
    ):
        return 60
    if end > fleet[squad].until_s:
        return 0
    if trip.stop[row, 0].arrive < fleet[squad].from_s:
        return fleet[squad].from_s - trip.stop[row, 0].arrive
    seconds = end - trip.stop[row, 0].arrive
    cents = math.ceil(seconds * fleet[squad].second_cents - 1e-6) + late
    trip.head[row].cents = int(cents + math.ceil(used * fleet[squad].joule_cents - 1e-6))
    trip.head[row].legs = at
    return 0


@inlined
def idle_s(fleet, goods, squad, steps, trip, row):  # type: ignore[no-untyped-def]
    """Return the seconds that a sortie stands on pads with nothing to do."""
    legs = trip.head[row].legs
    idle = -fleet[squad].preflight_s
    idle -= trip.stop[row, legs].depart - trip.head[row].turn_from
    for stop in range(legs + 1):
        idle += trip.stop[row, stop].depart - trip.stop[row, stop].arrive
        if trip.stop[row, stop].bay != NONE:
            idle -= trip.stop[row, stop].bay_until - trip.stop[row, stop].bay_from
    for step in steps:
        if step > 0:
            idle -= int(goods.jobs[step - 1].load)
        elif step < 0:
            idle -= int(goods.jobs[-step - 1].unload)
    return idle


@compiled
def copy_trip(source, row, target, other):  # type: ignore[no-untyped-def]
    """Copy a sortie to another row."""
    target.head[other] = source.head[row]
    for stop in range(source.head[row].legs + 1):
        target.stop[other, stop] = source.stop[row, stop]
    for leg in range(source.head[row].legs):
        for block in range(source.stop[row, leg].bends):
            target.bent[other, leg, block] = source.bent[row, leg, block]
    for step in range(target.over.shape[1]):
        target.over[other, step] = source.over[row, step]


@inlined
def most_s(fleet, squad, cents):  # type: ignore[no-untyped-def]
    """Return how long a sortie of a squad may take that is to cost so many cents at most."""
    found = np.int64(NEVER_S)
    if fleet[squad].second_cents > 0:
        found = np.int64(min(cents / fleet[squad].second_cents, found))
    return found


@compiled
def fly(  # type: ignore[no-untyped-def]
    sky, day, fleet, goods, squad, steps, start_s, least_s, trip, row, tries, most_s
):
    """Time a sortie from a start on into a row of `trip`; return whether it flies.

    What is seen on the way to take longer than `most_s` does not. If it does not, `turn_from` of
    its head is the last start tried, `NEVER_S` if none later does. The two rows after it are
    scratch. It takes off at `least_s` or later. While it stands idle and no more than `tries` were
    tried, later starts are tried, and the cheapest is kept.
    """
    best, start, other = False, start_s, row + 1
    for number in range(TRIES):
        hint = -1
        for lean in (False, True):
            if hint == -1:
                hint = _fly(
                    sky,
                    day,
                    fleet,
                    goods,
                    squad,
                    steps,
                    start,
                    most_s,
                    trip,
                    other,
                    lean,
                )
        if trip.head[other].legs and trip.stop[other, 0].takeoff < least_s:
            hint = least_s - trip.stop[other, 0].takeoff
            trip.head[other].legs = 0
        if trip.head[other].legs == 0:
            if hint == LATE:
                start = np.int64(NEVER_S)
            if hint <= 0:
                break
            start += hint
            continue
        if best and trip.head[other].cents >= trip.head[row].cents:
            break
        copy_trip(trip, other, trip, row)
        best = True
        if number + 1 >= tries:
            break
        idle = idle_s(fleet, goods, squad, steps, trip, row)
        if idle <= 1:
            break
        start = trip.stop[row, 0].arrive + idle
    if not best:
        trip.head[row].legs = 0
        trip.head[row].turn_from = start
    return best


@inlined
def held(sky, trip, row, leg):  # type: ignore[no-untyped-def]
    """Return the blocks that a leg of a sortie holds: an array, and from where to where in it."""
    flight, bends = trip.stop[row, leg].flight, trip.stop[row, leg].bends
    chain, begin, end = sky.block, sky.flight[flight].begin, sky.flight[flight].end
    if bends:
        chain, begin, end = trip.bent[row, leg], 0, bends
    return chain, begin, end


@compiled
def enter(sky, day, fleet, squad, trip, row):  # type: ignore[no-untyped-def]
    """Take what a sortie holds from the day."""
    _change(day, fleet, squad, trip, row, 1)
    for leg in range(trip.head[row].legs):
        chain, begin, end = held(sky, trip, row, leg)
        add_holds(day.holds, chain, begin, end, trip.stop[row, leg].takeoff)


@compiled
def leave(sky, day, fleet, squad, trip, row):  # type: ignore[no-untyped-def]
    """Give back what a sortie holds."""
    _change(day, fleet, squad, trip, row, -1)
    for leg in range(trip.head[row].legs):
        chain, begin, end = held(sky, trip, row, leg)
        remove_holds(day.holds, chain, begin, end, trip.stop[row, leg].takeoff)


@inlined
def _change(day, fleet, squad, trip, row, more):  # type: ignore[no-untyped-def]
    """Change the counts of stays on pads, in bays and at chargers."""
    for stop in range(trip.head[row].legs + 1):
        site = trip.stop[row, stop].site
        for second in range(max(0, trip.stop[row, stop].arrive), trip.stop[row, stop].depart):
            day.pads[site, second] += more
        bay = trip.stop[row, stop].bay
        if bay != NONE:
            for second in range(trip.stop[row, stop].bay_from, trip.stop[row, stop].bay_until):
                day.bays[bay, second] += more
    if fleet[squad].fast_s_per_j > 0:
        for second in range(trip.head[row].turn_from, trip.stop[row, trip.head[row].legs].depart):
            day.chargers[fleet[squad].base, second] += more

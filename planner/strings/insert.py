"""Where one job fits best on trips as they stand, each slot judged without walking the trip."""

import numpy as np

from planner.compiled import compiled, compiled_with_arrays, inlined
from planner.strings.problem import (
    CLOSE,
    DEPOT,
    DUE,
    FIXED,
    LONGEST,
    MOST_JOBS,
    MOST_TRIPS,
    OPEN,
    PAIRED,
    PLACE,
    READY,
    RELEASE,
    RELOAD,
    SERVICE,
    TIME,
    TRIP,
    UNBOUNDED,
)
from planner.strings.state import (
    AFTER,
    AT,
    BACK,
    CARRIED,
    DONE,
    LAST,
    LASTED,
    LATEST,
    LENGTH,
    PURE,
)

EXTRA, VEHICLE, NUMBER, LOAD_AFTER, UNLOAD_AFTER, OPENS = range(6)
"""Entries of a place: what it costs more, which trip, after which slots, is the trip opened."""


@inlined
def fits(aboard, load, beside, capacity, vehicle, trip, slot, job, kind):  # type: ignore[no-untyped-def]
    """Tell whether a job fits beside what is aboard when a slot is left."""
    good = True
    for dimension in range(load.shape[1]):
        now = aboard[vehicle, trip, slot, dimension]
        good = good and now + load[job, dimension] <= capacity[kind, dimension]
        good = good and now <= beside[job, dimension]
    return good


@inlined
def takes(slots, vehicle, trip, slot, pure, last, done, leg):  # type: ignore[no-untyped-def]
    """Return the time of a trip of a given beginning that goes on at a slot of another.

    The beginning has `pure` time, the `last` departure and is `done` at the earliest; `leg` leads
    to the slot.
    """
    rest = leg + slots[vehicle, trip, slot, AFTER]
    end = max(slots[vehicle, trip, slot, BACK], done + rest)
    return max(pure + rest, end - min(last, slots[vehicle, trip, slot, LATEST] - leg - pure))


@inlined
def detour(matrices, which, kind, here, over, there):  # type: ignore[no-untyped-def]
    """Return what a way over a place has more than the way past it, in one of some matrices."""
    return (
        matrices[which, kind, here, over]
        + matrices[which, kind, over, there]
        - matrices[which, kind, here, there]
    )


@compiled
def try_delivery(problem, state, job, vehicles, blink, best):  # type: ignore[no-untyped-def]
    """Write into `best` the cheapest place of a job without pickup on a trip, if it is cheaper.

    Places are overlooked at random, a share `blink` of them.
    """
    rules, travel, cost, nodes = problem.classes, problem.travel, problem.cost, problem.nodes
    slots, trips, aboard = state.slots, state.trips, state.aboard
    load, beside, capacity = problem.load, problem.beside, problem.capacity
    kinds, suits = problem.kind, problem.suits
    draws, limits = problem.draws, problem.limits
    count, release, node = state.trip_count, problem.jobs[job, RELEASE], 2 * job + 1
    at, ready, due = nodes[node, PLACE], nodes[node, READY], nodes[node, DUE]
    service = nodes[node, SERVICE]
    for vehicle in vehicles:
        kind = kinds[vehicle]
        if not suits[kind, job]:
            continue
        timed = rules[kind, TIME] > 0 or rules[kind, LONGEST] < UNBOUNDED
        for trip in range(count[vehicle]):
            if slots[vehicle, trip, 0, DONE] > due:
                break
            if trips[vehicle, trip, CARRIED] >= rules[kind, MOST_JOBS]:
                continue
            if not fits(aboard, load, beside, capacity, vehicle, trip, 0, job, kind):
                continue
            length = trips[vehicle, trip, LENGTH]
            there = slots[vehicle, trip, 0, AT]
            for slot in range(length + 1):
                here, there = there, slots[vehicle, trip, slot + 1, AT]
                last, pure = slots[vehicle, trip, slot, LAST], slots[vehicle, trip, slot, PURE]
                leave = max(slots[vehicle, trip, slot, DONE], release + pure)
                if release > last or leave > due:
                    break
                if not fits(aboard, load, beside, capacity, vehicle, trip, slot, job, kind):
                    break
                latest = slots[vehicle, trip, slot + 1, LATEST]
                if latest < ready:
                    continue
                extra = cost[kind, here, at] + cost[kind, at, there] - cost[kind, here, there]
                if extra >= best[EXTRA]:
                    continue
                out, leg = travel[kind, here, at], travel[kind, at, there]
                start = max(leave + out, ready)
                if start > due or start + service + leg > latest:
                    continue
                good = True
                for measure in range(len(draws)):
                    drawn = state.drawn[vehicle, trip, measure]
                    drawn += detour(draws, measure, kind, here, at, there)
                    good = good and drawn <= limits[kind, measure]
                if not good:
                    continue
                if timed:
                    lasts = takes(
                        slots, vehicle, trip, slot + 1, pure + out + service,
                        min(last, due - pure - out), start + service, leg,
                    )  # fmt: skip
                    extra += rules[kind, TIME] * (lasts - trips[vehicle, trip, LASTED])
                    if lasts > rules[kind, LONGEST] or extra >= best[EXTRA]:
                        continue
                if np.random.random() < blink:
                    continue
                best[EXTRA], best[VEHICLE], best[NUMBER], best[OPENS] = extra, vehicle, trip, 0
                best[LOAD_AFTER], best[UNLOAD_AFTER] = slot, slot


@compiled_with_arrays
def try_alone(problem, state, job, vehicles, best):  # type: ignore[no-untyped-def]
    """Write into `best` the first gap of a vehicle's day for a trip of one job, if cheaper.

    Of vehicles of a class that are not used only the first is looked at.
    """
    rules, travel, cost, nodes = problem.classes, problem.travel, problem.cost, problem.nodes
    slots, release = state.slots, problem.jobs[job, RELEASE]
    draws, limits = problem.draws, problem.limits
    drawn = np.zeros(len(draws), dtype=np.int64)
    idle = np.ones(len(rules), dtype=np.bool_)
    for vehicle in vehicles:
        kind, count = problem.kind[vehicle], state.trip_count[vehicle]
        if not problem.suits[kind, job] or count >= rules[kind, MOST_TRIPS]:
            continue
        if count == 0 and not idle[kind]:
            continue
        idle[kind] = idle[kind] and count > 0
        good = True
        for dimension in range(problem.load.shape[1]):
            good = good and problem.load[job, dimension] <= problem.capacity[kind, dimension]
        depot = rules[kind, DEPOT]
        drawn[:] = 0
        pure, last, here = 0, rules[kind, CLOSE], depot
        done = rules[kind, OPEN]
        extra = rules[kind, TRIP] + (rules[kind, FIXED] if count == 0 else 0)
        for node in range(2 * job + 1 - problem.jobs[job, PAIRED], 2 * job + 2):
            there = nodes[node, PLACE]
            leg = travel[kind, here, there]
            extra += cost[kind, here, there]
            drawn += draws[:, kind, here, there]
            last = min(last, nodes[node, DUE] - pure - leg)
            done = max(done + leg, nodes[node, READY])
            good = good and done <= nodes[node, DUE]
            done += nodes[node, SERVICE]
            pure += leg + nodes[node, SERVICE]
            here = there
        leg = travel[kind, here, depot]
        extra += cost[kind, here, depot]
        pure += leg
        drawn += draws[:, kind, here, depot]
        done = max(done + leg, release + pure)
        last = min(last, rules[kind, CLOSE] - pure)
        lasts = max(pure, done - last)
        extra += rules[kind, TIME] * lasts
        good = good and lasts <= rules[kind, LONGEST]
        for measure in range(len(draws)):
            good = good and drawn[measure] <= limits[kind, measure]
        if not good or extra >= best[EXTRA]:
            continue
        for trip in range(count + 1):
            free, limit = rules[kind, OPEN], rules[kind, CLOSE]
            if trip:
                end = state.trips[vehicle, trip - 1, LENGTH] + 1
                free = slots[vehicle, trip - 1, end, DONE] + rules[kind, RELOAD]
            if trip < count:
                limit = slots[vehicle, trip, 0, LATEST] - rules[kind, RELOAD]
            if max(free, release) > last:
                break
            if max(done, free + pure) <= limit:
                best[EXTRA], best[VEHICLE], best[NUMBER], best[OPENS] = extra, vehicle, trip, 1
                best[LOAD_AFTER], best[UNLOAD_AFTER] = 0, 0
                break

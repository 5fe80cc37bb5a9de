"""Where a job with a pickup fits best on trips as they stand."""

import numpy as np

from planner.compiled import compiled
from planner.strings.insert import (
    EXTRA,
    LOAD_AFTER,
    NUMBER,
    OPENS,
    UNLOAD_AFTER,
    VEHICLE,
    detour,
    fits,
    takes,
)
from planner.strings.problem import (
    DUE,
    LONGEST,
    MOST_JOBS,
    PLACE,
    READY,
    SERVICE,
    TIME,
    UNBOUNDED,
)
from planner.strings.state import AT, CARRIED, DONE, LAST, LASTED, LATEST, LENGTH, NODE, PURE


@compiled
def try_pair(problem, state, job, vehicles, blink, best):  # type: ignore[no-untyped-def]
    """Write into `best` the cheapest two places of a job with pickup on a trip, if cheaper.

    Places are overlooked at random, a share `blink` of them.
    """
    rules, travel, cost, nodes = problem.classes, problem.travel, problem.cost, problem.nodes
    slots, trips, aboard = state.slots, state.trips, state.aboard
    load, beside, capacity = problem.load, problem.beside, problem.capacity
    kinds, suits = problem.kind, problem.suits
    draws, limits = problem.draws, problem.limits
    count, one, two = state.trip_count, 2 * job, 2 * job + 1
    first, ready, due = nodes[one, PLACE], nodes[one, READY], nodes[one, DUE]
    second, from_, until = nodes[two, PLACE], nodes[two, READY], nodes[two, DUE]
    loads, unloads = nodes[one, SERVICE], nodes[two, SERVICE]
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
            length = trips[vehicle, trip, LENGTH]
            # Useless are slots whose followers are due before the job is loaded: LATEST rises.
            low, high = 0, length + 1
            while low < high:
                middle = (low + high) // 2
                if slots[vehicle, trip, middle + 1, LATEST] < ready + loads:
                    low = middle + 1
                else:
                    high = middle
            for begin in range(low, length + 1):
                if slots[vehicle, trip, begin, DONE] > due:
                    break
                here, there = slots[vehicle, trip, begin, AT], slots[vehicle, trip, begin + 1, AT]
                out = travel[kind, here, first]
                clock = max(slots[vehicle, trip, begin, DONE] + out, ready)
                if clock > due:
                    continue
                if not fits(aboard, load, beside, capacity, vehicle, trip, begin, job, kind):
                    continue
                # From here on the job is aboard. `walked` is the cost of what is flown so far, less
                # that of what is not flown any more.
                clock += loads
                pure = slots[vehicle, trip, begin, PURE] + out
                last = min(slots[vehicle, trip, begin, LAST], due - pure)
                pure += loads
                walked = cost[kind, here, first] - cost[kind, here, there]
                base = walked + cost[kind, first, there]
                slot, at, onward = begin, first, there
                while True:
                    over, leg = travel[kind, at, second], travel[kind, second, onward]
                    extra = walked + cost[kind, at, second] + cost[kind, second, onward]
                    if extra < best[EXTRA]:
                        done = max(clock + over, from_) + unloads
                        good = done - unloads <= until
                        good = good and done + leg <= slots[vehicle, trip, slot + 1, LATEST]
                        for measure in range(len(draws)):
                            drawn = state.drawn[vehicle, trip, measure]
                            drawn += detour(draws, measure, kind, here, first, there)
                            drawn += detour(draws, measure, kind, at, second, onward)
                            good = good and drawn <= limits[kind, measure]
                        if good and timed:
                            lasts = takes(
                                slots, vehicle, trip, slot + 1, pure + over + unloads,
                                min(last, until - pure - over), done, leg,
                            )  # fmt: skip
                            extra += rules[kind, TIME] * (lasts - trips[vehicle, trip, LASTED])
                            good = lasts <= rules[kind, LONGEST] and extra < best[EXTRA]
                        if good and np.random.random() >= blink:
                            best[EXTRA], best[OPENS] = extra, 0
                            best[VEHICLE], best[NUMBER] = vehicle, trip
                            best[LOAD_AFTER], best[UNLOAD_AFTER] = begin, slot
                    slot += 1
                    if slot > length or base >= best[EXTRA]:
                        break
                    node, leg = slots[vehicle, trip, slot, NODE], travel[kind, at, onward]
                    clock = max(clock + leg, nodes[node, READY])
                    if clock > slots[vehicle, trip, slot, LATEST]:
                        break
                    clock += nodes[node, SERVICE]
                    if clock > until:
                        break
                    if not fits(aboard, load, beside, capacity, vehicle, trip, slot, job, kind):
                        break
                    last = min(last, nodes[node, DUE] - pure - leg)
                    pure += leg + nodes[node, SERVICE]
                    at, onward = onward, slots[vehicle, trip, slot + 1, AT]
                    walked = base - cost[kind, at, onward]

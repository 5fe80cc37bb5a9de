"""Changes of a state: jobs placed, jobs taken off, days copied, and what follows from that."""

from planner.compiled import compiled
from planner.strings.problem import (
    CLOSE,
    DUE,
    FIXED,
    OPEN,
    PAIRED,
    PLACE,
    PRICE,
    READY,
    RELEASE,
    RELOAD,
    SERVICE,
    TIME,
    TRIP,
)
from planner.strings.state import (
    ABSENT,
    AFTER,
    AT,
    BACK,
    CARRIED,
    DONE,
    LAST,
    LASTED,
    LATEST,
    LENGTH,
    NODE,
    PURE,
)


@compiled
def load_trip(problem, state, vehicle, trip):  # type: ignore[no-untyped-def]
    """Derive what is aboard and carried on a trip; return when all of it is released."""
    slots, aboard, jobs, load = state.slots, state.aboard, problem.jobs, problem.load
    length = state.trips[vehicle, trip, LENGTH]
    released, carried = 0, 0
    for dimension in range(load.shape[1]):
        now = 0
        for slot in range(1, length + 1):
            node = slots[vehicle, trip, slot, NODE]
            if node & 1 and not jobs[node >> 1, PAIRED]:
                now += load[node >> 1, dimension]
        aboard[vehicle, trip, 0, dimension] = now
        for slot in range(1, length + 1):
            node = slots[vehicle, trip, slot, NODE]
            now += -load[node >> 1, dimension] if node & 1 else load[node >> 1, dimension]
            aboard[vehicle, trip, slot, dimension] = now
    for slot in range(1, length + 1):
        node = slots[vehicle, trip, slot, NODE]
        carried += node & 1
        released = max(released, jobs[node >> 1, RELEASE])
    state.trips[vehicle, trip, CARRIED] = carried
    return released


@compiled
def refresh(problem, state, vehicle):  # type: ignore[no-untyped-def]
    """Derive what follows from a vehicle's nodes."""
    kind = problem.kind[vehicle]
    rules, travel, cost, nodes = problem.classes, problem.travel, problem.cost, problem.nodes
    slots, trips = state.slots, state.trips
    depot, count = len(nodes) - len(rules) + kind, state.trip_count[vehicle]
    free, spent = rules[kind, OPEN], rules[kind, FIXED] if count else 0
    for trip in range(count):
        length = trips[vehicle, trip, LENGTH]
        slots[vehicle, trip, 0, NODE] = slots[vehicle, trip, length + 1, NODE] = depot
        done = max(free, load_trip(problem, state, vehicle, trip))
        pure, last, here = 0, rules[kind, CLOSE], nodes[depot, PLACE]
        state.drawn[vehicle, trip, :] = 0
        slots[vehicle, trip, 0, AT] = here
        slots[vehicle, trip, 0, DONE], slots[vehicle, trip, 0, PURE] = done, pure
        slots[vehicle, trip, 0, LAST] = last
        for slot in range(1, length + 2):
            node = slots[vehicle, trip, slot, NODE]
            there, service = nodes[node, PLACE], nodes[node, SERVICE]
            leg = travel[kind, here, there]
            for measure in range(len(problem.draws)):
                drawn = problem.draws[measure, kind, here, there]
                state.drawn[vehicle, trip, measure] += drawn
            spent += cost[kind, here, there]
            done = max(done + leg, nodes[node, READY]) + service
            last = min(last, nodes[node, DUE] - pure - leg)
            pure += leg + service
            slots[vehicle, trip, slot, AT] = there
            slots[vehicle, trip, slot, DONE], slots[vehicle, trip, slot, PURE] = done, pure
            slots[vehicle, trip, slot, LAST] = last
            here = there
        lasted = max(pure, done - last)
        trips[vehicle, trip, LASTED] = lasted
        spent += rules[kind, TRIP] + rules[kind, TIME] * lasted
        free = done + rules[kind, RELOAD]
    state.spent[vehicle] = spent
    latest = rules[kind, CLOSE]
    for trip in range(count - 1, -1, -1):
        length = trips[vehicle, trip, LENGTH]
        after, back, there = 0, rules[kind, OPEN], nodes[depot, PLACE]
        end = length + 1
        slots[vehicle, trip, end, LATEST], slots[vehicle, trip, end, AFTER] = latest, after
        slots[vehicle, trip, end, BACK] = back
        for slot in range(length, -1, -1):
            node, here = slots[vehicle, trip, slot, NODE], slots[vehicle, trip, slot, AT]
            on = travel[kind, here, there] + nodes[node, SERVICE]
            latest, after = min(nodes[node, DUE], latest - on), after + on
            back = max(back, nodes[node, READY] + after)
            slots[vehicle, trip, slot, LATEST], slots[vehicle, trip, slot, AFTER] = latest, after
            slots[vehicle, trip, slot, BACK] = back
            there = here
        latest -= rules[kind, RELOAD]


@compiled
def place_job(problem, state, job, vehicle, trip, load_after, unload_after, opens):  # type: ignore[no-untyped-def]
    """Put a job's nodes after slots of a trip as it stands; `opens` a trip before that one."""
    slots, trips = state.slots, state.trips
    if opens:
        for later in range(state.trip_count[vehicle], trip, -1):
            length = trips[vehicle, later - 1, LENGTH]
            trips[vehicle, later, LENGTH] = length
            for slot in range(1, length + 1):
                slots[vehicle, later, slot, NODE] = slots[vehicle, later - 1, slot, NODE]
        state.trip_count[vehicle] += 1
        trips[vehicle, trip, LENGTH] = 0
    length, added = trips[vehicle, trip, LENGTH], 2 if problem.jobs[job, PAIRED] else 1
    for slot in range(length, unload_after, -1):
        slots[vehicle, trip, slot + added, NODE] = slots[vehicle, trip, slot, NODE]
    slots[vehicle, trip, unload_after + added, NODE] = 2 * job + 1
    if added == 2:
        for slot in range(unload_after, load_after, -1):
            slots[vehicle, trip, slot + 1, NODE] = slots[vehicle, trip, slot, NODE]
        slots[vehicle, trip, load_after + 1, NODE] = 2 * job
    trips[vehicle, trip, LENGTH] = length + added
    state.of[job] = vehicle
    refresh(problem, state, vehicle)


@compiled
def drop_absent(problem, state, vehicle):  # type: ignore[no-untyped-def]
    """Take the nodes of absent jobs off a vehicle's day, and trips that have none left."""
    slots, trips, kept = state.slots, state.trips, 0
    for trip in range(state.trip_count[vehicle]):
        length = 0
        for slot in range(1, trips[vehicle, trip, LENGTH] + 1):
            node = slots[vehicle, trip, slot, NODE]
            if state.of[node >> 1] != ABSENT:
                length += 1
                slots[vehicle, kept, length, NODE] = node
        if length:
            trips[vehicle, kept, LENGTH] = length
            kept += 1
    state.trip_count[vehicle] = kept
    refresh(problem, state, vehicle)


@compiled
def copy_vehicle(source, target, vehicle):  # type: ignore[no-untyped-def]
    """Make a vehicle's nodes in `target` what they are in `source`, and its jobs its own."""
    target.trip_count[vehicle] = source.trip_count[vehicle]
    for trip in range(source.trip_count[vehicle]):
        length = source.trips[vehicle, trip, LENGTH]
        target.trips[vehicle, trip, LENGTH] = length
        for slot in range(1, length + 1):
            node = source.slots[vehicle, trip, slot, NODE]
            target.slots[vehicle, trip, slot, NODE] = node
            target.of[node >> 1] = vehicle


@compiled
def total_cost(problem, state):  # type: ignore[no-untyped-def]
    """Return what a state costs, jobs left out and all."""
    total = 0
    for vehicle in range(len(state.spent)):
        total += state.spent[vehicle]
    for job in range(len(state.of)):
        if state.of[job] == ABSENT:
            total += problem.jobs[job, PRICE]
    return total

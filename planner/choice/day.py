"""Days of drones in the choice in whole sorties: candidates go on them and come off, compiled.

A candidate fits in a gap of a drone's day; what is on a day is kept in the order of its starts
(`planner.choice.choice.State`). What is called most is inlined.
"""

from planner.choice.choice import NONE
from planner.compiled import compiled, inlined


@inlined
def _gap(offers, state, candidate, drone):  # type: ignore[no-untyped-def]
    """Return where in a drone's day a candidate fits, or -1, and from which second."""
    number, hold_s = state.sorties[drone], offers.hold_s[candidate]
    first_s, last_s = offers.first_s[candidate], offers.last_s[candidate]
    found, start_s = -1, 0
    if number < state.flown.shape[1]:
        # The gaps before the first sortie that starts after the candidate must.
        at = 0
        while at < number and state.end_s[drone, at] <= first_s:
            at += 1
        while True:
            free_s = first_s
            if at:
                free_s = max(first_s, state.end_s[drone, at - 1])
            if free_s > last_s:
                break
            until_s = offers.until_s[drone]
            if at < number:
                until_s = state.start_s[drone, at]
            if free_s + hold_s <= until_s:
                found, start_s = at, free_s
                break
            at += 1
            if at > number:
                break
    return found, start_s


@inlined
def put(offers, state, candidate, drone, at, start_s):  # type: ignore[no-untyped-def]
    """Put a candidate on a drone, as the sortie `at` of its day, from a second on."""
    number = state.sorties[drone]
    for slot in range(number, at, -1):
        state.flown[drone, slot] = state.flown[drone, slot - 1]
        state.start_s[drone, slot] = state.start_s[drone, slot - 1]
        state.end_s[drone, slot] = state.end_s[drone, slot - 1]
    state.flown[drone, at] = candidate
    state.start_s[drone, at] = start_s
    state.end_s[drone, at] = start_s + offers.hold_s[candidate]
    state.sorties[drone] = number + 1
    for job in offers.jobs[candidate]:
        if job >= 0:
            state.serves[job] = candidate


@inlined
def _take(offers, state, drone, at):  # type: ignore[no-untyped-def]
    for job in offers.jobs[state.flown[drone, at]]:
        if job >= 0:
            state.serves[job] = NONE
    for slot in range(at, state.sorties[drone] - 1):
        state.flown[drone, slot] = state.flown[drone, slot + 1]
        state.start_s[drone, slot] = state.start_s[drone, slot + 1]
        state.end_s[drone, slot] = state.end_s[drone, slot + 1]
    state.sorties[drone] -= 1


@inlined
def take_off(offers, state, drone, at, loose, count):  # type: ignore[no-untyped-def]
    """Take a sortie off, note its jobs as loose; return what that costs more, and how many are."""
    candidate = state.flown[drone, at]
    more = -offers.cents[candidate]
    if state.sorties[drone] == 1:
        more -= offers.day_cents[drone]
    for job in offers.jobs[candidate]:
        if job >= 0:
            more += offers.unserved_cents[job]
            loose[count] = job
            count += 1
    _take(offers, state, drone, at)
    return more, count


@inlined
def none_served(offers, state, group):  # type: ignore[no-untyped-def]
    """Tell whether no job of a group is served."""
    found = True
    for job in offers.jobs[offers.first[group]]:
        if job >= 0 and state.serves[job] != NONE:
            found = False
    return found


@inlined
def drone_of(offers, state, candidate, spared, usable):  # type: ignore[no-untyped-def]
    """Return the drone that takes a candidate, one in use if any does; where in its day, and when.

    The drone is -1 if none does.
    """
    flock, best, best_at, best_s = offers.flock[candidate], -1, 0, 0
    for drone in range(offers.drones[flock], offers.drones[flock + 1]):
        if drone == spared or not usable[drone]:
            continue
        at, start_s = _gap(offers, state, candidate, drone)
        if at >= 0:
            best, best_at, best_s = drone, at, start_s
            if state.sorties[drone]:
                break
    return best, best_at, best_s


@inlined
def more_cents(offers, state, candidate, drone):  # type: ignore[no-untyped-def]
    """Return what a day costs more with a candidate on a drone."""
    more = offers.cents[candidate]
    if state.sorties[drone] == 0:
        more += offers.day_cents[drone]
    for job in offers.jobs[candidate]:
        if job >= 0:
            more -= offers.unserved_cents[job]
    return more


@compiled
def copy_state(source, target):  # type: ignore[no-untyped-def]
    """Make one state what another is."""
    for job in range(len(source.serves)):
        target.serves[job] = source.serves[job]
    for drone in range(len(source.sorties)):
        for at in range(source.sorties[drone]):
            target.flown[drone, at] = source.flown[drone, at]
            target.start_s[drone, at] = source.start_s[drone, at]
            target.end_s[drone, at] = source.end_s[drone, at]
        target.sorties[drone] = source.sorties[drone]

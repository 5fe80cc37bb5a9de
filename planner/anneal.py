"""The choice in whole sorties by ruin and recreate, in compiled code.

A state says which candidate each job is served by, and from which second on which drone. A step
takes some sorties off that are near each other in time and puts their jobs back one by one, each by
the first of its candidates, in the order of their reduced cost, that fits in a gap of a drone: the
relaxation's duals tell the greedy what a drone's time and a partner are worth. Steps are kept by
simulated annealing. After Christiaens and Vanden Berghe (2020), *Slack induction by string
removals*, Transportation Science 54(2), with sorties for strings.
"""

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from planner.compiled import compiled, inlined
from planner.tables import Ints

NONE = -1

MOST_JOINED = 8
"""Jobs left out that join those taken off in a step, at most."""

STEP_WORK = 20
"""What a step takes besides the candidates that it looks at, as if they were so many."""

Flags = npt.NDArray[np.bool_]


class Offers(NamedTuple):
    """Candidates as arrays, and where to find them.

    Candidate c serves `jobs[c]` (-1 for none) with a drone of `flock[c]`, starts between `first_s`
    and `last_s`, both inclusive, and holds it for `hold_s`. Those that serve job j are
    `of_job[begin[j]:begin[j + 1]]`, the most promising first. Drones are numbered, those of flock q
    from `drones[q]` to `drones[q + 1]`; each is back by `until_s`, and a day costs `day_cents`.
    """

    jobs: Ints
    flock: Ints
    first_s: Ints
    last_s: Ints
    hold_s: Ints
    cents: Ints
    begin: Ints
    of_job: Ints
    drones: Ints
    until_s: Ints
    day_cents: Ints
    unserved_cents: Ints


class State(NamedTuple):
    """Which candidate serves each job, and each drone's day, sorted by start.

    Drone d flies `sorties[d]` sorties: candidate, start and end in the first entries of its rows.
    """

    serves: Ints
    sorties: Ints
    flown: Ints
    start_s: Ints
    end_s: Ints


def empty_state(offers: Offers) -> State:
    """Return the state in which nothing flies."""
    drones, most = int(offers.drones[-1]), len(offers.unserved_cents) + 1
    most = min(most, 200)
    shape = (drones, most)
    return State(
        np.full(len(offers.unserved_cents), NONE, dtype=np.int64),
        np.zeros(drones, dtype=np.int64),
        np.full(shape, NONE, dtype=np.int64),
        np.zeros(shape, dtype=np.int64),
        np.zeros(shape, dtype=np.int64),
    )


@inlined
def days_and_left_out(offers, state):  # type: ignore[no-untyped-def]
    """Return the cents of the drones used and of the jobs left out, of a state or of a board."""
    total = 0
    for drone in range(len(state.sorties)):
        if state.sorties[drone]:
            total += offers.day_cents[drone]
    for job in range(len(state.serves)):
        if state.serves[job] == NONE:
            total += offers.unserved_cents[job]
    return total


@compiled
def cost_of(offers, state):  # type: ignore[no-untyped-def]
    """Return the cents of a state."""
    total = days_and_left_out(offers, state)
    for drone in range(len(state.sorties)):
        for at in range(state.sorties[drone]):
            total += offers.cents[state.flown[drone, at]]
    return total


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
def _put(offers, state, candidate, drone, at, start_s):  # type: ignore[no-untyped-def]
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
def _serve(offers, state, job, blink, spared, usable):  # type: ignore[no-untyped-def]
    """Serve a job by its first candidate that fits.

    Returns what that costs more, cents, and how many candidates were looked at.
    """
    extra, looked = 0, 0
    for number in range(offers.begin[job], offers.begin[job + 1]):
        looked += 1
        candidate = offers.of_job[number]
        fits = np.random.random() >= blink
        for other in offers.jobs[candidate]:
            if other >= 0 and state.serves[other] != NONE:
                fits = False
        if not fits:
            continue
        flock, best, best_at, best_s = offers.flock[candidate], -1, 0, 0
        for drone in range(offers.drones[flock], offers.drones[flock + 1]):
            if drone == spared or not usable[drone]:
                continue
            at, start_s = _gap(offers, state, candidate, drone)
            if at >= 0:
                best, best_at, best_s = drone, at, start_s
                if state.sorties[drone]:
                    break
        if best >= 0:
            extra = offers.cents[candidate]
            if state.sorties[best] == 0:
                extra += offers.day_cents[best]
            saved = 0
            for other in offers.jobs[candidate]:
                if other >= 0:
                    saved += offers.unserved_cents[other]
            if extra >= saved:
                extra = 0
                continue
            _put(offers, state, candidate, best, best_at, best_s)
            extra -= saved
            break
    return extra, looked


@inlined
def join_left_out(serves, begin, loose, count):  # type: ignore[no-untyped-def]
    """Have some jobs that are left out join those taken off; return how many are loose then."""
    first, joined, taken_off = np.random.randint(len(serves)), 0, count
    for turn in range(len(serves)):
        job = (first + turn) % len(serves)
        if joined < MOST_JOINED and serves[job] == NONE and begin[job] < begin[job + 1]:
            known = False
            for number in range(taken_off):
                known = known or loose[number] == job
            if not known and np.random.random() < 0.3:
                loose[count] = job
                count += 1
                joined += 1
    return count


@inlined
def put_in_order(loose, key, count, offers, first_s):  # type: ignore[no-untyped-def]
    """Return the order in which loose jobs go back: any, the dearest or the earliest first.

    `key` is room for as many; `first_s` is when candidates may start.
    """
    order = np.random.randint(3)
    for number in range(count):
        key[number] = np.random.random()
        if order == 1:
            key[number] -= offers.unserved_cents[loose[number]]
        elif order == 2:
            key[number] += first_s[offers.of_job[offers.begin[loose[number]]]]
    return np.argsort(key[:count])


@compiled
def anneal(offers, state, best, usable, seed, work, begin_cents, end_cents):  # type: ignore[no-untyped-def]
    """Better `state` until so many candidates were looked at, and write the best met into `best`.

    Returns its cents. Sorties are put on `usable` drones only (an array of flags). Temperatures
    fall from `begin_cents` to `end_cents` as the work is done.
    """
    np.random.seed(seed)
    jobs, drones = len(state.serves), len(state.sorties)
    now = cost_of(offers, state)
    least = now
    _copy(state, best)
    before = State(
        state.serves.copy(), state.sorties.copy(), state.flown.copy(), state.start_s.copy(),
        state.end_s.copy(),
    )  # fmt: skip
    loose, key = np.empty(jobs, dtype=np.int64), np.empty(jobs)
    done = 0
    while done < work:
        temperature = begin_cents * (end_cents / begin_cents) ** (done / work)
        done += STEP_WORK
        after, count = now, 0
        spared = -1
        # Ruin: sorties around a second of the day on some drones, or all of a drone's.
        if np.random.random() < 0.02:
            drone = np.random.randint(drones)
            spared = drone
            while state.sorties[drone]:
                after += _gain(offers, state, drone, state.sorties[drone] - 1, loose, count)
                count += _jobs_of(offers, state.flown[drone, state.sorties[drone] - 1])
                _take(offers, state, drone, state.sorties[drone] - 1)
        else:
            job = np.random.randint(jobs)
            middle_s = 0
            if state.serves[job] != NONE:
                middle_s = offers.first_s[state.serves[job]]
            elif offers.begin[job] < offers.begin[job + 1]:
                middle_s = offers.first_s[offers.of_job[offers.begin[job]]]
            else:
                continue
            wanted, span_s = 1 + np.random.randint(12), 600 + np.random.randint(3600)
            first = np.random.randint(drones)
            for turn in range(drones):
                drone = (first + turn) % drones
                at = state.sorties[drone] - 1
                while at >= 0 and wanted > 0:
                    start_s, end_s = state.start_s[drone, at], state.end_s[drone, at]
                    near = start_s <= middle_s + span_s and end_s >= middle_s - span_s
                    if near and np.random.random() < 0.6:
                        after += _gain(offers, state, drone, at, loose, count)
                        count += _jobs_of(offers, state.flown[drone, at])
                        _take(offers, state, drone, at)
                        wanted -= 1
                    at -= 1
        count = join_left_out(state.serves, offers.begin, loose, count)
        ordered = put_in_order(loose, key, count, offers, offers.first_s)
        for number in ordered:
            if state.serves[loose[number]] == NONE:
                extra, looked = _serve(offers, state, loose[number], 0.02, spared, usable)
                after += extra
                done += looked
        if after <= now or np.random.random() < math.exp((now - after) / temperature):
            now = after
            _copy(state, before)
            if now < least:
                least = now
                _copy(state, best)
        else:
            _copy(before, state)
    return least


def copied(state: State) -> State:
    """Return a state that changes by itself."""
    return State(*(each.copy() for each in state))


@inlined
def _jobs_of(offers, candidate):  # type: ignore[no-untyped-def]
    count = 0
    for job in offers.jobs[candidate]:
        if job >= 0:
            count += 1
    return count


@inlined
def _gain(offers, state, drone, at, loose, count):  # type: ignore[no-untyped-def]
    """Note the jobs of a sortie as loose; return what taking it off costs more, cents."""
    candidate = state.flown[drone, at]
    more = -offers.cents[candidate]
    if state.sorties[drone] == 1:
        more -= offers.day_cents[drone]
    for job in offers.jobs[candidate]:
        if job >= 0:
            more += offers.unserved_cents[job]
            loose[count] = job
            count += 1
    return more


@compiled
def _copy(source, target):  # type: ignore[no-untyped-def]
    for job in range(len(source.serves)):
        target.serves[job] = source.serves[job]
    for drone in range(len(source.sorties)):
        for at in range(source.sorties[drone]):
            target.flown[drone, at] = source.flown[drone, at]
            target.start_s[drone, at] = source.start_s[drone, at]
            target.end_s[drone, at] = source.end_s[drone, at]
        target.sorties[drone] = source.sorties[drone]

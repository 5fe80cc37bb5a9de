"""The choice in whole sorties by ruin and recreate, in compiled code.

A state says which candidate each job is served by, and from which second on which drone. A step
takes some sorties off that are near each other in time and puts their jobs back one by one, each by
the first of its candidates, in the order of their reduced cost, that fits in a gap of a drone: the
relaxation's duals tell the greedy what a drone's time and a partner are worth. Steps are kept by
simulated annealing. After Christiaens and Vanden Berghe (2020), *Slack induction by string
removals*, Transportation Science 54(2), with sorties for strings. Some steps make room for a job
that is left out: one of its candidates goes on a drone, what is in its way comes off.
"""

import math

import numpy as np

from planner.arrays import Flags
from planner.choice.choice import NONE, Offers, State, copied, cost_of
from planner.choice.day import copy_state, drone_of, more_cents, none_served, put, take_off
from planner.compiled import compiled, inlined
from planner.stop import Stop

MOST_JOINED = 8
"""Jobs left out that join those taken off in a step, at most."""

STEP_WORK = 20
"""What a step takes besides the candidates that it looks at, as if they were so many."""

MOST_OFF, EMPTIED, BLINK = 12, 0.02, 0.02
"""Sorties that come off in a step, at most; how often all of a drone's do; how often a candidate is
passed over."""

ORDERS = 3
"""Orders in which loose jobs go back, of those of `put_in_order`."""

ROOM = 0.3
"""How often room is made for a job, where any is left out that could be served."""


@inlined
def _serve(offers, state, job, spared, usable):  # type: ignore[no-untyped-def]
    """Serve a job by its most promising candidate that fits and is worth it.

    Returns what that costs more, cents, and how many groups and candidates were looked at.
    """
    looked, more, least = 0, 0, math.inf
    best, best_drone, best_at, best_s = -1, 0, 0, 0
    for number in range(offers.begin[job], offers.begin[job + 1]):
        group = offers.groups[number]
        looked += 1
        if offers.reduced[offers.first[group]] >= least:
            break
        if not none_served(offers, state, group):
            continue
        for candidate in range(offers.first[group], offers.first[group + 1]):
            if offers.reduced[candidate] >= least:
                break
            looked += 1
            if np.random.random() < BLINK:
                continue
            drone, at, start_s = drone_of(offers, state, candidate, spared, usable)
            if drone >= 0 and more_cents(offers, state, candidate, drone) < 0:
                least = offers.reduced[candidate]
                best, best_drone, best_at, best_s = candidate, drone, at, start_s
                break
    if best >= 0:
        more = more_cents(offers, state, best, best_drone)
        put(offers, state, best, best_drone, best_at, best_s)
    return more, looked


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
def put_in_order(loose, key, first, count, offers, orders):  # type: ignore[no-untyped-def]
    """Sort loose jobs from `first` on as they are to go back, in one of so many orders, at random.

    At random, the dearest, the earliest or those with the most to be served by first. `key` is room
    for as many.
    """
    order = np.random.randint(orders)
    for number in range(first, count):
        job, of_job, at = loose[number], np.random.random(), number
        if order == 1:
            of_job -= offers.unserved_cents[job]
        elif order == 2:
            of_job += offers.soon_s[job]
        elif order == 3:
            of_job -= offers.begin[job + 1] - offers.begin[job]
        while at > first and key[at - 1] > of_job:
            key[at], loose[at] = key[at - 1], loose[at - 1]
            at -= 1
        key[at], loose[at] = of_job, job


@inlined
def _ruin(offers, state, loose):  # type: ignore[no-untyped-def]
    """Take sorties around a second of the day off some drones, or all of a drone's; note the jobs.

    Returns what that costs more, cents, how many jobs are loose then, -1 if there is no such
    second, and the drone that is to stay empty, -1 if none is.
    """
    more, count, drones = 0, 0, len(state.sorties)
    if np.random.random() < EMPTIED:
        spared = np.random.randint(drones)
        while state.sorties[spared]:
            extra, count = take_off(offers, state, spared, state.sorties[spared] - 1, loose, count)
            more += extra
        return more, count, spared
    job = np.random.randint(len(state.serves))
    if state.serves[job] == NONE and offers.begin[job] == offers.begin[job + 1]:
        return 0, -1, -1
    middle_s = offers.soon_s[job]
    if state.serves[job] != NONE:
        middle_s = offers.first_s[state.serves[job]]
    wanted, span_s = 1 + np.random.randint(MOST_OFF), 600 + np.random.randint(3600)
    begun = np.random.randint(drones)
    for turn in range(drones):
        drone = (begun + turn) % drones
        at = state.sorties[drone] - 1
        while at >= 0 and wanted > 0:
            start_s, end_s = state.start_s[drone, at], state.end_s[drone, at]
            near = start_s <= middle_s + span_s and end_s >= middle_s - span_s
            if near and np.random.random() < 0.6:
                extra, count = take_off(offers, state, drone, at, loose, count)
                more += extra
                wanted -= 1
            at -= 1
    return more, count, -1


@inlined
def _left_out(offers, state, found):  # type: ignore[no-untyped-def]
    """Note the jobs left out that could be served; return how many there are."""
    count = 0
    for job in range(len(state.serves)):
        if state.serves[job] == NONE and offers.begin[job] < offers.begin[job + 1]:
            found[count] = job
            count += 1
    return count


@inlined
def _make_room(offers, state, job, usable, loose):  # type: ignore[no-untyped-def]
    """Put a candidate of a job on a drone, and take off what is in its way; note whose jobs.

    The more promising a candidate the likelier it is. Returns what that costs more, cents, and how
    many jobs are loose then, -1 if it cannot be flown.
    """
    more, count = 0, 0
    groups = offers.begin[job + 1] - offers.begin[job]
    group = offers.groups[offers.begin[job] + int(groups * np.random.random() ** 2)]
    several = offers.first[group + 1] - offers.first[group]
    candidate = offers.first[group] + int(several * np.random.random() ** 2)
    flock, hold_s = offers.flock[candidate], offers.hold_s[candidate]
    drone = np.random.randint(offers.drones[flock], offers.drones[flock + 1])
    start_s = np.random.randint(offers.first_s[candidate], offers.last_s[candidate] + 1)
    if not usable[drone] or start_s + hold_s > offers.until_s[drone]:
        return 0, -1
    at = state.sorties[drone] - 1
    while at >= 0:
        if state.start_s[drone, at] < start_s + hold_s and state.end_s[drone, at] > start_s:
            extra, count = take_off(offers, state, drone, at, loose, count)
            more += extra
        at -= 1
    for other in offers.jobs[candidate]:
        if other >= 0 and state.serves[other] != NONE:
            flown = state.serves[other]
            for holder in range(
                offers.drones[offers.flock[flown]], offers.drones[offers.flock[flown] + 1]
            ):
                at = state.sorties[holder] - 1
                while at >= 0:
                    if state.flown[holder, at] == flown:
                        extra, count = take_off(offers, state, holder, at, loose, count)
                        more += extra
                    at -= 1
    if state.sorties[drone] == state.flown.shape[1]:
        return 0, -1
    at = 0
    while at < state.sorties[drone] and state.start_s[drone, at] < start_s:
        at += 1
    more += more_cents(offers, state, candidate, drone)
    put(offers, state, candidate, drone, at, start_s)
    return more, count


def anneal(
    offers: Offers,
    state: State,
    best: State,
    usable: Flags,
    seed: int,
    work: int,
    begin_cents: float,
    end_cents: float,
    stop: Stop,
) -> int:
    """Better `state` until so many candidates were looked at, and write the best met into `best`.

    It ends where it is when it is to `stop`.

    Returns its cents. Sorties are put on `usable` drones only (an array of flags). Temperatures
    fall from `begin_cents` to `end_cents` as the work is done.
    """
    jobs = len(state.serves)
    loose, unserved, key = np.empty(jobs, np.int64), np.empty(jobs, np.int64), np.empty(jobs)
    return int(
        _anneal(
            offers, state, best, copied(state), usable, seed, work, begin_cents, end_cents,
            loose, unserved, key, stop.flag,
        )
    )  # fmt: skip


@compiled
def _anneal(  # type: ignore[no-untyped-def]
    offers, state, best, before, usable, seed, work, begin_cents, end_cents, loose, unserved, key,
    stop,
):  # fmt: skip
    """Do what `anneal` says; `before` is what `state` is, `loose` to `key` are room for jobs."""
    np.random.seed(seed)
    now = cost_of(offers, state)
    least, done = now, 0
    copy_state(state, best)
    while done < work and stop[0] == 0:
        temperature = begin_cents * (end_cents / begin_cents) ** (done / work)
        done += STEP_WORK
        outs, spared = 0, -1
        if np.random.random() < ROOM:
            outs = _left_out(offers, state, unserved)
        if outs:
            job = unserved[np.random.randint(outs)]
            more, count = _make_room(offers, state, job, usable, loose)
        else:
            more, count, spared = _ruin(offers, state, loose)
        if count < 0:
            copy_state(before, state)
            continue
        after = now + more
        count = join_left_out(state.serves, offers.begin, loose, count)
        put_in_order(loose, key, 0, count, offers, ORDERS)
        for number in range(count):
            if state.serves[loose[number]] == NONE:
                extra, looked = _serve(offers, state, loose[number], spared, usable)
                after += extra
                done += looked
        if after <= now or np.random.random() < math.exp((now - after) / temperature):
            now = after
            copy_state(state, before)
            if now < least:
                least = now
                copy_state(state, best)
        else:
            copy_state(before, state)
    return least

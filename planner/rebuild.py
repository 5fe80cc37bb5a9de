"""The day itself bettered by ruin and recreate: sorties come off blocks, pads and bays and go back.

As in `planner.anneal`, but every sortie is timed to the second among the others (`planner.fly`), so
that what is chosen keeps clear of the air that others hold. An order goes back by the candidate
that costs least of reduced cost and of what it costs more than on an empty day.
"""

import math

import numpy as np

from planner.anneal import ORDERS, join_left_out, put_in_order
from planner.board import ELSEWHERE, Board, Menu, cents_of, copy_board, give_back, take
from planner.compiled import compiled, inlined
from planner.day_arrays import DayArrays
from planner.fly import TRIES, copy_trip, fly
from planner.fly_records import NONE, Day

MOST_OFF = 8
"""Sorties that come off in a step, at most."""

EMPTIED, BLINK = 0.02, 0.02
"""How often all of a drone's sorties come off; how often a candidate is passed over."""

MOST_TRIED = 40
"""Flights that are tried for a job at most."""

SLACK_S = 60
"""How much shorter than on an empty day a sortie may turn out, s."""


@inlined
def take_off(menu, sky, day, fleet, board, row):  # type: ignore[no-untyped-def]
    """Take a sortie off the day; it keeps its row. Return what that costs more, cents."""
    give_back(menu, sky, day, fleet, board, row)
    candidate, drone = board.rows[row].candidate, board.rows[row].drone
    number, at = board.sorties[drone], 0
    while board.flown[drone, at] != row:
        at += 1
    for slot in range(at, number - 1):
        board.flown[drone, slot] = board.flown[drone, slot + 1]
    board.sorties[drone] = number - 1
    more = -board.trip.head[row].cents
    if number == 1:
        more -= menu.day_cents[drone]
    for job in menu.jobs[candidate]:
        if job >= 0:
            board.serves[job] = NONE
            more += menu.unserved_cents[job]
    return more


@inlined
def put_on(menu, sky, day, fleet, board, row):  # type: ignore[no-untyped-def]
    """Put the sortie of a row on the day. Return what that costs more, cents."""
    take(menu, sky, day, fleet, board, row)
    candidate, drone = board.rows[row].candidate, board.rows[row].drone
    number = board.sorties[drone]
    at = number
    while (
        at > 0
        and board.trip.stop[board.flown[drone, at - 1], 0].arrive > board.trip.stop[row, 0].arrive
    ):
        board.flown[drone, at] = board.flown[drone, at - 1]
        at -= 1
    board.flown[drone, at] = row
    board.sorties[drone] = number + 1
    more = board.trip.head[row].cents
    if number == 0:
        more += menu.day_cents[drone]
    for job in menu.jobs[candidate]:
        if job >= 0:
            board.serves[job] = row
            more -= menu.unserved_cents[job]
    return more


@inlined
def waits(menu, board, job):  # type: ignore[no-untyped-def]
    """Tell whether a job comes after one that is not served."""
    return menu.before[job] >= 0 and board.serves[menu.before[job]] == NONE


@inlined
def fits_for(menu, board, candidate):  # type: ignore[no-untyped-def]
    """Tell whether all jobs of a sortie are left out and none waits; and what that costs, cents."""
    fits, worth = True, 0
    for job in menu.jobs[candidate]:
        if job >= 0:
            worth += menu.unserved_cents[job]
            if board.serves[job] != NONE or waits(menu, board, job):
                fits = False
    return fits, worth


@inlined
def orphans_off(menu, sky, day, fleet, board, off, offs):  # type: ignore[no-untyped-def]
    """Take off what has jobs that wait; return what that costs more, and how many are off then."""
    more, found = 0, len(menu.links) > 0
    while found:
        found = False
        for link in range(len(menu.links)):
            job = menu.links[link, 1]
            if board.serves[job] != NONE and waits(menu, board, job):
                row = board.serves[job]
                more += take_off(menu, sky, day, fleet, board, row)
                off[offs] = row
                offs += 1
                found = True
    return more, offs


@compiled
def _try(menu, sky, day, fleet, goods, board, candidate, drone, row, tries):  # type: ignore[no-untyped-def]
    """Time a candidate in the first gap of a drone that takes it.

    Returns whether there is one, and how many flights were tried.
    """
    number, tried = board.sorties[drone], 0
    squad, last_s = menu.sorties[candidate].squad, menu.sorties[candidate].last_s
    trip = board.trip
    if number == board.flown.shape[1]:
        return False, 0
    for at in range(number + 1):
        begin_s = max(menu.sorties[candidate].first_s, board.window[0])
        if at:
            before = board.flown[drone, at - 1]
            begin_s = max(begin_s, trip.stop[before, trip.head[before].legs].depart)
        if begin_s > last_s:
            break
        until_s = min(menu.until_s[drone], board.window[1])
        if at < number:
            until_s = min(until_s, trip.stop[board.flown[drone, at], 0].arrive)
        if begin_s + menu.sorties[candidate].hold_s > until_s + SLACK_S:
            continue
        tried += 1
        found = fly(
            sky, day, fleet, goods, squad, menu.steps[candidate], begin_s,
            menu.sorties[candidate].takeoff_s, trip, row, tries,
        )  # fmt: skip
        if found and trip.stop[row, trip.head[row].legs].depart <= until_s:
            return True, tried
    return False, tried


@compiled
def _serve(menu, sky, day, fleet, goods, board, job, spared, free):  # type: ignore[no-untyped-def]
    """Serve a job by the candidate that costs about least; return cents more, and flights tried.

    The sortie is put into the row `free`; nothing is done if leaving out is cheaper.
    """
    scratch = len(board.rows)
    best_score, tried = math.inf, 0
    # Of a plain number another version of what is called would be compiled.
    best, best_drone = np.int64(NONE), np.int64(NONE)
    for number in range(menu.begin[job], menu.begin[job + 1]):
        candidate = menu.of_job[number]
        if menu.sorties[candidate].reduced >= best_score or tried >= MOST_TRIED:
            break
        if np.random.random() < BLINK:
            continue
        fits, worth = fits_for(menu, board, candidate)
        if not fits:
            continue
        flock, fresh = menu.sorties[candidate].flock, False
        for drone in range(menu.drones[flock], menu.drones[flock + 1]):
            if drone == spared:
                continue
            extra = 0
            if board.sorties[drone] == 0:
                if fresh:
                    continue
                fresh, extra = True, menu.day_cents[drone]
            if menu.sorties[candidate].reduced + extra >= best_score:
                continue
            found, flights = _try(
                menu, sky, day, fleet, goods, board, candidate, drone, scratch, np.int64(1)
            )
            tried += flights
            if not found:
                continue
            cents = board.trip.head[scratch].cents + extra
            score = menu.sorties[candidate].reduced + cents - menu.sorties[candidate].cents
            if score < best_score and cents < worth:
                best_score, best, best_drone = score, candidate, np.int64(drone)
                copy_trip(board.trip, scratch, board.trip, free)
    if best == NONE:
        return 0, tried
    board.rows[free].candidate, board.rows[free].drone = best, best_drone
    found, _ = _try(menu, sky, day, fleet, goods, board, best, best_drone, scratch, np.int64(TRIES))
    if found and board.trip.head[scratch].cents < board.trip.head[free].cents:
        copy_trip(board.trip, scratch, board.trip, free)
    return put_on(menu, sky, day, fleet, board, free), tried


@compiled
def begin(menu, sky, day, fleet, goods, board, candidates, starts):  # type: ignore[no-untyped-def]
    """Put sorties on the day in their order, each on the drone that is back first, as they fly."""
    scratch, row, trip = len(board.rows), np.int64(0), board.trip
    for number in range(len(candidates)):
        candidate = candidates[number]
        squad, flock, fits = menu.sorties[candidate].squad, menu.sorties[candidate].flock, True
        for job in menu.jobs[candidate]:
            if job >= 0 and waits(menu, board, job):
                fits = False
        if not fits:
            continue
        best_s, best_drone = 1 << 40, np.int64(NONE)
        for drone in range(menu.drones[flock], menu.drones[flock + 1]):
            start_s, flown = starts[number], board.sorties[drone]
            if flown:
                last = board.flown[drone, flown - 1]
                start_s = max(start_s, trip.stop[last, trip.head[last].legs].depart)
            found = fly(
                sky, day, fleet, goods, squad, menu.steps[candidate], start_s,
                menu.sorties[candidate].takeoff_s, trip, scratch, np.int64(TRIES),
            )  # fmt: skip
            end_s = trip.stop[scratch, trip.head[scratch].legs].depart
            if found and end_s < best_s and end_s <= menu.until_s[drone]:
                best_s = end_s
                best_drone = np.int64(drone)
                copy_trip(trip, scratch, trip, row)
        if best_drone != NONE:
            board.rows[row].candidate, board.rows[row].drone = candidate, best_drone
            put_on(menu, sky, day, fleet, board, row)
            row += 1


@inlined
def within(board, row):  # type: ignore[no-untyped-def]
    """Tell whether a sortie may come off."""
    begin_s = board.trip.stop[row, 0].arrive
    end_s = board.trip.stop[row, board.trip.head[row].legs].depart
    return begin_s >= board.window[0] and end_s <= board.window[1]


@inlined
def _ruin(menu, sky, day, fleet, board, off):  # type: ignore[no-untyped-def]
    """Take sorties around a second of the day off some drones, or all of a drone's; note the rows.

    Returns what that costs more, cents, how many they are, -1 if there is no such second, and the
    drone that is to stay empty, -1 if none is.
    """
    more, offs, spared = 0, 0, -1
    jobs, drones, trip = len(board.serves), len(board.sorties), board.trip
    if np.random.random() < EMPTIED:
        spared = np.random.randint(drones)
        for at in range(board.sorties[spared] - 1, -1, -1):
            row = board.flown[spared, at]
            if within(board, row):
                more += take_off(menu, sky, day, fleet, board, row)
                off[offs] = row
                offs += 1
        return more, offs, spared
    job = np.random.randint(jobs)
    if board.serves[job] == NONE and menu.begin[job] == menu.begin[job + 1]:
        return 0, -1, spared
    if board.serves[job] == ELSEWHERE or (
        board.serves[job] != NONE and not within(board, board.serves[job])
    ):
        return 0, -1, spared
    if board.serves[job] != NONE:
        middle_s = trip.stop[board.serves[job], 0].arrive
    else:
        middle_s = menu.soon_s[job]
    wanted, span_s = 1 + np.random.randint(MOST_OFF), 600 + np.random.randint(3600)
    if board.serves[job] != NONE:
        row = board.serves[job]
        more += take_off(menu, sky, day, fleet, board, row)
        off[offs] = row
        offs += 1
        wanted -= 1
    first = np.random.randint(drones)
    for turn in range(drones):
        drone = (first + turn) % drones
        at = board.sorties[drone] - 1
        while at >= 0 and wanted > 0:
            row = board.flown[drone, at]
            start_s, end_s = trip.stop[row, 0].arrive, trip.stop[row, trip.head[row].legs].depart
            near = start_s <= middle_s + span_s and end_s >= middle_s - span_s
            if near and within(board, row) and np.random.random() < 0.6:
                more += take_off(menu, sky, day, fleet, board, row)
                off[offs] = row
                offs += 1
                wanted -= 1
            at -= 1
    return more, offs, spared


def rebuild(
    menu: Menu,
    arrays: DayArrays,
    day: Day,
    board: Board,
    best: Board,
    seed: int,
    work: int,
    begin_cents: float,
    end_cents: float,
) -> int:
    """Better a day until so many flights were tried; write the best day met into `best`.

    Returns its cents. Temperatures fall from `begin_cents` to `end_cents`.
    """
    jobs, rows = len(board.serves), len(board.rows)
    free, off, on = (np.empty(rows, dtype=np.int64) for _ in range(3))
    loose, key = np.empty(jobs, dtype=np.int64), np.empty(jobs)
    return int(
        _rebuild(
            menu, arrays.sky, day, arrays.fleet, arrays.goods, board, best, seed, work,
            begin_cents, end_cents, int(menu.depth.max(initial=0)), free, off, on, loose, key,
        )
    )  # fmt: skip


@compiled
def _rebuild(  # type: ignore[no-untyped-def]
    menu, sky, day, fleet, goods, board, best, seed, work, begin_cents, end_cents, deepest,
    free, off, on, loose, key,
):  # fmt: skip
    """Do what `rebuild` says; the last five are room for rows and for jobs."""
    np.random.seed(seed)
    now = cents_of(menu, board)
    least, spaces = now, 0
    copy_board(board, best)
    for row in range(len(board.rows) - 1, -1, -1):
        if board.rows[row].candidate == NONE:
            free[spaces] = row
            spaces += 1
    done = 0
    while done < work:
        temperature = begin_cents * (end_cents / begin_cents) ** (done / work)
        after, count, ons = now, 0, 0
        done += 1
        more, offs, spared = _ruin(menu, sky, day, fleet, board, off)
        if offs < 0:
            continue
        after += more
        more, offs = orphans_off(menu, sky, day, fleet, board, off, offs)
        after += more
        for number in range(offs):
            for job in menu.jobs[board.rows[off[number]].candidate]:
                if job >= 0:
                    loose[count] = job
                    count += 1
        count = join_left_out(board.serves, menu.begin, loose, count)
        put_in_order(loose, key, 0, count, menu, ORDERS)
        for depth in range(deepest + 1):
            for number in range(count):
                job = loose[number]
                if menu.depth[job] != depth or board.serves[job] != NONE or spaces == 0:
                    continue
                extra, tried = _serve(
                    menu, sky, day, fleet, goods, board, job, spared, free[spaces - 1],
                )  # fmt: skip
                after += extra
                done += tried
                if board.serves[job] != NONE:
                    spaces -= 1
                    on[ons] = free[spaces]
                    ons += 1
        if after <= now or np.random.random() < math.exp((now - after) / temperature):
            now = after
            for number in range(offs):
                board.rows[off[number]].candidate = NONE
                free[spaces] = off[number]
                spaces += 1
            if now < least:
                least = now
                copy_board(board, best)
        else:
            for number in range(ons):
                take_off(menu, sky, day, fleet, board, on[number])
                board.rows[on[number]].candidate = NONE
                free[spaces] = on[number]
                spaces += 1
            for number in range(offs):
                put_on(menu, sky, day, fleet, board, off[number])
    return least

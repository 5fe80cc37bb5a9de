"""The day itself bettered by ruin and recreate: sorties come off blocks, pads and bays and go back.

As in `planner.anneal`, but every sortie is timed to the second among the others (`planner.fly`), so
that what is chosen keeps clear of the air that others hold. An order goes back by the candidate
that costs least of reduced cost and of what it costs more than on an empty day.
"""

import math
from typing import NamedTuple

import numpy as np

from planner.candidates import Candidates
from planner.compiled import compiled, inlined
from planner.day_arrays import DayArrays
from planner.fly import TRIES, copy_trip, enter, fly, leave
from planner.fly_records import NONE, Records, Sky, Trip, trips
from planner.tables import Ints

MOST_OFF = 8
"""Sorties that come off in a step, at most."""

MOST_JOINED = 8
"""Jobs left out that join those taken off in a step, at most."""

MOST_TRIED = 40
"""Flights that are tried for a job at most."""

SLACK_S = 60
"""How much shorter than on an empty day a sortie may turn out, s."""


SPARE_ROWS, SCRATCH, MOST_A_DRONE = 32, 3, 200
"""Rows of sorties beside one for each job, those for trials, and sorties of a drone at most."""

SORTIE = np.dtype(
    [(name, "i8") for name in ("squad", "first_s", "last_s", "hold_s", "cents", "takeoff_s")]
    + [("reduced", "f8")]
)
ROW = np.dtype([("candidate", "i8"), ("drone", "i8")])


class Menu(NamedTuple):
    """Candidates, and which serve each job, as `planner.anneal.Offers` has them.

    `sorties` are records: when a candidate may start, the earliest take-off by what is filed, and
    what it costs on an empty day, cents. `steps` are what `planner.fly` does of them.
    """

    sorties: Records
    jobs: Ints
    steps: Ints
    begin: Ints
    of_job: Ints
    drones: Ints
    unserved_cents: Ints
    day_cents: int


class Board(NamedTuple):
    """Sorties on a day: row r of `trip` flies a candidate on a drone, `rows[r]`; -1 if it is free.

    Drone d flies rows `flown[d, :sorties[d]]`, in order of start. `serves` is the row of each job.
    The last three rows of `trip` are scratch.
    """

    trip: Trip
    rows: Records
    serves: Ints
    sorties: Ints
    flown: Ints


@inlined
def _off(menu, sky, day, fleet, board, row):  # type: ignore[no-untyped-def]
    """Take a sortie off the day; it keeps its row. Return what that costs more, cents."""
    leave(sky, day, fleet, menu.sorties[board.rows[row].candidate].squad, board.trip, row)
    candidate, drone = board.rows[row].candidate, board.rows[row].drone
    number, at = board.sorties[drone], 0
    while board.flown[drone, at] != row:
        at += 1
    for slot in range(at, number - 1):
        board.flown[drone, slot] = board.flown[drone, slot + 1]
    board.sorties[drone] = number - 1
    more = -board.trip.head[row].cents
    if number == 1:
        more -= menu.day_cents
    for job in menu.jobs[candidate]:
        if job >= 0:
            board.serves[job] = NONE
            more += menu.unserved_cents[job]
    return more


@inlined
def _on(menu, sky, day, fleet, board, row):  # type: ignore[no-untyped-def]
    """Put the sortie of a row on the day. Return what that costs more, cents."""
    enter(sky, day, fleet, menu.sorties[board.rows[row].candidate].squad, board.trip, row)
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
        more += menu.day_cents
    for job in menu.jobs[candidate]:
        if job >= 0:
            board.serves[job] = row
            more -= menu.unserved_cents[job]
    return more


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
        begin_s = menu.sorties[candidate].first_s
        if at:
            before = board.flown[drone, at - 1]
            begin_s = max(begin_s, trip.stop[before, trip.head[before].legs].depart)
        if begin_s > last_s:
            break
        until_s = fleet[squad].until_s
        if at < number:
            until_s = trip.stop[board.flown[drone, at], 0].arrive
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
def _serve(menu, sky, day, fleet, goods, board, job, blink, spared, usable, free):  # type: ignore[no-untyped-def]
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
        if np.random.random() < blink:
            continue
        fits, worth = True, 0
        for other in menu.jobs[candidate]:
            if other >= 0:
                worth += menu.unserved_cents[other]
                if board.serves[other] != NONE:
                    fits = False
        if not fits:
            continue
        squad, fresh = menu.sorties[candidate].squad, False
        for drone in range(menu.drones[squad], menu.drones[squad + 1]):
            if drone == spared or not usable[drone]:
                continue
            extra = 0
            if board.sorties[drone] == 0:
                if fresh:
                    continue
                fresh, extra = True, menu.day_cents
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
    return _on(menu, sky, day, fleet, board, free), tried


@compiled
def cents_of(menu, board):  # type: ignore[no-untyped-def]
    """Return the cents of a day."""
    total = 0
    for drone in range(len(board.sorties)):
        if board.sorties[drone]:
            total += menu.day_cents
        for at in range(board.sorties[drone]):
            total += board.trip.head[board.flown[drone, at]].cents
    for job in range(len(board.serves)):
        if board.serves[job] == NONE:
            total += menu.unserved_cents[job]
    return total


@compiled
def begin(menu, sky, day, fleet, goods, board, candidates, starts):  # type: ignore[no-untyped-def]
    """Put sorties on the day in their order, each on the drone that is back first, as they fly."""
    scratch, row, trip = len(board.rows), np.int64(0), board.trip
    for number in range(len(candidates)):
        candidate = candidates[number]
        squad = menu.sorties[candidate].squad
        best_s, best_drone = 1 << 40, np.int64(NONE)
        for drone in range(menu.drones[squad], menu.drones[squad + 1]):
            start_s, flown = starts[number], board.sorties[drone]
            if flown:
                last = board.flown[drone, flown - 1]
                start_s = max(start_s, trip.stop[last, trip.head[last].legs].depart)
            if fly(
                sky, day, fleet, goods, squad, menu.steps[candidate], start_s,
                menu.sorties[candidate].takeoff_s, trip, scratch, np.int64(TRIES),
            ) and trip.stop[scratch, trip.head[scratch].legs].depart < best_s:  # fmt: skip
                best_s = trip.stop[scratch, trip.head[scratch].legs].depart
                best_drone = np.int64(drone)
                copy_trip(trip, scratch, trip, row)
        if best_drone != NONE:
            board.rows[row].candidate, board.rows[row].drone = candidate, best_drone
            _on(menu, sky, day, fleet, board, row)
            row += 1


@compiled
def copy_board(source, target):  # type: ignore[no-untyped-def]
    """Make a board what another is."""
    for job in range(len(source.serves)):
        target.serves[job] = source.serves[job]
    for row in range(len(target.rows)):
        target.rows[row].candidate = NONE
    for drone in range(len(source.sorties)):
        target.sorties[drone] = source.sorties[drone]
        for at in range(source.sorties[drone]):
            row = source.flown[drone, at]
            target.flown[drone, at] = row
            target.rows[row] = source.rows[row]
            copy_trip(source.trip, row, target.trip, row)


@compiled
def rebuild(menu, sky, day, fleet, goods, board, best, usable, seed, work, begin_cents, end_cents):  # type: ignore[no-untyped-def]
    """Better a day until so many flights were tried; write the best day met into `best`.

    Returns its cents, and the steps taken. Temperatures fall from `begin_cents` to `end_cents`.
    """
    np.random.seed(seed)
    jobs, drones, rows = len(board.serves), len(board.sorties), len(board.rows)
    trip = board.trip
    now = cents_of(menu, board)
    least = now
    copy_board(board, best)
    free = np.empty(rows, dtype=np.int64)
    spaces = 0
    for row in range(rows - 1, -1, -1):
        if board.rows[row].candidate == NONE:
            free[spaces] = row
            spaces += 1
    off, on = np.empty(rows, dtype=np.int64), np.empty(rows, dtype=np.int64)
    loose, key = np.empty(jobs, dtype=np.int64), np.empty(jobs)
    done, steps = 0, 0
    while done < work:
        temperature = begin_cents * (end_cents / begin_cents) ** (done / work)
        after, count, offs, ons, spared = now, 0, 0, 0, -1
        done += 1
        steps += 1
        # Ruin: sorties around a second of the day on some drones, or all of a drone's.
        if np.random.random() < 0.02:
            drone = np.random.randint(drones)
            spared = drone
            while board.sorties[drone]:
                row = board.flown[drone, board.sorties[drone] - 1]
                after += _off(menu, sky, day, fleet, board, row)
                off[offs] = row
                offs += 1
        else:
            job = np.random.randint(jobs)
            middle_s = 0
            if board.serves[job] != NONE:
                middle_s = trip.stop[board.serves[job], 0].arrive
            elif menu.begin[job] < menu.begin[job + 1]:
                middle_s = menu.sorties[menu.of_job[menu.begin[job]]].first_s
            else:
                continue
            wanted, span_s = 1 + np.random.randint(MOST_OFF), 600 + np.random.randint(3600)
            if board.serves[job] != NONE:
                row = board.serves[job]
                after += _off(menu, sky, day, fleet, board, row)
                off[offs] = row
                offs += 1
                wanted -= 1
            first = np.random.randint(drones)
            for turn in range(drones):
                drone = (first + turn) % drones
                at = board.sorties[drone] - 1
                while at >= 0 and wanted > 0:
                    row = board.flown[drone, at]
                    start_s, end_s = (
                        trip.stop[row, 0].arrive,
                        trip.stop[row, trip.head[row].legs].depart,
                    )
                    near = start_s <= middle_s + span_s and end_s >= middle_s - span_s
                    if near and np.random.random() < 0.6:
                        after += _off(menu, sky, day, fleet, board, row)
                        off[offs] = row
                        offs += 1
                        wanted -= 1
                    at -= 1
        for number in range(offs):
            for job in menu.jobs[board.rows[off[number]].candidate]:
                if job >= 0:
                    loose[count] = job
                    count += 1
        # Some of what is left out joins.
        first, joined, mine = np.random.randint(jobs), 0, count
        for turn in range(jobs):
            job = (first + turn) % jobs
            if joined < MOST_JOINED and board.serves[job] == NONE:
                known = menu.begin[job] == menu.begin[job + 1]
                for number in range(mine):
                    known = known or loose[number] == job
                if not known and np.random.random() < 0.3:
                    loose[count] = job
                    count += 1
                    joined += 1
        order = np.random.randint(3)
        for number in range(count):
            key[number] = np.random.random()
            if order == 1:
                key[number] -= menu.unserved_cents[loose[number]]
            elif order == 2:
                key[number] += menu.sorties[menu.of_job[menu.begin[loose[number]]]].first_s
        ordered = np.argsort(key[:count])
        for number in ordered:
            if board.serves[loose[number]] == NONE and spaces > 0:
                extra, tried = _serve(
                    menu, sky, day, fleet, goods, board, loose[number], 0.02, spared, usable,
                    free[spaces - 1],
                )  # fmt: skip
                after += extra
                done += tried
                if board.serves[loose[number]] != NONE:
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
                _off(menu, sky, day, fleet, board, on[number])
                board.rows[on[number]].candidate = NONE
                free[spaces] = on[number]
                spaces += 1
            for number in range(offs):
                _on(menu, sky, day, fleet, board, off[number])
    return least, steps


def menu_of(candidates: Candidates, arrays: DayArrays) -> Menu:
    """Return candidates as the search takes them, as they are known now."""
    offers, columns = candidates.offers, candidates.columns
    sorties = np.zeros(len(columns), dtype=SORTIE)
    for name in ("squad", "first_s", "last_s", "hold_s", "cents"):
        sorties[name] = getattr(offers, name)
    sorties["takeoff_s"] = arrays.takeoffs(columns)
    sorties["reduced"] = candidates.reduced_cents
    return Menu(
        sorties,
        offers.jobs,
        arrays.steps(columns),
        offers.begin,
        offers.of_job,
        offers.drones,
        offers.unserved_cents,
        offers.day_cents,
    )


def empty_board(menu: Menu, sky: Sky) -> Board:
    """Return a board on which nothing flies."""
    jobs, drones = len(menu.unserved_cents), int(menu.drones[-1])
    rows = np.full(jobs + SPARE_ROWS, NONE, dtype=ROW)
    return Board(
        trips(sky, len(rows) + SCRATCH),
        rows,
        np.full(jobs, NONE),
        np.zeros(drones, dtype=np.int64),
        np.full((drones, MOST_A_DRONE), NONE),
    )

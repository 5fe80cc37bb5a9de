"""A day of sorties and the candidates that go on it, as `planner.rebuild.rebuild` has them."""

from typing import NamedTuple

import numpy as np

from planner.arrays import Ints
from planner.choice.candidates import Candidates, by_tour, ranked
from planner.choice.choice import days_and_left_out
from planner.compiled import compiled, inlined
from planner.fly.day_arrays import DayArrays
from planner.fly.fly import copy_trip, enter, leave
from planner.fly.gaps import Gaps
from planner.fly.records import NEVER_S, NONE, Records, Trip, trips

ELSEWHERE = -2
"""Row of a job that is not to be looked at."""

SPARE_ROWS, SCRATCH, MOST_A_DRONE = 32, 3, 200
"""Rows of sorties beside one for each job, those for trials, and sorties of a drone at most."""

LATER_S = 1200
"""How much later than any of its candidates starts a sortie may start among others, s."""

ROW = np.dtype([("candidate", "i8"), ("drone", "i8")])


class Menu(NamedTuple):
    """Sorties, and which serve each job, as `Candidates` and `Offers` have them.

    Candidates of the same squad, jobs and steps are one sortie whenever they start, as promising as
    the best of them, `candidate[n]`; candidate c is of sortie `entry[c]`.
    Those that serve job j are `of_job[begin[j]:begin[j + 1]]`, the most promising first.
    Job `links[n, 1]` comes after job `links[n, 0]`; `before[j]` comes before job j, -1 for none,
    and `depth` says how many do, one after the other.
    """

    candidate: Ints
    entry: Ints
    sorties: Records
    jobs: Ints
    steps: Ints
    begin: Ints
    of_job: Ints
    drones: Ints
    until_s: Ints
    day_cents: Ints
    soon_s: Ints
    unserved_cents: Ints
    links: Ints
    before: Ints
    depth: Ints


class Board(NamedTuple):
    """Sorties on a day: row r of `trip` flies a sortie of the menu on a drone; -1 if it is free.

    Drone d flies rows `flown[d, :sorties[d]]`, in order of start; `gaps` tell when, of the same
    `sorties`. `serves` is the row of each job, -1 if none, -2 if it is not to be looked at. The
    last three rows of `trip` are scratch. Sorties come off and go on between the two seconds of
    `window` alone.
    """

    trip: Trip
    rows: Records
    serves: Ints
    sorties: Ints
    flown: Ints
    gaps: Gaps
    window: Ints


def menu_of(candidates: Candidates) -> Menu:
    """Return candidates as the search on a day takes them."""
    offers, jobs = candidates.offers, candidates.instance.jobs
    candidate, entry = _whenever(candidates)
    served, sorties = offers.jobs[candidate], candidates.sorties[candidate]
    every = candidates.sorties
    np.minimum.at(sorties["first_s"], entry, every["first_s"])
    np.maximum.at(sorties["last_s"], entry, every["last_s"] + LATER_S)
    np.minimum.at(sorties["hold_s"], entry, every["hold_s"])
    links = [(job.after, at) for at, job in enumerate(jobs) if job.after is not None]
    return Menu(
        candidate,
        entry,
        sorties,
        served,
        candidates.steps[candidate],
        *ranked(served, sorties["reduced"], len(jobs)),
        offers.drones,
        offers.until_s,
        offers.day_cents,
        offers.soon_s,
        offers.unserved_cents,
        np.array(links, dtype=np.int64).reshape(-1, 2),
        np.array([NONE if job.after is None else job.after for job in jobs], dtype=np.int64),
        np.array([job.depth for job in jobs], dtype=np.int64),
    )


def _whenever(candidates: Candidates) -> tuple[Ints, Ints]:
    """Return the most promising of the candidates that differ by start alone, and whose each is."""
    every = np.arange(len(candidates))
    order, fresh = by_tour(candidates.columns, every, candidates.sorties["reduced"])
    entry: Ints = np.empty(len(order), dtype=np.int64)
    entry[order] = np.cumsum(fresh) - 1
    candidate: Ints = order[fresh]
    return candidate, entry


def empty_board(menu: Menu, arrays: DayArrays) -> Board:
    """Return a board on which nothing flies."""
    jobs, drones = len(menu.unserved_cents), int(menu.drones[-1])
    rows, sorties = np.full(jobs + SPARE_ROWS, NONE, dtype=ROW), np.zeros(drones, dtype=np.int64)
    stays = np.zeros((drones, MOST_A_DRONE, 2), dtype=np.int64)
    return Board(
        trips(arrays.sky, arrays.goods, len(rows) + SCRATCH),
        rows,
        np.full(jobs, NONE),
        sorties,
        np.full((drones, MOST_A_DRONE), NONE),
        Gaps(menu.drones, stays, sorties, menu.until_s, menu.day_cents),
        np.array([-NEVER_S, NEVER_S]),
    )


@inlined
def seat(board, drone, at, row):  # type: ignore[no-untyped-def]
    """Have the sortie of a row be a drone's, the one of that number."""
    board.flown[drone, at] = row
    board.gaps.stays[drone, at, 0] = board.trip.stop[row, 0].arrive
    board.gaps.stays[drone, at, 1] = board.trip.stop[row, board.trip.head[row].legs].depart


@compiled
def cents_of(menu, board):  # type: ignore[no-untyped-def]
    """Return the cents of a day."""
    total = days_and_left_out(menu, board)
    for drone in range(len(board.sorties)):
        for at in range(board.sorties[drone]):
            total += board.trip.head[board.flown[drone, at]].cents
    return total


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
            target.rows[row] = source.rows[row]
            copy_trip(source.trip, row, target.trip, row)
            seat(target, drone, at, row)


@inlined
def take(menu, sky, day, fleet, board, row):  # type: ignore[no-untyped-def]
    """Take of a day what the sortie of a row holds, and when it hands jobs over."""
    candidate = board.rows[row].candidate
    enter(sky, day, fleet, menu.sorties[candidate].squad, board.trip, row)
    for step in range(menu.steps.shape[1]):
        if menu.steps[candidate, step] < 0:
            day.over_s[-menu.steps[candidate, step] - 1] = board.trip.over[row, step]


@inlined
def give_back(menu, sky, day, fleet, board, row):  # type: ignore[no-untyped-def]
    """Give back to a day what the sortie of a row has taken."""
    candidate = board.rows[row].candidate
    leave(sky, day, fleet, menu.sorties[candidate].squad, board.trip, row)
    for job in menu.jobs[candidate]:
        if job >= 0:
            day.over_s[job] = NONE


@compiled
def change_board(menu, sky, day, fleet, board, wanted):  # type: ignore[no-untyped-def]
    """Make a board, and the day that it has taken, what another is."""
    for drone in range(len(board.sorties)):
        for at in range(board.sorties[drone]):
            give_back(menu, sky, day, fleet, board, board.flown[drone, at])
    copy_board(wanted, board)
    for drone in range(len(board.sorties)):
        for at in range(board.sorties[drone]):
            take(menu, sky, day, fleet, board, board.flown[drone, at])


@compiled
def join_boards(menu, early, late, cut_s, target):  # type: ignore[no-untyped-def]
    """Make a board what one is of sorties that start before a second, and another is of others."""
    # Of a plain number another version of what is called would be compiled.
    row = np.int64(0)
    for job in range(len(target.serves)):
        target.serves[job] = NONE
    for each in range(len(target.rows)):
        target.rows[each].candidate = NONE
    for drone in range(len(target.sorties)):
        target.sorties[drone] = 0
    for half in range(2):
        source = early if half == 0 else late
        for drone in range(len(target.sorties)):
            for at in range(source.sorties[drone]):
                taken = source.flown[drone, at]
                if (source.trip.stop[taken, 0].arrive < cut_s) == (half == 0):
                    target.rows[row] = source.rows[taken]
                    copy_trip(source.trip, taken, target.trip, row)
                    seat(target, drone, target.sorties[drone], row)
                    target.sorties[drone] += 1
                    for job in menu.jobs[source.rows[taken].candidate]:
                        if job >= 0:
                            target.serves[job] = row
                    row += 1

"""A day bettered by ruin and recreate, in steps that look at nothing but what is near.

Every sortie is timed to the second among the others (`planner.fly`), so that what is chosen keeps
clear of the air that others hold. What comes off is what keeps an order from flying by some
sortie as it would on an empty day, or some sorties near an order; with theirs, orders near it that
are left out go back, each by the candidate that costs least of reduced cost and of what it costs
more than on an empty day (`planner.serve`). What a step takes does not grow with the day.
"""

import math
from typing import NamedTuple

import numpy as np

from planner.anneal import put_in_order
from planner.arrays import Floats, Ints
from planner.blockers import MARK, find_blockers
from planner.board import ELSEWHERE, Board, Menu, cents_of
from planner.compiled import compiled, inlined
from planner.day_arrays import DayArrays
from planner.fly_records import NONE, Day, Records
from planner.on_board import orphans_off, put_on, take_off, within
from planner.serve import serve

MOST_OFF, MOST_BLOCKERS, MOST_JOINED = 6, 8, 6
"""Sorties near a job that come off in a step at most, sorties in its way, and jobs left out that
join theirs."""

LEFT_OUT, DEARER = 0.3, 2
"""How often a step looks at a job left out, and beside how many others it is the dearest."""

ROOM, OTHER_ROOM = 0.9, 0.7
"""How often room is made for a sortie that serves a job left out, and for another one that serves a
job that is not."""

ORDERS = 4
"""Orders in which loose jobs go back, of those of `put_in_order`."""

STARTS = 3
"""Starts at which is looked for what is in the way of a sortie."""


class Room(NamedTuple):
    """Room to work in: rows that are free, come off and go on; loose jobs, and what sorts them.

    `left_out` are the jobs left out, and maybe some that are not any more; `place` is where in it a
    job is, -1 if it is not. `blockers` are rows in the way, of those that fly `beside`, `marks`
    those of blocks.
    """

    free: Ints
    off: Ints
    on: Ints
    loose: Ints
    key: Floats
    left_out: Ints
    place: Ints
    blockers: Ints
    beside: Ints
    marks: Records


def room_for(board: Board, day: Day) -> Room:
    """Return room for a board on a day."""
    rows, jobs = len(board.rows), len(board.serves)
    free, off, on, beside = (np.empty(rows, dtype=np.int64) for _ in range(4))
    loose, left_out, place = (np.empty(jobs, dtype=np.int64) for _ in range(3))
    marks = np.zeros(len(day.holds.first) - 1, dtype=MARK)
    blockers = np.empty(MOST_BLOCKERS, dtype=np.int64)
    return Room(free, off, on, loose, np.empty(jobs), left_out, place, blockers, beside, marks)


def rebuild(
    menu: Menu,
    arrays: DayArrays,
    day: Day,
    empty: Day,
    board: Board,
    near: Ints,
    room: Room,
    seed: int,
    work: int,
    begin_cents: float,
    end_cents: float,
) -> int:
    """Better a day until so many flights were tried; return its cents.

    `empty` is the day with nothing on it, `near` are the jobs near each job. Temperatures fall from
    `begin_cents` to `end_cents`: a warm day may get dearer.
    """
    return int(
        _rebuild(
            menu, arrays.sky, day, empty, arrays.fleet, arrays.goods, board, near, room,
            seed, work, begin_cents, end_cents, int(menu.depth.max(initial=0)),
        )
    )  # fmt: skip


@inlined
def _joins(room, count, job):  # type: ignore[no-untyped-def]
    """Make a job loose, if it is not; return how many are."""
    at = 0
    while at < count and room.loose[at] != job:
        at += 1
    room.loose[at] = job
    return max(count, at + 1)


@inlined
def _job(menu, board, room, left):  # type: ignore[no-untyped-def]
    """Return a job to look at, -1 if it is none that may be, and how many are left out at most."""
    job = np.random.randint(len(board.serves))
    if left and np.random.random() < LEFT_OUT:
        at = np.random.randint(left)
        for _ in range(DEARER):
            other = np.random.randint(left)
            if menu.unserved_cents[room.left_out[other]] > menu.unserved_cents[room.left_out[at]]:
                at = other
        job = room.left_out[at]
        if board.serves[job] != NONE:
            left -= 1
            room.left_out[at] = room.left_out[left]
            room.place[room.left_out[at]] = at
            room.place[job] = NONE
    if menu.begin[job] == menu.begin[job + 1] or not _may_move(board, job):
        job = NONE
    return job, left


@inlined
def _may_move(board, job):  # type: ignore[no-untyped-def]
    """Tell whether a job is left out, or served by a sortie that may come off."""
    row = board.serves[job]
    return row == NONE or (row != ELSEWHERE and within(board, row))


@inlined
def _make_room(menu, sky, day, empty, fleet, goods, board, room, job, number):  # type: ignore[no-untyped-def]
    """Take off what is in the way of a sortie for a job, and what serves its jobs.

    The more promising a sortie the likelier it is. Returns what that costs more, cents, how many
    sorties are off, -1 if some may not be, how many jobs are loose, and the last number of a leg.
    """
    more, count = 0, 0
    several = menu.begin[job + 1] - menu.begin[job]
    candidate = menu.of_job[menu.begin[job] + int(several * np.random.random() ** 2)]
    offs = len(room.blockers) + 1
    first_s, last_s = menu.sorties[candidate].first_s, menu.sorties[candidate].last_s
    for _ in range(STARTS):
        start_s = first_s + np.random.randint(max(1, last_s - first_s + 1))
        found, number = find_blockers(
            menu, sky, day, empty, fleet, goods, board, candidate, start_s, room.marks, number,
            room.blockers, offs - 1, room.beside,
        )  # fmt: skip
        if found >= 0:
            offs = found
            for at in range(offs):
                room.off[at] = room.blockers[at]
    fits = offs <= len(room.blockers)
    if fits:
        for at in range(offs):
            fits = fits and within(board, room.off[at])
        for other in menu.jobs[candidate]:
            if other >= 0:
                fits = fits and _may_move(board, other)
    if not fits:
        return 0, -1, 0, number
    for at in range(offs):
        more += take_off(menu, sky, day, fleet, board, room.off[at])
    room.loose[0], count = job, 1
    for other in menu.jobs[candidate]:
        if other >= 0:
            if board.serves[other] != NONE:
                room.off[offs] = board.serves[other]
                more += take_off(menu, sky, day, fleet, board, board.serves[other])
                offs += 1
            count = _joins(room, count, other)
    return more, offs, count, number


@inlined
def _ruin_near(menu, sky, day, fleet, board, near, room, job, wanted, offs, count):  # type: ignore[no-untyped-def]
    """Take off some sorties near a job; have jobs near it that are left out join theirs.

    Returns what that costs more, cents, how many are off, and how many jobs are loose.
    """
    more, joined = 0, 0
    if wanted and board.serves[job] != NONE:
        room.off[offs] = board.serves[job]
        more += take_off(menu, sky, day, fleet, board, board.serves[job])
        offs += 1
        wanted -= 1
    count = _joins(room, count, job)
    span = near.shape[1]
    if np.random.random() < 0.5:
        span = min(span, 3 * MOST_OFF)
    first = np.random.randint(span)
    for turn in range(span):
        other = near[job, (first + turn) % span]
        if other == NONE or np.random.random() < 0.5 or not _may_move(board, other):
            continue
        if board.serves[other] != NONE:
            if wanted > 0:
                room.off[offs] = board.serves[other]
                more += take_off(menu, sky, day, fleet, board, board.serves[other])
                offs += 1
                wanted -= 1
        # Jobs of those taken off are not written down as left out.
        elif joined < MOST_JOINED and room.place[other] != NONE:
            before = count
            count = _joins(room, count, other)
            joined += count - before
    return more, offs, count


@inlined
def _begin(menu, board, room):  # type: ignore[no-untyped-def]
    """Note free rows and jobs left out; return how many there are."""
    spaces, left = 0, 0
    for row in range(len(board.rows) - 1, -1, -1):
        if board.rows[row].candidate == NONE:
            room.free[spaces] = row
            spaces += 1
    for job in range(len(board.serves)):
        room.place[job] = NONE
        if board.serves[job] == NONE and menu.begin[job] < menu.begin[job + 1]:
            room.left_out[left] = job
            room.place[job] = left
            left += 1
    for block in range(len(room.marks)):
        room.marks[block].number = 0
    return spaces, left


@compiled
def _rebuild(  # type: ignore[no-untyped-def]
    menu, sky, day, empty, fleet, goods, board, near, room, seed, work, begin_cents,
    end_cents, deepest,
):  # fmt: skip
    """Do what `rebuild` says."""
    np.random.seed(seed)
    # Of a plain number another version of what is called would be compiled.
    now, done, number = cents_of(menu, board), 0, np.int64(0)
    spaces, left = _begin(menu, board, room)
    while done < work:
        temperature = begin_cents * (end_cents / begin_cents) ** (done / work)
        after, offs, ons, count = now, 0, 0, 0
        done += 1
        job, left = _job(menu, board, room, left)
        if job == NONE:
            continue
        wanted = 1 + np.random.randint(MOST_OFF)
        if np.random.random() < (ROOM if board.serves[job] == NONE else OTHER_ROOM):
            wanted = 0
            done += STARTS
            more, offs, count, number = _make_room(
                menu, sky, day, empty, fleet, goods, board, room, job, number
            )
            after += more
            if offs < 0:
                continue
        more, offs, count = _ruin_near(
            menu, sky, day, fleet, board, near, room, job, wanted, offs, count
        )
        after += more
        more, offs = orphans_off(menu, sky, day, fleet, board, room.off, offs)
        after += more
        for at in range(offs):
            for other in menu.jobs[board.rows[room.off[at]].candidate]:
                if other >= 0:
                    count = _joins(room, count, other)
        # That for which room was made goes first.
        put_in_order(room.loose, room.key, 0 if wanted else 1, count, menu, ORDERS)
        for depth in range(deepest + 1):
            for at in range(count):
                other = room.loose[at]
                if menu.depth[other] != depth or board.serves[other] != NONE or spaces == 0:
                    continue
                more, tried = serve(
                    menu, sky, day, fleet, goods, board, other, room.free[spaces - 1]
                )
                after += more
                done += tried
                if board.serves[other] != NONE:
                    spaces -= 1
                    room.on[ons] = room.free[spaces]
                    ons += 1
        if after <= now or np.random.random() < math.exp((now - after) / temperature):
            now = after
            for at in range(offs):
                board.rows[room.off[at]].candidate = NONE
                room.free[spaces] = room.off[at]
                spaces += 1
            for at in range(count):
                other = room.loose[at]
                if board.serves[other] == NONE and room.place[other] == NONE:
                    room.left_out[left] = other
                    room.place[other] = left
                    left += 1
        else:
            for at in range(ons):
                take_off(menu, sky, day, fleet, board, room.on[at])
                board.rows[room.on[at]].candidate = NONE
                room.free[spaces] = room.on[at]
                spaces += 1
            for at in range(offs):
                put_on(menu, sky, day, fleet, board, room.off[at])
    return now

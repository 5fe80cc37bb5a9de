"""A day bettered by ruin and recreate, in steps that look at nothing but what is near.

Every sortie is timed to the second among the others (`planner.fly.fly`), so that what is chosen
keeps clear of the air that others hold. What comes off is what keeps an order from flying by some
sortie as it would on an empty day, or some sorties near an order; with theirs, orders near it that
are left out go back, each by the candidate that costs least of reduced cost and of what it costs
more than on an empty day (`planner.rebuild.serve`). What a step takes does not grow with the day.
"""

import math

import numpy as np

from planner.arrays import Ints
from planner.choice.anneal import put_in_order
from planner.compiled import compiled, inlined
from planner.fly.day_arrays import DayArrays
from planner.fly.records import NONE, Day
from planner.rebuild.board import Board, Menu, cents_of
from planner.rebuild.foreseen import foreseen_cents, note_change
from planner.rebuild.on_board import orphans_off, put_on, take_off
from planner.rebuild.ruin import (
    MOST_OFF,
    OTHER_ROOM,
    ROOM,
    STARTS,
    Room,
    make_room,
    note,
    pick_job,
    ruin_near,
)
from planner.rebuild.serve import serve

ORDERS = 4
"""Orders in which loose jobs go back, of those of `put_in_order`."""

FORESEEN = 4
"""Orders in which jobs are foreseen to go back, until one seems worth flying."""


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
    foreseen: bool,
) -> int:
    """Better a day until so many flights were tried, or it is to stop; return its cents.

    `empty` is the day with nothing on it, `near` are the jobs near each job. Temperatures fall from
    `begin_cents` to `end_cents`: a warm day may get dearer. If steps are to be `foreseen`, those
    that drones have no time for are not flown.
    """
    return int(
        _rebuild(
            menu, arrays.sky, day, empty, arrays.fleet, arrays.goods, board, near, room,
            seed, work, begin_cents, end_cents, int(menu.depth.max(initial=0)), foreseen,
        )
    )  # fmt: skip


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
    for drone in range(len(board.sorties)):
        note_change(room.thought, drone)
    return spaces, left


@compiled
def _rebuild(  # type: ignore[no-untyped-def]
    menu, sky, day, empty, fleet, goods, board, near, room, seed, work, begin_cents,
    end_cents, deepest, foreseen,
):  # fmt: skip
    """Do what `rebuild` says."""
    np.random.seed(seed)
    # Of a plain number another version of what is called would be compiled.
    now, done, number = cents_of(menu, board), 0, np.int64(0)
    spaces, left = _begin(menu, board, room)
    while done < work and room.stop[0] == 0:
        temperature = begin_cents * (end_cents / begin_cents) ** (done / work)
        after, offs, ons, count = now, 0, 0, 0
        done += 1
        job, left = pick_job(menu, board, room, left)
        if job == NONE:
            continue
        wanted = 1 + np.random.randint(MOST_OFF)
        if np.random.random() < (ROOM if board.serves[job] == NONE else OTHER_ROOM):
            wanted = 0
            done += STARTS
            offs, count, number = make_room(
                menu, sky, day, empty, fleet, goods, board, room, job, number
            )
            if offs < 0:
                continue
        offs, count = ruin_near(board, near, room, job, wanted, offs, count)
        for at in range(offs):
            for other in menu.jobs[board.rows[room.off[at]].candidate]:
                if other >= 0:
                    count = note(room.loose, count, other)
        most, promising = now - temperature * math.log(1 - np.random.random()), False
        for _ in range(FORESEEN):
            # That for which room was made goes first.
            put_in_order(room.loose, room.key, 0 if wanted else 1, count, menu, ORDERS)
            promising = not foreseen or now <= most - foreseen_cents(
                menu, board, room.thought, room.off, offs, room.loose, count
            )
            if promising:
                break
        if not promising:
            done += 1
            continue
        for at in range(offs):
            after += take_off(menu, sky, day, fleet, board, room.off[at])
        before = offs
        more, offs = orphans_off(menu, sky, day, fleet, board, room.off, offs)
        after += more
        for at in range(before, offs):
            for other in menu.jobs[board.rows[room.off[at]].candidate]:
                if other >= 0:
                    count = note(room.loose, count, other)
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
        if after <= most:
            now = after
            for at in range(ons):
                note_change(room.thought, board.rows[room.on[at]].drone)
            for at in range(offs):
                note_change(room.thought, board.rows[room.off[at]].drone)
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

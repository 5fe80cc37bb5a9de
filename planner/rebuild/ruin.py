"""What comes off in a step of `rebuild`, and which jobs are to go back, in compiled code.

Nothing is taken off yet: sorties and jobs are noted in a room to work in.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from planner.arrays import Floats, Ints
from planner.compiled import inlined
from planner.fly.records import NONE, Day, Records
from planner.rebuild.blockers import MARK, find_blockers
from planner.rebuild.board import ELSEWHERE, Board
from planner.rebuild.foreseen import Thought, thought_of
from planner.rebuild.on_board import within
from planner.stop import Stop

MOST_OFF, MOST_BLOCKERS, MOST_JOINED = 6, 8, 6
"""Sorties near a job that come off in a step at most, sorties in its way, and jobs left out that
join theirs."""

LEFT_OUT, DEARER = 0.3, 2
"""How often a step looks at a job left out, and beside how many others it is the dearest."""

ROOM, OTHER_ROOM = 0.9, 0.7
"""How often room is made for a sortie that serves a job left out, and for another one that serves a
job that is not."""

STARTS = 3
"""Starts at which is looked for what is in the way of a sortie."""


class Room(NamedTuple):
    """Room to work in: rows that are free, come off and go on; loose jobs, and what sorts them.

    `left_out` are the jobs left out, and maybe some that are not any more; `place` is where in it a
    job is, -1 if it is not. `blockers` are rows in the way, of those that fly `beside`, `marks`
    those of blocks. `thought` is what a step would come to. No step begins once `stop` is not 0.
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
    thought: Thought
    stop: npt.NDArray[np.uint8]


def room_for(board: Board, day: Day, stop: Stop) -> Room:
    """Return room for a board on a day."""
    rows, jobs = len(board.rows), len(board.serves)
    free, off, on, beside = (np.empty(rows, dtype=np.int64) for _ in range(4))
    loose, left_out, place = (np.empty(jobs, dtype=np.int64) for _ in range(3))
    marks = np.zeros(len(day.holds.first) - 1, dtype=MARK)
    blockers = np.empty(MOST_BLOCKERS, dtype=np.int64)
    thought = thought_of(board.gaps, rows, jobs)
    return Room(
        free, off, on, loose, np.empty(jobs), left_out, place, blockers, beside, marks, thought,
        stop.flag,
    )  # fmt: skip


@inlined
def note(noted, count, each):  # type: ignore[no-untyped-def]
    """Note a job to be loose, or a sortie to come off, if it is not; return how many are."""
    at = 0
    while at < count and noted[at] != each:
        at += 1
    noted[at] = each
    return max(count, at + 1)


@inlined
def pick_job(menu, board, room, left):  # type: ignore[no-untyped-def]
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
    if menu.begin[job] == menu.begin[job + 1] or not may_move(board, job):
        job = NONE
    return job, left


@inlined
def may_move(board, job):  # type: ignore[no-untyped-def]
    """Tell whether a job is left out, or served by a sortie that may come off."""
    row = board.serves[job]
    return row == NONE or (row != ELSEWHERE and within(board, row))


@inlined
def make_room(menu, sky, day, empty, fleet, goods, board, room, job, number):  # type: ignore[no-untyped-def]
    """Note what is in the way of a sortie for a job, and what serves its jobs: it is to come off.

    The more promising a sortie the likelier it is. Returns how many sorties these are, -1 if some
    may not come off, how many jobs are loose, and the last number of a leg.
    """
    count = 0
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
                fits = fits and may_move(board, other)
    if not fits:
        return -1, 0, number
    room.loose[0], count = job, 1
    for other in menu.jobs[candidate]:
        if other >= 0:
            if board.serves[other] != NONE:
                offs = note(room.off, offs, board.serves[other])
            count = note(room.loose, count, other)
    return offs, count, number


@inlined
def ruin_near(board, near, room, job, wanted, offs, count):  # type: ignore[no-untyped-def]
    """Note some sorties near a job, to come off; have jobs near it that are left out join theirs.

    Returns how many are to come off, and how many jobs are loose.
    """
    joined, most = 0, offs + wanted
    if wanted and board.serves[job] != NONE:
        offs = note(room.off, offs, board.serves[job])
    count = note(room.loose, count, job)
    span = near.shape[1]
    if np.random.random() < 0.5:
        span = min(span, 3 * MOST_OFF)
    first = np.random.randint(span)
    for turn in range(span):
        other = near[job, (first + turn) % span]
        if other == NONE or np.random.random() < 0.5 or not may_move(board, other):
            continue
        if board.serves[other] != NONE:
            if offs < most:
                offs = note(room.off, offs, board.serves[other])
        elif joined < MOST_JOINED and room.place[other] != NONE:
            before = count
            count = note(room.loose, count, other)
            joined += count - before
    return offs, count

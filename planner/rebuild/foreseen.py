"""What a step of `rebuild` about comes to, by the hours of drones alone, in compiled code.

To fly what comes off and goes back takes hundreds of microseconds, and most steps are not kept,
since drones have no time for some sortie. That is seen without a flight. So a step is thought
through first, in air that nobody holds: its loose jobs go back one by one, each by the most
promising sortie for which a drone is free.
"""

from typing import NamedTuple

import numpy as np

from planner.arrays import Ints
from planner.compiled import compiled, inlined
from planner.fly.gaps import Gaps, free_s
from planner.fly.records import NEVER_S, NONE


class Thought(NamedTuple):
    """The hours of drones as a step would leave them, and what it does: room, kept between steps.

    `gaps` are those of the board but for drones listed in `changed`, of which there are
    `number[0]`, and which are `flagged`. `off[row]` and `served[job]` are the step, `number[1]`, in
    which a sortie last came off and a job last went back.
    """

    gaps: Gaps
    changed: Ints
    flagged: Ints
    off: Ints
    served: Ints
    number: Ints


def thought_of(gaps: Gaps, rows: int, jobs: int) -> Thought:
    """Return room for a board of so many rows and jobs, on which nothing flies yet."""
    drones = len(gaps.sorties)
    mine = gaps._replace(stays=np.zeros_like(gaps.stays), sorties=np.zeros_like(gaps.sorties))
    changed, flagged = np.empty(drones, dtype=np.int64), np.zeros(drones, dtype=np.int64)
    off, served = np.full(rows, NONE), np.full(jobs, NONE)
    return Thought(mine, changed, flagged, off, served, np.zeros(2, dtype=np.int64))


@inlined
def note_change(thought, drone):  # type: ignore[no-untyped-def]
    """Have the hours of a drone be those of the board when the next step begins."""
    if thought.flagged[drone] == 0:
        thought.flagged[drone] = 1
        thought.changed[thought.number[0]] = drone
        thought.number[0] += 1


@inlined
def _begin(board, thought):  # type: ignore[no-untyped-def]
    """Begin with another step: all hours are as the board has them."""
    thought.number[1] += 1
    for at in range(thought.number[0]):
        drone = thought.changed[at]
        thought.flagged[drone] = 0
        thought.gaps.sorties[drone] = board.sorties[drone]
        for slot in range(board.sorties[drone]):
            thought.gaps.stays[drone, slot, 0] = board.gaps.stays[drone, slot, 0]
            thought.gaps.stays[drone, slot, 1] = board.gaps.stays[drone, slot, 1]
    thought.number[0] = 0


@inlined
def _off(menu, board, thought, row):  # type: ignore[no-untyped-def]
    """Take a sortie off; return what that costs more, cents."""
    drone, begin_s = board.rows[row].drone, board.trip.stop[row, 0].arrive
    note_change(thought, drone)
    thought.off[row] = thought.number[1]
    number, at = thought.gaps.sorties[drone], 0
    while thought.gaps.stays[drone, at, 0] != begin_s:
        at += 1
    for slot in range(at, number - 1):
        thought.gaps.stays[drone, slot, 0] = thought.gaps.stays[drone, slot + 1, 0]
        thought.gaps.stays[drone, slot, 1] = thought.gaps.stays[drone, slot + 1, 1]
    thought.gaps.sorties[drone] = number - 1
    more = -board.trip.head[row].cents
    if number == 1:
        more -= menu.day_cents[drone]
    for job in menu.jobs[board.rows[row].candidate]:
        if job >= 0:
            more += menu.unserved_cents[job]
    return more


@inlined
def _is_free(board, thought, job):  # type: ignore[no-untyped-def]
    """Tell whether a job is not served, or by a sortie that is off."""
    row = board.serves[job]
    free = row == NONE or (row >= 0 and thought.off[row] == thought.number[1])
    return free and thought.served[job] != thought.number[1]


@inlined
def _serve(menu, board, thought, job):  # type: ignore[no-untyped-def]
    """Serve a job by the most promising sortie for which a drone is free; return cents more."""
    for number in range(menu.begin[job], menu.begin[job + 1]):
        candidate, fits = menu.of_job[number], True
        more = menu.sorties[candidate].cents
        for other in menu.jobs[candidate]:
            if other >= 0:
                more -= menu.unserved_cents[other]
                fits = fits and _is_free(board, thought, other)
        if not fits or more >= 0:
            continue
        flock, takes_s = menu.sorties[candidate].flock, menu.sorties[candidate].hold_s
        since_s = max(menu.sorties[candidate].first_s, board.window[0])
        best, soonest_s = np.int64(NONE), np.int64(NEVER_S)
        for drone in range(menu.drones[flock], menu.drones[flock + 1]):
            begin_s = free_s(thought.gaps, drone, since_s, takes_s)
            if begin_s < soonest_s and thought.gaps.sorties[drone] < thought.gaps.stays.shape[1]:
                best, soonest_s = np.int64(drone), begin_s
        end_s = soonest_s + takes_s
        if soonest_s > menu.sorties[candidate].last_s or end_s > board.window[1]:
            continue
        note_change(thought, best)
        at = thought.gaps.sorties[best]
        if at == 0:
            more += menu.day_cents[best]
        thought.gaps.sorties[best] = at + 1
        while at > 0 and thought.gaps.stays[best, at - 1, 0] > soonest_s:
            thought.gaps.stays[best, at, 0] = thought.gaps.stays[best, at - 1, 0]
            thought.gaps.stays[best, at, 1] = thought.gaps.stays[best, at - 1, 1]
            at -= 1
        thought.gaps.stays[best, at, 0], thought.gaps.stays[best, at, 1] = soonest_s, end_s
        for other in menu.jobs[candidate]:
            if other >= 0:
                thought.served[other] = thought.number[1]
        return more
    return np.int64(0)


@compiled
def foreseen_cents(menu, board, thought, off, offs, loose, count):  # type: ignore[no-untyped-def]
    """Return what a day costs more, cents, if some rows come off and loose jobs go back in order.

    The first `offs` of `off` and the first `count` of `loose` are meant. The board stays as it is.
    """
    _begin(board, thought)
    more = np.int64(0)
    for at in range(offs):
        more += _off(menu, board, thought, off[at])
    for at in range(count):
        if _is_free(board, thought, loose[at]):
            more += _serve(menu, board, thought, loose[at])
    return more

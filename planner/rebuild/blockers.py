"""Whose blocks keep a sortie from flying as it would on an empty day, in compiled code."""

import numpy as np

from planner.compiled import compiled, inlined
from planner.day.traffic import clear_s
from planner.fly.fly import fly, held
from planner.fly.records import NEVER_S, NONE

MARK = np.dtype([("number", "i8"), ("from_s", "i8"), ("until_s", "i8")])
"""When a leg wants a block, and the number of the leg: marks of others are old."""


@compiled
def find_blockers(  # type: ignore[no-untyped-def]
    menu, sky, day, empty, fleet, goods, board, candidate, start_s, marks, number, found, most,
    beside,
):  # fmt: skip
    """Note the rows of sorties that hold blocks which a candidate wants from a start.

    Returns how many they are, -1 if it does not fly on the `empty` day or they are more than
    `most`, and the last number of a leg: the first is the next one to `number`. `beside` is room
    for rows.
    """
    scratch, trip, count = len(board.rows), board.trip, 0
    if not fly(
        sky, empty, fleet, goods, menu.sorties[candidate].squad, menu.steps[candidate], start_s,
        menu.sorties[candidate].takeoff_s, trip, scratch, np.int64(1),
        np.int64(NEVER_S),
    ):  # fmt: skip
        return -1, number
    others = _beside(board, scratch, empty.buffer_s, beside)
    for leg in range(trip.head[scratch].legs):
        if _is_clear(sky, day, trip, scratch, leg):
            continue
        number += 1
        _mark(sky, empty, trip, scratch, leg, marks, number)
        from_s = trip.stop[scratch, leg].takeoff - empty.buffer_s
        until_s = trip.stop[scratch, leg + 1].arrive + empty.buffer_s
        for at in range(others):
            if beside[at] != NONE and _wants(sky, trip, beside[at], marks, number, from_s, until_s):
                if count >= most:
                    return -1, number
                found[count] = beside[at]
                count += 1
                beside[at] = NONE
    return count, number


@inlined
def _beside(board, row, buffer_s, found):  # type: ignore[no-untyped-def]
    """Note the rows of all sorties that are under way while one is in the air; return how many."""
    trip, stays, count = board.trip, board.gaps.stays, 0
    from_s = trip.stop[row, 0].takeoff - buffer_s
    until_s = trip.stop[row, trip.head[row].legs].arrive + buffer_s
    for drone in range(len(board.sorties)):
        for slot in range(board.sorties[drone]):
            if stays[drone, slot, 0] > until_s:
                break
            if stays[drone, slot, 1] >= from_s:
                found[count] = board.flown[drone, slot]
                count += 1
    return count


@inlined
def _is_clear(sky, day, trip, row, leg):  # type: ignore[no-untyped-def]
    """Tell whether a leg meets no hold of a day."""
    takeoff, (chain, begin, end) = trip.stop[row, leg].takeoff, held(sky, trip, row, leg)
    return clear_s(day.holds, day.buffer_s, chain, begin, end, takeoff, takeoff) == takeoff


@compiled
def _mark(sky, empty, trip, row, leg, marks, number):  # type: ignore[no-untyped-def]
    """Mark when a leg wants blocks, and all that conflict with them."""
    takeoff, holds = trip.stop[row, leg].takeoff, empty.holds
    chain, begin, end = held(sky, trip, row, leg)
    for at in range(begin, end):
        block = chain[at].block
        from_s = takeoff + chain[at].enter - empty.buffer_s
        until_s = takeoff + chain[at].leave + empty.buffer_s
        for place in range(holds.first[block], holds.first[block + 1]):
            other = holds.conflicts[place]
            if marks[other].number == number:
                marks[other].from_s = min(marks[other].from_s, from_s)
                marks[other].until_s = max(marks[other].until_s, until_s)
            else:
                marks[other].number = number
                marks[other].from_s = from_s
                marks[other].until_s = until_s


@compiled
def _wants(sky, trip, row, marks, number, from_s, until_s):  # type: ignore[no-untyped-def]
    """Tell whether a sortie holds a block while it is marked, between two seconds."""
    for leg in range(trip.head[row].legs):
        takeoff = trip.stop[row, leg].takeoff
        if takeoff > until_s or trip.stop[row, leg + 1].arrive < from_s:
            continue
        chain, begin, end = held(sky, trip, row, leg)
        for at in range(begin, end):
            mark = marks[chain[at].block]
            if (
                mark.number == number
                and takeoff + chain[at].enter < mark.until_s
                and takeoff + chain[at].leave > mark.from_s
            ):
                return True
    return False

"""Whose blocks keep a sortie from flying as it would on an empty day, in compiled code."""

import numpy as np

from planner.compiled import compiled
from planner.fly import fly

MARK = np.dtype([("number", "i8"), ("from_s", "i8"), ("until_s", "i8")])
"""When a leg wants a block, and the number of the leg: marks of others are old."""


@compiled
def find_blockers(  # type: ignore[no-untyped-def]
    menu, sky, empty, fleet, goods, board, candidate, start_s, marks, number, found
):
    """Note the rows of sorties that hold blocks which a candidate wants from a start.

    Returns how many they are, -1 if it does not fly on the `empty` day or they are more than there
    is room for, and the last number of a leg: the first is the next one to `number`.
    """
    scratch, trip, stays, count = len(board.rows), board.trip, board.gaps.stays, 0
    if not fly(
        sky, empty, fleet, goods, menu.sorties[candidate].squad, menu.steps[candidate], start_s,
        menu.sorties[candidate].takeoff_s, trip, scratch, np.int64(1),
    ):  # fmt: skip
        return -1, number
    for leg in range(trip.head[scratch].legs):
        number += 1
        _mark(sky, empty, trip, scratch, leg, marks, number)
        from_s = trip.stop[scratch, leg].takeoff - empty.buffer_s
        until_s = trip.stop[scratch, leg + 1].arrive + empty.buffer_s
        for drone in range(len(board.sorties)):
            for slot in range(board.sorties[drone]):
                if stays[drone, slot, 0] > until_s:
                    break
                row = board.flown[drone, slot]
                if stays[drone, slot, 1] < from_s or not _wants(
                    sky, trip, row, marks, number, from_s, until_s
                ):
                    continue
                known = False
                for at in range(count):
                    known = known or found[at] == row
                if not known:
                    if count == len(found):
                        return -1, number
                    found[count] = row
                    count += 1
    return count, number


@compiled
def _mark(sky, empty, trip, row, leg, marks, number):  # type: ignore[no-untyped-def]
    """Mark when a leg wants blocks, and all that conflict with them."""
    takeoff, bends = trip.stop[row, leg].takeoff, trip.stop[row, leg].bends
    flight, holds = trip.stop[row, leg].flight, empty.holds
    chain, begin, end = sky.block, sky.flight[flight].begin, sky.flight[flight].end
    if bends:
        chain, begin, end = trip.bent[row, leg], 0, bends
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
        takeoff, bends = trip.stop[row, leg].takeoff, trip.stop[row, leg].bends
        if takeoff > until_s or trip.stop[row, leg + 1].arrive < from_s:
            continue
        flight = trip.stop[row, leg].flight
        chain, begin, end = sky.block, sky.flight[flight].begin, sky.flight[flight].end
        if bends:
            chain, begin, end = trip.bent[row, leg], 0, bends
        for at in range(begin, end):
            mark = marks[chain[at].block]
            if (
                mark.number == number
                and takeoff + chain[at].enter < mark.until_s
                and takeoff + chain[at].leave > mark.from_s
            ):
                return True
    return False

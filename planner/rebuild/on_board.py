"""Sorties that come off a board and go on it, in compiled code."""

from planner.compiled import compiled, inlined
from planner.fly.records import NONE
from planner.rebuild.board import give_back, seat, take


@compiled
def take_off(menu, sky, day, fleet, board, row):  # type: ignore[no-untyped-def]
    """Take a sortie off the day; it keeps its row. Return what that costs more, cents."""
    give_back(menu, sky, day, fleet, board, row)
    candidate, drone = board.rows[row].candidate, board.rows[row].drone
    number, at = board.sorties[drone], 0
    while board.flown[drone, at] != row:
        at += 1
    for slot in range(at, number - 1):
        seat(board, drone, slot, board.flown[drone, slot + 1])
    board.sorties[drone] = number - 1
    more = -board.trip.head[row].cents
    if number == 1:
        more -= menu.day_cents[drone]
    for job in menu.jobs[candidate]:
        if job >= 0:
            board.serves[job] = NONE
            more += menu.unserved_cents[job]
    return more


@compiled
def put_on(menu, sky, day, fleet, board, row):  # type: ignore[no-untyped-def]
    """Put the sortie of a row on the day. Return what that costs more, cents."""
    take(menu, sky, day, fleet, board, row)
    candidate, drone = board.rows[row].candidate, board.rows[row].drone
    number = board.sorties[drone]
    at = number
    while at > 0 and board.gaps.stays[drone, at - 1, 0] > board.trip.stop[row, 0].arrive:
        seat(board, drone, at, board.flown[drone, at - 1])
        at -= 1
    seat(board, drone, at, row)
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


@inlined
def within(board, row):  # type: ignore[no-untyped-def]
    """Tell whether a sortie may come off."""
    begin_s = board.trip.stop[row, 0].arrive
    end_s = board.trip.stop[row, board.trip.head[row].legs].depart
    return begin_s >= board.window[0] and end_s <= board.window[1]

"""A choice of sorties put on a board, first come, first served."""

import numpy as np

from planner.choice.choice import State, sorties_of
from planner.compiled import compiled
from planner.fly.day_arrays import DayArrays
from planner.fly.fly import TRIES, copy_trip, fly
from planner.fly.records import NEVER_S, NONE
from planner.rebuild.board import Board, Menu, empty_board
from planner.rebuild.on_board import put_on, waits


def board_of_choice(menu: Menu, arrays: DayArrays, state: State) -> Board:
    """Return the board that flies what a choice flies, in order of start, as far as it flies."""
    board = empty_board(menu, arrays)
    candidate, start_s, _ = sorties_of(state).T
    order = np.lexsort((candidate, start_s))
    begin(
        menu, arrays.sky, arrays.day(), arrays.fleet, arrays.goods, board,
        menu.entry[candidate[order]], start_s[order], state.sorties > 0,
    )  # fmt: skip
    return board


@compiled
def begin(menu, sky, day, fleet, goods, board, candidates, starts, used):  # type: ignore[no-untyped-def]
    """Put sorties on the day in their order, as they fly.

    Each goes on the drone that is back first of those that are `used`; on another if it flies on
    none of these.
    """
    scratch, row, trip = len(board.rows), np.int64(0), board.trip
    for number in range(len(candidates)):
        candidate = candidates[number]
        squad, flock, fits = menu.sorties[candidate].squad, menu.sorties[candidate].flock, True
        for job in menu.jobs[candidate]:
            if job >= 0 and waits(menu, board, job):
                fits = False
        if not fits:
            continue
        best_s, best_drone, flown_by_used = 1 << 40, np.int64(NONE), False
        for drone in range(menu.drones[flock], menu.drones[flock + 1]):
            start_s, flown = starts[number], board.sorties[drone]
            if flown:
                last = board.flown[drone, flown - 1]
                start_s = max(start_s, trip.stop[last, trip.head[last].legs].depart)
            found = fly(
                sky, day, fleet, goods, squad, menu.steps[candidate], start_s,
                menu.sorties[candidate].takeoff_s, trip, scratch, np.int64(TRIES),
                np.int64(NEVER_S),
            )  # fmt: skip
            end_s = trip.stop[scratch, trip.head[scratch].legs].depart
            sooner = end_s < best_s if used[drone] == flown_by_used else used[drone]
            if found and sooner and end_s <= menu.until_s[drone]:
                best_s, flown_by_used = end_s, used[drone]
                best_drone = np.int64(drone)
                copy_trip(trip, scratch, trip, row)
        if best_drone != NONE:
            board.rows[row].candidate, board.rows[row].drone = candidate, best_drone
            put_on(menu, sky, day, fleet, board, row)
            row += 1

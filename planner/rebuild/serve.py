"""Orders served on a board by what is free soonest, in compiled code.

A candidate is timed once for all drones of its flock, from when the first of them is free for as
long as it takes, and flown by one that is free when it does fly.
"""

import math

import numpy as np

from planner.compiled import compiled
from planner.fly.fly import TRIES, copy_trip, fly, idle_s, most_s
from planner.fly.gaps import free_drone, free_s
from planner.fly.records import NEVER_S, NONE
from planner.rebuild.on_board import fits_for, put_on

SLACK_S = 60
"""How much shorter than on an empty day a sortie may turn out, s."""

TRIED_STARTS = 2
"""Starts at which a sortie is tried."""

MOST_TRIED, BLINK = 24, 0.03
"""Flights that are tried for a job at most; how often a candidate is passed over."""


@compiled
def _fly_soonest(menu, sky, day, fleet, goods, board, candidate, most_cents):  # type: ignore[no-untyped-def]
    """Time a candidate into the scratch row as soon as a drone of its flock is free.

    Returns the drone, -1 if it does not fly for less than `most_cents`, the cents that the day
    costs more, and how many flights were tried.
    """
    scratch, trip, tried = len(board.rows), board.trip, 0
    flock, squad = menu.sorties[candidate].flock, menu.sorties[candidate].squad
    since_s = max(menu.sorties[candidate].first_s, board.window[0])
    takes_s = np.int64(menu.sorties[candidate].hold_s - SLACK_S)
    for _ in range(TRIED_STARTS):
        soonest_s = np.int64(NEVER_S)
        for drone in range(board.gaps.first[flock], board.gaps.first[flock + 1]):
            soonest_s = min(soonest_s, free_s(board.gaps, drone, since_s, takes_s))
        since_s = soonest_s
        if since_s > menu.sorties[candidate].last_s or since_s + takes_s > board.window[1]:
            break
        tried += 1
        if not fly(
            sky, day, fleet, goods, squad, menu.steps[candidate], since_s,
            menu.sorties[candidate].takeoff_s, trip, scratch, np.int64(1),
            most_s(fleet, squad, most_cents),
        ):  # fmt: skip
            break
        cents, begin_s = trip.head[scratch].cents, trip.stop[scratch, 0].arrive
        end_s = trip.stop[scratch, trip.head[scratch].legs].depart
        if cents >= most_cents or end_s > board.window[1]:
            break
        found = free_drone(board.gaps, flock, begin_s, end_s)
        if found != NONE:
            if board.sorties[found] == 0:
                cents += menu.day_cents[found]
            return found, cents, tried
        # Gaps of as little as that are too short.
        takes_s, since_s = max(takes_s, end_s - begin_s), max(since_s, begin_s)
    return np.int64(NONE), np.int64(0), tried


@compiled
def serve(menu, sky, day, fleet, goods, board, job, free):  # type: ignore[no-untyped-def]
    """Serve a job by the candidate that costs about least; return cents more, and flights tried.

    The sortie is put into the row `free`; nothing is done if leaving out is cheaper.
    """
    scratch, trip, best_score, tried = len(board.rows), board.trip, math.inf, 0
    # Of a plain number another version of what is called would be compiled.
    best, best_drone = np.int64(NONE), np.int64(NONE)
    for number in range(menu.begin[job], menu.begin[job + 1]):
        candidate = menu.of_job[number]
        if menu.sorties[candidate].reduced >= best_score or tried >= MOST_TRIED:
            break
        if np.random.random() < BLINK:
            continue
        fits, worth = fits_for(menu, board, candidate)
        if not fits:
            continue
        more = menu.sorties[candidate].reduced - menu.sorties[candidate].cents
        drone, cents, flights = _fly_soonest(
            menu, sky, day, fleet, goods, board, candidate, min(best_score - more, worth)
        )
        tried += flights
        if drone != NONE and more + cents < best_score and cents < worth:
            best_score, best, best_drone = more + cents, candidate, drone
            copy_trip(trip, scratch, trip, free)
    if best == NONE:
        return 0, tried
    # It may stand idle less if it starts later.
    idle = idle_s(fleet, goods, menu.sorties[best].squad, menu.steps[best], trip, free)
    if idle > 1 and fly(
        sky, day, fleet, goods, menu.sorties[best].squad, menu.steps[best],
        trip.stop[free, 0].arrive + idle, menu.sorties[best].takeoff_s, trip, scratch,
        np.int64(TRIES - 1), np.int64(NEVER_S),
    ):  # fmt: skip
        begin_s = trip.stop[scratch, 0].arrive
        end_s = trip.stop[scratch, trip.head[scratch].legs].depart
        if trip.head[scratch].cents < trip.head[free].cents and end_s <= board.window[1]:
            drone = free_drone(board.gaps, menu.sorties[best].flock, begin_s, end_s)
            if drone == best_drone or (drone != NONE and board.sorties[drone]):
                best_drone = drone
                copy_trip(trip, scratch, trip, free)
    board.rows[free].candidate, board.rows[free].drone = best, best_drone
    return put_on(menu, sky, day, fleet, board, free), tried

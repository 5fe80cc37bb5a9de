"""Choices put on blocks, pads and bays, bettered there, and entered as they were found.

What is chosen on an empty day waits for what others hold, and a drone that is late delays all that
it was to fly. So the choices go on a day each, in order of start, and are bettered there
(`planner.rebuild`), in some rounds that grow colder.
"""

import math
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from planner.board import Board, Menu, cents_of
from planner.candidates import Candidates
from planner.choice import State
from planner.choice_board import board_of_choice
from planner.halves import Halves
from planner.improve import CHAINS, Rounds, is_large
from planner.pace import cooled, next_work
from planner.planned import planned_legs
from planner.roster import Roster
from planner.roster_board import board_of
from planner.tour import Unflyable

HOT_CENTS, COLD_CENTS = 5.0, 0.5
"""Temperatures at the begin of the first round and at the end of the last: near a good choice are
many steps that cost a few cents, and at 20 cents they lead away from it."""

LARGE_HOT_CENTS, LARGE_COLD_CENTS = 1000.0, 20.0
"""The same on large days, where leaving orders out is what costs."""

FLIGHTS, FIRST_FLIGHTS = 300, 30
"""Flights that are tried for each order in a round where wall time may not decide, and in the first
round where it may."""

ROUND_SHARE, ROUND_S = 0.08, 5e-4
"""Share of the time left that a round may take, and what it may take anyhow, s for each order: to
part a day and to join it again takes a tenth of that."""

WRITTEN_SHARE = 0.25
"""Share of the time after which the best day is written down again."""


def rebuild_day(
    roster: Roster,
    candidates: Candidates,
    menu: Menu,
    states: Sequence[State],
    rounds: Rounds,
    share: Callable[[], float | None],
) -> None:
    """Make the roster the cheapest day met in some rounds.

    They begin from the cheapest of the choices as they fly and of the day that the roster is.

    `share` tells before each round how much of them all is done, None when they are to end. The
    roster holds a day of the rounds before whenever it is asked.
    """
    large = is_large(len(menu.unserved_cents))
    timed = not math.isinf(rounds.left_s())
    flights = (FIRST_FLIGHTS if timed else FLIGHTS) * len(menu.unserved_cents)
    hot_cents, cold_cents = HOT_CENTS, COLD_CENTS
    if large:
        hot_cents, cold_cents = LARGE_HOT_CENTS, LARGE_COLD_CENTS
    arrays = candidates.arrays
    begun = [board_of_choice(menu, arrays, state) for state in states]
    if roster.cents() < min(int(cents_of(menu, board)) for board in begun):
        begun.append(board_of(roster, candidates, menu))
    halves = Halves(menu, arrays, begun, large)
    written, number = 0.0, 0
    write_day(roster, candidates, menu, halves.best)
    with ThreadPoolExecutor(max(1, rounds.workers)) as pool:
        while (spent := share()) is not None:
            before_s = rounds.left_s()
            halves.better(
                pool,
                (rounds.seed * 100_003 + CHAINS * number) % 2**31,
                flights,
                cooled(hot_cents, cold_cents, spent),
                cooled(hot_cents, cold_cents, spent + ROUND_SHARE),
            )
            number += 1
            if timed:
                left_s = rounds.left_s()
                anyhow_s = min(left_s, ROUND_S * len(menu.unserved_cents))
                wanted_s = max(ROUND_SHARE * left_s, anyhow_s)
                flights = next_work(flights, before_s - left_s, wanted_s)
            if spent - written >= WRITTEN_SHARE:
                write_day(roster, candidates, menu, halves.best)
                written = spent
    write_day(roster, candidates, menu, halves.best)


def write_choices(
    roster: Roster, candidates: Candidates, menu: Menu, states: Sequence[State]
) -> None:
    """Make the roster the cheapest of the days that some choices make, if that is cheaper."""
    boards = (board_of_choice(menu, candidates.arrays, state) for state in states)
    board = min(boards, key=lambda board: int(cents_of(menu, board)), default=None)
    if board is not None and cents_of(menu, board) < roster.cents():
        write_day(roster, candidates, menu, board)


def write_day(roster: Roster, candidates: Candidates, menu: Menu, board: Board) -> None:
    """Make the roster the day of a board, as far as it flies, if that is cheaper."""
    tried = Roster(roster.instance)
    legs, squads = roster.instance.legs, roster.instance.squads
    drones = [drone for squad in roster.instance.at_own_cruise for drone in squad.drones]
    rows = [
        (int(board.trip.stop[row, 0]["arrive"]), drone, int(row))
        for drone in range(len(board.sorties))
        for row in board.flown[drone, : board.sorties[drone]]
    ]
    waiting = sorted(rows)
    while waiting:
        refused = []
        for start_s, drone, row in waiting:
            tour = candidates.tour(int(menu.candidate[board.rows[row]["candidate"]]))
            planned = planned_legs(board.trip, row, legs, squads[tour.squad].kind)
            try:
                tried.follow(drones[drone], tour, start_s, planned)
            except Unflyable as refusal:
                # What it comes after may be flown by a sortie that starts later.
                if refusal.code == "ORDER_AFTER":
                    refused.append((start_s, drone, row))
        if len(refused) == len(waiting):
            break
        waiting = refused
    if tried.cents() < roster.cents():
        roster.restore(tuple(tried.tours()))

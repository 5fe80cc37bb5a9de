"""Choices put on blocks, pads and bays, bettered there, and entered as they were found.

What is chosen on an empty day waits for what others hold, and a drone that is late delays all that
it was to fly. So the choices go on a day each, in order of start, and are bettered there
(`planner.rebuild.rebuild`), in some rounds that grow colder. What a choice comes to is not seen by
how it flies at first: of a small day some are bettered for a while, one after the other, again and
again by other draws, and the best of them goes on.
"""

import math
from bisect import bisect_right
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise

from planner.choice.candidates import Candidates
from planner.choice.choice import State
from planner.choice.improve import CHAINS, Rounds, is_large
from planner.day.tour import Unflyable
from planner.dispatch.roster import Roster
from planner.fly.planned import planned_legs
from planner.rebuild.board import Board, Menu, cents_of, copy_board, empty_board
from planner.rebuild.choice_board import board_of_choice
from planner.rebuild.halves import Halves
from planner.rebuild.pace import cooled, next_work
from planner.rebuild.roster_board import board_of

HOT_CENTS, WARM_CENTS, COLD_CENTS = 5.0, 2.0, 0.5
"""Temperatures at the begin of the first round, of the first from the best that was tried, and at
the end of the last: near a good choice are many steps that cost a few cents, and at 20 cents they
lead away from it."""

LARGE_HOT_CENTS, LARGE_COLD_CENTS = 1000.0, 20.0
"""The same on large days, where leaving orders out is what costs."""

FLIGHTS, FIRST_FLIGHTS = 300, 30
"""Flights that are tried for each order in a round where wall time may not decide, and in the first
round where it may."""

ROUND_SHARE, ROUND_S = 0.08, 5e-4
"""Share of the time left that a round may take, and what it may take anyhow, s for each order: to
part a day and to join it again takes a tenth of that."""

TRIED_SHARE, TRY_S, MOST_TRIES = 0.5, 1e-3, 12
"""Share of the time in which choices are tried, what a try takes at least, s for each order, and
how many of them there are at most."""

WRITTEN_SHARE = 0.25
"""Share of the time after which the best day is written down again."""


@dataclass(frozen=True, slots=True)
class _Stage:
    """Rounds that grow colder, from a share of all time until another."""

    since: float
    until: float
    hot_cents: float
    cold_cents: float

    def cents(self, spent: float) -> float:
        """Return the temperature when a share of all time is spent."""
        done = (spent - self.since) / (self.until - self.since)
        return cooled(self.hot_cents, self.cold_cents, done)


def _stages(choices: int, order_s: float) -> list[_Stage]:
    """Return the tries of some choices, by the time for each order, and what comes after them.

    Where wall time may not decide each choice is tried once.
    """
    tries = choices
    if not math.isinf(order_s):
        tries = max(1, min(MOST_TRIES, int(TRIED_SHARE * order_s / TRY_S)))
    ends = [TRIED_SHARE * number / tries for number in range(tries + 1)]
    tried = [_Stage(*each, HOT_CENTS, COLD_CENTS) for each in pairwise(ends)]
    return [*tried, _Stage(TRIED_SHARE, 1.0, WARM_CENTS, COLD_CENTS)]


def rebuild_day(
    roster: Roster,
    candidates: Candidates,
    menu: Menu,
    states: Sequence[State],
    rounds: Rounds,
    share: Callable[[int], float | None],
) -> None:
    """Make the roster the cheapest day met in some rounds.

    They begin from each of the choices, the cheapest first, and go on from what comes of the best;
    on large days from the cheapest of the choices as they fly and of the day that the roster is.

    `share` tells before each round, by what the cheapest day met costs, how much of them all is
    done; None when they are to end.
    """
    large, orders = is_large(len(menu.unserved_cents)), len(menu.unserved_cents)
    all_s = rounds.left_s()
    timed = not math.isinf(all_s)
    flights = (FIRST_FLIGHTS if timed else FLIGHTS) * orders
    arrays = candidates.arrays
    begun = [board_of_choice(menu, arrays, state) for state in states]
    known = list(begun)
    if roster.cents() < min(int(cents_of(menu, board)) for board in begun):
        known.append(board_of(roster, candidates, menu))
    halves, best = Halves(menu, arrays, known, large, rounds.stop), empty_board(menu, arrays)
    copy_board(halves.best, best)
    stages = [_Stage(0.0, 1.0, LARGE_HOT_CENTS, LARGE_COLD_CENTS)]
    if not large:
        stages = _stages(len(begun), all_s / orders)
    ends = [each.until for each in stages]
    at, written, number = -1, 0.0, 0
    write_day(roster, candidates, menu, best)
    with ThreadPoolExecutor(max(1, rounds.workers)) as pool:
        while (spent := share(int(cents_of(menu, best)))) is not None:
            before_s = rounds.left_s()
            now = bisect_right(ends, spent, hi=len(ends) - 1)
            if now != at:
                halves.begin(begun[now % len(begun)] if now < len(ends) - 1 else best)
            at, stage = now, stages[now]
            halves.better(
                pool,
                (rounds.seed * 100_003 + CHAINS * number) % 2**31,
                flights,
                stage.cents(spent),
                # Where wall time does not decide, a try may be one round.
                stage.cents(spent + (ROUND_SHARE if timed else 1.0) * (stage.until - spent)),
            )
            number += 1
            if cents_of(menu, halves.best) < cents_of(menu, best):
                copy_board(halves.best, best)
            if timed:
                left_s = rounds.left_s()
                stage_s = left_s - (1 - stage.until) * all_s
                wanted_s = max(ROUND_SHARE * stage_s, min(left_s, ROUND_S * orders))
                flights = next_work(flights, before_s - left_s, wanted_s)
            if spent - written >= WRITTEN_SHARE:
                write_day(roster, candidates, menu, best)
                written = spent
    write_day(roster, candidates, menu, best)


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

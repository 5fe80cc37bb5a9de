"""Choices put on blocks, pads and bays, bettered there, and entered as they were found.

What is chosen on an empty day waits for what others hold, and a drone that is late delays all that
it was to fly. So the choices go on a day each, in order of start, and are bettered there
(`planner.rebuild`), in some rounds that grow colder.
"""

import math
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from planner.board import Board, Menu, cents_of, copy_board, empty_board, menu_of
from planner.candidates import Candidates
from planner.choice import State
from planner.day_arrays import DayArrays
from planner.fly_records import Day
from planner.improve import CHAINS, Rounds
from planner.planned import planned_legs
from planner.rebuild import begin, rebuild
from planner.roster import Roster
from planner.tour import Unflyable

HOT_CENTS, COLD_CENTS = 300.0, 15.0
"""Temperatures at the begin of the first round and at the end of the last."""

FLIGHTS, FIRST_FLIGHTS = 300, 30
"""Flights that are tried for each order in a round where wall time may not decide, and in the first
round where it may."""

ROUND_SHARE, LEAST_S = 0.08, 1e-3
"""Share of the time left that a round may take; time that one is taken to last at least, s."""

WRITTEN_SHARE = 0.25
"""Share of the time after which the best day is written down again."""


class _Chain:
    """A day being bettered, and the best that it was."""

    def __init__(self, menu: Menu, arrays: DayArrays, state: State) -> None:
        self._menu, self._arrays = menu, arrays
        self.best = empty_board(menu, arrays)
        self._board = empty_board(menu, arrays)
        self._day: Day = arrays.day()
        drone, at = np.nonzero(np.arange(state.flown.shape[1]) < state.sorties[:, None])
        order = np.lexsort((state.flown[drone, at], state.start_s[drone, at]))
        drone, at = drone[order], at[order]
        begin(
            menu, arrays.sky, self._day, arrays.fleet, arrays.goods, self._board,
            state.flown[drone, at], state.start_s[drone, at],
        )  # fmt: skip
        copy_board(self._board, self.best)

    @property
    def cents(self) -> int:
        """What the best day costs."""
        return int(cents_of(self._menu, self.best))

    def better(self, seed: int, flights: int, hot_cents: float, cold_cents: float) -> None:
        """Go on from where the chain is until so many flights were tried."""
        found = empty_board(self._menu, self._arrays)
        least = rebuild(
            self._menu, self._arrays, self._day, self._board, found, seed, flights, hot_cents,
            cold_cents,
        )  # fmt: skip
        if least < self.cents:
            self.best = found


def rebuild_day(
    roster: Roster,
    candidates: Candidates,
    states: Sequence[State],
    rounds: Rounds,
    share: Callable[[], float | None],
) -> None:
    """Make the roster the cheapest day met in some rounds, begun from some choices.

    `share` tells before each round how much of them all is done, None when they are to end. The
    roster holds a day of the rounds before whenever it is asked.
    """
    menu = menu_of(candidates)
    timed = not math.isinf(rounds.left_s())
    flights = (FIRST_FLIGHTS if timed else FLIGHTS) * len(menu.unserved_cents)
    chains = [_Chain(menu, candidates.arrays, state) for state in states]
    written, number = 0.0, 0
    write_day(roster, candidates, _best(chains))
    with ThreadPoolExecutor(max(1, rounds.workers)) as pool:
        while (spent := share()) is not None:
            before_s = rounds.left_s()
            calls = [
                pool.submit(
                    chain.better,
                    ((rounds.seed * CHAINS + at) * 100_003 + number) % 2**32,
                    flights,
                    _temperature(spent),
                    _temperature(min(1.0, spent + ROUND_SHARE)),
                )
                for at, chain in enumerate(chains)
            ]
            for call in calls:
                call.result()
            number += 1
            if timed:
                took_s = max(LEAST_S, before_s - rounds.left_s())
                flights = 1 + int(flights * min(4.0, ROUND_SHARE * rounds.left_s() / took_s))
            if spent - written >= WRITTEN_SHARE:
                write_day(roster, candidates, _best(chains))
                written = spent
    write_day(roster, candidates, _best(chains))


def _best(chains: Sequence[_Chain]) -> Board:
    return min(chains, key=lambda chain: chain.cents).best


def _temperature(spent: float) -> float:
    return HOT_CENTS * float((COLD_CENTS / HOT_CENTS) ** spent)


def write_choice(roster: Roster, candidates: Candidates, state: State) -> None:
    """Make the roster the day that a choice makes, as far as it flies, if that is cheaper."""
    write_day(roster, candidates, _Chain(menu_of(candidates), candidates.arrays, state).best)


def write_day(roster: Roster, candidates: Candidates, board: Board) -> None:
    """Make the roster the day of a board, as far as it flies, if that is cheaper."""
    tried = Roster(roster.instance)
    sites = roster.instance.legs.site_ids
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
            planned = planned_legs(board.trip, row, sites)
            tour = candidates.tour(int(board.rows[row]["candidate"]))
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

"""A large day that is filled, bettered by ruin and recreate in steps that are local.

The roster goes on a board as it is flown. Two parts of the day are bettered at once
(`planner.rebuild.halves`), among sorties of orders alone or with one that goes near, in rounds that
grow colder. The air is what is short there, and what flies for longer takes more of it from others:
so a drone's time counts many times at first, by which long sorties come off, and less from round to
round, by which orders come back, those first that take least of the air.
"""

import math
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from planner.arrays import Floats, Ints
from planner.bound.instance_arrays import InstanceArrays
from planner.choice.candidates import Candidates
from planner.clock import Clock
from planner.dispatch.roster import Roster
from planner.fly.day_arrays import DayArrays
from planner.fly.records import NONE
from planner.rebuild.board import Board, Menu, cents_of, menu_of
from planner.rebuild.halves import Halves
from planner.rebuild.near_sorties import near_candidates
from planner.rebuild.pace import LEAST_S, cooled, next_work
from planner.rebuild.rebuild_day import write_day
from planner.rebuild.roster_board import board_of
from planner.stop import Stop

HOT_CENTS, COLD_CENTS = 500.0, 50.0
"""Temperatures at the begin of the first round and at the end of the last."""

TIMES, COUNTED_ONCE = 16.0, 0.9
"""How many times a drone's time counts at first, and the share of the work after which it counts
once."""

ROUND_SHARE, FIRST_FLIGHTS = 0.06, 4
"""Share of the time that a round may take; flights that are tried for each order in the first."""

FLIGHTS, ROUNDS = 16, 8
"""Flights that are tried for each order in a round, and rounds, where wall time may not decide."""

ENTER_S = 6e-4
"""What it takes to enter the day that was found, s for each order."""


def rebuild_large(
    roster: Roster, clock: Clock, told: Callable[[int], None] = lambda cents: None
) -> None:
    """Better a roster while there is time; it is never dearer after it.

    `told` hears what the cheapest day known costs, cents, before each round.
    """
    orders, options = len(roster.instance.jobs), clock.options
    if not roster.instance.squads or _left_s(clock, orders) <= 0:
        return
    arrays = DayArrays(InstanceArrays(roster.instance))
    arrays.fleet["second_cents"] *= TIMES
    candidates = near_candidates(roster, arrays, options.workers)
    menu = menu_of(candidates)
    rounds = Rounds(candidates, menu, board_of(roster, candidates, menu), clock.stop)
    # Setting up may have taken all that was left.
    begun_cents = roster.cents()
    all_s, spent, number = max(LEAST_S, _left_s(clock, orders)), 0.0, 0
    flights = FLIGHTS * orders if options.deterministic else FIRST_FLIGHTS * orders
    with ThreadPoolExecutor(max(1, options.workers)) as pool:
        while spent < 1:
            told(min(begun_cents, rounds.cents))
            if clock.stop.over:
                break
            before_s = _left_s(clock, orders)
            rounds.better(pool, options.seed * 100_003 + 2 * number, flights, spent)
            number += 1
            if options.deterministic:
                spent = number / ROUNDS
                continue
            now_s = _left_s(clock, orders)
            spent = 1 - now_s / all_s
            wanted_s = min(ROUND_SHARE * all_s, now_s / 2)
            flights = next_work(flights, before_s - now_s, wanted_s)
    write_day(roster, candidates, menu, rounds.best)


def _left_s(clock: Clock, orders: int) -> float:
    """Return what is left until the day is to be entered, s."""
    if clock.options.deterministic and not clock.stop.over:
        return math.inf
    return clock.left_s() - clock.ending_s(orders, orders) - ENTER_S * orders


class Rounds:
    """A day bettered round by round; `best` is the best since time counts as it does.

    Time counts `TIMES` times at first, in the arrays of the candidates too.
    """

    def __init__(self, candidates: Candidates, menu: Menu, begun: Board, stop: Stop) -> None:
        self._menu, self._arrays, self._times = menu, candidates.arrays, TIMES
        self._second_cents = self._arrays.fleet["second_cents"] / TIMES
        self._count(begun, 1.0, TIMES)
        # The air is short there, not the drones, and a sortie costs less from round to round.
        self._halves = Halves(menu, self._arrays, [begun], False, stop)

    @property
    def best(self) -> Board:
        """The best day met."""
        return self._halves.best

    @property
    def cents(self) -> int:
        """What it costs, drones' time counted once."""
        return int(cents_of(self._menu, self.best) - self._more(self.best, self._times).sum())

    def better(self, pool: ThreadPoolExecutor, seed: int, flights: int, spent: float) -> None:
        """Better the day until so many flights were tried in each part of it."""
        times = cooled(TIMES, 1.0, spent / COUNTED_ONCE)
        if times != self._times:
            self._count_times(times)
        self._halves.better(
            pool,
            seed % 2**31,
            flights,
            cooled(HOT_CENTS, COLD_CENTS, spent),
            cooled(HOT_CENTS, COLD_CENTS, spent + ROUND_SHARE),
        )

    def _count_times(self, times: float) -> None:
        """Count drones' time so many times from now on, in all that is known."""
        sorties, best = self._menu.sorties, self.best
        second_cents = self._second_cents[sorties["squad"]]
        before, after = (
            _more(second_cents, sorties["hold_s"], each) for each in (self._times, times)
        )
        sorties["cents"] += after - before
        self._count(best, self._times, times)
        self._arrays.fleet["second_cents"] = times * self._second_cents
        self._times = times
        self._halves.begin(best)

    def _count(self, board: Board, before: float, times: float) -> None:
        """Have drones' time on a board count so many times that counted `before` times."""
        flown = board.rows["candidate"] != NONE
        more = self._more(board, times) - self._more(board, before)
        board.trip.head["cents"][: len(flown)][flown] += more

    def _more(self, board: Board, times: float) -> Ints:
        """Return what each sortie of a board costs more as time counts so many times, cents."""
        return _more(self._second_cents[_squads(self._menu, board)], _seconds(board), times)


def _more(second_cents: Floats, seconds: Ints, times: float) -> Ints:
    """Return what sorties cost more as their time counts so many times, cents."""
    return np.rint((times - 1.0) * second_cents * seconds).astype(np.int64)


def _squads(menu: Menu, board: Board) -> Ints:
    """Return whose the sorties of a board are."""
    candidate = board.rows["candidate"]
    found: Ints = menu.sorties["squad"][candidate[candidate != NONE]]
    return found


def _seconds(board: Board) -> Ints:
    """Return how long the sorties of a board take."""
    trip, rows = board.trip, np.flatnonzero(board.rows["candidate"] != NONE)
    last = trip.stop["depart"][rows, trip.head["legs"][rows]]
    found: Ints = last - trip.stop["arrive"][rows, 0]
    return found

"""A day bettered in two parts at once, by two threads: all before a second, and all after it.

No sortie of a part is under way in the other, so neither sees what becomes of the other, and both
together are a day again. Where the second lies changes from round to round.
"""

from collections.abc import Sequence
from concurrent.futures import Executor

import numpy as np

from planner.board import (
    ELSEWHERE,
    Board,
    Menu,
    cents_of,
    change_board,
    copy_board,
    empty_board,
    join_boards,
)
from planner.choice import Flags, State, sorties_of
from planner.day_arrays import DayArrays
from planner.fly import NEVER_S
from planner.fly_records import NONE, Day
from planner.rebuild import begin, rebuild

CUT = 0.3, 0.7
"""Shares of the sorties that are before the second at which a day is parted: between these."""


class Part:
    """A day of which a part is being bettered, and the best that it was."""

    def __init__(self, menu: Menu, arrays: DayArrays) -> None:
        self._menu, self._arrays = menu, arrays
        self.board, self.best = empty_board(menu, arrays), empty_board(menu, arrays)
        self._day: Day = arrays.day()

    def begin(self, state: State) -> None:
        """Fly what a choice flies, as far as it flies, on the day as nobody has taken it."""
        menu, arrays = self._menu, self._arrays
        candidate, start_s, _ = sorties_of(state).T
        order = np.lexsort((candidate, start_s))
        begin(
            menu, arrays.sky, self._day, arrays.fleet, arrays.goods, self.board,
            menu.entry[candidate[order]], start_s[order],
        )  # fmt: skip

    def take(self, board: Board, from_s: int, until_s: int, elsewhere: Flags) -> None:
        """Fly what a board flies; of it what lies between two seconds is to be bettered.

        Jobs that are left out and flagged are not looked at.
        """
        change_board(self._menu, self._arrays.sky, self._day, self._arrays.fleet, self.board, board)
        self.board.window[:] = from_s, until_s
        self.board.serves[(self.board.serves == NONE) & elsewhere] = ELSEWHERE

    def better(self, seed: int, flights: int, hot_cents: float, cold_cents: float) -> None:
        """Better what is to be until so many flights were tried."""
        rebuild(
            self._menu, self._arrays, self._day, self.board, self.best, seed, flights, hot_cents,
            cold_cents,
        )  # fmt: skip


class Halves:
    """A day of which two parts are bettered at once: all before a second, and all after it.

    They do not touch each other, so together they are a day. Where jobs come after others each is
    the whole day instead, and the cheaper goes on.
    """

    def __init__(
        self, menu: Menu, arrays: DayArrays, parts: tuple[Part, Part], begun: Sequence[Board]
    ) -> None:
        self._menu, self._buffer_s = menu, arrays.instance.rules.time_buffer_s
        self._parts = parts
        self._now, self._met, self.best = (empty_board(menu, arrays) for _ in range(3))
        copy_board(min(begun, key=self._cents), self._now)
        copy_board(self._now, self.best)

    def _cents(self, board: Board) -> int:
        return int(cents_of(self._menu, board))

    def better(
        self, pool: Executor, seed: int, flights: int, hot_cents: float, cold_cents: float
    ) -> None:
        """Better both parts until so many flights were tried in each."""
        cut_s = self._cut_s(np.random.default_rng(seed))
        later: Flags = self._menu.soon_s >= cut_s
        early, late = self._parts
        if len(self._menu.links):
            for part in self._parts:
                part.take(self._now, -NEVER_S, NEVER_S, np.zeros_like(later))
        else:
            early.take(self._now, -NEVER_S, cut_s, later)
            late.take(self._now, cut_s + self._buffer_s, NEVER_S, ~later)
        calls = [
            pool.submit(part.better, seed + number, flights, hot_cents, cold_cents)
            for number, part in enumerate(self._parts)
        ]
        for call in calls:
            call.result()
        if len(self._menu.links):
            copy_board(min(early.board, late.board, key=self._cents), self._now)
            copy_board(min(early.best, late.best, key=self._cents), self._met)
        else:
            join_boards(self._menu, early.board, late.board, cut_s, self._now)
            join_boards(self._menu, early.best, late.best, cut_s, self._met)
        if self._cents(self._met) < self._cents(self.best):
            copy_board(self._met, self.best)

    def _cut_s(self, draw: np.random.Generator) -> int:
        """Return a second with about as many sorties before as after it."""
        flown = np.flatnonzero(self._now.rows["candidate"] != NONE)
        starts_s = self._now.trip.stop[flown, 0]["arrive"]
        return int(np.quantile(starts_s, draw.uniform(*CUT))) if len(flown) else 0

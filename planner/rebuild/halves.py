"""A day bettered in two parts at once, by two threads: all before a second, and all after it.

No sortie of a part is under way in the other, so neither sees what becomes of the other, and both
together are a day again. Where the second lies changes from round to round.
"""

from collections.abc import Sequence
from concurrent.futures import Executor

import numpy as np

from planner.arrays import Flags, Ints
from planner.fly.day_arrays import DayArrays
from planner.fly.records import NEVER_S, NONE, Day
from planner.rebuild.board import (
    ELSEWHERE,
    Board,
    Menu,
    cents_of,
    change_board,
    copy_board,
    empty_board,
    join_boards,
)
from planner.rebuild.nearby import nearby
from planner.rebuild.rebuild import rebuild
from planner.rebuild.ruin import room_for
from planner.stop import Stop

CUT = 0.3, 0.7
"""Shares of the sorties that are before the second at which a day is parted: between these."""

NEAR = 40
"""Jobs near each job."""


class Part:
    """A day of which a part is being bettered."""

    def __init__(
        self, menu: Menu, arrays: DayArrays, near: Ints, empty: Day, foreseen: bool, stop: Stop
    ) -> None:
        self._menu, self._arrays, self._near = menu, arrays, near
        self._foreseen = foreseen
        self.board, self._day = empty_board(menu, arrays), arrays.day()
        self._empty = empty._replace(over_s=self._day.over_s)
        self._room = room_for(self.board, self._day, stop)

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
            self._menu, self._arrays, self._day, self._empty, self.board, self._near, self._room,
            seed, flights, hot_cents, cold_cents, self._foreseen,
        )  # fmt: skip


class Halves:
    """A day of which two parts are bettered at once: all before a second, and all after it.

    They do not touch each other, so together they are a day. Where jobs come after others each is
    the whole day instead, and the cheaper goes on. Steps are `foreseen` where drones are short.
    Both end where they are when they are to `stop`.
    """

    def __init__(
        self,
        menu: Menu,
        arrays: DayArrays,
        begun: Sequence[Board],
        foreseen: bool,
        stop: Stop,
    ) -> None:
        self._menu, self._buffer_s = menu, arrays.instance.rules.time_buffer_s
        near, empty = nearby(arrays.instance, NEAR), arrays.day()
        self._parts = (
            Part(menu, arrays, near, empty, foreseen, stop),
            Part(menu, arrays, near, empty, foreseen, stop),
        )
        self._now, self.best = empty_board(menu, arrays), empty_board(menu, arrays)
        self.begin(min(begun, key=self._cents))

    def begin(self, board: Board) -> None:
        """Go on from a board, which is the best for now."""
        copy_board(board, self._now)
        # The board may be the best itself.
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
        else:
            join_boards(self._menu, early.board, late.board, cut_s, self._now)
        if self._cents(self._now) < self._cents(self.best):
            copy_board(self._now, self.best)

    def _cut_s(self, draw: np.random.Generator) -> int:
        """Return a second with about as many sorties before as after it."""
        flown = np.flatnonzero(self._now.rows["candidate"] != NONE)
        starts_s = self._now.trip.stop[flown, 0]["arrive"]
        return int(np.quantile(starts_s, draw.uniform(*CUT))) if len(flown) else 0

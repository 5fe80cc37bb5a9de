"""The routes of a new network with edits undone, none of them found twice.

What was found with some edits undone holds for another set if the two cut the same blocks and no
edit in which they differ reaches the route (`planner.impact.reach`). Only the rest is routed again.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from planner.arrays import Flags, Ints
from planner.impact.edits import Cause, Edits
from planner.impact.grid import Grid, Outcomes
from planner.impact.reach import Reach
from planner.impact.routes import Routes

_KEPT = 40
"""How many networks with edits undone are kept."""


@dataclass(frozen=True, slots=True)
class _Known:
    """What comes of some cells, ascending, with some edits undone."""

    undone: Cause
    cells: Ints
    outcomes: Outcomes

    def find(self, cells: Ints) -> tuple[Flags, Ints]:
        """Tell which cells are among them, and at which positions."""
        at = np.minimum(np.searchsorted(self.cells, cells), len(self.cells) - 1)
        return self.cells[at] == cells, at


class Undone:
    """Outcomes with edits undone; what is learnt for one set is kept for the next."""

    def __init__(self, edits: Edits, grid: Grid) -> None:
        self._edits = edits
        self._grid = grid
        self._routes: dict[Cause, Routes] = {}
        self._known: dict[Cause, list[_Known]] = {}
        self._reach: dict[Cause, Reach] = {}

    def outcomes(
        self, undone: Cause, cells: Ints, report: Callable[[float], None] = lambda _: None
    ) -> Outcomes:
        """Return what comes of cells, ascending positions in the grid laid out flat."""
        found = Outcomes.none(cells.shape)
        wanted = np.ones(len(cells), bool)
        shape = self._edits.shape(undone)
        alike = self._known.get(shape, ())
        for known in sorted(alike, key=lambda each: len(undone ^ each.undone)):
            here, at = known.find(cells)
            here &= wanted
            if not here.any():
                continue
            landing_s = known.outcomes.landing_s[at[here]]
            other = undone ^ known.undone
            here[here] = ~self._reached_from(undone).reached(other, cells[here], landing_s)
            found.put(here, known.outcomes.of(at[here]))
            wanted &= ~here
            if not wanted.any():
                return found
        routed = self._routed(undone, cells[wanted], report)
        found.put(wanted, routed)
        self.learn(undone, cells[wanted], routed)
        return found

    def learn(self, undone: Cause, cells: Ints, outcomes: Outcomes) -> None:
        """Take what comes of cells, ascending, with edits undone as found."""
        shape = self._edits.shape(undone)
        self._known.setdefault(shape, []).append(_Known(undone, cells, outcomes))

    def _routed(self, undone: Cause, cells: Ints, report: Callable[[float], None]) -> Outcomes:
        wanted = np.zeros(self._grid.shape, bool)
        wanted.flat[cells] = True
        return self._routes_of(undone).outcomes(wanted, report).of(cells)

    def _reached_from(self, undone: Cause) -> Reach:
        shape = self._edits.shape(undone)
        if shape not in self._reach:
            self._routes_of(undone)
        return self._reach[shape]

    def _routes_of(self, undone: Cause) -> Routes:
        if undone not in self._routes:
            if len(self._routes) >= _KEPT:
                del self._routes[next(iter(self._routes))]
            self._routes[undone] = self._new_routes(undone)
        return self._routes[undone]

    def _new_routes(self, undone: Cause) -> Routes:
        edits, shape = self._edits, self._edits.shape(undone)
        network = edits.old if undone.issuperset(edits.telling) else edits.undone(undone)
        reach = self._reach.get(shape)
        routes = Routes(network, self._grid, None if reach is None else reach.routes)
        if reach is None:
            self._reach[shape] = Reach(edits, self._grid, routes)
        return routes

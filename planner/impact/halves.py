"""The routes of an impact found by two processes, each for cells of its own.

What comes of a cell hangs on no other, so it is the same whoever finds it.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, fields
from functools import cached_property, partial
from typing import Any

import numpy as np

from geodata.network import Network
from planner.arrays import Ints
from planner.impact.change import Change
from planner.impact.edits import Cause, Edits
from planner.impact.grid import Grid, Outcomes
from planner.impact.undone import Undone

_WORTH = 64
"""So many cells on either side at least, or none are given away."""

_KEPT_SHARE = 2 / 3
"""Of the cells that changed; whoever helps begins with nothing learnt, so gets less."""


@dataclass(frozen=True)
class Comparison:
    """What is compared. What is learnt of it is kept with it."""

    old: Network
    new: Network
    grid: Grid

    def __getstate__(self) -> dict[str, object]:
        """Return what it is made of, for another process; what was worked out of it stays here."""
        return {each.name: getattr(self, each.name) for each in fields(self)}

    @cached_property
    def edits(self) -> Edits:
        """What leads from the old network to the new one."""
        return Edits(self.old, self.new)

    @cached_property
    def undone(self) -> Undone:
        """What comes of cells on the new network with edits undone."""
        return Undone(self.edits, self.grid)


Ask = Callable[[Callable[[Comparison], Any]], "Future[Any]"]
"""Has a task done elsewhere, one after the other."""


class Halves:
    """Outcomes with edits undone as `Undone` finds them; of some of the cells found elsewhere.

    Of the cells that `change`, the later ones are found elsewhere: they are of other drone types,
    which have tables of their own. `new` is what comes of all cells with nothing undone.
    """

    def __init__(self, comparison: Comparison, ask: Ask, new: Outcomes, change: Ints) -> None:
        self._undone = comparison.undone
        self._ask = ask
        self._begun: dict[Cause, tuple[Ints, Future[Outcomes]]] = {}
        changed = np.flatnonzero(change != Change.SAME)
        self._cut = changed[int(len(changed) * _KEPT_SHARE)] if changed.size else change.size
        if changed.size:
            ask(partial(_learn, frozenset(), new.reshaped((-1,))))

    def ahead(self, sets: Sequence[Cause], cells: Ints, report: Callable[[float], None]) -> None:
        """Find what will be asked for each of some sets, with no end waiting for the other."""
        kept, given = self._split(cells)
        if not self._worth(kept, given):
            return
        for undone in sets:
            self._begun[undone] = given, self._ask(partial(find_outcomes, undone, given))
        for done, undone in enumerate(sets):
            report(done / len(sets))
            self._undone.outcomes(undone, kept)

    def outcomes(self, undone: Cause, cells: Ints) -> Outcomes:
        """Return what comes of cells, ascending positions in the grid laid out flat."""
        kept, given = self._split(cells)
        if not self._worth(kept, given):
            return self._undone.outcomes(undone, cells)
        begun = self._begun.pop(undone, None)
        if begun is not None and np.array_equal(begun[0], given):
            asked = begun[1]
        else:
            asked = self._ask(partial(find_outcomes, undone, given))
        here, there = self._undone.outcomes(undone, kept), asked.result()
        self._undone.learn(undone, given, there)
        return here.followed_by(there)

    def _split(self, cells: Ints) -> list[Ints]:
        return np.split(cells, [np.searchsorted(cells, self._cut)])

    def _worth(self, kept: Ints, given: Ints) -> bool:
        return min(len(kept), len(given)) >= _WORTH


def find_outcomes(undone: Cause, cells: Ints, comparison: Comparison) -> Outcomes:
    """Return what comes of cells, ascending, with edits undone: a task for a helper."""
    return comparison.undone.outcomes(undone, cells)


def _learn(undone: Cause, outcomes: Outcomes, comparison: Comparison) -> None:
    comparison.undone.learn(undone, np.arange(len(outcomes.landing_s)), outcomes)

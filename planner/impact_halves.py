"""The routes of an impact found by two processes, each for cells of its own.

What comes of a cell hangs on no other, so it is the same whoever finds it.
"""

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, fields
from functools import cached_property, partial
from typing import Any

import numpy as np

from geodata.network import Network
from planner.impact_change import Change
from planner.impact_edits import Cause, Edits
from planner.impact_grid import Grid, Ints, Outcomes
from planner.impact_undone import Undone

_WORTH = 64
"""So many cells on either side at least, or none are given away."""

_KEPT_SHARE = 0.6
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

    `old` and `new` are the outcomes of all cells on both networks. Of those that changed, the
    later ones are found elsewhere: they are of other drone types, which have tables of their own.
    """

    def __init__(
        self, comparison: Comparison, ask: Ask, old: Outcomes, new: Outcomes, change: Ints
    ) -> None:
        self._undone = comparison.undone
        self._ask = ask
        changed = np.flatnonzero(change != Change.SAME)
        self._cut = changed[int(len(changed) * _KEPT_SHARE)] if changed.size else change.size
        if changed.size:
            for undone, outcomes in ((comparison.edits.telling, old), ((), new)):
                ask(partial(_learn, frozenset(undone), outcomes.reshaped((-1,))))

    def outcomes(self, undone: Cause, cells: Ints) -> Outcomes:
        """Return what comes of cells, ascending positions in the grid laid out flat."""
        kept, given = np.split(cells, [np.searchsorted(cells, self._cut)])
        if min(len(kept), len(given)) < _WORTH:
            return self._undone.outcomes(undone, cells)
        asked = self._ask(partial(_outcomes, undone, given))
        here = self._undone.outcomes(undone, kept)
        there: Outcomes = asked.result()
        self._undone.learn(undone, given, there)
        return here.followed_by(there)


def _outcomes(undone: Cause, cells: Ints, comparison: Comparison) -> Outcomes:
    return comparison.undone.outcomes(undone, cells)


def _learn(undone: Cause, outcomes: Outcomes, comparison: Comparison) -> None:
    comparison.undone.learn(undone, np.arange(len(outcomes.landing_s)), outcomes)

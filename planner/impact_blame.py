"""Which edits made a route what it is: those without which it would be as before.

Edits are undone on the new network, one at a time first. Where no single one brings a route back,
the set of all of them, which does, is made smaller until no part of it could be left out (delta
debugging; Zeller and Hildebrandt 2002, "Simplifying and isolating failure-inducing input", IEEE
Trans. Software Engineering 28(2)). So every set that is blamed has been tried, and each of its
parts has been tried and found not to be enough.
"""

from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise

import numpy as np

from planner.impact_change import Change, worse
from planner.impact_edits import Edits
from planner.impact_routes import NONE_S, Bools, Grid, Ints, Outcomes, Routes
from planner.shapes import Shapes

Cause = frozenset[int]
"""Edits by position in `Edits.all`."""

_EACH = 12
"""Up to so many edits are each tried on every route; of more, only until one is found."""

_KEPT = 40
"""How many networks with edits undone are kept."""


class Blame:
    """Finds for every changed cell of a grid the least sets of edits that changed it.

    `shapes` are those known already, by the edits undone that shape them (`Edits.shape`).
    """

    def __init__(
        self,
        edits: Edits,
        grid: Grid,
        old: Outcomes,
        new: Outcomes,
        change: Ints,
        shapes: Mapping[Cause, Shapes],
    ) -> None:
        self._edits = edits
        self._grid = grid
        self._old = old
        self._new = new
        self._change = change
        self._variants: dict[Cause, Routes] = {}
        self._shapes = dict(shapes)
        self.causes: dict[Cause, Bools] = {}
        """For each set of edits, the cells that it alone brings back."""

    def find(self, report: Callable[[float], None] = lambda _: None) -> Mapping[Cause, Bools]:
        """Return the sets that are to blame, with their cells; each cell has one at least."""
        open_ = self._change != Change.SAME
        count = int(open_.sum())
        tried = set[Cause]()
        singles = [frozenset({at}) for at in self._edits.telling]
        if len(singles) <= _EACH:
            for done, single in enumerate(singles):
                report(done / (len(singles) + 1))
                self._blame(single, self._change != Change.SAME)
                tried.add(single)
            open_ &= ~self._explained()
        while open_.any():
            report(1 - float(open_.sum()) / count)
            cell = tuple(np.argwhere(open_)[0].tolist())
            cause = self._least(cell, tried)
            restored = self._blame(cause, open_)
            assert restored[cell], "undoing every edit gives the old network"
            open_ &= ~restored
        return self.causes

    def _explained(self) -> Bools:
        found: Bools = np.zeros(self._grid.shape, bool)
        for cells in self.causes.values():
            found = found | cells
        return found

    def _blame(self, cause: Cause, cells: Bools) -> Bools:
        """Blame a set for the cells that it brings back, unless a part of it would do."""
        restored = self._restored(cause, cells)
        if len(cause) > 1 and restored.any():
            for edit in sorted(cause):
                restored &= ~self._restored(cause - {edit}, restored)
        if restored.any():
            known = self.causes.get(cause)
            self.causes[cause] = restored if known is None else known | restored
        return restored

    def _restored(self, undone: Cause, cells: Bools) -> Bools:
        """Tell which of the cells are as before, or nearer to that side, with edits undone."""
        if not undone or not cells.any():
            return np.zeros(self._grid.shape, bool)
        if len(undone) == len(self._edits.telling):
            return cells.copy()
        outcome = self._routes(undone).outcomes(cells)
        found = np.zeros(self._grid.shape, bool)
        for change in Change:
            of_kind = cells & (self._change == change)
            if change is not Change.GAINED:
                of_kind &= outcome.landing_s != NONE_S
            if of_kind.any():
                found |= of_kind & ~worse(change, self._old, outcome)
        return found

    def _routes(self, undone: Cause) -> Routes:
        if undone not in self._variants:
            if len(self._variants) >= _KEPT:
                del self._variants[next(iter(self._variants))]
            shape = self._edits.shape(undone)
            found = Routes(self._edits.undone(undone), self._grid, self._shapes.get(shape))
            self._variants[undone], self._shapes[shape] = found, found.shapes
        return self._variants[undone]

    def _least(self, cell: tuple[int, ...], tried: set[Cause]) -> Cause:
        """Return a set that brings a cell back, of which no part could be left out."""
        one = np.zeros(self._grid.shape, bool)
        one[cell] = True

        def enough(undone: Cause) -> bool:
            return undone not in tried and bool(self._restored(undone, one).any())

        edits, parts = list(self._edits.telling), 2
        while len(edits) > 1:
            for kept in _smaller(edits, parts):
                if enough(frozenset(kept)):
                    edits, parts = kept, max(2, parts - 1) if len(kept) > 1 else 2
                    break
            else:
                if parts >= len(edits):
                    break
                parts = min(len(edits), 2 * parts)
        return frozenset(edits)


def _smaller(edits: list[int], parts: int) -> Iterator[list[int]]:
    """Yield each of so many parts of a list, then the list without each of them."""
    cuts = [round(len(edits) * at / parts) for at in range(parts + 1)]
    pieces = list(pairwise(cuts))
    for begin, end in pieces:
        yield edits[begin:end]
    if parts > 2:
        for begin, end in pieces:
            yield edits[:begin] + edits[end:]

"""Which edits made a route what it is: those without which it would be as before.

Edits are undone on the new network, one at a time first. Where no single one brings a route back,
the set of all of them, which does, is made smaller until no part of it could be left out (delta
debugging; Zeller and Hildebrandt 2002, "Simplifying and isolating failure-inducing input", IEEE
Trans. Software Engineering 28(2)). So every set that is blamed has been tried, and each of its
parts has been tried and found not to be enough.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise

import numpy as np

from planner.arrays import Flags, Ints
from planner.impact.change import Change, worse
from planner.impact.edits import Cause
from planner.impact.grid import NONE_S, Outcomes

_EACH = 12
"""Up to so many edits are each tried on every route; of more, only until one is found."""

Undoing = Callable[[Cause, Ints], Outcomes]
"""Returns what comes of cells, ascending positions in a grid laid out flat, with edits undone."""

Ahead = Callable[[Sequence[Cause], Ints, Callable[[float], None]], None]


class Blame:
    """Finds for every changed cell of a grid the least sets of edits that changed it.

    `telling` are the edits to try, `old` is what came of the cells before all of them. `ahead` is
    told which sets will be asked for whatever comes of them, and of which cells.
    """

    def __init__(
        self,
        telling: Sequence[int],
        old: Outcomes,
        change: Ints,
        undoing: Undoing,
        ahead: Ahead = lambda *_: None,
    ) -> None:
        self._telling = telling
        self._old = old
        self._change = change.ravel()
        self._shape = change.shape
        self._undoing = undoing
        self._ahead = ahead
        self._found: dict[Cause, list[Ints]] = {}

    def find(self, report: Callable[[float], None] = lambda _: None) -> Mapping[Cause, Flags]:
        """Return the sets that are to blame, with their cells; each cell has one at least."""
        changed = open_ = np.flatnonzero(self._change != Change.SAME)
        tried = set[Cause]()
        singles = [frozenset({at}) for at in self._telling]
        if len(singles) <= _EACH:
            self._ahead(singles, changed, report)
            for done, single in enumerate(singles):
                report(done / (len(singles) + 1))
                open_ = np.setdiff1d(open_, self._blame(single, changed))
                tried.add(single)
        while open_.size:
            report(1 - open_.size / changed.size)
            cause = self._least(open_[:1], tried)
            restored = self._blame(cause, open_)
            assert open_[0] in restored, "undoing every edit gives the old network"
            open_ = np.setdiff1d(open_, restored)
        return {cause: self._mask(cells) for cause, cells in self._found.items()}

    def _mask(self, cells: Sequence[Ints]) -> Flags:
        mask = np.zeros(self._shape, bool)
        mask.flat[np.concatenate(cells)] = True
        return mask

    def _blame(self, cause: Cause, cells: Ints) -> Ints:
        """Blame a set for the cells that it brings back, unless a part of it would do."""
        restored = self._restored(cause, cells)
        if len(cause) > 1:
            for edit in sorted(cause):
                restored = np.setdiff1d(restored, self._restored(cause - {edit}, restored))
        if restored.size:
            self._found.setdefault(cause, []).append(restored)
        return restored

    def _restored(self, undone: Cause, cells: Ints) -> Ints:
        """Return which of the cells are as before, or nearer to that side, with edits undone."""
        if not undone or not cells.size:
            return cells[:0]
        if len(undone) == len(self._telling):
            return cells
        outcome, old = self._undoing(undone, cells), self._old.of(cells)
        change, flown = self._change[cells], outcome.landing_s != NONE_S
        found = np.zeros(len(cells), bool)
        for kind in map(Change, np.unique(change).tolist()):
            nearer = ~worse(kind, old, outcome)
            found |= (change == kind) & nearer & (flown | (kind is Change.GAINED))
        return cells[found]

    def _least(self, cell: Ints, tried: set[Cause]) -> Cause:
        """Return a set that brings a cell back, of which no part could be left out."""

        def enough(undone: Cause) -> bool:
            return undone not in tried and self._restored(undone, cell).size > 0

        edits, parts = list(self._telling), 2
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

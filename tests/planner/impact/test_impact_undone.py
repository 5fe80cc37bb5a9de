"""What is not routed again would have come out the same.

The reference is plain: each set of edits undone is a network of its own, cut and routed anew.
"""

from collections.abc import Callable, Iterable
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.network import Network
from planner.arrays import Flags, Ints
from planner.impact.blame import Blame
from planner.impact.change import Change, changes
from planner.impact.edits import Cause, Edits
from planner.impact.grid import Grid, Outcomes
from planner.impact.reach import Reach
from planner.impact.routes import Routes
from planner.impact.undone import Undone
from planner.rules.rulebook import shipped_rulebook
from planner.testing.random_network import (
    BEGIN_S,
    END_S,
    VERTIPORTS,
    random_day,
    random_hours,
    random_network,
)
from tests.geodata.small import changed, without

GOODS = ("general", "biological")
SETS = 6
"""How many sets of edits of a case are undone."""


class Case:
    """A random network before and after some edits, with both routed."""

    def __init__(self, seed: int, edits: int = 5) -> None:
        self.draw = Random(seed)
        old = random_network(self.draw, columns=2)
        self.edits = Edits(old, edited(self.draw, old, edits))
        day = random_day(self.draw)
        departures = tuple(sorted(self.draw.sample(range(BEGIN_S - 600, END_S), 4)))
        types = tuple(day.types)
        self.grid = Grid(day, shipped_rulebook(), VERTIPORTS, types, GOODS, departures, 1.0)
        self.every = np.arange(np.prod(self.grid.shape))
        self.all = frozenset(self.edits.telling)
        self.known = {
            undone: self.routed(network)
            for undone, network in ((self.all, old), (frozenset[int](), self.edits.new))
        }
        self.undone = Undone(self.edits, self.grid)
        for undone in self.known:
            self.undone.outcomes(undone, self.every)
        self._plain: dict[Cause, Outcomes] = {}

    def routed(self, network: Network) -> Outcomes:
        return Routes(network, self.grid).outcomes(np.ones(self.grid.shape, bool))

    def plain(self, undone: Cause, cells: Ints) -> Outcomes:
        """Return what comes of cells with edits undone, all found anew."""
        if undone not in self._plain:
            self._plain[undone] = self.routed(self.edits.undone(undone))
        return self._plain[undone].of(cells)

    def unlike(self, undone: Cause, cells: Ints) -> Flags:
        """Tell which cells come out otherwise than in the reference.

        Two lanes of a corridor, one above the other, may be flown in the same time: which of them
        is taken follows no rule, and costs less than what counts as a change.
        """
        quick, plain = self.undone.outcomes(undone, cells), self.plain(undone, cells)
        found: Flags = changes(plain, quick) != Change.SAME
        return found

    def blamed(self, undoing: Callable[[Cause, Ints], Outcomes]) -> Any:
        """Return every cause with its cells."""
        before, after = self.known[self.all], self.known[frozenset()]
        blame = Blame(self.edits.telling, before, changes(before, after), undoing)
        return {cause: np.flatnonzero(cells).tolist() for cause, cells in blame.find().items()}


def edited(draw: Random, network: Network, number: int) -> Network:
    """Return a network after some edits: most of hours, some of lanes taken out."""
    features = [
        each.id
        for layer in ("vertiports", "checkpoints", "corridors", "zones")
        for each in network.layer(layer)
    ]
    for identifier in draw.sample(features, number):
        if identifier in network.corridors and draw.random() < 0.3:
            network = without(network, identifier)
        elif identifier in network.zones:
            network = changed(network, identifier, schedule=random_hours(draw))
        else:
            network = changed(network, identifier, hours=random_hours(draw))
    return network


def sets(draw: Random, edits: Iterable[int], number: int) -> list[Cause]:
    """Return sets of edits at random."""
    every = sorted(edits)
    return [frozenset(draw.sample(every, draw.randint(1, len(every)))) for _ in range(number)]


@settings(derandomize=True, max_examples=6, deadline=None)
@given(st.integers(0, 10_000))
def test_a_route_that_no_edit_reaches_is_what_routing_again_finds(seed: int) -> None:
    """Whatever sets were asked before, and for whichever cells."""
    case = Case(seed)
    for undone in sets(case.draw, case.all, SETS):
        cells = case.every[[case.draw.random() < 0.7 for _ in case.every]]
        assert not case.unlike(undone, cells).any()


@settings(derandomize=True, max_examples=4, deadline=None)
@given(st.integers(0, 10_000))
def test_blame_is_what_routing_every_set_again_finds(seed: int) -> None:
    """Cause by cause and cell by cell."""
    case = Case(seed)
    assert case.blamed(case.undone.outcomes) == case.blamed(case.plain)


@pytest.mark.parametrize(
    ("layer", "seed"), [("vertiports", 3), ("checkpoints", 0), ("corridors", 0), ("zones", 8)]
)
def test_edits_of_hours_of_every_kind_reach_some_route(
    layer: str, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A control: were those of one layer left out, some answer would be wrong."""
    find = Reach._find

    def blind(self: Reach, edit: int) -> Flags:
        return find(self, edit) & all(each.layer != layer for each in self._edits.all[edit].changes)

    monkeypatch.setattr(Reach, "_find", blind)
    assert wrong(Case(seed))


def test_a_place_reaches_routes_that_would_divert_to_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """A control: what must be left at a landing hangs on the hours of the nearest other place."""
    assert not wrong(Case(57))
    monkeypatch.setattr(Reach, "_diverting", lambda *_: frozenset())
    assert wrong(Case(57))


def test_what_was_found_before_is_not_routed_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor is what edits reach at other hours, or elsewhere, alone."""
    case, routed = Case(3), list[int]()
    route = Undone._routed

    def counted(self: Undone, undone: Cause, cells: Ints, *report: Any) -> Outcomes:
        routed.append(len(cells))
        return route(self, undone, cells, *report)

    monkeypatch.setattr(Undone, "_routed", counted)
    asked = sets(case.draw, case.all, SETS)
    for undone in asked:
        case.undone.outcomes(undone, case.every)
    assert sum(routed) < len(asked) * len(case.every) / 2
    routed.clear()
    for undone in asked:
        case.undone.outcomes(undone, case.every)
    assert not routed


def wrong(case: Case) -> bool:
    """Tell whether with some sets of edits undone a route comes out otherwise than it should."""
    asked = sets(case.draw, case.all, SETS)
    return any(case.unlike(undone, case.every).any() for undone in asked)

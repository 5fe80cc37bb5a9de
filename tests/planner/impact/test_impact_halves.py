"""An impact comes out the same whether or not a helper finds a part of it."""

import os
import signal
from collections.abc import Iterator
from random import Random
from typing import Any

import numpy as np
import pytest

from planner.arrays import Ints
from planner.capacity.question import CapacityQuestion, park_vertiports
from planner.crew import Shared
from planner.impact import halves
from planner.impact.document import impact_document
from planner.impact.edits import Cause
from planner.impact.grid import Grid, Outcomes
from planner.impact.halves import Halves
from planner.impact.helper import Helper, helper
from planner.impact.impact import impact
from planner.rules.rulebook import shipped_rulebook
from planner.testing.random_network import VERTIPORTS, random_day, random_network
from tests.planner.impact.test_impact_undone import edited


@pytest.fixture(scope="module")
def helping() -> Iterator[Helper]:
    with helper() as found:
        if found is None:
            pytest.skip("one core alone")
        yield found


class Case:
    """A random network before and after some edits."""

    def __init__(self, seed: int) -> None:
        draw = Random(seed)
        self.old = random_network(draw, columns=2)
        self.new = edited(draw, self.old, 4)
        day = random_day(draw)
        times = tuple(sorted(draw.sample(range(8 * 3600, 18 * 3600), 3)))
        goods = ("general", "biological")
        types = tuple(day.types)
        self.grid = Grid(day, shipped_rulebook(), VERTIPORTS, types, goods, times, 1.0)

    def document(self, helping: Helper | None = None) -> dict[str, Any]:
        ends = [park_vertiports(self.old, side) for side in ("SZ", "HK")]
        question = CapacityQuestion(ends[0], ends[1], {"general": 1.0})
        found = impact(self.old, self.new, self.grid, question=question, helper=helping)
        return impact_document(found)


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return how many cells were given away each time; few are worth it here."""
    monkeypatch.setattr(halves, "_WORTH", 1)
    counted, outcomes = list[int](), Halves.outcomes

    def counting(self: Halves, undone: Cause, cells: Ints) -> Outcomes:
        counted.append(int((cells >= self._cut).sum()))
        return outcomes(self, undone, cells)

    monkeypatch.setattr(Halves, "outcomes", counting)
    return counted


@pytest.mark.parametrize("seed", [0, 3, 57])
def test_a_helper_changes_nothing(seed: int, helping: Helper, given: list[int]) -> None:
    """Routes, their causes and the capacity are the same, though it found some of them."""
    case = Case(seed)
    alone = case.document()
    assert alone["routes"]
    assert case.document(helping) == alone
    assert sum(given) > 0


def test_what_the_helper_finds_counts(
    helping: Helper, given: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A control: did it find that all land at midnight, other edits would be to blame."""
    case = Case(3)
    alone = case.document()
    joined = Outcomes.followed_by

    def mangled(self: Outcomes, others: Outcomes) -> Outcomes:
        early = np.zeros_like(others.landing_s)
        return joined(self, Outcomes(early, early.astype(float)))

    monkeypatch.setattr(Outcomes, "followed_by", mangled)
    assert case.document(helping) != alone


def test_a_helper_that_is_lost_is_followed_by_another(given: list[int]) -> None:
    """The next process knows nothing of what the first had learnt, and finds the same."""
    case = Case(0)
    alone = case.document()
    with helper() as found:
        if found is None:
            pytest.skip("one core alone")
        before = found.ask(Shared.of(None), _pid).result()
        os.kill(before, signal.SIGKILL)
        assert case.document(found) == alone
        after = found.ask(Shared.of(None), _pid).result()
    assert after != before
    with pytest.raises(ProcessLookupError):
        os.kill(after, 0)


def test_there_is_no_helper_on_one_core(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0})
    with helper() as found:
        assert found is None


def _pid(_: None) -> int:
    return os.getpid()

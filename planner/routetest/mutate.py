"""Which broken networks route tests notice, and which they do not."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from geodata.faults import InvalidInput
from planner.routetest.evaluate import Requests, holds
from planner.routetest.mutants import Mutant, mutants
from planner.routetest.outcome import Touched
from planner.routetest.read import RouteTest
from planner.routetest.records import CapacityCase, PlanCase, RouteCase
from planner.routetest.scene import Scenes


@dataclass(frozen=True)
class Suite:
    """Tests that hold on one network, with what each touches."""

    scenes: Scenes
    tests: Sequence[RouteTest]
    touched: Sequence[Touched]
    requests: Requests


@dataclass(frozen=True)
class Noticed:
    """A mutant, and the name of a test that notices it; None if no test does."""

    mutant: Mutant
    by: str | None


@dataclass(frozen=True)
class Verdicts:
    """What came of all mutants."""

    all: tuple[Noticed, ...]

    @property
    def killed(self) -> float:
        """Share of the mutants that some test notices; 1 without mutants."""
        noticed = sum(each.by is not None for each in self.all)
        return noticed / len(self.all) if self.all else 1.0

    @property
    def survived(self) -> tuple[Mutant, ...]:
        """Mutants that no test notices."""
        return tuple(each.mutant for each in self.all if each.by is None)


def mutate(
    suites: Sequence[Suite], report: Callable[[str, float], None] = lambda text, done: None
) -> Verdicts:
    """Return which mutants of the suites' one network are noticed.

    Tests that touch or name what was broken are asked first, capacities last. Plans are left out:
    they take seconds each.
    """
    base = suites[0].scenes
    listed = list(mutants(base.network, base.shapes.blocks))
    found = []
    for done, mutant in enumerate(listed):
        report(mutant.text, done / len(listed))
        found.append(Noticed(mutant, _noticed(suites, mutant)))
    return Verdicts(tuple(found))


def _noticed(suites: Sequence[Suite], mutant: Mutant) -> str | None:
    """Return the name of the first test that does not hold on a mutant."""
    ranked: list[tuple[tuple[bool, bool], int, int]] = []
    for at, suite in enumerate(suites):
        for number, (test, touched) in enumerate(zip(suite.tests, suite.touched, strict=True)):
            if _may_notice(test, touched, mutant):
                ranked.append((_rank(test, touched, mutant.feature), at, number))
    broken: dict[int, Scenes] = {}
    for _, at, number in sorted(ranked):
        suite = suites[at]
        if at not in broken:
            broken[at] = suite.scenes.mutated(mutant)
        test = suite.tests[number]
        try:
            noticed = not holds(test, broken[at], suite.requests)
        except InvalidInput:
            noticed = True
        if noticed:
            return test.name
    return None


def _rank(test: RouteTest, touched: Touched, feature: str) -> tuple[bool, bool]:
    """Return what is least for the tests that are quick and likely to notice."""
    near = any(feature in names for names in touched.values()) or feature in repr(test.case)
    return isinstance(test.case, CapacityCase), not near


def _may_notice(test: RouteTest, touched: Touched, mutant: Mutant) -> bool:
    """Tell whether a mutant may change a test's answer.

    A lane that is not flown changes a route only by closing if other routes are asked for too.
    """
    case = test.case
    if isinstance(case, PlanCase):
        return False
    if mutant.operator != "close lane" or isinstance(case, CapacityCase):
        return True
    assert isinstance(case, RouteCase)
    return mutant.feature in touched.get("lane", ()) or case.expect.alternatives is not None

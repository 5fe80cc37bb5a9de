"""The fewest route cases that exercise what no test does yet: a set cover, by CP-SAT.

Cases come from `planner.routetest.candidates`, simple ones first: everyday routes, then such with
what-ifs for what everyday routes do not reach. Of equally few, those with fewer what-ifs are taken.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from ortools.sat.python import cp_model

from planner.routetest import candidates
from planner.routetest.candidates import Plain
from planner.routetest.coverage import known
from planner.routetest.outcome import Kind, Touched
from planner.routetest.read import read_route
from planner.routetest.records import When
from planner.routetest.route_ask import Asked, ask, touched_by
from planner.routetest.scene import Scenes

Element = tuple[Kind, str]
_WORK = 20.0
"""Deterministic seconds of CP-SAT at most."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A case worth having, its answer today, and what it adds to what tests exercise."""

    plain: Plain
    asked: Asked
    adds: frozenset[Element]


@dataclass(frozen=True, slots=True)
class Suggestions:
    """The fewest cases, and what no candidate reaches."""

    cases: tuple[Suggestion, ...]
    beyond: tuple[Element, ...]


@dataclass
class _Pool:
    """Candidates that add something, one for each set of what they add."""

    scenes: Scenes
    day: dt.date
    wanted: frozenset[Element]
    found: dict[frozenset[Element], Suggestion] = field(default_factory=dict)

    @property
    def left(self) -> frozenset[Element]:
        """What no candidate has reached."""
        return self.wanted - frozenset[Element]().union(*self.found)

    def take(self, plains: Iterable[Plain]) -> None:
        for plain in plains:
            case = read_route({"name": "-", **plain})
            asked = ask(self.scenes.on(self.day, None, case.when), case, None)
            touched = touched_by(asked)
            elements = {(kind, name) for kind, names in touched.items() for name in names}
            adds = frozenset(elements & self.wanted)
            if adds and adds not in self.found:
                self.found[adds] = Suggestion(plain, asked, adds)


def suggest(
    scenes: Scenes,
    day: dt.date,
    touched: Touched,
    report: Callable[[str, float], None] = lambda stage, done: None,
) -> Suggestions:
    """Return the fewest cases on a day that exercise all that is left and can be exercised."""
    network, request = scenes.network, scenes.request
    wanted = frozenset(
        (kind, name)
        for kind, names in known(network, [day]).items()
        for name in names
        if name not in touched.get(kind, ())
    )
    pool = _Pool(scenes, day, wanted)
    report("everyday routes", 0.0)
    pool.take(candidates.everyday(network))
    report("hours of day", 0.4)
    pool.take(candidates.hourly(network))
    report("checkpoints, zones and rules", 0.5)
    if any(kind in ("checkpoint", "lane") for kind, _ in pool.left):
        pool.take(candidates.through_checkpoints(network))
    if any(kind == "zone" for kind, _ in pool.left):
        pool.take(candidates.around_zones(network))
    if any(kind == "rule" for kind, _ in pool.left):
        pool.take(candidates.refused(network, request, scenes.rulebook))
    report("lanes that nothing else brings a route to", 0.7)
    plain = scenes.on(day, None, When())
    for kind, name in sorted(pool.left):
        if kind == "lane" and (kind, name) in pool.left:
            pool.take(candidates.over_lane(plain, name))
    report("fewest cases", 0.9)
    return Suggestions(tuple(_fewest(pool)), tuple(sorted(pool.left)))


def _fewest(pool: _Pool) -> Iterator[Suggestion]:
    """Yield the fewest candidates that reach all that any of them reaches."""
    options = list(_undominated(pool.found.values()))
    model = cp_model.CpModel()
    chosen = [model.new_bool_var(f"case {at}") for at in range(len(options))]
    reach: dict[Element, list[cp_model.IntVar]] = {}
    for option, take in zip(options, chosen, strict=True):
        for element in option.adds:
            reach.setdefault(element, []).append(take)
    for element in sorted(reach):
        model.add_at_least_one(reach[element])
    costs = [1000 + _odd(each.plain) for each in options]
    model.minimize(sum(cost * take for cost, take in zip(costs, chosen, strict=True)))
    solver = cp_model.CpSolver()
    solver.parameters.max_deterministic_time = _WORK
    solver.parameters.num_workers = 1
    solver.parameters.linearization_level = 2
    status = solver.solve(model)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return
    for option, take in zip(options, chosen, strict=True):
        if solver.boolean_value(take):
            yield option


def _undominated(options: Iterable[Suggestion]) -> Iterator[Suggestion]:
    """Yield the candidates of which no other reaches as much and is as plain."""
    kept: list[Suggestion] = []
    for option in sorted(options, key=lambda each: (-len(each.adds), _odd(each.plain))):
        odd = _odd(option.plain)
        if not any(option.adds <= each.adds and _odd(each.plain) <= odd for each in kept):
            kept.append(option)
            yield option


def _odd(plain: Plain) -> int:
    """Return how far a case is from an everyday one: what-ifs, and what it says of the load."""
    return sum(10 if key == "when" else 0 for key in plain) + len(plain["route"])

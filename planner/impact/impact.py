"""What an edit of a network does: routes, capacity and stored plans, and which edits did it.

The routes of both networks are compared on a grid of pairs of vertiports, goods classes, drone
types and departures; every difference is put down to the edits without which it would not be there.
"""

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from itertools import groupby

import numpy as np

from geodata.check import check_network
from geodata.faults import Fault, InvalidInput, errors
from geodata.features import GoodsClass
from geodata.network import Network
from planner.arrays import Flags, Ints
from planner.capacity.question import CapacityQuestion
from planner.check import Violation, check_plan
from planner.crew import Shared
from planner.impact.blame import Blame
from planner.impact.capacity import CapacityChange, capacity_changes
from planner.impact.change import Change, changes
from planner.impact.edits import Cause, Edit, Edits
from planner.impact.grid import NONE_S, Grid, Outcomes
from planner.impact.halves import Ask, Comparison, Halves, find_outcomes
from planner.impact.helper import Helper
from planner.plan.plan import Plan
from planner.request.request import Request
from planner.rules.rulebook import Rulebook

STANDING = frozenset(
    {
        "APPROVAL_KIND",
        "CEILING_EXCEEDED",
        "CUSTOMS_GAP",
        "DUPLICATE_CORRIDOR",
        "DUPLICATE_PLACE",
        "GATE_MISSING",
        "GATE_OFF_CROSSING",
        "GATE_UNEXPECTED",
        "ISOLATED_PLACE",
        "LANES_TOO_CLOSE",
        "LANE_PROHIBITED",
        "OBSTACLE_CLEARANCE",
        "PARK_SIDE",
        "PERMISSION_NOT_NAMED",
        "TERRAIN_CLEARANCE",
        "UNREACHABLE",
    }
)
"""Errors of a network under which routes still mean something; with any other there are none."""

Report = Callable[[str, str, float], None]
"""Takes how far the work is: its stage, a detail, and the share done from 0 to 1."""


@dataclass(frozen=True, slots=True)
class ChangedRoute:
    """Routes of one pair, class and type that changed alike, by departure (second of the day).

    `later_s` and `more_cents` are new less old, None where one of the two has no route. Each of
    `causes` is a set of edits, by position, and undoing any one of these sets undoes the change.
    """

    origin: str
    destination: str
    goods: GoodsClass
    drone_type: str
    change: Change
    causes: tuple[tuple[int, ...], ...]
    departures: tuple[int, ...]
    later_s: tuple[int | None, ...]
    more_cents: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class BrokenPlan:
    """A plan's violations on the new network that it does not have on the old one."""

    name: str
    violations: tuple[Violation, ...]


@dataclass(frozen=True)
class Impact:
    """What leads from one network to another, and what it does. `faults` are the new network's."""

    edits: Edits
    grid: Grid
    faults: tuple[Fault, ...]
    routes: tuple[ChangedRoute, ...]
    compared: int
    capacity: tuple[CapacityChange, ...]
    plans: tuple[BrokenPlan, ...]

    def edits_of(self, cause: Iterable[int]) -> tuple[Edit, ...]:
        """Return the edits of a cause."""
        return tuple(self.edits.all[at] for at in cause)


def impact(
    old: Network,
    new: Network,
    grid: Grid,
    *,
    question: CapacityQuestion | None = None,
    capacity_at_s: int = 12 * 3600,
    helper: Helper | None = None,
    report: Report = lambda *_: None,
) -> Impact:
    """Return the impact of a change of network.

    Raises `InvalidInput` with all errors of a network in which routes mean nothing, such as one
    with a corridor that leads nowhere; errors in `STANDING` are kept in `faults`. Without a
    `question`, capacity is left out. A `helper` does a part of the work at the same time; raises
    LostTaskError if its process ends again and again.
    """
    report("check", "both networks", 0.0)
    check_flyable(old)
    faults = check_flyable(new)
    comparison = Comparison(old, new, grid)
    edits, undone = comparison.edits, comparison.undone
    every = np.arange(np.prod(grid.shape))
    with ThreadPoolExecutor(1) as thread:
        ask = _asking(comparison, helper, thread)
        old_asked = None
        if helper is not None:
            old_asked = ask(partial(find_outcomes, frozenset(edits.telling), every))
        if question is not None:
            shares = dict(question.shares)  # a proxy would not get to another process
            asked = ask(partial(capacity_changes, replace(question, shares=shares), capacity_at_s))
        before, after = _both(comparison, every, old_asked, report)
        change = changes(before, after)
        if helper is None:
            blame = Blame(edits.telling, before, change, undone.outcomes)
        else:
            halves = Halves(comparison, ask, after, change)
            blame = Blame(edits.telling, before, change, halves.outcomes, halves.ahead)
        causes = blame.find(lambda done: report("causes", "undoing edits", 0.65 + 0.25 * done))
        report("capacity", "", 0.9)
        capacity = asked.result() if question is not None else ()
    report("done", "", 1.0)
    compared = int(((before.landing_s != NONE_S) | (after.landing_s != NONE_S)).sum())
    return Impact(
        edits,
        grid,
        faults,
        tuple(_changed(grid, change, causes, before, after)),
        compared,
        capacity,
        (),
    )


def _asking(comparison: Comparison, helper: Helper | None, thread: ThreadPoolExecutor) -> Ask:
    """Return how to have tasks done beside this one: by a helper, else by a thread."""
    if helper is not None:
        return partial(helper.ask, Shared.of(comparison))
    return lambda task: thread.submit(task, comparison)


def _both(
    comparison: Comparison, every: Ints, old_asked: "Future[Outcomes] | None", report: Report
) -> tuple[Outcomes, Outcomes]:
    """Return what comes of all cells on the old and on the new network."""
    grid, undone = comparison.grid, comparison.undone

    def routed(name: str, taken_back: Iterable[int], begin: float) -> Outcomes:
        return undone.outcomes(
            frozenset(taken_back),
            every,
            lambda done: report("routes", f"of the {name} network", begin + 0.3 * done),
        )

    telling = comparison.edits.telling
    if old_asked is None:
        old, new = routed("old", telling, 0.05), routed("new", (), 0.35)
    else:
        new, old = routed("new", (), 0.05), old_asked.result()
        undone.learn(frozenset(telling), every, old)
    return old.reshaped(grid.shape), new.reshaped(grid.shape)


def check_flyable(network: Network) -> tuple[Fault, ...]:
    """Return the errors of a network; raises `InvalidInput` if with one of them nothing flies."""
    found = errors(check_network(network))
    if any(fault.code not in STANDING for fault in found):
        raise InvalidInput(found)
    return tuple(found)


def broken_plan(
    name: str,
    plan: Plan,
    request: Request,
    rulebook: Rulebook,
    networks: tuple[Network, Network],
) -> BrokenPlan:
    """Return what a plan breaks on the second network and not on the first.

    That the plan names another edition, and says how busy the sites of that one were, does not
    count.
    """
    before, after = (
        check_plan(replace(plan, edition=each.edition), each, request, rulebook)
        for each in networks
    )
    known = set(map(str, before))
    return BrokenPlan(
        name, tuple(each for each in after if each.code != "SUMMARY" and str(each) not in known)
    )


def _changed(
    grid: Grid,
    change: "np.ndarray[tuple[int, ...], np.dtype[np.int64]]",
    causes: Mapping[Cause, Flags],
    old: Outcomes,
    new: Outcomes,
) -> Iterable[ChangedRoute]:
    """Yield the routes that changed, lost ones first, departures that changed alike as one."""
    order = sorted(causes, key=lambda each: (len(each), sorted(each)))
    signs = np.zeros(grid.shape, dtype=object)
    for number, cause in enumerate(order):
        signs[causes[cause]] += 1 << number
    cells = [
        (int(change[cell]), origin, destination, goods, kind, signs[cell], departure)
        for cell in map(tuple, np.argwhere(change != Change.SAME).tolist())
        for kind, goods, departure, origin, destination in (cell,)
    ]
    for key, group in groupby(sorted(cells), key=lambda each: each[:6]):
        kind_of, origin, destination, goods, kind, sign = key
        departures = [each[6] for each in group]
        at = [(kind, goods, departure, origin, destination) for departure in departures]
        both = [NONE_S not in (old.landing_s[cell], new.landing_s[cell]) for cell in at]
        yield ChangedRoute(
            grid.vertiports[origin],
            grid.vertiports[destination],
            grid.goods[goods],
            grid.types[kind],
            Change(kind_of),
            tuple(tuple(sorted(cause)) for number, cause in enumerate(order) if sign >> number & 1),
            tuple(grid.departures[departure] for departure in departures),
            tuple(
                int(new.landing_s[cell] - old.landing_s[cell]) if flown else None
                for cell, flown in zip(at, both, strict=True)
            ),
            tuple(
                round(float(new.cents[cell] - old.cents[cell]), 2) if flown else None
                for cell, flown in zip(at, both, strict=True)
            ),
        )

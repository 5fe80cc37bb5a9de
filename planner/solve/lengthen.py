"""Sorties of many orders: days found by strings, flown for real, the cheapest day kept.

Sorties of more than a few orders are too many to enumerate. The search by strings
(`planner.strings`) finds whole days of drones on the day as `planner.solve.day_problem` draws it;
the dispatcher flies their sorties in order of start. A sortie that it refuses is flown in two
halves, and those in halves again. In the next round the search goes on without the refused ones,
and where batteries did not last their drones fly less far.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from planner.day.instance import Instance
from planner.day.tour import Step, Tour, Unflyable
from planner.dispatch.roster import Roster
from planner.reasons.crowding import settle
from planner.solve.day_problem import AIR, MINUTE, day_problem
from planner.strings.change import drop_absent
from planner.strings.problem import Problem
from planner.strings.search import Effort, search
from planner.strings.state import ABSENT, DONE, LAST, LENGTH, NODE, PURE, State

WAITS_S = 1800
"""A sortie may start later than it was found by so much."""

ROUNDS = 4
"""Days found, each going on from what was flown of the one before."""

SHORTER = 0.93
"""What is left of a battery's range where it did not last."""

HOT = 1500 * MINUTE
"""The first temperature: 15.00 in the request's currency, a few minutes of a drone."""

DETERMINISTIC_ROUNDS, DETERMINISTIC_CHAINS = 40, 2
"""Rounds and chains of a search where wall time may not decide."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A sortie as found: its vehicle in the problem, when its preflight starts, what it does."""

    start_s: int
    vehicle: int
    tour: Tour


def lengthen(
    roster: Roster,
    seconds: float,
    seed: int,
    workers: int,
    left_s: Callable[[], float],
    stopped: Callable[[], bool] = lambda: False,
    report: Callable[[float], None] = lambda done: None,
) -> None:
    """Make the roster a day of longer sorties, if one is found that is cheaper.

    Searches for about `seconds`, or a fixed number of steps if that is 0. Orders that fall out are
    served alone where they find room, as long as the time that is left by `left_s` suffices for the
    rounds to come. A round in which it is `stopped` is the last. `report` hears what share is done.
    """

    def is_late(kept_s: float) -> bool:
        return seconds > 0 and left_s() <= kept_s

    report(0.0)
    problem, state = day_problem(roster.instance), None
    effort = Effort(
        seconds=seconds / ROUNDS,
        rounds=0 if seconds else DETERMINISTIC_ROUNDS,
        chains=workers if seconds else DETERMINISTIC_CHAINS,
        workers=workers,
        hot=HOT,
    )
    for number in range(ROUNDS):
        if left_s() <= 0:
            return
        if seconds:
            effort = replace(effort, seconds=min(seconds / ROUNDS, left_s()))
        begun = replace(effort, seed=seed * ROUNDS + number)
        state = search(problem, begun, state, stopped)
        tried = Roster(roster.instance)
        refused = _fly(tried, proposals(problem, state, roster.instance))
        settle(tried, partial(is_late, (ROUNDS - 1 - number) * seconds / ROUNDS))
        if tried.cents() < roster.cents():
            roster.restore(tuple(tried.tours()))
        report((number + 1) / ROUNDS)
        if not refused or stopped():
            return
        _learn(problem, state, refused, roster.instance)


def proposals(problem: Problem, state: State, instance: Instance) -> list[Proposal]:
    """Return the sorties of a state, in order of start; each starts as late as ends no later."""
    found = []
    for vehicle, count in enumerate(state.trip_count.tolist()):
        squad = instance.flocks[int(problem.kind[vehicle])][0]
        for trip in range(count):
            slots = state.slots[vehicle, trip]
            end = int(state.trips[vehicle, trip, LENGTH]) + 1
            latest = min(slots[end, LAST], slots[end, DONE] - slots[end, PURE])
            off_s = max(int(slots[0, DONE]), int(latest))
            steps = tuple(Step(node >> 1, node % 2 == 0) for node in slots[1:end, NODE].tolist())
            start_s = max(0, off_s - instance.squads[squad].kind.preflight_s)
            found.append(Proposal(start_s, vehicle, Tour(squad, steps)))
    return sorted(found, key=lambda each: (each.start_s, each.vehicle))


def _fly(roster: Roster, found: list[Proposal]) -> list[tuple[Proposal, str]]:
    """Enter sorties in turn; return those that were refused whole, and the rule that refused."""
    refused = []
    for each in found:
        try:
            _place(roster, each.tour, each.start_s)
        except Unflyable as refusal:
            refused.append((each, refusal.code))
            _enter_halves(roster, each.tour, each.start_s)
    return refused


def _place(roster: Roster, tour: Tour, start_s: int) -> None:
    """Enter a sortie at the cruise at which it costs least; raise `Unflyable` if there is none."""
    instance, best = roster.instance, None
    refused = Unflyable("FLEET_BUSY")
    for squad in reversed(instance.flocks[instance.squads[tour.squad].flock]):
        try:
            found = roster.trial(replace(tour, squad=squad), start_s, start_s + WAITS_S)
        except Unflyable as refusal:
            refused = refusal
            continue
        if best is None or found.cents <= best.cents:
            best = found
    if best is None:
        raise refused
    roster.enter(best.drone, best.timed)


def _enter_halves(roster: Roster, tour: Tour, start_s: int) -> None:
    """Enter what can be flown of a sortie's halves, and of theirs."""
    for half in _halves(tour):
        try:
            _place(roster, half, start_s)
        except Unflyable:
            _enter_halves(roster, half, start_s)


def _halves(tour: Tour) -> list[Tour]:
    """Return two parts of a sortie, none if it has one order.

    It is parted where nothing is aboard, as near the middle as can be; if it never is empty, by
    which orders are handed over first.
    """
    aboard, empty = 0, list[int]()
    for at, step in enumerate(tour.steps, start=1):
        aboard += 1 if step.load else -1
        if not aboard and at < len(tour.steps):
            empty.append(at)
    if empty:
        middle = min(empty, key=lambda at: abs(2 * at - len(tour.steps)))
        return [Tour(tour.squad, tour.steps[:middle]), Tour(tour.squad, tour.steps[middle:])]
    unloaded = [step.job for step in tour.steps if not step.load]
    if len(unloaded) < 2:
        return []
    first = frozenset(unloaded[: len(unloaded) // 2])
    return [
        Tour(tour.squad, tuple(step for step in tour.steps if (step.job in first) == early))
        for early in (True, False)
    ]


def _learn(
    problem: Problem, state: State, refused: list[tuple[Proposal, str]], instance: Instance
) -> None:
    """Take refused sorties off a state; let flocks whose batteries did not last fly less far."""
    for each, _ in refused:
        state.of[list(each.tour.jobs)] = ABSENT
    for vehicle in sorted({each.vehicle for each, _ in refused}):
        drop_absent(problem, state, vehicle)
    short = {
        instance.squads[each.tour.squad].flock for each, code in refused if code == "ENERGY_RESERVE"
    }
    flocks = np.array(sorted(short), dtype=np.int64)
    problem.limits[flocks, AIR] = SHORTER * problem.limits[flocks, AIR]

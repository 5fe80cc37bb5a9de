"""An order flown by itself: a sortie for it, or for its box, and no other, by any squad."""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from geodata.schedule import DAY_S
from planner.clock import OutOfTimeError
from planner.day.instance import Instance, Squad
from planner.day.tour import Step, TimedTour, Tour, Unflyable, handed_over_s, visits_of
from planner.dispatch.dispatch import Dispatcher
from planner.rules.customs import checkpoint_chains

LOOK_BACK_S = 2400
"""A sortie for an order is tried from this long before the order is ready."""

_MAY_PASS = ("ENERGY_RESERVE", "CUSTOMS_CLOSED")
"""Refusals that may pass when wind or hours change next."""


def tour_alone(instance: Instance, squad: int, job: int) -> Tour:
    """Return the tour of a squad that serves a job with its box, and no other."""
    unit = instance.units[job]
    return Tour(squad, tuple(Step(each, load) for load in (True, False) for each in unit))


def least_alone_s(instance: Instance, tour: Tour) -> float:
    """Return seconds that no sortie takes less than for such a tour, whenever it starts.

    By the quickest legs of the day, with all work on pads and in bays and no wait; inf if no lanes
    or no checkpoints lead where it goes.
    """
    squad = instance.squads[tour.squad]
    here, aboard = squad.base, list[int]()
    seconds: float = squad.kind.preflight_s + squad.turn.swap_s
    for place, steps in visits_of(instance, tour):
        seconds += _least_between_s(instance, squad, here, place, aboard)
        for step in steps:
            order = instance.jobs[step.job].order
            seconds += order.load_s if step.load else order.unload_s
            if step.load:
                aboard.append(step.job)
            else:
                aboard.remove(step.job)
        here = place
    return seconds + _least_between_s(instance, squad, here, squad.base, aboard)


def _least_between_s(
    instance: Instance, squad: Squad, here: str, there: str, aboard: Sequence[int]
) -> float:
    """Return seconds that no way between two sites beats, with what is aboard cleared on it."""
    network, legs = instance.network, instance.legs
    if here == there:
        return 0.0
    if not aboard or network.side_of(here) == network.side_of(there):
        return legs.least_s(squad.kind, here, there)
    jobs = [instance.jobs[job] for job in aboard]
    common = set.intersection(*(set(job.clearings) for job in jobs))
    facilities = [network.checkpoints[each] for each in sorted(common)]
    least = math.inf
    for chain in checkpoint_chains(facilities, network.side_of(here)):
        stops = [here, *(each.id for each in chain), there]
        flown_s = sum(legs.least_s(squad.kind, *ends) for ends in pairwise(stops))
        cleared_s = sum(job.clearings[each.id].service_s for each in chain for job in jobs)
        least = min(least, flown_s + cleared_s)
    return least


def first_timing(
    dispatcher: Dispatcher,
    tour: Tour,
    refusals: dict[str, Unflyable],
    since_s: int = 0,
    until_s: int = DAY_S,
) -> TimedTour | None:
    """Return the first timing of such a tour within [since_s, until_s]; None if none flies.

    `refusals` takes down the first refusal of each rule that earlier starts meet.
    """
    instance = dispatcher.instance
    squad, jobs = instance.squads[tour.squad], [instance.jobs[job] for job in tour.jobs]
    ready_s, latest_s = max(job.ready_s for job in jobs), min(job.latest_s for job in jobs)
    start_s = max(squad.from_s, ready_s - LOOK_BACK_S, since_s)
    while start_s < until_s:
        try:
            timed = dispatcher.fly(tour, start_s)
        except Unflyable as refusal:
            refusals.setdefault(refusal.code, refusal)
            if refusal.later_s is not None:
                start_s += max(1, refusal.later_s)
            elif refusal.code in _MAY_PASS and start_s < latest_s:
                start_s = next(step for step in instance.legs.steps if step > start_s)
            else:
                return None
            continue
        return timed if timed.end_s <= until_s else None
    return None


@dataclass
class TriedAlone:
    """An order tried alone: the timing with the earliest hand-over, and the refusals by code."""

    timed: TimedTour | None = None
    refusals: dict[str, Unflyable] = field(default_factory=dict)


def tried_alone(
    empty: Dispatcher,
    at: int,
    squads: Iterable[int] | None = None,
    *,
    first: bool = False,
    past: Callable[[], bool] = lambda: False,
) -> TriedAlone:
    """Return the job tried alone on an empty day; with `first`, the first timing found will do.

    That is a dispatcher's who has entered nothing. By some squads, or by all. Raises
    OutOfTimeError when it is `past` time.
    """
    instance, tried = empty.instance, TriedAlone()
    for number in range(len(instance.squads)) if squads is None else squads:
        if past():
            raise OutOfTimeError
        timed = first_timing(empty, tour_alone(instance, number, at), tried.refusals)
        if timed is None:
            continue
        before = tried.timed
        if before is None or handed_over_s(timed, at) < handed_over_s(before, at):
            tried.timed = timed
        if first:
            break
    return tried


def last_of(refusals: dict[str, Unflyable]) -> tuple[str, Unflyable]:
    """Return the refusal met last; the order fails everywhere."""
    return list(refusals.items())[-1]

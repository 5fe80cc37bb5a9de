"""The least cost of a small day by trying every way to put its orders into sorties.

Slow and simple, for days of two to four orders: each set of sorties is placed on an empty roster in
each order, every sortie at its cheapest starts. What it finds can be flown, so a bound may not be
above it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, permutations, product

from planner.bound.columns import allowed, sequences_of
from planner.day.instance import Instance
from planner.day.tour import Step, TimedTour, Tour, Unflyable
from planner.dispatch.dispatch import Dispatcher
from planner.dispatch.roster import Roster

START_STEP_S = 300
LOOK_BACK_S = 1800
"""How long before an order is ready a sortie for it may start, s."""

OPTIONS = 4
"""Timings tried of each group of orders, the cheapest."""

Group = tuple[int, ...]


@dataclass(frozen=True)
class Option:
    """A way to fly a group of orders: its cost on an empty day, the tour and when it is flown."""

    cents: int
    start_s: int
    end_s: int
    tour: Tour


def tours_of(instance: Instance, group: Group) -> Iterator[Tour]:
    """Yield every tour that serves just a group of jobs and crosses at most once each way."""
    sides = tuple(
        (instance.jobs[job].origin_side, instance.jobs[job].destination_side) for job in group
    )
    for number, squad in enumerate(instance.squads):
        for sequence in sequences_of(len(group)):
            if allowed(sequence, sides, squad.base_side):
                yield Tour(number, tuple(Step(group[which], load) for which, load in sequence))


def timings(dispatcher: Dispatcher, tour: Tour) -> Iterator[TimedTour]:
    """Yield a tour flown on the dispatcher's day from starts all through its time window."""
    squad = dispatcher.instance.squads[tour.squad]
    jobs = [dispatcher.instance.jobs[job] for job in tour.jobs]
    start_s = max(squad.from_s, min(job.ready_s for job in jobs) - LOOK_BACK_S)
    end_s = min(squad.until_s, max(job.latest_s for job in jobs))
    while start_s < end_s:
        try:
            timed = dispatcher.fly(tour, start_s)
        except Unflyable as refusal:
            start_s += START_STEP_S if refusal.later_s is None else max(30, refusal.later_s)
            continue
        yield timed
        start_s = max(start_s, timed.start_s) + START_STEP_S


def least_cents(instance: Instance) -> float:
    """Return the least cost found of any plan, everything left out included."""
    options = options_of(instance)
    prices = instance.prices
    price = [prices.unserved_cents[job.order.priority] for job in instance.jobs]
    best: float = sum(price)
    for groups in _choices(tuple(range(len(instance.jobs))), frozenset(options)):
        served = {job for group in groups for job in group}
        floor = sum(price[job] for job in range(len(price)) if job not in served)
        floor += sum(options[group][0].cents for group in groups)
        if floor + (prices.drone_day_cents if groups else 0) >= best:
            continue
        for chosen in product(*(options[group] for group in groups)):
            for order in permutations(chosen):
                best = min(best, _placed_cents(instance, order))
    return best


def options_of(instance: Instance) -> dict[Group, list[Option]]:
    """Return the cheapest options of every group that can be flown at all."""
    dispatcher = Dispatcher(instance)
    found: dict[Group, list[Option]] = {}
    for size in range(1, instance.rules.max_orders_per_sortie + 1):
        for group in combinations(range(len(instance.jobs)), size):
            flown = [
                Option(timed.cents, timed.start_s, timed.end_s, tour)
                for tour in tours_of(instance, group)
                for timed in timings(dispatcher, tour)
            ]
            flown.sort(key=lambda each: (each.cents, each.start_s))
            if flown:
                found[group] = flown[:OPTIONS]
    return found


def _choices(jobs: Group, groups: frozenset[Group]) -> Iterator[tuple[Group, ...]]:
    """Yield every set of disjoint groups of jobs; jobs in none of them are left out."""
    if not jobs:
        yield ()
        return
    yield from _choices(jobs[1:], groups)
    for group in sorted(groups):
        if group[0] == jobs[0] and set(group) <= set(jobs):
            rest = tuple(job for job in jobs if job not in group)
            for others in _choices(rest, groups):
                yield (group, *others)


def _placed_cents(instance: Instance, options: tuple[Option, ...]) -> float:
    """Return the cost of a roster with these sorties, placed in this order; inf if one fails."""
    roster = Roster(instance)
    try:
        for option in options:
            roster.place(option.tour, option.start_s)
    except Unflyable:
        return float("inf")
    return roster.cents()

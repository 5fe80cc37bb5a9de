"""A network flown full, on the same calendar that plans are made on.

The linear programme of `planner.capacity` bounds every timetable from above. Here flights are
dispatched from below: a queue that never ends, first come, first served, and a timetable that
repeats, as full as the search can make it. What lands in the hour is counted; the fuller one tells.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from geodata.features import GoodsClass
from planner.capacity import COURSES, Capacities, Course
from planner.capacity_room import HOUR_S
from planner.dispatch import empty_calendar
from planner.saturate_queue import Queue, enter, fits, landing
from planner.saturate_search import Placed, TimetableSearch
from planner.saturate_trips import Trip, Trips

Options = Mapping[GoodsClass, Sequence[Trip]]
"""The trips of each class, those in the air for less first."""

_QUEUED = 60
"""Trips of a class that a queue chooses from."""

_FILLING_S = 1800
"""How long a queue is flown before the hour that counts."""

_TRIPS = (6, 9)
"""How many trips one period holds."""

_STEPS = 2000
"""Steps of a search before it is given up."""


@dataclass(frozen=True, slots=True)
class Saturation:
    """What was flown in an hour: loaded flights that landed, and their classes' shares.

    `bound` and `bound_as_flown` are the linear programme's, for the shares asked for and for those
    flown. `period_s` is that of a timetable that repeats, None for a queue; `placed` are the
    flights of one period, or all.
    """

    flown: int
    bound: float
    bound_as_flown: float
    shares: Mapping[GoodsClass, float]
    period_s: int | None
    placed: tuple[Placed, ...]

    @property
    def reached(self) -> float:
        """Share of the bound of these shares that was flown."""
        return self.flown / self.bound_as_flown


def saturate(
    capacities: Capacities,
    second: int,
    course: Course,
    report: Callable[[str], None] = lambda _: None,
    halvings: int = 3,
) -> Saturation | None:
    """Return the fullest hour from a second of the day on that was found.

    What holds at that second is taken to hold throughout. Without `halvings` only the queue is
    flown; each of them looks for a timetable half way between what was flown and what was not
    found. None if nothing passes.
    """
    if capacities.at(second, course).reason:
        return None
    trips = Trips(capacities, second, course)
    options = {goods: trips.of(goods) for goods in capacities.question.shares}
    options = {goods: found for goods, found in options.items() if found}
    report("first come, first served")
    best = _queued(capacities, options, second, course)
    least = best.reached
    for found in _timetables(capacities, options, second, course, least, halvings, report):
        best = max(best, found, key=lambda each: each.reached)
    return best


def _queued(capacities: Capacities, options: Options, second: int, course: Course) -> Saturation:
    """Return the hour of a queue, after enough time for it to fill the network."""
    total = sum(capacities.question.shares[goods] for goods in options)
    shares = {goods: capacities.question.shares[goods] / total for goods in options}
    nearest = {goods: trips[:_QUEUED] for goods, trips in options.items()}
    queue = Queue(capacities.instance, second + HOUR_S, _ground_s(capacities))
    placed = tuple(queue.run(nearest, shares, second - _FILLING_S))
    in_hour = [
        each
        for each in placed
        if each.sally.goods is not None and second <= landing(each) < second + HOUR_S
    ]
    bound = capacities.at(second, course).total
    return Saturation(len(in_hour), bound, bound, shares, None, placed)


def _timetables(
    capacities: Capacities,
    options: Options,
    second: int,
    course: Course,
    least: float,
    halvings: int,
    report: Callable[[str], None],
) -> Iterator[Saturation]:
    """Yield timetables that fill more than a share of the bound, each fuller than the one before.

    The gap between the fullest that was found and the least full that was not is halved.
    """
    loads = sum(COURSES[course]) if capacities.question.returns else 1
    most = 1.0
    asked = capacities.at(second, course).total
    shares = {goods: capacities.question.shares[goods] for goods in options}
    demands = [_demand(shares, count) for count in _TRIPS]
    bounds = [_bound(capacities, _shares(demand), second, course) for demand in demands]
    for _ in range(halvings):
        fullness = (least + most) / 2
        for demand, bound in zip(demands, bounds, strict=True):
            period_s = math.ceil(HOUR_S * len(demand) * loads / (fullness * bound))
            report(f"{len(demand) * loads} loaded flights every {period_s} s")
            placed = _timetable(capacities, options, demand, period_s)
            if placed is not None:
                landed = fly(capacities, placed, period_s, second)
                yield Saturation(landed, asked, bound, _shares(demand), period_s, placed)
                least = fullness
                break
        else:
            most = fullness


def _timetable(
    capacities: Capacities,
    options: Options,
    demand: Sequence[GoodsClass],
    period_s: int,
) -> tuple[Placed, ...] | None:
    """Return a timetable of one trip for each of the classes; None if none was found."""
    search = TimetableSearch(
        capacities.instance.legs,
        [options[goods] for goods in demand],
        period_s,
        *_ground_s(capacities),
    )
    return search.run(_STEPS)


def _ground_s(capacities: Capacities) -> tuple[int, int]:
    """Return how long loading and unloading take."""
    order = capacities.job(0, next(iter(capacities.question.shares))).order
    return order.load_s, order.unload_s


def _demand(shares: Mapping[GoodsClass, float], count: int) -> list[GoodsClass]:
    """Return the classes of so many trips, by largest remainder."""
    total = sum(shares.values())
    exact = {goods: count * share / total for goods, share in shares.items()}
    whole = {goods: math.floor(number) for goods, number in exact.items()}
    left = sorted(exact, key=lambda goods: (whole[goods] - exact[goods], goods))
    for goods in left[: count - sum(whole.values())]:
        whole[goods] += 1
    return [goods for goods, number in whole.items() for _ in range(number)]


def _shares(demand: Sequence[GoodsClass]) -> dict[GoodsClass, float]:
    return {goods: demand.count(goods) / len(demand) for goods in dict.fromkeys(demand)}


def _bound(
    capacities: Capacities, shares: Mapping[GoodsClass, float], second: int, course: Course
) -> float:
    """Return the bound for the shares that a timetable can have."""
    question = replace(capacities.question, shares=shares)
    return Capacities(capacities.instance, question).at(second, course).total


def fly(capacities: Capacities, placed: Sequence[Placed], period_s: int, second: int) -> int:
    """Return how many loaded flights land in the hour from a second on, flown one by one.

    Those of the periods before and after are flown too. A flight that finds anything taken is not
    flown and does not count.
    """
    calendar, landed = empty_calendar(capacities.instance), 0
    longest_s = max(map(landing, placed))
    first, last = -(longest_s // period_s) - 1, HOUR_S // period_s + 2
    flights = [
        replace(each, takeoffs_s=tuple(second + turn * period_s + at for at in each.takeoffs_s))
        for turn in range(first, last)
        for each in placed
    ]
    ground_s = _ground_s(capacities)
    for each in sorted(flights, key=lambda flight: flight.takeoffs_s):
        if fits(calendar, each, ground_s):
            enter(calendar, each, ground_s)
            loaded = each.sally.goods is not None
            landed += loaded and second <= landing(each) < second + HOUR_S
    return landed

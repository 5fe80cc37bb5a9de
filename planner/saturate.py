"""A network flown full: a repeating timetable, dispatched on the calendar of the day.

The linear programme of `planner.capacity` bounds every timetable from above. Here one is built, as
full as the search can make it, and flown: each flight is dispatched in the order of its take-off,
first come, first served, on the same calendar that plans are made on, and what lands is counted.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from geodata.features import GoodsClass
from planner.calendar import Calendar
from planner.capacity import COURSES, Capacities, Course
from planner.capacity_room import HOUR_S
from planner.dispatch import empty_calendar
from planner.saturate_search import Placed, TimetableSearch, stays
from planner.saturate_trips import Trip, Trips

_TRIPS = (6, 9)
"""How many trips one period holds."""

_HALVINGS = 6
"""How often the gap between what was found and what was not is halved."""

_STEPS = 2500
"""Steps of a search before it is given up."""


@dataclass(frozen=True, slots=True)
class Saturation:
    """A timetable that was flown for an hour on the calendar of the day.

    `flown` are loaded flights that landed in the hour, `bound` and `bound_as_flown` the linear
    programme's for the shares asked for and for those of the timetable (`shares`).
    """

    flown: int
    bound: float
    bound_as_flown: float
    shares: Mapping[GoodsClass, float]
    period_s: int
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
) -> Saturation | None:
    """Return the fullest timetable that was found, flown from a second of the day for an hour.

    Nothing may change in the air for that hour and the flights before and after it. None if
    nothing passes then, or no timetable was found.
    """
    found = capacities.at(second, course)
    if found.reason:
        return None
    trips = Trips(capacities, second, course)
    options = {goods: trips.of(goods) for goods in capacities.question.shares}
    shares = {goods: share for goods, share in capacities.question.shares.items() if options[goods]}
    flown_at: list[tuple[int, Mapping[GoodsClass, float], float]] = []
    for count in _TRIPS:
        demand = _demand(shares, count)
        flown: Mapping[GoodsClass, float] = {
            goods: demand.count(goods) / count for goods in dict.fromkeys(demand)
        }
        flown_at.append((count, flown, _bound(capacities, flown, second, course)))
    best: Saturation | None = None
    least, most = 0.0, 1.0
    for _ in range(_HALVINGS):
        fullness = (least + most) / 2
        for count, flown, bound in flown_at:
            period_s = math.ceil(HOUR_S * count * sum(COURSES[course]) / (fullness * bound))
            report(f"{count * sum(COURSES[course])} loaded flights every {period_s} s")
            placed = _timetable(capacities, options, _demand(shares, count), period_s)
            if placed is not None:
                landed = fly(capacities, placed, period_s, second)
                best = Saturation(landed, found.total, bound, flown, period_s, placed)
                break
        least, most = (fullness, most) if placed is not None else (least, fullness)
    return best


def _timetable(
    capacities: Capacities,
    options: Mapping[GoodsClass, Sequence[Trip]],
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
    longest_s = max(each.takeoffs_s[-1] + each.sally.legs[-1].exit[-1] for each in placed)
    first, last = -(longest_s // period_s) - 1, HOUR_S // period_s + 2
    flights = [
        replace(each, takeoffs_s=tuple(second + turn * period_s + at for at in each.takeoffs_s))
        for turn in range(first, last)
        for each in placed
    ]
    for each in sorted(flights, key=lambda flight: flight.takeoffs_s):
        flown = _dispatch(calendar, each, *_ground_s(capacities))
        if flown and each.sally.goods is not None:
            landing_s = each.takeoffs_s[-1] + each.sally.legs[-1].exit[-1]
            landed += second <= landing_s < second + HOUR_S
    return landed


def _dispatch(calendar: Calendar, placed: Placed, load_s: int, unload_s: int) -> bool:
    """Enter a flight into the calendar if all that it takes is free; tell whether it was."""
    flights = [
        replace(leg, takeoff_s=at)
        for leg, at in zip(placed.sally.legs, placed.takeoffs_s, strict=True)
    ]
    taken = [
        (seats[stay.site], stay.begin_s, stay.begin_s + stay.length_s)
        for seats, listed in zip(
            (calendar.pads, calendar.bays), stays(placed, load_s, unload_s), strict=True
        )
        for stay in listed
    ]
    if any(calendar.traffic.delay_s(flight) for flight in flights):
        return False
    if not all(seats.free(begin_s, end_s) for seats, begin_s, end_s in taken):
        return False
    for flight in flights:
        calendar.traffic.add(flight)
    for seats, begin_s, end_s in taken:
        seats.add(begin_s, end_s)
    return True

"""A network flown full, on the same calendar that plans are made on.

The linear programme of `planner.capacity.capacity` bounds every timetable from above. Here a
timetable that repeats is made from below: slots of a short period, and for each of them a trip that
fits beside the others. It is flown flight by flight, and what lands in the hour is counted.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice

import numpy as np

from planner.capacity.capacity import Capacities, Course
from planner.capacity.room import HOUR_S
from planner.dispatch.dispatch import empty_calendar
from planner.saturate.draw import Choice, Choices
from planner.saturate.fly import enter, fits
from planner.saturate.itinerary import Slot
from planner.saturate.search import Search
from planner.saturate.slots import Dealer
from planner.saturate.trips import Trips
from planner.saturate.usage import Ground, Placed, Usage

_FIRST = (0.8, 0.6, 0.4, 0.25)
"""Shares of the bound for which the first timetable is looked for."""

_FLIGHTS = (2, 3, 4, 5)
"""How many flights of each direction a period may hold."""

_NEARLY = 1.03
"""Periods that are longer by less, for each flight, count as equal."""

_PARTS = 4
"""A period is shortened by one such part of what it is longer than the least."""

_MOVES = 3_000
"""Moves of the search for a timetable of a choice of trips."""

TRIALS = 80
"""Choices of trips that are tried for a period before it is given up."""


@dataclass(frozen=True, slots=True)
class Saturation:
    """What was flown: loaded flights that landed in an hour, beside the linear programme's bound.

    The classes have the shares of the question; in a slot of several they take turns.
    `placed` are the flights of one period.
    """

    flown: int
    bound: float
    period_s: int
    slots: tuple[Slot, ...]
    placed: tuple[Placed, ...]

    @property
    def reached(self) -> float:
        """Share of the bound that was flown."""
        return self.flown / self.bound


def saturate(
    capacities: Capacities,
    second: int,
    course: Course,
    report: Callable[[str], None] = lambda _: None,
    trials: int = TRIALS,
) -> Saturation | None:
    """Return the fullest timetable that was found for the hour from a second of the day on.

    What holds at that second is taken to hold throughout. None if nothing passes, or if no
    timetable was found that fills a quarter of the bound.
    """
    bound = capacities.at(second, course).total
    if not bound:
        return None
    order = capacities.states.job(0, next(iter(capacities.question.shares))).order
    ground = Ground(order.load_s, order.unload_s, capacities.instance.rules.max_wait_s)
    trips, usage = Trips(capacities, second, course), Usage(capacities.rooms, ground)
    report("slots")
    filling = _filling(trips, usage, trials)
    if filling is None:
        return None
    flights = filling.flights
    longest_s = [math.floor(HOUR_S * flights / (share * bound)) for share in _FIRST]
    best: _Filled | None = None
    for best in filling.shortened([max(filling.least_s, each) for each in longest_s]):
        report(f"{flights} loaded flights every {best.period_s} s")
    if best is None:
        return None
    flown = fly(capacities, best.placed, ground, best.period_s, second)
    return Saturation(flown, bound, best.period_s, best.choice.slots, best.placed)


def _filling(trips: Trips, usage: Usage, trials: int) -> "_Filling | None":
    """Return how a period is filled with as few flights as nearly reach the highest rate."""
    dealer, directions = Dealer(trips, usage), len(trips.directions)
    found = {count: dealer.least_period(count) for count in _FLIGHTS}
    least = {count: period_s for count, period_s in found.items() if period_s is not None}
    if not least:
        return None
    shortest_s = min(period_s / count for count, period_s in least.items())
    # Few flights a period are easier to place.
    count = next(each for each in least if least[each] / each <= _NEARLY * shortest_s)
    draw = np.random.default_rng(0)
    choices = Choices(trips, usage, dealer.deals(count, least[count]), draw)
    return _Filling(usage, choices, count * directions, least[count], trials, draw)


@dataclass(frozen=True)
class _Filled:
    """A timetable, and the choice of trips that it is of."""

    choice: Choice
    period_s: int
    placed: tuple[Placed, ...]


@dataclass(frozen=True)
class _Filling:
    """Fills periods with a number of loaded flights; none can be shorter than `least_s`."""

    usage: Usage
    choices: Choices
    flights: int
    least_s: int
    trials: int
    draw: np.random.Generator

    def shortened(self, first_s: Sequence[int]) -> Iterator[_Filled]:
        """Yield a timetable with the first of some periods that can be filled, then shorter ones.

        What cannot be filled is tried by ever smaller steps, at last a second.
        """
        tried = (self._filled(period_s, ()) for period_s in first_s)
        best = next((each for each in tried if each is not None), None)
        if best is None:
            return
        yield best
        step_s = self._step_s(best)
        while best.period_s > self.least_s:
            found = self._filled(best.period_s - step_s, (best.choice,))
            if found is not None:
                best = found
                yield best
                step_s = min(step_s, self._step_s(best))
            elif step_s > 1:
                step_s //= 2
            else:
                return

    def _step_s(self, filled: _Filled) -> int:
        return max(1, (filled.period_s - self.least_s) // _PARTS)

    def _filled(self, period_s: int, first: Sequence[Choice]) -> _Filled | None:
        """Return a timetable with a period; some choices are tried before others are drawn."""
        for choice in islice(chain(first, self.choices.drawn(period_s)), self.trials):
            search = Search(self.usage, choice.itineraries, period_s, self.draw)
            placed = search.find(_MOVES)
            if placed is not None:
                return _Filled(choice, period_s, placed)
        return None


def fly(
    capacities: Capacities, placed: Sequence[Placed], ground: Ground, period_s: int, second: int
) -> int:
    """Return how many loaded flights land in the hour from a second on, flown one by one.

    Those of the periods before and after are flown too. A flight that finds anything taken is not
    flown and does not count.
    """
    calendar, landed = empty_calendar(capacities.instance), 0
    longest_s = max(each.landing_s for each in placed)
    first, last = -(longest_s // period_s) - 1, HOUR_S // period_s + 2
    flights = [
        replace(each, takeoffs_s=tuple(second + turn * period_s + at for at in each.takeoffs_s))
        for turn in range(first, last)
        for each in placed
    ]
    for each in sorted(flights, key=lambda flight: flight.takeoffs_s):
        if fits(calendar, each, ground):
            enter(calendar, each, ground)
            landed += each.sally.loaded and second <= each.landing_s < second + HOUR_S
    return landed

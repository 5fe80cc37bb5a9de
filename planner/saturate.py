"""A network flown full, on the same calendar that plans are made on.

The linear programme of `planner.capacity` bounds every timetable from above. Here a timetable that
repeats is made from below: slots of a short period, and for each of them a trip that fits beside
the others. It is flown flight by flight, and what lands in the hour is counted.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice

import numpy as np

from planner.capacity import Capacities, Course
from planner.capacity_room import HOUR_S, Floats
from planner.dispatch import empty_calendar
from planner.saturate_fly import enter, fits
from planner.saturate_slots import least_period
from planner.saturate_timetable import Ground, Placed, Timetables
from planner.saturate_trips import Slot, Trip, Trips

_FIRST = (0.86, 0.8, 0.7, 0.55, 0.4, 0.25)
"""Shares of the bound for which the first timetable is looked for."""

_SLOTS = (2, 3, 4, 5)
"""How many flights of each direction a period may hold."""

_NEARLY = 1.03
"""Periods that are longer by less, for each flight, count as equal."""

_FITTING = 60
"""Trips of a slot that a first timetable is drawn from."""

_DRAWN = 4_000
"""Draws of trips for all slots."""

_TOGETHER = 300
"""How many of them are tried."""

_NEAREST = 200
"""Trips that one is exchanged for."""

TRIALS = 1500
"""Timetables that are tried from each first period on, trips alone included."""


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
    order = capacities.job(0, next(iter(capacities.question.shares))).order
    ground = Ground(order.load_s, order.unload_s, capacities.instance.rules.max_wait_s)
    trips, timetables = Trips(capacities, second, course), Timetables(capacities.rooms, ground)
    report("slots")
    found = [least_period(trips, timetables, count) for count in _SLOTS]
    dealt = [each for each in found if each is not None]
    if not dealt:
        return None
    shortest = min(period_s / len(slots) for period_s, slots in dealt)
    # Few flights a period are easier to place.
    least_s, slots = next(
        (period_s, slots)
        for period_s, slots in dealt
        if period_s / len(slots) <= _NEARLY * shortest
    )
    search = _Search(trips, timetables, slots, trials)
    best: _Flown | None = None
    for fullness in _FIRST:
        period_s = max(least_s, math.floor(HOUR_S * len(slots) / (fullness * bound)))
        best = best or search.first(period_s)
    if best is None:
        return None
    for shorter in search.shorten(best):
        best = shorter
        report(f"{len(slots)} loaded flights every {best.period_s} s")
    flown = fly(capacities, best.placed, ground, best.period_s, second)
    return Saturation(flown, bound, best.period_s, slots, best.placed)


@dataclass(frozen=True)
class _Flown:
    """A timetable, and the number of the trip that each slot has in it."""

    trips: Mapping[int, int]
    period_s: int
    placed: tuple[Placed, ...]


class _Search:
    """Looks for a trip for each slot, and makes the period shorter as long as trips are found."""

    def __init__(
        self, trips: Trips, timetables: Timetables, slots: Sequence[Slot], trials: int
    ) -> None:
        self._timetables = timetables
        self._trials = self._left = trials
        self._draw = np.random.default_rng(0)
        self._units = np.array([room.units for room in timetables.rooms.all])
        self._demands = _demands(slots, trips)
        options = {each: list(dict.fromkeys(trips.trips(each))) for each in self._demands}
        self._options = [options[each] for each in self._demands]
        taken = {each: self._taken_by(options[each]) for each in options}
        self._taken = [taken[each] for each in self._demands]

    def first(self, period_s: int) -> "_Flown | None":
        """Return a timetable with a period; None if none was found.

        Of trips that fit in the period by themselves, drawn ones are tried together, those first
        that crowd the rooms least.
        """
        self._left = self._trials
        fitting: dict[tuple[Slot, ...], list[int]] = {}
        for number, demand in enumerate(self._demands):
            if demand not in fitting:
                fitting[demand] = list(self._fitting(number, period_s))
        if not all(fitting.values()):
            return None
        drawn = [self._draw.choice(fitting[each], _DRAWN) for each in self._demands]
        use = (
            sum((taken[at] for taken, at in zip(self._taken, drawn, strict=True)), np.zeros(1))
            / period_s
        )
        able = np.flatnonzero(use.max(axis=1) <= 1)
        order = np.argsort(_crowded(use[able]), kind="stable")
        tried = (dict(enumerate(int(at[each]) for at in drawn)) for each in able[order].tolist())
        found = (self._tried(trips, period_s) for trips in islice(tried, _TOGETHER))
        return next((each for each in found if each is not None), None)

    def shorten(self, flown: "_Flown") -> Iterator["_Flown"]:
        """Yield timetables, each with a shorter period.

        Where a shorter one does not do with the same trips, one of them is exchanged.
        """
        best_s = flown.period_s + 1
        while True:
            shorter: _Flown | None = flown
            while shorter is not None:
                flown, shorter = shorter, self._tried(shorter.trips, shorter.period_s - 1)
            if flown.period_s < best_s:
                best_s = flown.period_s
                yield flown
            if not self._left:
                return
            flown = self._exchanged(flown)

    def _exchanged(self, flown: "_Flown") -> "_Flown":
        """Return a timetable with another trip for a slot, shorter if may be; else the same."""
        slot = int(self._draw.integers(len(self._options)))
        near = list(islice(self._ranked(slot, flown.trips, flown.period_s), _NEAREST))
        trips = {**flown.trips, slot: int(self._draw.choice(near))}
        found = self._tried(trips, flown.period_s - 1) or self._tried(trips, flown.period_s)
        return found or flown

    def _fitting(self, slot: int, period_s: int) -> Iterator[int]:
        """Yield trips of a slot that fit in a period by themselves, at most `_FITTING`."""
        found = (
            at
            for at in islice(self._ranked(slot, {}, period_s), 4 * _FITTING)
            if self._tried({slot: at}, period_s) is not None
        )
        yield from islice(found, _FITTING)

    def _tried(self, trips: Mapping[int, int], period_s: int) -> "_Flown | None":
        """Return the timetable of a trip for each of some slots, if there is one."""
        if not self._left:
            return None
        self._left -= 1
        sallies = [each for slot, at in trips.items() for each in self._options[slot][at]]
        placed = self._timetables.find(sallies, period_s)
        return None if placed is None else _Flown(trips, period_s, placed)

    def _ranked(self, slot: int, trips: Mapping[int, int], period_s: int) -> Iterator[int]:
        """Yield trips of a slot, those that crowd rooms least beside the trips of others first."""
        others = [self._taken[each][at] for each, at in trips.items() if each != slot]
        use = (self._taken[slot] + sum(others, np.zeros(1))) / period_s
        able = np.flatnonzero(use.max(axis=1) <= 1)
        yield from able[np.argsort(_crowded(use[able]), kind="stable")].tolist()

    def _taken_by(self, trips: Sequence[Trip]) -> Floats:
        """Return the share of each room's seconds that trips take, by trip and room."""
        rows = [sum(map(self._timetables.seconds, trip), np.zeros(1)) for trip in trips]
        return np.asarray(np.array(rows).reshape(len(trips), -1) / self._units)


def _crowded(use: Floats) -> Floats:
    """Return how crowded rooms are by their use, a row each."""
    return np.asarray((use**3).sum(axis=1))


def _demands(slots: Sequence[Slot], trips: Trips) -> list[tuple[Slot, ...]]:
    """Return the slots as what one trip flies: out and back, if drones have to come back."""
    by_direction = [
        sorted((slot for slot in slots if slot.direction == at), key=_pairing)
        for at in trips.directions
    ]
    if trips.capacities.question.returns:
        return list(zip(*by_direction, strict=True))
    return [(slot,) for side in by_direction for slot in side]


def _pairing(slot: Slot) -> tuple[list[str], tuple[str, ...]]:
    return sorted(slot.checkpoints), slot.goods


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

"""A queue that never ends, dispatched first come, first served, each trip as early as it fits."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from geodata.features import GoodsClass
from planner.calendar import Calendar
from planner.dispatch import empty_calendar
from planner.instance import Instance
from planner.legs import Flight
from planner.saturate_search import Placed, Stay, stays
from planner.saturate_trips import Sally, Trip

_TRIES = 60
"""How often a sally is put off before it is given up."""


class Queue:
    """Flights of one day, dispatched one after the other; none takes off after `until_s`."""

    def __init__(self, instance: Instance, until_s: int, ground_s: tuple[int, int]) -> None:
        self._calendar = empty_calendar(instance)
        self._wait_s = instance.rules.max_wait_s
        self._until_s = until_s
        self._ground_s = ground_s

    def run(
        self,
        options: Mapping[GoodsClass, Sequence[Trip]],
        shares: Mapping[GoodsClass, float],
        begin_s: int,
    ) -> Iterator[Placed]:
        """Yield sallies until a trip of the class whose turn it is does not fit any more.

        Classes take turns by their shares. Of the trips of a class the one is flown whose last
        sally lands first.
        """
        flown, turns = dict.fromkeys(shares, 0), 0
        while True:
            turns += 1
            due = max(shares, key=lambda goods: shares[goods] * turns - flown[goods])
            flown[due] += 1
            found = [(trip, self._placed(trip, begin_s)) for trip in options[due]]
            able = [(landing_s, trip) for trip, landing_s in found if landing_s is not None]
            if not able:
                return
            for sally in min(able, key=lambda each: each[0])[1]:
                placed = self._earliest(sally, begin_s)
                if placed is None:
                    return
                enter(self._calendar, placed, self._ground_s)
                yield placed

    def _placed(self, trip: Trip, begin_s: int) -> int | None:
        """Return when the last sally of a trip would land, each by itself; None if one cannot."""
        placed = [self._earliest(sally, begin_s) for sally in trip]
        landings_s = [landing(each) for each in placed if each is not None]
        return max(landings_s) if len(landings_s) == len(trip) else None

    def _earliest(self, sally: Sally, begin_s: int) -> Placed | None:
        """Return a sally as early as all that it takes is free; None if not before the end."""
        takeoff_s = begin_s
        for _ in range(_TRIES):
            takeoffs_s = self._takeoffs(sally, takeoff_s)
            if not takeoffs_s:
                return None
            placed = Placed(sally, takeoffs_s)
            if len(takeoffs_s) < len(sally.legs):
                takeoff_s = takeoffs_s[0] + _LATER_S
                continue
            later_s = self._later_s(placed)
            if not later_s:
                return placed
            takeoff_s = takeoffs_s[0] + later_s
        return None

    def _takeoffs(self, sally: Sally, takeoff_s: int) -> tuple[int, ...]:
        """Return when the legs take off through free air, as many as do not wait too long."""
        found: list[int] = []
        ready_s, until_s = takeoff_s, self._until_s
        for number, leg in enumerate(sally.legs):
            at = self._clear(leg, ready_s, until_s)
            if at is None:
                return tuple(found)
            found.append(at)
            if number < len(sally.stops):
                ready_s = at + leg.exit[-1] + sally.stops[number].service_s
                until_s = ready_s + self._wait_s
        return tuple(found)

    def _clear(self, leg: Flight, takeoff_s: int, until_s: int) -> int | None:
        while takeoff_s <= until_s:
            delay_s = self._calendar.traffic.delay_s(replace(leg, takeoff_s=takeoff_s))
            if not delay_s:
                return takeoff_s
            takeoff_s += delay_s
        return None

    def _later_s(self, placed: Placed) -> int:
        """Return by how much the first pad or bay that is taken makes a sally later; 0: none."""
        pads, bays = stays(placed, *self._ground_s)
        for seats, listed in ((self._calendar.bays, bays), (self._calendar.pads, pads)):
            for stay in listed:
                free_s = seats[stay.site].next_free(stay.begin_s, stay.length_s)
                if free_s > stay.begin_s:
                    return free_s - stay.begin_s
        return 0


_LATER_S = 30
"""By how much a sally is put off that would wait too long on its way."""


def landing(placed: Placed) -> int:
    """Return the second in which a sally lands."""
    return placed.takeoffs_s[-1] + placed.sally.legs[-1].exit[-1]


def fits(calendar: Calendar, placed: Placed, ground_s: tuple[int, int]) -> bool:
    """Tell whether all that a sally takes is free."""
    pads, bays = stays(placed, *ground_s)
    if any(calendar.traffic.delay_s(flight) for flight in _flights(placed)):
        return False
    return all(
        seats[stay.site].free(stay.begin_s, _end_s(stay))
        for seats, listed in ((calendar.pads, pads), (calendar.bays, bays))
        for stay in listed
    )


def enter(calendar: Calendar, placed: Placed, ground_s: tuple[int, int]) -> None:
    """Take all that a sally takes."""
    pads, bays = stays(placed, *ground_s)
    for flight in _flights(placed):
        calendar.traffic.add(flight)
    for seats, listed in ((calendar.pads, pads), (calendar.bays, bays)):
        for stay in listed:
            seats[stay.site].add(stay.begin_s, _end_s(stay))


def _flights(placed: Placed) -> list[Flight]:
    return [
        replace(leg, takeoff_s=at)
        for leg, at in zip(placed.sally.legs, placed.takeoffs_s, strict=True)
    ]


def _end_s(stay: Stay) -> int:
    return stay.begin_s + stay.length_s

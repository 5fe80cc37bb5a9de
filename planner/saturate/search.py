"""Times and ways for a choice of trips, modulo a period, by tabu search.

Each leg has a way and a take-off. As long as any two meet in the air, or pads or bays lack, a leg
that has part in it is drawn, and gets the way and take-off that cost least beside all others; what
it leaves it may not come back to for some moves (after Glover 1989, "Tabu search, part I", ORSA
Journal on Computing 1; Galinier & Hertz 2006, "A survey of local search methods for graph
coloring", Computers & Operations Research 33).
"""

from collections.abc import Iterator, Sequence

import numpy as np

from planner.arrays import Flags, Floats, Ints
from planner.saturate.conflicts import Table, conflicts, meets_itself
from planner.saturate.itinerary import Itinerary, Sally
from planner.saturate.legs import listed
from planner.saturate.seats import Seats
from planner.saturate.usage import Placed, Usage

_LACKING = 0.03
"""What a second without a pad or a bay costs, or too much of waiting; flights that meet cost 1."""

_LACKING_MOST_S = 60
"""Seconds of that which count."""

_NEVER = 1e4
"""What a move costs that may not be made."""

_BARRED = (8, 18)
"""For how many moves a leg may not come back, drawn from this range."""

_NEAR_S = 2
"""What is as near as that to a take-off is barred with it."""


class Search:
    """Looks for a timetable of some itineraries with a period."""

    def __init__(
        self,
        usage: Usage,
        itineraries: Sequence[Itinerary],
        period_s: int,
        draw: np.random.Generator,
    ) -> None:
        self._ground = usage.ground
        self._period_s = period_s
        self._draw = draw
        self._itineraries = itineraries
        self._ways = [way for each in itineraries for leg in each.legs for way in leg]
        self._legs, rooms = listed(itineraries)
        holds = [usage.holds(way) for way in self._ways]
        leg_of = np.repeat(np.arange(len(self._legs)), [leg.last - leg.first for leg in self._legs])
        self._conflicts = conflicts(holds, leg_of, period_s)
        self._never = np.array([_NEVER * meets_itself(each, period_s) for each in holds])
        self._landing_s = np.array([way.exit[-1] for way in self._ways])
        self._units = [usage.rooms.all[usage.rooms.row[key]].units for key in rooms]
        self._at = np.zeros((len(self._legs), len(rooms)), dtype=bool)
        for number, leg in enumerate(self._legs):
            self._at[number, [leg.origin, leg.destination]] = True
            self._at[number, leg.bay] |= leg.stop is not None
        self._phases = np.arange(period_s)

    def find(self, moves: int) -> tuple[Placed, ...] | None:
        """Return the flights with their times; None if none were found in so many moves."""
        self._begin()
        barred = np.zeros((len(self._ways), self._period_s), dtype=np.int64)
        for move in range(moves):
            troubled = np.flatnonzero(self._troubled())
            if not len(troubled):
                return tuple(self._placed())
            number = int(self._draw.choice(troubled))
            leg = self._legs[number]
            way, takeoff_s = self._way[number], self._takeoff_s[number]
            cost = self._cost(number) + _NEVER * (barred[leg.first : leg.last] > move)
            cost[way - leg.first, takeoff_s] += _NEVER
            ways, takeoffs = np.nonzero(cost <= cost.min() + 1e-9)
            drawn = self._draw.integers(len(ways))
            near = np.arange(-_NEAR_S, _NEAR_S + 1) + takeoff_s
            barred[way, near % self._period_s] = move + self._draw.integers(*_BARRED)
            self._move(number, leg.first + int(ways[drawn]), int(takeoffs[drawn]))
        return None

    # -- legs and their stays ------------------------------------------------------------

    def _landed_s(self, number: int) -> int:
        return int(self._takeoff_s[number] + self._landing_s[self._way[number]])

    def _stays(self, number: int) -> Iterator[tuple[int, int, int]]:
        """Yield the stays before and after a leg: room, begin and length."""
        yield from self._own(number)
        if self._legs[number].before >= 0:
            yield self._stay(self._legs[number].before)

    def _own(self, number: int) -> Iterator[tuple[int, int, int]]:
        """Yield the same but for the stay that belongs to the leg before."""
        leg, ground = self._legs[number], self._ground
        if leg.loaded and leg.before < 0:
            yield leg.origin, int(self._takeoff_s[number]) - ground.load_s, ground.load_s
        if leg.stop is not None:
            yield leg.bay, self._landed_s(number), leg.stop.service_s
            yield self._stay(number)
        elif leg.loaded:
            yield leg.destination, self._landed_s(number), ground.unload_s

    def _stay(self, number: int) -> tuple[int, int, int]:
        """Return the stay on a pad after a leg that ends at a stop, until the next takes off."""
        leg, landed_s = self._legs[number], self._landed_s(number)
        assert leg.stop is not None, "only stops have a leg after them"
        wait_s = (self._takeoff_s[leg.after] - landed_s - leg.stop.service_s) % self._period_s
        return leg.destination, landed_s, leg.stop.service_s + int(wait_s)

    # -- moves ---------------------------------------------------------------------------

    def _begin(self) -> None:
        """Draw a way and a take-off for each leg."""
        self._way = np.array([self._draw.integers(leg.first, leg.last) for leg in self._legs])
        self._takeoff_s = self._draw.integers(self._period_s, size=len(self._legs))
        self._air = np.zeros((len(self._ways), self._period_s), dtype=np.int64)
        self._seats = Seats(self._units, self._period_s)
        for number in range(len(self._legs)):
            self._air += self._met(number)
            for stay in self._own(number):
                self._seats.add(*stay, 1)

    def _move(self, number: int, way: int, takeoff_s: int) -> None:
        self._air -= self._met(number)
        for stay in self._stays(number):
            self._seats.add(*stay, -1)
        self._way[number], self._takeoff_s[number] = way, takeoff_s
        self._air += self._met(number)
        for stay in self._stays(number):
            self._seats.add(*stay, 1)

    def _met(self, number: int) -> Table:
        """Return which ways meet a leg, by take-off."""
        since = self._period_s - int(self._takeoff_s[number])
        return self._conflicts[self._way[number], :, since : since + self._period_s]

    # -- cost ----------------------------------------------------------------------------

    def _troubled(self) -> Flags:
        """Tell of each leg whether it meets another or has part in a room where units lack."""
        met = self._air[self._way, self._takeoff_s] > 0
        waits = np.array([self._overdue(number) for number in range(len(self._legs))])
        itself = self._never[self._way] > 0
        lacks = self._at[:, self._seats.crowded()].any(axis=1)
        return np.asarray(met | waits | itself | lacks)

    def _overdue(self, number: int) -> bool:
        """Tell whether a leg takes off later after the stop before it than may be."""
        leg = self._legs[number]
        if leg.before < 0:
            return False
        stop = self._legs[leg.before].stop
        assert stop is not None, "legs follow stops"
        return self._stay(leg.before)[2] - stop.service_s > self._ground.wait_s

    def _cost(self, number: int) -> Floats:
        """Return what each way and take-off of a leg costs beside all others."""
        leg = self._legs[number]
        own = list(self._stays(number))
        for stay in own:
            self._seats.add(*stay, -1)
        landed_s = (self._phases + self._landing_s[leg.first : leg.last, None]) % self._period_s
        lacking = self._before(number) + self._after(number)[landed_s]
        for stay in own:
            self._seats.add(*stay, 1)
        ground = _LACKING * np.minimum(lacking, _LACKING_MOST_S)
        air = self._air[leg.first : leg.last]
        return np.asarray(air + ground + self._never[leg.first : leg.last, None])

    def _before(self, number: int) -> Floats:
        """Return the seconds that lack on the pad before a leg, by take-off."""
        leg, ground = self._legs[number], self._ground
        if leg.before < 0:
            if not leg.loaded:
                return np.zeros(self._period_s)
            return self._lacking(leg.origin, self._phases - ground.load_s, ground.load_s, 0)
        stop, landed_s = self._legs[leg.before].stop, self._landed_s(leg.before)
        assert stop is not None, "legs follow stops"
        wait_s = (self._phases - landed_s - stop.service_s) % self._period_s
        return self._lacking(leg.origin, landed_s, stop.service_s, wait_s)

    def _after(self, number: int) -> Floats:
        """Return the seconds that lack on the pad and in the bay after a leg, by landing."""
        leg, ground = self._legs[number], self._ground
        if leg.stop is None:
            if not leg.loaded:
                return np.zeros(self._period_s)
            return self._lacking(leg.destination, self._phases, ground.unload_s, 0)
        service_s = leg.stop.service_s
        wait_s = (self._takeoff_s[leg.after] - self._phases - service_s) % self._period_s
        pads = self._lacking(leg.destination, self._phases, service_s, wait_s)
        return pads + self._lacking(leg.bay, self._phases, service_s, 0)

    def _lacking(self, room: int, begin_s: Ints | int, least_s: int, wait_s: Ints | int) -> Floats:
        """Return the seconds for which stays lack a unit or wait too long."""
        excess = self._seats.excess(room, begin_s, least_s + wait_s)
        return (excess + np.maximum(0, wait_s - self._ground.wait_s)).astype(float)

    # -- result --------------------------------------------------------------------------

    def _placed(self) -> Iterator[Placed]:
        """Yield the flights, their take-offs one after the other from those within the period."""
        number = 0
        for each in self._itineraries:
            legs = tuple(self._ways[self._way[number + at]] for at in range(len(each.legs)))
            takeoffs_s = [int(self._takeoff_s[number])]
            for at, stop in enumerate(each.stops):
                ready_s = takeoffs_s[-1] + legs[at].exit[-1] + stop.service_s
                phase_s = int(self._takeoff_s[number + at + 1])
                takeoffs_s.append(ready_s + (phase_s - ready_s) % self._period_s)
            yield Placed(Sally(each.loaded, legs, each.stops), tuple(takeoffs_s))
            number += len(each.legs)

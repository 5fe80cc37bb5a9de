"""A timetable that repeats: trips placed in one period so that nothing is taken twice.

Search by least conflicts with weights that grow (breakout; Morris 1993, "The breakout method for
escaping from local minima", AAAI-93): all trips are placed, then one that conflicts is taken out
and put where it conflicts least, until none does. Flights wait on pads only; every instant of the
period is tried for each leg at once. The same seed gives the same timetable.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.ndimage import minimum_filter1d

from planner.legs import Flight, Legs
from planner.saturate_legs import Repeated
from planner.saturate_trips import Sally, Stop, Trip

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]

LINGER_S = 90
"""Longest wait at a checkpoint after the clearance."""

_TRIED = 5
_HEAVIER = np.float32(0.2)
_NO_SEAT = 2.0


@dataclass(frozen=True, slots=True)
class Placed:
    """A sally and when its legs take off, seconds that may lie beyond the period."""

    sally: Sally
    takeoffs_s: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Stay:
    """A pad, or a bay, taken from an instant for a time."""

    site: str
    begin_s: int
    length_s: int


def stays(placed: Placed, load_s: int, unload_s: int) -> tuple[list[Stay], list[Stay]]:
    """Return the stays on pads and in bays of a sally; an empty one does not load."""
    sally, takeoffs_s = placed.sally, placed.takeoffs_s
    landings_s = [at + leg.exit[-1] for at, leg in zip(takeoffs_s, sally.legs, strict=True)]
    pads, bays = [], []
    if sally.goods is not None:
        pads.append(Stay(sally.origin, takeoffs_s[0] - load_s, load_s))
        pads.append(Stay(sally.destination, landings_s[-1], unload_s))
    for stop, landed_s, next_s in zip(sally.stops, landings_s, takeoffs_s[1:], strict=False):
        pads.append(Stay(stop.site, landed_s, next_s - landed_s))
        bays.append(Stay(stop.site, landed_s, stop.service_s))
    return pads, bays


class TimetableSearch:
    """The search for one period. `options` are the trips that each of the demands may take."""

    def __init__(
        self,
        legs: Legs,
        options: Sequence[Sequence[Trip]],
        period_s: int,
        load_s: int,
        unload_s: int,
        seed: int = 0,
    ) -> None:
        self._options = options
        self._period_s = period_s
        self._ground_s = load_s, unload_s
        self._random, self._noise = Random(seed), np.random.default_rng(seed)
        flights = {
            leg: None for trips in options for trip in trips for sally in trip for leg in sally.legs
        }
        self._number: Mapping[Any, int] = {leg: at for at, leg in enumerate(flights)}
        self._repeated = Repeated(legs, list(flights), period_s)
        reach = self._repeated.conflict[:, :, (-np.arange(period_s)) % period_s].swapaxes(0, 1)
        self._reach = np.concatenate((reach, reach), axis=2).astype(np.float32)
        self._cost: Floats = np.zeros((len(flights), period_s), dtype=np.float32)
        sites, checkpoints = legs.airspace.network.sites, legs.airspace.network.checkpoints
        self._pads = {each: _Seats(sites[each].pads, period_s) for each in legs.site_ids}
        self._bays = {each: _Seats(site.bays, period_s) for each, site in checkpoints.items()}
        self._weight = np.ones(len(options), dtype=np.float32)
        self._no_seat = _NO_SEAT
        self._placed: dict[int, tuple[Placed, ...]] = {}

    def run(self, steps: int) -> tuple[Placed, ...] | None:
        """Return every sally with its times; None if some still conflict after so many steps."""
        if not all(self._options):
            return None
        for demand in range(len(self._options)):
            self._place(demand)
        barred: dict[int, int] = {}
        for step in range(steps):
            bad, crowded = self._conflicts()
            if not bad:
                return tuple(each for trip in self._placed.values() for each in trip)
            free = [demand for demand in bad if barred.get(demand, -1) < step] or bad
            demand = self._random.choice(free)
            barred[demand] = step + self._random.randint(1, 5)
            for placed in self._placed.pop(demand):
                self._take(demand, placed, -1)
            self._place(demand)
            if step % 10 == 0:
                self._no_seat += 0.15 if crowded else 0.0
                for other in bad:
                    for placed in self._placed[other]:
                        self._weigh(placed, _HEAVIER)
                    self._weight[other] += _HEAVIER
        return None

    # -- what is placed ------------------------------------------------------------------

    def _weigh(self, placed: Placed, weight: np.float32) -> None:
        """Make every instant dearer for legs that would conflict with those of a sally."""
        for leg, takeoff_s in zip(placed.sally.legs, placed.takeoffs_s, strict=True):
            begin = self._period_s - takeoff_s % self._period_s
            reach = self._reach[self._number[leg]]
            self._cost += weight * reach[:, begin : begin + self._period_s]

    def _take(self, demand: int, placed: Placed, sign: int) -> None:
        """Enter a sally of a demand, or with a negative sign take it out."""
        self._weigh(placed, sign * self._weight[demand])
        both = zip((self._pads, self._bays), stays(placed, *self._ground_s), strict=True)
        for seats, listed in both:
            for stay in listed:
                seats[stay.site].take(stay, sign)

    def _conflicts(self) -> tuple[list[int], bool]:
        """Return the demands that conflict, and whether pads or bays are too full."""
        legs, times, of = list[int](), list[int](), list[int]()
        for demand, trip in self._placed.items():
            for placed in trip:
                legs += [self._number[leg] for leg in placed.sally.legs]
                times += placed.takeoffs_s
                of += [demand] * len(placed.takeoffs_s)
        clashes = self._repeated.clashes(legs, times)
        at = np.arange(len(legs))
        clashes[at, at] = [self._repeated.with_itself(leg) for leg in legs]
        bad = {of[each] for each in np.flatnonzero(clashes.any(axis=1)).tolist()}
        full = [
            {site for site, seat in seats.items() if seat.over()}
            for seats in (self._pads, self._bays)
        ]
        for demand, trip in self._placed.items():
            for placed in trip:
                listed = stays(placed, *self._ground_s)
                if any(
                    stay.site in over
                    for over, each in zip(full, listed, strict=True)
                    for stay in each
                ):
                    bad.add(demand)
        return sorted(bad), any(full)

    # -- where to place ------------------------------------------------------------------

    def _place(self, demand: int) -> None:
        """Place the trip, of some drawn, that conflicts least; its sallies one after the other."""
        trips = self._options[demand]
        tried = trips if len(trips) <= _TRIED else self._random.sample(list(trips), _TRIED)
        trip = min(tried, key=lambda each: sum(self._best(sally)[0] for sally in each))
        placed = list[Placed]()
        for sally in trip:
            placed.append(self._best(sally)[1])
            self._take(demand, placed[-1], 1)
        self._placed[demand] = tuple(placed)

    def _best(self, sally: Sally) -> tuple[float, Placed]:
        """Return a sally at the times that conflict least, and how much that is.

        Least conflicts to every take-off come from those to every landing before it, over all
        waits; then the best times are traced back from the end.
        """
        load_s, unload_s = self._ground_s
        noise = self._noise.random(self._period_s, dtype=np.float32)
        cost: Floats = self._cost[self._number[sally.legs[0]]] + noise * np.float32(0.02)
        if sally.goods is not None:
            cost = cost + self._seat(self._pads[sally.origin], -load_s, load_s)
        landed, waits = list[Floats](), list[Ints]()
        for leg, stop, onward in zip(sally.legs, sally.stops, sally.legs[1:], strict=False):
            seat = self._seat(self._bays[stop.site], 0, stop.service_s)
            seat = seat + self._seat(self._pads[stop.site], 0, stop.service_s)
            landed.append(np.roll(cost, leg.exit[-1]) + seat)
            waits.append(self._waits(leg, stop, onward))
            ready = np.roll(landed[-1], stop.service_s)
            cost = self._cost[self._number[onward]] + _least(ready, waits[-1])
        if sally.goods is not None:
            last_s = sally.legs[-1].exit[-1]
            cost = cost + self._seat(self._pads[sally.destination], last_s, unload_s)
        at = int(np.argmin(cost))
        takeoffs_s = [at]
        for number in reversed(range(len(sally.stops))):
            cleared_s = takeoffs_s[0] - sally.stops[number].service_s
            found = landed[number][(cleared_s - waits[number]) % self._period_s]
            wait_s = int(waits[number][np.argmin(found + 1e-4 * waits[number])])
            takeoffs_s.insert(0, cleared_s - wait_s - sally.legs[number].exit[-1])
        return float(cost[at]), Placed(sally, tuple(takeoffs_s))

    def _waits(self, leg: Flight, stop: Stop, onward: Flight) -> Ints:
        """Return the waits with which a leg does not meet the one before it, flown again."""
        waits = np.arange(LINGER_S + 1)
        later = (leg.exit[-1] + stop.service_s + waits) % self._period_s
        met = self._repeated.conflict[self._number[leg], self._number[onward], later]
        return waits if met.all() else waits[~met]

    def _seat(self, seats: "_Seats", after_s: int, length_s: int) -> "Floats | float":
        """Return the price of a stay that begins so long after each instant of the period."""
        if not seats.scarce:
            return 0.0
        return seats.full(after_s, length_s) * np.float32(self._no_seat)


def _least(ready: Floats, waits: Ints) -> Floats:
    """Return for each instant the least of what was ready at any of some waits before it."""
    found = np.full(len(ready), np.inf, dtype=np.float32)
    for run in np.split(waits, np.flatnonzero(np.diff(waits) > 1) + 1):
        size, last = len(run), int(run[-1])
        # The filter looks as far back as forward; moved, it looks back by the waits of the run.
        least = minimum_filter1d(ready, size, mode="wrap")
        found = np.minimum(found, np.roll(least, last - size // 2))
    return found


class _Seats:
    """Pads of a site or bays of a checkpoint, over one period that repeats."""

    def __init__(self, capacity: int, period_s: int) -> None:
        self._capacity = capacity
        self._taken = np.zeros(period_s, dtype=np.int64)
        self.scarce = False
        """Whether all seats are taken at some instant."""

    def take(self, stay: Stay, sign: int) -> None:
        """Take a stay, or give it back."""
        at = np.arange(stay.begin_s, stay.begin_s + stay.length_s) % len(self._taken)
        np.add.at(self._taken, at, sign)
        self.scarce = bool((self._taken >= self._capacity).any())

    def over(self) -> bool:
        """Tell whether more is taken than there is."""
        return self.scarce and bool((self._taken > self._capacity).any())

    def full(self, after_s: int, length_s: int) -> Floats:
        """Tell from which instants a stay, so long after them, would find no seat."""
        size = len(self._taken)
        full = self._taken >= self._capacity
        many = 2 + length_s // size
        until = np.concatenate(([0], np.cumsum(np.tile(full, many))))
        begin = (np.arange(size) + after_s) % size
        return (until[begin + length_s] > until[begin]).astype(np.float32)

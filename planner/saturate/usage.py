"""What the flights of a timetable that repeats take of every room.

A flight holds each set of blocks that all conflict with each other at fixed offsets from its
take-off, with the buffer; it takes pads and bays before, between and after its legs.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from planner.air.legs import Flight
from planner.arrays import Floats
from planner.capacity.room import Rooms
from planner.saturate.itinerary import Itinerary, Sally

Holds = Mapping[int, Sequence[tuple[int, int]]]
"""By row of the rooms, when a flight holds it: from, to with the buffer, after take-off."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A sally and when its legs take off, seconds that may lie beyond the period."""

    sally: Sally
    takeoffs_s: tuple[int, ...]

    @property
    def landing_s(self) -> int:
        """Second in which it lands."""
        return self.takeoffs_s[-1] + self.sally.legs[-1].exit[-1]


@dataclass(frozen=True)
class Ground:
    """How long loading and unloading take, and the longest wait at a stop, seconds."""

    load_s: int
    unload_s: int
    wait_s: int


class Usage:
    """Tells what flights of one network take."""

    def __init__(self, rooms: Rooms, ground: Ground) -> None:
        self.rooms = rooms
        self.ground = ground
        self._buffer_s = rooms.legs.airspace.request.fleet.rules.time_buffer_s
        self._holds: dict[tuple[str, tuple[int, ...], tuple[int, ...]], Holds] = {}

    def holds(self, flight: Flight) -> Holds:
        """Return when a flight holds each set of blocks; holds that overlap are one."""
        key = flight.kind, flight.chain.blocks, flight.exit
        if key not in self._holds:
            found: dict[int, list[tuple[int, int]]] = {}
            for block, enter, leave in zip(
                flight.chain.blocks, flight.enter, flight.exit, strict=True
            ):
                rows = self.rooms.sets_of(block)
                # A block alone is in every set that it is in with others.
                for row in rows[1:] or rows:
                    held = found.setdefault(row, [])
                    end = leave + self._buffer_s
                    if held and enter < held[-1][1]:
                        held[-1] = held[-1][0], max(held[-1][1], end)
                    else:
                        held.append((enter, end))
            self._holds[key] = found
        return self._holds[key]

    def least(self, itinerary: Itinerary) -> Floats:
        """Return the least seconds that any way of an itinerary takes of each room, no waits."""
        ways = (np.min([self._air(way) for way in leg], axis=0) for leg in itinerary.legs)
        return np.asarray(sum(ways, self._stays(itinerary)))

    def mean(self, itinerary: Itinerary) -> Floats:
        """Return the mean over the ways of an itinerary of the same."""
        ways = (np.mean([self._air(way) for way in leg], axis=0) for leg in itinerary.legs)
        return np.asarray(sum(ways, self._stays(itinerary)))

    def _air(self, flight: Flight) -> Floats:
        found = np.zeros(len(self.rooms.all))
        for row, held in self.holds(flight).items():
            found[row] = sum(end_s - begin_s for begin_s, end_s in held)
        return found

    def _stays(self, itinerary: Itinerary) -> Floats:
        found = np.zeros(len(self.rooms.all))
        for kind, site, length_s in self._at_sites(itinerary):
            found[self.rooms.row[kind, site]] += length_s
        return found

    def _at_sites(self, itinerary: Itinerary) -> Iterator[tuple[str, str, int]]:
        """Yield what an itinerary takes of pads and bays: kind, site and least seconds."""
        if itinerary.loaded:
            yield "pads", itinerary.origin, self.ground.load_s
            yield "pads", itinerary.destination, self.ground.unload_s
        for stop in itinerary.stops:
            yield "bays", stop.site, stop.service_s
            yield "pads", stop.site, stop.service_s

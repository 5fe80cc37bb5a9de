"""Which takes-off of two legs conflict, if each is flown again and again at one interval."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from planner.legs import Flight, Legs

Bools = npt.NDArray[np.bool_]


class Repeated:
    """Legs that are each flown every `period_s` seconds, in the wind of a second of the day.

    `conflict[a, b, d]` tells whether leg b may not take off d seconds after leg a; d counts modulo
    the period.
    """

    def __init__(self, legs: Legs, flights: Sequence[Flight], period_s: int) -> None:
        self.flights = tuple(flights)
        self.period_s = period_s
        self._conflicts = legs.airspace.blocks.conflicts
        self._buffer_s = legs.airspace.request.fleet.rules.time_buffer_s
        held = [self._holds(flight) for flight in flights]
        count = len(flights)
        self.conflict: Bools = np.zeros((count, count, period_s), dtype=bool)
        for one, flight in enumerate(flights):
            for other in range(count):
                self._fill(self.conflict[one, other], flight, held[other])

    def _holds(self, flight: Flight) -> dict[int, list[tuple[int, int]]]:
        found: dict[int, list[tuple[int, int]]] = {}
        for block, enter, leave in zip(flight.chain.blocks, flight.enter, flight.exit, strict=True):
            found.setdefault(block, []).append((enter, leave))
        return found

    def _fill(self, into: Bools, one: Flight, other: dict[int, list[tuple[int, int]]]) -> None:
        for block, enter, leave in zip(one.chain.blocks, one.enter, one.exit, strict=True):
            for met in self._conflicts[block]:
                for begin, end in other.get(met, ()):
                    # They conflict if enter < d + end + buffer and d + begin < leave + buffer.
                    first, last = enter - end - self._buffer_s + 1, leave + self._buffer_s - begin
                    into[np.arange(first, last) % self.period_s] = True

    def clashes(self, legs: Sequence[int], takeoffs_s: Sequence[int]) -> Bools:
        """Return which of some flights conflict with which, legs by position."""
        at, times = np.array(legs), np.array(takeoffs_s)
        later = (times[None, :] - times[:, None]) % self.period_s
        return np.asarray(self.conflict[at[:, None], at[None, :], later])

    def with_itself(self, leg: int) -> bool:
        """Tell whether a leg conflicts with its own next flight."""
        flight = self.flights[leg]
        return any(
            leave + self._buffer_s - enter > self.period_s
            for enter, leave in zip(flight.enter, flight.exit, strict=True)
        )

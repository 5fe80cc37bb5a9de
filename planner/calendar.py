"""What is taken on the day: blocks in the air, pads and bays on the ground."""

import copy
from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Iterator, Sequence

from geodata.schedule import DAY_S
from planner.blocks import Blocks
from planner.legs import Flight


class Traffic:
    """Blocks held by flights; no two conflicting holds come closer than the buffer.

    A hold is written down at every block that conflicts with it, once for all the asking: a list
    of (exit, entry) by block, sorted.
    """

    def __init__(self, blocks: Blocks, buffer_s: int) -> None:
        self._conflicts = tuple(tuple(sorted(each)) for each in blocks.conflicts)
        self._buffer_s = buffer_s
        self._held: list[list[tuple[int, int]]] = [[] for _ in blocks.all]
        self._longest_s = 0

    def delay_s(self, flight: Flight) -> int:
        """Return by how much the flight must take off later to clear the holds it meets; 0: none.

        Later flights may be met then, so ask again.
        """
        delay, buffer = 0, self._buffer_s
        for at, block in enumerate(flight.chain.blocks):
            held = self._held[block]
            if not held:
                continue
            enter, leave = flight.takeoff_s + flight.enter[at], flight.takeoff_s + flight.exit[at]
            last = leave + buffer
            for number in range(bisect_right(held, (enter - buffer, DAY_S)), len(held)):
                until, since = held[number]
                if since < last:
                    delay = max(delay, until + buffer - enter)
                elif until - self._longest_s >= last:
                    break
        return delay

    def add(self, flight: Flight) -> None:
        """Take the flight's blocks."""
        for block, hold in self._holds(flight):
            self._longest_s = max(self._longest_s, hold[0] - hold[1])
            for other in self._conflicts[block]:
                insort(self._held[other], hold)

    def remove(self, flight: Flight) -> None:
        """Give the flight's blocks back."""
        for block, hold in self._holds(flight):
            for other in self._conflicts[block]:
                held = self._held[other]
                del held[bisect_left(held, hold)]

    def hold(self, block: int, since_s: int, until_s: int) -> None:
        """Take one block alone, for somebody who flies other blocks than these."""
        self._longest_s = max(self._longest_s, until_s - since_s)
        insort(self._held[block], (until_s, since_s))

    def hold_all(self, holds: Iterable[Sequence[int]]) -> None:
        """Take the blocks of many flights: (block, entry, exit), seconds of the day."""
        for block, since_s, until_s in holds:
            self._longest_s = max(self._longest_s, until_s - since_s)
            for other in self._conflicts[block]:
                self._held[other].append((until_s, since_s))
        for held in self._held:
            held.sort()

    def _holds(self, flight: Flight) -> Iterator[tuple[int, tuple[int, int]]]:
        """Yield each block of a flight with its exit and entry."""
        takeoff = flight.takeoff_s
        for block, enter, leave in zip(flight.chain.blocks, flight.enter, flight.exit, strict=True):
            yield block, (takeoff + leave, takeoff + enter)


class Seats:
    """Pads of a site or bays of a checkpoint: at most `capacity` half-open stays at a time."""

    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self._stays: list[tuple[int, int]] = []

    def add(self, begin_s: int, end_s: int) -> None:
        """Take a seat from `begin_s` to `end_s`."""
        insort(self._stays, (begin_s, end_s))

    def remove(self, begin_s: int, end_s: int) -> None:
        """Give a stay back."""
        del self._stays[bisect_left(self._stays, (begin_s, end_s))]

    def free(self, begin_s: int, end_s: int) -> bool:
        """Tell whether one more stay fits all the way."""
        return self._full_until(begin_s, end_s) is None

    def next_free(self, begin_s: int, length_s: int) -> int:
        """Return the first second from `begin_s` on at which a stay of `length_s` fits."""
        while True:
            until = self._full_until(begin_s, begin_s + max(1, length_s))
            if until is None:
                return begin_s
            begin_s = until

    def _full_until(self, begin_s: int, end_s: int) -> int | None:
        """Return when the first moment without a seat in [begin, end) ends; None: there is none."""
        last = bisect_left(self._stays, (end_s, 0))
        met = [(begin, end) for begin, end in self._stays[:last] if end > begin_s]
        if len(met) < self.capacity:
            return None
        for start in sorted({begin_s, *(begin for begin, _ in met if begin > begin_s)}):
            ends = [end for begin, end in met if begin <= start < end]
            if len(ends) >= self.capacity:
                return min(ends)
        return None


class Calendar:
    """All that is taken: traffic, pads by site, bays by checkpoint."""

    def __init__(
        self,
        blocks: Blocks,
        buffer_s: int,
        pads: Iterable[tuple[str, int]],
        bays: Iterable[tuple[str, int]],
    ) -> None:
        self.traffic = Traffic(blocks, buffer_s)
        self.pads = {site: Seats(count) for site, count in pads}
        self.bays = {site: Seats(count) for site, count in bays}

    def taking(
        self,
        other: "Calendar",
        *,
        air: bool = False,
        pads: Iterable[str] = (),
        bays: Iterable[str] = (),
    ) -> "Calendar":
        """Return this calendar with the air, or the pads and bays of some sites, those of another.

        What is not taken over is shared with this one.
        """
        mixed = copy.copy(self)
        mixed.traffic = other.traffic if air else self.traffic
        mixed.pads = self.pads | {site: other.pads[site] for site in pads}
        mixed.bays = self.bays | {site: other.bays[site] for site in bays}
        return mixed

"""What is taken on the day: blocks in the air, pads, bays and chargers on the ground."""

import copy
from bisect import bisect_left, insort
from collections.abc import Iterable, Sequence

from planner.air.blocks import Blocks
from planner.day.traffic import Traffic


class Seats:
    """Pads, bays or chargers of a site: at most `capacity` half-open stays at a time."""

    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self._stays: list[tuple[int, int]] = []
        self._longest_s = 0

    def stays(self) -> Sequence[tuple[int, int]]:
        """Return the stays, sorted."""
        return self._stays

    def add(self, begin_s: int, end_s: int) -> None:
        """Take a seat from `begin_s` to `end_s`."""
        insort(self._stays, (begin_s, end_s))
        self._longest_s = max(self._longest_s, end_s - begin_s)

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
        # What began longer ago than any stay lasts is over.
        first = bisect_left(self._stays, (begin_s - self._longest_s, 0))
        last = bisect_left(self._stays, (end_s, 0))
        met = [(begin, end) for begin, end in self._stays[first:last] if end > begin_s]
        if len(met) < self.capacity:
            return None
        for start in sorted({begin_s, *(begin for begin, _ in met if begin > begin_s)}):
            ends = [end for begin, end in met if begin <= start < end]
            if len(ends) >= self.capacity:
                return min(ends)
        return None


class Calendar:
    """All that is taken: traffic, and by site pads, bays and chargers."""

    def __init__(
        self,
        blocks: Blocks,
        buffer_s: int,
        pads: Iterable[tuple[str, int]],
        bays: Iterable[tuple[str, int]],
        chargers: Iterable[tuple[str, int]] = (),
    ) -> None:
        self.traffic = Traffic(blocks, buffer_s)
        self.pads = {site: Seats(count) for site, count in pads}
        self.bays = {site: Seats(count) for site, count in bays}
        self.chargers = {site: Seats(count) for site, count in chargers}

    def taking(
        self,
        other: "Calendar",
        *,
        air: bool = False,
        pads: Iterable[str] = (),
        bays: Iterable[str] = (),
        chargers: Iterable[str] = (),
    ) -> "Calendar":
        """Return this calendar with the air, or the seats of some sites, those of another.

        What is not taken over is shared with this one.
        """
        mixed = copy.copy(self)
        mixed.traffic = other.traffic if air else self.traffic
        mixed.pads = self.pads | {site: other.pads[site] for site in pads}
        mixed.bays = self.bays | {site: other.bays[site] for site in bays}
        mixed.chargers = self.chargers | {site: other.chargers[site] for site in chargers}
        return mixed

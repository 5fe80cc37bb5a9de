"""Flights apart in space or in time: no two hold conflicting blocks at once."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from planner.check.day import Day
from planner.check.sortie import Flown
from planner.check.violation import Violation

Seconds = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Holds:
    """All holds of one block, sorted by entry; `legs` index the legs that hold it."""

    enter: Seconds
    exit: Seconds
    legs: Seconds

    @classmethod
    def of(cls, holds: Iterable[tuple[int, int, int]]) -> "Holds":
        """Return holds given as entry, exit and leg."""
        enter, leave, legs = np.array(sorted(holds), dtype=np.int64).T
        return cls(enter, leave, legs)

    def first_possible(self, enter: Seconds, buffer_s: int) -> Seconds:
        """Return for each entry the first hold that may still be under way then."""
        longest = int((self.exit - self.enter).max())
        return np.asarray(np.searchsorted(self.enter, enter - buffer_s - longest, side="right"))


@dataclass(frozen=True, slots=True)
class _LegRef:
    place: str
    drone: str


def check_conflicts(sorties: Sequence[Flown], day: Day) -> Iterator[Violation]:
    """Yield breaches of BLOCK_CONFLICT, one for each pair of legs of two drones.

    Geometry decides once for each pair of blocks; then the holds of the two are swept in time.
    """
    legs: list[_LegRef] = []
    found: dict[str, list[tuple[int, int, int]]] = {}
    for flown in sorties:
        for index, flight in enumerate(flown.flights):
            for passage in flight.passages:
                hold = passage.enter, passage.exit, len(legs)
                found.setdefault(passage.block, []).append(hold)
            legs.append(_LegRef(flown.leg_place(index), flown.drone.id))
    holds = {block_id: Holds.of(listed) for block_id, listed in found.items()}
    earliest: dict[tuple[int, int], tuple[int, int, str, str]] = {}
    buffer_s = day.rules.time_buffer_s
    for one, other in day.airspace.conflicts(day.airspace.block(each) for each in sorted(holds)):
        for left, right in meetings(holds[one], holds[other], buffer_s):
            a, b = int(holds[one].legs[left]), int(holds[other].legs[right])
            if legs[a].drone == legs[b].drone:
                continue
            enter_a, enter_b = int(holds[one].enter[left]), int(holds[other].enter[right])
            pair, what = ((a, b), (one, other)) if a < b else ((b, a), (other, one))
            meeting = (max(enter_a, enter_b), min(enter_a, enter_b), *what)
            earliest[pair] = min(earliest.get(pair, meeting), meeting)
    for (a, b), (second, _, one, other) in sorted(earliest.items()):
        yield Violation(
            "BLOCK_CONFLICT",
            f"{legs[a].place} and {legs[b].place}",
            f"they hold conflicting blocks {one} and {other} at once",
            f"at {day.clock(second)}",
            f"{buffer_s} s apart",
        )


def meetings(one: Holds, other: Holds, buffer_s: int) -> Iterator[tuple[int, int]]:
    """Yield positions of holds that are less than the time buffer apart."""
    begin = other.first_possible(one.enter, buffer_s)
    end = np.searchsorted(other.enter, one.exit + buffer_s, side="left")
    for left in np.flatnonzero(begin < end).tolist():
        for right in range(int(begin[left]), int(end[left])):
            same = one is other and left == right
            if not same and one.enter[left] < other.exit[right] + buffer_s:
                yield left, right

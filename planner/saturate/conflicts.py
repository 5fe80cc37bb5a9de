"""Which flights may not take off so long after which others, in a timetable that repeats.

Two flights that take off `d` seconds apart, modulo the period, meet in a room whenever they do, so
a table of these differences says all of what keeps them apart in the air.
"""

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from planner.arrays import Ints
from planner.saturate.usage import Holds

Table = npt.NDArray[np.int8]


def conflicts(holds: Sequence[Holds], legs: Ints, period_s: int) -> Table:
    """Return for flights a, b and seconds d whether b may not take off d s after a: 1, else 0.

    `legs` names the leg that each is a way of: ways of one leg are never flown together. `d` goes
    over two periods, so that a slice holds every difference from any instant on.
    """
    count, width = len(holds), 2 * period_s + 1
    changes = np.zeros(count * count * width, dtype=np.int16)
    for flight, begin_s, end_s in _by_room(holds):
        first, second = np.nonzero(legs[flight][:, None] != legs[flight])
        # They meet if the one begins before the other has ended, and the other way round.
        length_s = (end_s - begin_s)[first] + (end_s - begin_s)[second] - 1
        lowest_s = (begin_s[first] - end_s[second] + 1) % period_s
        at = (flight[first] * count + flight[second]) * width + lowest_s
        np.add.at(changes, at, 1)
        np.add.at(changes, at + np.minimum(length_s, period_s), -1)
    meetings = np.cumsum(changes.reshape(count, count, width), axis=2, dtype=np.int16)
    met = (meetings[:, :, :period_s] + meetings[:, :, period_s:-1]) > 0
    return np.concatenate((met, met), axis=2).astype(np.int8)


def meets_itself(holds: Holds, period_s: int) -> bool:
    """Tell whether a flight would meet itself, one period later or more."""
    for held in holds.values():
        begins = sorted((begin_s % period_s, end_s - begin_s) for begin_s, end_s in held)
        following = [*begins[1:], (begins[0][0] + period_s, 0)]
        if any(at + length > on for (at, length), (on, _) in zip(begins, following, strict=True)):
            return True
    return False


def _by_room(holds: Sequence[Holds]) -> Iterable[tuple[Ints, Ints, Ints]]:
    """Yield the holds of each room: flights, begins and ends."""
    rooms: dict[int, list[tuple[int, int, int]]] = {}
    for number, each in enumerate(holds):
        for row, held in each.items():
            rooms.setdefault(row, []).extend((number, *span) for span in held)
    for listed in rooms.values():
        flight, begin_s, end_s = np.array(listed, dtype=np.int64).T
        yield flight, begin_s, end_s

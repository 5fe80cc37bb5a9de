"""Least times of legs as the certifier looks them up: by take-off, and by how late it may be.

What is trusted here are the legs themselves (`planner.day.tables.legs_of`): for each slot the
least seconds of a leg that takes off in it, and the earliest landing of one that takes off in it or
later.
"""

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from planner.day.tables import Legs

BUCKET_S, FINE_S = 300, 30
"""Seconds of starts that are walked at once, and then again."""

BUCKET_WINDOWS_S = 600, 1500
FINE_WINDOWS_S = 60, 90, 150, 270, 630, 1230, 2430
FINEST_WINDOWS_S = 40, *FINE_WINDOWS_S
OVER_BUCKET_WINDOWS_S = *BUCKET_WINDOWS_S, 3900, 7900
OVER_FINE_WINDOWS_S = *FINE_WINDOWS_S, 3630, 4830, 6030, 7630, 10830
"""Lengths of the windows of take-offs for which the least leg is known, s: of those over any stops
for longer ones too."""

NEVER = 10**7
"""A second that does not come."""

_ROUNDING_S = 0.01
"""More than single precision adds to the seconds of a leg."""


LEG = np.dtype([("whole_s", "i8"), ("seconds", "f8"), ("climb_m", "f8")])
"""A leg: seconds in the air, and rounded up to whole ones, `NEVER` of these if it is not flown."""

DIVERSION = np.dtype([("seconds", "f8"), ("climb_m", "f8")])


class Air(NamedTuple):
    """Legs of one drone type between sites, in slots of `slot_s` of which `first` is the first.

    `lands` [slot, from, to] is the whole second at which any landing is at the earliest that takes
    off in the slot or later, `NEVER` if none does. `least` [slot, from, to, window] are the least
    seconds in the air of a take-off within each of `windows_s` from any second of the slot on, then
    at any time from the slot on; inf if there is none. `day` [from, to] is the least of the day
    over any stops, `climb_m` without. `diversion` [site] is the least of the day.
    """

    slot_s: int
    windows_s: npt.NDArray[np.int64]
    first: int
    lands: npt.NDArray[np.int64]
    least: npt.NDArray[np.float32]
    climb_m: npt.NDArray[np.float64]
    day: npt.NDArray[Any]
    diversion: npt.NDArray[Any]


class Airs(NamedTuple):
    """The same legs by slots of `BUCKET_S`, of `FINE_S`, and by the narrowest that are known."""

    of_buckets: Air
    fine: Air
    finest: Air


def airs_of(legs: Legs) -> Airs:
    """Return the legs of a type, in slots of up to `FINE_S`, in the form that is looked up."""
    fine = _air_of(legs.merged(FINE_S), FINE_WINDOWS_S)
    finest = fine if legs.slot_s == FINE_S else _air_of(legs, FINEST_WINDOWS_S)
    return Airs(_air_of(legs.merged(BUCKET_S), BUCKET_WINDOWS_S), fine, finest)


def over_stops(legs: Legs, workers: int) -> Airs:
    """Return the least legs of a type over any stops, in slots of `FINE_S` at the narrowest."""
    over = legs.merged(FINE_S).over_stops(workers)
    fine = _air_of(over, OVER_FINE_WINDOWS_S)
    return Airs(_air_of(over.merged(BUCKET_S), OVER_BUCKET_WINDOWS_S), fine, fine)


def _air_of(legs: Legs, windows_s: tuple[int, ...]) -> Air:
    alone = np.maximum(0.0, legs.leg - _ROUNDING_S)
    least = np.empty((*alone.shape, len(windows_s) + 1), dtype=np.float32)
    single = alone.astype(np.float32)
    least[..., -1] = np.minimum.accumulate(single[::-1])[::-1]
    within, slots = single.copy(), 1
    for number, window_s in enumerate(windows_s):
        # A window from the last second of a slot reaches into one slot more.
        wanted = min(window_s // legs.slot_s + 1, len(single))
        while slots < wanted:
            step = min(slots, wanted - slots)
            np.minimum(within[:-step], within[step:], out=within[:-step])
            slots += step
        least[..., number] = within
    soonest = np.where(np.isfinite(legs.arrive), legs.arrive, NEVER)
    return Air(
        legs.slot_s,
        np.array(windows_s, dtype=np.int64),
        legs.first,
        np.ceil(soonest - _ROUNDING_S).astype(np.int64),
        least,
        legs.climb_m,
        _day(_over_stops(alone.min(axis=0)), _over_stops(legs.climb_m)),
        _diversions(legs),
    )


def _day(seconds: npt.NDArray[np.float64], climb_m: npt.NDArray[np.float64]) -> npt.NDArray[Any]:
    found = np.zeros(seconds.shape, dtype=LEG)
    found["whole_s"] = np.ceil(np.where(np.isfinite(seconds), seconds, NEVER))
    found["seconds"], found["climb_m"] = seconds, climb_m
    return found


def _diversions(legs: Legs) -> npt.NDArray[Any]:
    found = np.zeros(len(legs.diversion_s), dtype=DIVERSION)
    found["seconds"], found["climb_m"] = legs.diversion_s, legs.diversion_climb_m
    return found


def _over_stops(direct: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return the least of all ways over any stops, as `planner.day.stops` does."""
    found = direct.copy()
    for stop in range(len(found)):
        found = np.minimum(found, found[:, [stop]] + found[[stop], :])
    return found

"""Least legs over any stops on the way, as arrays, in compiled code.

A sortie that serves some orders flies from stop to stop of one of them by way of those of the
others. So what it takes to serve one, whatever else is served, is bounded by legs over any stops.
"""

import math

import numpy as np

from planner.arrays import Floats
from planner.compiled import compiled, spread

_SLOTS = 64
"""Slots that a thread takes at a time at least."""


def with_stops(direct: Floats, workers: int = 1) -> Floats:
    """Return the least of ways from site to site over any others, [..., from, to]."""
    found = np.array(direct, order="C")
    matrices = found.reshape(-1, *found.shape[-2:])
    spread(lambda begin, end: _close(matrices[begin:end]), len(matrices), workers, _SLOTS)
    return found


def leg_with_stops(leg: Floats, workers: int) -> Floats:
    """Return the least legs [slot, from, to] over any stops, each of which takes off in its slot.

    From a stop on the way a leg goes on in the same slot or in any later one.
    """
    onward, found = with_stops(np.minimum.accumulate(leg[::-1])[::-1], workers), leg.copy()
    spread(
        lambda begin, end: _go_on(onward[begin:end], found[begin:end]), len(leg), workers, _SLOTS
    )
    return found


def landing_with_stops(arrive: Floats, first: int, slot_s: int) -> Floats:
    """Return the earliest landings [slot, from, to] over any stops, s of the day.

    Slots are of `slot_s` seconds, the first numbered `first`.
    """
    found = arrive.copy()
    _land(first, slot_s, found)
    return found


@compiled
def _close(matrices):  # type: ignore[no-untyped-def]
    """Bring each of some matrices [from, to] down to the least over any (Floyd-Warshall)."""
    sites = matrices.shape[1]
    for number in range(matrices.shape[0]):
        for stop in range(sites):
            for here in range(sites):
                until_s = matrices[number, here, stop]
                if math.isinf(until_s):
                    continue
                for there in range(sites):
                    over_s = until_s + matrices[number, stop, there]
                    matrices[number, here, there] = min(matrices[number, here, there], over_s)


@compiled
def _go_on(onward, leg):  # type: ignore[no-untyped-def]
    """Bring legs [slot, from, to] down to those over a stop from which they go on by `onward`."""
    slots, sites = leg.shape[0], leg.shape[1]
    for slot in range(slots):
        for here in range(sites):
            for stop in range(sites):
                until_s = leg[slot, here, stop]
                if stop == here or math.isinf(until_s):
                    continue
                for there in range(sites):
                    over_s = until_s + onward[slot, stop, there]
                    leg[slot, here, there] = min(leg[slot, here, there], over_s)


@compiled
def _land(first, slot_s, arrive):  # type: ignore[no-untyped-def]
    """Bring earliest landings [slot, from, to] down to those over any stops.

    Later slots come first: a leg goes on in the slot in which it lands, most often a later one.
    """
    slots, sites = arrive.shape[0], arrive.shape[1]
    for slot in range(slots - 1, -1, -1):
        changed = True
        while changed:
            changed = False
            for here in range(sites):
                for stop in range(sites):
                    landed_s = arrive[slot, here, stop]
                    then = slots
                    if stop != here and not math.isinf(landed_s):
                        then = int(landed_s) // slot_s - first
                    if then >= slots:
                        continue
                    for there in range(sites):
                        if there == stop:
                            continue
                        over_s = max(landed_s, arrive[then, stop, there])
                        if over_s < arrive[slot, here, there]:
                            arrive[slot, here, there] = over_s
                            changed = changed or then == slot

"""Least legs over any stops on the way, by slots of the day, in compiled code.

A sortie that serves some orders flies from stop to stop of one of them by way of those of the
others. So what it takes to serve one, whatever else is served, is bounded by legs over any stops.
"""

import math

import numpy as np

from planner.compiled import compiled, spread
from planner.tables import Legs, with_stops


def over_stops(legs: Legs, workers: int) -> Legs:
    """Return legs of which none takes less, or lands before, for a stop on the way.

    A leg takes off in its slot; from stops on the way it goes on in the same slot or any later one.
    """
    later = np.ascontiguousarray(np.minimum.accumulate(legs.leg[::-1])[::-1])
    leg, arrive = legs.leg.copy(), legs.arrive.copy()
    spread(lambda begin, end: _fly_on(later[begin:end], leg[begin:end]), len(leg), workers, 64)
    _land_over_stops(legs.first, legs.slot_s, arrive)
    return legs._replace(leg=leg, arrive=arrive, climb_m=with_stops(legs.climb_m))


@compiled
def _fly_on(later, leg):  # type: ignore[no-untyped-def]
    """Bring legs [slot, from, to] down to those over a stop from which they go on by `later` ones.

    Those are brought down to the least over any stops first (Floyd-Warshall).
    """
    slots, sites = leg.shape[0], leg.shape[1]
    for slot in range(slots):
        for stop in range(sites):
            for here in range(sites):
                until_s = later[slot, here, stop]
                if math.isinf(until_s):
                    continue
                for there in range(sites):
                    over_s = until_s + later[slot, stop, there]
                    later[slot, here, there] = min(later[slot, here, there], over_s)
        for here in range(sites):
            for stop in range(sites):
                until_s = leg[slot, here, stop]
                if stop == here or math.isinf(until_s):
                    continue
                for there in range(sites):
                    over_s = until_s + later[slot, stop, there]
                    leg[slot, here, there] = min(leg[slot, here, there], over_s)


@compiled
def _land_over_stops(first, slot_s, arrive):  # type: ignore[no-untyped-def]
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

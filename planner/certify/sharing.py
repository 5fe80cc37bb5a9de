"""What a sortie costs a squad at least that serves an order, and others besides, compiled.

Let it fly by the least legs over any stops, the stops of other orders among them. Then it takes no
less than the order does alone from the same start: it lands no earlier, is no lighter and no longer
in the air for less, clears at the same checkpoints or fewer, and no sooner. Others are loaded and
unloaded besides, so it may be late at its first take-off. The order is therefore walked alone from
every start of the day (`planner.certify.walk`), until what that costs is seen to be enough.
"""

from typing import Any

import numpy as np

from planner.arrays import Ints
from planner.certify.facts import Orders
from planner.certify.least import least_of_starts
from planner.certify.quickest import FAR, FIXED, SERVING, SHARING, rounded_up
from planner.certify.walk import MICRO
from planner.compiled import compiled_with_arrays

CLEARANCES = 2
"""How often an order is cleared in a sortie at most: for export, and for import."""


def behind_s(orders: Orders, squad: Any, alone: Ints, most: int) -> np.int64:
    """Return for how long sorties of a squad may be under way that have some `most` orders, s.

    Their preflight is left out; they lag by no more. They are in the air for as long as an empty
    drone's battery lasts, each leg rounded up to whole seconds; at work for orders that the squad
    can fly, of which `alone` says what they take; and at each stop but the base for as long as a
    drone may wait.
    """
    clearing_s = np.maximum(0, orders.clearing["service_s"]).max(axis=1, initial=0)
    work_s = orders.each["load_s"] + orders.each["unload_s"] + CLEARANCES * clearing_s
    flown = alone[:, FIXED] < FAR
    stops = most * (2 + CLEARANCES)
    waits_s = stops * (squad["max_wait_s"] + 1) + 1
    return np.int64(squad["longest_leg_s"] + most * work_s[flown].max(initial=0) + waits_s)


@compiled_with_arrays
def fill_sharing(  # type: ignore[no-untyped-def]
    begin,
    end,
    enough,
    beside_s,
    behind_s,
    sequences,
    ways,
    orders,
    squad,
    airs,
    timeless,
    room,
    alone,
):
    """Fill in what sorties cost at least that serve orders, and that serve them with others.

    No more than `enough` micro-cents of it. The others take `beside_s` at least to load and unload,
    and none of these sorties lags by more than `behind_s`.
    Legs of `airs` are over any stops. `timeless` are zeros for all seconds of the day: time
    has no price. `alone` is as of `fill_alone`.
    """
    group = np.empty(1, dtype=np.int64)
    which, loads, one = sequences.which[0, 0], sequences.loads[0, 0], np.int64(1)
    for order in range(begin, end):
        if alone[order, FIXED] >= FAR:
            continue
        group[0] = order
        least = least_of_starts(
            squad.from_s, group, one, which, loads, ways, orders, squad, airs, timeless, room,
            alone[order], np.int64(0), enough[order], beside_s, behind_s,
        )  # fmt: skip
        # Sorties cost whole cents. Without others no more is saved than their work.
        cents = rounded_up(least, MICRO)
        alone[order, SHARING] = cents
        alone[order, SERVING] = cents - rounded_up(beside_s * squad.minute_cents, 60)

"""The quickest leg to a pad whose air opens later: put off until it does, and not searched for.

Nothing lands before the air over the destination opens and the last lane's way down is flown. A leg
that reaches that air in the very second, on a last lane with the shortest way down, cannot be
beaten; of those, the one that takes off last is in the air for least. It is a shortest path if
nothing changes between take-off and opening.
"""

import math

from planner.air.legs import Flight
from planner.air.passage import TOUCH_S
from planner.air.ways import Ways


def awaited_leg(
    ways: Ways, origin: str, destination: str, ready_s: int, until_s: int
) -> Flight | None:
    """Return the quickest leg from `ready_s` on, landing by `until_s`, if it is of this kind.

    None tells nothing: the leg has to be searched for.
    """
    legs, kind = ways.legs, ways.kind
    opens_s = _opens_s(ways, destination, ready_s)
    if opens_s is None or opens_s not in legs.steps[1:-1]:
        return None
    step = legs.step(opens_s)
    lanes = ways.down_s(destination, legs.airspace.epoch(opens_s))
    least_s = min(lanes.values(), default=math.inf)
    if math.isinf(least_s) or opens_s + least_s + 1 > legs.steps[step + 1]:
        return None
    before = legs.static(kind, step - 1, legs.airspace.network.side_of(origin))
    reached_s = before.seconds[legs.row[origin]]
    lane = min(
        (each for each, down_s in lanes.items() if down_s <= least_s + TOUCH_S),
        key=lambda each: float(reached_s[each]),
    )
    takeoff = opens_s - float(reached_s[lane])
    if takeoff < max(ready_s, legs.steps[step - 1]):
        return None
    chain = legs.chain_to(before, origin, lane)
    flight = legs.flight(kind, chain, math.ceil(takeoff - TOUCH_S))
    if flight is None or legs.blocked(flight) or flight.landing_s > until_s:
        return None
    return flight


def _opens_s(ways: Ways, site: str, ready_s: int) -> int | None:
    """Return when the air over a site opens; None if it is open at `ready_s`."""
    airspace = ways.legs.airspace
    opens_s = ready_s
    for closure in airspace.closures[airspace.blocks.position[site]]:
        if closure.since <= opens_s:
            opens_s = max(opens_s, closure.until)
    return None if opens_s == ready_s else opens_s

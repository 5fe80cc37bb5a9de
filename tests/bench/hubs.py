"""Orders between hubs without customs: a made-up instance, and an independent check of routes.

Ten vertiports, orders over twelve hours, each to be picked up and handed over within 30 to 90
minutes of being ready; up to 3 % as many vehicles as orders, each starting and ending anywhere.
Cost: seconds of travel, 3,000 a vehicle used, 100,000 an order left out.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from planner.arrays import Ints

HUBS = 10
FIELD_M = 10_000, 8_000
"""Hubs lie anywhere in a field so large."""

SPEED_M_S = 15.0
HORIZON_S = 12 * 3600
WINDOWS_MIN = 30, 90
SERVICE_S = 30
CAPACITY, LOADS = 100, (5, 25)
"""What a vehicle carries at a time, and the least and largest order."""

SHARE = 0.03
"""Vehicles for each order."""

VEHICLE, LEFT_OUT = 3_000, 100_000


@dataclass(frozen=True)
class Hubs:
    """An instance; order i goes from `origin[i]` to `target[i]` between `ready` and `due`, s."""

    travel_s: Ints
    origin: Ints
    target: Ints
    ready_s: Ints
    due_s: Ints
    load: Ints
    vehicles: int


Stop = tuple[int, bool]
"""An order, and whether it is picked up."""

Route = Sequence[Stop]


def make_hubs(orders: int, seed: int) -> Hubs:
    """Return the instance of a seed."""
    draw = np.random.default_rng(seed)
    where = draw.uniform((0, 0), FIELD_M, size=(HUBS, 2))
    apart = where[:, None] - where[None]
    travel = np.ceil(np.hypot(apart[..., 0], apart[..., 1]) / SPEED_M_S).astype(np.int64)
    origin = draw.integers(HUBS, size=orders)
    target = (origin + draw.integers(1, HUBS, size=orders)) % HUBS
    window = draw.integers(WINDOWS_MIN[0], WINDOWS_MIN[1] + 1, size=orders) * 60
    ready = draw.integers(0, HORIZON_S - window + 1)
    load = draw.integers(LOADS[0], LOADS[1] + 1, size=orders)
    return Hubs(travel, origin, target, ready, ready + window, load, math.ceil(SHARE * orders))


def cost_of(hubs: Hubs, routes: Sequence[Route]) -> int:
    """Return what routes cost."""
    total = 0
    served = set[int]()
    for route in routes:
        if not route:
            continue
        total += VEHICLE
        here: int | None = None
        for order, pickup in route:
            there = int(hubs.origin[order] if pickup else hubs.target[order])
            total += 0 if here is None else int(hubs.travel_s[here, there])
            here = there
            served.add(order)
    return total + LEFT_OUT * (len(hubs.load) - len(served))


def faults(hubs: Hubs, routes: Sequence[Route]) -> list[str]:
    """Return what routes break, simulated stop by stop."""
    found = []
    used = [route for route in routes if route]
    if len(used) > hubs.vehicles:
        found.append(f"{len(used)} vehicles")
    stops = [stop for route in used for stop in route]
    if len(set(stops)) != len(stops):
        found.append("a stop is made twice")
    for number, route in enumerate(used):
        clock, here, aboard = 0, None, dict[int, int]()
        for order, pickup in route:
            there = int(hubs.origin[order] if pickup else hubs.target[order])
            clock += 0 if here is None else int(hubs.travel_s[here, there])
            clock, here = max(clock, int(hubs.ready_s[order])), there
            if clock > hubs.due_s[order]:
                found.append(f"order {order} on route {number} at {clock}")
            clock += SERVICE_S
            if pickup:
                aboard[order] = int(hubs.load[order])
            elif aboard.pop(order, None) is None:
                found.append(f"order {order} handed over but not aboard route {number}")
            if sum(aboard.values()) > CAPACITY:
                found.append(f"load of route {number} after order {order}")
        if aboard:
            found.append(f"orders {sorted(aboard)} not handed over on route {number}")
    return found

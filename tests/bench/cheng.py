"""Multi-trip drone routing with non-linear energy: instances, trips and an independent check.

Cheng, Adulyasak, Rousseau (2020), Transportation Research Part B 139, 364-387. Drones of one depot
deliver to customers in their windows. Travel time is distance; service takes none; a drone may wait
at a customer. A trip carries 1.5 kg at most and draws 0.27 kWh at most; its power rises with the
load aboard. Between trips the battery is swapped in no time. Least travel plus cost of energy.
"""

import math
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

FRAME_KG, BATTERY_KG, PAYLOAD_KG = 1.5, 1.5, 1.5
BATTERY_KWH = 0.27
DOLLARS_KWH = 360.0
POWER_W = math.sqrt(9.81**3 / (2 * 1.204 * 0.0064 * 6))
"""Power per kg^1.5 of six rotors of 0.0064 m2 in air of 1.204 kg/m3 (Leishman 2006), W."""

SLACK = 1e-9


@dataclass(frozen=True)
class Instance:
    """An instance: node 0 is the depot; each has a window of the start of service."""

    name: str
    drones: int
    travel: Floats
    demand_kg: Floats
    ready: Floats
    due: Floats


@dataclass(frozen=True)
class Flight:
    """Customers in order, start and drone."""

    customers: tuple[int, ...]
    start: float
    drone: int


def read_instance(path: Path) -> Instance:
    """Return the instance of a file in the authors' format.

    Raises ValueError if the file is of another.
    """
    lines = [line.split() for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    if [line[0] for line in lines[:3]] != ["CustNum", "DroneNum", "#Node"]:
        raise ValueError(f"{path.name} is no instance of set A")
    rows = np.array([[float(each) for each in line] for line in lines[3:]])
    customers = int(lines[0][1])
    if rows.shape != (customers + 2, 6):
        raise ValueError(f"{path.name} has not {customers} customers and two depots of six fields")
    rows = rows[:-1]
    apart = rows[:, None, 1:3] - rows[None, :, 1:3]
    return Instance(
        path.stem,
        int(lines[1][1]),
        np.hypot(apart[..., 0], apart[..., 1]),
        rows[:, 3],
        rows[:, 4],
        rows[:, 5],
    )


def power_kw(load_kg: Floats) -> Floats:
    """Return the power of flight with loads."""
    flying_kg = FRAME_KG + BATTERY_KG + np.maximum(0.0, load_kg)
    found: Floats = POWER_W * flying_kg**1.5 / 1000
    return found


def flight_kwh(instance: Instance, customers: tuple[int, ...]) -> float:
    """Return the energy of a trip by customers in order."""
    here, kwh = 0, 0.0
    for at, there in enumerate((*customers, 0)):
        flying_kg = FRAME_KG + BATTERY_KG + sum(instance.demand_kg[each] for each in customers[at:])
        kwh += POWER_W * flying_kg**1.5 / 1000 * instance.travel[here, there] / 3600
        here = there
    return float(kwh)


def flight_cost(instance: Instance, customers: tuple[int, ...]) -> float:
    """Return travel and the price of energy of a trip."""
    way = (0, *customers, 0)
    travel = sum(instance.travel[one, two] for one, two in pairwise(way))
    return float(travel) + DOLLARS_KWH * flight_kwh(instance, customers)


def faults(instance: Instance, trips: list[Flight]) -> list[str]:
    """Return what a solution breaks, simulated from the file's figures alone."""
    found = []
    served = sorted(each for trip in trips for each in trip.customers)
    if served != list(range(1, len(instance.demand_kg))):
        found.append(f"customers served: {served}")
    busy: dict[int, list[tuple[float, float]]] = {}
    for trip in trips:
        if not 0 <= trip.drone < instance.drones:
            found.append(f"drone {trip.drone}")
        if sum(instance.demand_kg[each] for each in trip.customers) > PAYLOAD_KG + SLACK:
            found.append(f"load of {trip.customers}")
        if flight_kwh(instance, trip.customers) > BATTERY_KWH + SLACK:
            found.append(f"energy of {trip.customers}")
        here, clock = 0, trip.start
        if clock < instance.ready[0] - SLACK:
            found.append(f"start of {trip.customers}")
        for there in (*trip.customers, 0):
            clock = max(clock + instance.travel[here, there], instance.ready[there])
            if clock > instance.due[there] + SLACK:
                found.append(f"node {there} of {trip.customers} at {clock}")
            here = there
        busy.setdefault(trip.drone, []).append((trip.start, clock))
    for drone, spans in busy.items():
        spans.sort()
        if any(two[0] < one[1] - SLACK for one, two in pairwise(spans)):
            found.append(f"flights of drone {drone} overlap")
    return found

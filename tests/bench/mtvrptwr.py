"""Multi-trip routing with time windows and release dates: instances, and an independent check.

Instances of Yang (2023), Transportation Science 57(1), 230-251, and Yang (2024), Operations
Research, doi 10.1287/opre.2023.0398, as VRPLIB files of type MTVRPTWR. A vehicle makes trips from
the depot, each no sooner than all it carries is released; distances and times are truncated to one
decimal, as DIMACS has it. Least distance.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from planner.arrays import Ints

TENTHS = 10
"""All figures are counted in tenths."""


@dataclass(frozen=True)
class Instance:
    """An instance: node 0 is the depot; windows are of the start of service; all in tenths."""

    name: str
    vehicles: int
    capacity: int
    service: int
    travel: Ints
    demand: Ints
    ready: Ints
    due: Ints
    release: Ints


Day = Sequence[Sequence[int]]
"""A vehicle's trips, each its customers in order."""


def read_instance(path: Path) -> Instance:
    """Return the instance of a file.

    Raises ValueError if the file is of another type or lacks a section.
    """
    fields: dict[str, str] = {}
    sections: dict[str, list[list[int]]] = {}
    own: list[list[int]] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if ":" in line:
            key, value = line.split(":", 1)
            fields[key.strip()] = value.strip()
        elif line.strip().endswith("_SECTION"):
            own = sections.setdefault(line.strip(), [])
        elif line.strip() and line.strip() != "EOF":
            own.append([int(each) for each in line.split()])
    if fields.get("TYPE") != "MTVRPTWR" or fields.get("EDGE_WEIGHT_TYPE") != "EUC_2D":
        raise ValueError(f"{path.name} is no instance of multi-trip routing with release dates")
    names = "NODE_COORD", "DEMAND", "TIME_WINDOW", "RELEASE_TIME"
    if missing := [name for name in names if f"{name}_SECTION" not in sections]:
        raise ValueError(f"{path.name} has no section {', '.join(missing)}")
    where, demand, window, release = (
        np.array(sorted(sections[f"{name}_SECTION"]), dtype=np.int64) for name in names
    )
    apart = (where[:, None, 1:] - where[None, :, 1:]).astype(float)
    distance = np.sqrt((apart**2).sum(axis=2))
    return Instance(
        fields["NAME"],
        int(fields["VEHICLES"]),
        int(fields["CAPACITY"]),
        int(fields["SERVICE_TIME"]) * TENTHS,
        np.floor(distance * TENTHS + 1e-9).astype(np.int64),
        demand[:, 1],
        window[:, 1] * TENTHS,
        window[:, 2] * TENTHS,
        release[:, 1] * TENTHS,
    )


def read_days(path: Path) -> tuple[list[Day], int]:
    """Return the days of a published solution, and its cost in tenths."""
    days, cost = list[Day](), 0
    for line in path.read_text(encoding="utf-8").splitlines():
        key, _, value = line.partition(":")
        if key.startswith("Route"):
            trips: list[list[int]] = [[]]
            for node in map(int, value.split()):
                if node:
                    trips[-1].append(node)
                else:
                    trips.append([])
            days.append(trips)
        elif key == "Cost":
            cost = int(value)
    return days, cost


def cost_of(instance: Instance, days: Sequence[Day]) -> int:
    """Return the distance of days, in tenths."""
    return sum(
        int(instance.travel[one, two])
        for day in days
        for trip in day
        for one, two in zip((0, *trip), (*trip, 0), strict=True)
    )


def faults(instance: Instance, days: Sequence[Day]) -> list[str]:
    """Return what days break, simulated from the file's figures alone."""
    found = []
    if len(days) > instance.vehicles:
        found.append(f"{len(days)} vehicles")
    served = sorted(each for day in days for trip in day for each in trip)
    if served != list(range(1, len(instance.demand))):
        found.append(f"customers served: {served}")
    for number, day in enumerate(days):
        clock = int(instance.ready[0])
        for trip in day:
            if sum(int(instance.demand[each]) for each in trip) > instance.capacity:
                found.append(f"load of {trip} of vehicle {number}")
            clock = max([clock, *(int(instance.release[each]) for each in trip)])
            for one, two in zip((0, *trip), (*trip, 0), strict=True):
                clock = max(clock + int(instance.travel[one, two]), int(instance.ready[two]))
                if clock > instance.due[two]:
                    found.append(f"node {two} of {trip} of vehicle {number} at {clock}")
                clock += instance.service if two else 0
    return found

"""Multi-trip drone routing with non-linear energy, proven: `python -m tests.bench.bench_cheng DIR`.

The folder holds set A of Cheng, Adulyasak, Rousseau (2020), Transportation Research Part B 139,
364-387: 85 instances of 10 to 50 customers, as in the repository Yu1423/CMTVRPTW under
Data/Drones_A, and, if the paper's bounds are to stand beside, `published_bounds_cheng2020.json`
with the upper and lower bound and the seconds of its Tables C1 and C6. The objective is travel plus
360 $/kWh of energy.

All trips that no other dominates are enumerated (`tests.bench.cheng_trips`) and the choice among
them proven by `planner.partition.exact`. Times go to it in thousandths, rounded so that nothing
that can be flown is lost; the choice is flown again in full figures, each trip as soon as its drone
is back, and judged by `tests.bench.cheng.faults`, so a value stands only if it is both least and
flown. The paper stops at 0.01 %, so an optimum may lie just under its upper bound.
"""

import argparse
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import numpy as np

from planner.partition.exact import least_cost
from planner.partition.partition import Choice, Offer, Trips
from tests.bench.cases import machine, table, write_figures
from tests.bench.cheng import Flight, Instance, faults, flight_cost, read_instance
from tests.bench.cheng_trips import Ends, enumerate_trips

UNIT = 1000
"""Parts of a unit of travel, and of a dollar, that the proof tells apart."""

UNSERVED = 10**8
"""More than any solution costs: every customer must be served."""

ROUNDED = 0.06
"""The published bounds have one decimal."""


@dataclass(frozen=True)
class Outcome:
    """An instance's value if proven, what is wrong with it, and the seconds it took."""

    name: str
    value: float | None
    wrong: tuple[str, ...]
    wall_s: float
    cpu_s: float


def solve(instance: Instance, limit_s: float) -> list[Flight]:
    """Return the flights of an optimal solution.

    Raises TimeoutError if none is proven in time and LookupError if there is none.
    """
    ends = enumerate_trips(instance)
    customers = len(instance.demand_kg) - 1
    offer = Offer(
        np.full(customers, UNSERVED),
        np.zeros(1, dtype=np.int64),
        np.array([instance.drones], dtype=np.int64),
    )
    trips = Trips(
        ends.ways[:, 1:] - 1,
        np.zeros(len(ends), dtype=np.int64),
        np.floor(ends.first * UNIT).astype(np.int64),
        np.ceil(ends.last * UNIT).astype(np.int64),
        np.floor(ends.length * UNIT).astype(np.int64),
        np.rint(ends.cost * UNIT).astype(np.int64),
    )
    choice = least_cost(offer, trips, limit_s)
    if len(choice.unserved):
        raise LookupError(f"{instance.name}: nobody can serve {choice.unserved + 1}")
    return _flown(instance, ends, choice)


def _flown(instance: Instance, ends: Ends, choice: Choice) -> list[Flight]:
    """Return a choice with drones and starts in full figures, each trip as soon as it can be."""
    free = [0.0] * instance.drones
    flights = []
    for at in choice.trips[np.argsort(choice.starts, kind="stable")].tolist():
        drone = min(range(len(free)), key=lambda each: free[each])
        start = max(free[drone], float(ends.first[at]))
        free[drone] = start + float(ends.length[at])
        customers = tuple(each for each in ends.ways[at].tolist() if each)
        flights.append(Flight(customers, start, drone))
    return flights


def run(path: Path, limit_s: float) -> Outcome:
    """Return what comes of an instance's file."""
    wall, cpu = time.monotonic(), time.process_time()
    instance = read_instance(path)
    value, wrong = None, list[str]()
    try:
        flights = solve(instance, limit_s)
    except TimeoutError as reason:
        wrong.append(str(reason))
    else:
        wrong += faults(instance, flights)
        value = sum(flight_cost(instance, each.customers) for each in flights)
    return Outcome(
        path.stem, value, tuple(wrong), time.monotonic() - wall, time.process_time() - cpu
    )


def report(outcomes: Sequence[Outcome], published: dict[str, dict[str, dict[str, float]]]) -> str:
    """Return the table by set and number of customers, and a line for all."""
    sizes: dict[tuple[str, int], list[Outcome]] = {}
    for each in outcomes:
        _, which, _, customers, _ = each.name.split("_")
        sizes.setdefault((which, int(customers)), []).append(each)
    groups = [
        (f"{which}, {size} customers", sizes[which, size])
        for which, size in sorted(sizes, key=lambda key: (key[1], key[0]))
    ]
    header = (
        "instances", "proven", "inside published bounds", "below its upper bound",
        "median wall s", "most wall s", "median CPU s", "most CPU s", "published: closed", "CPU s",
    )  # fmt: skip
    rows = [_row(name, own, published) for name, own in [*groups, ("all", list(outcomes))]]
    return table(header, rows)


def _row(
    name: str, outcomes: list[Outcome], published: dict[str, dict[str, dict[str, float]]]
) -> list[str]:
    proven = [each for each in outcomes if each.value is not None and not each.wrong]
    bounds = {each.name: published[each.name]["RE"] for each in outcomes if each.name in published}
    known = [(each.value or 0.0, bounds[each.name]) for each in proven if each.name in bounds]
    inside = sum(one["lb"] - ROUNDED <= value <= one["ub"] + ROUNDED for value, one in known)
    below = sum(value < one["ub"] - ROUNDED for value, one in known)
    closed = sum(one["ub"] - one["lb"] <= CLOSED * one["ub"] for one in bounds.values())
    mean_s = sum(one["cpu"] for one in bounds.values()) / max(1, len(bounds))
    return [
        name,
        f"{len(proven)} of {len(outcomes)}",
        f"{inside} of {len(known)}",
        str(below),
        f"{median(each.wall_s for each in outcomes):.2f}",
        f"{max(each.wall_s for each in outcomes):.2f}",
        f"{median(each.cpu_s for each in outcomes):.2f}",
        f"{max(each.cpu_s for each in outcomes):.2f}",
        f"{closed} of {len(bounds)}",
        f"{mean_s:,.0f}",
    ]


CLOSED = 2e-4
"""The paper stops at 0.01 % and prints one decimal."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run from a command line; return 1 if a value is wrong or an instance not proven."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.bench_cheng")
    parser.add_argument("folder", type=Path, help="folder of the instances")
    parser.add_argument("--only", default="", help="instances whose name holds this")
    parser.add_argument("--seconds", type=float, default=300.0, help="wall time of an instance")
    parser.add_argument("--write", action="store_true", help="write the table to the docs")
    asked = parser.parse_args(arguments)
    paths = [path for path in sorted(asked.folder.glob("Set_A*.txt")) if asked.only in path.stem]
    if not paths:
        parser.error(f"no instance in {asked.folder}")
    bounds = asked.folder / "published_bounds_cheng2020.json"
    published = json.loads(bounds.read_text(encoding="utf-8")) if bounds.exists() else {}
    outcomes = []
    for path in paths:
        outcomes.append(run(path, asked.seconds))
        print(outcomes[-1], file=sys.stderr, flush=True)
    text = f"{len(outcomes)} instances; {machine()}.\n\n{report(outcomes, published)}"
    print(text)
    if asked.write:
        write_figures("bench_cheng", text)
    return int(any(each.wrong or each.value is None for each in outcomes))


if __name__ == "__main__":
    sys.exit(main())

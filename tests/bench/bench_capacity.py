"""Loaded flights an hour: `python -m tests.bench.bench_capacity`.

The shipped network, between the parks, in calm air at 10:00: the bound of the linear programme, and
what a repeating timetable flies in an hour on the planner's calendar, for several mixes of goods
classes.
"""

import argparse
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace

from geodata.features import GoodsClass
from planner.air.airspace import Airspace
from planner.capacity.capacity import Capacities
from planner.capacity.question import MIX, CapacityQuestion, park_vertiports
from planner.day.instance import Instance
from planner.request.weather import CALM
from planner.saturate.saturate import TRIALS, saturate
from tests.bench.cases import machine, make_case, table, write_figures

AT_S = 10 * 3600

MIXES: Mapping[str, Mapping[GoodsClass, float]] = {
    "the sample day's": MIX,
    "general": {"general": 1.0},
    "biological": {"biological": 1.0},
    "bonded": {"bonded": 1.0},
}


def measure(instance: Instance, shares: Mapping[GoodsClass, float], trials: int) -> Sequence[str]:
    """Return bound, flights flown, share of the bound, period, and processor seconds of each."""
    network = instance.network
    parks = park_vertiports(network, "SZ"), park_vertiports(network, "HK")
    start = time.process_time()
    capacities = Capacities(instance, CapacityQuestion(*parks, shares))
    bound = capacities.at(AT_S, "both")
    bound_s, start = time.process_time() - start, time.process_time()
    found = saturate(capacities, AT_S, "both", trials=trials)
    flown_s = time.process_time() - start
    limits = ", ".join(each.room.name for each in bound.bottlenecks)
    if found is None:
        return f"{bound.total:.1f}", "-", "-", "-", f"{bound_s:.1f}", f"{flown_s:.0f}", limits
    return (
        f"{bound.total:.1f}",
        str(found.flown),
        f"{found.reached:.1%}",
        f"{len(found.slots)} in {found.period_s} s",
        f"{bound_s:.1f}",
        f"{flown_s:.0f}",
        limits,
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run from a command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.bench_capacity")
    parser.add_argument("--write", action="store_true", help="write the table to the docs")
    parser.add_argument("--mixes", type=int, default=len(MIXES), help="mixes to try")
    parser.add_argument("--trials", type=int, default=TRIALS, help="timetables to try")
    asked = parser.parse_args(arguments)
    case = make_case(None, None)
    request = replace(case.request, orders=(), weather=CALM)
    instance = Instance(Airspace(case.network, request), case.rulebook)
    rows = [
        (name, *measure(instance, MIXES[name], asked.trials)) for name in list(MIXES)[: asked.mixes]
    ]
    header = (
        "goods",
        "bound",
        "flown",
        "of the bound",
        "timetable",
        "CPU s, bound",
        "CPU s, flown",
        "limited by",
    )
    text = f"Both directions together, 10:00; {machine()}.\n\n{table(header, rows)}"
    print(text)
    if asked.write:
        write_figures("bench_capacity", text)
    return 0


if __name__ == "__main__":
    sys.exit(main())

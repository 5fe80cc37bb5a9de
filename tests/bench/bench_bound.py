"""What the bound of the capacity hangs on: `python -m tests.bench.bench_bound`.

The mixes of `bench_capacity`, on the same network, with less than an hour's seconds in all air but
that over the checkpoints. A bound that stays as it was hangs on the checkpoints alone.
"""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace

from planner.air.airspace import Airspace
from planner.capacity.capacity import Capacities
from planner.capacity.question import CapacityQuestion, park_vertiports
from planner.capacity.room import HOUR_S
from planner.day.instance import Instance
from planner.request.weather import CALM
from tests.bench.bench_capacity import AT_S, MIXES
from tests.bench.cases import machine, make_case, table, write_figures

SHARES = (1.0, 0.8, 0.6, 0.5, 0.4, 0.3)


def measure(instance: Instance, name: str) -> Sequence[str]:
    """Return a mix and its bound with each share of the seconds in other air."""
    network = instance.network
    parks = park_vertiports(network, "SZ"), park_vertiports(network, "HK")
    capacities = Capacities(instance, CapacityQuestion(*parks, MIXES[name]))
    program = capacities.states.at(AT_S).program
    other = [
        row
        for row, room in enumerate(capacities.rooms.all)
        if room.kind == "air" and network.checkpoints.keys().isdisjoint(room.blocks)
    ]
    bounds = (
        program.most((True, True), dict.fromkeys(other, (share - 1) * HOUR_S)).total
        for share in SHARES
    )
    return name, *(f"{each:.1f}" for each in bounds)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run from a command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.bench_bound")
    parser.add_argument("--write", action="store_true", help="write the table to the docs")
    asked = parser.parse_args(arguments)
    case = make_case(None, None)
    request = replace(case.request, orders=(), weather=CALM)
    instance = Instance(Airspace(case.network, request), case.rulebook)
    rows = [measure(instance, name) for name in MIXES]
    header = ("goods", *(f"{share:.0%}" for share in SHARES))
    text = (
        "Bound in flights an hour, both directions, by the share of an hour that all air but that "
        f"over the checkpoints has; {machine()}.\n\n{table(header, rows)}"
    )
    print(text)
    if asked.write:
        write_figures("bench_bound", text)
    return 0


if __name__ == "__main__":
    sys.exit(main())

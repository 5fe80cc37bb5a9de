"""What an edit does, on the full grid: `python -m tests.bench.bench_impact`.

20 vertiports of the shipped network, both directions, every goods class that drones carry, every
type of the sample day, departures every hour from 07:00 to 21:00, through the sample day's hourly
wind or in calm air. Blame and the capacity of both networks are included, reading the networks is
not. Each set of edits is one that a planner might be afraid of.
"""

import argparse
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from geodata.edit import with_feature, without_feature
from geodata.network import Network
from planner.capacity import MIX, CapacityQuestion, park_vertiports
from planner.impact import impact
from planner.impact_document import counts
from planner.impact_grid import Grid
from tests.bench.cases import Case, machine, make_case, table, write_figures

CARRIED = ("document", "general", "bonded", "research", "biological", "strategic")
VERTIPORTS = 20


def changed(network: Network, identifier: str, **fields: Any) -> Network:
    """Return a network with other values in the fields of a feature."""
    feature = next(
        each for layer in network.features for each in network.layer(layer) if each.id == identifier
    )
    return with_feature(network, replace(feature, **fields), network.lonlat[identifier])


def _many(network: Network) -> Network:
    """Return a network after a day's work of twelve edits."""
    for vertiport in ("HK-B9", "SZ-PARK-LAB", "SZ-CHIWEI"):
        network = changed(network, vertiport, hours="08:00-17:00")
    for checkpoint in ("CP-LOOP", "CP-FUTIAN", "CP-BONDED"):
        network = changed(network, checkpoint, hours="09:00-18:00")
    for corridor in ("X-WEST", "X-MID-N", "TH-LMC.CARGO"):
        network = changed(network, corridor, hours="06:00-12:00,13:00-23:00")
    for corridor in ("TZ-WEST.FUTIAN", "TH-LOOP-S.CREEK", "X-EAST"):
        network = without_feature(network, corridor)
    return network


EDITS: Mapping[str, Callable[[Network], Network]] = {
    "a vertiport closes at 15:00": lambda each: changed(each, "HK-B8", hours="07:00-15:00"),
    "a checkpoint opens two hours later": lambda each: changed(
        each, "CP-LOOP", hours="09:00-21:00"
    ),
    "a crossing is taken out": lambda each: without_feature(each, "X-MID-S"),
    "12 edits at once": _many,
}


def measure(case: Case, new: Network, *, windy: bool) -> Sequence[str]:
    """Return compared and changed routes, wall and processor seconds."""
    request = replace(case.request, orders=())
    if not windy:
        request = replace(request, weather=replace(request.weather, winds=()))
    names = sorted(case.network.vertiports)[:VERTIPORTS]
    grid = Grid(
        request,
        case.rulebook,
        tuple(names),
        tuple(request.types),
        CARRIED,
        tuple(range(7 * 3600, 21 * 3600 + 1, 3600)),
        1.0,
    )
    parks = park_vertiports(case.network, "SZ"), park_vertiports(case.network, "HK")
    wall, cpu = time.perf_counter(), time.process_time()
    found = impact(case.network, new, grid, question=CapacityQuestion(*parks, MIX))
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    changed_routes = sum(counts(found).values())
    return f"{found.compared:,}", f"{changed_routes:,}", f"{wall:.1f}", f"{cpu:.1f}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run from a command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.bench_impact")
    parser.add_argument("--write", action="store_true", help="write the table to the docs")
    parser.add_argument("--edits", type=int, default=len(EDITS), help="sets of edits to try")
    asked = parser.parse_args(arguments)
    case = make_case(None, None)
    rows = [
        (f"{name}, {air}", *measure(case, edit(case.network), windy=air == "hourly wind"))
        for name, edit in list(EDITS.items())[: asked.edits]
        for air in ("calm air", "hourly wind")
    ]
    header = ("edits", "routes compared", "changed", "wall s", "CPU s")
    text = f"{VERTIPORTS} vertiports; {machine()}.\n\n{table(header, rows)}"
    print(text)
    if asked.write:
        write_figures("bench_impact", text)
    return 0


if __name__ == "__main__":
    sys.exit(main())

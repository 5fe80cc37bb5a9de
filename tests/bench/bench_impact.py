"""What an edit does, on the full grid: `python -m tests.bench.bench_impact`.

20 vertiports of the shipped network, both directions, every goods class that drones carry, every
type of the sample day, departures every hour from 07:00 to 21:00, through the sample day's hourly
wind or in calm air, blame and the capacity of both networks included. Beside that the whole command
line, from its start to its end, which compares all vertiports of the network. Each set of edits is
one that a planner might be afraid of.
"""

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from geodata.edit import with_feature, without_feature
from geodata.network import Network
from geodata.write import write_network
from planner.capacity.question import MIX, CapacityQuestion, park_vertiports
from planner.crew import Shared
from planner.impact.document import counts
from planner.impact.grid import Grid
from planner.impact.helper import helper
from planner.impact.impact import impact
from planner.sample.sample import shipped_sample_path
from tests.bench.cases import Case, machine, make_case, table, write_figures

CARRIED = ("document", "general", "bonded", "research", "biological", "strategic")
VERTIPORTS = 20
WINDY = False, True
"""Whether the air is calm, or the sample day's hourly wind blows: each is measured."""


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
    """Return compared and changed routes, and the seconds of the table."""
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
    question = CapacityQuestion(*parks, MIX)
    with helper() as helping:
        if helping is not None:  # its start is no part of the table
            helping.ask(Shared.of(None), ready).result()
        began_s = time.perf_counter()
        found = impact(case.network, new, grid, question=question, helper=helping)
        wall_s = time.perf_counter() - began_s
    return f"{found.compared:,}", f"{sum(counts(found).values()):,}", f"{wall_s:.1f}"


def ready(_: None) -> None:
    """Do nothing, as soon as the helper has begun."""


def measure_command(case: Case, new: Network, *, windy: bool) -> Sequence[str]:
    """Return wall and processor seconds of the command, all its processes included."""
    with TemporaryDirectory() as folder:
        networks = Path(folder, "old"), Path(folder, "new")
        for network, path in zip((case.network, new), networks, strict=True):
            write_network(network, path)
        line = [sys.executable, "-m", "api.cli", "network", "impact", *map(str, networks)]
        if windy:
            line += ["--request", str(shipped_sample_path())]
        before, began_s = os.times(), time.perf_counter()
        subprocess.run(line, check=True, capture_output=True)
        after, wall_s = os.times(), time.perf_counter() - began_s
    cpu_s = sum(after[2:4]) - sum(before[2:4])
    return f"{wall_s:.1f}", f"{cpu_s:.1f}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run from a command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.bench_impact")
    parser.add_argument("--write", action="store_true", help="write the table to the docs")
    parser.add_argument("--edits", type=int, default=len(EDITS), help="sets of edits to try")
    asked = parser.parse_args(arguments)
    case = make_case(None, None)
    rows = []
    for name, edit in list(EDITS.items())[: asked.edits]:
        new = edit(case.network)
        for windy in WINDY:
            each = measure(case, new, windy=windy), measure_command(case, new, windy=windy)
            rows.append((f"{name}, {'hourly wind' if windy else 'calm air'}", *each[0], *each[1]))
    header = ("edits", "routes compared", "changed", "table, s", "command, s", "command, CPU s")
    all_ = len(case.network.vertiports)
    text = (
        f"The table of {VERTIPORTS} vertiports, the command with all {all_}; {machine()}.\n\n"
        f"{table(header, rows)}"
    )
    print(text)
    if asked.write:
        write_figures("bench_impact", text)
    return 0


if __name__ == "__main__":
    sys.exit(main())

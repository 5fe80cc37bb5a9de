"""Geodata at the size of a city: `python -m tests.bench.bench_geodata`.

A made-up city (`tests.bench.city`) is written to a temporary folder, and a second edition of it
with a hundredth of its corridors changed. Each row is measured in a process of its own, whose peak
memory counts from its start, generation and writing left out:

- reading and checking: what `read_network` does, every rule of the check included;
- the difference of the two editions, both read before the clock starts;
- single edits, `Checked.with_feature` and its findings, each kind of edit several times on the
  network as checked, and then once one after another. At the end the findings must be those of the
  whole check.
"""

import argparse
import gc
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from itertools import cycle, islice
from pathlib import Path
from random import Random
from typing import Any

from geodata.check import check_network
from geodata.check.incremental import Checked
from geodata.edit import with_feature, without_feature
from geodata.editions.diff import diff_networks
from geodata.network import Network
from geodata.read import read_layers, read_network
from geodata.write import write_network
from tests.bench.cases import SEED, machine, table, write_figures
from tests.bench.city import city
from tests.bench.city_edits import EDITS, apply

Figures = dict[str, Any]


class Clock:
    """Reads the time since it was made: wall, and that of the processor, which knows no pauses."""

    def __init__(self) -> None:
        self.wall, self.cpu = time.perf_counter(), time.process_time()

    def read(self) -> Figures:
        """Return both, in seconds."""
        return {
            "wall_s": time.perf_counter() - self.wall,
            "cpu_s": time.process_time() - self.cpu,
        }


def network_in(folder: Path) -> Network:
    """Return the network of a folder, which must have been read without a fault."""
    reading = read_layers(folder)
    assert reading.network is not None
    assert not reading.faults
    return reading.network


def measure_read(folders: Sequence[Path]) -> Figures:
    """Read and check a network."""
    clock = Clock()
    read_network(folders[0])
    return clock.read()


def measure_diff(folders: Sequence[Path]) -> Figures:
    """Compare two editions."""
    old, new = map(network_in, folders)
    clock = Clock()
    found = diff_networks(old, new)
    return {**clock.read(), "changes": len(found.features)}


def measure_edits(folders: Sequence[Path], repeats: int = 15) -> Figures:
    """Edit a network, one feature at a time, and check it after each edit."""
    network = network_in(folders[0])
    clock = Clock()
    start = Checked.of(network)
    found: Figures = {**clock.read(), "ms": {}}
    gc.collect()
    gc.freeze()  # as a service does: collecting all that was loaded takes Python half a second
    draw, chain = Random(SEED), start
    for kind in EDITS:
        times_ms = []
        for _ in range(repeats):
            edit = kind.draw(start.network, draw)
            clock = Clock()
            len(apply(start, edit).findings)
            times_ms.append(1000 * clock.read()["cpu_s"])
        found["ms"][kind.name] = times_ms
        chain = apply(chain, kind.draw(chain.network, draw))
    found["same"] = list(chain.findings) == check_network(chain.network)
    found["findings"] = len(chain.findings)
    return found


MEASURES: Mapping[str, Callable[[Sequence[Path]], Figures]] = {
    "read": measure_read,
    "diff": measure_diff,
    "edits": measure_edits,
}


def second_edition(network: Network) -> Network:
    """Return a city with a hundredth of its corridors raised, bent, removed or added."""
    draw = Random(SEED)
    kinds = [each for each in EDITS if each.name.startswith("corridor")]
    for kind in islice(cycle(kinds), max(len(kinds), len(network.corridors) // 100)):
        edit = kind.draw(network, draw)
        if isinstance(edit, str):
            network = without_feature(network, edit)
        else:
            network = with_feature(network, *edit)
    return network


def alone(measure: str, folders: Sequence[Path]) -> Figures:
    """Return what a measure finds in a process of its own, and the process's peak memory."""
    command = [sys.executable, "-m", "tests.bench.bench_geodata", "--measure", measure]
    done = subprocess.run([*command, *map(str, folders)], check=True, stdout=subprocess.PIPE)
    found: Figures = json.loads(done.stdout)
    return found


def size_table(read: Figures, diff: Figures, edits: Figures) -> str:
    """Return the table of what is done with the whole network."""
    rows = [
        ("read and check", read),
        (f"difference of two editions, {diff['changes']} features changed", diff),
        ("check before the first edit", edits),
    ]
    lines = [
        (name, f"{each['wall_s']:.1f}", f"{each['cpu_s']:.1f}", f"{each['peak_mib']:.0f}")
        for name, each in rows
    ]
    return table(("", "wall s", "CPU s", "peak MiB of the process"), lines)


def edit_table(edits: Figures) -> str:
    """Return the table of edits."""
    rows = [
        (name, f"{statistics.median(times_ms):.0f}", f"{max(times_ms):.0f}")
        for name, times_ms in edits["ms"].items()
    ]
    return table(("an edit and its check", "median CPU ms", "longest CPU ms"), rows)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run from a command line; return 1 if edits are found other than by the whole check."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.bench_geodata")
    parser.add_argument("--corridors", type=int, default=50_000)
    parser.add_argument("--vertiports", type=int, default=2_000)
    parser.add_argument("--checkpoints", type=int, default=100)
    parser.add_argument("--write", action="store_true", help="write the tables to the docs")
    parser.add_argument("--measure", choices=MEASURES, help=argparse.SUPPRESS)
    parser.add_argument("folders", type=Path, nargs="*", help=argparse.SUPPRESS)
    asked = parser.parse_args(arguments)
    if asked.measure:
        found = MEASURES[asked.measure](asked.folders)
        peak_mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps({**found, "peak_mib": peak_mib}))
        return 0
    network = city(
        corridors=asked.corridors, vertiports=asked.vertiports, checkpoints=asked.checkpoints
    )
    with tempfile.TemporaryDirectory() as folder:
        folders = [Path(folder, name) for name in ("old", "new")]
        write_network(network, folders[0])
        write_network(second_edition(network), folders[1])
        size_mb = sum(each.stat().st_size for each in folders[0].iterdir()) / 1e6
        about = f"{len(network.corridors):,} corridors, {len(network.lonlat):,} features in all, "
        about += f"{size_mb:.0f} MB of GeoJSON; {machine()}."
        read, diff, edits = (
            alone("read", folders[:1]),
            alone("diff", folders),
            alone("edits", folders[:1]),
        )
    same = "the same as" if edits["same"] else "OTHER THAN"
    after = f"After one edit of each kind in a row: {edits['findings']} findings, {same} by the "
    after += "whole check."
    text = f"{about}\n\n{size_table(read, diff, edits)}\n{edit_table(edits)}\n{after}\n"
    print(text)
    if asked.write:
        write_figures("bench_geodata", text)
    return int(not edits["same"])


if __name__ == "__main__":
    sys.exit(main())

"""How soon the command line answers and the network is there: `python -m tests.bench.bench_start`.

Each command is a process of its own, from its start to its end; the network is read in this
process, once it has imported what that needs. All are medians.
"""

import argparse
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial

from geodata.network import shipped_network_path
from geodata.read import read_network
from tests.api.process import ROOT
from tests.bench.cases import machine, table, write_figures

RUNS = 9
COMMANDS = (("--version",), ("route", "--help"))


def median_s(work: Callable[[], object]) -> float:
    """Return the median wall time of some runs, s, after one that does not count."""
    work()
    found = []
    for _ in range(RUNS):
        began = time.perf_counter()
        work()
        found.append(time.perf_counter() - began)
    return statistics.median(found)


def command(*arguments: str) -> None:
    """Run `hetao` to its end."""
    line = [sys.executable, "-m", "api.cli", *arguments]
    subprocess.run(line, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run from a command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.bench_start")
    parser.add_argument("--write", action="store_true", help="write the table to the docs")
    asked = parser.parse_args(arguments)
    rows = [
        (f"`hetao {' '.join(each)}`", f"{median_s(partial(command, *each)):.2f}", "< 0.5")
        for each in COMMANDS
    ]
    network_s = median_s(lambda: read_network(shipped_network_path()))
    rows.append(("the shipped network read", f"{network_s:.2f}", "< 0.3"))
    text = f"{RUNS} runs; {machine()}.\n\n{table(('what', 'median s', 'bar'), rows)}"
    print(text)
    if asked.write:
        write_figures("bench_start", text)
    return 0


if __name__ == "__main__":
    sys.exit(main())

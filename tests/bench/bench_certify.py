"""Certificates beside the truth, and how long they take: `python -m tests.bench.bench_certify`.

Of small days drawn at random the bound that the certifier proves is held against the cheapest of
all plans (`tests.planner.every_plan`). Large days are planned and certified by the command line.
"""

import argparse
import json
import resource
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.api.process import ROOT
from tests.bench.cases import SEED, machine, table, write_figures
from tests.planner.certified import relaxed_by_drones, small_day
from tests.planner.every_plan import least_cents

DAYS = 500
LARGE = ((200, 16, 30), (1000, 25, 120))
"""Orders, drones and seconds to plan them in of the days that are certified whole."""

_CENT = 0.01


@dataclass
class Tally:
    """Small days: how many there are, and of how many the bound is what it should be."""

    days: int = 0
    above: int = 0
    refused: int = 0
    exact: int = 0
    share: float = 0.0

    def add(self, seed: int) -> None:
        """Count a day: above its optimum, less than the search's own, or just the optimum."""
        day = relaxed_by_drones(small_day(seed))
        proven, optimum = day.proven_cents, least_cents(day.given)
        self.days += 1
        self.above += proven > optimum
        self.refused += proven < day.cents - _CENT
        self.exact += proven > optimum - 1
        self.share += proven / optimum if optimum else 1.0

    def report(self) -> str:
        """Return the table."""
        header = (
            "small days", "bound above the optimum", "bound not reached", "bound is the optimum",
            "mean bound over optimum",
        )  # fmt: skip
        row = (
            str(self.days), str(self.above), str(self.refused), str(self.exact),
            f"{self.share / max(1, self.days):.2%}",
        )  # fmt: skip
        return table(header, [row])


def command(*arguments: str | Path) -> str:
    """Run `hetao` to its end and return what it prints."""
    line = [sys.executable, "-m", "api.cli", *map(str, arguments)]
    done = subprocess.run(line, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    return done.stdout


def certified(orders: int, drones: int, seconds: int, folder: Path) -> tuple[str, ...]:
    """Plan a made-up day and certify it; return the row of the table."""
    day, out = folder / f"day-{orders}", folder / f"plan-{orders}"
    sizes = ("--orders", str(orders), "--drones", str(drones), "--seed", str(SEED))
    command("sample", *sizes, "--out", day)
    command("plan", day, "--out", out, "--time-limit", str(seconds))
    asked = ("certify", out / "plan.json", "--request", day, "--json")
    command(*asked)  # compiles
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.monotonic()
    found = json.loads(command(*asked))
    wall_s = time.monotonic() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    processor_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return (
        str(orders), str(drones), f"{found['cost_cents'] / 100:,.2f}",
        f"{found['bound_cents'] / 100:,.2f}", f"{found['gap_ppm'] / 10_000:.2f}%",
        f"{processor_s:.1f}", f"{wall_s:.1f}",
    )  # fmt: skip


def main(arguments: Sequence[str] | None = None) -> int:
    """Run from a command line; return 1 if a bound is above an optimum or not reached."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.bench_certify")
    parser.add_argument("--days", type=int, default=DAYS, help="small days")
    parser.add_argument("--only-small", action="store_true", help="leave the large days out")
    parser.add_argument("--write", action="store_true", help="write the tables to the docs")
    asked = parser.parse_args(arguments)
    tally = Tally()
    for seed in range(asked.days):
        tally.add(seed)
    text = f"{machine()}.\n\n{tally.report()}"
    if not asked.only_small:
        header = ("orders", "drones", "cost HKD", "bound HKD", "gap", "CPU s", "wall s")
        with TemporaryDirectory() as folder:
            rows = [certified(*each, Path(folder)) for each in LARGE]
        text += f"\n{table(header, rows)}"
    print(text)
    if asked.write:
        write_figures("bench_certify", text)
    return int(bool(tally.above or tally.refused))


if __name__ == "__main__":
    sys.exit(main())

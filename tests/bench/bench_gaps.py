"""How far from the best made-up days may be, against bars: `python -m tests.bench.bench_gaps`.

The gap of a plan is how much more than its proven bound it costs, as a share of its cost. Small
days are searched from three seeds, in turn, so that a lucky one is seen.
"""

import argparse
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tests.bench.bench_day import gap, run
from tests.bench.cases import machine, make_case, table, write_figures
from tests.bench.judge import Verdict


@dataclass(frozen=True)
class Bar:
    """A made-up day, the time for its plan, the seeds of the search, and the gap to be reached."""

    orders: int
    drones: int
    seconds: float
    seeds: tuple[int, ...]
    gap: float


BARS = (
    Bar(200, 10, 10.0, (1, 2, 3), 0.01),
    Bar(200, 10, 60.0, (1, 2, 3), 0.005),
    Bar(1000, 25, 60.0, (1,), 0.02),
    Bar(1000, 25, 300.0, (1,), 0.01),
)


@dataclass(frozen=True)
class Outcome:
    """What came of one seed under a bar."""

    bar: Bar
    seed: int
    verdict: Verdict
    bound_cents: int


def outcomes(bars: Iterable[Bar]) -> list[Outcome]:
    """Return what comes of each seed under each bar, one after the other."""
    found = []
    for bar in bars:
        case = make_case(bar.orders, bar.drones)
        for seed in bar.seeds:
            found.append(Outcome(bar, seed, *run(case, bar.seconds, seed=seed)))
            print(found[-1], file=sys.stderr, flush=True)
    return found


def report(found: Iterable[Outcome]) -> str:
    """Return the table."""
    header = (
        "orders", "drones", "limit s", "seed", "on time", "late", "unserved", "cost HKD",
        "bound HKD", "gap", "bar", "wall s", "violations",
    )  # fmt: skip
    rows = [
        (
            str(each.bar.orders),
            str(each.bar.drones),
            f"{each.bar.seconds:g}",
            str(each.seed),
            str(each.verdict.on_time),
            str(each.verdict.late),
            str(each.verdict.unserved),
            f"{each.verdict.cents / 100:,.2f}",
            f"{each.bound_cents / 100:,.2f}",
            f"{gap(each.verdict, each.bound_cents):.2%}",
            f"≤ {each.bar.gap:.1%}",
            f"{each.verdict.wall_s:.1f}",
            str(each.verdict.broken.total()),
        )
        for each in found
    ]
    return table(header, rows)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run from a command line; return 1 if a plan breaks a rule."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.bench_gaps")
    parser.add_argument("--write", action="store_true", help="write the table to the docs")
    asked = parser.parse_args(arguments)
    found = outcomes(BARS)
    text = f"Made-up days, seed 1; {machine()}.\n\n{report(found)}"
    print(text)
    if asked.write:
        write_figures("bench_gaps", text)
    return int(any(each.verdict.broken for each in found))


if __name__ == "__main__":
    sys.exit(main())

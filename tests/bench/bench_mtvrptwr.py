"""Multi-trip routing with release dates beside others: `python -m tests.bench.bench_mtvrptwr DIR`.

The folder holds the instances of Yang (2023, 2024) as VRPLIB files (`*.vrp`) of 100 and 200
customers and `best_known.json` with the best known costs in tenths. Each planner has the same wall
time for an instance, one after the other. The search by strings is shown on one core and on two, as
PyVRP works on one; OR-Tools is left out (`tests.bench.mtvrptwr_planners` says why). What each hands
over is walked by `tests.bench.mtvrptwr.faults`, which knows nothing of any. `--sample N` takes N
instances of each size, drawn by a fixed seed.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from random import Random
from statistics import mean

from planner.strings.search import Effort
from tests.bench.cases import machine, table, write_figures
from tests.bench.mtvrptwr import Day, Instance, cost_of, faults, read_instance
from tests.bench.mtvrptwr_planners import SEED, our_days, pyvrp_days

HOT = 100.0
"""The first temperature of the search by strings, tenths of distance."""


@dataclass(frozen=True)
class Outcome:
    """What a planner made of an instance: share above the best known, None if days do not hold."""

    planner: str
    instance: str
    customers: int
    above: float | None
    cpu_s: float


def planners(seconds: float) -> list[tuple[str, Callable[[Instance], Sequence[Day]]]]:
    """Return each planner's name and how it is called."""

    def ours(workers: int) -> Callable[[Instance], list[Day]]:
        effort = Effort(seconds=seconds, seed=SEED, chains=workers, workers=workers, hot=HOT)
        return lambda instance: our_days(instance, effort)

    return [
        ("hetao by strings, one core", ours(1)),
        ("hetao by strings, two cores", ours(2)),
        (f"PyVRP {version('pyvrp')}", lambda instance: pyvrp_days(instance, seconds)),
    ]


def sampled(instances: Sequence[Instance], count: int) -> list[Instance]:
    """Return some instances of each size, drawn by a fixed seed; all if `count` is 0."""
    sizes: dict[int, list[Instance]] = {}
    for each in instances:
        sizes.setdefault(len(each.demand) - 1, []).append(each)
    draw = Random(SEED)
    picked = [
        each
        for _, own in sorted(sizes.items())
        for each in (draw.sample(own, min(count, len(own))) if count else own)
    ]
    return sorted(picked, key=lambda each: (len(each.demand), each.name))


def run(
    instances: Sequence[Instance], known: dict[str, float], seconds: float, only: str
) -> list[Outcome]:
    """Return what each planner whose name holds `only` makes of each instance."""
    found = []
    for instance in instances:
        for name, plan in planners(seconds):
            if only not in name:
                continue
            cpu = time.process_time()
            days = plan(instance)
            cpu = time.process_time() - cpu
            above = None
            if not faults(instance, days):
                above = cost_of(instance, days) / known[instance.name] - 1
            customers = len(instance.demand) - 1
            found.append(Outcome(name, instance.name, customers, above, cpu))
            print(found[-1], file=sys.stderr, flush=True)
    return found


def report(outcomes: Sequence[Outcome]) -> str:
    """Return the table by size and planner."""
    keys = sorted({(each.customers, each.planner) for each in outcomes}, key=lambda key: key[0])
    order = list(dict.fromkeys(each.planner for each in outcomes))
    rows = []
    for customers, planner in sorted(keys, key=lambda key: (key[0], order.index(key[1]))):
        own = [each for each in outcomes if (each.customers, each.planner) == (customers, planner)]
        gaps = [each.above for each in own if each.above is not None]
        shown = [f"{each:.2%}" for each in (mean(gaps), max(gaps))] if gaps else ["-", "-"]
        at_best = str(sum(each < 5e-5 for each in gaps))
        cpu_s = f"{mean(each.cpu_s for each in own):.1f}"
        served = f"{len(gaps)} of {len(own)}"
        rows.append([f"{customers} customers, {planner}", served, at_best, *shown, cpu_s])
    header = ("", "feasible", "at best known", "mean above", "most above", "mean CPU s")
    return table(header, rows)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run from a command line; return 1 if days of ours do not hold."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.bench_mtvrptwr")
    parser.add_argument("folder", type=Path, help="folder of the instances")
    parser.add_argument("--sample", type=int, default=0, help="instances of each size; 0 is all")
    parser.add_argument("--seconds", type=float, default=60.0, help="wall time of each planner")
    parser.add_argument("--only", default="", help="planners whose name holds this")
    parser.add_argument("--write", action="store_true", help="write the table to the docs")
    asked = parser.parse_args(arguments)
    every = [read_instance(path) for path in sorted(asked.folder.glob("*.vrp"))]
    if not every:
        parser.error(f"no instance in {asked.folder}")
    known = json.loads((asked.folder / "best_known.json").read_text(encoding="utf-8"))
    picked = sampled(every, asked.sample)
    # What is compiled is compiled before the clock starts.
    our_days(picked[0], Effort(rounds=1, steps=1))
    outcomes = run(picked, known, asked.seconds, asked.only)
    said = f"{len(picked)} of {len(every)} instances, {asked.seconds:.0f} s each; {machine()}"
    text = f"{said}.\n\n{report(outcomes)}"
    print(text)
    if asked.write:
        write_figures("bench_mtvrptwr", text)
    return int(any(each.above is None for each in outcomes if each.planner.startswith("hetao")))


if __name__ == "__main__":
    sys.exit(main())

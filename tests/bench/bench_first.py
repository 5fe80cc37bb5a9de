"""How soon there is a plan that the checker passes: `python -m tests.bench.bench_first`.

From a network and a request that are read to the first fill of the day, written down as a plan and
checked; what the search does afterwards is `bench_day`. Each day in a process of its own, begun as
one that plans, which loads what is compiled.
"""

import argparse
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from planner.air.airspace import Airspace
from planner.compiled import is_kept
from planner.crew import begin_child
from planner.day.instance import Instance
from planner.dispatch.roster import Roster
from planner.fly.quick import fill_at_once
from planner.plan.plan import Options
from planner.reasons.crowding import settle
from planner.solve.assemble import assemble
from planner.solve.solve import make_plan
from planner.solve_options import SolveOptions
from tests.bench.cases import SEED, machine, make_case, table, write_figures
from tests.bench.judge import judge

DAYS = ((200, 10, 1), (1000, 25, 5))
"""Orders, drones, and the bar in seconds."""

OPTIONS = Options(seed=SEED, time_limit_s=0.0, deterministic=False, gap=0.0)


def first(orders: int, drones: int) -> tuple[float, float, float, str, int]:
    """Return the seconds to the fill, and to the checked plan with processor time; its cost."""
    case = make_case(orders, drones)
    began_s, worked_s = time.monotonic(), time.process_time()
    roster = Roster(Instance(Airspace(case.network, case.request), case.rulebook))
    fill_at_once(roster, range(orders))
    settle(roster, lambda: True)
    filled_s = time.monotonic() - began_s
    # As where no time is left: why orders are left out is said in short.
    plan = assemble(roster.instance, roster, 0.0, "none", OPTIONS, lambda: True)
    verdict = judge("hetao", plan, case, filled_s)
    wall_s, used_s = time.monotonic() - began_s, time.process_time() - worked_s
    return filled_s, wall_s, used_s, f"{verdict.cents / 100:,.2f}", verdict.broken.total()


def compile_once() -> None:
    """Plan for a few orders if nothing is compiled yet."""
    if not is_kept("rebuild"):
        case = make_case(20, 4)
        options = SolveOptions(time_limit_s=1.0, seed=SEED, workers=2)
        make_plan(case.network, case.request, case.rulebook, options)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run from a command line; return 1 if a plan breaks a rule."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.bench_first")
    parser.add_argument("--write", action="store_true", help="write the table to the docs")
    asked = parser.parse_args(arguments)
    header = (
        "orders", "drones", "filled s", "checked s", "processor s", "bar s", "cost HKD",
        "violations",
    )  # fmt: skip
    rows, broken = [], 0
    for orders, drones, bar_s in DAYS:
        with ProcessPoolExecutor(1, get_context("spawn")) as fresh:
            fresh.submit(compile_once).result()
        with ProcessPoolExecutor(1, get_context("spawn"), begin_child) as fresh:
            filled_s, wall_s, used_s, cost, faults = fresh.submit(first, orders, drones).result()
        sizes = str(orders), str(drones)
        times = f"{filled_s:.2f}", f"{wall_s:.2f}", f"{used_s:.2f}", f"≤ {bar_s}"
        rows.append((*sizes, *times, cost, str(faults)))
        broken += faults
    text = f"Made-up days, seed {SEED}; {machine()}.\n\n{table(header, rows)}"
    print(text)
    if asked.write:
        write_figures("bench_first", text)
    return int(broken > 0)


if __name__ == "__main__":
    sys.exit(main())

"""A whole day planned by this planner alone: `python -m tests.bench.bench_day`.

Says what is served, the cost beside its proven bound, the time it took, the largest memory and what
the checker finds. Without sizes the day is the shipped sample; the memory is that of the process,
reading and checking included.
"""

import argparse
import resource
import sys
import time
from collections.abc import Sequence

from planner.solve.solve import make_plan
from planner.solve_options import SolveOptions
from tests.bench.cases import SEED, Case, machine, make_case, table, write_figures
from tests.bench.judge import Verdict, judge


def run(case: Case, seconds: float, workers: int = 2, seed: int = SEED) -> tuple[Verdict, int]:
    """Return the verdict on a plan made within `seconds`, and its lower bound in cents."""
    started = time.monotonic()
    options = SolveOptions(time_limit_s=seconds, seed=seed, workers=workers)
    plan = make_plan(case.network, case.request, case.rulebook, options)
    wall_s = time.monotonic() - started
    return judge("hetao", plan, case, wall_s), plan.bound.lower_bound_cents


def gap(verdict: Verdict, bound_cents: int) -> float:
    """Return how much more than its bound a plan costs, as a share of its cost."""
    return 1 - bound_cents / verdict.cents if verdict.cents else 0.0


def report(case: Case, verdict: Verdict, bound_cents: int, peak_mib: float) -> str:
    """Return the table of one day."""
    currency = case.request.fleet.prices.currency
    header = (
        "orders", "drones", "on time", "late", "unserved", "sorties", "drones used",
        f"cost {currency}", f"bound {currency}", "gap", "wall s", "peak MiB", "violations",
    )  # fmt: skip
    row = (
        str(len(case.request.orders)),
        str(len(case.request.fleet.drones)),
        str(verdict.on_time),
        str(verdict.late),
        str(verdict.unserved),
        str(verdict.sorties),
        str(verdict.drones),
        f"{verdict.cents / 100:,.2f}",
        f"{bound_cents / 100:,.2f}",
        f"{gap(verdict, bound_cents):.2%}",
        f"{verdict.wall_s:.1f}",
        f"{peak_mib:.0f}",
        str(verdict.broken.total()),
    )
    return table(header, [row])


def main(arguments: Sequence[str] | None = None) -> int:
    """Run from a command line; return 1 if the plan breaks a rule."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.bench_day")
    parser.add_argument("--orders", type=int, help="size of a made-up day; else the shipped one")
    parser.add_argument("--drones", type=int, help="its drones")
    parser.add_argument("--seconds", type=float, default=30.0, help="time limit of the plan")
    parser.add_argument("--write", action="store_true", help="write the table to the docs")
    asked = parser.parse_args(arguments)
    case = make_case(asked.orders, asked.drones)
    verdict, bound_cents = run(case, asked.seconds)
    # ru_maxrss counts KiB on Linux.
    peak_mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    about = f"{case.name}; limit {asked.seconds:g} s; {machine()}."
    text = f"{about}\n\n{report(case, verdict, bound_cents, peak_mib)}"
    print(text)
    if asked.write:
        write_figures(f"bench_day {len(case.request.orders)}", text)
    return int(bool(verdict.broken))


if __name__ == "__main__":
    sys.exit(main())

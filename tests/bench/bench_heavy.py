"""Heavy aircraft, with three and with ten orders a sortie: `python -m tests.bench.bench_heavy`.

The shipped sample day with drones that carry, and whose batteries hold, four times as much. Sorties
of three orders are enumerated; longer ones come from the search by strings. Both plans have the
same time, one after the other, and are judged by the checker.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from planner.plan.plan import Plan
from planner.solve.solve import make_plan
from planner.solve_options import SolveOptions
from tests.bench.cases import SEED, Case, machine, make_case, table, write_figures
from tests.bench.judge import Verdict, judge

HEAVIER = 4
ALLOWED = 3, 10
"""Orders a sortie."""


@dataclass(frozen=True)
class Outcome:
    """A plan's verdict, its bound, and its sorties by number of orders."""

    allowed: int
    verdict: Verdict
    bound_cents: int
    sizes: Counter[int]


def heavy(case: Case, allowed: int) -> Case:
    """Return a day on heavier aircraft that may carry so many orders a sortie."""
    fleet = case.request.fleet
    types = tuple(
        replace(
            kind,
            payload_kg=HEAVIER * kind.payload_kg,
            volume_l=HEAVIER * kind.volume_l,
            battery_wh=HEAVIER * kind.battery_wh,
        )
        for kind in fleet.types
    )
    rules = replace(fleet.rules, max_orders_per_sortie=allowed)
    request = replace(case.request, fleet=replace(fleet, types=types, rules=rules))
    return replace(case, request=request)


def run(case: Case, seconds: float) -> list[Outcome]:
    """Return what comes of each number of orders a sortie."""
    found = []
    for allowed in ALLOWED:
        day = heavy(case, allowed)
        options = SolveOptions(time_limit_s=seconds, seed=SEED)
        plan = make_plan(day.network, day.request, day.rulebook, options)
        verdict = judge("hetao", plan, day, seconds)
        found.append(Outcome(allowed, verdict, plan.bound.lower_bound_cents, sizes(plan)))
        print(found[-1], file=sys.stderr, flush=True)
    return found


def sizes(plan: Plan) -> Counter[int]:
    """Return how many sorties hand over how many orders."""
    return Counter(
        sum(event.kind == "unload" for stop in sortie.stops for event in stop.events)
        for sortie in plan.sorties
    )


def report(outcomes: Sequence[Outcome], currency: str) -> str:
    """Return the table."""
    header = (
        "orders a sortie", "on time", "late", "unserved", "sorties", "of more than three",
        "drones used", f"cost {currency}", f"bound {currency}", "violations",
    )  # fmt: skip
    rows = [
        (
            f"up to {each.allowed}",
            str(each.verdict.on_time),
            str(each.verdict.late),
            str(each.verdict.unserved),
            str(each.verdict.sorties),
            str(sum(count for size, count in each.sizes.items() if size > ALLOWED[0])),
            str(each.verdict.drones),
            f"{each.verdict.cents / 100:,.2f}",
            f"{each.bound_cents / 100:,.2f}",
            str(each.verdict.broken.total()),
        )
        for each in outcomes
    ]
    return table(header, rows)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run from a command line; return 1 if a plan breaks a rule or more orders cost more."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.bench_heavy")
    parser.add_argument("--seconds", type=float, default=60.0, help="time limit of each plan")
    parser.add_argument("--write", action="store_true", help="write the table to the docs")
    asked = parser.parse_args(arguments)
    case = make_case(None, None)
    outcomes = run(case, asked.seconds)
    told = report(outcomes, case.request.fleet.prices.currency)
    text = f"{case.name}; limit {asked.seconds:g} s each; {machine()}.\n\n{told}"
    print(text)
    if asked.write:
        write_figures("bench_heavy", text)
    broken = any(each.verdict.broken for each in outcomes)
    return int(broken or outcomes[1].verdict.cents > outcomes[0].verdict.cents)


if __name__ == "__main__":
    sys.exit(main())

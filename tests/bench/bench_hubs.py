"""Orders between hubs beside other planners: `python -m tests.bench.bench_hubs [--write]`.

A made-up instance of `tests.bench.hubs`, no customs. commiv 0.6 is the strongest planner of pickups
and deliveries found; OR-Tools runs guided local search from two first solutions, its second at its
best settings for such days. Each has the same wall time, one after the other; commiv and OR-Tools
work on one core, so the search by strings is shown on one core and on two. All are told the same;
what each hands over is walked by `tests.bench.hubs.faults` and priced by `cost_of`, which know
nothing of any.
"""

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import version

from planner.strings.search import Effort
from tests.bench.cases import machine, table, write_figures
from tests.bench.hubs import Hubs, Route, cost_of, faults, make_hubs
from tests.bench.hubs_planners import SEED, commiv_routes, ortools_routes, our_routes

HOT = 300.0
"""The first temperature of the search by strings, s of travel."""


@dataclass(frozen=True)
class Outcome:
    """What a planner made of an instance."""

    planner: str
    cost: int
    served: int
    vehicles: int
    wall_s: float
    cpu_s: float
    wrong: tuple[str, ...]


def planners(seconds: float) -> list[tuple[str, Callable[[Hubs], Sequence[Route]]]]:
    """Return each planner's name and how it is called."""

    def ours(workers: int) -> Callable[[Hubs], list[Route]]:
        effort = Effort(seconds=seconds, seed=SEED, chains=workers, workers=workers, hot=HOT)
        return lambda hubs: our_routes(hubs, effort)

    ortools = f"OR-Tools {version('ortools')}"
    return [
        ("hetao by strings, one core", ours(1)),
        ("hetao by strings, two cores", ours(2)),
        (f"commiv {version('commiv')}", lambda hubs: commiv_routes(hubs, seconds)),
        (
            f"{ortools}, PATH_CHEAPEST_ARC",
            lambda hubs: ortools_routes(hubs, seconds, "PATH_CHEAPEST_ARC", None),
        ),
        (
            f"{ortools}, LOCAL_CHEAPEST_INSERTION, neighbors_ratio .05",
            lambda hubs: ortools_routes(hubs, seconds, "LOCAL_CHEAPEST_INSERTION", 0.05),
        ),
    ]


def run(hubs: Hubs, seconds: float, only: str = "") -> list[Outcome]:
    """Return what each planner whose name holds `only` makes of an instance."""
    # What is compiled is compiled before the clock starts.
    our_routes(make_hubs(4, SEED), Effort(rounds=1, steps=1))
    found = []
    for name, plan in planners(seconds):
        if only not in name:
            continue
        wall, cpu = time.monotonic(), time.process_time()
        routes = plan(hubs)
        spent = time.monotonic() - wall, time.process_time() - cpu
        served = len({order for route in routes for order, _ in route})
        vehicles = sum(1 for route in routes if route)
        wrong = tuple(faults(hubs, routes))
        found.append(Outcome(name, cost_of(hubs, routes), served, vehicles, *spent, wrong))
        print(found[-1], file=sys.stderr, flush=True)
    return found


def report(outcomes: Sequence[Outcome]) -> str:
    """Return the table."""
    header = ("planner", "cost", "served", "vehicles", "wall s", "CPU s", "faults")
    rows = [
        [
            each.planner,
            f"{each.cost:,}",
            str(each.served),
            str(each.vehicles),
            f"{each.wall_s:.1f}",
            f"{each.cpu_s:.1f}",
            str(len(each.wrong)),
        ]
        for each in outcomes
    ]
    return table(header, rows)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run from a command line; return 1 if routes break a rule or commiv's cost less than ours."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.bench_hubs")
    parser.add_argument("--orders", type=int, default=1000)
    parser.add_argument("--seconds", type=float, default=60.0, help="wall time of each planner")
    parser.add_argument("--seed", type=int, default=1, help="of the instance")
    parser.add_argument("--only", default="", help="planners whose name holds this")
    parser.add_argument("--write", action="store_true", help="write the table to the docs")
    asked = parser.parse_args(arguments)
    hubs = make_hubs(asked.orders, asked.seed)
    outcomes = run(hubs, asked.seconds, asked.only)
    said = f"{asked.orders} orders, up to {hubs.vehicles} vehicles, seed {asked.seed}"
    text = f"{said}; {asked.seconds:.0f} s each; {machine()}.\n\n{report(outcomes)}"
    print(text)
    if asked.write:
        write_figures("bench_hubs", text)
    ours = [each.cost for each in outcomes if each.planner.startswith("hetao")]
    peers = [each.cost for each in outcomes if each.planner.startswith("commiv")]
    worse = bool(ours and peers) and max(ours) > min(peers)
    return int(worse or any(each.wrong for each in outcomes))


if __name__ == "__main__":
    sys.exit(main())

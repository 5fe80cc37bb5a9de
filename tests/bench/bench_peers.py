"""This planner beside others on one day: `python -m tests.bench.bench_peers`.

Each plans the same request in the same process, one after the other, with the same wall time:

- *alone*: no planner; each order by itself, as it gets ready, on the drone that costs least then;
- *OR-Tools routing*, 1: as its pickup-and-delivery guide has it (`PATH_CHEAPEST_ARC`, guided local
  search), 2: with `LOCAL_CHEAPEST_INSERTION`, which starts much better on such days, 3: from there
  by ruin and recreate (SISR). One thread, as the library has no more;
- *VROOM*, through pyvroom, at its widest exploration, on two threads;
- *PyVRP*, iterated local search, on one thread;
- *vrp-cli*, through its pragmatic format, on two threads; no release of it runs on Python 3.13;
- *commiv*, ruin and recreate (SISR), on one thread;
- *hetao*: `planner.solve.solve.make_plan`, on two workers;
- *hetao, on time first*: the same of a request in which lateness is ten times as dear, its plan
  priced like all others by the request as it is (`tests.bench.repriced`). That is how an operator
  says that orders are to be on time where they can be: the rule `max_late_s` 0 leaves out those
  that cannot.

What the peers are given (`tests.bench.given`): usual flying times from stop to stop of each drone
type (the median over the day's hours), over the boundary through the quickest checkpoints that may
clear the order; clearance as service time; windows, loads, volumes, prices, which drone may carry
what. Several trips of one vehicle, each after the other, neither knows as such: each drone's day is
cut into trips of an hour, each a vehicle of its own with the orders of one sortie at most and the
air time of a battery with the mean order aboard.

What they cannot express: wind and closures by the hour, energy by load, blocks, pads, bays, the
rules of a crossing, the price of a drone's day over its trips. All but OR-Tools besides: lateness
at a price, the limit on waiting, an order's longest time under way. PyVRP and commiv besides: the
number of orders of a sortie. Commiv besides: several squads, volume, what is left out; its module
says how it is helped.

Their routes are then flown on this planner's calendar (`tests.bench.routes`), first come, first
served, each sortie on the best drone and at the best time found; what does not fly as routed is
rescued: each such order alone on the drone that costs least. Who finds no routes in its time has
all orders rescued. All plans are priced alike and judged
by `planner.check`. Wall time is from the request to the plan, without the check.
"""

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from importlib.metadata import version
from importlib.util import find_spec

from planner.air.airspace import Airspace
from planner.day.instance import Instance
from planner.plan.plan import Plan
from planner.request.request import Request
from planner.solve.solve import make_plan
from planner.solve_options import SolveOptions
from tests.bench.cases import SEED, Case, machine, make_case, table, write_figures
from tests.bench.given import Given
from tests.bench.judge import Verdict, judge, plan_of
from tests.bench.peer_commiv import commiv_routes
from tests.bench.peer_ortools import ortools_routes, ortools_sisr_routes
from tests.bench.peer_pyvrp import pyvrp_routes
from tests.bench.peer_vroom import vroom_routes
from tests.bench.peer_vrpcli import vrpcli_routes
from tests.bench.repriced import dearer_lateness, priced_by
from tests.bench.routes import Route, fly, fly_alone

Find = Callable[[Given, float], list[Route]]
"""Finds routes in so many seconds."""

ON_TIME_FIRST = 10
"""How many times as dear lateness is where orders are to be on time first."""

ORTOOLS = ("PATH_CHEAPEST_ARC", "LOCAL_CHEAPEST_INSERTION")


def run_alone(case: Case) -> Verdict:
    """Return the verdict on serving each order by itself."""
    started = time.monotonic()
    plan = plan_of(fly_alone(_instance(case)), 0.0)
    return judge("each order alone", plan, case, time.monotonic() - started)


def run_peer(name: str, find: Find, case: Case, seconds: float) -> Verdict:
    """Return the verdict on the routes that a peer finds in `seconds`."""
    started = time.monotonic()
    instance = _instance(case)
    routes = find(Given(instance), seconds)
    routed = {step.job for route in routes for step in route.steps}
    flown = fly(instance, routes)
    plan = plan_of(flown.roster, seconds)
    wall_s = time.monotonic() - started
    return judge(name, plan, case, wall_s, len(flown.rescued), len(routed))


def run_own(case: Case, seconds: float) -> Verdict:
    """Return the verdict on this planner's plan."""
    plan, wall_s = _own_plan(case, case.request, seconds)
    return judge("hetao", plan, case, wall_s)


def run_on_time_first(case: Case, seconds: float) -> Verdict:
    """Return the verdict on this planner's plan where orders are to be on time first."""
    asked = dearer_lateness(case.request, ON_TIME_FIRST)
    plan, wall_s = _own_plan(case, asked, seconds)
    return judge("hetao, on time first", priced_by(plan, case.request), case, wall_s)


def _own_plan(case: Case, asked: Request, seconds: float) -> tuple[Plan, float]:
    """Return this planner's plan of a request on the case's network, and the wall time."""
    started = time.monotonic()
    options = SolveOptions(time_limit_s=seconds, seed=SEED)
    plan = make_plan(case.network, asked, case.rulebook, options)
    return plan, time.monotonic() - started


def peers() -> list[tuple[str, Find]]:
    """Return the name of every other planner and what finds its routes."""
    routing = f"OR-Tools {version('ortools')} routing"
    guided: list[tuple[str, Find]] = [
        (f"{routing}, {strategy}", partial(_guided, strategy)) for strategy in ORTOOLS
    ]
    found: list[tuple[str, Find]] = [
        *guided,
        (f"{routing}, SISR", ortools_sisr_routes),
        (f"VROOM (pyvroom {version('pyvroom')})", vroom_routes),
        (f"PyVRP {version('pyvrp')}", pyvrp_routes),
    ]
    if find_spec("vrp_cli"):
        found.append((f"vrp-cli {version('vrp-cli')}", vrpcli_routes))
    return [*found, (f"commiv {version('commiv')}", commiv_routes)]


def _guided(strategy: str, given: Given, seconds: float) -> list[Route]:
    return ortools_routes(given, strategy, seconds)


def run_all(case: Case, seconds: float, said: Callable[[Verdict], None]) -> list[Verdict]:
    """Return every planner's verdict, and say each as it comes."""
    runs: list[Callable[[], Verdict]] = [lambda: run_alone(case)]
    for name, find in peers():
        runs.append(lambda name=name, find=find: run_peer(name, find, case, seconds))  # type: ignore[misc]
    runs += [lambda: run_own(case, seconds), lambda: run_on_time_first(case, seconds)]
    verdicts = []
    for run in runs:
        verdicts.append(run())
        said(verdicts[-1])
    return verdicts


def report(verdicts: Sequence[Verdict], currency: str) -> str:
    """Return the table of verdicts."""
    header = (
        "planner", "on time", "late", "unserved", "routed", "rescued", "sorties", "drones",
        f"cost {currency}", "wall s", "violations",
    )  # fmt: skip
    rows = [
        (
            each.planner,
            str(each.on_time),
            str(each.late),
            str(each.unserved),
            "-" if each.routed is None else str(each.routed),
            str(each.rescued),
            str(each.sorties),
            str(each.drones),
            f"{each.cents / 100:,.2f}",
            f"{each.wall_s:.1f}",
            ", ".join(f"{code} {count}" for code, count in sorted(each.broken.items())) or "0",
        )
        for each in verdicts
    ]
    return table(header, rows)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run from a command line; return 1 if a plan breaks a rule, for then no figure counts."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.bench_peers")
    parser.add_argument("--orders", type=int, help="size of a made-up day; else the shipped one")
    parser.add_argument("--drones", type=int, help="its drones")
    parser.add_argument("--seconds", type=float, default=30.0, help="wall time of each planner")
    parser.add_argument("--write", action="store_true", help="write the table to the docs")
    asked = parser.parse_args(arguments)
    case = make_case(asked.orders, asked.drones)
    about = f"{case.name}; {asked.seconds:g} s each; {machine()}."
    print(about, file=sys.stderr)
    verdicts = run_all(case, asked.seconds, lambda each: print(each, file=sys.stderr, flush=True))
    text = f"{about}\n\n{report(verdicts, case.request.fleet.prices.currency)}"
    print(text)
    if asked.write:
        write_figures(f"bench_peers {len(case.request.orders)}", text)
    return int(any(each.broken for each in verdicts))


def _instance(case: Case) -> Instance:
    return Instance(Airspace(case.network, case.request), case.rulebook)


if __name__ == "__main__":
    sys.exit(main())

"""Route queries in process: `python -m tests.bench.bench_route`.

Random loads between random vertiports of the shipped network at random times of the shipped sample
day, with its fleet and its hourly wind, by any type or a given one. Beside them a plain Dijkstra of
networkx between the same two vertiports, each lane at its length over the first type's airspeed: no
wind, hours, zones, customs, energy. Every run is warm and times each query; a figure is the median
of the runs.

`--cases N` instead compares N legs and N routes on small random networks, full of closures and
changing wind, with trying everything; the test suite does 200 of each. Routes that land a second
apart are counted by themselves (`tests.planner.route_cases.ROUNDING_S` says why).
"""

import argparse
import datetime as dt
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from random import Random
from typing import Any

import networkx as nx

from planner.air.airspace import Airspace
from planner.air.graph import corridor_graph
from planner.day.instance import Instance
from planner.request.order import Order
from planner.route.consignment import lodged_in_time
from planner.route.route import RouteQuery, Router
from tests.bench.cases import SEED, Case, machine, make_case, table, write_figures
from tests.planner import leg_cases, route_cases

FIRST_S, LAST_S = 6 * 3600, 22 * 3600
GOODS = ("document", "general", "bonded", "research", "biological")
CASES_A_DAY = 10
A_SECOND = "a second apart"

Work = Callable[[RouteQuery], Sequence[object]]


def random_queries(case: Case, seed: int, others: int, across: bool) -> Iterator[RouteQuery]:
    """Yield queries for ever, all documents lodged in time; with `across` of goods that cross."""
    draw, types = Random(seed), case.request.types
    sites, side_of = sorted(case.network.vertiports), case.network.side_of
    midnight = case.network.calendar(case.request.fleet.day).midnight
    while True:
        origin, destination = draw.sample(sites, 2)
        if across and side_of(origin) == side_of(destination):
            continue
        kind = draw.choice((None, *types))
        most_kg = types[kind].payload_kg if kind else max(t.payload_kg for t in types.values())
        goods: Any = draw.choice(GOODS)
        ready = midnight + dt.timedelta(seconds=draw.randrange(FIRST_S, LAST_S))
        sides = side_of(origin), side_of(destination)
        order = Order(
            id="R",
            origin=origin,
            destination=destination,
            mass_kg=round(draw.uniform(0.1, most_kg), 1),
            volume_l=10.0,
            goods=goods,
            ready=ready,
            due=midnight + dt.timedelta(days=1),
            sealed=draw.random() < 0.5,
            declarations=lodged_in_time(case.rulebook.customs, goods, *sides, ready),
        )
        yield RouteQuery(order, kind, others)


def timed(work: Work, queries: Iterable[RouteQuery]) -> tuple[list[float], float]:
    """Return the milliseconds of each query, and the share of queries that found a way."""
    times_ms, found = [], 0
    for query in queries:
        began = time.perf_counter()
        ways = work(query)
        times_ms.append(1000 * (time.perf_counter() - began))
        found += bool(ways)
    return times_ms, found / len(times_ms)


def plain_dijkstra(case: Case, router: Router) -> Work:
    """Return networkx's shortest path between the vertiports of a query, by time in calm air."""
    graph = corridor_graph(router.instance.airspace)
    airspeed_m_s = case.request.fleet.types[0].airspeed_m_s
    for _, _, lane in graph.edges(data=True):
        lane["seconds"] = lane["length_m"] / airspeed_m_s

    def path(query: RouteQuery) -> Sequence[object]:
        order = query.order
        found: list[str] = nx.dijkstra_path(
            graph, order.origin, order.destination, weight="seconds"
        )
        return found

    return path


def measure(case: Case, queries: int, runs: int) -> str:
    """Return the table of times."""
    request = replace(case.request, orders=())
    router = Router(Instance(Airspace(case.network, request), case.rulebook), permissions=False)

    def route(query: RouteQuery) -> Sequence[object]:
        return router.routes(query).routes

    timed(route, islice(random_queries(case, SEED, 0, False), 2 * queries))
    asked: list[tuple[str, int, bool, Work, int]] = [
        ("networkx Dijkstra", 0, False, plain_dijkstra(case, router), queries),
        ("hetao, the quickest route", 0, False, route, queries),
        ("the same across the boundary", 0, True, route, queries),
        ("hetao, with 3 other routes", 3, False, route, queries // 4),
    ]
    rows, base_ms = list[tuple[str, ...]](), 0.0
    for name, others, across, work, number in asked:
        runs_ms, shares = [], []
        for run in range(runs):
            drawn = islice(random_queries(case, SEED + 1 + run, others, across), number)
            times_ms, share = timed(work, drawn)
            cuts = statistics.quantiles(times_ms, n=100)
            runs_ms.append((cuts[49], cuts[98]))
            shares.append(share)
        p50_ms, p99_ms = (statistics.median(each) for each in zip(*runs_ms, strict=True))
        base_ms = base_ms or p50_ms
        found = f"{statistics.median(shares):.0%}"
        times = f"{p50_ms:.2f}", f"{p99_ms:.2f}", f"{p50_ms / base_ms:.1f}"
        rows.append((name, str(number), found, *times))
    heading = ("", "queries a run", "with a route", "p50 ms", "p99 ms", "p50 / Dijkstra")
    return table(heading, rows)


def compare(number: int) -> tuple[str, int]:
    """Return the table of comparisons with trying everything, and how many differ."""
    rows, differing = list[tuple[str, ...]](), 0
    suites: list[tuple[str, Callable[[int], Iterator[Any]], Callable[[Any], Iterator[str]]]] = [
        ("legs", lambda seed: leg_cases.leg_cases(seed, CASES_A_DAY), _leg_differences),
        ("routes", lambda seed: route_cases.route_cases(seed, CASES_A_DAY), _route_differences),
    ]
    for name, cases, differences in suites:
        began, counts = time.monotonic(), Counter[str]()
        for seed in range(number // CASES_A_DAY):
            for case in cases(seed):
                for kind in differences(case):
                    counts[kind] += 1
                    print(f"{name}: day {seed}: {case}: {kind}", file=sys.stderr, flush=True)
        near = counts.pop(A_SECOND, 0)
        different = counts.total()
        differing += different
        wall_s = f"{time.monotonic() - began:.0f}"
        rows.append((name, str(number), str(different), str(near), wall_s))
    return table(("", "compared", "different", "a second apart", "wall s"), rows), differing


def _leg_differences(case: leg_cases.LegCase) -> Iterator[str]:
    told = leg_cases.disagreement(case)
    if told is not None:
        yield told


def _route_differences(case: route_cases.RouteCase) -> Iterator[str]:
    told = route_cases.disagreement(case, within_s=0)
    if told is not None:
        yield route_cases.disagreement(case) or A_SECOND


def main(arguments: Sequence[str] | None = None) -> int:
    """Run from a command line; return 1 if an answer differs from trying everything."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.bench_route")
    parser.add_argument("--cases", type=int, help="compare so many with trying everything")
    parser.add_argument("--queries", type=int, default=2000, help="queries a run")
    parser.add_argument("--runs", type=int, default=5, help="runs, of which the median counts")
    parser.add_argument("--write", action="store_true", help="write the table to the docs")
    asked = parser.parse_args(arguments)
    differing = 0
    if asked.cases:
        name = "bench_route cases"
        text, differing = compare(asked.cases)
    else:
        name = "bench_route"
        case = make_case(None, None)
        about = f"{len(case.network.lanes)} lanes, {len(case.network.vertiports)} vertiports"
        text = f"{about}; median of {asked.runs} runs; {machine()}.\n\n"
        text += measure(case, asked.queries, asked.runs)
    print(text)
    if asked.write:
        write_figures(name, text)
    return int(differing > 0)


if __name__ == "__main__":
    sys.exit(main())

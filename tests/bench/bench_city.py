"""A day over a whole city, planned in parts: `python -m tests.bench.bench_city`.

30 vertiports with drones at each, 8 checkpoints, 400 corridors. Says what `bench_day` says; the
memory is the most that the process had, reading and checking included, and the most that one of its
processes had for each of them.
"""

import argparse
import resource
import sys
from collections.abc import Sequence

from geodata.check import check_network
from tests.bench import bench_day
from tests.bench.cases import machine, make_city_case, write_figures


def peak_mib(workers: int) -> float:
    """Return the most memory of this process and of its ended ones, taken for all at their most."""
    own, others = (
        resource.getrusage(who).ru_maxrss
        for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    # ru_maxrss counts KiB on Linux; of ended processes it is that of the largest.
    return (own + workers * others) / 1024


def main(arguments: Sequence[str] | None = None) -> int:
    """Run from a command line; return 1 if the plan breaks a rule."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.bench_city")
    parser.add_argument("--orders", type=int, default=10_000)
    parser.add_argument("--drones", type=int, default=300)
    parser.add_argument("--seconds", type=float, default=120.0, help="time limit of the plan")
    parser.add_argument("--workers", type=int, default=2, help="parts solved at a time")
    parser.add_argument("--write", action="store_true", help="write the table to the docs")
    asked = parser.parse_args(arguments)
    case = make_city_case(asked.orders, asked.drones)
    assert not check_network(case.network), "the city breaks a rule of the network"
    verdict, bound_cents = bench_day.run(case, asked.seconds, asked.workers)
    figures = bench_day.report(case, verdict, bound_cents, peak_mib(asked.workers))
    text = f"{case.name}; limit {asked.seconds:g} s; {machine()}.\n\n{figures}"
    print(text)
    if asked.write:
        write_figures("bench_city", text)
    return int(bool(verdict.broken))


if __name__ == "__main__":
    sys.exit(main())

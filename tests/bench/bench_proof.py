"""Small random requests: plan, checker, bound and every plan: `python -m tests.bench.bench_proof`.

The plans that are tried begin sorties every 300 s, so a day's true optimum may be a little less
than the least of them, and a plan may be cheaper. A bound above it is wrong all the same.
"""

import argparse
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from multiprocessing import get_context
from random import Random

from geodata.network import Network
from planner.check import check_plan
from planner.request.request import Request
from planner.rules.rulebook import shipped_rulebook
from planner.solve.solve import make_plan
from tests.bench.cases import machine, table, write_figures
from tests.geodata.small import small_network
from tests.planner.days import QUICK, instance, priced, random_request
from tests.planner.every_plan import least_cents
from tests.planner.everything import asked_at_random

CASES = 2000

CHUNK = 25
"""Requests that a process takes at a time."""

QUICKLY = replace(QUICK, time_limit_s=0.5)


@dataclass
class Tally:
    """What was found of the requests so far; `worst` is the greatest excess and its seed."""

    cases: int = 0
    checked: int = 0
    equal: int = 0
    below: int = 0
    above: int = 0
    worst: tuple[float, int] = (0.0, -1)
    over_cost: int = 0
    over_least: int = 0

    def add(self, seed: int) -> None:
        """Plan a request, and hold the plan and its bound against every plan tried."""
        network, asked = drawn(seed)
        rulebook = shipped_rulebook()
        plan = make_plan(network, asked, rulebook, QUICKLY)
        cost, bound = plan.cost.total_cents, plan.bound.lower_bound_cents
        least = least_cents(instance(asked, network))
        self.cases += 1
        self.checked += check_plan(plan, network, asked, rulebook) == []
        self.equal += cost == least
        self.below += cost < least
        self.above += cost > least
        self.worst = max(self.worst, (cost / least - 1 if least else float(cost), seed))
        self.over_cost += bound > cost
        self.over_least += bound > least

    def join(self, other: "Tally") -> None:
        """Take in what was found of other requests."""
        self.cases += other.cases
        self.checked += other.checked
        self.equal += other.equal
        self.below += other.below
        self.above += other.above
        self.worst = max(self.worst, other.worst)
        self.over_cost += other.over_cost
        self.over_least += other.over_least

    @property
    def sound(self) -> bool:
        """Whether every plan passed the checker and no bound is above a cost."""
        return self.checked == self.cases and not self.over_cost and not self.over_least

    def report(self) -> str:
        """Return the table."""
        header = (
            "requests", "checked", "cost equal", "cost below", "cost above", "worst excess",
            "its seed", "bound above the cost", "bound above the least",
        )  # fmt: skip
        row = (
            self.cases, self.checked, self.equal, self.below, self.above,
            f"{self.worst[0]:.2%}", self.worst[1] if self.above else "-",
            self.over_cost, self.over_least,
        )  # fmt: skip
        return table(header, [[str(each) for each in row]])


def drawn(seed: int) -> tuple[Network, Request]:
    """Return a small request; every other one asks for boxes, returns, charging and the rest."""
    draw = Random(seed)
    orders, drones, most = draw.randint(2, 3), draw.randint(1, 2), draw.choice((1, 2, 3))
    network, rules = small_network(), {"max_orders_per_sortie": most}
    if seed % 2:
        network, asked = asked_at_random(draw, orders, drones, **rules)
    else:
        asked = random_request(draw, orders, drones, **rules)
    return network, priced(draw, asked)


def tallied(seeds: Sequence[int]) -> Tally:
    """Return what is found of the requests of some seeds."""
    tally = Tally()
    for seed in seeds:
        tally.add(seed)
    return tally


def tallied_at_once(cases: int) -> Tally:
    """Return what is found of the first requests, by a process for each core."""
    chunks = [range(begin, min(begin + CHUNK, cases)) for begin in range(0, cases, CHUNK)]
    tally = Tally()
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as executor:
        for found in executor.map(tallied, chunks):
            tally.join(found)
    return tally


def main(arguments: Sequence[str] | None = None) -> int:
    """Run from a command line; return 1 if a plan or a bound is wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.bench_proof")
    parser.add_argument("--cases", type=int, default=CASES, help="requests")
    parser.add_argument("--write", action="store_true", help="write the table to the docs")
    asked = parser.parse_args(arguments)
    tally = tallied_at_once(asked.cases)
    text = f"{machine()}.\n\n{tally.report()}"
    print(text)
    if asked.write:
        write_figures("bench_proof", text)
    return int(not tally.sound)


if __name__ == "__main__":
    sys.exit(main())

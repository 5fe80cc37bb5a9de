"""What each part of the search gives: `python -m tests.bench.bench_search --write`.

A made-up day is relaxed, and its sorties chosen by some of the parts alone, every one from the same
candidates. *Chosen* is what the choice costs on an empty day, *flown*
what it costs on blocks, pads and bays, both above the bound.
"""

import argparse
import math
import sys
import time
from collections.abc import Callable, Sequence

import numpy as np

from planner.airspace import Airspace
from planner.anneal import anneal
from planner.candidates import Candidates
from planner.choice import Flags, Offers, State, copied, cost_of, empty_state
from planner.choose import CANDIDATES
from planner.columns import Columns
from planner.day_arrays import DayArrays
from planner.dive import Dive, Diver
from planner.improve import COLD_CENTS, WARM_CENTS
from planner.instance import Instance
from planner.pool import build_pool
from planner.rebuild_day import write_choice
from planner.recombine import recombined
from planner.roster import Roster
from planner.sorties import Enumerator
from planner.tables import Floats
from tests.bench.cases import SEED, machine, make_case, table, write_figures

WORK = 20_000_000
"""Candidates looked at by annealing."""

DIVES, ANNEALS, SHORTER = 6, 16, 20
"""Dives that are combined, annealings that go on from each, and how many times as short."""

COMBINATION_S = 10.0
"""Time of a combination at most, s."""


class Bench:
    """A day relaxed, and rows of a table about the choices made from its columns."""

    def __init__(self, orders: int, drones: int) -> None:
        case = make_case(orders, drones)
        self.instance = Instance(Airspace(case.network, case.request), case.rulebook)
        self.enumerator = Enumerator(self.instance)
        started = time.process_time()
        self.arrays = DayArrays(self.enumerator)
        self.pool = build_pool(self.enumerator, 2, lambda detail, done: None)
        self.columns, self.price = self.pool.cheapest(CANDIDATES)
        self.relaxed_s = time.process_time() - started
        self.rows: list[tuple[str, ...]] = []

    def candidates(self, *, alone: bool = True) -> Candidates:
        """Return candidates, those of one order left out if asked."""
        which = np.flatnonzero(alone | (self.columns.jobs[:, 1] >= 0))
        columns: Columns = self.columns.take(which)
        price: Floats = self.price[which]
        return Candidates(self.arrays, columns, price)

    def add(
        self,
        name: str,
        candidates: Candidates,
        choose: Callable[[], State],
    ) -> State:
        """Write down what a choice costs and how long it took; return it."""
        offers = candidates.offers
        started = time.process_time()
        state = choose()
        took_s = time.process_time() - started
        roster = Roster(self.instance)
        write_choice(roster, candidates, state)
        bound = self.pool.relaxation.cents
        above = (int(cost_of(offers, state)) / bound - 1, roster.cents() / bound - 1)
        left_out = len(self.instance.jobs) - len(roster.served())
        cells = (f"{took_s:.1f}", *(f"{each:.2%}" for each in above), str(left_out))
        self.rows.append((name, *cells))
        return state


def annealed(
    offers: Offers, state: State, used: Flags, work: int = WORK, seed: int = SEED
) -> State:
    """Return the best state that annealing meets from another."""
    best = empty_state(offers)
    anneal(offers, copied(state), best, used, seed, work, WARM_CENTS, COLD_CENTS)
    return best


def fully_dived(diver: Diver, seed: int = 0) -> Dive:
    """Return where a dive ends that has all the time it wants."""
    found = diver.dive(seed, lambda: math.inf)
    assert found is not None
    return found


def combined(offers: Offers) -> State:
    """Return the best choice of the sorties of some dives, each annealed short and often."""
    diver, states = Diver(offers), list[State]()
    for number in range(DIVES):
        begun = fully_dived(diver, number)
        states += [
            annealed(offers, begun.state, begun.used, WORK // SHORTER, number * ANNEALS + turn)
            for turn in range(ANNEALS)
        ]
    return recombined(offers, states, COMBINATION_S)


def run(bench: Bench) -> None:
    """Fill the table."""
    for name, alone in (
        ("annealed from nothing", True),
        ("the same, no order offered alone", False),
    ):
        candidates = bench.candidates(alone=alone)
        offers = candidates.offers
        every = np.ones(int(offers.drones[-1]), dtype=bool)
        empty = empty_state(offers)
        annealed(offers, empty, every, 1)  # compiled now
        bench.add(name, candidates, lambda o=offers, e=empty, d=every: annealed(o, e, d))
    for name, alone in (("dive", True), ("dive, no order offered alone", False)):
        candidates = bench.candidates(alone=alone)
        offers, found = candidates.offers, list[Dive]()

        def plunge(candidates: Candidates = candidates, found: list[Dive] = found) -> State:
            found.append(fully_dived(Diver(candidates.offers)))
            return copied(found[0].state)

        bench.add(name, candidates, plunge)
        begun = found[0]
        for times in (1, 10):
            bench.add(
                f"{name}, then annealed{' ten times as long' if times > 1 else ''}",
                candidates,
                lambda o=offers, b=begun, t=times: annealed(o, b.state, b.used, t * WORK),
            )
        if alone:
            bench.add(
                f"{DIVES} dives, each annealed {ANNEALS} times, combined",
                candidates,
                lambda o=offers: combined(o),
            )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run from a command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.bench_search")
    parser.add_argument("--orders", type=int, default=200)
    parser.add_argument("--drones", type=int, default=10)
    parser.add_argument("--write", action="store_true", help="write the table to the docs")
    asked = parser.parse_args(arguments)
    bench = Bench(asked.orders, asked.drones)
    run(bench)
    header = ("choice", "CPU s", "chosen", "flown", "left out")
    about = (
        f"A made-up day, seed {SEED}: {asked.orders} orders, {asked.drones} drones; relaxed to "
        f"{bench.pool.relaxation.cents / 100:,.2f} HKD in {bench.relaxed_s:.1f} s of processor "
        f"time, what is compiled not counted; {machine()}."
    )
    text = f"{about}\n\n{table(header, bench.rows)}"
    print(text)
    if asked.write:
        write_figures("bench_search", text)
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""What each part of the search gives: `python -m tests.bench.bench_search --write`.

A made-up day is relaxed, and its sorties chosen by some of the parts alone, every one from the same
candidates but for those that are named otherwise. *Chosen* is what the choice costs on an empty
day, *flown* what it costs on blocks, pads and bays, both above the bound. What betters the day
there has the same processor time in all, its choice included, on one thread.
"""

import argparse
import math
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from planner.air.airspace import Airspace
from planner.arrays import Flags, Floats
from planner.bound.columns import Columns
from planner.bound.pool import build_pool, guesses
from planner.bound.sorties import Enumerator
from planner.choice.anneal import anneal
from planner.choice.candidates import Candidates
from planner.choice.choice import Offers, State, copied, cost_of, empty_state
from planner.choice.dive import Dive, Diver
from planner.choice.improve import ANNEALS, COLD_CENTS, SHORTER, WARM_CENTS, Rounds
from planner.choice.recombine import recombined
from planner.clock import Clock
from planner.day.instance import Instance
from planner.dispatch.roster import Roster
from planner.fly.day_arrays import DayArrays
from planner.fly.quick import fill_at_once
from planner.rebuild.board import menu_of
from planner.rebuild.rebuild_day import rebuild_day, write_choices
from planner.rebuild.rebuild_large import rebuild_large
from planner.solve.choose import CANDIDATES
from planner.solve_options import SolveOptions
from planner.stop import Stop
from tests.bench.cases import SEED, machine, make_case, table, write_figures

WORK = 20_000_000
"""Candidates looked at by annealing."""

DIVES = 6
"""Dives that are combined."""

COMBINATION_S = 10.0
"""Time of a combination at most, s."""

ON_DAY_S = 20.0
"""Processor time of whatever betters a day among blocks, pads and bays, with its choice, s."""


class Bench:
    """A day relaxed, and rows of a table about the choices made from its columns."""

    def __init__(self, orders: int, drones: int) -> None:
        case = make_case(orders, drones)
        self.instance = Instance(Airspace(case.network, case.request), case.rulebook)
        self.enumerator = Enumerator(self.instance)
        started = time.process_time()
        self.arrays = DayArrays(self.enumerator)
        self.pool = build_pool(self.enumerator, 2)
        self.columns, self.price = self.pool.cheapest(CANDIDATES)
        self.relaxed_s = time.process_time() - started
        self.rows: list[tuple[str, ...]] = []

    def guessed(self) -> Candidates:
        """Return candidates by the first guess of what orders are worth, not by the relaxation."""
        guess = next(guesses(self.enumerator))
        return Candidates(self.arrays, *self.pool.lattice.cheapest(guess, CANDIDATES))

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
        write_choices(roster, candidates, menu_of(candidates), [state])
        chosen = int(cost_of(offers, state)) / self.pool.relaxation.cents - 1
        self._note(name, took_s, f"{chosen:.2%}", roster)
        return state

    def add_on_day(self, name: str, better: Callable[[Roster, Callable[[], float]], None]) -> None:
        """Write down a day that is bettered while it is told that processor time is left, s."""
        roster, started = Roster(self.instance), time.process_time()
        better(roster, lambda: ON_DAY_S - (time.process_time() - started))
        self._note(name, time.process_time() - started, "-", roster)

    def _note(self, name: str, took_s: float, chosen: str, roster: Roster) -> None:
        flown = roster.cents() / self.pool.relaxation.cents - 1
        left_out = len(self.instance.jobs) - len(roster.served())
        self.rows.append((name, f"{took_s:.1f}", chosen, f"{flown:.2%}", str(left_out)))


def annealed(
    offers: Offers, state: State, used: Flags, work: int = WORK, seed: int = SEED
) -> State:
    """Return the best state that annealing meets from another."""
    best = empty_state(offers)
    anneal(offers, copied(state), best, used, seed, work, WARM_CENTS, COLD_CENTS, Stop())
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


def rebuilt(
    candidates: Candidates, choose: Callable[[], State]
) -> Callable[[Roster, Callable[[], float]], None]:
    """Return what chooses sorties and rebuilds them on blocks, pads and bays while time is left."""

    def better(roster: Roster, left_s: Callable[[], float]) -> None:
        state = choose()
        all_s = max(left_s(), 1e-9)
        rounds = Rounds(WORK, SEED, 1, left_s, 0.0)
        menu = menu_of(candidates)
        rebuild_day(
            roster,
            candidates,
            menu,
            [state],
            rounds,
            lambda cents: _share_of(all_s - left_s(), all_s),
        )

    return better


def _share_of(spent_s: float, all_s: float) -> float | None:
    return spent_s / all_s if spent_s < all_s else None


@dataclass(frozen=True)
class Spent(Clock):
    """A clock by what somebody else counts as left, none of it kept for the end."""

    counted: Callable[[], float] = field(kw_only=True)

    def left_s(self) -> float:
        """Return what is left, s."""
        return self.counted()

    def ending_s(self, orders: int, left_out: int) -> float:
        """Return nothing."""
        return 0.0


def filled(roster: Roster, left_s: Callable[[], float]) -> None:
    """Fill a day at once, and rebuild it as a large one while time is left."""
    fill_at_once(roster, range(len(roster.instance.jobs)))
    rebuild_large(roster, Spent(SolveOptions(seed=SEED), 0.0, counted=left_s))


def run(bench: Bench) -> None:
    """Fill the table."""
    run_choices(bench)
    candidates, guessed = bench.candidates(), bench.guessed()
    begun = list[Dive]()

    def dived() -> State:
        begun.append(fully_dived(Diver(guessed.offers)))
        return copied(begun[0].state)

    bench.add("dive, candidates by guessed worth", guessed, dived)
    bench.add(
        "dive, candidates by guessed worth, then annealed",
        guessed,
        lambda: annealed(guessed.offers, begun[0].state, begun[0].used),
    )
    offers = candidates.offers
    every = np.ones(int(offers.drones[-1]), dtype=bool)
    empty = empty_state(offers)
    once = Rounds(WORK, SEED, 1, lambda: math.inf, 0.0)
    shares: list[float | None] = [0.0, None]
    # Compiled now.
    menu, compiling = menu_of(candidates), Roster(bench.instance)
    rebuild_day(compiling, candidates, menu, [empty], once, lambda cents: shares.pop(0))
    bench.add_on_day("filled at once", lambda roster, left_s: filled(roster, lambda: 0.0))
    bench.add_on_day("filled at once, then rebuilt as a large day", filled)
    for name, choose in (
        ("nothing chosen, rebuilt", lambda: copied(empty)),
        ("annealed from nothing, rebuilt", lambda: annealed(offers, empty, every)),
        (
            f"{DIVES} dives, each annealed {ANNEALS} times, combined, rebuilt",
            lambda: combined(offers),
        ),
    ):
        bench.add_on_day(name, rebuilt(candidates, choose))


def run_choices(bench: Bench) -> None:
    """Fill in what is chosen on an empty day."""
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

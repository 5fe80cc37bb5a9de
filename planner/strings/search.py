"""The search: fewer vehicles first, then annealing, by chains that go on from the best of them.

Rounds are counted in steps, so a search of a number of rounds gives the same whatever the clock;
one that ends by time does not.
"""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from planner.strings.anneal import anneal
from planner.strings.change import drop_absent, refresh, total_cost
from planner.strings.problem import FIXED, Problem
from planner.strings.state import ABSENT, State, copied, empty_state

COLD = 0.01
"""The last temperature as a share of the first."""

SQUEEZED, TRY = 0.4, 0.12
"""Shares of the search: until when vehicles are saved, and how long one more is tried for."""

EXCHANGES = 20
"""How often in a search chains go on from the best of them."""


@dataclass(frozen=True, slots=True)
class Effort:
    """How long to search, with what heat.

    Ends after `seconds`, or after `rounds` if there are any. `hot` is the first temperature, in
    money. `chains` are searched side by side on some `workers`, whose number changes nothing but
    the time; `steps` of a chain make a round.
    """

    seconds: float = 10.0
    rounds: int = 0
    seed: int = 1
    chains: int = 2
    workers: int = 2
    hot: float = 1000.0
    steps: int = 500


class Chain:
    """A state as it goes, and the best it has met at the end of a round."""

    def __init__(
        self, problem: Problem, state: State, hot: float, draw: np.random.Generator
    ) -> None:
        self.problem = problem
        self.hot = hot
        self._draw = draw
        self._saves = bool((problem.classes[:, FIXED] > 0).any())
        self._saving, self._since = self._saves, 0.0
        self._whole: State | None = None
        self._needed = np.zeros(len(problem.kind), dtype=np.bool_)
        self._allowed, self._tried = ~self._needed, ABSENT
        self.best, self.least = state, int(total_cost(problem, state))
        self.take_over(state)

    @property
    def cost(self) -> int:
        """What the state costs."""
        return int(total_cost(self.problem, self.state))

    @property
    def squeezing(self) -> bool:
        """Whether a vehicle is being saved."""
        return self._whole is not None

    def take_over(self, state: State) -> None:
        """Go on from a copy of a state."""
        self.state, self._kept = copied(state), copied(state)

    def round(self, spent: float, until: float, steps: int) -> None:
        """Anneal by some steps; `spent` and `until` are shares of the search."""
        begin = max(0.0, spent - SQUEEZED) / (1 - SQUEEZED) if self._saves else spent
        end = max(0.0, until - SQUEEZED) / (1 - SQUEEZED) if self._saves else until
        allowed = self._allowed if self.squeezing else np.ones_like(self._allowed)
        vehicles = np.flatnonzero(allowed)
        seed = int(self._draw.integers(2**31))
        hot, cold = (self.hot * COLD ** min(1.0, each) for each in (begin, end))
        anneal(self.problem, self.state, self._kept, vehicles, seed, steps, hot, cold)
        cost = self.cost
        if cost < self.least:
            self.least, self.best = cost, copied(self.state)
        if self._saving:
            self._squeeze(until)

    def _squeeze(self, spent: float) -> None:
        """Go on saving vehicles, one after the other; those that could not be saved stay."""
        absent = int((self.state.of == ABSENT).sum())
        whole = self._whole
        if whole is not None and absent > int((whole.of == ABSENT).sum()):
            if spent < SQUEEZED and spent <= self._since + TRY:
                return
            self.take_over(whole)
            self._needed[self._tried] = True
        self._whole = None
        self._saving = spent < SQUEEZED and self._save(spent)

    def _save(self, spent: float) -> bool:
        """Take the vehicle that carries least off the day, so that its jobs go elsewhere.

        Returns whether there is one beside another and not known to be needed.
        """
        used = self.state.trip_count > 0
        tried = np.flatnonzero(used & ~self._needed)
        if not len(tried) or used.sum() < 2:
            return False
        self._whole, self._since = copied(self.state), spent
        jobs = np.bincount(self.state.of[self.state.of != ABSENT], minlength=len(used))
        self._tried = int(tried[np.argmin(jobs[tried])])
        self._allowed = used & (np.arange(len(used)) != self._tried)
        for state in (self.state, self._kept):
            state.of[state.of == self._tried] = ABSENT
            drop_absent(self.problem, state, self._tried)
        return True


def search(
    problem: Problem,
    effort: Effort,
    begin: State | None = None,
    stopped: Callable[[], bool] = lambda: False,
) -> State:
    """Return the best state met at the end of a round, from a state on or from nothing.

    No round begins once it is `stopped`.
    """
    state = empty_state(problem) if begin is None else copied(begin)
    for vehicle in range(len(problem.kind)):
        refresh(problem, state, vehicle)
    if not len(problem.jobs) or not len(problem.kind):
        return state
    draws = np.random.default_rng(effort.seed).spawn(effort.chains)
    chains = [Chain(problem, state, effort.hot, draw) for draw in draws]
    began, number, exchanged = time.monotonic(), 0, 0
    with ThreadPoolExecutor(effort.workers) as pool:
        while True:
            if effort.rounds:
                spent, until = number / effort.rounds, (number + 1) / effort.rounds
            else:
                spent = (time.monotonic() - began) / effort.seconds
                until = spent * (1 + 1 / max(1, number))
            if spent >= 1 or stopped():
                return min(chains, key=lambda each: each.least).best
            running = [pool.submit(each.round, spent, until, effort.steps) for each in chains]
            for each in running:
                each.result()
            number += 1
            if int(spent * EXCHANGES) > exchanged:
                exchanged = int(spent * EXCHANGES)
                _exchange(chains)


def _exchange(chains: list[Chain]) -> None:
    """Let chains go on from the best of them."""
    best = min(chains, key=lambda each: each.cost)
    for chain in chains:
        if chain is not best and not chain.squeezing and not best.squeezing:
            chain.take_over(best.state)

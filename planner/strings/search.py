"""The search: rounds of annealing on parts of the vehicles, a part a worker, dealt anew each round.

Rounds are counted in steps, so a search of a number of rounds gives the same whatever the clock;
one that ends by time does not.
"""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from planner.strings.anneal import anneal
from planner.strings.change import refresh, total_cost
from planner.strings.problem import Ints, Problem
from planner.strings.state import ABSENT, State, copied, empty_state

COLD = 0.01
"""The last temperature as a share of the first."""


@dataclass(frozen=True, slots=True)
class Effort:
    """How long to search, with what heat.

    Ends after `seconds`, or after `rounds` if there are any. `hot` is the first temperature, in
    money. `steps` of a worker make a round.
    """

    seconds: float = 10.0
    rounds: int = 0
    seed: int = 1
    workers: int = 2
    hot: float = 1000.0
    steps: int = 500


def search(
    problem: Problem,
    effort: Effort,
    begin: State | None = None,
    met: Callable[[State], None] = lambda state: None,
) -> State:
    """Return the best state met at the end of a round; `met` is shown every round's."""
    state = empty_state(problem) if begin is None else begin
    for vehicle in range(len(problem.kind)):
        refresh(problem, state, vehicle)
    kept, best = copied(state), copied(state)
    if not len(problem.jobs) or not len(problem.kind):
        return best
    least = int(total_cost(problem, state))
    began, number = time.monotonic(), 0
    draw = np.random.default_rng(effort.seed)
    with ThreadPoolExecutor(effort.workers) as pool:
        while True:
            if effort.rounds:
                spent, step = number / effort.rounds, 1 / effort.rounds
            else:
                spent = (time.monotonic() - began) / effort.seconds
                step = spent / max(1, number)
            if spent >= 1:
                return best
            hot = effort.hot * COLD**spent
            cold = effort.hot * COLD ** min(1.0, spent + step)
            running = [
                pool.submit(anneal, problem, state, kept, *part, seed, effort.steps, hot, cold)
                for part, seed in _dealt(problem, state, effort.workers, draw)
            ]
            for each in running:
                each.result()
            number += 1
            met(state)
            cost = int(total_cost(problem, state))
            if cost < least:
                least, best = cost, copied(state)


def _dealt(
    problem: Problem, state: State, workers: int, draw: np.random.Generator
) -> list[tuple[tuple[np.ndarray, Ints], int]]:
    """Return for each worker its jobs (told apart from others), its vehicles, and a seed."""
    vehicles = draw.permutation(len(problem.kind))
    part = np.empty(len(vehicles), dtype=np.int64)
    used = state.count[vehicles] > 0
    for group in (vehicles[used], vehicles[~used]):
        part[group] = np.arange(len(group)) % workers
    jobs = np.where(
        state.of == ABSENT,
        draw.integers(workers, size=len(state.of)),
        part[state.of],
    )
    found = []
    for worker in range(workers):
        own = jobs == worker
        seed = int(draw.integers(2**31))
        if own.any() and (part == worker).any():
            found.append(((own, vehicles[part[vehicles] == worker]), seed))
    return found

"""The choice of sorties on an empty day, bettered round after round.

Two chains begin hot, annealed from nothing (`planner.anneal`); unless the day is large one of them
begins with a dive (`planner.dive`) instead. Rounds better them in turns by annealing and in
neighbourhoods (`planner.induced`).
"""

import math
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from planner.anneal import anneal
from planner.choice import Offers, State, copied, cost_of, empty_state
from planner.dive import Dive, dive, nothing
from planner.induced import bettered

CHAINS = 2
"""Choices that are annealed side by side."""

HOT_CENTS, WARM_CENTS, COLD_CENTS = 400.0, 100.0, 15.0
"""Temperatures at the begin of the first round, of others, and at the end: what is good already is
not boiled down."""

LARGE_HOT_CENTS, LARGE_COLD_CENTS = 3000.0, 30.0
"""The first and the last on large days, where leaving orders out is what costs."""

MOST_WORK = 50_000_000
"""Candidates that a chain looks at in a round at most where there is no time for longer ones."""

LONGER, FIRST_SHARE, ROUND_SHARE, LARGE_SHARE = 5, 0.15, 0.1, 0.9
"""Times as long as that rounds are at most, and shares of the time left that the first and later
ones may take; and the share that the only one of a large day takes, however long that is."""

PROBED = 0.02
"""Share of the work of a round by which is seen how long one takes."""

MOST_DIVED = 400
"""Orders up to which a dive is worth its time: it fixes sorties at single starts, and leaves drones
idle between them."""

LEAST_S = 1e-3
"""Time that a round is taken to last at least, s."""

EVERY = 6
"""A chain looks at a neighbourhood every so many rounds; it anneals in the others."""

SHARED_ROUNDS = 4
"""Rounds after which all chains go on from the best of them."""

LEFT_BY_DIVE = 0.3
"""Share of the time that a dive leaves to what comes after it."""


def is_large(jobs: int) -> bool:
    """Tell whether a day of so many jobs is rebuilt at once rather than dived for first."""
    return jobs > MOST_DIVED


@dataclass(frozen=True, slots=True)
class Rounds:
    """How to search: what draws start from, how many threads, and for how long.

    `work` is how many candidates a chain looks at for each job a round. `left_s` tells how much
    time there is until the day should be filled; a neighbourhood has `limit_s` at most.
    """

    work: int
    seed: int
    workers: int
    left_s: Callable[[], float]
    limit_s: float


def improve(
    offers: Offers,
    rounds: Rounds,
    go_on: Callable[[int], bool],
    met: Callable[[State], None] = lambda state: None,
) -> list[State]:
    """Return what the chains choose after some rounds, while `go_on` of their number says so.

    There is one round at least. `met` hears of the best choice after each that bettered it.
    """
    jobs = len(offers.unserved_cents)
    chains = [nothing(offers)] * CHAINS
    usual = min(MOST_WORK, rounds.work * jobs)
    least, number, takes_s = _cents(offers, chains[0]), 0, _probed_s(offers, rounds, usual)
    while go_on(number) or not number:
        work = _work(usual, takes_s, number, rounds.left_s(), is_large(jobs))
        chains = _next(offers, chains, rounds, number, work)
        number += 1
        best = min(chains, key=lambda each: _cents(offers, each))
        if _cents(offers, best) < least:
            least = _cents(offers, best)
            met(best.state)
        if number % SHARED_ROUNDS == 0:
            chains = [best] * CHAINS
    return [chain.state for chain in chains]


def _cents(offers: Offers, chain: Dive) -> int:
    return int(cost_of(offers, chain.state))


def _probed_s(offers: Offers, rounds: Rounds, usual: int) -> float:
    """Return how long it takes to look at so many candidates; 0 where wall time may not decide."""
    before_s = rounds.left_s()
    if math.isinf(before_s):
        return 0.0
    chain, work = nothing(offers), int(PROBED * usual)
    anneal(
        offers, chain.state, empty_state(offers), chain.used, rounds.seed % 2**32, work, HOT_CENTS,
        COLD_CENTS,
    )  # fmt: skip
    return (before_s - rounds.left_s()) / PROBED


def _work(usual: int, takes_s: float, number: int, left_s: float, large: bool) -> int:
    """Return how many candidates to look at in a round, where the usual number takes so long."""
    if math.isinf(left_s):
        return LONGER * usual
    share = LARGE_SHARE if large else ROUND_SHARE if number else FIRST_SHARE
    longer = share * left_s / max(takes_s, LEAST_S)
    return int(usual * max(PROBED, longer if large else min(LONGER, longer)))


def _share(left_s: Callable[[], float], share: float) -> Callable[[], float]:
    """Return what tells how much is left of a share of the time that is left now, if that ends."""
    all_s = left_s()
    return left_s if math.isinf(all_s) else lambda: left_s() - (1 - share) * all_s


def _next(
    offers: Offers, chains: Sequence[Dive], rounds: Rounds, number: int, work: int
) -> list[Dive]:
    """Return what some chains come to in a round; the number of threads changes nothing."""
    large = is_large(len(offers.unserved_cents))
    first_cents, cold_cents = (
        (LARGE_HOT_CENTS, LARGE_COLD_CENTS) if large else (HOT_CENTS, COLD_CENTS)
    )

    def run(chain: int) -> Dive:
        begun, seed = chains[chain], ((rounds.seed * CHAINS + chain) * 100_003 + number) % 2**32
        if number > 1 and (number + chain) % EVERY == 0 and begun.share.any():
            state = bettered(offers, begun.state, begun, seed, rounds.limit_s)
            return begun._replace(state=state)
        hot_cents = WARM_CENTS if number else first_cents
        if not number and not large and chain == CHAINS - 1:
            dived = dive(offers, _share(rounds.left_s, 1 - LEFT_BY_DIVE))
            if dived is not None:
                begun, hot_cents = dived, WARM_CENTS
        best, state = empty_state(offers), copied(begun.state)
        anneal(offers, state, best, begun.used, seed, work, hot_cents, cold_cents)
        return begun._replace(state=best)

    if rounds.workers < 2:
        return [run(chain) for chain in range(CHAINS)]
    with ThreadPoolExecutor(rounds.workers) as pool:
        return list(pool.map(run, range(CHAINS)))

"""The choice of sorties on an empty day, bettered round after round.

Each round two choices are looked for side by side: by dives (`planner.dive`), each among other
candidates, annealed afterwards (`planner.anneal`); and every other round by combining the sorties
of all that were found (`planner.recombine`). Large days are annealed from nothing instead, once.
"""

import math
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from planner.anneal import Offers, State, anneal, copied, cost_of, empty_state
from planner.dive import Dive, dive, nothing
from planner.recombine import recombined

CHAINS = 2
"""Choices that are looked for side by side."""

HOT_CENTS, WARM_CENTS, COLD_CENTS = 400.0, 100.0, 15.0
"""Temperatures at the begin from nothing, from what is good already and not to be boiled down, and
at the end."""

LARGE_HOT_CENTS, LARGE_COLD_CENTS = 3000.0, 30.0
"""The same on large days, where leaving orders out is what costs."""

MOST_WORK = 50_000_000
"""Candidates that a chain looks at in a round at most where there is no time for longer ones."""

LONGER, FIRST_SHARE, ROUND_SHARE, LARGE_SHARE = 5, 0.1, 0.03, 0.9
"""Times as long as that annealing takes at most on a day that is not large, and shares of the time
left that it may take in the first round, in later ones, and in the only one of a large day."""

PROBED = 0.02
"""Share of the work of a round by which is seen how long one takes."""

MOST_DIVED = 400
"""Orders up to which a dive is worth its time: it fixes sorties at single starts, and leaves drones
idle between them."""

LEAST_S = 1e-3
"""Time that a round is taken to last at least, s."""

KEPT = 12
"""Choices that are kept to combine."""

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
    usual = min(MOST_WORK, rounds.work * jobs)
    found = list[State]()
    number, takes_s = 0, _probed_s(offers, rounds, usual)
    while go_on(number) or not number:
        limit_s = _round_share(jobs, number) * rounds.left_s()
        work = _work(usual, takes_s, limit_s, is_large(jobs))
        fresh = _next(offers, found, rounds, number, work)
        # Those that cost the same are most often the same.
        of_cents = {_cents(offers, state): state for state in [*fresh, *found]}
        least = min([_cents(offers, state) for state in found], default=math.inf)
        found = [of_cents[cents] for cents in sorted(of_cents)[:KEPT]]
        number += 1
        if min(of_cents) < least:
            met(found[0])
    return found[:CHAINS]


def _round_share(jobs: int, number: int) -> float:
    """Return what share of the time left a round may take."""
    if is_large(jobs):
        return LARGE_SHARE
    return ROUND_SHARE if number else FIRST_SHARE


def _cents(offers: Offers, state: State) -> int:
    return int(cost_of(offers, state))


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


def _work(usual: int, takes_s: float, limit_s: float, large: bool) -> int:
    """Return how many candidates to look at within a time, where the usual number takes so long."""
    if math.isinf(limit_s):
        return LONGER * usual
    longer = limit_s / max(takes_s, LEAST_S)
    return int(usual * max(PROBED, longer if large else min(LONGER, longer)))


def _share(left_s: Callable[[], float], share: float) -> Callable[[], float]:
    """Return what tells how much is left of a share of the time that is left now, if that ends."""
    all_s = left_s()
    return left_s if math.isinf(all_s) else lambda: left_s() - (1 - share) * all_s


def _next(
    offers: Offers, found: Sequence[State], rounds: Rounds, number: int, work: int
) -> list[State]:
    """Return what is found in a round, `found` before, the cheapest first.

    The number of threads changes nothing.
    """
    large = is_large(len(offers.unserved_cents))
    hot_cents, cold_cents = (
        (LARGE_HOT_CENTS, LARGE_COLD_CENTS) if large else (HOT_CENTS, COLD_CENTS)
    )

    def annealed(begun: Dive, seed: int, hot_cents: float) -> State:
        best, state = empty_state(offers), copied(begun.state)
        anneal(offers, state, best, begun.used, seed, work, hot_cents, cold_cents)
        return best

    def run(chain: int) -> State:
        turn = number * CHAINS + chain
        seed, begun = (rounds.seed * 100_003 + turn) % 2**32, nothing(offers)
        if large:
            return annealed(begun, seed, hot_cents)
        if chain and number % 2:
            together = recombined(offers, found, rounds.limit_s)
            return annealed(begun._replace(state=together), seed, WARM_CENTS)
        dived = dive(offers, turn and seed, _share(rounds.left_s, 1 - LEFT_BY_DIVE))
        if dived is not None:
            return annealed(dived, seed, WARM_CENTS)
        if found:
            return annealed(begun._replace(state=found[0]), seed, WARM_CENTS)
        return annealed(begun, seed, hot_cents)

    if rounds.workers < 2:
        return [run(chain) for chain in range(CHAINS)]
    with ThreadPoolExecutor(rounds.workers) as pool:
        return list(pool.map(run, range(CHAINS)))

"""The choice of sorties made whole and timed for real, round after round, the best day kept.

The first choice is annealed from nothing (`planner.anneal`), the second comes from a dive
(`planner.dive`). A round betters them on an empty day, in turns by annealing and in neighbourhoods
(`planner.induced`), times the sorties that it uses to the second, enters them in order of start on
blocks, pads and bays, and serves alone what fell out.
"""

import math
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from planner.anneal import NONE, Flags, Offers, State, anneal, copied, cost_of, drop, empty_state
from planner.candidates import Candidates
from planner.columns import BUCKET_S
from planner.dive import Dive, dive, nothing
from planner.induced import bettered
from planner.roster import Roster, Trial
from planner.tour import Unflyable

CHAINS = 2
"""Choices that are annealed side by side."""

WARM_CENTS, COLD_CENTS = 100.0, 15.0
"""Temperatures at the begin and the end of a round: a dive is too good to be boiled down."""

MOST_WORK = 50_000_000
"""Candidates that a chain looks at in the first round at most, so that it soon ends."""

LONGER, ROUND_SHARE = 5, 0.1
"""Times the first that later rounds are at most, and share of the time left that one may take."""

LEAST_S = 1e-3
"""Time that a round is taken to last at least, s."""

EVERY = 6
"""A chain looks at a neighbourhood every so many rounds; it anneals in the others."""

MENDED, MEND_SHARE = 6, 0.2
"""Times that a choice is flown at most before it is entered, and the share of the first round's
work that it takes to mend it in between."""

SHARED_ROUNDS = 4
"""Rounds after which all chains go on from the best of them."""

LEFT_BY_DIVE = 0.5
"""Share of the time that a dive leaves to what comes after it."""

TRIES_ALONE = 60
"""Candidates that are tried for a job alone."""

PLACES_ALONE = 4
"""Places on the roster that are compared for a job alone."""


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
    roster: Roster, candidates: Candidates, rounds: Rounds, go_on: Callable[[int], bool]
) -> None:
    """Make the roster the cheapest day met in some rounds, while `go_on` of their number says so.

    There is one round at least. The roster holds the best day whenever `go_on` is asked.
    """
    offers = candidates.offers
    begun = nothing(offers)
    chains = [begun.state] * CHAINS
    first = min(MOST_WORK, rounds.work * len(offers.unserved_cents))
    least, number, took_s = roster.cents(), 0, 0.0
    while go_on(number) or not number:
        if number == 1:
            dived = dive(offers, candidates.settle, _share(rounds.left_s, 1 - LEFT_BY_DIVE))
            if dived is not None:
                begun, chains = dived, [dived.state] * CHAINS
        work = first if not number else _longer(first, took_s, rounds.left_s())
        before_s = rounds.left_s()
        found = _next(offers, begun, chains, rounds, number, work)
        if not number:
            took_s = before_s - rounds.left_s()
        found = [
            mended(candidates, state, begun.used, first, lambda: rounds.left_s() <= 0)
            for state in found
        ]
        # What looked cheaper before it was flown may not be.
        chains = [
            min(pair, key=lambda each: int(cost_of(offers, each)))
            for pair in zip(chains, found, strict=True)
        ]
        for chain in chains:
            if number and rounds.left_s() <= 0:
                break
            tried = Roster(roster.instance)
            enter(tried, candidates, chain, lambda: rounds.left_s() <= 0)
            if tried.cents() < least:
                least = tried.cents()
                roster.restore(tuple(tried.tours()))
        number += 1
        if number % SHARED_ROUNDS == 0:
            chains = [min(chains, key=lambda each: int(cost_of(offers, each)))] * CHAINS


def _longer(first: int, took_s: float, left_s: float) -> int:
    """Return how much longer than the first, which took so long, a round may be in what is left."""
    if math.isinf(left_s):
        return LONGER * first
    return int(first * max(1.0, min(LONGER, ROUND_SHARE * left_s / max(took_s, LEAST_S))))


def mended(
    candidates: Candidates,
    state: State,
    used: Flags,
    work: int,
    late: Callable[[], bool] = lambda: False,
) -> State:
    """Return a state whose sorties are timed; where some do not fly, it is annealed on, cold.

    That is done a few times, on the drones `used`, until it gets `late`.
    """
    offers = candidates.offers
    for turn in range(MENDED):
        flown = sorted(set(state.serves[state.serves != NONE].tolist()))
        grounded = [at for at in flown if not candidates.time(at)]
        for at in grounded:
            drop(offers, state, at)
        if not grounded or turn == MENDED - 1 or late():
            break
        best = empty_state(offers)
        mend = int(MEND_SHARE * work)
        anneal(offers, state, best, used, turn, mend, COLD_CENTS, COLD_CENTS)
        state = best
    return state


def _share(left_s: Callable[[], float], share: float) -> Callable[[], float]:
    """Return what tells how much is left of a share of the time that is left now, if that ends."""
    all_s = left_s()
    return left_s if math.isinf(all_s) else lambda: left_s() - (1 - share) * all_s


def _next(
    offers: Offers, begun: Dive, chains: Sequence[State], rounds: Rounds, number: int, work: int
) -> list[State]:
    """Return what some chains come to in a round; the number of threads changes nothing."""

    def run(chain: int) -> State:
        seed = ((rounds.seed * CHAINS + chain) * 100_003 + number) % 2**32
        if number > 1 and (number + chain) % EVERY == 0:
            return bettered(offers, chains[chain], begun, seed, rounds.limit_s)
        best, state = empty_state(offers), copied(chains[chain])
        anneal(offers, state, best, begun.used, seed, work, WARM_CENTS, COLD_CENTS)
        return best

    if rounds.workers < 2:
        return [run(chain) for chain in range(CHAINS)]
    with ThreadPoolExecutor(rounds.workers) as pool:
        return list(pool.map(run, range(CHAINS)))


def enter(
    roster: Roster,
    candidates: Candidates,
    state: State,
    late: Callable[[], bool] = lambda: False,
) -> None:
    """Enter what a state flies in order of start, as far as it flies; then serve alone the rest.

    What it leaves out is served alone until it gets `late`.

    Candidates learn what the air, pads and bays that others held cost them.
    """
    flown = sorted(
        (int(state.start_s[drone, at]), int(state.flown[drone, at]))
        for drone in range(len(state.sorties))
        for at in range(state.sorties[drone])
    )
    while flown:
        waiting = []
        for start_s, at in flown:
            try:
                timed = roster.place(candidates.tour(at), start_s)
            except Unflyable as refusal:
                if refusal.code == "ORDER_AFTER":
                    waiting.append((start_s, at))
                else:
                    candidates.crowd_out(at)
            else:
                candidates.delay(at, timed, start_s)
        if len(waiting) == len(flown):
            break
        flown = waiting
    for _, at in flown:
        candidates.crowd_out(at)
    serve_alone(roster, candidates, frozenset(range(len(state.serves))) - roster.served(), late)


def serve_alone(
    roster: Roster, candidates: Candidates, jobs: frozenset[int], late: Callable[[], bool]
) -> None:
    """Enter each job alone where that costs about least on the roster, dearest job first."""
    unserved = roster.instance.prices.unserved_cents
    price = {job: unserved[roster.instance.jobs[job].order.priority] for job in jobs}
    depth = {job: roster.instance.jobs[job].depth for job in jobs}
    for job in sorted(jobs, key=lambda each: (depth[each], -price[each], each)):
        if late():
            return
        best: Trial | None = None
        least, found = price[job], 0
        for at in candidates.alone(job)[:TRIES_ALONE]:
            if candidates.cents[at] >= least or found == PLACES_ALONE:
                break
            start_s = int(candidates.first_s[at])
            try:
                trial = roster.trial(
                    candidates.tour(at), start_s, start_s + BUCKET_S, float(candidates.hold_s[at])
                )
            except Unflyable:
                continue
            found += 1
            if trial.cents < least:
                best, least = trial, trial.cents
        if best is not None:
            roster.enter(best.drone, best.timed)

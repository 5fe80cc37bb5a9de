"""The choice of sorties made whole and timed for real, round after round, the best day kept.

Two chains begin hot, annealed from nothing (`planner.anneal`); unless the day is large one of them
then goes on from a dive (`planner.dive`). A round betters them on an empty day, in turns by
annealing and in neighbourhoods (`planner.induced`), times the sorties that it uses to the second,
enters them in order of start on blocks, pads and bays, and serves alone what fell out.
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

HOT_CENTS, WARM_CENTS, COLD_CENTS = 400.0, 100.0, 15.0
"""Temperatures at the begin of the first round, of others, and at the end: what is good already is
not boiled down."""

MOST_WORK = 50_000_000
"""Candidates that a chain looks at in a round at most where there is no time for longer ones."""

HOT_TIMES, HOT_SHARE, LOOKED_A_S = 5, 0.2, 2e7
"""Times as many that a chain looks at in the first round; share of the time left that it may take,
where a chain looks at so many a second."""

LONGER, ROUND_SHARE = 5, 0.1
"""Times as long as that rounds are at most, and share of the time left that one may take."""

MOST_DIVED = 400
"""Orders up to which a dive is worth its time: it fixes sorties at single starts, and leaves drones
idle between them."""

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


def is_large(jobs: int) -> bool:
    """Tell whether a day of so many jobs is rebuilt (`planner.rebuild_day`) rather than dived."""
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
    roster: Roster, candidates: Candidates, rounds: Rounds, go_on: Callable[[int], bool]
) -> list[State]:
    """Make the roster the cheapest day met in some rounds, while `go_on` of their number says so.

    Returns what the chains choose then. There is one round at least. The roster holds the best day
    whenever `go_on` is asked.
    """
    offers = candidates.offers
    jobs = len(offers.unserved_cents)
    chains = [nothing(offers)] * CHAINS
    usual = min(MOST_WORK, rounds.work * jobs)
    least, number, took_s = roster.cents(), 0, 0.0
    while go_on(number) or not number:
        if number == 1 and not is_large(jobs):
            dived = dive(offers, candidates.settle, _share(rounds.left_s, 1 - LEFT_BY_DIVE))
            if dived is not None:
                chains[-1] = dived
        work = _longer(usual, took_s, rounds.left_s()) if number else _hot(usual, rounds.left_s())
        before_s = rounds.left_s()
        found = _next(offers, chains, rounds, number, work)
        if not number:
            took_s = (before_s - rounds.left_s()) * usual / work
        found = [
            mended(candidates, state, chain.used, usual, lambda: rounds.left_s() <= 0)
            for state, chain in zip(found, chains, strict=True)
        ]
        # What looked cheaper before it was flown may not be.
        chains = [
            min(chain, chain._replace(state=state), key=lambda each: _cents(offers, each))
            for state, chain in zip(found, chains, strict=True)
        ]
        for chain in chains:
            if number and rounds.left_s() <= 0:
                break
            tried = Roster(roster.instance)
            enter(tried, candidates, chain.state, lambda: rounds.left_s() <= 0)
            if tried.cents() < least:
                least = tried.cents()
                roster.restore(tuple(tried.tours()))
        number += 1
        if number % SHARED_ROUNDS == 0:
            chains = [min(chains, key=lambda each: _cents(offers, each))] * CHAINS
    return [chain.state for chain in chains]


def _cents(offers: Offers, chain: Dive) -> int:
    return int(cost_of(offers, chain.state))


def _hot(usual: int, left_s: float) -> int:
    """Return how many candidates a chain looks at in the first round."""
    if math.isinf(left_s):
        return HOT_TIMES * usual
    return int(max(usual, min(HOT_TIMES * usual, HOT_SHARE * LOOKED_A_S * left_s)))


def _longer(usual: int, took_s: float, left_s: float) -> int:
    """Return how long a round may be in what is left, where the usual one takes so long."""
    if math.isinf(left_s):
        return LONGER * usual
    return int(usual * max(1.0, min(LONGER, ROUND_SHARE * left_s / max(took_s, LEAST_S))))


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
    offers: Offers, chains: Sequence[Dive], rounds: Rounds, number: int, work: int
) -> list[State]:
    """Return what some chains come to in a round; the number of threads changes nothing."""

    def run(chain: int) -> State:
        begun, seed = chains[chain], ((rounds.seed * CHAINS + chain) * 100_003 + number) % 2**32
        if number > 1 and (number + chain) % EVERY == 0 and begun.share.any():
            return bettered(offers, begun.state, begun, seed, rounds.limit_s)
        best, state = empty_state(offers), copied(begun.state)
        hot_cents = WARM_CENTS if number else HOT_CENTS
        anneal(offers, state, best, begun.used, seed, work, hot_cents, COLD_CENTS)
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

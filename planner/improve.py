"""The choice of sorties made whole and timed for real, round after round, the best day kept.

A round anneals the choice on an empty day (`planner.anneal`), times the sorties that it uses to the
second, enters them in order of start on blocks, pads and bays, and serves alone what fell out.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass

from planner.anneal import Offers, State, anneal, copied, cost_of, drop, empty_state
from planner.candidates import Candidates
from planner.columns import BUCKET_S
from planner.roster import Roster
from planner.tour import TimedTour, Unflyable

CHAINS = 2
"""Choices that are annealed side by side."""

HOT_CENTS, WARM_CENTS, COLD_CENTS = 1500.0, 400.0, 15.0
"""Temperatures: at first, when the best choice is taken up again, and at the end of a round."""

MOST_STEPS = 60_000
"""Steps of a chain a round at most, so that a round soon ends on large days too."""

SHARED_ROUNDS = 4
"""Rounds after which all chains go on from the best of them."""

PLACES_ALONE = 4
"""Places on the roster that are compared for a job alone."""


@dataclass(frozen=True, slots=True)
class Rounds:
    """How to search: steps of a chain for each job a round, what draws start from, threads."""

    steps: int
    seed: int
    workers: int


def improve(
    roster: Roster, candidates: Candidates, rounds: Rounds, go_on: Callable[[int], bool]
) -> None:
    """Make the roster the cheapest day met in some rounds, while `go_on` of their number says so.

    There is one round at least. The roster holds the best day whenever `go_on` is asked.
    """
    offers = candidates.offers()
    chains = [empty_state(offers) for _ in range(CHAINS)]
    least, number = roster.cents(), 0
    while go_on(number) or not number:
        chains = _annealed(offers, chains, rounds, number)
        for chain in chains:
            for at in sorted(set(chain.serves[chain.serves >= 0].tolist())):
                if not candidates.time(at):
                    drop(offers, chain, at)
        for chain in chains:
            tried = Roster(roster.instance)
            enter(tried, candidates, chain)
            if tried.cents() < least:
                least = tried.cents()
                roster.restore(tuple(tried.tours()))
        number += 1
        if number % SHARED_ROUNDS == 0:
            chains = [min(chains, key=lambda each: int(cost_of(offers, each)))] * CHAINS


def _annealed(offers: Offers, chains: Sequence[State], rounds: Rounds, number: int) -> list[State]:
    """Return what some chains come to in a round; the number of threads changes nothing."""
    steps = min(MOST_STEPS, rounds.steps * len(offers.unserved_cents))
    warm = WARM_CENTS if number else HOT_CENTS

    def run(chain: int) -> State:
        best = empty_state(offers)
        seed = (rounds.seed * CHAINS + chain) * 100_003 + number
        anneal(offers, copied(chains[chain]), best, seed % 2**32, steps, warm, COLD_CENTS)
        return best

    if rounds.workers < 2:
        return [run(chain) for chain in range(CHAINS)]
    with ThreadPoolExecutor(rounds.workers) as pool:
        return list(pool.map(run, range(CHAINS)))


def enter(roster: Roster, candidates: Candidates, state: State) -> None:
    """Enter what a state flies in order of start, as far as it flies; then serve alone the rest."""
    flown = sorted(
        (int(state.start_s[drone, at]), int(state.flown[drone, at]))
        for drone in range(len(state.sorties))
        for at in range(state.sorties[drone])
    )
    for start_s, at in flown:
        with suppress(Unflyable):
            roster.place(candidates.tour(at), start_s)
    serve_alone(roster, candidates, frozenset(range(len(state.serves))) - roster.served())


def serve_alone(roster: Roster, candidates: Candidates, jobs: frozenset[int]) -> None:
    """Enter each job alone where that costs about least on the roster, dearest job first."""
    unserved = roster.instance.prices.unserved_cents
    price = {job: unserved[roster.instance.jobs[job].order.priority] for job in jobs}
    for job in sorted(jobs, key=lambda each: (-price[each], each)):
        best: tuple[str, TimedTour] | None = None
        least, found = price[job], 0
        for at in candidates.alone(job):
            if candidates.cents[at] >= least or found == PLACES_ALONE:
                break
            start_s, before = int(candidates.first_s[at]), roster.cents()
            try:
                timed = roster.place(
                    candidates.tour(at), start_s, start_s + BUCKET_S, float(candidates.hold_s[at])
                )
            except Unflyable:
                continue
            found += 1
            # What the day costs more, without the price of the job left out.
            cost = roster.cents() - before + price[job]
            drone = roster.remove(timed)
            if cost < least:
                best, least = (drone, timed), cost
        if best is not None:
            roster.enter(*best)

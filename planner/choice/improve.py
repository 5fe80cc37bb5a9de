"""The choice of sorties on an empty day, bettered round after round.

Each round two choices are looked for side by side: by dives (`planner.choice.dive`), each among
other candidates, from where many short annealings go on (`planner.choice.anneal`); and, from the
second round on, one of them by combining the sorties of the best that were found
(`planner.choice.recombine`). Once rounds find nothing cheaper, every other one reopens the best
instead (`planner.choice.reopen`), here and there in the day. Large days are annealed from nothing,
once.

A dive or a combination is the work of one thread, and one may take ten times as long as the other.
So annealings are handed to all threads, and the dive of the next round, which needs nothing of what
is found in this one, begins as soon as that of this one is done.
"""

import math
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field, replace
from threading import Event

import numpy as np

from planner.choice.anneal import anneal
from planner.choice.choice import NONE, Offers, State, copied, cost_of, empty_state
from planner.choice.dive import FEW, FEWER, MANY, Dive, Diver, nothing
from planner.choice.recombine import recombined
from planner.choice.reopen import NEAR, REOPENED, reopened
from planner.day.tables import MOST_CLOSE
from planner.stop import Stop

CHAINS = 2
"""Choices that are looked for side by side."""

HOT_CENTS, WARM_CENTS, COLD_CENTS = 400.0, 100.0, 15.0
"""Temperatures at the begin from nothing, from what is good already and not to be boiled down, and
at the end."""

LARGE_HOT_CENTS, LARGE_COLD_CENTS = 10_000.0, 100.0
"""The first and the last on large days, where leaving orders out is what costs."""

ANNEALS, SHORTER = 32, 80
"""Annealings that go on from a choice, and how many times as short each is as a round may be: what
one of them misses another has, and all are combined."""

MOST_WORK, LONGER, LARGE_SHARE = 50_000_000, 5, 0.9
"""Candidates that a chain looks at in a round at most, how many times as many where wall time may
not decide, and the share of the time that a large day is annealed, however many that are."""

PROBED = 0.02
"""Share of the work of a round by which is seen how long one takes."""

MOST_DIVED = MOST_CLOSE
"""Orders up to which a dive is worth its time: it fixes sorties at single starts, and leaves drones
idle between them. Buckets are parted up to as many, by legs that are known as closely."""

LEAST_S = 1e-3
"""Time that a round is taken to last at least, and that a combination has at least, s."""

KEPT, COMBINED, RETURNED = 150, 24, 4
"""Choices that are kept; of how many of the best the first combination is, which takes tenths of a
second, each later one of as many more; and how many of the best are returned."""

NEAR_BEST = 1.002
"""Choices that cost so many times as much as the best may be the cheapest where they fly: what
sorties wait for each other's air differs by a few thousandths."""

SHORT_S = 0.01
"""Time for each order, s, below which dives are among fewer candidates, those of one chain among a
few: the first of those among many may take most of it, and nothing be left to combine."""

PATIENT = 3
"""Rounds that find nothing cheaper after which every other one reopens the best."""

LEFT_BY_DIVE = 0.3
"""Share of the time that a dive leaves to what comes after it."""


def is_large(jobs: int) -> bool:
    """Tell whether a day of so many jobs is rebuilt at once rather than dived for first."""
    return jobs > MOST_DIVED


@dataclass(frozen=True, slots=True)
class Rounds:
    """How to search: what draws start from, how many threads, and for how long.

    `work` is how many candidates a chain looks at for each job a round. `left_s` tells how much
    time there is until the day should be filled; a combination has `limit_s` at most. What is to
    `stop` has none left, and ends where it is.
    """

    work: int
    seed: int
    workers: int
    left_s: Callable[[], float]
    limit_s: float
    stop: Stop = field(default_factory=Stop)


def improve(
    offers: Offers,
    rounds: Rounds,
    go_on: Callable[[int], bool],
    met: Callable[[list[State]], None] = lambda states: None,
) -> list[State]:
    """Return the few best choices after some rounds, while `go_on` of their number says so.

    There is one round at least. After each, `met` hears of the new choices that cost no more than
    `NEAR_BEST` times what the best does, the cheapest first. The number of threads changes nothing.
    """
    found, number, over = list[State](), 0, Event()

    def left_s() -> float:
        """Return what is left, nothing after the last round."""
        return 0.0 if over.is_set() else rounds.left_s()

    pool, while_left = ThreadPoolExecutor(max(1, rounds.workers)), replace(rounds, left_s=left_s)
    large = is_large(len(offers.unserved_cents))
    search = (_Large if large else _Small)(offers, while_left, pool)
    try:
        while go_on(number) or not number:
            # Those that cost the same are most often the same.
            known = {_cents(offers, state): state for state in found}
            fresh = {_cents(offers, state): state for state in search.round(number, found)}
            of_cents = fresh | known
            least = min(of_cents)
            new = sorted(cents for cents in fresh.keys() - known if cents <= NEAR_BEST * least)
            found = [of_cents[cents] for cents in sorted(of_cents)[:KEPT]]
            number += 1
            met([fresh[cents] for cents in new])
    finally:
        # What is begun for a round that there will not be ends where it is.
        over.set()
        pool.shutdown(cancel_futures=True)
    return found[:RETURNED]


def _cents(offers: Offers, state: State) -> int:
    return int(cost_of(offers, state))


def _annealed(
    offers: Offers,
    begun: Dive,
    seed: int,
    work: int,
    hot_cents: float,
    cold_cents: float,
    stop: Stop,
) -> State:
    """Return the best choice met in annealing from one."""
    best, state = empty_state(offers), copied(begun.state)
    anneal(offers, state, best, begun.used, seed, work, hot_cents, cold_cents, stop)
    return best


def _seed(rounds: Rounds, chain: int, number: int) -> int:
    """Return what the draws of a chain start from in a round, never 0."""
    return 1 + ((rounds.seed * CHAINS + chain) * 100_003 + number * ANNEALS) % 2**31


_Place = tuple[int, int]
"""Where a choice is reopened: from which sortie on, and among how many candidates of each order."""


class _Small:
    """The search of days that are dived for."""

    def __init__(self, offers: Offers, rounds: Rounds, pool: ThreadPoolExecutor) -> None:
        self._offers, self._rounds, self._pool = offers, rounds, pool
        # A programme a thread.
        short = rounds.left_s() < SHORT_S * len(offers.unserved_cents)
        self._divers = [Diver(offers, each) for each in ((FEW, FEWER) if short else (MANY, MANY))]
        self._work = max(1, rounds.work * len(offers.unserved_cents) // SHORTER)
        self._ahead: Future[Dive | None] | None = None
        self._still, self._turns = 0, 0
        # Candidates are told by slot, as those near a choice are.
        slots = [np.bincount(each[each != NONE]) for each in offers.jobs.T]
        self._most_near = max(int(each.max(initial=0)) for each in slots)
        self._reopened_at = set[tuple[int, _Place]]()

    def round(self, number: int, found: Sequence[State]) -> list[State]:
        """Return what the chains find in a round, where so much was found before."""
        if self._still >= PATIENT and self._still % 2:
            self._still += 1
            if places := self._places(found[0]):
                return self._reopened(found[0], places)
        states = self._looked_for(number, found)
        least = min(_cents(self._offers, each) for each in states)
        stood_still = bool(found) and least >= _cents(self._offers, found[0])
        self._still = self._still + 1 if stood_still else 0
        return states

    def _looked_for(self, number: int, found: Sequence[State]) -> list[State]:
        """Return what dives, annealings and a combination come to."""
        first = self._combined(found[: COMBINED * number]) if number else self._dived(0, number)
        second = self._ahead or self._dived(1, number)
        begun, calls = (first, second), dict[Future[Dive | None], list[Future[State]]]()
        for each in as_completed(begun):
            seed = _seed(self._rounds, begun.index(each), number)
            calls[each] = self._go_on(each.result(), seed)
            if each is second:
                self._ahead = self._dived(1, number + 1)
        annealed = [call.result() for each in begun for call in calls[each]]
        combined = first.result() if number else None
        return annealed if combined is None else [combined.state, *annealed]

    def _places(self, best: State) -> list[_Place]:
        """Return at which times of the day a choice is reopened next; none if that was everywhere.

        The day is gone through again and again, by half of what is reopened at a time; each time
        among more candidates. What was looked at already is passed over.
        """
        found, cents, step = [], _cents(self._offers, best), REOPENED // 2
        last = max(0, int(best.sorties.sum()) - REOPENED)
        times = 1 + math.ceil(last / step)
        for _ in range(max(times, CHAINS)):
            again, at = divmod(self._turns, times)
            place = min(last, at * step), min(self._most_near, NEAR * (again + 1))
            self._turns += 1
            if (cents, place) not in self._reopened_at:
                self._reopened_at.add((cents, place))
                found.append(place)
            if len(found) == CHAINS:
                break
        return found

    def _reopened(self, best: State, places: Sequence[_Place]) -> list[State]:
        """Return what comes of reopening the best at some times of the day, and all together."""
        limit_s = min(self._rounds.limit_s, max(LEAST_S, self._rounds.left_s()))
        calls = [
            self._pool.submit(reopened, self._offers, best, since, REOPENED, near, limit_s)
            for since, near in places
        ]
        changed = [call.result() for call in calls]
        return [*changed, recombined(self._offers, changed, limit_s)]

    def _dived(self, chain: int, number: int) -> "Future[Dive | None]":
        """Have a chain dive for a round, and return what will hold where that ends."""
        seed = _seed(self._rounds, chain, number) if number or chain else 0

        def dive() -> Dive | None:
            left_s = _share(self._rounds.left_s, 1 - LEFT_BY_DIVE)
            return self._divers[chain].dive(seed, left_s)

        return self._pool.submit(dive)

    def _combined(self, found: Sequence[State]) -> "Future[Dive | None]":
        """Have what was found combined, and return what will hold the choice, for all drones."""

        def combine() -> Dive | None:
            limit_s = min(self._rounds.limit_s, max(LEAST_S, self._rounds.left_s()))
            state = recombined(self._offers, found, limit_s)
            return nothing(self._offers)._replace(state=state)

        return self._pool.submit(combine)

    def _go_on(self, begun: Dive | None, seed: int) -> "list[Future[State]]":
        """Have annealings go on from a choice, short and often; once, from nothing, if it is None.

        Returns what will hold where they end.
        """
        turns, work, hot_cents = ANNEALS, self._work, WARM_CENTS
        if begun is None:
            begun = nothing(self._offers)
            turns, work, hot_cents = 1, ANNEALS * self._work, HOT_CENTS
        return [
            self._pool.submit(
                _annealed,
                self._offers,
                begun,
                seed + turn,
                work,
                hot_cents,
                COLD_CENTS,
                self._rounds.stop,
            )
            for turn in range(turns)
        ]


def _share(left_s: Callable[[], float], share: float) -> Callable[[], float]:
    """Return what tells how much is left of a share of the time that is left now, if that ends."""
    all_s = left_s()
    return left_s if math.isinf(all_s) else lambda: left_s() - (1 - share) * all_s


class _Large:
    """The search of days where a dive is not worth its time."""

    def __init__(self, offers: Offers, rounds: Rounds, pool: ThreadPoolExecutor) -> None:
        self._offers, self._rounds, self._pool = offers, rounds, pool
        self._usual = min(MOST_WORK, rounds.work * len(offers.unserved_cents))
        self._takes_s = self._probed_s()

    def round(self, number: int, found: Sequence[State]) -> list[State]:
        """Return what the chains come to from nothing, whatever was found before."""
        return list(self._pool.map(lambda chain: self._run(chain, number), range(CHAINS)))

    def _run(self, chain: int, number: int) -> State:
        offers, seed = self._offers, _seed(self._rounds, chain, number)
        work, hot_cents = self._work(self._rounds.left_s()), LARGE_HOT_CENTS
        begun, stop = nothing(offers), self._rounds.stop
        return _annealed(offers, begun, seed, work, hot_cents, LARGE_COLD_CENTS, stop)

    def _work(self, left_s: float) -> int:
        """Return how many candidates to look at in a round."""
        if math.isinf(left_s):
            return LONGER * self._usual
        longer = LARGE_SHARE * left_s / max(self._takes_s, LEAST_S)
        return int(self._usual * max(PROBED, longer))

    def _probed_s(self) -> float:
        """Return how long the usual number takes; 0 where wall time may not decide."""
        before_s, work = self._rounds.left_s(), int(PROBED * self._usual)
        if math.isinf(before_s):
            return 0.0
        begun, seed, stop = nothing(self._offers), _seed(self._rounds, 0, 0), self._rounds.stop
        _annealed(self._offers, begun, seed, work, HOT_CENTS, COLD_CENTS, stop)
        return (before_s - self._rounds.left_s()) / PROBED

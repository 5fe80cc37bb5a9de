"""The least cost of a partition is the least, its bound is one, and its rows cut nothing off.

Everything is compared with trying every choice of trips and every order to fly them in.
"""

from functools import cache
from itertools import combinations, permutations
from random import Random

import numpy as np
import pytest

from planner.partition import exact
from planner.partition.bound import relax
from planner.partition.choose_timed import Tried
from planner.partition.cuts import Rows, broken_spans, broken_triples
from planner.partition.partition import Offer, Trips
from planner.partition.timing import conflict_of, starts_of

SEEDS = range(24)


def ints(*values: int) -> np.ndarray:
    return np.array(values, dtype=np.int64)


def random_case(seed: int) -> tuple[Offer, Trips]:
    """Return five jobs and up to twelve trips of two squads, tight in time."""
    draw = Random(seed)
    jobs, count = 5, draw.randint(6, 12)
    rows = [sorted(draw.sample(range(jobs), draw.randint(1, 3))) for _ in range(count)]
    first = np.array([draw.randint(0, 12) for _ in range(count)])
    trips = Trips(
        np.array([row + [-1] * (3 - len(row)) for row in rows]),
        np.array([draw.randint(0, 1) for _ in range(count)]),
        first,
        first + np.array([draw.randint(0, 5) for _ in range(count)]),
        np.array([draw.randint(3, 9) for _ in range(count)]),
        np.array([draw.randint(20, 60) * len(row) for row in rows]),
    )
    day = ints(draw.choice((0, 30)), draw.choice((0, 30)))
    return Offer(ints(*(draw.randint(60, 150) for _ in range(jobs))), day, ints(2, 1)), trips


def can_fly(trips: Trips, drones: int) -> bool:
    """Tell by trying every order: each trip starts as early as it can on the first free drone."""
    windows = list(
        zip(trips.first.tolist(), trips.last.tolist(), trips.length.tolist(), strict=True)
    )
    for order in permutations(windows):
        free = [-1000] * drones
        for first, last, length in order:
            start = max(min(free, default=10**6), first)
            if start > last:
                break
            free[free.index(min(free))] = start + length
        else:
            return True
    return not windows


@cache
def choices(seed: int) -> list[tuple[tuple[int, ...], int]]:
    """Return every choice of a case that can be flown, and its least cost."""
    offer, trips = random_case(seed)
    found = []
    members = [frozenset(row[row >= 0].tolist()) for row in trips.jobs]
    for size in range(len(offer.unserved) + 1):
        for chosen in combinations(range(len(trips)), size):
            served = [job for at in chosen for job in members[at]]
            if len(served) != len(set(served)):
                continue
            cost = int(trips.cost[list(chosen)].sum())
            cost += sum(int(p) for job, p in enumerate(offer.unserved) if job not in served)
            for squad, most in enumerate(offer.drones.tolist()):
                own = trips.take(ints(*(at for at in chosen if trips.squad[at] == squad)))
                need = [drones for drones in range(most + 1) if can_fly(own, drones)]
                if not need:
                    break
                cost += need[0] * int(offer.day[squad])
            else:
                found.append((chosen, cost))
    return found


@pytest.mark.parametrize("seed", SEEDS)
def test_the_least_cost_is_that_of_trying_everything(seed: int) -> None:
    offer, trips = random_case(seed)
    choice = exact.least_cost(offer, trips)
    assert choice.cost == min(cost for _, cost in choices(seed))
    assert (trips.first[choice.trips] <= choice.starts).all()
    assert (choice.starts <= trips.last[choice.trips]).all()


@pytest.mark.parametrize("seed", SEEDS)
def test_integer_programmes_that_learn_of_time_prove_the_same(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The search that knows every time finds nothing at all, so the others have to."""
    offer, trips = random_case(seed)
    monkeypatch.setattr(exact, "choose_timed", lambda *_: Tried(None, proven=False))
    assert exact.least_cost(offer, trips).cost == min(cost for _, cost in choices(seed))


@pytest.mark.parametrize("seed", SEEDS)
def test_a_choice_costs_the_bound_and_the_reduced_cost_of_each_of_its_trips(seed: int) -> None:
    """This is what leaves trips out; a bound above the least cost would be seen here."""
    offer, trips = random_case(seed)
    relaxation = relax(offer, trips)
    every = choices(seed)
    assert relaxation.bound <= min(cost for _, cost in every) + 1e-6
    for chosen, cost in every:
        for at in chosen:
            assert cost >= relaxation.bound + relaxation.reduced[at] - 1e-6


def test_too_high_a_bound_would_be_seen() -> None:
    """Known-bad control: the bounds are so near that most, a fifth higher, are above the least."""
    seen = 0
    for seed in SEEDS:
        offer, trips = random_case(seed)
        least = min(cost for _, cost in choices(seed))
        seen += 1.2 * relax(offer, trips).bound > least
    assert seen > len(SEEDS) // 2


def test_three_jobs_in_pairs_by_halves_break_a_triple() -> None:
    trips = Trips(
        np.array([[0, 1], [1, 2], [0, 2]]), ints(0, 0, 0), *(ints(0, 0, 0) for _ in range(4))
    )
    serving = trips.serving(3)
    assert broken_triples(serving, np.array([0.5, 0.5, 0.5]), 5).tolist() == [[0, 1, 2]]
    assert len(broken_triples(serving, np.array([1.0, 0.0, 0.0]), 5)) == 0
    assert Rows(triples=np.array([[0, 1, 2]])).counted(serving).toarray().T.tolist() == [[1, 1, 1]]


def test_a_span_is_broken_by_what_trips_take_of_it_wherever_they_start() -> None:
    """Three trips of 4 that start from 0 to 2 take 2 each of 2 to 4 and 12 of the 12 of 0 to 6."""
    offer = Offer(ints(9, 9, 9), ints(0), ints(2))
    trips = Trips(
        np.array([[0], [1], [2]]), ints(0, 0, 0), ints(0, 0, 0), ints(2, 2, 2), ints(4, 4, 4),
        ints(1, 1, 1),
    )  # fmt: skip
    broken = broken_spans(offer, trips, np.ones(3), wide=True)
    spans = set(zip(broken.begin.tolist(), broken.end.tolist(), strict=True))
    assert (2, 4) in spans
    assert (0, 6) not in spans
    assert not len(broken_spans(offer, trips.take(ints(0, 1)), np.ones(2), wide=True).squad)


@pytest.mark.parametrize("width", [1, 2, 4, 100])
def test_divided_starts_are_all_starts_once(width: int) -> None:
    _, trips = random_case(3)
    parts, whole = trips.divided(width)
    assert (parts.last - parts.first < width).all()
    for at in range(len(trips)):
        mine = parts.take(np.flatnonzero(whole == at))
        starts = [
            start
            for first, last in zip(mine.first.tolist(), mine.last.tolist(), strict=True)
            for start in range(first, last + 1)
        ]
        assert starts == list(range(trips.first[at], trips.last[at] + 1))


@pytest.mark.parametrize("seed", SEEDS)
def test_a_conflict_bars_only_what_cannot_be_flown(seed: int) -> None:
    _, trips = random_case(seed)
    own = trips.take(trips.squad == 1)
    every = choices(seed)
    for pair in combinations(range(len(own)), 2):
        chosen = own.take(ints(*pair))
        if starts_of(chosen, 1) is not None:
            assert can_fly(chosen, 1)
            continue
        conflict = conflict_of(chosen, 1, 1, own)
        counted = conflict.counted(trips)
        for flown, _ in every:
            assert counted[list(flown)].sum() < len(conflict.demands)


def test_no_proof_in_time_is_no_answer() -> None:
    offer, trips = random_case(0)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(exact, "choose_timed", lambda *_: Tried(None, proven=False))
        with pytest.raises(TimeoutError):
            exact.least_cost(offer, trips, limit_s=0.0)


def test_without_jobs_nothing_is_flown() -> None:
    nothing = np.empty(0, dtype=np.int64)
    trips = Trips(nothing.reshape(0, 1), *(nothing for _ in range(5)))
    choice = exact.least_cost(Offer(nothing, ints(5), ints(2)), trips)
    assert (choice.cost, len(choice.trips)) == (0, 0)

"""What the search for whole sorties keeps: drones apart, orders once, costs as they are."""

import numpy as np
import pytest

from planner.choice.anneal import anneal
from planner.choice.choice import NONE, Offers, State, cost_of, empty_state
from planner.stop import Stop

JOBS, DRONES = 12, 3
EVERY = np.ones(DRONES, dtype=bool)


def offers_of(seed: int) -> Offers:
    """Return candidates drawn at random: one or two jobs, windows of 300 s, two flocks.

    Those of the same jobs follow each other, the most promising first.
    """
    draw = np.random.default_rng(seed)
    count = 150
    jobs = np.full((count, 3), NONE, dtype=np.int64)
    jobs[:, 0] = draw.integers(JOBS, size=count)
    jobs[:, 1] = np.where(draw.random(count) < 0.5, draw.integers(JOBS, size=count), NONE)
    jobs[jobs[:, 0] == jobs[:, 1], 1] = NONE
    reduced = draw.random(count) * 1000
    jobs = np.sort(jobs, axis=1)[:, ::-1]
    order = np.lexsort((reduced, *jobs.T))
    jobs, reduced = np.ascontiguousarray(jobs[order]), reduced[order]
    first = np.flatnonzero(np.append(True, (jobs[1:] != jobs[:-1]).any(axis=1)))
    served = [np.flatnonzero((jobs[first] == job).any(axis=1)) for job in range(JOBS)]
    served = [each[np.argsort(reduced[first[each]])] for each in served]
    first_s = 300 * draw.integers(20, size=count)
    return Offers(
        jobs,
        draw.integers(2, size=count),
        first_s,
        first_s + draw.integers(300, size=count),
        draw.integers(400, 1500, size=count),
        draw.integers(1000, 5000, size=count),
        reduced,
        np.append(first, count).astype(np.int64),
        np.concatenate(([0], np.cumsum([len(each) for each in served]))).astype(np.int64),
        np.concatenate(served).astype(np.int64),
        np.array([first_s[first[each[0]]] if len(each) else 0 for each in served]),
        np.array([0, 2, DRONES], dtype=np.int64),
        np.full(DRONES, 100_000),
        np.full(DRONES, 1500),
        draw.integers(2000, 9000, size=JOBS),
    )


def judged(offers: Offers, state: State) -> int:
    """Return the cents of a state, after proving that it may be flown."""
    total, served = 0, list[int]()
    for drone in range(DRONES):
        free_s, number = 0, int(state.sorties[drone])
        total += int(offers.day_cents[drone]) if number else 0
        for at in range(number):
            candidate = int(state.flown[drone, at])
            start_s, end_s = int(state.start_s[drone, at]), int(state.end_s[drone, at])
            flock = int(offers.flock[candidate])
            assert offers.drones[flock] <= drone < offers.drones[flock + 1]
            assert max(free_s, offers.first_s[candidate]) <= start_s <= offers.last_s[candidate]
            assert end_s == start_s + offers.hold_s[candidate]
            mine = [job for job in offers.jobs[candidate].tolist() if job != NONE]
            assert all(state.serves[job] == candidate for job in mine)
            served += mine
            total += int(offers.cents[candidate])
            free_s = end_s
    assert len(served) == len(set(served))
    assert sorted(served) == np.flatnonzero(state.serves != NONE).tolist()
    return total + sum(int(offers.unserved_cents[job]) for job in set(range(JOBS)) - set(served))


def annealed(offers: Offers, seed: int, steps: int = 400) -> tuple[State, State, int]:
    """Return where the search ends, the best state that it met, and what it says that costs."""
    state, best = empty_state(offers), empty_state(offers)
    least = anneal(offers, state, best, EVERY, seed, 300 * steps, 1000.0, 10.0, Stop())
    return state, best, int(least)


@pytest.mark.parametrize("seed", range(8))
def test_a_state_may_be_flown_and_costs_what_the_search_says(seed: int) -> None:
    offers = offers_of(seed)
    state, best, least = annealed(offers, seed)
    assert judged(offers, best) == cost_of(offers, best) == least
    assert judged(offers, state) == cost_of(offers, state) >= least
    assert least <= offers.unserved_cents.sum()


def test_drones_that_may_not_be_used_stay_idle() -> None:
    offers = offers_of(3)
    usable = np.array([True, False, True])
    best = empty_state(offers)
    anneal(offers, empty_state(offers), best, usable, 1, 100_000, 1000.0, 10.0, Stop())
    judged(offers, best)
    assert best.sorties[1] == 0 < best.sorties[0]


def test_the_same_seed_gives_the_same_state() -> None:
    offers = offers_of(1)
    first, second = annealed(offers, 5)[1], annealed(offers, 5)[1]
    assert all(np.array_equal(*pair) for pair in zip(first, second, strict=True))


def test_a_drone_is_back_when_it_has_to_be() -> None:
    offers = offers_of(3)
    late = max(ends_of(annealed(offers, 3)[1]))
    offers.until_s[:] = late // 2
    assert max(ends_of(annealed(offers, 3)[1])) <= late // 2


def ends_of(state: State) -> list[int]:
    """Return when all sorties of a state end."""
    return [
        int(state.end_s[drone, at]) for drone in range(DRONES) for at in range(state.sorties[drone])
    ]

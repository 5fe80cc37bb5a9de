"""A choice that is reopened gets no dearer, and changes only where it is."""

import numpy as np
import pytest

from planner.choice import improve
from planner.choice.choice import Offers, State, cost_of, sorties_of
from planner.choice.improve import Rounds
from planner.choice.reopen import NEAR, reopened
from planner.choice.whole import Whole, starts_of
from tests.planner.choice.test_anneal import annealed, judged, offers_of
from tests.planner.choice.test_whole import few_offers, least_cents


@pytest.mark.parametrize("seed", range(4))
def test_reopened_as_a_whole_it_is_the_best(seed: int) -> None:
    """Of a dozen candidates at one second each, all under way at noon: all choices are tried."""
    offers = few_offers(seed)
    first_s = 43_200 - offers.first_s % offers.hold_s
    offers = offers._replace(first_s=first_s, last_s=first_s)
    begun = Whole(offers, starts_of(offers, np.array([0]))).state(np.array([0]))
    found = reopened(offers, begun, 0, 1, NEAR, 60.0)
    assert judged(offers, found) == cost_of(offers, found) == least_cents(offers)
    assert cost_of(offers, found) < cost_of(offers, begun)


@pytest.mark.parametrize("seed", range(6))
def test_what_is_not_reopened_stays(seed: int) -> None:
    offers = offers_of(seed)
    begun = annealed(offers, seed, steps=2)[1]
    flown = sorties_of(begun)
    flown = flown[np.lexsort((flown[:, 0], flown[:, 1] + flown[:, 2]))]
    count = len(flown) // 3
    assert count > 1
    cheaper = 0
    for first in (0, (len(flown) - count) // 2, len(flown) - count):
        found = reopened(offers, begun, first, count, NEAR, 60.0)
        assert judged(offers, found) == cost_of(offers, found) <= cost_of(offers, begun)
        kept = {tuple(each) for each in np.delete(flown, range(first, first + count), axis=0)}
        assert kept <= {tuple(each) for each in sorties_of(found)}
        again = reopened(offers, begun, first, count, NEAR, 60.0)
        assert np.array_equal(found.serves, again.serves)
        cheaper += cost_of(offers, found) < cost_of(offers, begun)
        cut_off = reopened(offers, begun, first, count, NEAR, 1e-9)
        assert judged(offers, cut_off) <= cost_of(offers, begun)
    assert cheaper


def test_rounds_that_stand_still_reopen_the_best_whatever_the_threads(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Every other round, nowhere twice; what was found gets no dearer."""
    offers, reopen = offers_of(4), improve.reopened
    asked = list[tuple[int, tuple[float, ...]]]()

    def counted(offers: Offers, state: State, since: int, count: int, *how: float) -> State:
        asked.append((int(cost_of(offers, state)), (since, count, *how)))
        return reopen(offers, state, since, count, *how)

    monkeypatch.setattr(improve, "reopened", counted)
    monkeypatch.setattr(improve, "PATIENT", 1)

    def improved(workers: int) -> list[list[int]]:
        asked.clear()
        costs = list[int]()
        states = improve.improve(
            offers,
            Rounds(200, 1, workers, lambda: np.inf, np.inf),
            lambda number: number < 8,
            lambda new: costs.extend(judged(offers, state) for state in new),
        )
        assert asked
        assert len(asked) == len(set(asked))
        assert judged(offers, states[0]) == min(costs)
        return [state.serves.tolist() for state in states]

    assert improved(1) == improved(2)


def test_nothing_reopened_stays_as_it_is() -> None:
    offers = offers_of(1)
    begun = annealed(offers, 1)[1]
    assert cost_of(offers, reopened(offers, begun, 0, 0, NEAR, 9.0)) == cost_of(offers, begun)

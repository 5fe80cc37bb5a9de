"""Choices from an integer programme: they may be flown, and none is cheaper where it is exact."""

from itertools import combinations

import numpy as np
import pytest

from planner.choice import NONE, Offers, cost_of, empty_state
from planner.dive import Dive, dive
from planner.induced import bettered
from planner.whole import STEP_S, Whole, starts_of
from tests.planner.test_anneal import annealed, judged, offers_of


def few_offers(seed: int) -> Offers:
    """Return a dozen candidates at one second each, so that all choices can be tried."""
    offers = offers_of(seed)
    kept = np.arange(12)
    return offers._replace(
        jobs=offers.jobs[kept],
        flock=offers.flock[kept],
        first_s=offers.first_s[kept],
        last_s=offers.first_s[kept],
        hold_s=offers.hold_s[kept],
        cents=offers.cents[kept],
        reduced=offers.reduced[kept],
    )


def least_cents(offers: Offers) -> int:
    """Return the least cost of all choices, each tried."""
    least = int(offers.unserved_cents.sum())
    drones = np.diff(offers.drones)
    for count in range(1, len(offers.cents) + 1):
        for chosen in combinations(range(len(offers.cents)), count):
            at = list(chosen)
            jobs = offers.jobs[at][offers.jobs[at] != NONE]
            if len(set(jobs.tolist())) < len(jobs):
                continue
            begin_s, end_s = offers.first_s[at], offers.first_s[at] + offers.hold_s[at]
            days = 0
            for flock, most in enumerate(drones):
                mine = offers.flock[at] == flock
                under_way = [
                    int((mine & (begin_s <= second) & (end_s > second)).sum())
                    for second in begin_s[mine]
                ]
                days += max(under_way, default=0)
                if max(under_way, default=0) > most:
                    break
            else:
                left_out = offers.unserved_cents.sum() - offers.unserved_cents[jobs].sum()
                cents = int(offers.cents[at].sum() + left_out + days * offers.day_cents[0])
                least = min(least, cents)
    return least


@pytest.mark.parametrize("seed", range(6))
def test_no_choice_is_cheaper_than_that_of_the_programme(seed: int) -> None:
    offers = few_offers(seed)
    every = np.arange(len(offers.cents))
    programme = Whole(offers, starts_of(offers, every))
    found = programme.best(np.empty(0, dtype=np.int64), np.zeros(2, dtype=np.int64), 60.0)
    state = programme.state(found)
    assert judged(offers, state) == cost_of(offers, state) == least_cents(offers)


def dived(offers: Offers) -> Dive:
    """Return where a dive ends that has all the time it wants."""
    found = dive(offers, lambda: np.inf)
    assert found is not None
    return found


@pytest.mark.parametrize("seed", range(6))
def test_a_dive_may_be_flown_on_the_drones_that_it_names(seed: int) -> None:
    offers = offers_of(seed)
    found = dived(offers)
    assert judged(offers, found.state) < offers.unserved_cents.sum()
    assert not found.state.sorties[~found.used].any()
    assert found.share.max() <= 1 + 1e-6


def test_a_drone_little_used_is_not_spared_where_its_orders_are_worth_more() -> None:
    """Ten starts of one sortie, none at the same time, need a tenth of a drone each."""
    starts = 10
    first_s = 1000 * np.arange(starts, dtype=np.int64)
    offers = Offers(
        jobs=np.tile([0, NONE, NONE], (starts, 1)),
        flock=np.zeros(starts, dtype=np.int64),
        first_s=first_s,
        last_s=first_s,
        hold_s=np.full(starts, 900, dtype=np.int64),
        cents=np.full(starts, 500, dtype=np.int64),
        reduced=np.zeros(starts),
        first=np.array([0, starts], dtype=np.int64),
        begin=np.array([0, 1], dtype=np.int64),
        groups=np.zeros(1, dtype=np.int64),
        soon_s=np.zeros(1, dtype=np.int64),
        drones=np.array([0, 1], dtype=np.int64),
        unserved_cents=np.array([9000], dtype=np.int64),
        until_s=np.array([100_000]),
        day_cents=np.array([1500]),
    )
    found = dived(offers)
    assert cost_of(offers, found.state) == 500 + 1500


def test_a_dive_that_is_late_from_the_start_finds_nothing() -> None:
    offers = offers_of(1)
    assert dive(offers, lambda: 0.0) is None


def test_starts_of_a_candidate_are_all_within_its_window() -> None:
    offers = offers_of(1)
    offers.last_s[:] += 1000
    starts = starts_of(offers, np.array([3, 7]))
    for candidate in (3, 7):
        mine = starts.start_s[starts.candidate == candidate]
        assert mine[0] == offers.first_s[candidate]
        assert (np.diff(mine) == STEP_S).all()
        assert mine[-1] <= offers.last_s[candidate] < mine[-1] + STEP_S


@pytest.mark.parametrize("seed", range(6))
def test_a_neighbourhood_never_costs_more(seed: int) -> None:
    """Nor does it use other drones than the dive names."""
    offers = offers_of(seed)
    begun = dived(offers)
    before = annealed(offers, seed)[1]
    drones = np.flatnonzero(before.sorties > 0)
    used = np.zeros(len(before.sorties), dtype=bool)
    used[drones] = True
    found = bettered(offers, before, begun._replace(used=used), seed, 60.0)
    assert judged(offers, found) <= judged(offers, before)
    again = bettered(offers, before, begun._replace(used=used), seed, 60.0)
    assert np.array_equal(found.serves, again.serves)


def test_of_nothing_flown_nothing_is_bettered() -> None:
    offers = offers_of(1)
    state = empty_state(offers)
    assert bettered(offers, state, dived(offers), 1, 9.0) is state

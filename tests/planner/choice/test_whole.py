"""Choices from an integer programme: they may be flown, and none is cheaper where it is exact."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from itertools import combinations
from threading import Barrier, Event

import numpy as np
import pytest

from planner.choice import improve
from planner.choice.choice import NONE, Offers, State, cost_of, empty_state
from planner.choice.dive import FEW, FEWER, MANY, Dive, Diver, Near, near
from planner.choice.improve import Rounds
from planner.choice.recombine import recombined
from planner.choice.whole import STEP_S, Whole, starts_of
from tests.planner.choice.test_anneal import annealed, judged, offers_of


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


def dived(diver: Diver, seed: int = 0) -> Dive:
    """Return where a dive ends that has all the time it wants."""
    found = diver.dive(seed, lambda: np.inf)
    assert found is not None
    return found


@pytest.mark.parametrize("seed", range(6))
def test_a_dive_may_be_flown_on_the_drones_that_it_names(seed: int) -> None:
    offers = offers_of(seed)
    diver = Diver(offers)
    for drawn in range(3):
        found = dived(diver, drawn)
        assert judged(offers, found.state) < offers.unserved_cents.sum()
        assert not found.state.sorties[~found.used].any()


@pytest.mark.parametrize("seed", range(6))
def test_a_dive_leaves_nothing_to_those_after_it(seed: int) -> None:
    """What it fixed and did not look at is free again: the relaxation costs what it did."""
    offers = offers_of(seed)
    programme = Whole(offers, starts_of(offers, np.arange(len(offers.cents))))
    flown, _, _ = programme.shares()
    least_cents, free = programme.cents, np.ones(len(flown), dtype=bool)
    programme.keep()
    for start in range(5):
        programme.again(np.arange(len(flown)) % 5 != start)
        programme.shares()
        assert programme.cents >= least_cents - 1e-3
        programme.fix(np.array([start]))
        programme.shares()
    programme.again(free)
    programme.shares()
    assert programme.cents == pytest.approx(least_cents)


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
    found = dived(Diver(offers))
    assert cost_of(offers, found.state) == 500 + 1500


def test_a_dive_that_is_late_from_the_start_finds_nothing() -> None:
    offers = offers_of(1)
    assert Diver(offers).dive(0, lambda: 0.0) is None


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
def test_choices_combined_cost_no_more_than_the_best_of_them(seed: int) -> None:
    """And may be flown: drones are not in two sorties at once, nor jobs."""
    offers = offers_of(seed)
    states = [annealed(offers, 10 * seed + each, steps=2)[1] for each in range(6)]
    found = recombined(offers, states, 60.0)
    costs = [judged(offers, state) for state in states]
    assert judged(offers, found) == cost_of(offers, found) <= min(costs)
    again = recombined(offers, states, 60.0)
    assert np.array_equal(found.serves, again.serves)
    cut_off = recombined(offers, states, 1e-9)
    assert judged(offers, cut_off) <= min(costs)


def test_what_each_of_two_choices_does_best_is_in_the_combined_one() -> None:
    """Two halves of a day, each served in one choice alone, are both served together."""
    offers = offers_of(2)
    best = annealed(offers, 1)[1]
    cut_s = int(np.median(best.start_s[best.flown != NONE]))
    halves = [empty_state(offers), empty_state(offers)]
    for drone in range(len(best.sorties)):
        for at in range(int(best.sorties[drone])):
            half = halves[int(best.start_s[drone, at] >= cut_s)]
            number, candidate = int(half.sorties[drone]), int(best.flown[drone, at])
            for part in ("flown", "start_s", "end_s"):
                getattr(half, part)[drone, number] = getattr(best, part)[drone, at]
            half.sorties[drone] += 1
            jobs = offers.jobs[candidate]
            half.serves[jobs[jobs != NONE]] = candidate
    assert all(half.sorties.any() for half in halves)
    costs = [judged(offers, half) for half in halves]
    assert judged(offers, recombined(offers, halves, 60.0)) <= judged(offers, best) < min(costs)


def test_nothing_combined_with_nothing_is_nothing() -> None:
    offers = offers_of(1)
    found = recombined(offers, [empty_state(offers)] * 2, 9.0)
    assert not found.sorties.any()


@pytest.mark.parametrize("large", [False, True])
def test_rounds_hand_on_choices_that_fly_the_cheapest_first_whatever_the_threads(
    large: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No round makes the best choice dearer; what is new in each and near the best is told once."""
    monkeypatch.setattr(improve, "MOST_DIVED", 0 if large else 400)
    offers = offers_of(4)

    def improved(workers: int) -> list[list[int]]:
        told = list[list[int]]()
        rounds = Rounds(200, 1, workers, lambda: np.inf, np.inf)
        states = improve.improve(
            offers,
            rounds,
            lambda number: number < 4,
            lambda states: told.append([judged(offers, state) for state in states]),
        )
        costs = [judged(offers, state) for state in states]
        assert costs == sorted(set(costs))
        assert len(told) == 4
        every = [cents for new in told for cents in new]
        assert len(set(every)) == len(every)
        assert min(every) == costs[0]
        for number, new in enumerate(told):
            least = min(cents for each in told[: number + 1] for cents in each)
            assert new == sorted(each for each in new if each <= improve.NEAR_BEST * least)
        return [state.serves.tolist() for state in states]

    assert improved(1) == improved(2) == improved(3)


def test_two_threads_share_the_annealings_of_a_choice(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each goes on when another from the same choice has begun."""
    pairs, go_on = defaultdict[int, Barrier](lambda: Barrier(2)), improve._annealed

    def annealed_in_pairs(offers: Offers, begun: Dive, *rest: float) -> State:
        pairs[id(begun)].wait(60.0)
        return go_on(offers, begun, *rest)

    monkeypatch.setattr(improve, "_annealed", annealed_in_pairs)
    rounds = Rounds(200, 1, 2, lambda: np.inf, np.inf)
    improve.improve(offers_of(4), rounds, lambda number: False)
    assert len(pairs) == improve.CHAINS


def test_the_dive_of_a_round_begins_before_the_last_one_ends(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A combination may wait for the dive of the next round; there is none twice."""
    dives, ahead, dive, combine = list[int](), Event(), Diver.dive, improve.recombined

    def dived(self: Diver, seed: int, left_s: Callable[[], float]) -> Dive | None:
        dives.append(seed)
        if len(dives) == improve.CHAINS + 2:
            ahead.set()
        return dive(self, seed, left_s)

    def combined(offers: Offers, states: Sequence[State], limit_s: float) -> State:
        assert ahead.wait(60.0)
        return combine(offers, states, limit_s)

    monkeypatch.setattr(Diver, "dive", dived)
    monkeypatch.setattr(improve, "recombined", combined)
    rounds = Rounds(200, 1, 2, lambda: np.inf, np.inf)
    improve.improve(offers_of(4), rounds, lambda number: number < 2)
    assert len(set(dives)) == len(dives)


@pytest.mark.parametrize(
    ("left_s", "many"),
    [(np.inf, [MANY, MANY]), (1000.0, [MANY, MANY]), (0.01, [FEW, FEWER])],
)
def test_dives_are_among_fewer_candidates_where_time_is_short(
    left_s: float, many: list[Near], monkeypatch: pytest.MonkeyPatch
) -> None:
    """And among many where wall time may not decide."""
    asked, begin = list[Near](), Diver.__init__

    def begun(self: Diver, offers: Offers, many: Near) -> None:
        asked.append(many)
        begin(self, offers, many)

    monkeypatch.setattr(Diver, "__init__", begun)
    offers = offers_of(4)
    improve.improve(offers, Rounds(200, 1, 1, lambda: left_s, np.inf), lambda number: False)
    assert asked == many


def test_the_nearest_candidates_of_a_job_are_those_of_least_reduced_cost() -> None:
    offers = offers_of(4)
    fewer, more = (set(near(offers, count, 1).tolist()) for count in (1, 3))
    assert fewer < more
    for job in range(len(offers.unserved_cents)):
        mine = np.flatnonzero((offers.jobs == job).any(axis=1))
        if len(mine):
            assert fewer & set(mine[offers.reduced[mine] == offers.reduced[mine].min()].tolist())

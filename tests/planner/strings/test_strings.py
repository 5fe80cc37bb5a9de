"""The search by strings: what it says of a state is what a slow judge finds, step by step."""

from itertools import groupby

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.strings.change import drop_absent, place_job, refresh, total_cost
from planner.strings.insert import (
    EXTRA,
    LOAD_AFTER,
    NUMBER,
    OPENS,
    UNLOAD_AFTER,
    VEHICLE,
    try_alone,
    try_delivery,
)
from planner.strings.insert_pair import try_pair
from planner.strings.problem import PAIRED, PRICE, RELEASE, Classes, Problem, make_problem
from planner.strings.search import Effort, search
from planner.strings.state import ABSENT, State, empty_state, trips_of
from tests.planner.days_of_trips import Day, Judge, random_problem

SEEDS = st.integers(0, 2**31 - 1)


def days_of(state: State) -> dict[int, Day]:
    """Return each used vehicle's day."""
    return {
        vehicle: tuple(nodes for _, nodes in trips)
        for vehicle, trips in groupby(trips_of(state), key=lambda each: each[0])
    }


def check(problem: Problem, state: State) -> None:
    """See that every day holds, costs what the state says, and serves what it says."""
    judge, days = Judge(problem), days_of(state)
    for vehicle in range(len(problem.kind)):
        assert judge.cost(vehicle, days.get(vehicle, ())) == state.spent[vehicle]
    served = [
        (node >> 1, vehicle)
        for vehicle, day in days.items()
        for trip in day
        for node in trip
        if node % 2
    ]
    assert len(served) == len(dict(served))
    assert dict(served) == {job: of for job, of in enumerate(state.of.tolist()) if of != ABSENT}
    absent = problem.jobs[state.of == ABSENT, PRICE].sum()
    assert total_cost(problem, state) == state.spent.sum() + absent


@given(SEEDS)
@settings(max_examples=60, deadline=None)
def test_a_job_goes_where_a_search_of_every_place_says(seed: int) -> None:
    """Job by job into a day: the place found costs the least of all places that keep the rules."""
    problem = random_problem(seed, jobs=6, vehicles=1)
    state, judge = empty_state(problem), Judge(problem)
    refresh(problem, state, 0)
    only = np.zeros(1, dtype=np.int64)
    for job in range(6):
        day = days_of(state).get(0, ())
        before = judge.cost(0, day)
        assert before is not None
        costs = [judge.cost(0, each) for each in judge.insertions(day, job)]
        every = [each - before for each in costs if each is not None]
        best = np.array([10**9, ABSENT, 0, 0, 0, 0])
        (try_pair if problem.jobs[job, PAIRED] else try_delivery)(
            problem, state, job, only, 0.0, best
        )
        try_alone(problem, state, job, only, best)
        if not every:
            assert best[VEHICLE] == ABSENT
            continue
        assert best[EXTRA] == min(every)
        place_job(
            problem, state, job, 0, best[NUMBER], best[LOAD_AFTER], best[UNLOAD_AFTER], best[OPENS]
        )
        check(problem, state)


@given(SEEDS)
@settings(max_examples=25, deadline=None)
def test_a_search_ends_with_days_that_hold(seed: int) -> None:
    problem = random_problem(seed, jobs=8, vehicles=3)
    begin = empty_state(problem)
    found = search(problem, Effort(rounds=8, seed=seed, hot=50.0, steps=60))
    check(problem, found)
    assert total_cost(problem, found) <= total_cost(problem, begin)


def test_the_same_seed_gives_the_same_days_whatever_the_workers() -> None:
    problem = random_problem(5, jobs=12, vehicles=4)
    efforts = [
        Effort(rounds=12, seed=7, workers=workers, hot=50.0, steps=80) for workers in (1, 2, 2)
    ]
    one, *others = (trips_of(search(problem, each)) for each in efforts)
    assert one
    assert others == [one, one]


def test_a_search_goes_on_from_a_state_and_never_ends_dearer() -> None:
    problem = random_problem(11, jobs=12, vehicles=4)
    effort = Effort(rounds=4, seed=1, chains=1, hot=50.0, steps=50)
    first = search(problem, effort)
    hot = Effort(rounds=2, seed=2, chains=1, hot=1e9, steps=20)
    assert total_cost(problem, search(problem, hot, first)) <= total_cost(problem, first)


def test_a_job_that_costs_more_than_it_is_worth_is_left_out() -> None:
    problem = random_problem(3, jobs=8, vehicles=3)
    problem.jobs[:, PRICE] = 0
    found = search(problem, Effort(rounds=3, seed=1, chains=1, hot=10.0, steps=50))
    assert (found.of == ABSENT).all()
    assert total_cost(problem, found) == 0


def test_jobs_taken_off_leave_a_day_that_holds() -> None:
    problem = random_problem(8, jobs=12, vehicles=3)
    found = search(problem, Effort(rounds=5, seed=1, chains=1, hot=50.0, steps=50))
    served = np.flatnonzero(found.of != ABSENT)
    assert len(served) > 2
    vehicles = set(found.of[served[::2]].tolist())
    found.of[served[::2]] = ABSENT
    for vehicle in vehicles:
        drop_absent(problem, found, vehicle)
    check(problem, found)


@pytest.mark.parametrize(("jobs", "vehicles"), [(0, 2), (3, 0)])
def test_nothing_to_do_is_done(jobs: int, vehicles: int) -> None:
    problem = random_problem(1, jobs=jobs, vehicles=vehicles)
    assert trips_of(search(problem, Effort(rounds=2))) == []


def test_what_is_wrong_with_a_problem_is_said() -> None:
    good = random_problem(1)
    given_ = {
        name: getattr(good, name)
        for name in Problem._fields
        if name not in ("classes", "nodes", "near", "keys")
    }
    classes = Classes(*good.classes.T)
    nodes = good.nodes[:-2]
    with pytest.raises(ValueError, match="two nodes"):
        make_problem(classes, nodes=nodes[:-1], **given_)
    with pytest.raises(ValueError, match="not negative"):
        make_problem(classes, nodes=-1 - nodes, **given_)
    released = good.jobs.copy()
    released[:, PAIRED], released[:, RELEASE] = 1, 5
    with pytest.raises(ValueError, match="release"):
        make_problem(classes, nodes=nodes, **{**given_, "jobs": released})


def test_the_judge_finds_faults() -> None:
    """Known-bad control: a day that the judge passes, spoilt one rule at a time."""
    problem = random_problem(8, jobs=12, vehicles=3)
    found = search(problem, Effort(rounds=5, seed=1, chains=1, hot=50.0, steps=50))
    judge = Judge(problem)
    vehicle, day = next((each, day) for each, day in days_of(found).items() if len(day[0]) > 1)
    assert judge.cost(vehicle, day) is not None
    for column, value in ((2, 0), (1, 10**6)):
        nodes = problem.nodes.copy()
        nodes[day[0][0], column] = value
        assert Judge(problem._replace(nodes=nodes)).cost(vehicle, day) is None
    assert Judge(problem._replace(capacity=0 * problem.capacity)).cost(vehicle, day) is None
    classes = problem.classes.copy()
    classes[:, 0] = 0
    assert Judge(problem._replace(classes=classes)).cost(vehicle, day) is None

"""A search that is to end does so with the best plan so far, which keeps every rule."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from random import Random

import numpy as np
import pytest

from planner.check import check_plan
from planner.choice.anneal import anneal
from planner.choice.choice import empty_state
from planner.clock import Clock
from planner.plan.plan import Plan
from planner.request.request import Request
from planner.rules.rulebook import shipped_rulebook
from planner.solve.progress import Progress, end_at_gap
from planner.solve.solve import make_plan
from planner.solve_options import SolveOptions
from planner.stop import Stop
from planner.testing.day import TYPE, order, request
from tests.geodata.small import small_network
from tests.planner.days import QUICK, random_request
from tests.planner.rebuild.test_rebuild import candidates_of, steady

LONG = SolveOptions(time_limit_s=600.0, seed=1, workers=1)
DAY = random_request(Random(5), 8, 3)
IN_PARTS = replace(LONG, time_limit_s=6.0, whole_day_orders=4, workers=3)
LARGE = replace(LONG, whole_day_orders=4)

Told = Callable[[Progress], None]


def planned(asked: Request, options: SolveOptions, told: Told, stop: Stop | None = None) -> Plan:
    """Return the plan of a day, after proving that it keeps every rule and states a bound."""
    network, rulebook = small_network(), shipped_rulebook()
    with ThreadPoolExecutor(1) as thread:
        # By time a large day has parts only where others work on it.
        executor = thread if options.deterministic else None
        plan = make_plan(network, asked, rulebook, options, told, executor, stop)
    assert check_plan(plan, network, asked, rulebook) == []
    assert plan.bound.lower_bound_cents <= plan.cost.total_cents
    return plan


def stopped_at(asked: Request, options: SolveOptions, stage: str) -> tuple[Plan, list[str]]:
    """Return the plan of a day that is to end when it comes to a stage, and the stages after it."""
    stop, after = Stop(), list[str]()

    def told(progress: Progress) -> None:
        if progress.stage == stage:
            stop.ask()
        if stop.over and progress.stage not in after:
            after.append(progress.stage)

    return planned(asked, options, told, stop), after


@pytest.mark.parametrize("deterministic", [False, True], ids=["by time", "by work"])
@pytest.mark.parametrize("stage", ["compile", "fill", "enumerate", "choose", "improve"])
def test_a_whole_day_ends_at_any_stage_with_a_whole_plan(stage: str, deterministic: bool) -> None:
    """The first fill is finished at any rate. Nobody gets the same again, and the plan says so."""
    options = replace(LONG, deterministic=deterministic)
    plan, after = stopped_at(DAY, options, stage)
    assert plan.sorties
    assert not plan.options.deterministic
    assert after[-1] == "write"
    filled, _ = stopped_at(DAY, options, "compile")
    assert plan.cost.total_cents <= filled.cost.total_cents


@pytest.mark.parametrize(
    ("options", "stage"),
    [(LARGE, "fill"), (LARGE, "rebuild"), (IN_PARTS, "parts")],
    ids=["filled", "rebuilt", "in parts"],
)
@pytest.mark.parametrize("deterministic", [False, True], ids=["by time", "by work"])
def test_a_large_day_ends_at_any_stage_with_a_whole_plan(
    options: SolveOptions, stage: str, deterministic: bool
) -> None:
    plan, after = stopped_at(DAY, replace(options, deterministic=deterministic), stage)
    assert plan.sorties
    assert after[-1] == "write"
    assert stage == "parts" or "parts" not in after


@pytest.mark.parametrize("deterministic", [False, True], ids=["by time", "by work"])
def test_a_day_of_long_sorties_ends_with_a_whole_plan(deterministic: bool) -> None:
    asked = random_request(Random(4), 8, 2, max_orders_per_sortie=5)
    options = replace(LONG, time_limit_s=4.0, deterministic=deterministic)
    for stage in ("improve", "lengthen"):
        plan, after = stopped_at(asked, options, stage)
        assert plan.sorties
        assert after == [stage, "write"]


def test_a_search_ends_once_its_gap_is_what_was_asked_for() -> None:
    """No sooner, and what progress said last is what the plan says."""
    details, before = list[str](), list[str]()

    def told(progress: Progress) -> None:
        if progress.stage == "improve":
            details.append(progress.detail)
        if progress.stage == "enumerate":
            before.append(progress.detail)

    for gap in (0.9, 0.3):
        plan = planned(DAY, replace(LONG, gap=gap), told)
        assert plan.options.gap == gap
        assert plan.bound.gap <= gap
        assert f"cost {plan.cost.total_cents / 100:,.2f}, bound " in details[-1]
        assert "; " in details[-1]
    assert "all orders as they become due" in details[0]
    filled = details[0].partition(", bound")[0]
    assert before[0].startswith(f"{filled}; sorties of 2")
    assert before[-1].startswith(f"{filled}, bound ")


@pytest.mark.parametrize("options", [LONG, LARGE, IN_PARTS], ids=["whole", "large", "in parts"])
def test_a_plan_that_is_proven_to_be_the_cheapest_ends_the_search(options: SolveOptions) -> None:
    """Nothing may be flown at all: no order is light enough. Its reasons are told in full."""
    heavy = [order(f"O-{number}", mass_kg=TYPE.payload_kg + 1) for number in range(6)]
    plan = planned(request(*heavy), options, lambda progress: None)
    assert plan.bound.gap == 0
    assert {reason.code for each in plan.unserved for reason in each.reasons} == {"PAYLOAD_MASS"}


@pytest.mark.parametrize("options", [QUICK, replace(QUICK, whole_day_orders=4)])
def test_where_wall_time_may_not_decide_a_gap_ends_it_at_the_same_plan(
    options: SolveOptions,
) -> None:
    asked = replace(options, gap=0.4)
    one, other = (planned(DAY, replace(asked, workers=each), lambda _: None) for each in (1, 2))
    assert one == other


def test_compiled_steps_end_where_they_are() -> None:
    """As long as nobody asks they go on."""
    candidates, _ = candidates_of(steady(1))
    offers = candidates.offers
    usable = np.ones(int(offers.drones[-1]), dtype=bool)
    costs = []
    for stop in (Stop(), Stop(shared=True)):
        for ask in (False, True):
            if ask:
                stop.ask()
            best = empty_state(offers)
            costs.append(
                anneal(offers, empty_state(offers), best, usable, 1, 20_000, 500.0, 10.0, stop)
            )
    going, ended, *shared = costs
    assert going < ended == int(offers.unserved_cents.sum())
    assert shared == [going, ended]


def test_a_gap_that_was_asked_for_is_enough_and_no_wider_one() -> None:
    clock = Clock(replace(LONG, gap=0.1), 0.0)
    end_at_gap(clock, 1000, 899.0)
    assert not clock.stop.over
    end_at_gap(clock, 1000, 900.0)
    assert clock.stop.over


def test_whoever_waits_is_told_from_what_is_enough() -> None:
    stop = Stop()
    assert (stop.over, stop.hurried) == (False, False)
    stop.say_enough()
    assert (stop.over, stop.hurried, stop.flag[0] != 0) == (True, False, True)
    stop.ask()
    stop.say_enough()
    assert (stop.over, stop.hurried) == (True, True)

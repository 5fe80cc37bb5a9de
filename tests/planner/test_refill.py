"""A filled day bettered around what it leaves out: never dearer, and as the dispatcher flies it."""

from dataclasses import replace
from random import Random

import numpy as np
import pytest

from planner.assemble import assemble
from planner.check import check_plan
from planner.filling import Filling
from planner.plan import Options
from planner.quick import FIRST, fill_at_once, there
from planner.refill import refill
from planner.request import Rules
from planner.roster import Roster
from planner.rulebook import shipped_rulebook
from planner.testing.day import at, drone, order, request
from tests.geodata.small import small_network
from tests.planner.days import instance, random_request

OPTIONS = Options(seed=1, time_limit_s=1.0, deterministic=True)


def held(filling: Filling, roster: Roster) -> list[np.ndarray]:
    """Return what a filling takes to be taken, with the blocks of its roster."""
    day, holds = filling._day, roster.dispatcher.calendar.traffic.holds
    return [day.pads, day.bays, day.chargers, day.over_s, holds.taken, holds.digits]


@pytest.mark.parametrize("seed", range(4))
def test_a_day_refilled_keeps_every_rule_and_is_never_dearer(seed: int) -> None:
    asked = random_request(Random(seed), 24, 3, max_orders_per_sortie=2, max_late_s=900)
    orders = list(asked.orders)
    orders[1] = replace(orders[1], after=orders[0].id, after_s=300)
    asked = replace(asked, orders=tuple(orders))
    given = instance(asked)
    roster = Roster(given)
    fill_at_once(roster, range(len(given.jobs)))
    before = roster.cents()
    refill(roster, seed, lambda: False, 2)
    assert roster.cents() <= before
    plan = assemble(given, roster, 0.0, "none", OPTIONS, lambda: True)
    assert check_plan(plan, small_network(), asked, shipped_rulebook()) == []
    assert plan.cost.total_cents == roster.cents()


def test_a_dear_order_takes_the_room_of_a_cheap_one() -> None:
    """One drone, time for one sortie; the day is filled with the cheap order, due first."""
    rules = Rules(max_orders_per_sortie=1, max_late_s=0)
    cheap = order("O-0", due=at("08:10"))
    dear = order("O-1", due=at("08:11"), priority="emergency")
    roster = Roster(instance(request(cheap, dear, drones=(drone("D-0"),), rules=rules)))
    fill_at_once(roster, range(2))
    assert roster.served() == {0}
    refill(roster, 1, lambda: False, 1)
    assert roster.served() == {1}


def test_nothing_changes_once_the_time_is_past() -> None:
    roster = Roster(instance(request(order("O-0"))))
    refill(roster, 1, lambda: True)
    assert not roster.served()


def test_the_same_seed_gives_the_same_day() -> None:
    given = instance(random_request(Random(3), 24, 3))
    days = []
    for _ in range(2):
        roster = Roster(given)
        fill_at_once(roster, range(12))
        refill(roster, 5, lambda: False, 1)
        days.append([(name, timed.start_s, timed.tour) for name, timed in roster.tours()])
    assert days[0] == days[1]


def test_drafts_take_what_a_sortie_takes_and_give_it_back() -> None:
    """On the arrays of the day: no trace is left of drafts, and of what came off and went back."""
    given = instance(request(order("O-0"), order("O-1"), drones=(drone("D-0"),)))
    roster = Roster(given)
    filling = Filling(roster)
    before = [each.copy() for each in held(filling, roster)]
    found = filling.trial(there((0,)), FIRST)
    assert found is not None
    assert filling.draft(found)
    drafted = [each.copy() for each in held(filling, roster)]
    assert any((one != other).any() for one, other in zip(before, drafted, strict=True))
    other = filling.trial(there((1,)), FIRST)
    assert other is None or other.start_s > found.start_s
    assert filling.drop_drafts() == [found]
    for one, then in zip(before, held(filling, roster), strict=True):
        np.testing.assert_array_equal(one, then)
    timed = filling.enter(found)
    assert timed is not None
    for one, then in zip(drafted, held(filling, roster), strict=True):
        np.testing.assert_array_equal(one, then)
    filling.leave("D-0", timed)
    for one, then in zip(before, held(filling, roster), strict=True):
        np.testing.assert_array_equal(one, then)
    filling.put_back("D-0", timed)
    for one, then in zip(drafted, held(filling, roster), strict=True):
        np.testing.assert_array_equal(one, then)

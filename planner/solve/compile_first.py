"""What is compiled when it is first used, compiled by a plan for a few orders."""

import math
from dataclasses import replace

from planner.bound.pool import alone_worth, build_pool
from planner.bound.sorties import Enumerator
from planner.choice.candidates import Candidates
from planner.choice.improve import CHAINS, Rounds, improve
from planner.day.instance import Instance
from planner.dispatch.roster import Roster
from planner.fly.day_arrays import DayArrays
from planner.fly.quick import fill_at_once
from planner.large.part import PartDay
from planner.rebuild.board import menu_of
from planner.rebuild.rebuild_day import rebuild_day
from planner.solve.choose import CANDIDATES

COMPILED_ORDERS = 4
"""Orders that are planned for when code is compiled."""


def compile_all(instance: Instance) -> None:
    """Plan for a few orders, so that what is compiled when it is first used is not on the clock."""
    asked = instance.request
    orders = tuple(
        replace(order, box=None, after=None, after_s=0, not_with=())
        for order in asked.orders[:COMPILED_ORDERS]
    )
    # A day of its own: arrays for all orders of a large one would be the most memory of its plan.
    instance = PartDay.of(instance).instance(orders, asked.fleet.drones, None)
    few = Enumerator(instance)
    alone_worth(few)
    pool = build_pool(few, few.most, lambda *_: None)
    candidates = Candidates(DayArrays(few), *pool.cheapest(CANDIDATES))
    rounds = Rounds(1, 1, 1, lambda: math.inf, math.inf)
    states = improve(candidates.offers, rounds, lambda number: number < CHAINS)
    fill_at_once(Roster(instance), range(len(instance.jobs)))
    once = iter((0.0,))
    menu = menu_of(candidates)
    rebuild_day(Roster(instance), candidates, menu, states, rounds, lambda: next(once, None))

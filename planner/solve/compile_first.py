"""What is compiled when it is first used, compiled by planning for a few orders.

Another process compiles what a day is rebuilt with, which is half of it, at the same time, where
there may be one and where what it compiles is kept. Whoever comes to what the other is at waits for
it.
"""

import math
import time
from contextlib import suppress
from dataclasses import dataclass, replace
from multiprocessing import current_process

from planner.bound.pool import alone_worth, build_pool
from planner.bound.sorties import Enumerator
from planner.choice.candidates import Candidates
from planner.choice.improve import CHAINS, Rounds, improve
from planner.clock import Clock
from planner.compiled import is_keeping
from planner.crew import Crew, LostTaskError, Shared, cores
from planner.day.instance import Instance
from planner.dispatch.roster import Roster
from planner.fly.day_arrays import DayArrays
from planner.fly.quick import fill_at_once
from planner.large.part import PartDay
from planner.rebuild.board import menu_of
from planner.rebuild.rebuild_day import rebuild_day
from planner.rebuild.rebuild_large import rebuild_large
from planner.request.fleet import Drone
from planner.request.order import Order
from planner.solve.choose import CANDIDATES
from planner.solve_options import SolveOptions

COMPILED_ORDERS = 4
"""Orders that are planned for when code is compiled."""


@dataclass(frozen=True)
class _Rebuilding:
    """A day of a few orders, rebuilt as a large one from nothing."""

    orders: tuple[Order, ...]
    drones: tuple[Drone, ...]

    def __call__(self, day: PartDay) -> None:
        """Rebuild it; what is compiled for that is kept."""
        options = SolveOptions(time_limit_s=1.0, seed=1, workers=1, deterministic=True)
        roster = Roster(day.instance(self.orders, self.drones, None))
        rebuild_large(roster, Clock(options, time.monotonic()))


def compile_all(instance: Instance) -> None:
    """Plan for a few orders, so that what is compiled when it is first used is not on the clock."""
    asked = instance.request
    orders = tuple(
        replace(order, box=None, after=None, after_s=0, not_with=())
        for order in asked.orders[:COMPILED_ORDERS]
    )
    # A day of its own: arrays for all orders of a large one would be the most memory of its plan.
    day, drones = PartDay.of(instance), asked.fleet.drones
    if not is_keeping() or current_process().daemon or cores() == 1:
        _plan(day.instance(orders, drones, None))
        return
    with Crew(None, 1) as aside:
        rebuilt = aside.begin(Shared.of(day), _Rebuilding(orders, drones))
        _plan(day.instance(orders, drones, None))
        # What it does not compile is compiled when it is used.
        with suppress(LostTaskError):
            rebuilt.result()


def _plan(instance: Instance) -> None:
    """Plan for all orders in every way once."""
    few = Enumerator(instance)
    alone_worth(few)
    pool = build_pool(few, few.most)
    candidates = Candidates(DayArrays(few), *pool.cheapest(CANDIDATES))
    rounds = Rounds(1, 1, 1, lambda: math.inf, math.inf)
    states = improve(candidates.offers, rounds, lambda number: number < CHAINS)
    fill_at_once(Roster(instance), range(len(instance.jobs)))
    once = iter((0.0,))
    menu = menu_of(candidates)
    rebuild_day(Roster(instance), candidates, menu, states, rounds, lambda cents: next(once, None))

"""A large day: filled at once, bettered in parts if many work on it, and rebuilt."""

import time
from collections.abc import Iterable
from concurrent.futures import Executor, Future
from contextlib import suppress

import numpy as np

from planner.arrays import Floats
from planner.bound.bounded import ALONE_METHOD, COVER_METHOD, NO_METHOD, Bounded, by_worth
from planner.bound.pool import alone_worth, build_pool, cover_worth
from planner.bound.sorties import Enumerator
from planner.clock import Clock
from planner.crew import Crew, Shared
from planner.day.instance import Instance
from planner.dispatch.roster import Roster
from planner.fly.day_arrays import DayArrays
from planner.fly.quick import FIRST, fill_at_once
from planner.large.part import BoundTask, PartDay
from planner.large.parts import Effort, better_in_parts
from planner.large.turns import AT_ONCE_S, DETERMINISTIC_TURNS, JOINT_SHARE, PAIR_S, Turns
from planner.plan.plan import Options
from planner.rebuild.rebuild_large import rebuild_large
from planner.solve.assemble import asked_of
from planner.solve.choose import candidates_of, choose
from planner.solve.progress import Progress, Report, end_at_gap, standing
from planner.solve.whole_day import for_choosing_s
from planner.solve_options import SolveOptions

REBUILDERS = 2
"""Threads that rebuild a day: if there are no more workers, none of a large one's time goes into
parts."""

COVER_ORDERS = 1500
"""Orders up to which the bound of a day that is solved in parts looks at pairs."""


def fill_large(roster: Roster, clock: Clock, report: Report, executor: Executor | None) -> Bounded:
    """Fill a roster, better it in parts if many work on it, and rebuild it; return the bound."""
    options = clock.options

    def tell(stage: str, detail: str, done: float) -> None:
        """Report what share of the time is spent, or `done` where wall time may not decide."""
        spent = done if options.deterministic else 1 - clock.left_s() / options.time_limit_s
        report(Progress(stage, detail, min(0.95, spent)))

    def told(turn: int, detail: str, done: float) -> None:
        tell("parts", f"turn {turn + 1}: {detail}", (turn + done) / DETERMINISTIC_TURNS)

    def filled(share: float) -> None:
        tell("fill", f"{share:.0%} of the orders", 0.0)

    def rebuilt(cents: int) -> None:
        bound = _best_bound(roster.instance, bounds, None if options.deterministic else 0.0)
        detail = standing(cents, bound.cents, "steps among blocks, pads and bays")
        tell("rebuild", detail, 1.0)
        end_at_gap(clock, cents, bound.cents)

    jobs = range(len(roster.instance.jobs))
    shared = Shared.of(PartDay.of(roster.instance))
    with Crew(executor, 1) as aside:
        bounds = _bounds(roster.instance, aside, shared)
        ending_s = clock.ending_s(len(jobs), len(jobs))
        past = clock.past(ending_s)
        # What is left over is looked at again when the day is rebuilt. A first plan that was cut
        # off would be none.
        fill_at_once(roster, jobs, clock.past_unstopped(ending_s), filled, (FIRST,))
        few = executor is None and options.workers <= REBUILDERS
        if options.deterministic or not few:
            turns = Turns(options, len(jobs), clock.left_s)
            effort = Effort(turns.size, choose_part, asked_of(options), turns.seconds, past)
            with Crew(executor, options.workers) as crew:
                better_in_parts(roster, crew, effort, shared, told)
        rebuild_large(roster, clock, rebuilt)
        ending = clock.for_ending(len(jobs), len(jobs))
        wait_s = max(0.0, ending.left_s() - ending.ending_s(len(jobs), 0))
        return _best_bound(
            roster.instance, bounds, None if ending.options.deterministic else wait_s
        )


Asked = tuple[str, "Future[list[Floats]]"]
"""What orders are worth, and how that is got."""


def _bounds(instance: Instance, crew: Crew, shared: Shared[PartDay]) -> list[Asked]:
    """Have a crew look for bounds on every plan, those that take longer later."""
    orders = tuple(job.order for job in instance.jobs)
    ways = [(ALONE_METHOD, alone_worth)]
    if len(orders) <= COVER_ORDERS:
        ways.append((COVER_METHOD, cover_worth))
    drones = instance.request.fleet.drones
    return [
        (method, crew.begin(shared, BoundTask(orders, drones, worth))) for method, worth in ways
    ]


def _best_bound(instance: Instance, bounds: Iterable[Asked], wait_s: float | None) -> Bounded:
    """Return the best bound that is found when so much time has passed, or ever; 0 if none is."""
    found = by_worth(instance, np.zeros(len(instance.jobs)), NO_METHOD)
    until_s = None if wait_s is None else time.monotonic() + wait_s
    for method, asked in bounds:
        with suppress(TimeoutError):
            left_s = None if until_s is None else max(0.0, until_s - time.monotonic())
            (worth,) = asked.result(left_s)
            found = max(found, by_worth(instance, worth, method), key=lambda each: each.cents)
    return found


def choose_part(instance: Instance, options: Options) -> Roster:
    """Return a day of some orders filled within a time limit, tables of legs not counted."""
    roster, jobs = Roster(instance), frozenset(range(len(instance.jobs)))
    if not options.deterministic and options.time_limit_s < AT_ONCE_S * len(jobs):
        fill_at_once(roster, jobs)
        return roster
    enumerator = Enumerator(instance)
    clock = Clock(
        SolveOptions(options.time_limit_s, options.seed, 1, options.deterministic),
        time.monotonic(),
    )
    joint = options.deterministic or options.time_limit_s >= JOINT_SHARE * PAIR_S * len(jobs) ** 2
    most = enumerator.most if joint else 1
    late = clock.past(for_choosing_s(clock.options, len(jobs)))
    pool = build_pool(enumerator, most, late=late)
    choose(roster, candidates_of(DayArrays(enumerator), pool, clock), clock)
    return roster

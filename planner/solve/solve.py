"""From a network, a request and a rulebook to a plan.

pool -> candidates -> roster -> plan: columns with their relaxation (the bound), those worth
choosing from, whole days of them timed on blocks, pads and bays, and the record that is handed out.
"""

import math
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace

import numpy as np

from geodata.network import Network
from planner.air.airspace import Airspace
from planner.arrays import Floats
from planner.bound.bounded import (
    ALONE_METHOD,
    COVER_METHOD,
    IDLE_METHOD,
    NO_METHOD,
    Bounded,
    by_worth,
)
from planner.bound.columns import MAX_JOBS
from planner.bound.master import FINE
from planner.bound.pool import SETTLED, alone_worth, build_pool, cover_worth
from planner.bound.prove import certificate_of
from planner.bound.sorties import Enumerator
from planner.choice.candidates import Candidates
from planner.choice.improve import CHAINS, Rounds, improve, is_large
from planner.clock import Clock
from planner.compiled import is_kept
from planner.crew import Crew, Shared
from planner.day.instance import Instance
from planner.dispatch.roster import Roster
from planner.fly.day_arrays import DayArrays
from planner.fly.quick import FIRST, fill_at_once
from planner.large.part import BoundTask, PartDay
from planner.large.parts import Effort, better_in_parts
from planner.large.turns import (
    AT_ONCE_S,
    DETERMINISTIC_TURNS,
    JOINT_SHARE,
    PAIR_S,
    Turns,
)
from planner.plan.certificate import Certificate
from planner.plan.plan import Options, Plan
from planner.reasons.crowding import settle
from planner.rebuild.board import menu_of
from planner.rebuild.rebuild_day import rebuild_day
from planner.rebuild.rebuild_large import rebuild_large
from planner.request.request import Request
from planner.rules.rulebook import Rulebook
from planner.solve.assemble import assemble
from planner.solve.choose import CANDIDATES, candidates_of, choose
from planner.solve.close_gap import FEW_ORDERS, close_gap
from planner.solve.lengthen import lengthen
from planner.solve.raising import raising
from planner.solve_options import SolveOptions


@dataclass(frozen=True, slots=True)
class Progress:
    """What is being done: a stage, a detail, and how much of all is done, 0 to 1."""

    stage: str
    detail: str
    done: float


Report = Callable[[Progress], None]


def make_plan(
    network: Network,
    request: Request,
    rulebook: Rulebook,
    options: SolveOptions,
    report: Report = lambda progress: None,
    executor: Executor | None = None,
) -> Plan:
    """Return a plan for a request; orders that cannot be served are listed with their reasons.

    `executor` and errors as of `plan_with_proof`.
    """
    return plan_with_proof(network, request, rulebook, options, report, executor).plan


@dataclass(frozen=True, slots=True)
class Proven:
    """A plan, and the certificate of its bound."""

    plan: Plan
    certificate: Certificate


def plan_with_proof(
    network: Network,
    request: Request,
    rulebook: Rulebook,
    options: SolveOptions,
    report: Report = lambda progress: None,
    executor: Executor | None = None,
) -> Proven:
    """Return a plan for a request with its certificate.

    Orders that cannot be served are listed with their reasons. A day that is not solved as a whole
    (`SolveOptions.as_whole`) is solved in parts: `options.workers` at a time by the `executor`, or
    by processes of this machine that end with this call. Raises LostTaskError if a part was lost
    too often.
    """
    report(Progress("compile", f"{len(request.orders)} orders", 0.0))
    started_s = time.monotonic()
    instance = Instance(Airspace(network, request), rulebook)
    roster = Roster(instance)
    whole = options.as_whole(request)
    kept = is_kept("rebuild.rebuild")
    if not kept and instance.jobs and instance.squads:
        report(Progress("compile", "machine code, once after an installation", 0.0))
        before_s = time.monotonic()
        _compile(instance)
        started_s += time.monotonic() - before_s
    lengthens = instance.rules.max_orders_per_sortie > MAX_JOBS
    share = SHORT_SHARE if lengthens else 1.0
    clock = Clock(options, started_s)
    first = Clock(replace(options, time_limit_s=share * options.time_limit_s), started_s)

    def begun(progress: Progress) -> None:
        """Report what is done of the first share."""
        report(replace(progress, done=share * progress.done))

    if not instance.jobs or not instance.squads:
        left_out = [float(instance.unserved_cents([job])) for job in range(len(instance.jobs))]
        bound = by_worth(instance, np.array(left_out), IDLE_METHOD)
    elif whole:
        bound = _fill(instance, roster, first, begun)
    else:
        bound = _fill_large(roster, first, begun, executor)
    if lengthens and instance.jobs and instance.squads:
        _lengthen(roster, clock, report)
    report(Progress("write", "plan", 0.98))
    orders, served = len(instance.jobs), len(roster.served())
    written_s = clock.ending_s(orders, 0)
    settle(roster, clock.past((written_s + clock.ending_s(orders, orders - served)) / 2))
    asked, written = _asked(options), clock.past(written_s)
    plan = assemble(instance, roster, bound.cents, bound.method, asked, written)
    return Proven(plan, certificate_of(instance, plan, bound.branches))


def _compile(instance: Instance) -> None:
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
    pool = build_pool(few, min(MAX_JOBS, instance.rules.max_orders_per_sortie), lambda *_: None)
    candidates = Candidates(DayArrays(few), *pool.cheapest(CANDIDATES))
    rounds = Rounds(1, 1, 1, lambda: math.inf, math.inf)
    states = improve(candidates.offers, rounds, lambda number: number < CHAINS)
    fill_at_once(Roster(instance), range(len(instance.jobs)))
    once = iter((0.0,))
    menu = menu_of(candidates)
    rebuild_day(Roster(instance), candidates, menu, states, rounds, lambda: next(once, None))


def _asked(options: SolveOptions) -> Options:
    """Return how a plan says that it was asked for."""
    return Options(
        seed=options.seed, time_limit_s=options.time_limit_s, deterministic=options.deterministic
    )


def _lengthen(roster: Roster, clock: Clock, report: Report) -> None:
    """Look for longer sorties in their share of the time."""

    def longer(done: float) -> None:
        detail = f"cost {roster.cents() / 100:,.2f}"
        report(Progress("lengthen", detail, SHORT_SHARE + LONG_SHARE * done))

    def left_s() -> float:
        orders, served = len(roster.instance.jobs), len(roster.served())
        return clock.left_s() - clock.ending_s(orders, orders - served)

    options = clock.options
    seconds = 0.0 if options.deterministic else LONG_SHARE * options.time_limit_s
    lengthen(roster, seconds, options.seed, options.workers, left_s, longer)


def _fill(instance: Instance, roster: Roster, clock: Clock, report: Report) -> Bounded:
    """Choose sorties and time them, then choose anew while time is left; return the bound."""
    options, orders = clock.options, len(instance.jobs)
    timely = options.deterministic or options.time_limit_s >= CHOICE_S * orders
    left = AT_ONCE_LEFT if timely else ONLY_AT_ONCE_LEFT
    if timely and is_large(orders):
        left = LARGE_AT_ONCE_LEFT

    def filled(share: float) -> None:
        report(Progress("fill", "orders as they become due", share * (1 - left)))

    fill_at_once(roster, range(orders), clock.past(left * options.time_limit_s), filled)
    enumerator = Enumerator(instance, options.workers)
    if not timely:
        return by_worth(instance, cover_worth(enumerator), COVER_METHOD)
    allowed = min(MAX_JOBS, instance.rules.max_orders_per_sortie)
    most = allowed if _suits(options, orders) else 1

    def enumerated(detail: str, done: float) -> None:
        report(Progress("enumerate", detail, (1 - left) * (1 - done) + 0.4 * done))

    with ThreadPoolExecutor(1) as aside:
        # Programmes are solved on one thread.
        arrays = aside.submit(DayArrays, enumerator)
        late = clock.past(_for_choosing_s(options, orders))
        tolerance = FINE if is_large(orders) else SETTLED
        pool = build_pool(enumerator, most, enumerated, late, tolerance)
    candidates = candidates_of(arrays.result(), pool, clock)
    report(Progress("choose", f"{len(pool.lattice)} sorties", 0.4))
    few = orders <= FEW_ORDERS
    chosen = replace(options, time_limit_s=CHOSEN_SHARE * options.time_limit_s) if few else options
    with raising(pool, clock, whole=most == instance.rules.max_orders_per_sortie) as beside:

        def told(spent: float) -> None:
            gap = 1 - beside.cents / max(1, roster.cents())
            detail = f"cost {roster.cents() / 100:,.2f}, gap {gap:.2%}"
            report(Progress("improve", detail, min(0.97, max(0.5, spent))))

        choose(roster, candidates, Clock(chosen, clock.started_s), told)
        pool, bound = beside.raised()
    if few:
        close_gap(roster, pool, clock.past(clock.ending_s(orders, orders)))
    return bound


def _suits(options: SolveOptions, orders: int) -> bool:
    """Tell whether the time suffices to look at joint sorties of so many orders."""
    return options.deterministic or options.time_limit_s >= orders**2 * JOINT_S


def _for_choosing_s(options: SolveOptions, orders: int) -> float:
    """Return how much of the time is kept for choosing among the columns, s."""
    until = LARGE_RELAXATION_UNTIL if is_large(orders) else RELAXATION_UNTIL
    return max((1 - until) * options.time_limit_s, CHOOSING_S * orders)


def _fill_large(roster: Roster, clock: Clock, report: Report, executor: Executor | None) -> Bounded:
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
        tell("rebuild", f"cost {cents / 100:,.2f}", 1.0)

    jobs = range(len(roster.instance.jobs))
    shared = Shared.of(PartDay.of(roster.instance))
    with Crew(executor, 1) as aside:
        bounds = _bounds(roster.instance, aside, shared)
        past = clock.past(clock.ending_s(len(jobs), len(jobs)))
        # What is left over is looked at again when the day is rebuilt.
        fill_at_once(roster, jobs, past, filled, (FIRST,))
        few = executor is None and options.workers <= REBUILDERS
        if options.deterministic or not few:
            turns = Turns(options, len(jobs), clock.left_s)
            effort = Effort(turns.size, choose_part, _asked(options), turns.seconds, past)
            with Crew(executor, options.workers) as crew:
                better_in_parts(roster, crew, effort, shared, told)
        rebuild_large(roster, clock, rebuilt)
        return _best_bound(roster.instance, bounds, clock)


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


def _best_bound(instance: Instance, bounds: Iterable[Asked], clock: Clock) -> Bounded:
    """Return the best bound that is found in time, 0 if none is."""
    found, orders = by_worth(instance, np.zeros(len(instance.jobs)), NO_METHOD), len(instance.jobs)
    for method, asked in bounds:
        left_s = clock.left_s() - clock.ending_s(orders, 0)
        with suppress(TimeoutError):
            (worth,) = asked.result(None if clock.options.deterministic else max(0.0, left_s))
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
    most = min(MAX_JOBS, instance.rules.max_orders_per_sortie) if joint else 1
    late = clock.past(_for_choosing_s(clock.options, len(jobs)))
    pool = build_pool(enumerator, most, lambda detail, _: None, late)
    choose(roster, candidates_of(DayArrays(enumerator), pool, clock), clock)
    return roster


COMPILED_ORDERS = 4
"""Orders that are planned for when code is compiled."""

RELAXATION_UNTIL, CHOOSING_S = 0.7, 0.016
"""Share of the time after which the relaxation is cut short, and time for each order left then at
least, s."""

CHOSEN_SHARE = 0.6
"""Share of the time after which the gap of a day of few orders is closed."""

LARGE_RELAXATION_UNTIL, LARGE_AT_ONCE_LEFT = 0.4, 0.97
"""The same share, and what is left after the first fill, of a day that is rebuilt."""

JOINT_S = 1.5e-5
"""Time limit for each pair of orders from which on orders may share sorties, s."""

SHORT_SHARE, LONG_SHARE = 0.5, 0.35
"""Shares of the time for sorties that are enumerated, and for longer ones where rules allow any."""

AT_ONCE_LEFT, ONLY_AT_ONCE_LEFT = 0.9, 0.5
"""Shares of the time that are left when orders are no longer served as they become due: where they
are chosen among later, and where they are not."""

CHOICE_S = 0.012
"""Time for each order from which on sorties are chosen, s."""

REBUILDERS = 2
"""Threads that rebuild a day: if there are no more workers, none of a large one's time goes into
parts."""

COVER_ORDERS = 1500
"""Orders up to which the bound of a day that is solved in parts looks at pairs."""

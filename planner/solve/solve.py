"""From a network, a request and a rulebook to a plan.

pool -> candidates -> roster -> plan: columns with their relaxation (the bound), those worth
choosing from, whole days of them timed on blocks, pads and bays, and the record that is handed out.
"""

import time
from concurrent.futures import Executor
from dataclasses import dataclass, replace

import numpy as np

from geodata.network import Network
from planner.air.airspace import Airspace
from planner.bound.bounded import IDLE_METHOD, by_worth
from planner.bound.columns import MAX_JOBS
from planner.bound.prove import certificate_of
from planner.clock import Clock
from planner.compiled import is_kept
from planner.day.instance import Instance
from planner.dispatch.roster import Roster
from planner.plan.certificate import Certificate
from planner.plan.plan import Plan
from planner.reasons.crowding import settle
from planner.request.request import Request
from planner.rules.rulebook import Rulebook
from planner.solve.assemble import asked_of, assemble
from planner.solve.compile_first import compile_all
from planner.solve.large_day import fill_large
from planner.solve.lengthen import lengthen
from planner.solve.progress import Progress, Report, end_at_gap, standing
from planner.solve.whole_day import fill_whole
from planner.solve_options import SolveOptions
from planner.stop import Stop


def make_plan(
    network: Network,
    request: Request,
    rulebook: Rulebook,
    options: SolveOptions,
    report: Report = lambda progress: None,
    executor: Executor | None = None,
    stop: Stop | None = None,
) -> Plan:
    """Return a plan for a request; orders that cannot be served are listed with their reasons.

    `executor`, `stop` and errors as of `plan_with_proof`.
    """
    return plan_with_proof(network, request, rulebook, options, report, executor, stop).plan


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
    stop: Stop | None = None,
) -> Proven:
    """Return a plan for a request with its certificate.

    Orders that cannot be served are listed with their reasons. When it is to `stop` it is the best
    plan found so far, but the first plan of the day is finished at any rate. A day that is not
    solved as a whole (`SolveOptions.as_whole`) is solved in parts: `options.workers` at a time by
    the `executor`, or by processes of this machine that end with this call. Raises LostTaskError if
    a part was lost too often.
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
        compile_all(instance)
        started_s += time.monotonic() - before_s
    lengthens = instance.rules.max_orders_per_sortie > MAX_JOBS
    share = SHORT_SHARE if lengthens else 1.0
    clock = Clock(options, started_s, stop or Stop())
    short = replace(options, time_limit_s=share * options.time_limit_s)
    first = Clock(short, started_s, clock.stop)

    def begun(progress: Progress) -> None:
        """Report what is done of the first share."""
        report(replace(progress, done=share * progress.done))

    if not instance.jobs or not instance.squads:
        worth = [float(instance.unserved_cents([job])) for job in range(len(instance.jobs))]
        bound = by_worth(instance, np.array(worth), IDLE_METHOD)
    elif whole:
        bound = fill_whole(instance, roster, first, begun)
    else:
        bound = fill_large(roster, first, begun, executor)
    if lengthens and instance.jobs and instance.squads and not clock.stop.over:
        _lengthen(roster, bound.cents, clock, report)
    report(Progress("write", "plan", 0.98))
    orders, left_out = len(instance.jobs), len(instance.jobs) - len(roster.served())
    ending = clock.for_ending(orders, left_out)
    written_s = ending.ending_s(orders, 0)
    settle(roster, ending.past((written_s + ending.ending_s(orders, left_out)) / 2))
    # Nobody gets the same again of a search that somebody ended.
    asked, written = asked_of(ending.options), ending.past(written_s)
    plan = assemble(instance, roster, bound.cents, bound.method, asked, written)
    return Proven(plan, certificate_of(instance, plan, bound.branches))


def _lengthen(roster: Roster, bound_cents: float, clock: Clock, report: Report) -> None:
    """Look for longer sorties in their share of the time."""

    def longer(done: float) -> None:
        detail = standing(roster.cents(), bound_cents, "sorties of more orders")
        report(Progress("lengthen", detail, SHORT_SHARE + LONG_SHARE * done))
        end_at_gap(clock, roster.cents(), bound_cents)

    def left_s() -> float:
        orders, served = len(roster.instance.jobs), len(roster.served())
        return clock.left_s() - clock.ending_s(orders, orders - served)

    def stopped() -> bool:
        return clock.stop.over

    options = clock.options
    seconds = 0.0 if options.deterministic else LONG_SHARE * options.time_limit_s
    lengthen(roster, seconds, options.seed, options.workers, left_s, stopped, longer)


SHORT_SHARE, LONG_SHARE = 0.5, 0.35
"""Shares of the time for sorties that are enumerated, and for longer ones where rules allow any."""

"""From a network, a request and a rulebook to a plan.

pool -> choice -> roster -> plan: columns with their relaxation (the bound), the best whole choice
among them, its timing on blocks, pads and bays, and the record that is handed out.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

from geodata.network import Network
from planner.airspace import Airspace
from planner.assemble import assemble
from planner.choice import Candidates, Limits
from planner.improve import improve, start
from planner.instance import Instance
from planner.plan import Options, Plan
from planner.pool import Pool, build_pool
from planner.request import Request
from planner.roster import Roster
from planner.rulebook import Rulebook


@dataclass(frozen=True, slots=True)
class SolveOptions:
    """How to solve: seconds of wall time, or of deterministic time where that is asked for."""

    time_limit_s: float = 30.0
    seed: int = 1
    workers: int = 2
    deterministic: bool = False


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
) -> Plan:
    """Return a plan for a request; orders that cannot be served are listed with their reasons."""
    started = time.monotonic()
    report(Progress("compile", f"{len(request.orders)} orders", 0.0))
    instance = Instance(Airspace(network, request), rulebook)
    roster = Roster(instance)
    bound_cents = 0.0
    if instance.jobs and instance.squads:
        pool = build_pool(
            instance, lambda detail, done: report(Progress("enumerate", detail, 0.4 * done))
        )
        bound_cents = pool.relaxation.cents
        _fill(instance, pool, roster, options, started, report)
    else:
        bound_cents = float(roster.cents())
    report(Progress("write", "plan", 0.98))
    asked = Options(
        seed=options.seed,
        time_limit_s=options.time_limit_s,
        deterministic=options.deterministic,
    )
    return assemble(instance, roster, bound_cents, asked)


def _fill(
    instance: Instance,
    pool: Pool,
    roster: Roster,
    options: SolveOptions,
    started: float,
    report: Report,
) -> None:
    """Choose sorties and time them, then choose parts of the day anew while time is left."""
    report(Progress("choose", f"{len(pool.columns)} sorties", 0.4))
    candidates = Candidates(instance, pool.columns, pool.relaxation)
    share = 0.4
    left = options.time_limit_s - (0 if options.deterministic else time.monotonic() - started)
    limits = Limits(max(1.0, left * share), options.workers, options.seed, options.deterministic)
    start(roster, candidates, limits)

    def go_on(number: int) -> bool:
        """Report, and tell whether there is time for one more neighbourhood."""
        gap = 1 - pool.relaxation.cents / max(1, roster.cents())
        detail = f"cost {roster.cents() / 100:,.2f}, gap {gap:.1%}"
        spent = (time.monotonic() - started) / options.time_limit_s
        if options.deterministic:
            spent = number / DETERMINISTIC_ROUNDS
        report(Progress("improve", detail, min(0.97, max(0.5, spent))))
        return spent < 0.97

    part = Limits(PART_S, options.workers, options.seed, options.deterministic)
    improve(roster, candidates, part, go_on)


PART_S = 1.5
"""Time for one neighbourhood, s."""

DETERMINISTIC_ROUNDS = 24
"""Neighbourhoods tried where wall time may not decide."""

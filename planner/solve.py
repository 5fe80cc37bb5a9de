"""From a network, a request and a rulebook to a plan.

pool -> choice -> roster -> plan: columns with their relaxation (the bound), the best whole choice
among them, its timing on blocks, pads and bays, and the record that is handed out.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from geodata.network import Network
from planner.airspace import Airspace
from planner.assemble import assemble
from planner.choice import Limits, choose, flyable
from planner.columns import BUCKET_S, Columns
from planner.dispatch import Tour, Unflyable
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
        left = options.time_limit_s - (time.monotonic() - started)
        _fill(instance, pool, roster, options, left, report)
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
    left_s: float,
    report: Report,
) -> None:
    """Choose sorties, time them in order of start, then serve what fell out."""
    columns = pool.columns
    report(Progress("choose", f"{len(columns)} sorties", 0.45))
    candidates = flyable(instance, columns, pool.relaxation)
    seconds = options.time_limit_s * 0.4 if options.deterministic else max(2.0, left_s * 0.7)
    limits = Limits(seconds, options.workers, options.seed, options.deterministic)
    chosen = choose(instance, columns, candidates, limits)
    report(Progress("time", f"{len(chosen)} sorties", 0.8))
    for column in sorted(chosen, key=lambda each: (int(columns.bucket[each]), each)):
        tour = Tour(int(columns.squad[column]), columns.steps(column))
        try:
            roster.place(tour, int(columns.bucket[column]) * BUCKET_S)
        except Unflyable:
            continue
    report(Progress("time", "orders that fell out", 0.9))
    _insert_left_out(instance, columns, roster)


def _insert_left_out(instance: Instance, columns: Columns, roster: Roster) -> None:
    """Serve jobs that the choice left out or the timing refused, dearest first, alone."""
    single = columns.jobs[:, 1] < 0
    unserved = instance.prices.unserved_cents
    served = roster.served()
    left = [job for job in range(len(instance.jobs)) if job not in served]
    left.sort(key=lambda job: (-unserved[instance.jobs[job].order.priority], job))
    for job in left:
        mine = np.flatnonzero(single & (columns.jobs[:, 0] == job))
        for column in mine[np.argsort(columns.cents[mine], kind="stable")].tolist():
            tour = Tour(int(columns.squad[column]), columns.steps(column))
            start = int(columns.bucket[column]) * BUCKET_S
            try:
                roster.place(tour, start, start + BUCKET_S)
            except Unflyable:
                continue
            break

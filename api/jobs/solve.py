"""Solving one plan, in a process of its own: from a request's JSON to a checked plan's."""

import os
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from pydantic_core import from_json, to_json

from api.console import Report
from api.jobs.cluster import parts_executor
from api.jobs.queue import Work
from planner.stop import Stop

if TYPE_CHECKING:
    from geodata.network import Network
    from planner.request.request import Request
    from planner.rules.rulebook import Rulebook

GIVES_WAY = 10
"""By how much a solver is nicer than the server: one on the same machine keeps answering."""

PLANNED = 0.95
"""Share of the work that is done when the plan stands; its check is the rest."""


@dataclass(frozen=True, slots=True)
class SolveJob:
    """What to solve, on which network, with how many threads.

    A day of more than `whole_day_orders`, or one with little time, is solved in parts, by the
    workers of a `cluster` if there is one. When it is to `stop` the plan is the best so far.
    """

    work: Work
    network: "Network"
    threads: int
    whole_day_orders: int
    cluster: str | None
    stop: Stop


@dataclass(frozen=True, slots=True)
class Solved:
    """A plan, its summary with the checker's violations, what it holds, its certificate: JSON."""

    document: bytes
    summary: bytes
    holdings: bytes
    certificate: bytes
    unserved: tuple[str, ...]


def solve(job: SolveJob, report: Report) -> Solved:
    """Return the plan of a job, checked.

    Raises InvalidInput if the request has faults.
    """
    os.nice(GIVES_WAY)
    report("read", "network and request", 0.0)
    from api.summary import summarise
    from planner.check import check_plan
    from planner.dispatch.holdings import holdings
    from planner.plan.certificate import CERTIFICATE
    from planner.plan.plan import PLAN
    from planner.request.held import HELD
    from planner.rules.rulebook import shipped_rulebook
    from planner.solve.solve import plan_with_proof
    from planner.solve_options import SolveOptions

    work, rulebook = job.work, shipped_rulebook()
    network = job.network
    request = read_content(work.content, network, rulebook)
    options = SolveOptions(
        time_limit_s=work.time_limit_s,
        seed=work.seed,
        workers=job.threads,
        deterministic=work.deterministic,
        gap=work.gap,
        whole_day_orders=job.whole_day_orders,
    )
    cluster = None if options.as_whole(request) else job.cluster
    with parts_executor(cluster, job.threads) as (executor, workers):
        proven = plan_with_proof(
            network,
            request,
            rulebook,
            replace(options, workers=workers),
            lambda progress: report(progress.stage, progress.detail, PLANNED * progress.done),
            executor,
            job.stop,
        )
    plan = proven.plan
    report("check", f"{len(plan.sorties)} sorties", PLANNED)
    violations = check_plan(plan, network, request, rulebook)
    return Solved(
        PLAN.dump_json(plan),
        to_json(summarise(plan, request, violations)),
        HELD.dump_json(holdings(plan, network, request.fleet.rules)),
        CERTIFICATE.dump_json(proven.certificate),
        tuple(each.order for each in plan.unserved),
    )


def read_content(content: bytes, network: "Network", rulebook: "Rulebook") -> "Request":
    """Return the request that a stored content says. Raises InvalidInput with every fault."""
    from planner.read.request import parse_request

    parts: dict[str, Any] = from_json(content)
    files = {f"{part}.json": to_json(value) for part, value in parts.items()}
    return parse_request(files, network, rulebook)

"""A day from a request's folder to the files of its plan: what `hetao plan` does in its worker."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from api.answer import CERTIFICATE
from api.console import Report

if TYPE_CHECKING:
    from planner.stop import Stop

PLANNED = 0.9
"""Share of the work that is done when the plan stands; check and pictures are the rest."""


@dataclass(frozen=True, slots=True)
class Job:
    """What to plan, where to write it, and how."""

    request: Path
    network: Path
    elevation: Path | None
    elevation_margin_m: float
    out: Path
    time_limit_s: float
    seed: int
    workers: int
    deterministic: bool
    gap: float
    stop: "Stop"


BEFORE_A_PLAN = frozenset({"read", "compile", "fill"})
"""Stages in which there is no plan yet that the search could end with."""


def plan_day(job: Job, report: Report) -> dict[str, Any]:
    """Write plan.json, certificate.json, plan.geojson and two pictures; return the plan's summary.

    Raises InvalidInput with all faults of the network or of the request, and OSError if a file
    cannot be written.
    """
    report("read", "network and request", 0.0)
    from api.summary import summarise
    from geodata.read import read_network
    from planner.check import check_plan
    from planner.draw.map import draw_map
    from planner.draw.timeline import draw_timeline
    from planner.export.geojson import plan_geojson
    from planner.read.certificate import write_certificate
    from planner.read.plan import write_plan
    from planner.read.request import read_request
    from planner.rules.rulebook import shipped_rulebook
    from planner.solve.solve import plan_with_proof
    from planner.solve_options import SolveOptions

    rulebook = shipped_rulebook()
    network = read_network(
        job.network, elevation=job.elevation, elevation_margin_m=job.elevation_margin_m
    )
    request = read_request(job.request, network, rulebook)
    proven = plan_with_proof(
        network,
        request,
        rulebook,
        SolveOptions(
            time_limit_s=job.time_limit_s,
            seed=job.seed,
            workers=job.workers,
            deterministic=job.deterministic,
            gap=job.gap,
        ),
        lambda progress: report(progress.stage, progress.detail, PLANNED * progress.done),
        stop=job.stop,
    )
    plan, certificate = proven.plan, proven.certificate
    report("check", f"{len(plan.sorties)} sorties", PLANNED)
    violations = check_plan(plan, network, request, rulebook)
    report("draw", "map and timeline", (1 + PLANNED) / 2)
    write_plan(plan, job.out / "plan.json")
    write_certificate(certificate, job.out / CERTIFICATE)
    geojson = json.dumps(plan_geojson(plan, network, request), ensure_ascii=False)
    (job.out / "plan.geojson").write_text(geojson + "\n", encoding="utf-8")
    draw_map(plan, network, job.out / "map.png")
    draw_timeline(plan, network, request, job.out / "timeline.png")
    return summarise(plan, request, violations)

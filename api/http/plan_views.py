"""Plans as they are shown: what was asked for, how far it is, how it ended."""

import datetime as dt
from typing import Any

from pydantic import BaseModel, Field
from pydantic_core import from_json
from sqlalchemy import Select, select

from api.http.problems import FaultDetail
from api.store.jobs import Job, State
from api.store.plans import StoredPlan


class PlanOptions(BaseModel):
    """How a plan is made."""

    time_limit_s: float = Field(
        default=30, gt=0, le=86_400, allow_inf_nan=False, description="How long to search, s."
    )
    seed: int = Field(default=1, ge=0, lt=2**31, description="Seed of the solver's choices.")
    deterministic: bool = Field(
        default=False, description="Whether the limit counts the solver's own work, not seconds."
    )
    gap: float = Field(
        default=0,
        ge=0,
        lt=1,
        allow_inf_nan=False,
        description="Gap, as a share of the plan's cost, at which the search ends sooner.",
    )


class ProgressView(BaseModel):
    """How far a plan is."""

    stage: str
    detail: str
    share: float = Field(ge=0, le=1, description="Share done, 0 to 1.")


class PlanProblem(BaseModel):
    """Why there is no plan."""

    code: str
    reason: str
    faults: list[FaultDetail] = []


class PlanView(BaseModel):
    """A plan and its job."""

    id: str
    request: str = Field(description="The request that it plans.")
    day: dt.date
    edition: str = Field(description="Hash of the network edition that it is made on.")
    options: PlanOptions
    state: State
    progress: ProgressView
    problem: PlanProblem | None = Field(description="Why there is none; null if it is well.")
    created_at: dt.datetime
    started_at: dt.datetime | None
    ended_at: dt.datetime | None
    accepted_at: dt.datetime | None = Field(
        description="Since when it holds its blocks, pads and bays against every other operator."
    )


ROWS: Select[StoredPlan, Job] = select(StoredPlan, Job).join(Job, Job.plan == StoredPlan.id)


def plan_view(plan: StoredPlan, job: Job) -> PlanView:
    """Return a plan as it is shown."""
    problem = None
    if job.code:
        faults: list[Any] = from_json(job.faults)
        problem = PlanProblem(code=job.code, reason=job.reason, faults=faults)
    return PlanView(
        id=plan.id,
        request=plan.request,
        day=plan.day,
        edition=plan.edition,
        options=PlanOptions(
            time_limit_s=plan.time_limit_s,
            seed=plan.seed,
            deterministic=plan.deterministic,
            gap=plan.gap,
        ),
        state=job.state,
        progress=ProgressView(stage=job.stage, detail=job.detail, share=job.share),
        problem=problem,
        created_at=plan.created_at,
        started_at=job.started_at,
        ended_at=job.ended_at,
        accepted_at=plan.accepted_at,
    )

"""`/v1/plans/{id}/summary`, `/certificate`, `/check`: what a plan comes to, and what proves it."""

import threading
from http import HTTPStatus

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field
from starlette.requests import Request as HttpRequest

from api import worker
from api.http.etags import NOT_MODIFIED, tagged
from api.http.given import Given, Identifier, Planner
from api.http.plan_results import done_plan, edition_of, find_result
from api.http.problems import ProblemError, documented, not_found
from api.jobs.check import CheckJob, check
from planner.plan.certificate import Certificate
from planner.plan.plan import Bound, Cost, Unserved, Use

router = APIRouter(prefix="/v1/plans/{id}", tags=["plans"])
AT_ONCE = 2
RETRY_S = 5
_ROOM = threading.BoundedSemaphore(AT_ONCE)


class ViolationView(BaseModel):
    """A rule that a plan breaks, and where."""

    code: str
    place: str
    message: str
    found: str = ""
    allowed: str = ""


class OrderCounts(BaseModel):
    """What became of the orders."""

    all: int
    on_time: int
    late: int
    unserved: int


class PlanSummary(BaseModel):
    """What a plan comes to; money in integer cents of `currency`."""

    edition: str
    request: str = Field(description="SHA-256 of the request's content.")
    orders: OrderCounts
    late: list[str]
    unserved_by_code: dict[str, int]
    unserved: list[Unserved]
    sorties: int
    drones_used: int
    drones: int
    currency: str
    cost: Cost
    bound: Bound
    violations: list[ViolationView]
    filings: int
    assumptions: list[str]
    busiest_checkpoints: list[Use]
    busiest_lanes: list[Use]


class Checked(BaseModel):
    """What the independent checker found."""

    edition: str
    violations: list[ViolationView]


@router.get(
    "/summary",
    operation_id="getPlanSummary",
    response_model=PlanSummary,
    responses={
        **documented(HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT),
        **NOT_MODIFIED,
    },
)
def summary(id: Identifier, http: HttpRequest, service: Given, caller: Planner) -> Response:
    """Say what a plan that is done comes to: orders, cost, bound, and what its check found."""
    with service.sessions() as session:
        _, found = done_plan(session, caller, id)
        return tagged(http, found.summary)


@router.get(
    "/certificate",
    operation_id="getPlanCertificate",
    response_model=Certificate,
    responses={
        **documented(HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT),
        **NOT_MODIFIED,
    },
)
def certificate(id: Identifier, http: HttpRequest, service: Given, caller: Planner) -> Response:
    """Return what proves the bound of a plan that is done: `hetao certify` proves it anywhere.

    A plan that was made before there were certificates has none (404).
    """
    with service.sessions() as session:
        _, found = done_plan(session, caller, id)
        if found.certificate is None:
            raise not_found("certificate")
        return tagged(http, found.certificate)


@router.post(
    "/check",
    operation_id="checkPlan",
    responses=documented(HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT, HTTPStatus.TOO_MANY_REQUESTS),
)
def check_again(id: Identifier, service: Given, caller: Planner) -> Checked:
    """Prove a plan anew from geometry, request and rules, trusting nothing of what made it.

    Every plan is checked when it is made; this repeats it, in some seconds.
    """
    plan, content, document = find_result(service, caller, id)
    job = CheckJob(document, content, edition_of(service, plan))
    return Checked(edition=plan.edition, violations=checked(job))


def checked(job: CheckJob) -> list[ViolationView]:
    """Return what a check finds; raises ProblemError (429) if too many are running."""
    if not _ROOM.acquire(blocking=False):
        raise ProblemError(
            HTTPStatus.TOO_MANY_REQUESTS,
            "CHECKS_AT_ONCE",
            f"{AT_ONCE} checks are running",
            headers={"Retry-After": str(RETRY_S)},
        )
    try:
        found = worker.run(check, job, lambda stage, detail, done: None)
    finally:
        _ROOM.release()
    return [ViolationView.model_validate(each) for each in found]

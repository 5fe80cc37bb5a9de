"""`/v1/plans`: a plan is asked for, made by a job, looked at, finished early or cancelled."""

import datetime as dt
from dataclasses import replace
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import ConfigDict, Field
from pydantic_core import from_json, to_json
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request as HttpRequest

from api.audit.log import Action, record
from api.http.etags import tagged
from api.http.given import Given, Identifier, Planner
from api.http.idempotency import Answer, DoneOnce, done_once
from api.http.orders import waiting
from api.http.pagination import Page, Paging, page
from api.http.plan_views import ROWS, PlanOptions, PlanView, plan_view
from api.http.problems import ProblemError, documented, not_found
from api.http.requests import add_request, find_request
from api.jobs.queue import ask_to_cancel, ask_to_finish, enqueue, open_jobs
from api.jobs.solve import read_content
from api.service import Service
from api.store.base import new_id, now
from api.store.engine import writing
from api.store.jobs import OPEN, Job, State
from api.store.operators import Operator
from api.store.orders import let_wait
from api.store.plans import StoredPlan
from api.store.requests import StoredRequest
from geodata.network import Network
from planner.request.order import ORDERS
from planner.rules.rulebook import shipped_rulebook

router = APIRouter(prefix="/v1/plans", tags=["plans"])
RETRY_S = 15


class PlanAsk(PlanOptions):
    """What is to be planned."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {"request": "0" * 32, "waiting_orders": True, "time_limit_s": 30}
        },
    )

    request: str = Field(
        pattern="^[0-9a-f]{32}$", description="The stored request with orders, fleet and weather."
    )
    waiting_orders: bool = Field(
        default=False,
        description="Take up the orders of `/v1/orders` that wait for a plan of the request's "
        "day, too. They become part of a new request, which the plan then names.",
    )
    edition: str | None = Field(
        default=None,
        pattern="^[0-9a-f]{64}$",
        description="Hash of the network edition to plan on; the one in force if left out.",
    )


@router.post(
    "",
    status_code=HTTPStatus.ACCEPTED,
    operation_id="createPlan",
    response_model=PlanView,
    responses=documented(HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT, HTTPStatus.TOO_MANY_REQUESTS),
)
async def create(ask: PlanAsk, service: Given, caller: Planner, once: DoneOnce) -> Response:
    """Ask for a plan. The answer comes at once; the plan is made meanwhile.

    Once this has answered 202, the job ends, done or failed with a reason, whatever is restarted.
    """

    def accept() -> Response:
        network = _edition(service, ask)

        def change(session: Session) -> Answer:
            _keep_to_limits(session, service, caller.operator, ask)
            request = find_request(session, caller.operator, ask.request)
            plan = _add_plan(session, request, ask, network)
            job = enqueue(session, plan)
            detail = {"request": plan.request, "edition": plan.edition}
            record(session, caller, Action.PLAN_REQUESTED, plan.id, detail)
            headers = {"Location": f"/v1/plans/{plan.id}"}
            return Answer(HTTPStatus.ACCEPTED, to_json(plan_view(plan, job)), headers)

        answer = done_once(service, caller, once, change)
        service.runner.wake()
        return answer

    return await run_in_threadpool(accept)


@router.get("", operation_id="listPlans", responses=documented())
def index(
    service: Given,
    caller: Planner,
    paging: Paging,
    day: Annotated[dt.date | None, Query(description="Only those of this day.")] = None,
    state: Annotated[State | None, Query(description="Only those in this state.")] = None,
) -> Page[PlanView]:
    """List plans, newest first."""
    rows = ROWS.where(StoredPlan.operator == caller.operator)
    if day is not None:
        rows = rows.where(StoredPlan.day == day)
    if state is not None:
        rows = rows.where(Job.state == state)
    with service.sessions() as session:
        return page(session, rows, StoredPlan.created_at, StoredPlan.id, paging, plan_view)


@router.get(
    "/{id}",
    operation_id="getPlan",
    response_model=PlanView,
    responses=documented(HTTPStatus.NOT_FOUND) | {304: {"description": "Nothing has changed."}},
)
def show(id: Identifier, http: HttpRequest, service: Given, caller: Planner) -> Response:
    """Say how far a plan is, and how it ended. Ask again until `state` is none of queued, running.

    `/v1/plans/{id}/events` says the same as it happens, `/v1/plans/{id}/result` is the plan.
    """
    with service.sessions() as session:
        return tagged(http, to_json(plan_view(*find_plan(session, caller.operator, id))))


@router.post(
    "/{id}/finish",
    status_code=HTTPStatus.ACCEPTED,
    operation_id="finishPlan",
    responses=documented(HTTPStatus.NOT_FOUND),
)
def finish(id: Identifier, service: Given, caller: Planner) -> PlanView:
    """End the search with the best plan so far, or with the first if there is none yet.

    It takes some seconds to write the plan down. An ended one stays as it is.
    """
    with writing(service.sessions) as session:
        plan, _ = find_plan(session, caller.operator, id)
        return plan_view(plan, ask_to_finish(session, plan.id))


@router.post(
    "/{id}/cancel",
    status_code=HTTPStatus.ACCEPTED,
    operation_id="cancelPlan",
    responses=documented(HTTPStatus.NOT_FOUND),
)
def cancel(id: Identifier, service: Given, caller: Planner) -> PlanView:
    """Stop making a plan; its solver stops within two seconds. An ended one stays as it is."""
    with writing(service.sessions) as session:
        plan, _ = find_plan(session, caller.operator, id)
        return plan_view(plan, ask_to_cancel(session, plan.id))


@router.delete(
    "/{id}",
    status_code=HTTPStatus.NO_CONTENT,
    operation_id="deletePlan",
    responses=documented(HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT),
)
def delete(id: Identifier, service: Given, caller: Planner) -> None:
    """Delete a plan that has ended and is not accepted. Orders that it took up wait again."""
    with writing(service.sessions) as session:
        plan, job = find_plan(session, caller.operator, id)
        if job.state in OPEN or plan.accepted_at is not None:
            raise ProblemError(
                HTTPStatus.CONFLICT, "PLAN_IN_USE", "cancel it, or release it, and try again"
            )
        let_wait(session, plan.id)
        session.delete(plan)


def find_plan(session: Session, operator: str, id: str) -> tuple[StoredPlan, Job]:
    """Return a plan of an operator and its job; raises ProblemError (404) for any other."""
    found = session.execute(ROWS.where(StoredPlan.id == id)).first()
    if found is None or found[0].operator != operator:
        raise not_found("plan")
    return found[0], found[1]


def _edition(service: Service, ask: PlanAsk) -> Network:
    if ask.edition is None:
        return service.networks.current()
    try:
        return service.networks.find(ask.edition)
    except KeyError:
        raise not_found("edition") from None


def _keep_to_limits(session: Session, service: Service, operator: str, ask: PlanAsk) -> None:
    settings = service.settings
    if ask.time_limit_s > settings.time_limit_most_s:
        raise ProblemError(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "TIME_LIMIT_TOO_LONG",
            f"at most {settings.time_limit_most_s} s",
        )
    # Whoever asks for a plan takes turns with others of the same operator, so none slips by.
    session.scalars(select(Operator).where(Operator.id == operator).with_for_update()).one()
    if open_jobs(session, operator) >= settings.plans_at_once:
        raise ProblemError(
            HTTPStatus.TOO_MANY_REQUESTS,
            "PLANS_AT_ONCE",
            f"{settings.plans_at_once} plans are queued or running already",
            headers={"Retry-After": str(RETRY_S)},
        )


def _add_plan(
    session: Session, request: StoredRequest, ask: PlanAsk, network: Network
) -> StoredPlan:
    """Add the plan's row, on a request of its own if it takes up waiting orders."""
    found = waiting(session, request.operator, request.day) if ask.waiting_orders else []
    if found:
        given = read_content(request.content, network, shipped_rulebook())
        taken = [each for each in found if each.key not in given.orders_by_id]
        orders = ORDERS.validate_python([from_json(each.content) for each in taken])
        request = add_request(
            session, request.operator, replace(given, orders=(*given.orders, *orders))
        )
    plan = StoredPlan(
        id=new_id(),
        operator=request.operator,
        request=request.id,
        day=request.day,
        edition=network.edition,
        time_limit_s=ask.time_limit_s,
        seed=ask.seed,
        deterministic=ask.deterministic,
        gap=ask.gap,
        created_at=now(),
        accepted_at=None,
    )
    session.add(plan)
    session.flush()
    for each in found:
        each.plan = plan.id
    return plan

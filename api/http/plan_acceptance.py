"""Accepting plans: from then on what a plan holds is kept clear of by everybody else's."""

import datetime as dt
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic_core import from_json
from sqlalchemy.orm import Session
from starlette.requests import Request as HttpRequest

from api.audit.log import Action, record
from api.caller import Caller
from api.http.etags import NOT_MODIFIED, tagged
from api.http.given import Given, Identifier, Planner
from api.http.plan_checks import ViolationView, checked
from api.http.plan_results import edition_of, find_result
from api.http.plan_views import PlanView, plan_view
from api.http.plans import find_plan
from api.http.problems import ProblemError, documented
from api.jobs.check import CheckJob
from api.service import Service
from api.store.base import now
from api.store.engine import writing
from api.store.holdings import (
    Flier,
    HeldByOthers,
    drones_of,
    held_by_others,
    own_that_give_way,
    which_hold,
    with_held,
)
from api.store.orders import pass_on
from api.store.plans import PlanResult, StoredPlan
from api.store.requests import StoredRequest
from geodata.field_faults import Place
from planner.read.item import FIRST_YEAR, LAST_YEAR
from planner.request.held import FREE, HELD, Held

router = APIRouter(prefix="/v1", tags=["plans"])
TRIES = 3
NOTHING = HELD.dump_json(FREE)


@router.post(
    "/plans/{id}/accept",
    operation_id="acceptPlan",
    responses=documented(HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT, HTTPStatus.TOO_MANY_REQUESTS),
)
def accept(id: Identifier, service: Given, caller: Planner) -> PlanView:
    """Fly by this plan: what it holds is kept clear of by all other plans from now on.

    It takes the place of the operator's accepted plans of the day whose requests have one of its
    drones; those with other drones stay. 409 if it breaks a rule, or if plans have been accepted
    meanwhile that it meets (`HELD_BY_OTHERS`, with each meeting as a fault): then plan again.
    """
    for _ in range(TRIES):
        with service.sessions() as session:
            plan, _ = find_plan(session, caller.operator, id)
            flier = _flier(session, plan)
            held = held_by_others(session, flier)
        _check(service, caller, id, held)
        with writing(service.sessions) as session:
            if which_hold(session, flier) == held.plans:
                return _accept(session, caller, id, flier)
    detail = "others accept plans of the day at this moment; try again"
    raise ProblemError(HTTPStatus.CONFLICT, "DAY_BUSY", detail)


@router.post(
    "/plans/{id}/release",
    operation_id="releasePlan",
    responses=documented(HTTPStatus.NOT_FOUND),
)
def release(id: Identifier, service: Given, caller: Planner) -> PlanView:
    """Give back what an accepted plan holds. One that is not accepted stays as it is."""
    with writing(service.sessions) as session:
        plan, job = find_plan(session, caller.operator, id)
        if plan.accepted_at is not None:
            plan.accepted_at = None
            record(session, caller, Action.PLAN_RELEASED, plan.id)
        return plan_view(plan, job)


@router.get(
    "/plans/{id}/held",
    operation_id="getHeldBesidePlan",
    response_model=Held,
    responses={
        **documented(HTTPStatus.NOT_FOUND),
        **NOT_MODIFIED,
    },
)
def held_beside(id: Identifier, http: HttpRequest, service: Given, caller: Planner) -> Response:
    """Return what others held when a plan was made: the `held.json` of its request."""
    with service.sessions() as session:
        plan, _ = find_plan(session, caller.operator, id)
        return tagged(http, plan.held or NOTHING)


@router.get(
    "/held",
    operation_id="getHeld",
    response_model=Held,
    responses={**documented(), **NOT_MODIFIED},
)
def held_on(
    http: HttpRequest,
    service: Given,
    caller: Planner,
    day: Annotated[
        dt.date,
        Query(
            ge=dt.date(FIRST_YEAR, 1, 1),
            le=dt.date(LAST_YEAR, 12, 31),
            description="The local day; plans are made for 2000 to 2099.",
            examples=["2026-11-24"],
        ),
    ],
) -> Response:
    """Return what the accepted plans of other operators hold on a day, and close to its ends."""
    with service.sessions() as session:
        found = held_by_others(session, Flier(caller.operator, day))
    return tagged(http, found.json or NOTHING)


def _check(service: Service, caller: Caller, id: str, held: HeldByOthers) -> None:
    """Raise ProblemError if a plan breaks a rule, or meets what others hold by now."""
    plan, _, document = find_result(service, caller, id)
    with service.sessions() as session:
        summary = from_json(session.get_one(PlanResult, id).summary)
        content = session.get_one(StoredRequest, plan.request).content
    broken = [ViolationView.model_validate(each) for each in summary["violations"]]
    if broken:
        raise _refused("PLAN_BREAKS_RULES", "it does not keep every rule", broken)
    if held.json in (None, plan.held):
        return
    network = edition_of(service, plan)
    job = CheckJob(document, with_held(content, held.json), network, beside_others=True)
    met = checked(job)
    if met:
        raise _refused("HELD_BY_OTHERS", "it meets what others hold by now; plan again", met)


def _refused(code: str, detail: str, found: list[ViolationView]) -> ProblemError:
    faults = tuple(
        Place("plan", each.place).fault(
            "", each.code, each.message, value=each.found, limit=each.allowed
        )
        for each in found
    )
    return ProblemError(HTTPStatus.CONFLICT, code, detail, faults)


def _flier(session: Session, plan: StoredPlan) -> Flier:
    content = session.get_one(StoredRequest, plan.request).content
    return Flier(plan.operator, plan.day, drones_of(content))


def _accept(session: Session, caller: Caller, id: str, flier: Flier) -> PlanView:
    plan, job = find_plan(session, caller.operator, id)
    if plan.accepted_at is None:
        for other in own_that_give_way(session, flier):
            other.accepted_at = None
            pass_on(session, other.id, plan.id, _served(session, plan))
        plan.accepted_at = now()
        record(session, caller, Action.PLAN_ACCEPTED, plan.id, {"edition": plan.edition})
    return plan_view(plan, job)


def _served(session: Session, plan: StoredPlan) -> list[str]:
    """Return the orders that a plan serves, by the operator's own ids."""
    content = from_json(session.get_one(StoredRequest, plan.request).content)
    summary = from_json(session.get_one(PlanResult, plan.id).summary)
    unserved = {each["order"] for each in summary["unserved"]}
    return [each["id"] for each in content["orders"] if each["id"] not in unserved]

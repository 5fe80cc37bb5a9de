"""`/v1/plans/{id}/result`: the plan itself, in four formats; events while it is made."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from http import HTTPStatus
from types import MappingProxyType
from typing import Any, Literal

from fastapi import APIRouter, Response
from pydantic_core import to_json
from sqlalchemy.orm import Session
from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request as HttpRequest

from api.caller import Caller
from api.http.etags import NOT_MODIFIED, tagged
from api.http.given import Given, Identifier, Planner
from api.http.plan_views import PlanView, plan_view
from api.http.plans import find_plan
from api.http.problems import ProblemError, documented, not_found
from api.jobs.solve import read_content
from api.service import Service
from api.store.holdings import with_held
from api.store.jobs import ENDED
from api.store.plans import PlanResult, StoredPlan
from api.store.requests import StoredRequest
from geodata.network import Network
from planner.export.csv_table import plan_csv
from planner.export.geojson import plan_geojson
from planner.plan.plan import PLAN, Plan
from planner.request.request import Request
from planner.rules.rulebook import shipped_rulebook

router = APIRouter(prefix="/v1/plans/{id}", tags=["plans"])
POLL_S = 0.5
Suffix = Literal["json", "geojson", "csv", "kml"]


def _kml(plan: Plan, network: Network, request: Request) -> str:
    from planner.export.kml import plan_kml

    return plan_kml(plan, network, request)


_WRITERS: Mapping[str, Callable[[Plan, Network, Request], bytes]] = MappingProxyType(
    {
        "application/geo+json": lambda *given: to_json(plan_geojson(*given)),
        "text/csv": lambda plan, *_: plan_csv(plan).encode(),
        "application/vnd.google-earth.kml+xml": lambda *given: _kml(*given).encode(),
    }
)
_TYPES: Mapping[Suffix, str] = MappingProxyType(
    dict(zip(("json", "geojson", "csv", "kml"), ("application/json", *_WRITERS), strict=True))
)
_FORMATS: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The plan: `hetao schema plan` as JSON; legs, stops and orders left out as "
        "GeoJSON (WGS-84 lon, lat, height m above the network's datum); legs as CSV; as KML.",
        "content": {
            "application/json": {"schema": {"$ref": "#/components/schemas/Plan"}},
            "application/geo+json": {"schema": {"type": "object"}},
            "text/csv": {"schema": {"type": "string"}},
            "application/vnd.google-earth.kml+xml": {"schema": {"type": "string"}},
        },
    },
    **NOT_MODIFIED,
}


_EVENT = {
    "type": "object",
    "required": ["event", "data"],
    "properties": {
        "event": {"enum": ["progress", "end"]},
        "data": {"type": "string", "contentMediaType": "application/json"},
    },
}


@router.get(
    "/result",
    operation_id="getPlanResult",
    response_class=Response,
    responses=_FORMATS
    | documented(HTTPStatus.NOT_FOUND, HTTPStatus.NOT_ACCEPTABLE, HTTPStatus.CONFLICT),
)
def result(id: Identifier, http: HttpRequest, service: Given, caller: Planner) -> Response:
    """Return a plan that is done, as `Accept` asks for it; JSON if that does not say."""
    return _result(service, caller, id, _negotiated(http.headers.get("accept", "*/*")), http)


@router.get(
    "/result.{suffix}",
    operation_id="getPlanResultAs",
    response_class=Response,
    responses=_FORMATS | documented(HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT),
)
def result_as(
    id: Identifier, suffix: Suffix, http: HttpRequest, service: Given, caller: Planner
) -> Response:
    """Return a plan that is done in the format of a suffix, whatever `Accept` says."""
    return _result(service, caller, id, _TYPES[suffix], http)


@router.get(
    "/events",
    operation_id="followPlan",
    response_class=EventSourceResponse,
    responses={
        200: {
            "description": "Server-sent events: `progress` whenever something changes, `end` last; "
            "the data of each is the plan as `/v1/plans/{id}` shows it.",
            "content": {"text/event-stream": {"schema": _EVENT}},
        },
        **documented(HTTPStatus.NOT_FOUND),
    },
)
async def events(id: Identifier, service: Given, caller: Planner) -> EventSourceResponse:
    """Follow a plan until it ends."""
    first = await run_in_threadpool(_look, service, caller, id)
    return EventSourceResponse(_events(service, caller, id, first), ping=15)


async def _events(
    service: Service, caller: Caller, id: str, view: PlanView
) -> AsyncIterator[ServerSentEvent]:
    shown: PlanView | None = None
    while True:
        kind = "end" if view.state in ENDED else "progress"
        if view != shown:
            yield ServerSentEvent(view.model_dump_json(), event=kind)
        if kind == "end":
            return
        shown = view
        await asyncio.sleep(POLL_S)
        try:
            view = await run_in_threadpool(_look, service, caller, id)
        except ProblemError:
            return  # it was deleted


def _look(service: Service, caller: Caller, id: str) -> PlanView:
    with service.sessions() as session:
        return plan_view(*find_plan(session, caller.operator, id))


def _result(
    service: Service, caller: Caller, id: str, media_type: str, http: HttpRequest
) -> Response:
    plan, request, document = find_result(service, caller, id)
    if media_type in _WRITERS:
        network = edition_of(service, plan)
        given = read_content(request, network, shipped_rulebook())
        document = _WRITERS[media_type](PLAN.validate_json(document), network, given)
    answer = tagged(http, document, media_type)
    answer.headers["Vary"] = "Accept"
    return answer


def find_result(service: Service, caller: Caller, id: str) -> tuple[StoredPlan, bytes, bytes]:
    """Return a plan that is done, the content of its request, and its own JSON.

    Raises ProblemError: 404 if there is no such plan, 409 if it is not done.
    """
    with service.sessions() as session:
        plan, found = done_plan(session, caller, id)
        request = session.get_one(StoredRequest, plan.request)
        return plan, with_held(request.content, plan.held), found.document


def done_plan(session: Session, caller: Caller, id: str) -> tuple[StoredPlan, PlanResult]:
    """Return a plan that is done and what came of it; raises as `find_result` does."""
    plan, job = find_plan(session, caller.operator, id)
    found = session.get(PlanResult, id)
    if found is None:
        raise ProblemError(HTTPStatus.CONFLICT, "PLAN_NOT_DONE", f"the plan is {job.state}")
    return plan, found


def edition_of(service: Service, plan: StoredPlan) -> Network:
    """Return the network that a plan was made on; raises ProblemError (404)."""
    try:
        return service.networks.find(plan.edition)
    except KeyError:
        raise not_found("edition") from None


def _negotiated(accept: str) -> str:
    """Return the type that an `Accept` prefers (RFC 9110, 12.5.1) of those that are offered."""
    best, chosen = 0.0, ""
    for offered in _TYPES.values():
        quality = _quality(offered, accept)
        if quality > best:
            best, chosen = quality, offered
    if not chosen:
        detail = f"offered are {', '.join(_TYPES.values())}"
        raise ProblemError(HTTPStatus.NOT_ACCEPTABLE, "NOT_ACCEPTABLE", detail)
    return chosen


def _quality(offered: str, accept: str) -> float:
    """Return the quality of the most specific range that names a type; 0 if none does."""
    found = (-1, 0.0)
    for part in accept.split(","):
        name, *parameters = (each.strip().lower() for each in part.split(";"))
        exact = (offered, f"{offered.partition('/')[0]}/*", "*/*")
        if name in exact:
            found = max(found, (-exact.index(name) + 2, _q(parameters)))
    return found[1]


def _q(parameters: list[str]) -> float:
    for each in parameters:
        name, _, value = each.partition("=")
        if name == "q":
            try:
                return min(1.0, max(0.0, float(value)))
            except ValueError:
                return 0.0
    return 1.0

"""`/v1/requests`: a day's orders, fleet and weather, stored as a whole and never changed."""

import datetime as dt
from collections.abc import Iterable
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, Field
from pydantic_core import from_json, to_json
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request as HttpRequest

from api.http.documents import json_body, read_mapping, within_body
from api.http.etags import NOT_MODIFIED, tagged
from api.http.given import Given, Identifier, Planner
from api.http.idempotency import Answer, DoneOnce, done_once
from api.http.models import body_of
from api.http.orders import SentOrder
from api.http.pagination import Page, Paging, page
from api.http.problems import ProblemError, documented, not_found
from api.http.samples import REQUEST
from api.privacy.read import take_consignees
from api.privacy.vault import forget
from api.store.base import new_id, now
from api.store.consignees import id_within
from api.store.engine import writing
from api.store.plans import StoredPlan
from api.store.requests import StoredRequest
from geodata.faults import Fault, InvalidInput
from geodata.network import Network
from planner.read.request import parse_request
from planner.request.fleet import FLEET, Fleet
from planner.request.order import ORDERS, Order
from planner.request.request import Request
from planner.request.weather import CALM, WEATHER, Weather
from planner.rules.rulebook import shipped_rulebook

router = APIRouter(prefix="/v1/requests", tags=["requests"])
PARTS = ("orders", "fleet", "weather")


class RequestBody(BaseModel):
    """A request: masses kg, volumes litres, speeds m/s, heights m AMSL, times with their zone."""

    orders: tuple[Order, ...]
    fleet: Fleet
    weather: Weather = CALM


class SentRequest(RequestBody):
    """A request as it is sent in; consignees are kept apart from it."""

    orders: tuple[SentOrder, ...]


class RequestSummary(BaseModel):
    """A stored request without its content."""

    id: str
    created_at: dt.datetime
    day: dt.date = Field(description="The local day that is planned.")
    hash: str = Field(description="SHA-256 of the content; a plan names it.")
    orders: int = Field(description="How many orders.")
    drones: int = Field(description="How many drones.")


class RequestView(RequestSummary):
    """A stored request."""

    content: RequestBody


@router.post(
    "",
    status_code=HTTPStatus.CREATED,
    operation_id="createRequest",
    response_model=RequestSummary,
    responses=documented(HTTPStatus.CONFLICT),
    openapi_extra=body_of(SentRequest, REQUEST),
)
async def create(http: HttpRequest, service: Given, caller: Planner, once: DoneOnce) -> Response:
    """Store a request if it has no fault; else all faults are listed, and nothing is stored.

    Consignees are sealed with the keys of their sides and kept apart, as those of single orders
    are. 503: there is no such key on this server.
    """
    given = read_mapping(await json_body(http), PARTS)

    def store() -> Response:
        faults = list[Fault]()
        parts, consignees = take_consignees(given, faults)
        request = read_parts(parts, service.networks.current(), faults)

        def change(session: Session) -> Answer:
            stored = add_request(session, caller.operator, request)
            for order, who in consignees.items():
                order_id = id_within(stored.id, order)
                service.vault.keep(session, order_id, caller.operator, who, stored.created_at)
            headers = {"Location": f"/v1/requests/{stored.id}"}
            return Answer(HTTPStatus.CREATED, to_json(_summary(stored)), headers)

        return done_once(service, caller, once, change)

    return await run_in_threadpool(store)


@router.get("", operation_id="listRequests", responses=documented())
def index(
    service: Given,
    caller: Planner,
    paging: Paging,
    day: Annotated[dt.date | None, Query(description="Only those of this day.")] = None,
) -> Page[RequestSummary]:
    """List requests, newest first."""
    rows = select(StoredRequest).where(StoredRequest.operator == caller.operator)
    if day is not None:
        rows = rows.where(StoredRequest.day == day)
    with service.sessions() as session:
        return page(session, rows, StoredRequest.created_at, StoredRequest.id, paging, _summary)


@router.get(
    "/{id}",
    operation_id="getRequest",
    response_model=RequestView,
    responses={**documented(HTTPStatus.NOT_FOUND), **NOT_MODIFIED},
)
def show(id: Identifier, http: HttpRequest, service: Given, caller: Planner) -> Response:
    """Return a request as it was stored."""
    with service.sessions() as session:
        stored = find_request(session, caller.operator, id)
        view = {**_summary(stored).model_dump(), "content": from_json(stored.content)}
    return tagged(http, to_json(view))


@router.delete(
    "/{id}",
    status_code=HTTPStatus.NO_CONTENT,
    operation_id="deleteRequest",
    responses=documented(HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT),
)
def delete(id: Identifier, service: Given, caller: Planner) -> None:
    """Delete a request that no plan is made of, and the consignees that came with it."""
    with writing(service.sessions) as session:
        stored = find_request(session, caller.operator, id)
        if session.scalars(select(StoredPlan.id).where(StoredPlan.request == id)).first():
            detail = "plans are made of it; delete them first"
            raise ProblemError(HTTPStatus.CONFLICT, "REQUEST_IN_USE", detail)
        orders = from_json(stored.content)["orders"]
        forget(session, *(id_within(id, each["id"]) for each in orders))
        session.delete(stored)


def read_parts(given: Any, network: Network, found: Iterable[Fault] = ()) -> Request:
    """Return the request in a body's parts. Raises InvalidInput with every fault, `found` too."""
    files = {f"{part}.json": to_json(value) for part, value in given.items()}
    faults = list(found)
    try:
        request = parse_request(files, network, shipped_rulebook())
    except InvalidInput as invalid:
        raise InvalidInput([*faults, *within_body(invalid).faults]) from None
    if faults:
        raise InvalidInput(faults)
    return request


def add_request(session: Session, operator: str, request: Request) -> StoredRequest:
    """Store a request and return its row."""
    content = {
        "orders": ORDERS.dump_python(request.orders, mode="json"),
        "fleet": FLEET.dump_python(request.fleet, mode="json"),
        "weather": WEATHER.dump_python(request.weather, mode="json"),
    }
    stored = StoredRequest(
        id=new_id(),
        operator=operator,
        created_at=now(),
        day=request.fleet.day,
        hash=request.hash,
        orders=len(request.orders),
        drones=len(request.fleet.drones),
        content=to_json(content),
    )
    session.add(stored)
    session.flush()
    return stored


def find_request(session: Session, operator: str, id: str) -> StoredRequest:
    """Return a request of an operator; raises ProblemError (404) for any other."""
    stored = session.get(StoredRequest, id)
    if stored is None or stored.operator != operator:
        raise not_found("request")
    return stored


def _summary(stored: StoredRequest) -> RequestSummary:
    return RequestSummary.model_validate(stored, from_attributes=True)

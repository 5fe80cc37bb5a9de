"""`/v1/orders`: single orders that arrive through the day and wait for the next plan."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from itertools import count
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, Field
from pydantic_core import from_json, to_json
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.requests import Request as HttpRequest

from api.http.documents import read_body
from api.http.etags import NOT_MODIFIED, tagged
from api.http.given import Given, Identifier, Planner
from api.http.idempotency import Answer, DoneOnce, done_once_together
from api.http.models import body_of
from api.http.pagination import Page, Paging, page
from api.http.problems import ProblemError, documented, not_found
from api.http.samples import ORDER
from api.privacy.consignee import Consignee
from api.privacy.read import take_consignee
from api.privacy.vault import forget
from api.store.base import new_id, now
from api.store.engine import writing
from api.store.orders import StoredOrder
from geodata.faults import Fault, InvalidInput
from geodata.field_faults import Place
from geodata.network import Network
from planner.read.files import Document
from planner.read.orders import Known, read_orders
from planner.request.order import ORDERS, Order
from planner.rules.rulebook import shipped_rulebook

router = APIRouter(prefix="/v1/orders", tags=["orders"])

OrderState = Literal["waiting", "planned", "withdrawn"]


@dataclass(frozen=True, kw_only=True)
class SentOrder(Order):
    """An order as it is sent in, `id` unique within a day; its consignee is kept apart from it."""

    consignee: Annotated[
        Consignee | None, Field(description="who receives it; sealed, and shown by its own address")
    ] = None


class OrderView(BaseModel):
    """A stored order."""

    id: str
    created_at: dt.datetime
    day: dt.date = Field(description="The local day on which it is ready.")
    state: OrderState = Field(
        description="`waiting` for a plan to take it up, `planned`: a plan took it up and, once "
        "that is done, serves it. What a plan leaves out waits again."
    )
    plan: str | None = Field(description="The plan that took it up.")
    order: Order


@router.post(
    "",
    status_code=HTTPStatus.CREATED,
    operation_id="createOrder",
    response_model=OrderView,
    responses=documented(HTTPStatus.CONFLICT),
    openapi_extra=body_of(SentOrder, ORDER),
)
async def create(http: HttpRequest, service: Given, caller: Planner, once: DoneOnce) -> Response:
    """Take in one order; it waits for the next plan of its day that takes up waiting orders.

    A `consignee` is sealed with the key of its side and kept apart: neither the order nor a plan
    shows it again. 503: there is no such key on this server.
    """
    network = service.networks.current()
    stored, consignee = await read_body(http, partial(_read, caller.operator, network))
    body = _body(stored)
    tries = count()

    def change(session: Session) -> Answer:
        # The database refuses a second order of an id; only then it is looked for.
        if next(tries):
            _refuse_taken(session, stored)
        session.add(stored)
        if consignee is not None:
            session.flush()
            service.vault.keep(session, stored.id, caller.operator, consignee, stored.created_at)
        return Answer(HTTPStatus.CREATED, body, {"Location": f"/v1/orders/{stored.id}"})

    return await done_once_together(service, caller, once, change)


@router.get("", operation_id="listOrders", responses=documented())
def index(
    service: Given,
    caller: Planner,
    paging: Paging,
    day: Annotated[dt.date | None, Query(description="Only those of this day.")] = None,
    state: Annotated[OrderState | None, Query(description="Only those in this state.")] = None,
) -> Page[OrderView]:
    """List orders, newest first."""
    rows = select(StoredOrder).where(StoredOrder.operator == caller.operator)
    if day is not None:
        rows = rows.where(StoredOrder.day == day)
    if state is not None:
        rows = rows.where(*_IN_STATE[state])
    with service.sessions() as session:
        return page(session, rows, StoredOrder.created_at, StoredOrder.id, paging, _view)


@router.get(
    "/{id}",
    operation_id="getOrder",
    response_model=OrderView,
    responses={**documented(HTTPStatus.NOT_FOUND), **NOT_MODIFIED},
)
def show(id: Identifier, http: HttpRequest, service: Given, caller: Planner) -> Response:
    """Return an order and which plan took it up."""
    with service.sessions() as session:
        return tagged(http, _body(_find(session, caller.operator, id)))


@router.delete(
    "/{id}",
    status_code=HTTPStatus.NO_CONTENT,
    operation_id="withdrawOrder",
    responses=documented(HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT),
)
def withdraw(id: Identifier, service: Given, caller: Planner) -> None:
    """Withdraw an order that waits. One that a plan took up has to be left to that plan."""
    with writing(service.sessions) as session:
        stored = _find(session, caller.operator, id)
        if stored.plan is not None:
            detail = f"plan {stored.plan} took it up"
            raise ProblemError(HTTPStatus.CONFLICT, "ORDER_PLANNED", detail)
        stored.withdrawn_at = stored.withdrawn_at or now()
        forget(session, stored.id)


def read_order(
    given: object, network: Network, found: Iterable[Fault] = ()
) -> tuple[Order, dt.date]:
    """Return an order and its local day; raises InvalidInput with every fault, `found` too."""
    faults = [*found]
    known = Known(network, shipped_rulebook(), None)
    orders = read_orders(Document("order", [given], [""]), known, faults)
    if faults or orders is None:
        raise InvalidInput(faults)
    (order,) = orders
    day = order.ready.astimezone(ZoneInfo(network.info.timezone)).date()
    midnight = network.calendar(day).midnight
    if order.due > midnight + dt.timedelta(days=1):
        message = "the order is due on another day than it is ready"
        limit = (midnight + dt.timedelta(days=1)).isoformat()
        place = Place("order")
        value = order.due.isoformat()
        raise InvalidInput(
            [place.fault("due", "TIME_NOT_ON_DAY", message, value=value, limit=limit)]
        )
    return order, day


def waiting(session: Session, operator: str, day: dt.date) -> list[StoredOrder]:
    """Return the orders of an operator that wait for a plan of a day, oldest first."""
    rows = select(StoredOrder).where(
        StoredOrder.operator == operator, StoredOrder.day == day, *_IN_STATE["waiting"]
    )
    ordered = rows.order_by(StoredOrder.created_at, StoredOrder.id)
    return list(session.scalars(ordered.with_for_update()))


_IN_STATE = {
    "waiting": (StoredOrder.plan.is_(None), StoredOrder.withdrawn_at.is_(None)),
    "planned": (StoredOrder.plan.is_not(None),),
    "withdrawn": (StoredOrder.withdrawn_at.is_not(None),),
}


def _read(operator: str, network: Network, sent: object) -> tuple[StoredOrder, Consignee | None]:
    """Return an order as it is to be stored, and its consignee. Raises InvalidInput."""
    faults: list[Fault] = []
    given, consignee = take_consignee(sent, faults)
    order, day = read_order(given, network, faults)
    stored = StoredOrder(
        id=new_id(),
        operator=operator,
        key=order.id,
        day=day,
        created_at=now(),
        withdrawn_at=None,
        plan=None,
        content=ORDERS.dump_json((order,))[1:-1],
    )
    return stored, consignee


def _find(session: Session, operator: str, id: str) -> StoredOrder:
    stored = session.get(StoredOrder, id)
    if stored is None or stored.operator != operator:
        raise not_found("order")
    return stored


def _refuse_taken(session: Session, stored: StoredOrder) -> None:
    """Raise ProblemError (409) if there is an order of the same id on the day."""
    same = select(StoredOrder.id).where(
        StoredOrder.operator == stored.operator,
        StoredOrder.day == stored.day,
        StoredOrder.key == stored.key,
    )
    if session.scalars(same).first():
        detail = f"there is an order {stored.key} of {stored.day} already"
        raise ProblemError(HTTPStatus.CONFLICT, "ORDER_ID_TAKEN", detail)


def _state(stored: StoredOrder) -> OrderState:
    if stored.withdrawn_at is not None:
        return "withdrawn"
    return "waiting" if stored.plan is None else "planned"


def _fields(stored: StoredOrder) -> dict[str, object]:
    return {
        "id": stored.id,
        "created_at": stored.created_at,
        "day": stored.day,
        "state": _state(stored),
        "plan": stored.plan,
        "order": from_json(stored.content),
    }


def _body(stored: StoredOrder) -> bytes:
    return to_json(_fields(stored))


def _view(stored: StoredOrder) -> OrderView:
    return OrderView.model_validate(_fields(stored))

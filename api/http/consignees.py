"""Who receives an order; each reading goes into the audit log."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Path, Query, Response
from pydantic_core import to_json

from api.caller import Caller
from api.http.given import Given, Identifier, Planner
from api.http.problems import ProblemError, documented, not_found
from api.privacy.consignee import Person, Purpose
from api.privacy.vault import NotAllowedError
from api.service import Service
from api.store.base import now
from api.store.consignees import id_within

router = APIRouter(prefix="/v1")

For = Annotated[Purpose, Query(description="What the data is read for.")]
OrderKey = Annotated[
    str,
    Path(pattern="^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$", description="The order's id in the request."),
]


@router.get(
    "/orders/{id}/consignee",
    operation_id="getConsignee",
    tags=["orders"],
    response_model=Person,
    responses=documented(HTTPStatus.NOT_FOUND),
)
def show(id: Identifier, service: Given, caller: Planner, purpose: For) -> Response:
    """Return who receives an order of the operator, for a purpose that it was collected for.

    The credential must be of a side (`SZ` or `HK`). The other side's are refused, unless the order
    names the contract under which the data may cross. The reading, or its refusal, is in the audit
    log before this answers. 503: the key that the data is sealed with is not on this server.
    """
    return _read(service, caller, purpose, id, id)


@router.get(
    "/requests/{id}/orders/{order}/consignee",
    operation_id="getConsigneeOfRequest",
    tags=["requests"],
    response_model=Person,
    responses=documented(HTTPStatus.NOT_FOUND),
)
def show_of_request(
    id: Identifier, order: OrderKey, service: Given, caller: Planner, purpose: For
) -> Response:
    """Return who receives an order that came with a request, as `getConsignee` does."""
    return _read(service, caller, purpose, id_within(id, order), f"{id}/{order}")


def _read(
    service: Service, caller: Caller, purpose: Purpose, order_id: str, subject: str
) -> Response:
    try:
        person = service.vault.read(service.sessions, order_id, caller, purpose, now(), subject)
    except NotAllowedError as refused:
        raise ProblemError(HTTPStatus.FORBIDDEN, refused.code, str(refused)) from None
    if person is None:
        raise not_found("consignee")
    headers = {"Cache-Control": "no-store"}
    return Response(to_json(person), headers=headers, media_type="application/json")

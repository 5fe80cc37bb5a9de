"""`/v1/orders/{id}/consignee`: who receives an order; each reading goes into the audit log."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic_core import to_json

from api.http.given import Given, Identifier, Planner
from api.http.problems import ProblemError, documented, not_found
from api.privacy.consignee import Person, Purpose
from api.privacy.vault import NotAllowedError
from api.store.base import now

router = APIRouter(prefix="/v1/orders", tags=["orders"])


@router.get(
    "/{id}/consignee",
    operation_id="getConsignee",
    response_model=Person,
    responses=documented(HTTPStatus.NOT_FOUND),
)
def show(
    id: Identifier,
    service: Given,
    caller: Planner,
    purpose: Annotated[Purpose, Query(description="What the data is read for.")],
) -> Response:
    """Return who receives an order of the operator, for a purpose that it was collected for.

    The credential must be of a side (`SZ` or `HK`). The other side's are refused, unless the order
    names the contract under which the data may cross. The reading, or its refusal, is in the audit
    log before this answers. 503: the key that the data is sealed with is not on this server.
    """
    try:
        person = service.vault.read(service.sessions, id, caller, purpose, now())
    except NotAllowedError as refused:
        raise ProblemError(HTTPStatus.FORBIDDEN, refused.code, str(refused)) from None
    if person is None:
        raise not_found("consignee")
    headers = {"Cache-Control": "no-store"}
    return Response(to_json(person), headers=headers, media_type="application/json")

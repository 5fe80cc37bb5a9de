"""What goes wrong, as RFC 9457 problem details; one table from an error's class to its status."""

from collections.abc import Mapping
from http import HTTPStatus
from types import MappingProxyType
from typing import Any

from pydantic import BaseModel, Field

from geodata.faults import Fault, InvalidInput

MEDIA_TYPE = "application/problem+json"


class FaultDetail(BaseModel):
    """One fault: its code, its place, the value found and the value allowed."""

    code: str
    message: str
    source: str = ""
    item: str = ""
    field: str = ""
    value: str = ""
    limit: str = ""
    severity: str = "error"

    @classmethod
    def of(cls, fault: Fault) -> "FaultDetail":
        """Return a fault as it is sent."""
        return cls.model_validate(fault, from_attributes=True)


class Problem(BaseModel):
    """RFC 9457, section 3: what happened, for a program (`code`) and for a person (`detail`)."""

    type: str = Field(description="An address that names the kind of problem: urn:hetao:CODE.")
    title: str
    status: int
    detail: str = ""
    instance: str = Field(default="", description="The request: urn:uuid of its request id.")
    code: str
    faults: list[FaultDetail] = []


class ProblemError(Exception):
    """A request that cannot be done, as the status, code and words that say so."""

    def __init__(
        self,
        status: HTTPStatus,
        code: str,
        detail: str = "",
        faults: tuple[Fault, ...] = (),
        headers: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self.status = status
        self.code = code
        self.detail = detail
        self.faults = faults
        self.headers = headers
        super().__init__(detail or code)


STATUSES: Mapping[type[Exception], HTTPStatus] = MappingProxyType(
    {InvalidInput: HTTPStatus.UNPROCESSABLE_ENTITY}
)
"""Errors of the library that an input causes. Anything else is a defect and shows as 500."""


def problem(error: ProblemError, request_id: str) -> dict[str, Any]:
    """Return an error as a problem's JSON."""
    return Problem(
        type=f"urn:hetao:{error.code}",
        title=error.status.phrase,
        status=error.status,
        detail=error.detail,
        instance=f"urn:uuid:{request_id}",
        code=error.code,
        faults=[FaultDetail.of(each) for each in error.faults],
    ).model_dump()

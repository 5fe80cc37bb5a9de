"""What goes wrong, as RFC 9457 problem details; one table from an error's class to its status."""

import json
import logging
from collections.abc import Callable, Mapping
from http import HTTPStatus
from types import MappingProxyType
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.routing import iter_route_contexts
from pydantic import BaseModel, Field
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from api.outcomes import PlannerDiedError
from api.privacy.vault import SealError
from geodata.faults import Fault, InvalidInput
from geodata.field_faults import shown

MEDIA_TYPE = "application/problem+json"
_LOG = logging.getLogger("hetao.http")


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


class ConflictDetail(BaseModel):
    """A field that two editors changed: as it was, and what each of them made of it."""

    layer: str
    id: str
    field: str
    base: Any
    theirs: Any
    mine: Any


class Problem(BaseModel):
    """RFC 9457, section 3: what happened, for a program (`code`) and for a person (`detail`)."""

    type: str = Field(description="A name of the kind of problem: urn:hetao:CODE.")
    title: str
    status: int
    detail: str = ""
    instance: str = Field(default="", description="The request: urn:uuid of its request id.")
    code: str
    faults: list[FaultDetail] = []
    conflicts: list[ConflictDetail] = Field(
        default=[], description="What must be decided before a draft can be published."
    )


class ProblemError(Exception):
    """A request that cannot be done, as the status, code and words that say so."""

    def __init__(
        self,
        status: HTTPStatus,
        code: str,
        detail: str = "",
        faults: tuple[Fault, ...] = (),
        headers: Mapping[str, str] = MappingProxyType({}),
        conflicts: tuple[ConflictDetail, ...] = (),
    ) -> None:
        self.status = status
        self.code = code
        self.detail = detail
        self.faults = faults
        self.headers = headers
        self.conflicts = conflicts
        super().__init__(detail or code)


def not_found(what: str) -> ProblemError:
    """Return the problem of a thing that is not there, or is another operator's."""
    return ProblemError(HTTPStatus.NOT_FOUND, "NOT_FOUND", f"there is no such {what}")


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
        conflicts=list(error.conflicts),
    ).model_dump()


def problem_response(error: ProblemError, request_id: str) -> Response:
    """Return the answer that says what went wrong."""
    # What was sent may hold half a character (a lone surrogate), which no UTF-8 can repeat.
    text = json.dumps(problem(error, request_id), ensure_ascii=False)
    return Response(
        text.encode("utf-8", "replace"),
        error.status,
        dict(error.headers),
        media_type=MEDIA_TYPE,
    )


def answer_problems(app: FastAPI) -> None:
    """Have every error of an application answered as a problem, none with a trace of the code."""

    async def answer(request: Request, error: Exception) -> Response:
        found = _as_problem(error)
        if found.status == HTTPStatus.METHOD_NOT_ALLOWED:
            found.headers = {"Allow": _allowed(app, request.url.path)}
        request_id = request.scope["state"]["request_id"]
        if found.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            _LOG.error("%s", request_id, exc_info=error)
        return problem_response(found, request_id)

    for kind in (*_PROBLEMS, ProblemError, HTTPException):
        app.add_exception_handler(kind, answer)


def _allowed(app: FastAPI, path: str) -> str:
    """Return the methods of all operations of a path; the router names those of the first alone."""
    methods: set[str] = set()
    for each in iter_route_contexts(app.routes):
        if each.path_regex.match(path):
            methods |= each.methods or set()
    if "GET" in methods:
        methods.add("HEAD")
    return ", ".join(sorted(methods))


class Unforeseen:
    """Answers what no handler foresaw with 500; the log has the rest."""

    def __init__(self, app: Any) -> None:
        self._app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer one request."""
        begun = False

        async def answer(message: Any) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self._app(scope, receive, answer)
        except Exception as error:
            if scope["type"] != "http" or begun:
                raise
            request_id = scope["state"]["request_id"]
            _LOG.error("%s", request_id, exc_info=error)
            found = ProblemError(
                HTTPStatus.INTERNAL_SERVER_ERROR, "DEFECT", "a defect of the service; it is logged"
            )
            await problem_response(found, request_id)(scope, receive, send)


def _as_problem(error: Exception) -> ProblemError:
    if isinstance(error, ProblemError):
        return error
    if isinstance(error, HTTPException):
        status = HTTPStatus(error.status_code)
        detail = "" if error.detail == status.phrase else str(error.detail)
        return ProblemError(status, status.name, detail, headers=error.headers or {})
    return next(make(error) for kind, make in _PROBLEMS.items() if isinstance(error, kind))


def _invalid(error: Any) -> ProblemError:
    count = len(error.faults)
    detail = f"{count} fault{'s' if count != 1 else ''}"
    return ProblemError(HTTPStatus.UNPROCESSABLE_ENTITY, "INVALID_INPUT", detail, error.faults)


def _unprocessable(error: Any) -> ProblemError:
    """Return the faults of parameters and of bodies that the application's models describe."""
    faults = [
        Fault(
            source=str(each["loc"][0]) if each["loc"] else "",
            item="",
            field=".".join(map(str, each["loc"][1:])),
            code=each["type"].upper(),
            value=shown(each["input"]) if each["type"] != "missing" else "",
            limit="",
            message=each["msg"],
        )
        for each in error.errors()
    ]
    if any(fault.code == "JSON_INVALID" for fault in faults):
        return ProblemError(
            HTTPStatus.UNPROCESSABLE_ENTITY, "NOT_JSON", "the body is not JSON", tuple(faults)
        )
    return _invalid(InvalidInput(faults))


def _away(error: Any) -> ProblemError:
    return ProblemError(
        HTTPStatus.SERVICE_UNAVAILABLE,
        "DATABASE_AWAY",
        "the database does not answer",
        headers={"Retry-After": "2"},
    )


def _sealed(error: Any) -> ProblemError:
    return ProblemError(HTTPStatus.SERVICE_UNAVAILABLE, "PERSONAL_KEY", str(error))


def _died(error: Any) -> ProblemError:
    return ProblemError(
        HTTPStatus.SERVICE_UNAVAILABLE, "WORKER_LOST", str(error), headers={"Retry-After": "10"}
    )


_PROBLEMS: Mapping[type[Exception], Callable[[Any], ProblemError]] = {
    InvalidInput: _invalid,
    RequestValidationError: _unprocessable,
    SealError: _sealed,
    OperationalError: _away,
    PoolTimeoutError: _away,
    PlannerDiedError: _died,
}
"""Errors that have an answer. Anything else is a defect and shows as 500."""


def documented(*statuses: HTTPStatus) -> dict[int | str, dict[str, Any]]:
    """Return OpenAPI's responses for problems: those named, and those of every operation."""
    return {
        int(status): {
            "description": _MEANINGS[status],
            "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        for status in sorted({*statuses, *_ALWAYS})
    }


_ALWAYS = (
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.UNAUTHORIZED,
    HTTPStatus.FORBIDDEN,
    HTTPStatus.REQUEST_TIMEOUT,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    HTTPStatus.UNPROCESSABLE_ENTITY,
    HTTPStatus.SERVICE_UNAVAILABLE,
)
_MEANINGS = {
    HTTPStatus.BAD_REQUEST: "The request cannot be read.",
    HTTPStatus.UNAUTHORIZED: "No valid credentials.",
    HTTPStatus.FORBIDDEN: "The credentials do not reach this far.",
    HTTPStatus.NOT_FOUND: "There is no such thing, or it is another operator's.",
    HTTPStatus.NOT_ACCEPTABLE: "None of the formats that `Accept` names is offered.",
    HTTPStatus.REQUEST_TIMEOUT: "The body did not arrive in time.",
    HTTPStatus.CONFLICT: "The state of things does not allow it, or an Idempotency-Key is taken.",
    HTTPStatus.PRECONDITION_FAILED: "Somebody else was faster: the ETag has changed.",
    HTTPStatus.PRECONDITION_REQUIRED: "If-Match must name the state that is to be changed.",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "The body is too large.",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "The body is of another type than is read.",
    HTTPStatus.UNPROCESSABLE_ENTITY: "The input has faults; all of them are listed.",
    HTTPStatus.TOO_MANY_REQUESTS: "Too much at once; `Retry-After` says when to try again.",
    HTTPStatus.SERVICE_UNAVAILABLE: "The service cannot answer now; try again.",
}

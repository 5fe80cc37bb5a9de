"""Bodies that are documents of the planner: read by its own readers, with every fault at once."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from http import HTTPStatus
from typing import Any, TypeVar

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from api.http.problems import ProblemError
from geodata.faults import Fault, InvalidInput
from planner.read.files import decode, parse_json

T = TypeVar("T")

SMALL_BYTES = 16 * 1024
"""A body that is read in less time than it takes to hand it to a thread and back."""


async def read_body(request: Request, read: Callable[[object], T]) -> T:
    """Return what `read` makes of a JSON body; other requests do not wait for a large one.

    Raises as `json_body` does, and what `read` raises.
    """
    if len(await request.body()) <= SMALL_BYTES:
        return read(await json_body(request))
    document = await json_body(request)
    return await run_in_threadpool(read, document)


async def json_body(request: Request) -> object:
    """Return what the JSON body of a request says.

    Raises ProblemError (415) if it is said to be something else, and InvalidInput if it is no JSON
    or gives a key twice.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise ProblemError(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            "TYPE_UNKNOWN",
            "send application/json",
            headers={"Accept": "application/json"},
        )
    faults = list[Fault]()
    text = decode("body", await request.body(), faults)
    document = None if text is None else parse_json("body", text, faults)
    if document is None or faults:
        raise InvalidInput(faults)
    return document.value


def read_mapping(value: object, known: Iterable[str]) -> Mapping[str, Any]:
    """Return a body that is a mapping of known fields. Raises InvalidInput with every other."""
    names = tuple(known)
    if not isinstance(value, Mapping):
        raise InvalidInput([_fault("", "FIELD_TYPE", "must be a mapping", ", ".join(names))])
    unknown = [each for each in value if each not in names]
    if unknown:
        limit = ", ".join(names)
        raise InvalidInput(
            _fault(each[:60], "FIELD_UNKNOWN", "there is no such field", limit) for each in unknown
        )
    return value


def within_body(invalid: InvalidInput) -> InvalidInput:
    """Return faults of files as faults of the parts of a body: `orders`, not `orders.json`."""
    return InvalidInput(
        replace(each, source=each.source.removesuffix(".json")) for each in invalid.faults
    )


def _fault(field: str, code: str, message: str, limit: str) -> Fault:
    return Fault(
        source="body", item="", field=field, code=code, value="", limit=limit, message=message
    )

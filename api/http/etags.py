"""ETags: a reader that has the newest state gets 304, a writer that has an old one 412."""

import hashlib
from collections.abc import Mapping
from http import HTTPStatus
from types import MappingProxyType
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from api.http.problems import ProblemError

NOT_MODIFIED: Mapping[int | str, dict[str, Any]] = MappingProxyType(
    {int(HTTPStatus.NOT_MODIFIED): {"description": "You have it already."}}
)
"""How OpenAPI describes that `tagged` may answer 304."""


def etag(content: bytes | str) -> str:
    """Return the strong ETag of a state's content."""
    given = content.encode() if isinstance(content, str) else content
    return f'"{hashlib.sha256(given).hexdigest()[:32]}"'


def tagged(request: Request, body: bytes, media_type: str = "application/json") -> Response:
    """Return a body under its ETag; 304 without it if the request has that already."""
    tag = etag(body)
    if tag in _named(request, "If-None-Match") or "*" in _named(request, "If-None-Match"):
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers={"ETag": tag})
    return Response(body, headers={"ETag": tag}, media_type=media_type)


def require_match(request: Request, tag: str) -> None:
    """Raise ProblemError unless `If-Match` names the present state: 412, and 428 without it."""
    named = _named(request, "If-Match")
    if not named:
        raise ProblemError(
            HTTPStatus.PRECONDITION_REQUIRED, "IF_MATCH_MISSING", "send the ETag as If-Match"
        )
    if tag not in named and "*" not in named:
        raise ProblemError(
            HTTPStatus.PRECONDITION_FAILED, "STATE_CHANGED", "it was changed meanwhile; read it"
        )


def _named(request: Request, header: str) -> list[str]:
    """Return the ETags that a header lists, weak ones as the strong ones that they stand for."""
    listed = ",".join(request.headers.getlist(header)).split(",")
    return [each.strip().removeprefix("W/") for each in listed if each.strip()]

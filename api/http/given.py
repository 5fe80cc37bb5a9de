"""What handlers are given: the service, the caller, and bodies as they came."""

from typing import Annotated, cast

from fastapi import Depends, Path
from starlette.requests import Request

from api.caller import Caller
from api.http.access import caller
from api.service import Service


def _service(request: Request) -> Service:
    return cast("Service", request.app.state.service)


async def _given_service(request: Request) -> Service:
    return _service(request)


Given = Annotated[Service, Depends(_given_service)]
"""The service that this process is."""

Planner = Annotated[Caller, Depends(caller("plan"))]
"""A caller that may plan."""

Asker = Annotated[Caller, Depends(caller("route"))]
"""A caller that may ask for routes."""

Admin = Annotated[Caller, Depends(caller("admin"))]
"""A caller that looks after its operator's keys."""

Identifier = Annotated[
    str, Path(pattern="^[0-9a-f]{32}$", description="Identifier: 32 hexadecimal digits.")
]
"""The identifier of a thing, from its address."""

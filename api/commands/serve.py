"""`hetao serve`: the HTTP service."""

from typing import Annotated

import typer

from api import console
from geodata.faults import Fault, InvalidInput

GRACE_S = 5
"""How long answers that are under way may take once the server is told to end."""


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port; 0 takes a free one.")] = 8000,
) -> None:
    """Serve the API: routes, requests, orders and plans, as docs/api.md says.

    Everything that it keeps is in the folder that HETAO_DATA names (hetao-data if not set), or in
    the database of HETAO_DATABASE. Tables are brought up to date at the start.

    On loopback it can be used without keys until the first one is made. On any other address it
    refuses to start until there is a key (`hetao keys create`) or HETAO_JWT_KEYS is set.

    Exit codes: 0 told to end, 2 bad input or the address is taken.

    Example: `hetao serve --port 8000`
    """
    import uvicorn

    from api.access.loopback import is_loopback
    from api.environment import read_settings
    from api.http.app import create_app
    from api.logs import log_to_standard_error
    from api.service import open_service
    from planner.pauses import spare_pauses

    service = open_service(read_settings(), open_locally=is_loopback(host))
    if not is_loopback(host) and not service.door.guarded():
        raise InvalidInput([_unguarded(host)])
    if service.door.open_now():
        console.say("no keys: every program of this machine may do everything; see `hetao keys`")
    config = uvicorn.Config(
        create_app(service),
        host=host,
        port=port,
        log_config=None,
        access_log=False,  # `api.http.request_ids` keeps one, with ids
        server_header=False,
        timeout_graceful_shutdown=GRACE_S,
    )
    server = uvicorn.Server(config)
    spare_pauses()
    console.say(f"http://{host}:{port}")
    log_to_standard_error()
    server.run()


def _unguarded(host: str) -> Fault:
    return Fault(
        source="",
        item="",
        field="--host",
        code="KEYS_MISSING",
        value=host,
        limit="a loopback address",
        message="others can reach this address, and there is neither a key nor a token setting; "
        "make a key with `hetao keys create`",
    )

"""`hetao serve`: the HTTP service."""

from typing import Annotated

import typer

from api import console


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port; 0 takes a free one.")] = 8000,
) -> None:
    """Serve the API: routes, requests, orders and plans, as docs/api.md says.

    Everything that it keeps is in the folder that HETAO_DATA names (hetao-data if not set), or in
    the database of HETAO_DATABASE. Tables are brought up to date at the start.

    Exit codes: 0 told to end, 2 bad input or the address is taken.

    Example: `hetao serve --port 8000`
    """
    import uvicorn

    from api.http.app import create_app
    from api.service import open_service
    from api.settings import Settings

    service = open_service(Settings())
    config = uvicorn.Config(
        create_app(service), host=host, port=port, log_config=None, server_header=False
    )
    server = uvicorn.Server(config)
    console.say(f"http://{host}:{port}")
    server.run()

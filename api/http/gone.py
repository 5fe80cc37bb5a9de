"""Whether who asked is still there: what takes long is given up for one who has gone."""

import asyncio
import threading
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends
from starlette.requests import Request


async def _gone(request: Request) -> AsyncIterator[threading.Event]:
    gone = threading.Event()

    async def watch() -> None:
        while (await request.receive())["type"] != "http.disconnect":
            pass
        gone.set()

    watching = asyncio.create_task(watch())
    try:
        yield gone
    finally:
        watching.cancel()


Gone = Annotated[threading.Event, Depends(_gone)]
"""Is set once the connection of a request has ended; for handlers that have read its body."""

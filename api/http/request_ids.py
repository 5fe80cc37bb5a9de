"""Request ids: each request has one, in its answer, in problems and in the log."""

import logging
import re
import time
import uuid

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

NAME = "X-Request-Id"
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_LOG = logging.getLogger("hetao.http")


class RequestIds:
    """Gives each request an id, the caller's if it is a UUID, and logs how it was answered.

    The log has no query and no body: they may hold what is nobody else's business.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = Headers(scope=scope).get(NAME, "")
        request_id = given.lower() if _UUID.fullmatch(given) else str(uuid.uuid4())
        scope.setdefault("state", {})["request_id"] = request_id
        began = time.perf_counter()

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)[NAME] = request_id
                milliseconds = 1000 * (time.perf_counter() - began)
                _LOG.info(
                    "%s %s %s %d %.1f ms",
                    request_id,
                    scope["method"],
                    ascii(scope["path"])[1:-1],
                    message["status"],
                    milliseconds,
                )
            await send(message)

        await self._app(scope, receive, answer)

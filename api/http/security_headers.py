"""Headers that keep a browser from doing more with an answer than showing it."""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, no-cache",
}
"""An answer that has one of them already keeps its own."""

OVER_HTTPS = {"Strict-Transport-Security": "max-age=31536000"}
"""RFC 6797 forbids it over plain HTTP; uvicorn knows of a proxy's https by `X-Forwarded-Proto`."""


class SecurityHeaders:
    """Adds the headers to every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        added = HEADERS | (OVER_HTTPS if scope.get("scheme") == "https" else {})

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in added.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, answer)

"""Names of headers as standards spell them, for clients that compare letters.

QGIS looks for `Location` after it has added a feature and for `Allow` before it edits, letter by
letter (its issue 61729); HTTP says that case means nothing, and Starlette sends lower case.
"""

from starlette.types import ASGIApp, Message, Receive, Scope, Send


class _Spelt(bytes):
    """A name that stays as it is spelt: uvicorn would send what `lower` returns."""

    def lower(self) -> "_Spelt":
        """Return the name as it is spelt."""
        return self


_SPELT = {each.lower(): _Spelt(each) for each in (b"Allow", b"Content-Crs", b"ETag", b"Location")}


class HeaderNames:
    """Spells the names of headers. It sees an answer last: nobody compares names after it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                spelt = [(_SPELT.get(name, name), value) for name, value in message["headers"]]
                message = {**message, "headers": spelt}
            await send(message)

        await self._app(scope, receive, answer)

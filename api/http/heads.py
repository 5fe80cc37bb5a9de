"""HEAD answers as GET does, without the body (RFC 9110, section 9.3.2)."""

import asyncio

from starlette.types import ASGIApp, Message, Receive, Scope, Send


class Heads:
    """Has a HEAD answered as the GET of its address, and keeps the body back.

    A stream of events ends with its headers, as if the client had gone.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self._app(scope, receive, send)
            return
        answered = asyncio.Event()

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                await send(message)
            elif not answered.is_set():
                answered.set()
                await send({"type": "http.response.body", "body": b"", "more_body": False})

        async def listen() -> Message:
            waits = {asyncio.ensure_future(receive()), asyncio.ensure_future(_gone(answered))}
            done, pending = await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
            for each in pending:
                each.cancel()
            return done.pop().result()

        await self._app({**scope, "method": "GET"}, listen, answer)


async def _gone(answered: asyncio.Event) -> Message:
    await answered.wait()
    return {"type": "http.disconnect"}

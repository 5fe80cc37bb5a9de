"""No request keeps a connection longer than is set, but for streams of events."""

import asyncio
from http import HTTPStatus

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.http.problems import ProblemError, problem_response


class TimeLimit:
    """Answers 503 where an answer has not begun in time."""

    def __init__(self, app: ASGIApp, within_s: float) -> None:
        self._app = app
        self._within_s = within_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        try:
            async with asyncio.timeout(self._within_s) as limit:

                async def answer(message: Message) -> None:
                    limit.reschedule(None)  # it has begun; a stream may take its time
                    await send(message)

                await self._app(scope, receive, answer)
        except TimeoutError:
            if not limit.expired():
                raise
            late = ProblemError(
                HTTPStatus.SERVICE_UNAVAILABLE,
                "TIME_LIMIT",
                f"no answer within {self._within_s:g} s",
                headers={"Retry-After": "10"},
            )
            await problem_response(late, scope["state"]["request_id"])(scope, receive, send)

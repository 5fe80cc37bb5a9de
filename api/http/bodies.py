"""Bodies of requests: whole, small enough and unpacked before anything reads them."""

import asyncio
import zlib
from http import HTTPStatus

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.http.problems import ProblemError, problem_response


class Bodies:
    """Takes in a request's body, at most so many bytes in so many seconds, gzip or plain.

    The limit holds for what is sent and for what it unpacks to; unpacking stops there.
    """

    def __init__(self, app: ASGIApp, most_bytes: int, within_s: float) -> None:
        self._app = app
        self._most_bytes = most_bytes
        self._within_s = within_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        try:
            body = await self._body(headers, receive)
        except ProblemError as refused:
            await problem_response(refused, scope["state"]["request_id"])(scope, receive, send)
            return
        if body is None:
            return  # whoever asked has gone
        given = [body]

        async def replay() -> Message:
            if given:
                return {"type": "http.request", "body": given.pop(), "more_body": False}
            return await receive()

        await self._app(_plain(scope) if "content-encoding" in headers else scope, replay, send)

    async def _body(self, headers: Headers, receive: Receive) -> bytes | None:
        """Return the body as it was meant; None if the connection ended before it did."""
        encoding = headers.get("content-encoding", "identity").strip().lower()
        if encoding not in ("identity", "gzip"):
            detail = f"{encoding[:40]!a}: send the body plain or as gzip"
            raise ProblemError(
                HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
                "ENCODING_UNKNOWN",
                detail,
                headers={"Accept-Encoding": "gzip"},
            )
        length = headers.get("content-length", "")
        if length.isdigit() and int(length[:20]) > self._most_bytes:
            raise self._too_large()
        try:
            async with asyncio.timeout(self._within_s):
                body = await self._received(receive)
        except TimeoutError:
            detail = f"the body has not arrived within {self._within_s:g} s"
            raise ProblemError(
                HTTPStatus.REQUEST_TIMEOUT, "BODY_SLOW", detail, headers={"Connection": "close"}
            ) from None
        return self._unpacked(body) if body and encoding == "gzip" else body

    async def _received(self, receive: Receive) -> bytes | None:
        parts, size = list[bytes](), 0
        while True:
            message = await receive()
            if message["type"] != "http.request":
                return None
            parts.append(message.get("body", b""))
            size += len(parts[-1])
            if size > self._most_bytes:
                raise self._too_large()
            if not message.get("more_body", False):
                return b"".join(parts)

    def _unpacked(self, body: bytes) -> bytes:
        unpacker = zlib.decompressobj(wbits=16 + zlib.MAX_WBITS)
        try:
            plain = unpacker.decompress(body, self._most_bytes + 1)
        except zlib.error:
            raise _not_gzip() from None
        if len(plain) > self._most_bytes:
            raise self._too_large()
        if not unpacker.eof or unpacker.unused_data:
            raise _not_gzip()
        return plain

    def _too_large(self) -> ProblemError:
        detail = f"a body holds at most {self._most_bytes} bytes, packed or not"
        return ProblemError(
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
            "BODY_TOO_LARGE",
            detail,
            headers={"Connection": "close"},
        )


def _not_gzip() -> ProblemError:
    return ProblemError(HTTPStatus.BAD_REQUEST, "NOT_GZIP", "the body is not one gzip stream")


def _plain(scope: Scope) -> Scope:
    """Return the scope of a request whose body has been unpacked."""
    kept = [
        (name, value)
        for name, value in scope["headers"]
        if name not in (b"content-encoding", b"content-length")
    ]
    return {**scope, "headers": kept}

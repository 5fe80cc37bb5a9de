"""Pages of other origins (CORS): none unless a setting names them."""

from collections.abc import Sequence

from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware

_ASKED = ("Authorization", "Content-Type", "Idempotency-Key", "If-Match", "If-None-Match")
_TOLD = ("ETag", "Location", "Retry-After", "X-Request-Id")


def allow_origins(app: FastAPI, origins: Sequence[str]) -> None:
    """Have pages of some origins read answers, by a key that they send; never by cookies."""
    if origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=origins,
            allow_methods=("GET", "POST", "PUT", "PATCH", "DELETE"),
            allow_headers=_ASKED,
            expose_headers=_TOLD,
        )

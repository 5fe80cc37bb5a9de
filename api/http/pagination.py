"""Lists in pages, newest first: a cursor says where the next one begins."""

import base64
import binascii
import datetime as dt
from collections.abc import Callable
from http import HTTPStatus
from typing import Annotated, Any, Generic, TypeVar

from fastapi import Depends, Query
from pydantic import BaseModel, Field
from sqlalchemy import Select, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session

from api.http.problems import ProblemError

T = TypeVar("T")
MOST = 500


class Page(BaseModel, Generic[T]):
    """Some items of a list, newest first."""

    items: list[T]
    next: str | None = Field(
        default=None, description="Cursor of the next page; null: this is the last one."
    )


class Asked(BaseModel):
    """Which page is asked for."""

    limit: int
    before: tuple[dt.datetime, str] | None


async def _asked(
    limit: Annotated[int, Query(ge=1, le=MOST, description="Items of a page.")] = 100,
    cursor: Annotated[
        str | None,
        Query(max_length=200, description="`next` of the page before; the first if left out."),
    ] = None,
) -> Asked:
    return Asked(limit=limit, before=None if cursor is None else _read(cursor))


Paging = Annotated[Asked, Depends(_asked)]
"""The page that a request asks for."""


def page(
    session: Session,
    rows: Select[*tuple[Any, ...]],
    at: InstrumentedAttribute[dt.datetime],
    id_: InstrumentedAttribute[str],
    asked: Asked,
    view: Callable[..., T],
) -> Page[T]:
    """Return a page of what a query finds; `at` and `id_` are the columns that order it.

    `view` is given a row's columns. What is added meanwhile moves no item to another page.
    """
    ordered = rows.add_columns(at, id_)
    if asked.before is not None:
        ordered = ordered.where(tuple_(at, id_) < tuple_(*asked.before))
    ordered = ordered.order_by(at.desc(), id_.desc()).limit(asked.limit + 1)
    found = session.execute(ordered).all()
    listed, more = found[: asked.limit], len(found) > asked.limit
    return Page(
        items=[view(*row[:-2]) for row in listed],
        next=_write(*listed[-1][-2:]) if more else None,
    )


def _write(at: dt.datetime, id_: str) -> str:
    return base64.urlsafe_b64encode(f"{at.isoformat()} {id_}".encode()).decode().rstrip("=")


def _read(cursor: str) -> tuple[dt.datetime, str]:
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        at, _, id_ = base64.b64decode(padded, altchars=b"-_", validate=True).decode().partition(" ")
        instant = dt.datetime.fromisoformat(at)
        instant.astimezone(dt.UTC)
    except (binascii.Error, ValueError, OverflowError):
        raise _no_cursor() from None
    if instant.tzinfo is None or not id_.isalnum() or not id_.isascii():
        raise _no_cursor()
    return instant, id_


def _no_cursor() -> ProblemError:
    detail = "the cursor is none that a page gave"
    return ProblemError(HTTPStatus.UNPROCESSABLE_ENTITY, "CURSOR_UNKNOWN", detail)

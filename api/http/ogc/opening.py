"""`datetime`: a feature counts if it is open, or active, at some moment of the time asked for.

A feature's time is what its `schedule` (zones) or `hours` (vertiports, checkpoints, corridors) say;
features of other layers have none, and all of them count (OGC 17-069r4, 7.15.4).
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from http import HTTPStatus
from zoneinfo import ZoneInfo

from pydantic import TypeAdapter, ValidationError

from api.http.problems import ProblemError
from geodata.network import Network
from geodata.schedule import overlaps, parse_error

DAYS_MOST = 366
"""Days that are looked through: of a longer time, or one without an end, the first ones."""

FIELDS = {
    "zones": "schedule",
    "vertiports": "hours",
    "checkpoints": "hours",
    "corridors": "hours",
}
"""The field of each layer that says when it is open or active."""

_INSTANT = TypeAdapter(dt.datetime)


@dataclass(frozen=True, slots=True)
class Span:
    """From one moment to another, both included."""

    begin: dt.datetime
    end: dt.datetime


def read_span(text: str) -> Span:
    """Return the time that a `datetime` parameter names: a moment, or two with a slash between.

    `..` or nothing stands for no bound. Raises ProblemError (400) for anything else.
    """
    parts = text.split("/")
    if len(parts) > 2:
        raise _wrong(text)
    moments = [None if each in ("", "..") else _moment(each, text) for each in parts]
    first, last = moments[0], moments[-1]
    days = dt.timedelta(days=DAYS_MOST)
    if first is None and last is None:
        if len(parts) == 1:
            raise _wrong(text)
        first = dt.datetime.now(dt.UTC)
    try:
        begin = first if first is not None else (last or dt.datetime.now(dt.UTC)) - days
        end = last if last is not None else begin + days
        longest = begin + days
    except OverflowError:
        raise _wrong(text) from None
    if begin > end:
        raise _wrong(text)
    return Span(begin, min(end, longest))


def open_in(network: Network, expressions: Iterable[str], span: Span) -> frozenset[str]:
    """Return those expressions of opening hours that are open at some moment of a time.

    One that cannot be read, as a draft may have it, counts. `network` has one boundary line, where
    the sun rises and sets.
    """
    return frozenset(
        each for each in expressions if parse_error(each) or _open(network, each, span)
    )


def _open(network: Network, expression: str, span: Span) -> bool:
    zone = ZoneInfo(network.info.timezone)
    day, last = (each.astimezone(zone).date() for each in (span.begin, span.end))
    while day <= last:
        calendar = network.calendar(day)
        begin, end = calendar.seconds(span.begin), calendar.seconds(span.end)
        if overlaps(calendar.intervals(expression), begin, end + 1):
            return True
        day += dt.timedelta(days=1)
    return False


def _moment(text: str, whole: str) -> dt.datetime:
    if "T" not in text.upper():
        raise _wrong(whole)
    try:
        found = _INSTANT.validate_python(text)
    except ValidationError:
        raise _wrong(whole) from None
    if found.tzinfo is None or not dt.MINYEAR + 2 < found.year < dt.MAXYEAR - 2:
        raise _wrong(whole)
    return found


def _wrong(text: str) -> ProblemError:
    detail = (
        f"datetime: {text[:80]!a} is neither a moment with its zone, as "
        "2026-05-04T10:30:00+08:00, nor two with a slash between, the earlier first"
    )
    return ProblemError(HTTPStatus.BAD_REQUEST, "DATETIME", detail)

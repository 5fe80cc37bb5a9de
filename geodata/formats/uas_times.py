"""The times of UAS zones (ED-269, ED-318) as one opening_hours expression in local time (UTC+8).

What cannot be said in one is said longer, never shorter, with a warning.
"""

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

from geodata.formats.uas_report import Report
from geodata.formats.uas_schedule import (
    DAY_MIN,
    ED_DAYS,
    ED_EVENTS,
    LOCAL_OFFSET_MIN,
    Span,
    SunRule,
    expression_of,
    hhmm,
    merged,
)

ALWAYS = "24/7"
_LOCAL = dt.timezone(dt.timedelta(minutes=LOCAL_OFFSET_MIN))
_OSM_EVENTS = {code: word for word, code in ED_EVENTS.items()}
_TIME = re.compile(r"(\d\d):(\d\d)(?::(\d\d)(?:\.\d+)?)?(?:([Zz])|([+-])(\d\d):?(\d\d))?")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_ENDS = ("start", "end")
_FIRST_DAY = dt.date(1970, 1, 1)
_NO_END_YEAR = 2200
"""An end from this year on is read as none: publishers write 2999 or 9999 for it."""


def read_times(listed: object, field: str, report: Report) -> str:
    """Return the expression that a zone's periods of applicability make together.

    `listed` is ED-318's `limitedApplicability` or ED-269's `applicability`; none is always.
    """
    if listed is None or listed == []:
        return ALWAYS
    given = listed if isinstance(listed, list) else [listed]
    periods: list[Mapping[str, Any]] = [each for each in given if isinstance(each, Mapping)]
    if len(periods) < len(given):
        report.warn("IMPORT_SCHEDULE_WIDENED", field, listed, ALWAYS)
        return ALWAYS
    if any(str(period.get("permanent")).upper() in ("YES", "TRUE") for period in periods):
        if any(_says_when(period) for period in periods):
            report.warn("IMPORT_SCHEDULE_WIDENED", field, "permanent, and times", ALWAYS)
        return ALWAYS
    texts = [_period(period, f"{field}[{n}]", report) for n, period in enumerate(periods)]
    return ALWAYS if ALWAYS in texts else ", ".join(texts)


def _says_when(period: Mapping[str, Any]) -> bool:
    return any(period.get(name) for name in ("schedule", "startDateTime", "endDateTime"))


def _period(period: Mapping[str, Any], field: str, report: Report) -> str:
    start = _instant(period.get("startDateTime"), f"{field}.startDateTime", report)
    end = _instant(period.get("endDateTime"), f"{field}.endDateTime", report)
    times = _schedule(period.get("schedule"), f"{field}.schedule", report)
    return window(start, end, times, field, report)


def window(
    start: dt.datetime | None, end: dt.datetime | None, times: str, field: str, report: Report
) -> str:
    """Return `times` as they hold from `start` to `end`, aware instants that may be None.

    To the minute if `times` is always; else by whole local days, with a warning if that is longer.
    """
    if start is None and end is None:
        return times
    if start is not None and end is not None and end <= start:
        report.warn("IMPORT_SCHEDULE_WIDENED", field, f"{start} to {end}", times)
        return times
    first, begin = (_FIRST_DAY, 0) if start is None else _day_and_minute(start)
    last, stop = (None, DAY_MIN) if end is None else _day_and_minute(end, is_end=True)
    if times == ALWAYS:
        return _stretch(first, begin, last, stop)
    if begin or stop < DAY_MIN:
        report.warn("IMPORT_SCHEDULE_WIDENED", field, f"{start} to {end}", "whole local days")
    return ", ".join(f"{_dates(first, last)} {part}" for part in times.split(", "))


def _day_and_minute(instant: dt.datetime, is_end: bool = False) -> tuple[dt.date, int]:
    """Return the local day and its minute; an end is rounded up, and midnight ends a day."""
    local = instant.astimezone(_LOCAL)
    if is_end:
        local += dt.timedelta(seconds=59, microseconds=999_999)
    day, minute = local.date(), local.hour * 60 + local.minute
    return (day - dt.timedelta(days=1), DAY_MIN) if is_end and minute == 0 else (day, minute)


def _stretch(first: dt.date, begin: int, last: dt.date | None, stop: int) -> str:
    """Return one unbroken stretch of time as its first, middle and last days."""
    if first == last:
        return f"{_dates(first, last)} {hhmm(begin)}-{hhmm(stop)}"
    day = dt.timedelta(days=1)
    head, tail = [], []
    if begin:
        head = [f"{_dates(first, first)} {hhmm(begin)}-24:00"]
        first += day
    if last is not None and stop < DAY_MIN:
        tail = [f"{_dates(last, last)} 00:00-{hhmm(stop)}"]
        last -= day
    if last is None or first <= last:
        head.append(f"{_dates(first, last)} 00:00-24:00")
    return ", ".join(head + tail)


def _dates(first: dt.date, last: dt.date | None) -> str:
    words = [f"{day.year} {_MONTHS[day.month - 1]} {day.day:02d}" for day in (first, last) if day]
    if last is None:
        return f"{words[0]}+"
    return words[0] if first == last else "-".join(words)


def _instant(value: object, field: str, report: Report) -> dt.datetime | None:
    """Return an aware instant; None if there is none, or none worth the name."""
    if value in (None, "", "None"):
        return None
    try:
        found = dt.datetime.fromisoformat(str(value))
    except ValueError:
        report.warn("IMPORT_SCHEDULE_WIDENED", field, value, "no limit")
        return None
    if found.year >= _NO_END_YEAR or found.year < _FIRST_DAY.year:
        return None
    if found.tzinfo is None:
        report.warn("IMPORT_TIME_ZONE_ASSUMED", field, value, "UTC")
        return found.replace(tzinfo=dt.UTC)
    return found


def _schedule(listed: object, field: str, report: Report) -> str:
    """Return the expression of ED-269's or ED-318's daily periods; none is always."""
    if listed is None or listed == []:
        return ALWAYS
    spans: list[Span] = []
    rules: list[SunRule] = []
    for n, period in enumerate(listed if isinstance(listed, list) else [listed]):
        found = _daily(period, f"{field}[{n}]", report)
        if found is None:
            report.warn("IMPORT_SCHEDULE_WIDENED", f"{field}[{n}]", period, ALWAYS)
            return ALWAYS
        if isinstance(found, SunRule):
            rules.append(found)
        else:
            spans += found
    return expression_of(merged(spans), rules)


def _daily(period: object, field: str, report: Report) -> list[Span] | SunRule | None:
    """Return one daily period as spans of the local week or as a rule with sun events."""
    if not isinstance(period, Mapping):
        return None
    days = _days(period.get("day"))
    start = _bound(period, "start", 0, field, report)
    end = _bound(period, "end", DAY_MIN, field, report)
    if days is None or start is None or end is None:
        return None
    if isinstance(start, str) or isinstance(end, str):
        if not all(period.get(f"{which}Time") or period.get(f"{which}Event") for which in _ENDS):
            return None
        return SunRule(days, _local(start), _local(end))
    length = (end - start) % DAY_MIN or DAY_MIN
    shift = LOCAL_OFFSET_MIN
    return [(day * DAY_MIN + start + shift, day * DAY_MIN + start + shift + length) for day in days]


def _days(value: object) -> frozenset[int] | None:
    names = value if isinstance(value, list) else [value]
    codes = [str(name).upper()[:3] for name in names]
    if "ANY" in codes:
        return frozenset(range(7))
    if not codes or any(code not in ED_DAYS for code in codes):
        return None
    return frozenset(ED_DAYS.index(code) for code in codes)


def _local(bound: str | int) -> str | int:
    return bound if isinstance(bound, str) else (bound + LOCAL_OFFSET_MIN) % DAY_MIN


def _bound(
    period: Mapping[str, Any], which: str, missing: int, field: str, report: Report
) -> str | int | None:
    """Return a period's start or end: an event's OSM name, or minutes of the day in UTC.

    Minutes may lie outside the day where the time has another offset than UTC. A start is
    rounded down and an end up, so that 23:59:59 ends the day.
    """
    event = period.get(f"{which}Event")
    if event:
        return _OSM_EVENTS.get(str(event).upper())
    value = period.get(f"{which}Time")
    if not value:
        return missing
    found = _TIME.fullmatch(str(value))
    if found is None:
        return None
    hours, minutes, seconds, utc, sign, *ahead = found.groups()
    if utc is None and sign is None:
        report.warn("IMPORT_TIME_ZONE_ASSUMED", f"{field}.{which}Time", value, "UTC")
    minute = int(hours) * 60 + int(minutes) + (which == "end" and int(seconds or 0) > 0)
    if minute > DAY_MIN or int(minutes) >= 60:
        return None
    ahead_min = int(ahead[0]) * 60 + int(ahead[1]) if sign else 0
    return minute + ahead_min if sign == "-" else minute - ahead_min

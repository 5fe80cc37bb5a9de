"""Between our opening_hours expressions and the weekly periods of UAS zones (ED-269, ED-318).

Ours are local time (UTC+8); theirs are days and times with a zone, written here in UTC. Both pass
through spans of the local week: minutes from Monday 00:00, half open, an end beyond the week's end
running into the next one.
"""

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from geodata.schedule import Calendar

DAY_MIN = 1440
WEEK_MIN = 7 * DAY_MIN
LOCAL_OFFSET_MIN = 8 * 60
"""Our schedules' local time, ahead of UTC."""

OSM_DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
ED_DAYS = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")
ED_EVENTS = {"dawn": "BMCT", "sunrise": "SR", "sunset": "SS", "dusk": "EECT"}
"""ED-318's codes of the sun's events; OpenStreetMap's dawn and dusk are civil twilight too."""

Span = tuple[int, int]
Period = dict[str, Any]

_WEEKDAY_RULES = re.compile(
    r"24/7|(?:(?:Mo|Tu|We|Th|Fr|Sa|Su)\b|\d\d?:\d\d|\b(?:off|closed|open)\b|[-,; ])+"
)
_DAY_LIST = r"(?:(?:Mo|Tu|We|Th|Fr|Sa|Su)[-,]?)+"
_SUN_RULE = re.compile(
    rf"(?:(?P<days>{_DAY_LIST}) )?(?P<start>[a-z]+|\d\d?:\d\d)-(?P<end>[a-z]+|\d\d?:\d\d)"
)
_SUN_WORDS = re.compile(r"\b(?:dawn|sunrise|sunset|dusk)\b")
_DATE_WORDS = re.compile(
    r"\b(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec|PH|SH|week|easter|\d{4})\b"
)
_MONDAY = dt.date(2026, 1, 5)
_YEAR = [dt.date(2024, 1, 1) + dt.timedelta(days=day) for day in range(366)]
_ROUND_MIN = 5
"""Spans of sun events are rounded outward to this, more than the years differ by."""


@dataclass(frozen=True, slots=True)
class SunRule:
    """Each of `days` from `start` to `end`: an event's OpenStreetMap name, or a local minute."""

    days: frozenset[int]
    start: str | int
    end: str | int


def weekly_spans(expression: str, calendar: Calendar) -> tuple[Span, ...] | None:
    """Return when an expression holds in any week, merged; None if it names dates or holidays.

    One that speaks of weekdays and clock times alone is exact. One with sun events holds as long
    as it does on any such weekday of a year at the calendar's place, and a little longer.
    """
    if _WEEKDAY_RULES.fullmatch(expression):
        days = [_MONDAY + dt.timedelta(days=day) for day in range(7)]
        return merged(_spans_on(expression, calendar, days))
    if _SUN_WORDS.search(expression) and not _DATE_WORDS.search(expression):
        found = _spans_on(expression, calendar, _YEAR)
        return merged(
            (start // _ROUND_MIN * _ROUND_MIN, -(-end // _ROUND_MIN) * _ROUND_MIN)
            for start, end in found
        )
    return None


def _spans_on(expression: str, calendar: Calendar, days: Iterable[dt.date]) -> list[Span]:
    return [
        (day.weekday() * DAY_MIN + start // 60, day.weekday() * DAY_MIN + -(-end // 60))
        for day in days
        for start, end in replace(calendar, day=day).intervals(expression)
    ]


def merged(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Return spans of the week sorted and joined where they meet, over the week's end too."""
    found: list[Span] = []
    cut = [piece for start, end in spans for piece in _within_week(start, end)]
    for start, end in sorted(cut):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    if len(found) > 1 and found[0][0] == 0 and found[-1][1] == WEEK_MIN:
        start, _ = found.pop()
        found = [*found[1:], (start, WEEK_MIN + found[0][1])]
    return tuple(found)


def _within_week(start: int, end: int) -> list[Span]:
    if end - start >= WEEK_MIN:
        return [(0, WEEK_MIN)]
    start, end = start % WEEK_MIN, start % WEEK_MIN + end - start
    return [(start, end)] if end <= WEEK_MIN else [(start, WEEK_MIN), (0, end - WEEK_MIN)]


def sun_rule(expression: str) -> SunRule | None:
    """Return an expression that is one rule with a sun event, such as `Sa,Su sunset-sunrise`."""
    found = _SUN_RULE.fullmatch(expression)
    if found is None or not _SUN_WORDS.search(expression):
        return None
    start, end = _bound(found["start"]), _bound(found["end"])
    days = _days(found["days"]) if found["days"] else frozenset(range(7))
    return None if start is None or end is None or days is None else SunRule(days, start, end)


def _bound(word: str) -> str | int | None:
    if word in ED_EVENTS:
        return word
    hours, colon, minutes = word.partition(":")
    return int(hours) * 60 + int(minutes) if colon else None


def _days(text: str) -> frozenset[int] | None:
    found: set[int] = set()
    for part in text.split(","):
        first, dash, last = part.partition("-")
        if first not in OSM_DAYS or (dash and last not in OSM_DAYS):
            return None
        since, until = OSM_DAYS.index(first), OSM_DAYS.index(last or first)
        found.update(day % 7 for day in range(since, until + (7 if until < since else 0) + 1))
    return frozenset(found)


def periods_of(spans: Sequence[Span], utc: str = "Z") -> list[Period]:
    """Return spans of the local week as periods in UTC, none through midnight UTC.

    `utc` ends a time. A period to the day's end is written as ending at 23:59:59, as there is
    no 24:00 in RFC 3339; `read_periods` takes that second back.
    """
    by_time: dict[Span, set[int]] = {}
    for start, end in spans:
        begin, until = start - LOCAL_OFFSET_MIN, end - LOCAL_OFFSET_MIN
        while begin < until:
            day, minute = divmod(begin, DAY_MIN)
            stop = min(until, (day + 1) * DAY_MIN)
            by_time.setdefault((minute, stop - day * DAY_MIN), set()).add(day % 7)
            begin = stop
    return [
        {"day": ed_days(days), "startTime": _clock(start, utc), "endTime": _clock(end, utc)}
        for (start, end), days in sorted(by_time.items(), key=lambda each: (min(each[1]), each[0]))
    ]


def sun_period(rule: SunRule) -> Period:
    """Return a rule with sun events as an ED-318 period; its days are the local ones."""
    period: Period = {"day": ed_days(rule.days)}
    for name, bound in (("start", rule.start), ("end", rule.end)):
        if isinstance(bound, str):
            period[f"{name}Event"] = ED_EVENTS[bound]
        else:
            period[f"{name}Time"] = _clock((bound - LOCAL_OFFSET_MIN) % DAY_MIN, "Z")
    return period


def ed_days(days: Iterable[int]) -> list[str]:
    """Return days of the week, Monday 0, by their codes; all of them as ANY."""
    listed = sorted(days)
    return ["ANY"] if len(listed) == 7 else [ED_DAYS[day] for day in listed]


def _clock(minute: int, utc: str) -> str:
    if minute == DAY_MIN:
        return f"23:59:59{utc}"
    return f"{minute // 60:02d}:{minute % 60:02d}:00{utc}"


def expression_of(spans: Sequence[Span], rules: Sequence[SunRule] = ()) -> str:
    """Return an opening_hours expression that holds in all spans of the week and by all rules.

    Its parts are joined by commas: after a semicolon a day's later rule would undo its earlier.
    """
    if any(end - start >= WEEK_MIN for start, end in spans):
        return "24/7"
    days_of: dict[str, set[int]] = {}
    for day, text in (piece for span in spans for piece in _pieces(*span)):
        days_of.setdefault(text, set()).add(day)
    times_of: dict[frozenset[int], list[str]] = {}
    for text, days in days_of.items():
        times_of.setdefault(frozenset(days), []).append(text)
    parts = [
        f"{osm_days(days)}{','.join(sorted(times))}"
        for days, times in sorted(times_of.items(), key=lambda each: (min(each[0]), each[1]))
    ]
    parts += [f"{osm_days(rule.days)}{_word(rule.start)}-{_word(rule.end)}" for rule in rules]
    return ", ".join(parts)


def _pieces(start: int, end: int) -> list[tuple[int, str]]:
    """Return the days and times that make a span, in one piece if it is shorter than a day."""
    day, minute = divmod(start, DAY_MIN)
    if end - start < DAY_MIN:
        until = end - day * DAY_MIN
        return [(day % 7, f"{hhmm(minute)}-{hhmm(until if until <= DAY_MIN else until - DAY_MIN)}")]
    pieces = []
    while start < end:
        day, minute = divmod(start, DAY_MIN)
        stop = min(end, (day + 1) * DAY_MIN)
        pieces.append((day % 7, f"{hhmm(minute)}-{hhmm(stop - day * DAY_MIN)}"))
        start = stop
    return pieces


def osm_days(days: Iterable[int]) -> str:
    """Return days of the week, Monday 0, as `Mo-We,Fr `; nothing for all of them."""
    listed = sorted(days)
    if len(listed) == 7:
        return ""
    runs: list[list[int]] = []
    for day in listed:
        if runs and day == runs[-1][-1] + 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    words = (
        OSM_DAYS[run[0]] if len(run) == 1 else f"{OSM_DAYS[run[0]]}-{OSM_DAYS[run[-1]]}"
        for run in runs
    )
    return f"{','.join(words)} "


def _word(bound: str | int) -> str:
    return bound if isinstance(bound, str) else hhmm(bound)


def hhmm(minute: int) -> str:
    """Return a minute of the day as 00:00 to 24:00."""
    return f"{minute // 60:02d}:{minute % 60:02d}"


def is_always(spans: Sequence[Span]) -> bool:
    """Tell whether spans, merged, leave no minute of the week out."""
    return sum(end - start for start, end in spans) >= WEEK_MIN


def applicability(
    expression: str, calendar: Calendar, *, sun_events: bool, utc: str = "Z"
) -> list[Period] | None:
    """Return an expression's periods; None if it holds always, or cannot be written better.

    What cannot be written is written wider: without `sun_events` an expression with one becomes
    the longest clock times of the year, and one with dates, or that never holds, becomes always.
    """
    rule = sun_rule(expression) if sun_events else None
    if rule is not None:
        return [sun_period(rule)]
    spans = weekly_spans(expression, calendar)
    return None if not spans or is_always(spans) else periods_of(spans, utc)

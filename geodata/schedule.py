"""When something is open or active: OpenStreetMap opening_hours expressions, as day seconds.

Parsing, weekdays, dates and sun events come from the opening-hours-py library; this module only
turns its answer for one local day into seconds from that day's midnight.
"""

import datetime as dt
from dataclasses import dataclass, field
from functools import lru_cache
from zoneinfo import ZoneInfo

import opening_hours

DAY_S = 86_400

Intervals = tuple[tuple[int, int], ...]
"""Half-open [from, until) pairs in seconds from midnight, sorted, disjoint."""

ALWAYS: Intervals = ((0, DAY_S),)

_SECOND = dt.timedelta(seconds=1)


def parse_error(expression: str) -> str | None:
    """Return why `expression` is not an opening_hours expression, or None if it is one."""
    if opening_hours.validate(expression):
        return None
    return "not an OpenStreetMap opening_hours expression"


@dataclass(frozen=True, slots=True)
class Calendar:
    """A local day at a place: what an expression means depends on all three.

    `lon`, `lat` in degrees (WGS-84) fix sunrise and sunset; `timezone` is an IANA name. `midnight`
    is the day's first instant, aware.
    """

    day: dt.date
    timezone: str
    lon: float
    lat: float
    midnight: dt.datetime = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        first = dt.datetime.combine(self.day, dt.time(0), ZoneInfo(self.timezone))
        object.__setattr__(self, "midnight", first)

    def intervals(self, expression: str) -> Intervals:
        """Return when `expression` is open on the day. It must have been parsed before."""
        return _intervals(expression, self)

    def seconds(self, instant: dt.datetime) -> int:
        """Return whole seconds from the day's midnight to an aware `instant`, rounded down."""
        since = instant - self.midnight  # of a negative one the seconds count from its days up
        return since.days * DAY_S + since.seconds

    def instant(self, seconds: int) -> dt.datetime:
        """Return the aware local time `seconds` after midnight."""
        return self.midnight + seconds * _SECOND


@lru_cache(maxsize=4096)
def _intervals(expression: str, calendar: Calendar) -> Intervals:
    if expression == "24/7":
        return ALWAYS
    midnight = calendar.midnight
    hours = opening_hours.OpeningHours(
        expression,
        timezone=ZoneInfo(calendar.timezone),
        coords=(calendar.lat, calendar.lon),
        auto_country=False,
    )
    found: list[tuple[int, int]] = []
    for start, end, state, _ in hours.intervals(midnight, midnight + dt.timedelta(days=1)):
        if state != opening_hours.State.OPEN:
            continue
        begin, until = calendar.seconds(start), min(DAY_S, calendar.seconds(end))
        if found and found[-1][1] == begin:
            begin = found.pop()[0]
        found.append((begin, until))
    return tuple(found)


def contains(intervals: Intervals, begin: int, end: int) -> bool:
    """Tell whether one interval covers all of [begin, end]."""
    return any(start <= begin and end <= until for start, until in intervals)


def overlaps(intervals: Intervals, begin: int, end: int) -> bool:
    """Tell whether any interval meets [begin, end) in more than a point."""
    return any(start < end and begin < until for start, until in intervals)

"""Schedules pass between opening_hours and the weekly periods of ED-269 and ED-318 unchanged."""

import datetime as dt
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.formats.uas_report import Report
from geodata.formats.uas_schedule import (
    WEEK_MIN,
    applicability,
    expression_of,
    merged,
    periods_of,
    weekly_spans,
)
from geodata.formats.uas_times import ALWAYS, read_times
from geodata.schedule import Calendar, parse_error

MONDAY = dt.date(2026, 3, 2)
CALENDAR = Calendar(MONDAY, "Asia/Hong_Kong", 114.06, 22.51)
SPAN = st.tuples(st.integers(0, WEEK_MIN - 1), st.integers(1, 3000)).map(
    lambda each: (each[0], each[0] + each[1])
)


def open_on(expression: str, days: int = 14) -> list[Any]:
    """Return when an expression holds on each of some days from a Monday."""
    assert parse_error(expression) is None, expression
    return [
        Calendar(
            MONDAY + dt.timedelta(days=day), CALENDAR.timezone, CALENDAR.lon, CALENDAR.lat
        ).intervals(expression)
        for day in range(days)
    ]


def read(listed: Any) -> tuple[str, list[str]]:
    """Return the expression of a limitedApplicability, and the codes of what was assumed."""
    report = Report("zones.json", [])
    expression = read_times(listed, "limitedApplicability", report)
    return expression, [each.code for each in report.faults]


@settings(derandomize=True, max_examples=150, deadline=None)
@given(st.lists(SPAN, min_size=1, max_size=6))
def test_spans_of_the_week_survive_both_formats(spans: list[tuple[int, int]]) -> None:
    """The expression of spans holds in just those, and so does what is read back of its periods."""
    whole = merged(spans)
    expression = expression_of(whole)
    assert weekly_spans(expression, CALENDAR) == whole
    for utc in ("Z", ".00Z"):
        again, assumed = read([{"schedule": periods_of(whole, utc)}])
        assert (again, assumed) == (expression, [])


@pytest.mark.parametrize(
    "expression",
    [
        "Tu 14:00-15:30",
        "22:45-06:15",
        "Mo-Fr 08:00-12:00,14:00-18:00; Sa 09:00-12:00",
        "Su 20:00-24:00, Mo 00:00-08:00",
        "Mo-Fr 08:00-18:00; We off",
        "Sa,Su 00:00-24:00",
    ],
)
def test_a_weekly_schedule_is_kept_in_utc(expression: str) -> None:
    """What an export makes of a weekly schedule is read as open at the same times."""
    periods = applicability(expression, CALENDAR, sun_events=True)
    again, assumed = read([{"schedule": periods}])
    assert open_on(again) == open_on(expression)
    assert assumed == []


def test_no_period_runs_through_midnight_utc() -> None:
    """22:45 to 06:15 is one period in UTC; 07:00 to 09:00 is two, as 08:00 is UTC's midnight."""
    assert applicability("22:45-06:15", CALENDAR, sun_events=True) == [
        {"day": ["ANY"], "startTime": "14:45:00Z", "endTime": "22:15:00Z"}
    ]
    assert applicability("Tu 07:00-09:00", CALENDAR, sun_events=True) == [
        {"day": ["MON"], "startTime": "23:00:00Z", "endTime": "23:59:59Z"},
        {"day": ["TUE"], "startTime": "00:00:00Z", "endTime": "01:00:00Z"},
    ]


@pytest.mark.parametrize("expression", ["sunset-sunrise", "Sa-Su dawn-dusk", "22:00-sunrise"])
def test_ed318_has_the_suns_events(expression: str) -> None:
    periods = applicability(expression, CALENDAR, sun_events=True)
    assert read([{"schedule": periods}]) == (expression, [])


def test_without_sun_events_a_night_is_the_longest_of_the_year() -> None:
    periods = applicability("sunset-sunrise", CALENDAR, sun_events=False)
    again, _ = read([{"schedule": periods}])
    year = [dt.date(2026, 1, 1) + dt.timedelta(days=day) for day in range(0, 365, 7)]
    for day in year:
        calendar = Calendar(day, CALENDAR.timezone, CALENDAR.lon, CALENDAR.lat)
        held = calendar.intervals(again)
        for start, end in calendar.intervals("sunset-sunrise"):
            assert any(since <= start and end <= until for since, until in held)
    assert open_on(again) != open_on(ALWAYS)


@pytest.mark.parametrize("expression", ["24/7", "2026 Jan 01-2026 Mar 31", "PH 10:00-12:00", "off"])
def test_what_a_week_cannot_say_is_written_as_always(expression: str) -> None:
    assert applicability(expression, CALENDAR, sun_events=True) is None


@pytest.mark.parametrize(
    ("period", "expression"),
    [
        ({"startDateTime": "2026-03-01T16:00:00Z"}, "2026 Mar 02+ 00:00-24:00"),
        (
            {"startDateTime": "2026-03-02T06:00:00Z", "endDateTime": "2026-03-02T08:00:00Z"},
            "2026 Mar 02 14:00-16:00",
        ),
        (
            {"startDateTime": "2026-03-02T06:00:00.38Z", "endDateTime": "2026-03-05T08:00+08:00"},
            "2026 Mar 02 14:00-24:00, 2026 Mar 03-2026 Mar 04 00:00-24:00, 2026 Mar 05 00:00-08:00",
        ),
        ({"endDateTime": "2026-03-31T15:59:59Z"}, "1970 Jan 01-2026 Mar 31 00:00-24:00"),
        ({"endDateTime": "9999-12-31T23:59:59Z"}, ALWAYS),
    ],
)
def test_a_window_without_a_schedule_is_read_to_the_minute(
    period: dict[str, str], expression: str
) -> None:
    assert read([period]) == (expression, [])
    assert parse_error(expression) is None


def test_a_window_with_a_schedule_is_read_by_whole_days_and_says_so() -> None:
    daily = {"day": ["MON", "Tue"], "startTime": "01:00Z", "endTime": "02:00Z"}
    window = {"startDateTime": "2026-03-02T06:00:00Z", "endDateTime": "2026-03-31T16:00:00Z"}
    expression, assumed = read([{**window, "schedule": [daily]}])
    assert expression == "2026 Mar 02-2026 Mar 31 Mo-Tu 09:00-10:00"
    assert assumed == ["IMPORT_SCHEDULE_WIDENED"]
    assert [len(each) for each in open_on(expression)] == [1, 1, 0, 0, 0, 0, 0] * 2


@pytest.mark.parametrize(
    "listed",
    [
        "weekdays",
        [{"permanent": "YES", "startDateTime": "2026-03-02T06:00:00Z"}],
        [{"schedule": [{"day": ["NEVER"], "startTime": "01:00Z", "endTime": "02:00Z"}]}],
        [{"schedule": [{"day": ["MON"], "startTime": "25:61Z", "endTime": "02:00Z"}]}],
        [{"schedule": [{"day": ["MON"], "startEvent": "NOON", "endTime": "02:00Z"}]}],
        [{"schedule": [{"day": ["MON"], "startEvent": "SS"}]}],
        [{"startDateTime": "2026-03-02T06:00Z", "endDateTime": "2026-03-01T06:00Z"}],
        [{"startDateTime": "soon"}],
    ],
)
def test_times_that_cannot_be_read_are_always_and_say_so(listed: Any) -> None:
    expression, assumed = read(listed)
    assert expression == ALWAYS
    assert "IMPORT_SCHEDULE_WIDENED" in assumed


def test_a_time_without_a_zone_is_read_as_utc_and_says_so() -> None:
    daily = {"day": ["ANY"], "startTime": "06:00", "endTime": "07:30:00"}
    assert read([{"schedule": [daily]}]) == ("14:00-15:30", ["IMPORT_TIME_ZONE_ASSUMED"] * 2)
    naive = [{"startDateTime": "2026-03-01T16:00:00"}]
    assert read(naive) == ("2026 Mar 02+ 00:00-24:00", ["IMPORT_TIME_ZONE_ASSUMED"])


def test_an_offset_counts_and_several_periods_add_up() -> None:
    daily = {"day": ["ANY"], "startTime": "14:00:00+08:00", "endTime": "10:30:00-01:00"}
    window = {"endDateTime": "2026-03-01T16:00:00Z"}
    expression, assumed = read([{"schedule": [daily]}, window])
    assert expression == "14:00-19:30, 1970 Jan 01-2026 Mar 01 00:00-24:00"
    assert assumed == []
    assert read([window, {"permanent": "YES"}]) == (ALWAYS, ["IMPORT_SCHEDULE_WIDENED"])


def test_days_and_times_are_written_as_people_write_them() -> None:
    spans = merged([(0, 600), (1440 + 0, 1440 + 600), (3 * 1440, 3 * 1440 + 600), (9000, 9060)])
    assert expression_of(spans) == "Mo-Tu,Th 00:00-10:00, Su 06:00-07:00"
    assert expression_of([(0, WEEK_MIN)]) == ALWAYS
    assert expression_of(merged([(1000, 4000)])) == (
        "Mo 16:40-24:00, Tu 00:00-24:00, We 00:00-18:40"
    )

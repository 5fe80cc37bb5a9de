"""The timeline: a row a drone, what each does, what checkpoints hold."""

import struct
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from matplotlib.colors import to_hex

from geodata.network import Network
from planner.draw import palette
from planner.draw.conditions import conditions, no_flying, strongest_wind
from planner.draw.labels import overlapping, text_boxes
from planner.draw.timeline import activities, draw_timeline, drone_rows, timeline_figure
from planner.plan.occupation import bays_held, pads_held, steps
from planner.plan.plan import Event, Plan, Stop
from planner.request.request import Request
from planner.request.weather import CALM, WeatherWarning
from tests.geodata.small import changed, small_network, without
from tests.planner.fakes import DAY, at, fake_day, fake_plan, fake_request

Day = tuple[Network, Request, Plan]


@pytest.fixture(params=["small", "shipped"])
def day(request: pytest.FixtureRequest) -> Day:
    return fake_day(request.param)


def test_the_timeline_is_1600_pixels_wide_and_the_same_every_time(day: Day, tmp_path: Path) -> None:
    network, request, plan = day
    for name in ("once.png", "again.png"):
        draw_timeline(plan, network, request, tmp_path / name)
    content = (tmp_path / "once.png").read_bytes()
    assert struct.unpack(">I", content[16:20]) == (1600,)
    assert content == (tmp_path / "again.png").read_bytes()


def test_no_two_texts_overlap_and_all_are_inside_the_picture(day: Day) -> None:
    network, request, plan = day
    figure = timeline_figure(plan, network, request)
    assert overlapping(figure) == []
    for text, (left, bottom, right, top) in text_boxes(figure):
        assert left >= 0, text
        assert bottom >= 0, text
        assert right <= 1600, text
        assert top <= figure.bbox.height, text


def test_hours_are_ruled_finer_on_a_short_day() -> None:
    network, request, plan = fake_day("small")
    short = replace(plan, sorties=plan.sorties[:1])
    shown = [text for text, _ in text_boxes(timeline_figure(short, network, request))]
    assert any(text.endswith(":15") for text in shown)
    shown = [text for text, _ in text_boxes(timeline_figure(plan, network, request))]
    assert not any(text.endswith(":15") for text in shown)


def test_every_drone_has_a_row_under_its_base(day: Day) -> None:
    network, request, plan = day
    rows = drone_rows(network, request)
    assert sorted(row.id for row in rows if not row.heading) == sorted(request.drones)
    heading = ""
    for row in rows:
        if row.heading:
            heading = row.label
        else:
            assert heading == network.sites[request.drones[row.id].base].name
    shown = [text for text, _ in text_boxes(timeline_figure(plan, network, request))]
    assert {row.label for row in rows} <= set(shown)


def test_names_are_shown_as_they_are_written() -> None:
    network, request, plan = fake_day("small")
    for each in ("SZ-V1", "SZ-EVENT", "SZ-C1"):
        network = changed(network, each, name="Cost $5 or $x_{$")
    shown = [text for text, _ in text_boxes(timeline_figure(plan, network, request))]
    assert shown.count("Cost $5 or $x_{$") == 3


def test_checkpoints_of_the_same_name_each_have_their_rows() -> None:
    network, request, plan = fake_day("small")
    network = changed(network, "SZ-C1", name="Customs")
    network = changed(network, "HK-C1", name="Customs")
    shown = [text for text, _ in text_boxes(timeline_figure(plan, network, request))]
    assert shown.count("Customs") == 2
    assert shown.count("2 bays") == 3


def test_rows_do_not_overlap_and_the_picture_grows_with_the_fleet() -> None:
    network = small_network()
    heights = []
    for drones in (3, 12, 41):
        request = fake_request(network, 20, drones)
        rows = drone_rows(network, request)
        assert all(a.bottom_px == b.top_px for a, b in pairwise(rows))
        heights.append(timeline_figure(fake_plan(network, request), network, request).bbox.height)
    assert heights == sorted(set(heights))


def test_rows_are_thinner_above_forty_drones_and_still_readable() -> None:
    network = small_network()
    usual, many = fake_request(network, 20, 40), fake_request(network, 60, 41)
    assert drone_rows(network, many)[-1].height_px < drone_rows(network, usual)[-1].height_px
    assert overlapping(timeline_figure(fake_plan(network, many), network, many)) == []


def test_activities_fill_a_sortie_without_a_gap(day: Day) -> None:
    network, _, plan = day
    calendar = network.calendar(DAY)
    for sortie in plan.sorties:
        spans = [span for _, span in activities(sortie, calendar)]
        assert spans[0][0] == calendar.seconds(sortie.stops[0].arrive)
        assert spans[-1][1] == calendar.seconds(sortie.stops[-1].depart)
        assert all(a[1] == b[0] for a, b in pairwise(spans))


def test_a_flight_is_loaded_if_it_has_orders_and_time_without_event_is_waiting() -> None:
    network, _, plan = fake_day("small")
    calendar = network.calendar(DAY)
    for sortie in plan.sorties:
        flown = [kind for kind, _ in activities(sortie, calendar) if kind in ("loaded", "empty")]
        assert flown == ["loaded" if leg.orders else "empty" for leg in sortie.legs]
    waited = sum(
        kind == "waiting" for sortie in plan.sorties for kind, _ in activities(sortie, calendar)
    )
    assert waited == sum(len(sortie.legs) for sortie in plan.sorties)


def test_steps_count_what_is_held_from_each_change_on() -> None:
    seconds, held = steps([(0, 10), (5, 20), (10, 15)])
    assert seconds.tolist() == [0, 5, 10, 15, 20]
    assert held.tolist() == [1, 2, 2, 1, 0]


def test_a_stop_holds_a_pad_throughout_and_a_bay_for_each_run_of_clearances() -> None:
    network, _, plan = fake_day("small")
    calendar = network.calendar(DAY)
    events = (
        Event(kind="export", order="A", start=at(110), end=at(120)),
        Event(kind="export", order="B", start=at(130), end=at(140)),
        Event(kind="unload", order="C", start=at(140), end=at(150)),
        Event(kind="import", order="D", start=at(150), end=at(160)),
    )
    stop = Stop(place="SZ-C1", arrive=at(100), depart=at(200), events=events)
    sortie = replace(plan.sorties[0], stops=(plan.sorties[0].stops[0], stop))
    plan = replace(plan, sorties=(sortie,))
    assert pads_held(plan, "SZ-C1", calendar) == [(100, 200)]
    assert bays_held(plan, "SZ-C1", calendar) == [(110, 140), (150, 160)]


def test_occupation_over_capacity_is_drawn_in_red_and_counted() -> None:
    network, request, plan = fake_day("small")
    sortie = next(
        each
        for each in plan.sorties
        if any(stop.place in network.checkpoints for stop in each.stops)
    )
    checkpoints = {stop.place for stop in sortie.stops} & set(network.checkpoints)
    assert checkpoints
    for times, over in ((1, 0), (9, 2 * len(checkpoints))):
        many = tuple(replace(sortie, id=f"S{number}") for number in range(times))
        figure = timeline_figure(replace(plan, sorties=many), network, request)
        red = [
            each
            for each in figure.axes[-1].collections
            if to_hex(np.asarray(each.get_facecolor())[0]) == palette.OVER
            and each.get_paths()[0].get_extents().height > 0
        ]
        assert len(red) == over
        shown = [text for text, _ in text_boxes(figure)]
        assert shown.count(f"at most {times}") == 2 * len(checkpoints)


def test_wind_is_that_of_the_windiest_height_and_equal_hours_are_one_bar() -> None:
    request = fake_request(small_network(), 1, 1)
    winds = strongest_wind(request, small_network().calendar(DAY))
    assert ((14 * 3600, 15 * 3600), 14.0) in winds
    assert all(a[1] != b[1] for a, b in pairwise(winds))


def test_no_flying_is_wind_at_the_lowest_limit_and_stop_warnings_only() -> None:
    network = small_network()
    request = fake_request(network, 1, 4)
    calendar = network.calendar(DAY)
    assert no_flying(request, calendar) == [(14 * 3600, 15 * 3600)]
    stop = WeatherWarning(kind="T8", since=at(36_000), until=at(39_600))
    stormy = replace(request, weather=replace(request.weather, warnings=(stop,)))
    assert (36_000, 39_600) in no_flying(stormy, calendar)
    assert no_flying(replace(request, weather=CALM), calendar) == []


def test_conditions_name_closing_zones_active_for_part_of_the_time_shown() -> None:
    network = small_network()
    request = replace(fake_request(network, 1, 1), weather=CALM)
    calendar = network.calendar(DAY)

    def named(network: Network, shown: tuple[int, int]) -> list[str]:
        return [each.name for each in conditions(network, request, calendar, shown)]

    event = network.zones["SZ-EVENT"].name
    assert named(network, (8 * 3600, 20 * 3600)) == [event]
    assert named(network, (12 * 3600, 20 * 3600)) == []
    assert named(changed(network, "SZ-EVENT", kind="permission"), (8 * 3600, 20 * 3600)) == []


def test_a_day_without_sorties_weather_or_checkpoints_is_drawn() -> None:
    network, request, plan = fake_day("small")
    bare = without(network, "SZ-C1", "HK-C1", "HK-J1", "SZ-EVENT")
    request = replace(request, weather=CALM)
    figure = timeline_figure(replace(plan, sorties=()), bare, request)
    shown = [text for text, _ in text_boxes(figure)]
    assert "07:00" in shown
    assert "20:00" in shown

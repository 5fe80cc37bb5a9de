"""The map: its size, what it names, what it says of itself."""

import struct
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure

from geodata.network import Network
from planner.draw import palette
from planner.draw.labels import overlapping, text_boxes
from planner.draw.map import draw_map, map_figure
from planner.draw.map_layers import draw_corridors, draw_flights, draw_places
from planner.draw.picture import new_figure
from planner.plan.plan import Plan
from planner.request.request import Request
from tests.geodata.small import changed, small_network, without
from tests.planner.fakes import fake_day, fake_plan, fake_request, shipped_network

Day = tuple[Network, Request, Plan]


@pytest.fixture(params=["small", "shipped"])
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def day(name: str) -> Day:
    return fake_day(name)


@pytest.fixture
def figure(name: str) -> Figure:
    return drawn(name)


@cache
def drawn(name: str) -> Figure:
    """Return the map of a fake day, drawn once for the tests that only read it."""
    network, _, plan = fake_day(name)
    return map_figure(plan, network)


def texts(figure: Figure) -> str:
    """Return all texts of a figure, each on a line, their own line breaks as spaces."""
    return "\n".join(text.replace("\n", " ") for text, _ in text_boxes(figure))


def size_px(path: Path) -> tuple[int, int]:
    """Return width and height from a PNG's header (PNG specification, 11.2.2)."""
    width, height = struct.unpack(">II", path.read_bytes()[16:24])
    return width, height


def test_the_map_is_1600_by_1200_pixels_and_the_same_every_time(day: Day, tmp_path: Path) -> None:
    network, _, plan = day
    for each in ("once.png", "again.png"):
        draw_map(plan, network, tmp_path / each)
    assert size_px(tmp_path / "once.png") == (1600, 1200)
    assert (tmp_path / "once.png").read_bytes() == (tmp_path / "again.png").read_bytes()


def test_no_two_texts_overlap_and_all_are_inside_the_picture(figure: Figure) -> None:
    assert overlapping(figure) == []
    for text, (left, bottom, right, top) in text_boxes(figure):
        assert left >= 0, text
        assert bottom >= 0, text
        assert right <= 1600, text
        assert top <= 1200, text


def test_every_site_is_named(day: Day, figure: Figure) -> None:
    network, _, _ = day
    named = texts(figure)
    assert [site.name for site in network.sites.values() if site.name not in named] == []


def test_every_drone_that_flies_is_in_the_legend(day: Day, figure: Figure) -> None:
    _, _, plan = day
    lines = texts(figure).split("\n")
    assert {sortie.drone for sortie in plan.sorties} <= set(lines)


def test_a_fleet_too_large_for_the_legend_is_counted() -> None:
    network = small_network()
    plan = fake_plan(network, fake_request(network, 120, 60))
    figure = map_figure(plan, network)
    flying = len({sortie.drone for sortie in plan.sorties})
    assert f"+ {flying - 47}" in texts(figure).split("\n")
    assert overlapping(figure) == []


def test_the_map_says_day_edition_credit_notice_and_that_it_is_not_for_navigation(
    day: Day, figure: Figure
) -> None:
    network, _, _ = day
    said = texts(figure)
    assert "flights of 2026-12-01" in said
    assert f"edition {network.edition[:12]}" in said
    assert "NOT FOR NAVIGATION" in said
    assert "OpenStreetMap contributors (ODbL" in said
    assert "data.gov.hk" in said
    assert network.info.notice in said
    assert "Shenzhen".upper() in said.replace(" ", "")
    assert "HONGKONG" in said.replace(" ", "")


def test_without_a_plan_the_network_alone_is_drawn(tmp_path: Path) -> None:
    network = shipped_network()
    draw_map(None, network, tmp_path / "network.png")
    assert size_px(tmp_path / "network.png") == (1600, 1200)
    figure = map_figure(None, network)
    assert "Flights by drone" not in texts(figure)
    assert overlapping(figure) == []


def test_a_plan_without_sorties_is_drawn() -> None:
    network, _, plan = fake_day("small")
    figure = map_figure(replace(plan, sorties=()), network)
    assert "0 drones, 0 sorties" in texts(figure)


def test_the_legend_explains_illustrative_features_only_where_there_are_some() -> None:
    network = small_network()
    assert "illustrative" in texts(map_figure(None, network))
    for layer in network.features.values():
        for feature in layer:
            network = changed(network, feature.id, confidence="published")
    assert "illustrative" not in texts(map_figure(None, network))


def test_the_legend_shows_only_zone_kinds_that_the_network_has() -> None:
    network = small_network()
    assert "prohibited zone" in texts(map_figure(None, network))
    assert "prohibited zone" not in texts(map_figure(None, without(network, "HK-NATURE")))


def test_illustrative_corridors_are_dashed_and_illustrative_places_hollow() -> None:
    network = changed(small_network(), "SZ-1", confidence="published")
    network = changed(network, "SZ-V2", confidence="published")
    axes = new_figure(400, 400).add_axes((0, 0, 1, 1))
    draw_corridors(axes, network)
    lines = dict(zip(network.corridors, axes.lines, strict=True))
    assert [each for each, line in lines.items() if line.get_linestyle() == "-"] == ["SZ-1"]
    axes.clear()
    draw_places(axes, network)
    at = network.metric["SZ-V2"]
    filled = [line for line in axes.lines if line.get_markerfacecolor() == palette.VERTIPORT]
    assert any(np.array_equal(line.get_xydata(), [[at.x, at.y]]) for line in filled)
    hollow = [line for line in axes.lines if line.get_markerfacecolor() == "white"]
    assert len(hollow) == len(network.places) - 1


def test_flights_of_drones_in_one_lane_lie_side_by_side_right_of_its_line() -> None:
    network = small_network()
    axes = new_figure(400, 400).add_axes((0, 0, 1, 1))
    flights = {"SZ-5-F": {"D1": 3, "D2": 1}}
    colours = {"D1": "#ff0000", "D2": "#0000ff"}
    draw_flights(axes, network, flights, colours, m_per_px=5)
    (ribbon,) = axes.collections
    assert isinstance(ribbon, LineCollection)
    first_y, second_y = (np.asarray(path.vertices)[:, 1].mean() for path in ribbon.get_paths())
    line_y = network.lane_line("SZ-5-F").centroid.y
    assert line_y > first_y > second_y
    first_pt, second_pt = np.asarray(ribbon.get_linewidth())
    assert first_pt > 2 * second_pt
    apart_pt = (first_y - second_y) / 5 * 72 / 100
    assert apart_pt == pytest.approx((first_pt + second_pt) / 2, rel=0.05)


def test_names_are_shown_as_they_are_written() -> None:
    network = changed(small_network(), "SZ-V1", name="Cost $5 or $x_{$")
    assert "Cost $5 or $x_{$" in texts(map_figure(None, network))


def test_an_unwritable_path_raises_os_error(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="missing"):
        draw_map(None, small_network(), tmp_path / "missing" / "map.png")


def test_drones_have_colours_of_their_own_that_do_not_depend_on_order() -> None:
    ids = [f"D{number:02d}" for number in range(60)]
    colours = palette.drone_colours(ids)
    assert len(set(colours.values())) == 60
    assert palette.drone_colours(reversed(ids)) == colours

"""Shapes by themselves, and what holds for the whole network."""

from dataclasses import replace

import pytest
import shapely

from geodata.check import check_network
from planner.testing.layout import box, point
from tests.geodata.findings import codes, only
from tests.geodata.small import reshaped, small_network

SQUARE = box(-2500, -1500, -1800, -800)


@pytest.mark.parametrize(
    ("lon", "lat", "code"),
    [
        (22.5, 114.1, "AXES_SWAPPED"),
        (-22.5, 114.1, "AXES_SWAPPED"),
        (200, 22.5, "COORDINATE_RANGE"),
    ],
)
def test_coordinates_are_lon_lat_degrees_on_the_globe(lon: float, lat: float, code: str) -> None:
    found = only(reshaped(small_network(), "HK-HILL", shapely.Point(lon, lat)), code)
    assert (found.source, found.item, found.field) == ("obstacles", "HK-HILL", "geometry")


def test_a_coordinate_is_near_the_rest_of_the_network() -> None:
    """Null Island, or a mistyped degree: nothing there can be sampled or put on a side."""
    for lon, lat in ((0, 0), (112.08, 22.5)):
        found = only(
            reshaped(small_network(), "HK-HILL", shapely.Point(lon, lat)), "COORDINATE_FAR"
        )
        assert found.value == f"{lon:g}, {lat:g}"
        assert found.limit == "within 1° of 114.08, 22.52"


def test_swapped_axes_are_shown_the_right_way_round() -> None:
    swapped = shapely.transform(SQUARE, lambda lonlat: lonlat[:, ::-1])
    found = only(reshaped(small_network(), "HK-NATURE", swapped), "AXES_SWAPPED")
    assert found.value.endswith("at 5 of 5 positions")
    assert found.limit.startswith("lon, lat: 114.0")


def test_a_ring_does_not_cross_itself() -> None:
    bow = shapely.Polygon([(114.0, 22.5), (114.01, 22.51), (114.01, 22.5), (114.0, 22.51)])
    found = only(reshaped(small_network(), "HK-NATURE", bow), "RING_INVALID")
    assert found.value == "Self-intersection[114.005 22.505]"


def test_a_ring_encloses_an_area() -> None:
    flat = shapely.Polygon([(114.0, 22.5), (114.01, 22.5), (114.02, 22.5), (114.0, 22.5)])
    assert only(reshaped(small_network(), "HK-NATURE", flat), "RING_AREA")


def test_a_ring_against_the_right_hand_rule_is_a_warning() -> None:
    found = only(reshaped(small_network(), "HK-NATURE", SQUARE.reverse()), "RING_ORIENTATION")
    assert found.severity == "warning"


def test_holes_run_the_other_way() -> None:
    hole = shapely.get_coordinates(box(-2400, -1400, -2300, -1300))
    wrong = shapely.Polygon(shapely.get_coordinates(SQUARE), [hole])
    right = shapely.Polygon(shapely.get_coordinates(SQUARE), [hole[::-1]])
    assert codes(reshaped(small_network(), "HK-NATURE", wrong)) == {"RING_ORIENTATION"}
    assert codes(reshaped(small_network(), "HK-NATURE", right)) == set()


def test_every_part_of_a_multipolygon_is_looked_at() -> None:
    other = box(-2500, -2500, -1800, -1600)
    both = shapely.MultiPolygon([SQUARE, other.reverse()])
    assert codes(reshaped(small_network(), "HK-NATURE", both)) == {"RING_ORIENTATION"}


def test_a_line_that_stands_still_is_no_line() -> None:
    here = point(-2500, 1300)
    found = only(
        reshaped(small_network(), "SZ-WIRES", shapely.LineString([here, here])), "LINE_NOT_SIMPLE"
    )
    assert found.value == "all positions the same"


def test_a_line_that_turns_back_on_itself_is_not_simple() -> None:
    way = shapely.LineString([(114.05, 22.54), (114.06, 22.54), (114.055, 22.54)])
    found = only(reshaped(small_network(), "SZ-WIRES", way), "LINE_NOT_SIMPLE")
    assert found.value == "turns back on itself"


def test_an_unsound_shape_does_not_hide_other_faults() -> None:
    """What names the unsound feature is not at fault for that."""
    bow = shapely.Polygon([(114.0, 22.5), (114.01, 22.51), (114.01, 22.5), (114.0, 22.51)])
    network = reshaped(small_network(), "SZ-STRIP", bow)
    network = reshaped(network, "SZ-V1", point(-990, 1000))
    assert [fault.code for fault in check_network(network)] == [
        "CORRIDOR_END_OFF_PLACE",
        "RING_INVALID",
    ]


@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:2263", "EPSG:999999"])
def test_the_metric_crs_is_projected_and_in_metres(crs: str) -> None:
    """Degrees, US survey feet, unknown to the EPSG database."""
    info = replace(small_network().info, metric_crs=crs)
    found = only(replace(small_network(), info=info), "CRS_UNKNOWN")
    assert (found.source, found.field) == ("network.json", "metric_crs")


@pytest.mark.parametrize("timezone", ["Asia/Hetao", "../etc", ""])
def test_the_time_zone_is_an_iana_name(timezone: str) -> None:
    info = replace(small_network().info, timezone=timezone)
    assert only(replace(small_network(), info=info), "TIMEZONE_UNKNOWN").value == timezone

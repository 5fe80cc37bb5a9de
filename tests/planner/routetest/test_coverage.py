"""Coverage counts what tests fly over and what decides, of all that there is."""

import datetime as dt

import pytest

from planner.draw_route_tests import coverage_figure
from planner.routetest.coverage import coverage
from planner.routetest.outcome import merged
from tests.geodata.small import small_network
from tests.planner.routetest.given import outcome

DAY = dt.date(2026, 12, 1)


def test_a_route_touches_its_lanes_corridors_checkpoint_zones_and_hours() -> None:
    touched = outcome(depart="09:58").touched
    assert "SZ-1-F" in touched["lane"]
    assert "SZ-1" in touched["corridor"]
    assert touched["checkpoint"] == {"HK-J1"}
    assert "SZ-STRIP" in touched["zone"]
    assert touched["hour"] == {"09", "10"}
    assert touched["rule"] == frozenset()


def test_a_refusal_touches_the_rule_and_the_zone_that_decided() -> None:
    when = {"activate": "SZ-EVENT", "close": ["X-A", "SZ-C1"]}
    touched = outcome({}, when, **{"from": "SZ-V2"}, to="HK-V2").touched
    assert "ZONE_ACTIVE" in touched["rule"]
    assert "SZ-EVENT" in touched["zone"]


def test_what_is_not_touched_is_missing_and_counts() -> None:
    network = small_network()
    touched = outcome().touched
    found = coverage(network, [DAY], [touched])
    assert found.share("checkpoint") == pytest.approx(1 / 3)
    assert found.missing["checkpoint"] == ("HK-C1", "SZ-C1")
    assert set(found.missing["lane"]) == set(network.lanes) - touched["lane"]
    assert 0 < found.share() < 1
    assert coverage(network, [DAY], []).share("lane") == 0
    document = found.document()
    assert document["lanes"]["untouched"] == list(found.missing["lane"])
    assert document["hours_of_day"]["touched"] == ["09"]


def test_tests_add_up() -> None:
    there, back = outcome().touched, outcome(**{"from": "HK-V1"}, to="SZ-V1").touched
    assert merged(there, back)["lane"] == there["lane"] | back["lane"]


def test_the_map_shows_every_lane_once() -> None:
    found = coverage(small_network(), [DAY], [outcome().touched])
    (lanes,) = (each for each in coverage_figure(found).axes[0].collections if each.zorder == 6)
    assert len(lanes.get_paths()) == len(small_network().lanes)

"""Coverage counts what tests fly over and what decides, of all that there is."""

import datetime as dt

import pytest

from geodata.check import check_network
from geodata.faults import errors
from planner.draw.route_tests import coverage_figure
from planner.routetest.coverage import coverage, unjoined
from planner.routetest.outcome import merged
from tests.geodata.small import small_network, without
from tests.planner.routetest.given import outcome, scenes

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


def test_the_rule_that_lanes_must_join_counts_only_where_they_do_not() -> None:
    joined = small_network()
    # In Shenzhen two halves, joined by way of Hong Kong: the check of a network lets that pass.
    split = without(without(joined, "SZ-4"), "SZ-5")
    assert not errors(check_network(split))
    assert not unjoined(joined)
    assert "NO_ROUTE" not in coverage(joined, [DAY], []).known["rule"]
    assert "NO_ROUTE" in coverage(split, [DAY], []).known["rule"]
    assert outcome({"refused": "NO_ROUTE"}, on=scenes(split), to="SZ-V2").passed


def test_tests_add_up() -> None:
    there, back = outcome().touched, outcome(**{"from": "HK-V1"}, to="SZ-V1").touched
    assert merged(there, back)["lane"] == there["lane"] | back["lane"]


def test_the_map_shows_every_lane_once() -> None:
    found = coverage(small_network(), [DAY], [outcome().touched])
    (lanes,) = (each for each in coverage_figure(found).axes[0].collections if each.zorder == 6)
    assert len(lanes.get_paths()) == len(small_network().lanes)

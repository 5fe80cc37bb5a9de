"""A plan as GeoJSON: valid, in three dimensions, complete."""

import datetime as dt
import json
from itertools import pairwise
from typing import Any

import pytest
import shapely

from geodata.network import Network
from planner.export.geojson import plan_geojson
from planner.plan.plan import Plan
from planner.request.request import Request
from tests.planner.fakes import fake_day

Day = tuple[Network, Request, Plan]


@pytest.fixture(params=["small", "shipped"])
def day(request: pytest.FixtureRequest) -> Day:
    return fake_day(request.param)


def of_kind(collection: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [each for each in collection["features"] if each["properties"]["kind"] == kind]


def test_it_is_json_without_loss_and_each_geometry_is_valid(day: Day) -> None:
    network, request, plan = day
    collection = plan_geojson(plan, network, request)
    assert json.loads(json.dumps(collection, allow_nan=False)) == collection
    assert collection["type"] == "FeatureCollection"
    ids = [feature["id"] for feature in collection["features"]]
    assert len(ids) == len(set(ids))
    for feature in collection["features"]:
        assert feature["type"] == "Feature"
        shape = shapely.from_geojson(json.dumps(feature["geometry"]))
        assert shape.is_valid
        assert shape.has_z


def test_positions_are_lon_lat_near_the_network(day: Day) -> None:
    network, request, plan = day
    west, south, east, north = shapely.total_bounds(list(network.lonlat.values()))
    for feature in plan_geojson(plan, network, request)["features"]:
        shape = shapely.from_geojson(json.dumps(feature["geometry"]))
        for lon, lat, _ in shapely.get_coordinates(shape, include_z=True):
            assert west <= lon <= east
            assert south <= lat <= north


def test_every_leg_is_a_line_along_its_lanes_at_their_heights_from_pad_to_pad(day: Day) -> None:
    network, request, plan = day
    flown = of_kind(plan_geojson(plan, network, request), "leg")
    legs = [(sortie, rank) for sortie in plan.sorties for rank in range(len(sortie.legs))]
    assert len(flown) == len(legs)
    for feature, (sortie, rank) in zip(flown, legs, strict=True):
        positions = feature["geometry"]["coordinates"]
        start, end = sortie.stops[rank].place, sortie.stops[rank + 1].place
        assert positions[0][2] == network.sites[start].ground_amsl_m
        assert positions[-1][2] == network.sites[end].ground_amsl_m
        heights = {network.lanes[lane][1].height_amsl_m for lane in sortie.legs[rank].lanes}
        assert {height for _, _, height in positions[1:-1]} == heights
        assert all(a != b for a, b in pairwise(positions))
        for place, position in ((start, positions[0]), (end, positions[-1])):
            at = network.lonlat[place].coords[0]
            assert position[:2] == pytest.approx(at, abs=1e-7)


def test_a_change_of_height_is_straight_over_the_waypoint() -> None:
    network, request, plan = fake_day("shipped")
    changes = 0
    for feature in of_kind(plan_geojson(plan, network, request), "leg"):
        positions = feature["geometry"]["coordinates"]
        for before, after in pairwise(positions):
            if before[2] != after[2]:
                changes += 1
                assert before[:2] == after[:2]
    assert changes


def test_a_leg_says_who_flies_when_with_what_and_at_what_energy() -> None:
    network, request, plan = fake_day("small")
    for feature in of_kind(plan_geojson(plan, network, request), "leg"):
        said = feature["properties"]
        takeoff, landing = (dt.datetime.fromisoformat(said[key]) for key in ("takeoff", "landing"))
        assert takeoff.tzinfo is not None
        assert (landing - takeoff).total_seconds() == said["duration_s"] > 0
        sortie = next(each for each in plan.sorties if each.id == said["sortie"])
        leg = sortie.legs[said["leg"] - 1]
        assert said["drone"] == sortie.drone
        assert said["drone_type"] == request.drones[sortie.drone].type
        assert said["cruise_m_s"] == sortie.cruise_m_s
        assert said["lanes"] == list(leg.lanes)
        assert said["orders"] == list(leg.orders)
        assert (said["energy_wh"], said["payload_kg"]) == (leg.energy_wh, leg.payload_kg)


def test_every_stop_is_a_point_on_its_pads_with_its_events(day: Day) -> None:
    network, request, plan = day
    points = of_kind(plan_geojson(plan, network, request), "stop")
    stops = [stop for sortie in plan.sorties for stop in sortie.stops]
    assert len(points) == len(stops)
    for feature, stop in zip(points, stops, strict=True):
        assert feature["geometry"]["type"] == "Point"
        assert feature["geometry"]["coordinates"][2] == network.sites[stop.place].ground_amsl_m
        said = feature["properties"]
        assert (said["place"], said["side"]) == (stop.place, network.side_of(stop.place))
        assert [each["kind"] for each in said["events"]] == [each.kind for each in stop.events]
        assert [each["order"] for each in said["events"]] == [each.order for each in stop.events]


def test_every_unserved_order_is_a_point_at_its_origin_with_its_reasons(day: Day) -> None:
    network, request, plan = day
    left_out = of_kind(plan_geojson(plan, network, request), "unserved")
    assert [each["properties"]["order"] for each in left_out] == [
        each.order for each in plan.unserved
    ]
    for feature, unserved in zip(left_out, plan.unserved, strict=True):
        order = request.orders_by_id[unserved.order]
        at = network.lonlat[order.origin].coords[0]
        assert feature["geometry"]["coordinates"][:2] == pytest.approx(at, abs=1e-7)
        reasons = feature["properties"]["reasons"]
        assert [each["code"] for each in reasons] == [each.code for each in unserved.reasons]
        assert all(each["remedy"] for each in reasons)


def test_it_says_that_it_is_not_for_navigation_its_edition_and_its_datums(day: Day) -> None:
    network, request, plan = day
    collection = plan_geojson(plan, network, request)
    assert collection["notice"].startswith("Not for navigation.")
    assert network.info.notice in collection["notice"]
    assert collection["edition"] == network.edition
    assert collection["request"] == request.hash
    assert "EPSG:4326" in collection["horizontal_datum"]
    assert network.info.vertical_datum in collection["vertical_datum"]
    assert "crs" not in collection

"""The corridor graph says of each lane what flies there: length, height, heading, blocks, times."""

import pytest

from planner.air.airspace import Airspace
from planner.air.graph import corridor_graph
from planner.testing.day import order, request, second, weather
from tests.geodata.small import changed, small_network


def test_places_are_nodes_and_lanes_edges_with_all_that_is_known_of_them() -> None:
    network = small_network()
    airspace = Airspace(network, request(order()))
    graph = corridor_graph(airspace)
    assert set(graph.nodes) == set(network.places)
    assert {lane for _, _, lane in graph.edges(keys=True)} == set(network.lanes)
    for start, end, lane_id, edge in graph.edges(keys=True, data=True):
        corridor, lane = network.lanes[lane_id]
        assert (start, end) == network.lane_ends(lane_id)
        assert edge["length_m"] == pytest.approx(network.lane_line(lane_id).length)
        assert edge["height_amsl_m"] == lane.height_amsl_m
        assert edge["corridor"] == corridor.id
        assert all(block.startswith(f"{lane_id}#") for block in edge["blocks"])


def test_opposite_lanes_of_a_straight_corridor_head_opposite_ways() -> None:
    edges = {
        lane: edge["heading_deg"]
        for _, _, lane, edge in corridor_graph(Airspace(small_network(), request(order()))).edges(
            keys=True, data=True
        )
    }
    assert (edges["HK-2-F"] - edges["HK-2-B"]) % 360 == pytest.approx(180)


def test_a_lane_is_open_when_no_block_of_it_is_closed_by_hours_or_a_warning() -> None:
    network = changed(small_network(), "HK-2", hours="08:00-10:00,11:00-20:00")
    stormy = weather(warnings=(("T8", "09:00", "11:30"),))
    graph = corridor_graph(Airspace(network, request(order(), weather=stormy)))
    (edge,) = (edge for _, _, lane, edge in graph.edges(keys=True, data=True) if lane == "HK-2-F")
    assert edge["open_s"] == (
        (second("08:00"), second("09:00")),
        (second("11:30"), second("20:00")),
    )


def test_a_lane_is_closed_while_a_zone_on_it_is_active() -> None:
    network = changed(small_network(), "SZ-EVENT", schedule="10:00-12:00")
    airspace = Airspace(network, request(order()))
    zoned = {
        block.lane
        for block, closures in zip(airspace.blocks.all, airspace.closures, strict=True)
        if any(
            closure.code == "ZONE_ACTIVE" and closure.cause == "SZ-EVENT" for closure in closures
        )
    }
    assert zoned - {None}
    for _, _, lane, edge in corridor_graph(airspace).edges(keys=True, data=True):
        shut = all(
            until <= second("10:00") or since >= second("12:00") for since, until in edge["open_s"]
        )
        assert shut == (lane in zoned)

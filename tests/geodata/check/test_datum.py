"""Coordinates in GCJ-02: the shift itself, and what a network makes of it."""

from dataclasses import replace

import numpy as np
import pytest
import shapely

from geodata.check import check_network
from geodata.datum.gcj02 import gcj02_shift
from geodata.datum.old_river import river_before_1997
from geodata.network import Network, shipped_network_path
from geodata.read import read_network
from planner.testing.layout import point
from tests.geodata.findings import codes
from tests.geodata.small import changed, reshaped, small_network


@pytest.fixture(scope="module")
def hetao() -> Network:
    return read_network(shipped_network_path())


def shifted(network: Network, *ids: str) -> Network:
    """Return the network with some features, or all, moved as if their points were GCJ-02."""
    moved = {
        each: shapely.transform(shape, lambda lonlat: lonlat + gcj02_shift(lonlat))
        for each, shape in network.lonlat.items()
        if each in ids or not ids
    }
    return replace(network, lonlat={**network.lonlat, **moved})


def ids(network: Network, *layers: str) -> list[str]:
    return [each.id for layer in layers for each in network.layer(layer)]


def suspects(network: Network) -> set[tuple[str, str]]:
    """Return layer and id of all that is suspected; each suspicion must be a warning."""
    found = [fault for fault in check_network(network) if fault.code == "GCJ02_SUSPECTED"]
    assert all(fault.severity == "warning" for fault in found)
    return {(fault.source, fault.item) for fault in found}


@pytest.mark.parametrize(
    ("gcj02", "wgs84"),
    [
        ((114.06877, 22.51577), (114.063652, 22.518479)),
        ((114.07496, 22.52074), (114.069836, 22.52344)),
        ((114.070379, 22.516043), (114.065259, 22.51875)),
    ],
)
def test_the_shift_at_hetao(gcj02: tuple[float, float], wgs84: tuple[float, float]) -> None:
    """Public points of Futian Port and Huanggang Port that are in GCJ-02, and where they are."""
    shift = gcj02_shift(np.array([wgs84]))
    assert np.allclose(np.array([wgs84]) + shift, gcj02, atol=2e-5)


def test_neither_network_is_suspected_as_it_stands(hetao: Network) -> None:
    assert suspects(small_network()) == set()
    assert suspects(hetao) == set()


def test_a_network_shifted_as_a_whole_is_off_the_shipped_boundary(hetao: Network) -> None:
    found = check_network(shifted(hetao))
    (suspected,) = (fault for fault in found if fault.code == "GCJ02_SUSPECTED")
    assert (suspected.source, suspected.item) == ("boundary", "BOUNDARY")
    assert suspected.value == "606 m towards 120.3°: lon +0.00508, lat -0.00276"
    assert "moved back, 0 m" in suspected.message


def test_a_shifted_boundary_is_off_the_shipped_one(hetao: Network) -> None:
    assert ("boundary", "BOUNDARY") in suspects(shifted(hetao, "BOUNDARY"))


@pytest.mark.parametrize("layer", ["vertiports", "checkpoints", "waypoints", "corridors"])
def test_a_layer_shifted_alone_is_off_the_others_by_just_the_shift(
    hetao: Network, layer: str
) -> None:
    members = ids(hetao, layer)
    assert {(layer, each) for each in members} <= suspects(shifted(hetao, *members))


@pytest.mark.parametrize("layer", ["vertiports", "checkpoints"])
def test_sites_shifted_with_their_corridors_leave_their_parks(hetao: Network, layer: str) -> None:
    moved = ids(hetao, "vertiports", "checkpoints", "waypoints", "corridors")
    found = suspects(shifted(hetao, *moved))
    assert (layer, "") in found
    assert ("checkpoints", "CP-FUTIAN") in found  # now on the wrong side


def test_shifted_parks_are_on_the_wrong_side(hetao: Network) -> None:
    moved = ids(hetao, "parks")
    found = suspects(shifted(hetao, *moved))
    assert {layer for layer, _ in found} == {"parks"}


def test_one_place_on_the_wrong_side_that_would_be_right_if_moved_back() -> None:
    """SZ-WA lies 400 m north; 299 m of shift leave it there, so it is first moved to 200 m."""
    network = reshaped(small_network(), "SZ-WA", point(-500, 200))
    assert suspects(network) == set()
    assert suspects(shifted(network, "SZ-WA")) == {("waypoints", "SZ-WA")}


def test_a_gate_that_would_be_on_the_boundary_if_moved_back() -> None:
    corridor = small_network().corridors["X-A"]
    gate = np.array([[corridor.gate_lon, corridor.gate_lat]], dtype=float)
    lon, lat = (gate + gcj02_shift(gate))[0]
    network = changed(small_network(), "X-A", gate_lon=float(lon), gate_lat=float(lat))
    assert codes(network) == {"GATE_OFF_CROSSING", "GCJ02_SUSPECTED"}
    assert suspects(network) == {("corridors", "X-A")}


def test_a_boundary_on_the_rivers_old_course_is_told(hetao: Network) -> None:
    """It also puts the Hong Kong Park on the Shenzhen side, which is an error of its own."""
    old = river_before_1997()
    found = check_network(reshaped(hetao, "BOUNDARY", old))
    assert {(each.source, each.item) for each in found if each.code == "RIVER_BEFORE_1997"} == {
        ("boundary", "BOUNDARY")
    }
    assert ("PARK_SIDE", "PARK-HK-LOOP") in {(each.code, each.item) for each in found}
    assert "RIVER_BEFORE_1997" not in codes(hetao)


def test_a_place_wrong_for_another_reason_is_not_suspected() -> None:
    """Nor one that is off its corridor by as much in another direction."""
    assert suspects(changed(small_network(), "HK-V1", side="SZ")) == set()
    assert suspects(reshaped(small_network(), "SZ-V1", point(-1527, 701))) == set()

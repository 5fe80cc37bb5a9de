"""Lanes over terrain, pads and obstacles, and apart from each other."""

from dataclasses import replace

import numpy as np
import pytest

from geodata.check import check_network
from geodata.ground import GridGround
from geodata.network import Network
from planner.testing.layout import ORIGIN_M, line, point
from tests.geodata.findings import codes, only
from tests.geodata.small import changed, reshaped, small_network, without


def at_heights(corridor: str, forward_m: float, backward_m: float) -> Network:
    """Return the small network with other lane heights in one corridor."""
    network = small_network()
    lanes = network.corridors[corridor].lanes
    pairs = zip(lanes, (forward_m, backward_m), strict=True)
    return changed(
        network,
        corridor,
        lanes=tuple(replace(lane, height_amsl_m=height_m) for lane, height_m in pairs),
    )


def on_grid(south_m: float) -> Network:
    """Return the small network on flat ground at 5 m, known from `south_m` northward only."""
    north_west = (ORIGIN_M[0] - 3000, ORIGIN_M[1] + 3000)
    rows = int((3000 - south_m) / 10)
    grid = GridGround(np.full((rows, 600), 5.0), north_west, (10.0, -10.0), 2.0)
    return replace(small_network(), elevation=grid)


def test_something_says_how_high_the_ground_is() -> None:
    bare = without(small_network(), "SZ-H1", "SZ-H2", "HK-H1", "HK-H2")
    assert only(bare, "TERRAIN_MISSING").source == "spot_heights"
    assert codes(replace(bare, elevation=on_grid(-3000).elevation)) == set()


def test_the_ground_is_known_below_every_corridor() -> None:
    """An elevation model that ends short of a corridor says nothing, rather than sea level."""
    assert codes(on_grid(-3000)) == set()
    found = check_network(on_grid(-900))
    assert {(fault.code, fault.item) for fault in found} == {
        ("TERRAIN_UNKNOWN", "HK-1"),
        ("TERRAIN_UNKNOWN", "HK-2"),
    }
    assert found[0].value.startswith("18 of 99 samples, from lon 114.06")


@pytest.mark.parametrize(("height_m", "expected"), [(27.0, set()), (26.0, {"TERRAIN_CLEARANCE"})])
def test_a_lane_is_15_m_over_the_highest_ground(height_m: float, expected: set[str]) -> None:
    """The ground is at 5 m give or take 2, so a band of 10 m may be centred on 7 + 15 + 5."""
    assert codes(at_heights("SZ-5", height_m, 85.0)) == expected


def test_terrain_is_sampled_over_the_whole_width_of_a_corridor() -> None:
    """A bump of one cell beside the centre line, but within the width, is found."""
    grid = on_grid(-3000).elevation
    assert isinstance(grid, GridGround)
    heights_m = grid.heights_amsl_m.copy()
    heights_m[258:261, 300:303] = 60.0  # y from 390 to 420, x from 0 to 30
    bumpy = replace(small_network(), elevation=replace(grid, heights_amsl_m=heights_m))
    found = only(bumpy, "TERRAIN_CLEARANCE")
    assert (found.item, found.field) == ("SZ-5", "lanes[0].height_amsl_m")
    assert found.value.startswith("SZ-5-F -7.0 m over ground of up to 62.0 m AMSL at lon 114.07")


@pytest.mark.parametrize(("pads_m", "expected"), [(40.0, set()), (41.0, {"PAD_CLEARANCE"})])
def test_a_lane_is_15_m_over_the_pads_it_leads_to(pads_m: float, expected: set[str]) -> None:
    assert codes(changed(small_network(), "SZ-V1", ground_amsl_m=pads_m)) == expected


@pytest.mark.parametrize(("top_m", "expected"), [(33.0, set()), (34.0, {"OBSTACLE_CLEARANCE"})])
def test_a_lane_is_15_m_over_obstacles_above_the_highest_ground(
    top_m: float, expected: set[str]
) -> None:
    """The footbridge stands on ground of up to 7 m; the lane's lower edge is at 55 m."""
    assert codes(changed(small_network(), "SZ-BRIDGE", top_m=top_m)) == expected


@pytest.mark.parametrize(("east_m", "expected"), [(31, set()), (29, {"OBSTACLE_CLEARANCE"})])
def test_obstacles_count_from_their_radius_to_the_corridors_edge(
    east_m: float, expected: set[str]
) -> None:
    """The tower's radius is 10 m, the corridor's half width 20 m."""
    assert codes(reshaped(small_network(), "SZ-TOWER", point(-500 + east_m, 100))) == expected


def test_an_obstacle_fault_names_lane_and_obstacle() -> None:
    wires = line((-2500, 500), (-600, 800), (-600, 300))
    found = check_network(reshaped(small_network(), "SZ-WIRES", wires))
    assert {fault.code for fault in found} == {"OBSTACLE_CLEARANCE"}
    assert found[0].item == "SZ-1"
    assert found[0].value.startswith("SZ-1-F -12.0 m over the top of SZ-WIRES, 67.0 m AMSL")


@pytest.mark.parametrize(("height_m", "expected"), [(85.0, set()), (84.0, {"LANES_TOO_CLOSE"})])
def test_opposite_lanes_keep_15_m_between_their_bands(height_m: float, expected: set[str]) -> None:
    assert codes(at_heights("SZ-5", 60.0, height_m)) == expected

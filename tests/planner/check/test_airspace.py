"""Blocks: how lanes are cut, what the volumes are, and which of them conflict."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from planner.check.airspace import Airspace, Block
from planner.request.fleet import Rules
from planner.testing.layout import line
from tests.geodata.small import reshaped, small_network


def _airspace(**rules: float) -> Airspace:
    return Airspace(small_network(), Rules(**rules))  # type: ignore[arg-type]


def _box(name: str, west: float, bottom: float) -> Block:
    """Return a block 10 m high over a square of 10 m."""
    area = shapely.box(west, 0, west + 10, 10)
    return Block(name, area.centroid, area, bottom, bottom + 10)


@given(st.floats(100, 3000), st.floats(50, 1000))
def test_lane_less_its_ends_is_cut_into_the_fewest_equal_parts(
    length_m: float, block_m: float
) -> None:
    network = reshaped(small_network(), "X-A", line((-500, length_m), (-500, 0)))
    airspace = Airspace(network, Rules(block_length_m=block_m))
    line_m = network.lane_line("X-A-F").length
    parts = airspace.lane_parts("X-A-F")
    lengths = [block.axis.length for block in parts.blocks]
    assert lengths == pytest.approx([(line_m - 80) / len(lengths)] * len(lengths))
    assert max(lengths) <= block_m + 1e-9
    assert len(lengths) == 1 or (line_m - 80) / (len(lengths) - 1) > block_m - 1e-9
    assert parts.first.length == pytest.approx(40)
    assert parts.last.length == pytest.approx(40)


def test_blocks_count_in_the_direction_of_flight() -> None:
    airspace = _airspace()
    there, back = airspace.lane_parts("X-A-F"), airspace.lane_parts("X-A-B")
    assert [block.id for block in there.blocks] == ["X-A-F#0", "X-A-F#1", "X-A-F#2"]
    ends = (
        shapely.get_coordinates(there.blocks[0].axis),
        shapely.get_coordinates(back.blocks[-1].axis),
    )
    assert ends[0] == pytest.approx(ends[1][::-1])


def test_volume_of_a_lane_block_is_its_part_widened_and_the_band() -> None:
    block = _airspace().block("X-A-F#1")
    assert shapely.area(block.footprint) == pytest.approx(240 * 40, rel=1e-3)
    assert (block.bottom_amsl_m, block.top_amsl_m) == (55.0, 65.0)


def test_air_over_a_site_reaches_from_the_ground_over_a_waypoint_from_its_lowest_band() -> None:
    airspace = _airspace()
    site, waypoint = airspace.block("SZ-V1"), airspace.block("SZ-WA")
    assert (site.bottom_amsl_m, site.top_amsl_m) == (5.0, 90.0)
    assert (waypoint.bottom_amsl_m, waypoint.top_amsl_m) == (55.0, 90.0)
    assert shapely.area(site.footprint) == pytest.approx(np.pi * 40**2, rel=1e-3)


@pytest.mark.parametrize(
    ("gap_m", "rise_m", "conflict"),
    [(29.9, 0, True), (30.0, 0, False), (0, 24.9, True), (0, 25.0, False), (-5, 0, True)],
)
def test_blocks_nearer_than_both_minima_conflict(
    gap_m: float, rise_m: float, conflict: bool
) -> None:
    blocks = [_box("A", 0, 50), _box("B", 10 + gap_m, 50 + rise_m)]
    found = _airspace().conflicts(blocks)
    assert (("A", "B") in found) == conflict
    assert ("A", "A") in found
    assert ("B", "B") in found


def test_blocks_that_follow_each_other_do_not_conflict() -> None:
    airspace = _airspace()
    blocks = ["SZ-WA", *(f"X-A-F#{number}" for number in range(3)), "HK-WA", "X-A-B#2"]
    found = airspace.conflicts(airspace.block(each) for each in blocks)
    assert [pair for pair in found if pair[0] != pair[1]] == []


def test_lanes_above_each_other_conflict_only_within_the_vertical_minimum() -> None:
    blocks = "X-A-F#1", "X-A-B#1"
    for minimum_m, conflict in ((15.0, False), (15.1, True)):
        airspace = _airspace(separation_vertical_m=minimum_m)
        found = airspace.conflicts(airspace.block(each) for each in blocks)
        assert (("X-A-B#1", "X-A-F#1") in found) == conflict


def test_lanes_that_meet_at_a_waypoint_conflict_there() -> None:
    airspace = _airspace()
    found = airspace.conflicts([airspace.block("X-A-F#0"), airspace.block("SZ-5-F#0")])
    assert ("SZ-5-F#0", "X-A-F#0") in found


def test_no_blocks_have_no_conflicts() -> None:
    assert _airspace().conflicts([]) == []

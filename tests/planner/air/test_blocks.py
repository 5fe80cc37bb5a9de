"""Cutting lanes into blocks, and which blocks conflict, against distances measured directly."""

import math
from dataclasses import replace
from itertools import combinations, pairwise
from random import Random

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.features import Corridor, Feature, Lane, Waypoint
from geodata.network import Network
from planner.air.blocks import NODE_RADIUS_M, Blocks, cut_blocks
from planner.request.fleet import Rules
from planner.testing.layout import line, point, said
from tests.geodata.small import changed, small_network
from tests.planner.fakes import shipped_network

RULES = Rules()
SLACK_M = 0.06
"""What the planner keeps on top of the lateral minimum, and its round corners."""


def lanes_apart(*corridors: tuple[tuple[float, float], tuple[float, float], float]) -> Network:
    """Return straight corridors of one lane each, from point to point at a height, 40 m wide."""
    waypoints: dict[Feature, shapely.Geometry] = {}
    lines: dict[Feature, shapely.Geometry] = {}
    for number, (start, end, height_m) in enumerate(corridors):
        ends = f"W{number}A", f"W{number}B"
        for name, place in zip(ends, (start, end), strict=True):
            waypoints[Waypoint(**said(name), side="SZ")] = point(*place)
        lane = Lane(id=f"L{number}", direction="forward", height_amsl_m=height_m)
        corridor = Corridor(
            **said(f"C{number}"),
            start=ends[0],
            end=ends[1],
            start_side="SZ",
            end_side="SZ",
            width_m=40.0,
            lanes=(lane,),
        )
        lines[corridor] = line(start, end)
    small = small_network()
    return replace(
        small,
        features={
            "boundary": small.layer("boundary"),
            "waypoints": tuple(waypoints),
            "corridors": tuple(lines),
        },
        lonlat={
            "BOUNDARY": small.lonlat["BOUNDARY"],
            **{each.id: shape for each, shape in (waypoints | lines).items()},
        },
    )


def conflict(blocks: Blocks, one: str, other: str) -> bool:
    """Tell whether two blocks conflict, and that both say so."""
    first, second = blocks.position[one], blocks.position[other]
    assert (first in blocks.conflicts[second]) == (second in blocks.conflicts[first])
    return first in blocks.conflicts[second]


@pytest.mark.parametrize("network", [small_network(), shipped_network()], ids=["small", "hetao"])
def test_blocks_of_a_lane_are_numbered_in_flight_order_and_at_most_250_m_long(
    network: Network,
) -> None:
    """Ids LANE#0, LANE#1, …: equal parts, as few as 250 m allow."""
    blocks = cut_blocks(network, RULES)
    assert blocks.lanes.keys() == network.lanes.keys()
    for lane_id, cut in blocks.lanes.items():
        held = [blocks.all[at] for at in cut.blocks]
        assert [block.id for block in held] == [f"{lane_id}#{n}" for n in range(len(held))]
        lengths = [sum(piece.length_m for piece in block.pieces) for block in held]
        inner_m = network.lane_line(lane_id).length - 2 * NODE_RADIUS_M
        assert lengths == pytest.approx([inner_m / len(held)] * len(held))
        assert len(held) == max(1, math.ceil(inner_m / 250))


@pytest.mark.parametrize("network", [small_network(), shipped_network()], ids=["small", "hetao"])
def test_blocks_cover_the_lane_less_40_m_at_each_end(network: Network) -> None:
    """Head, blocks and tail make up the whole line; each block lies about its part of it."""
    blocks = cut_blocks(network, RULES)
    for lane_id, cut in blocks.lanes.items():
        line_m = network.lane_line(lane_id)
        for ends in (cut.head, cut.tail):
            assert sum(piece.length_m for piece in ends) == pytest.approx(NODE_RADIUS_M)
        marks = np.linspace(NODE_RADIUS_M, line_m.length - NODE_RADIUS_M, len(cut.blocks) + 1)
        corridor, lane = network.lanes[lane_id]
        for at, (begin, end) in zip(cut.blocks, pairwise(marks.tolist()), strict=True):
            block = blocks.all[at]
            for mark in (begin + 0.01, (begin + end) / 2, end - 0.01):
                assert block.footprint.distance(line_m.interpolate(mark)) == 0.0
            for mark in (begin - 1.0, end + 1.0):
                assert block.footprint.distance(line_m.interpolate(mark)) > 0.0
            width_m = block.footprint.area / (end - begin)
            assert width_m == pytest.approx(corridor.width_m, rel=0.1)
            assert (block.lower_amsl_m, block.upper_amsl_m) == (
                lane.height_amsl_m - lane.band_m / 2,
                lane.height_amsl_m + lane.band_m / 2,
            )


def test_shorter_blocks_are_cut_where_the_rules_ask_for_them() -> None:
    network = small_network()
    cut = cut_blocks(network, Rules(block_length_m=100.0)).lanes["SZ-5-F"]
    assert len(cut.blocks) == math.ceil((1000 - 80) / 100)


def test_air_over_a_site_reaches_from_the_ground_to_its_highest_lane() -> None:
    """Lanes at 60 and 85 m, bands of 10 m, ground at 5 m; 40 m about the place."""
    blocks = cut_blocks(small_network(), RULES)
    over = blocks.all[blocks.position["SZ-V1"]]
    assert (over.lower_amsl_m, over.upper_amsl_m) == (5.0, 90.0)
    assert over.footprint.area == pytest.approx(math.pi * NODE_RADIUS_M**2, rel=1e-3)


def test_air_over_a_waypoint_begins_at_its_lowest_lane() -> None:
    blocks = cut_blocks(small_network(), RULES)
    over = blocks.all[blocks.position["SZ-WA"]]
    assert (over.lower_amsl_m, over.upper_amsl_m) == (55.0, 90.0)


def test_a_place_without_lanes_has_no_air_of_its_own() -> None:
    small = small_network()
    kept = tuple(each for each in small.layer("corridors") if each.id != "HK-6")
    alone = replace(small, features={**small.features, "corridors": kept})
    assert "HK-J1" not in cut_blocks(alone, RULES).position


def test_every_block_conflicts_with_itself() -> None:
    blocks = cut_blocks(small_network(), RULES)
    assert all(at in held for at, held in enumerate(blocks.conflicts))


def test_crossing_lanes_at_one_height_conflict_where_they_cross() -> None:
    network = lanes_apart(((-500, 500), (500, 500), 60.0), ((0, 100), (0, 900), 60.0))
    blocks = cut_blocks(network, RULES)
    met = {
        (one.id, other.id)
        for one, other in combinations(blocks.all, 2)
        if conflict(blocks, one.id, other.id)
    }
    assert met == {("L0#1", "L1#1"), ("L0#2", "L1#1")}


@pytest.mark.parametrize(
    ("height_m", "met"), [(60.0, True), (84.9, True), (85.0, False), (120.0, False)]
)
def test_stacked_lanes_conflict_only_if_less_than_15_m_apart(height_m: float, met: bool) -> None:
    """Bands of 10 m about 60 m and about the height given: 15 m between them at 85 m."""
    network = lanes_apart(((-500, 500), (500, 500), 60.0), ((0, 100), (0, 900), height_m))
    blocks = cut_blocks(network, RULES)
    crossed = any(
        conflict(blocks, one.id, other.id)
        for one, other in combinations(blocks.all, 2)
        if one.lane != other.lane and one.lane and other.lane
    )
    assert crossed == met


@pytest.mark.parametrize(("apart_m", "met"), [(69.9, True), (70.2, False)])
def test_lanes_side_by_side_conflict_only_if_less_than_30_m_apart(
    apart_m: float, met: bool
) -> None:
    """Two corridors of 40 m: their edges are 40 m nearer than their middles."""
    network = lanes_apart(
        ((0, 500), (200, 500), 60.0), ((0, 500 + apart_m), (200, 500 + apart_m), 60.0)
    )
    assert conflict(cut_blocks(network, RULES), "L0#0", "L1#0") == met


def test_blocks_that_follow_each_other_do_not_conflict() -> None:
    """Next to each other in a lane, and the air over a lane's ends with its first and last."""
    network = small_network()
    blocks = cut_blocks(network, RULES)
    for lane_id, cut in blocks.lanes.items():
        start, end = network.lane_ends(lane_id)
        chain = [start, *(blocks.all[at].id for at in cut.blocks), end]
        assert not any(conflict(blocks, one, other) for one, other in pairwise(chain))


def test_two_lanes_at_one_place_conflict_near_it() -> None:
    """SZ-3 comes in where SZ-5 goes out, 31 degrees apart and both at 60 m."""
    blocks = cut_blocks(small_network(), RULES)
    assert conflict(blocks, "SZ-3-F#2", "SZ-5-F#0")
    assert not conflict(blocks, "SZ-3-B#0", "SZ-5-F#0")


def test_lanes_of_one_corridor_do_not_conflict_25_m_apart_in_height() -> None:
    blocks = cut_blocks(small_network(), RULES)
    forward, backward = (blocks.lanes[each].blocks for each in ("SZ-5-F", "SZ-5-B"))
    for one in forward:
        assert blocks.conflicts[one].isdisjoint(backward)


def test_wider_minima_make_more_conflicts() -> None:
    """Lanes 25 m apart in height conflict under a vertical minimum of 20 m."""
    wide = cut_blocks(small_network(), Rules(separation_vertical_m=20.0))
    lanes = (wide.lanes[each].blocks for each in ("SZ-5-F", "SZ-5-B"))
    forward, backward = lanes
    assert all(wide.conflicts[one] & set(backward) for one in forward)


def volume(network: Network, blocks: Blocks, at: int) -> tuple[shapely.Polygon, float, float]:
    """Return the volume of a block of a straight lane, or over a place, from its definition."""
    block = blocks.all[at]
    if block.lane is None:
        spot = network.metric[block.place or ""]
        heights = [
            lane.height_amsl_m
            for corridor, lane in network.lanes.values()
            if block.place in (corridor.start, corridor.end)
        ]
        return spot.buffer(40.0, quad_segs=256), min(heights) - 5.0, max(heights) + 5.0
    corridor, lane = network.lanes[block.lane]
    (x0, y0), (x1, y1) = network.lane_line(block.lane).coords
    length_m = math.hypot(x1 - x0, y1 - y0)
    east, north = (x1 - x0) / length_m, (y1 - y0) / length_m
    count = max(1, math.ceil((length_m - 80.0) / 250.0))
    part_m = (length_m - 80.0) / count
    number = int(block.id.split("#")[1])
    corners = []
    for along, across in ((0, -1), (1, -1), (1, 1), (0, 1)):
        way_m = 40.0 + (number + along) * part_m
        aside_m = across * corridor.width_m / 2
        corners.append((x0 + east * way_m + north * aside_m, y0 + north * way_m - east * aside_m))
    return shapely.Polygon(corners), lane.height_amsl_m - 5.0, lane.height_amsl_m + 5.0


@given(seed=st.integers(0, 10**6))
@settings(max_examples=40)
def test_conflicts_are_those_of_volumes_nearer_than_the_minima(seed: int) -> None:
    """Random straight lanes, each volume built from its definition and measured by shapely."""
    draw = Random(seed)
    corridors = []
    for _ in range(5):
        x, y = draw.uniform(-600, 600), draw.uniform(100, 1100)
        course, length_m = draw.uniform(0, math.tau), draw.uniform(150, 700)
        end = x + length_m * math.cos(course), y + length_m * math.sin(course)
        corridors.append(((x, y), end, draw.choice((60.0, 80.0, 84.0, 86.0, 110.0))))
    network = lanes_apart(*corridors)
    blocks = cut_blocks(network, RULES)
    follow: set[frozenset[int]] = set()
    for cut in blocks.lanes.values():
        follow.update(map(frozenset, pairwise((cut.start, *cut.blocks, cut.end))))
    volumes = [volume(network, blocks, at) for at in range(len(blocks.all))]
    for one, other in combinations(range(len(volumes)), 2):
        plan_m = volumes[one][0].distance(volumes[other][0])
        gap_m = max(volumes[one][1] - volumes[other][2], volumes[other][1] - volumes[one][2])
        if abs(plan_m - 30.0) < SLACK_M:
            continue
        near = plan_m < 30.0 and gap_m < 15.0 and frozenset((one, other)) not in follow
        assert (other in blocks.conflicts[one]) == near, (blocks.all[one].id, blocks.all[other].id)
        assert (one in blocks.conflicts[other]) == near


def test_a_lane_raised_out_of_the_stack_conflicts_no_more() -> None:
    corridor = small_network().corridors["SZ-3"]
    lanes = tuple(
        replace(lane, height_amsl_m=lane.height_amsl_m + 200.0) for lane in corridor.lanes
    )
    blocks = cut_blocks(changed(small_network(), "SZ-3", lanes=lanes), RULES)
    assert not conflict(blocks, "SZ-3-F#2", "SZ-5-F#0")

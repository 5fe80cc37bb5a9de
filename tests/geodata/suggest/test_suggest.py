"""Suggested corridors: what they keep clear of, how they cross and turn, and why there is none."""

from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.check import check_network
from geodata.check.incremental import Checked
from geodata.edit import with_feature
from geodata.faults import InvalidInput
from geodata.features import Obstacle, Zone
from geodata.network import Network
from geodata.suggest.ask import Ask, Minima, TurnLimits
from geodata.suggest.legs import LegRules, crossing_angles
from geodata.suggest.reasons import no_way
from geodata.suggest.risk import Area
from geodata.suggest.risk_input import risk_areas, risk_raster
from geodata.suggest.score import turns_of
from geodata.suggest.suggest import APART_M, DIFFERENT_SHARE, Answer, suggest
from planner.testing.layout import ORIGIN_M, box, point, said
from tests.geodata.small import small_network

ACROSS = Ask("SZ-V1", "HK-V1")
"""Along the west of the small network, past its corridors, over the boundary."""

ONE_SIDED = Ask("SZ-V1", "SZ-V2")


def answer(ask: Ask, network: Network | None = None, **options: object) -> Answer:
    return suggest(Checked.of(network or small_network()), ask, **options)  # type: ignore[arg-type]


@cache
def line_of(ask: Ask) -> shapely.LineString:
    """Return the line suggested on the small network as it is."""
    return answer(ask, alternatives=0).suggestions[0].line_m


def tower(number: int, x_m: float, y_m: float, radius_m: float) -> tuple[Obstacle, shapely.Point]:
    obstacle = Obstacle(
        **said(f"NEW-TOWER-{number}"),
        kind="tower",
        top_m=150.0,
        top_reference="AGL",
        radius_m=radius_m,
    )
    return obstacle, point(x_m, y_m)


def zone(kind: str, lower_m: float = 0.0, upper_m: float = 200.0, schedule: str = "24/7") -> Zone:
    return Zone(
        **said("NEW-ZONE"),
        kind=kind,  # type: ignore[arg-type]
        category="event",
        side="SZ",
        authority="test authority",
        lower_m=lower_m,
        lower_reference="AMSL",
        upper_m=upper_m,
        upper_reference="AMSL",
        schedule=schedule,
    )


def holds(found: Answer) -> None:
    """Assert all that every suggestion promises, from the shapes alone."""
    network, ask = found.network, found.ask
    before = set(check_network(network))
    for rank, each in enumerate(found.suggestions):
        line = each.line_m
        edited = with_feature(network, each.corridor, each.lonlat)
        assert set(check_network(edited)) == before
        assert turns_of(shapely.get_coordinates(line)).max(initial=0) <= ask.turns.turn_max_deg
        assert each.score.leg_min_m >= ask.turns.leg_min_m
        strip = line.buffer(ask.width_m / 2, cap_style="flat")
        for obstacle in network.obstacles.values():
            if obstacle.top_m > 60:
                assert strip.distance(network.metric[obstacle.id]) >= obstacle.radius_m
        crossings = network.sides.crossings(line)
        one_sided = network.side_of(ask.start) == network.side_of(ask.end)
        assert len(crossings) == (0 if one_sided else 1)
        if not one_sided:
            assert each.score.crossing_deg is not None
            assert each.score.crossing_deg >= ask.crossing_min_deg
        for other in found.suggestions[:rank]:
            ours, theirs = line, other.line_m
            apart = max(
                one.difference(two.buffer(APART_M)).length / one.length
                for one, two in ((ours, theirs), (theirs, ours))
            )
            assert apart >= DIFFERENT_SHARE


@pytest.mark.parametrize("ask", [ACROSS, ONE_SIDED, Ask("HK-C1", "HK-J1")])
def test_a_suggestion_keeps_every_rule_and_alternatives_differ(ask: Ask) -> None:
    found = answer(ask)
    assert found.suggestions or found.reasons
    holds(found)


def test_a_corridor_across_the_boundary_with_two_alternatives() -> None:
    found = answer(ACROSS)
    assert [each.corridor.id for each in found.suggestions[:1]] == ["NEW-1"]
    assert len(found.suggestions) == 3
    corridor = found.suggestions[0].corridor
    assert (corridor.start_side, corridor.end_side) == ("SZ", "HK")
    assert corridor.approved_zones == ("SZ-STRIP",)
    assert {lane.direction for lane in corridor.lanes} == {"forward", "backward"}


@settings(max_examples=8, derandomize=True, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(-1600, -700),
            st.integers(-800, 800),
            st.integers(0, 120),
        ),
        max_size=12,
    )
)
def test_whatever_stands_in_the_way_no_refused_corridor_is_returned(
    towers: list[tuple[int, int, int]],
) -> None:
    """Over random fields of towers: every suggestion keeps all rules, or reasons are given."""
    network = small_network()
    for number, (x_m, y_m, radius_m) in enumerate(towers):
        network = with_feature(network, *tower(number, x_m, y_m, radius_m))
    found = answer(ACROSS, network, alternatives=1)
    assert bool(found.suggestions) != bool(found.reasons)
    holds(found)


def test_a_tower_on_the_straight_line_is_flown_around() -> None:
    free = line_of(ACROSS)
    middle = free.interpolate(0.3, normalized=True)
    at = (middle.x - ORIGIN_M[0], middle.y - ORIGIN_M[1])
    network = with_feature(small_network(), *tower(0, *at, 60.0))
    around = answer(ACROSS, network, alternatives=0)
    holds(around)
    shape = network.metric["NEW-TOWER-0"]
    assert free.distance(shape) < 60
    assert around.suggestions[0].line_m.distance(shape) >= 80


@pytest.mark.parametrize("kind", ["prohibited", "restricted"])
def test_zones_are_avoided_where_they_share_height_and_only_there(kind: str) -> None:
    """A restricted zone too, at whatever time it is active."""
    free = line_of(ONE_SIDED)
    middle = free.interpolate(0.5, normalized=True)
    x_m, y_m = middle.x - ORIGIN_M[0], middle.y - ORIGIN_M[1]
    square = box(x_m - 80, y_m - 80, x_m + 80, y_m + 80)
    for lower_m, upper_m, avoided in ((0.0, 200.0, True), (0.0, 40.0, False), (95.0, 200.0, False)):
        shut = zone(kind, lower_m, upper_m, "24/7" if kind == "prohibited" else "10:00-11:00")
        network = with_feature(small_network(), shut, square)
        (first,) = answer(ONE_SIDED, network, alternatives=0).suggestions
        strip = first.line_m.buffer(20, cap_style="flat")
        assert strip.intersects(network.metric["NEW-ZONE"]) is not avoided


def test_lanes_within_the_minima_are_kept_apart_or_crossed_only_if_allowed() -> None:
    """At 48 and 73 m, lanes pass 2 m under and over those at 60 and 85 m."""
    ask = Ask("SZ-C1", "HK-C1")
    shut = answer(ask, alternatives=0)
    assert not shut.suggestions
    assert {each.code for each in shut.reasons} == {"LANE_MINIMA"}
    assert {each.item for each in shut.reasons} <= shut.network.corridors.keys()
    assert all("new lanes at 55 and 80 m" in each.value for each in shut.reasons)
    crossing = answer(replace(ask, cross_lanes=True), alternatives=0)
    holds(crossing)
    assert crossing.suggestions[0].score.crosses
    between = replace(ask, height_m=73.0, minima=Minima(vertical_m=2.0))
    over = answer(between, alternatives=0)
    holds(over)
    assert over.suggestions[0].score.crosses == ()
    assert not answer(replace(between, minima=Minima(vertical_m=2.1)), alternatives=0).suggestions


def test_a_ring_of_towers_is_named_with_its_values() -> None:
    network = small_network()
    for number, angle in enumerate(np.linspace(0, 2 * np.pi, 12, endpoint=False)):
        x_m, y_m = 1000 + 300 * np.cos(angle), 1200 + 300 * np.sin(angle)
        network = with_feature(network, *tower(number, x_m, y_m, 90.0))
    found = answer(ONE_SIDED, network)
    assert not found.suggestions
    assert {each.code for each in found.reasons} == {"OBSTACLE_CLEARANCE"}
    assert all("top at 157.0 m AMSL" in each.value for each in found.reasons)


def test_turns_that_cannot_be_flown_are_named() -> None:
    """Legs of a kilometre do not go round a tower."""
    free = line_of(ONE_SIDED)
    middle = free.interpolate(0.5, normalized=True)
    at = (middle.x - ORIGIN_M[0], middle.y - ORIGIN_M[1])
    network = with_feature(small_network(), *tower(0, *at, 100.0))
    limits = TurnLimits(turn_max_deg=30.0, leg_min_m=1000.0)
    found = answer(replace(ONE_SIDED, turns=limits), network, alternatives=0)
    for each in found.suggestions:
        assert each.score.leg_min_m >= 1000
    if not found.suggestions:
        assert {each.code for each in found.reasons} == {"TURN_LIMIT"}


def test_risk_that_a_user_adds_moves_the_corridor() -> None:
    free = answer(ONE_SIDED, alternatives=0).suggestions[0]
    dear = Area(free.line_m.interpolate(0.5, normalized=True).buffer(150), 50.0)
    moved = answer(ONE_SIDED, alternatives=0, areas=[dear]).suggestions[0]
    assert free.line_m.intersects(dear.shape)
    assert not moved.line_m.intersects(dear.shape.buffer(-60))


def test_the_angle_of_a_crossing() -> None:
    boundary = shapely.LineString([(0, 0), (1000, 0)])
    lines = np.array(
        [
            shapely.LineString([(500, -10), (500, 10)]),
            shapely.LineString([(400, -100), (600, 100)]),
            shapely.LineString([(0, 50), (10, 50)]),
        ]
    )
    angles, times = crossing_angles(lines, boundary)
    assert angles[:2] == pytest.approx([90, 45])
    assert np.isnan(angles[2])
    assert times.tolist() == [1, 1, 0]


@pytest.mark.parametrize(
    ("ask", "codes"),
    [
        (Ask("SZ-V1", "SZ-V1"), {"CORRIDOR_ENDS"}),
        (Ask("SZ-V", "HK-V1"), {"UNKNOWN_REFERENCE"}),
        (replace(ACROSS, width_m=0.0), {"OUT_OF_RANGE"}),
        (replace(ACROSS, width_m=float("nan")), {"NOT_FINITE"}),
        (replace(ACROSS, height_m=140.0), {"CEILING_EXCEEDED"}),
        (replace(ACROSS, height_m=40.0), {"TERRAIN_CLEARANCE", "PAD_CLEARANCE"}),
        (replace(ACROSS, height_m=100.0), {"CEILING_EXCEEDED"}),
    ],
)
def test_questions_that_cannot_be_looked_into(ask: Ask, codes: set[str]) -> None:
    with pytest.raises(InvalidInput) as refused:
        answer(ask)
    assert {each.code for each in refused.value.faults} == codes


def test_a_height_above_ground_counts_from_the_higher_place() -> None:
    """The ground is at 5 m, give or take 2 m."""
    found = answer(replace(ONE_SIDED, height_m=75.0, height_reference="AGL"), alternatives=0)
    heights = [lane.height_amsl_m for lane in found.suggestions[0].corridor.lanes]
    assert heights == [82.0, 57.0]


def test_a_restricted_zone_about_a_place_is_named() -> None:
    around = shapely.difference(box(500, 700, 1500, 1700), box(700, 900, 1300, 1500))
    network = with_feature(small_network(), zone("restricted", schedule="10:00-11:00"), around)
    found = answer(ONE_SIDED, network)
    assert not found.suggestions
    assert {(each.code, each.item) for each in found.reasons} == {
        ("RESTRICTED_AVOIDED", "NEW-ZONE")
    }


def test_a_boundary_that_no_leg_crosses_at_the_angle_is_named() -> None:
    found = answer(ACROSS, alternatives=0)
    sides = found.network.sides
    rules = LegRules(found.barriers, sides, "SZ", "HK", crossing_min_deg=91.0, beside_m=20.0)
    ends_m = shapely.get_coordinates([found.network.metric[each] for each in ("SZ-V1", "HK-V1")])
    assert [each.code for each in no_way(ACROSS, found.surface, rules, ends_m)] == [
        "CROSSING_ANGLE"
    ]


def test_a_file_that_holds_no_risk_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "risk.tif"
    path.write_text("no picture")
    grid = answer(ONE_SIDED, alternatives=0).surface.grid
    for read in (
        lambda: risk_raster(path, "EPSG:2326", grid),
        lambda: risk_areas(path, "EPSG:2326"),
    ):
        with pytest.raises(InvalidInput) as refused:
            read()
        assert [each.code for each in refused.value.faults] == ["RISK_UNREADABLE"]

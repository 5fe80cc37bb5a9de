"""What differs between two networks is told whole, and how far a shape has moved."""

from dataclasses import replace
from random import Random

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry.base import BaseGeometry

from geodata.editions.diff import FieldChange, NetworkDiff, diff_networks
from geodata.editions.moved import PRECISION_M, moved_m
from geodata.features import Waypoint
from geodata.network import Network
from planner.testing.layout import box, line, point, said
from tests.geodata.editions.test_rebase import EDITS, edited, lane, without_lane
from tests.geodata.small import added, changed, reshaped, small_network, without

SMALL = small_network()


def changes(new: Network, old: Network = SMALL) -> dict[str, list[tuple[str, object, object]]]:
    """Return the changed fields by feature id."""
    return {
        each.id: [(field.field, field.old, field.new) for field in each.fields]
        for each in diff_networks(old, new).features
    }


def test_a_changed_field_is_told_with_its_old_and_new_value() -> None:
    new = changed(SMALL, "SZ-V1", pads=9, note="more pads")
    assert changes(new) == {"SZ-V1": [("note", None, "more pads"), ("pads", 4, 9)]}
    (change,) = diff_networks(SMALL, new).features
    assert (change.kind, change.layer, change.shape) == ("changed", "vertiports", None)


def test_a_lane_is_compared_by_its_id() -> None:
    assert changes(lane(SMALL, "X-A-B", height_amsl_m=90.0)) == {
        "X-A": [("lanes[X-A-B].height_amsl_m", 85.0, 90.0)]
    }
    assert changes(without_lane(SMALL, "X-A-F")) == {
        "X-A": [
            ("lanes[X-A-F].direction", "forward", None),
            ("lanes[X-A-F].height_amsl_m", 60.0, None),
            ("lanes[X-A-F].band_m", 10.0, None),
        ]
    }


def test_order_is_no_difference() -> None:
    corridor, checkpoint = SMALL.corridors["X-A"], SMALL.checkpoints["SZ-C1"]
    new = changed(SMALL, "X-A", lanes=corridor.lanes[::-1])
    new = changed(new, "SZ-C1", goods=checkpoint.goods[::-1])
    new = reshaped(new, "SZ-PARK", SMALL.lonlat["SZ-PARK"].reverse())
    assert diff_networks(SMALL, new).equal


def test_an_added_and_a_removed_feature_are_told_with_all_their_fields() -> None:
    new = added(SMALL, "waypoints", Waypoint(**said("SZ-WC"), side="SZ"), point(0, 300))
    (there,), (back,) = (diff_networks(*each).features for each in ((SMALL, new), (new, SMALL)))
    assert (there.kind, there.old_shape, there.new_shape) == ("added", None, point(0, 300))
    assert (back.kind, back.old_shape, back.new_shape) == ("removed", point(0, 300), None)
    assert FieldChange("side", None, "SZ") in there.fields
    assert FieldChange("side", "SZ", None) in back.fields


def test_a_feature_in_another_layer_is_removed_from_the_one_and_added_to_the_other() -> None:
    (waypoint,) = (each for each in SMALL.layer("waypoints") if each.id == "SZ-WA")
    shape = SMALL.lonlat["SZ-WA"]
    new = added(without(SMALL, "SZ-WA"), "spot_heights", waypoint, shape)
    found = [(each.kind, each.layer) for each in diff_networks(SMALL, new).features]
    assert found == [("removed", "waypoints"), ("added", "spot_heights")]


def test_the_networks_own_fields_are_compared() -> None:
    found = diff_networks(SMALL, replace(SMALL, info=replace(SMALL.info, licence="ODbL-1.0")))
    assert found.info == (FieldChange("licence", "CC0-1.0", "ODbL-1.0"),)
    assert (found.features, found.equal) == ((), False)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(names=st.lists(st.sampled_from(list(EDITS)), unique=True))
def test_nothing_differs_if_and_only_if_the_editions_are_the_same(names: list[str]) -> None:
    new = edited(names)
    found = diff_networks(SMALL, new)
    assert found.equal == (SMALL.edition == new.edition) == (not names)
    assert isinstance(found, NetworkDiff)


@pytest.mark.parametrize(
    ("identifier", "shape", "moved", "longer"),
    [
        ("HK-HILL", point(1830, -1840), 50.0, 0.0),
        ("X-A", line((-500, 400), (-460, 0), (-500, -400)), 40.0, 2 * np.hypot(400, 40) - 800),
        ("SZ-PARK", box(-1500, 20, 1530, 1500), 30.0, 60.0),
        (
            "SZ-PARK",
            shapely.MultiPolygon([box(-1500, 20, 0, 1500), box(0, 20, 1500, 1500)]),
            740.0,
            2 * 1480.0,
        ),
    ],
)
def test_a_moved_shape_is_told_in_metres(
    identifier: str, shape: BaseGeometry, moved: float, longer: float
) -> None:
    (found,) = diff_networks(SMALL, reshaped(SMALL, identifier, shape)).features
    assert found.shape is not None
    assert found.shape.moved_m == pytest.approx(moved, abs=0.03)
    assert found.shape.length_change_m == pytest.approx(longer, abs=0.05)
    assert found.fields == ()


def test_the_farthest_point_may_lie_within_a_straight_piece() -> None:
    roof = shapely.LineString([(0, 0), (50, 50), (100, 0)])
    floor = shapely.LineString([(0, 0), (100, 0)])
    vee = shapely.LineString([(0, 0), (0, -60), (100, -60), (100, 0)])
    assert moved_m(roof, floor) == pytest.approx(50, abs=PRECISION_M)
    assert shapely.hausdorff_distance(floor, vee) > 59  # the corners of one tell all ...
    assert moved_m(floor, vee) == pytest.approx(60, abs=PRECISION_M)
    sides = shapely.MultiLineString([[(0, 0), (0, 1)], [(100, 0), (100, 1)]])
    assert shapely.hausdorff_distance(floor, sides) < 2  # ... or nothing of the middle
    assert moved_m(floor, sides) == pytest.approx(50, abs=PRECISION_M)


def random_shape(draw: Random) -> BaseGeometry:
    at = [(draw.uniform(0, 100), draw.uniform(0, 100)) for _ in range(draw.randrange(3, 12))]
    if draw.random() < 0.3:
        return shapely.Point(at[0])
    return shapely.LineString(at) if draw.random() < 0.5 else shapely.Polygon(at).convex_hull


@settings(max_examples=60, deadline=None, derandomize=True)
@given(seed=st.integers(0, 2**32))
def test_the_distance_moved_is_that_of_points_laid_densely_on_both_outlines(seed: int) -> None:
    draw = Random(seed)
    one, other = random_shape(draw), random_shape(draw)
    outlines = [each.boundary if each.geom_type == "Polygon" else each for each in (one, other)]
    dense = [shapely.points(shapely.get_coordinates(each.segmentize(0.1))) for each in outlines]
    there = shapely.distance(dense[0], outlines[1]).max()
    back = shapely.distance(dense[1], outlines[0]).max()
    assert moved_m(one, other) == pytest.approx(max(there, back), abs=0.05 + PRECISION_M)
    assert moved_m(one, other) == pytest.approx(moved_m(other, one), abs=PRECISION_M)
    assert moved_m(one, one) == 0.0

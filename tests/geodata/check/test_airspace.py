"""Zones and the lanes in them."""

from dataclasses import replace
from typing import Any

import pytest

from geodata.check import check_network
from geodata.ground import GridGround
from planner.testing.layout import box
from tests.geodata.check.test_heights import at_heights, on_grid
from tests.geodata.findings import codes, only
from tests.geodata.small import changed, reshaped, small_network


def zone(identifier: str, **fields: Any) -> set[str]:
    """Return the codes found after changing fields of a zone."""
    return codes(changed(small_network(), identifier, **fields))


def test_a_zone_has_an_upper_limit_or_says_that_it_has_none() -> None:
    found = only(changed(small_network(), "HK-NATURE", upper_m=None), "ZONE_WITHOUT_UPPER_LIMIT")
    assert (found.item, found.field, found.value) == ("HK-NATURE", "upper_m", "None AMSL")
    assert zone("HK-NATURE", upper_m=None, upper_reference="UNL") == set()
    assert zone("HK-NATURE", upper_reference="UNL") == {"ZONE_UPPER_WITH_UNL"}


@pytest.mark.parametrize(
    ("lower_m", "lower_reference", "upper_m", "upper_reference", "expected"),
    [
        (100.0, "AMSL", 101.0, "AMSL", set()),
        (100.0, "AMSL", 100.0, "AMSL", {"ZONE_LIMITS"}),
        (100.0, "AGL", 100.0, "AGL", {"ZONE_LIMITS"}),
        (97.0, "AGL", 101.0, "AMSL", set()),  # over ground of 3 m at the lowest
        (98.0, "AGL", 101.0, "AMSL", {"ZONE_LIMITS"}),
        (106.0, "AMSL", 100.0, "AGL", set()),  # over ground of 7 m at the highest
        (107.0, "AMSL", 100.0, "AGL", {"ZONE_LIMITS"}),
    ],
)
def test_a_zones_lower_limit_is_under_its_upper_one(
    lower_m: float, lower_reference: str, upper_m: float, upper_reference: str, expected: set[str]
) -> None:
    found = zone(
        "HK-NATURE",
        lower_m=lower_m,
        lower_reference=lower_reference,
        upper_m=upper_m,
        upper_reference=upper_reference,
    )
    assert found == expected


def test_no_lane_is_in_a_prohibited_zone_that_is_always_active() -> None:
    network = reshaped(small_network(), "HK-NATURE", box(-800, -700, -700, -600))
    found = only(network, "LANE_PROHIBITED")
    assert (found.item, found.field) == ("HK-1", "lanes[0].height_amsl_m")
    assert found.value == "HK-1-F from 55.0 to 65.0 m AMSL in HK-NATURE from 3.0 m to 300.0 m"


@pytest.mark.parametrize(
    ("schedule", "expected"),
    [("Mo-Su 00:00-24:00", {"LANE_PROHIBITED"}), ("22:00-06:00", set())],
)
def test_a_prohibited_zone_with_hours_closes_its_lanes_only_then(
    schedule: str, expected: set[str]
) -> None:
    assert zone("SZ-EVENT", kind="prohibited", schedule=schedule) == expected


def test_a_zone_whose_edge_a_corridor_only_touches_does_not_hold_it() -> None:
    """Corridor X-B is 40 m wide about x = 500; a centimetre for rounding is left on either side."""
    beside = box(520.01, -300, 600, -100)
    inside = box(519.99, -300, 600, -100)
    assert codes(reshaped(small_network(), "HK-NATURE", beside)) == set()
    assert codes(reshaped(small_network(), "HK-NATURE", inside)) == {"LANE_PROHIBITED"}


@pytest.mark.parametrize(
    ("lower_m", "upper_m", "expected"),
    [
        (0.0, 54.0, set()),
        (0.0, 56.0, {"LANE_PROHIBITED"}),
        (89.0, 300.0, {"LANE_PROHIBITED"}),
        (91.0, 300.0, set()),
    ],
)
def test_a_zone_over_or_under_the_lanes_does_not_hold_them(
    lower_m: float, upper_m: float, expected: set[str]
) -> None:
    """The lanes of HK-1 fill 55 to 65 m and 80 to 90 m AMSL."""
    network = reshaped(small_network(), "HK-NATURE", box(-800, -700, -700, -600))
    network = changed(
        network, "HK-NATURE", lower_m=lower_m, lower_reference="AMSL", upper_m=upper_m
    )
    assert codes(network) == expected


def test_the_climb_at_a_site_is_part_of_the_lane() -> None:
    """A zone of 30 m over a vertiport is under the lanes, but nobody gets past it."""
    network = reshaped(small_network(), "HK-NATURE", box(-1050, -1050, -950, -950))
    assert codes(changed(network, "HK-NATURE", upper_m=30.0)) == {"LANE_PROHIBITED"}


def test_a_permission_zone_is_named_by_the_corridors_in_it() -> None:
    found = only(changed(small_network(), "SZ-5", approved_zones=()), "PERMISSION_NOT_NAMED")
    assert found.item == "SZ-5"
    assert found.value.endswith("in SZ-STRIP from 3.0 m to unlimited")


@pytest.mark.parametrize(
    ("corridor", "height_m", "expected"),
    [
        ("HK-5", 89.0, set()),
        ("HK-5", 90.0, {"CEILING_EXCEEDED"}),
        ("SZ-5", 118.0, set()),
        ("SZ-5", 119.0, {"CEILING_EXCEEDED"}),
    ],
)
def test_a_lane_stays_below_the_ceiling_of_its_side(
    corridor: str, height_m: float, expected: set[str]
) -> None:
    """Over ground of at least 3 m: 300 ft make 94.44 m AMSL over HK, 120 m make 123 over SZ."""
    assert codes(at_heights(corridor, 60.0, height_m)) == expected


def test_a_crossing_corridor_is_held_to_the_ceilings_of_both_sides() -> None:
    found = check_network(at_heights("X-A", 60.0, 100.0))
    assert [(fault.code, fault.item) for fault in found] == [("CEILING_EXCEEDED", "X-A")]
    assert "HK-CEILING" in found[0].value


def test_an_exempted_corridor_may_pass_a_ceiling() -> None:
    network = changed(at_heights("HK-5", 60.0, 150.0), "HK-5", approved_zones=("HK-CEILING",))
    assert codes(network) == set()


def test_an_approval_names_a_zone_that_takes_approvals() -> None:
    network = changed(small_network(), "X-B", approved_zones=("SZ-STRIP", "SZ-EVENT"))
    assert only(network, "APPROVAL_KIND").value == "SZ-EVENT, restricted"


def test_an_approval_for_a_zone_that_no_lane_enters_is_a_warning() -> None:
    found = only(changed(small_network(), "HK-1", approved_zones=("SZ-STRIP",)), "APPROVAL_UNUSED")
    assert (found.severity, found.value) == ("warning", "SZ-STRIP")


def test_limits_above_ground_count_from_the_ground_inside_the_zone() -> None:
    """The HK ceiling over ground of 15 m is 104.44 m AMSL, although the SZ end lies at 5 m."""
    network = at_heights("X-A", 60.0, 98.0)
    grid = on_grid(-3000).elevation
    assert isinstance(grid, GridGround)
    heights_m = grid.heights_amsl_m.copy()
    heights_m[300:] = 15.0
    assert codes(replace(network, elevation=grid)) == {"CEILING_EXCEEDED"}
    assert codes(replace(network, elevation=replace(grid, heights_amsl_m=heights_m))) == set()

"""The boundary, and who is on which side of it."""

import pytest

from geodata.check import check_network
from geodata.features import Boundary
from planner.testing.layout import box, line, point, said
from tests.geodata.findings import codes, only
from tests.geodata.small import PLACES_M, added, changed, reshaped, small_network, without


def test_there_is_exactly_one_boundary_line() -> None:
    second = Boundary(**said("BOUNDARY-2"), left_side="SZ", right_side="HK")
    two = added(small_network(), "boundary", second, line((-3000, 9), (3000, 9)))
    assert only(two, "BOUNDARY_COUNT").value == "2 lines"
    assert only(without(small_network(), "BOUNDARY"), "BOUNDARY_COUNT").value == "0 lines"


def test_the_boundary_has_another_side_on_either_hand() -> None:
    assert only(changed(small_network(), "BOUNDARY", left_side="HK"), "BOUNDARY_SIDES")


def test_the_boundary_is_no_ring() -> None:
    ring = line((-3000, 0), (3000, 0), (3000, -3000), (-3000, 0))
    found = only(reshaped(small_network(), "BOUNDARY", ring), "LINE_NOT_SIMPLE")
    assert found.value == "begins where it ends"


def test_no_place_lies_past_the_ends_of_the_boundary() -> None:
    short = line((-950, 0), (950, 0))
    found = check_network(reshaped(small_network(), "BOUNDARY", short))
    assert {(fault.code, fault.item) for fault in found} == {
        ("BEYOND_BOUNDARY", each) for each in ("SZ-V1", "SZ-V2", "HK-V1", "HK-V2")
    }


def test_a_place_is_on_the_side_that_it_claims() -> None:
    found = only(changed(small_network(), "HK-J1", side="SZ"), "PLACE_SIDE")
    assert (found.source, found.item, found.field) == ("checkpoints", "HK-J1", "side")
    assert (found.value, found.limit) == ("SZ, 700 m across", "HK")


@pytest.mark.parametrize(("south_m", "expected"), [(-10, set()), (-40, {"PARK_SIDE"})])
def test_a_park_is_on_its_side_but_for_a_sliver(south_m: float, expected: set[str]) -> None:
    park = box(-1500, south_m, 1500, 1500)
    assert codes(reshaped(small_network(), "SZ-PARK", park)) == expected


@pytest.mark.parametrize("lowest_m", [-100, 10])
def test_a_one_sided_corridor_stays_on_its_side_over_its_whole_width(lowest_m: float) -> None:
    way = line(PLACES_M["SZ-WA"], (0, lowest_m), PLACES_M["SZ-WB"])
    found = only(reshaped(small_network(), "SZ-5", way), "CORRIDOR_SIDE")
    assert (found.item, found.limit) == ("SZ-5", "wholly on SZ")


def test_a_one_sided_corridor_claims_the_side_that_it_is_on() -> None:
    network = changed(small_network(), "SZ-5", start_side="HK", end_side="HK")
    assert only(network, "CORRIDOR_SIDE").value == "wholly on SZ"


def test_a_crossing_corridor_claims_its_sides_in_its_direction() -> None:
    network = changed(small_network(), "X-A", start_side="HK", end_side="SZ")
    found = check_network(network)
    assert [(fault.code, fault.field) for fault in found] == [
        ("CORRIDOR_SIDE", "end_side"),
        ("CORRIDOR_SIDE", "start_side"),
    ]


def test_a_corridor_between_sides_crosses_the_boundary_once() -> None:
    way = line(
        PLACES_M["SZ-WA"], (-500, -100), (-440, -100), (-440, 60), (-380, 60), PLACES_M["HK-WA"]
    )
    found = only(reshaped(small_network(), "X-A", way), "CORRIDOR_CROSSINGS")
    assert (found.item, found.value, found.limit) == ("X-A", "3 times", "once")


@pytest.mark.parametrize("field", ["gate_lon", "gate_lat"])
def test_a_crossing_corridor_has_a_gate(field: str) -> None:
    assert only(changed(small_network(), "X-A", **{field: None}), "GATE_MISSING").item == "X-A"


def test_a_one_sided_corridor_has_no_gate() -> None:
    assert only(changed(small_network(), "SZ-5", gate_lat=22.5), "GATE_UNEXPECTED").item == "SZ-5"


@pytest.mark.parametrize(("off_m", "expected"), [(0.9, set()), (5, {"GATE_OFF_CROSSING"})])
def test_a_gate_is_within_a_metre_of_the_crossing(off_m: float, expected: set[str]) -> None:
    gate = point(-500 + off_m, 0)
    network = changed(small_network(), "X-A", gate_lon=gate.x, gate_lat=gate.y)
    assert codes(network) == expected

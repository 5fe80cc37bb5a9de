"""References, corridors' ends, duplicates, hours."""

from dataclasses import replace

import pytest

from geodata.check import check_network
from geodata.features import Corridor, Lane, Vertiport, Waypoint
from geodata.network import Network
from planner.testing.layout import line, point, said
from tests.geodata.findings import codes, only
from tests.geodata.small import PLACES_M, added, changed, reshaped, small_network, without


def corridor(identifier: str, start: str, end: str) -> Corridor:
    return replace(
        small_network().corridors["SZ-5"],
        **said(identifier),
        start=start,
        end=end,
        lanes=(
            Lane(id=f"{identifier}-F", direction="forward", height_amsl_m=60.0),
            Lane(id=f"{identifier}-B", direction="backward", height_amsl_m=85.0),
        ),
    )


def test_the_small_network_keeps_every_rule() -> None:
    assert check_network(small_network()) == []


def test_a_corridor_names_places_that_exist() -> None:
    found = check_network(changed(small_network(), "SZ-2", start="SZ-V22"))
    (unknown,) = (fault for fault in found if fault.code == "UNKNOWN_REFERENCE")
    assert (unknown.source, unknown.item, unknown.field) == ("corridors", "SZ-2", "start")
    assert unknown.value == "SZ-V22"
    assert "did you mean SZ-V2?" in unknown.message
    assert {fault.code for fault in found} == {
        "UNKNOWN_REFERENCE",
        "ISOLATED_PLACE",
        "UNREACHABLE",
    }


def test_a_corridor_names_zones_that_exist() -> None:
    found = only(
        changed(small_network(), "SZ-5", approved_zones=("SZ-STRIP", "SZ-STRIPE")),
        "UNKNOWN_REFERENCE",
    )
    assert found.field == "approved_zones"
    assert "did you mean SZ-STRIP?" in found.message


def test_a_corridor_joins_two_different_places() -> None:
    loop = line(PLACES_M["SZ-WA"], (-700, 400), (-600, 300), PLACES_M["SZ-WA"])
    network = added(small_network(), "corridors", corridor("SZ-9", "SZ-WA", "SZ-WA"), loop)
    assert only(network, "CORRIDOR_ENDS").item == "SZ-9"


def test_a_corridor_ends_on_its_places_within_a_metre() -> None:
    x_m, y_m = PLACES_M["SZ-V1"]
    near = reshaped(small_network(), "SZ-V1", point(x_m + 0.9, y_m))
    off = reshaped(small_network(), "SZ-V1", point(x_m + 5, y_m))
    assert codes(near) == set()
    found = only(off, "CORRIDOR_END_OFF_PLACE")
    assert (found.item, found.field, found.value) == ("SZ-1", "start", "5.0 m from SZ-V1")


def test_a_corridor_drawn_the_wrong_way_round_is_off_both_places() -> None:
    way = line(PLACES_M["SZ-WB"], PLACES_M["SZ-WA"])
    found = check_network(reshaped(small_network(), "SZ-5", way))
    assert [(fault.code, fault.field) for fault in found] == [
        ("CORRIDOR_END_OFF_PLACE", "end"),
        ("CORRIDOR_END_OFF_PLACE", "start"),
    ]


@pytest.mark.parametrize(("length_m", "expected"), [(99.0, {"CORRIDOR_SHORT"}), (101.0, set())])
def test_a_corridor_is_at_least_100_m_long(length_m: float, expected: set[str]) -> None:
    x_m, y_m = PLACES_M["SZ-WA"]
    at = (x_m - length_m, y_m)
    stop = Vertiport(**said("SZ-V3"), side="SZ", pads=1, ground_amsl_m=5.0)
    network = added(small_network(), "vertiports", stop, point(*at))
    way = line(at, PLACES_M["SZ-WA"])
    network = added(network, "corridors", corridor("SZ-9", "SZ-V3", "SZ-WA"), way)
    assert codes(network) == expected


def test_a_corridor_does_not_cross_itself() -> None:
    way = line(PLACES_M["SZ-WA"], (200, 400), (200, 300), (0, 300), (0, 450), PLACES_M["SZ-WB"])
    found = only(reshaped(small_network(), "SZ-5", way), "LINE_NOT_SIMPLE")
    assert found.item == "SZ-5"
    assert found.value.startswith("meets itself at 114.07")


def test_ids_are_unique_over_features_and_lanes() -> None:
    lanes = small_network().corridors["SZ-5"].lanes
    network = changed(small_network(), "SZ-5", lanes=(replace(lanes[0], id="SZ-V1"), lanes[1]))
    found = check_network(network)
    assert [(fault.code, fault.source, fault.item, fault.field) for fault in found] == [
        ("DUPLICATE_ID", "corridors", "SZ-V1", "lanes[0].id"),
        ("DUPLICATE_ID", "vertiports", "SZ-V1", "id"),
    ]
    assert found[0].value == "2 times: corridors SZ-5, vertiports"


def test_a_duplicate_feature_is_reported_once_and_does_not_hide_the_first() -> None:
    network = small_network()
    twice = (*network.layer("zones"), network.zones["SZ-STRIP"])
    network = replace(network, features={**network.features, "zones": twice})
    assert only(network, "DUPLICATE_ID").item == "SZ-STRIP"


def test_no_two_places_are_at_one_point() -> None:
    same = point(*PLACES_M["SZ-V2"])
    network = added(small_network(), "waypoints", Waypoint(**said("SZ-W9"), side="SZ"), same)
    way = line(PLACES_M["SZ-V2"], (600, 900), PLACES_M["SZ-WB"])
    network = added(network, "corridors", corridor("SZ-9", "SZ-W9", "SZ-WB"), way)
    found = check_network(network)
    assert {(fault.code, fault.item) for fault in found} == {
        ("DUPLICATE_PLACE", "SZ-V2"),
        ("DUPLICATE_PLACE", "SZ-W9"),
    }


def test_no_two_corridors_run_the_same_way() -> None:
    """In either direction; a second corridor by another way is none of it."""
    ends = PLACES_M["SZ-WB"], PLACES_M["SZ-WA"]
    again = corridor("SZ-9", "SZ-WB", "SZ-WA")
    same = added(small_network(), "corridors", again, line(*ends))
    other = added(small_network(), "corridors", again, line(ends[0], (0, 300), ends[1]))
    assert only(same, "DUPLICATE_CORRIDOR").value == "same line as SZ-5"
    assert codes(other) == set()


def test_every_place_has_a_corridor() -> None:
    network = added(
        small_network(), "waypoints", Waypoint(**said("SZ-W9"), side="SZ"), point(0, 1000)
    )
    assert only(network, "ISOLATED_PLACE").item == "SZ-W9"


@pytest.mark.parametrize("kept", [0, 1])
def test_lanes_join_every_site_to_every_other_both_ways(kept: int) -> None:
    lane = small_network().corridors["SZ-2"].lanes[kept]
    found = only(changed(small_network(), "SZ-2", lanes=(lane,)), "UNREACHABLE")
    assert found.item == "SZ-V2"
    ways = ["reaches 6 of 6 other sites, is reached from 0"]
    ways += ["reaches 0 of 6 other sites, is reached from 6"]
    assert found.value == ways[kept]


def test_a_network_in_two_parts_names_the_smaller_one() -> None:
    found = check_network(without(small_network(), "X-A", "X-B", "SZ-V2", "SZ-2"))
    assert {(fault.code, fault.item) for fault in found} == {
        ("UNREACHABLE", "SZ-V1"),
        ("UNREACHABLE", "SZ-C1"),
    }


def test_each_side_clears_each_goods_class_but_dangerous() -> None:
    goods = tuple(each for each in small_network().checkpoints["HK-C1"].goods if each != "research")
    found = only(changed(small_network(), "HK-C1", goods=goods), "CUSTOMS_GAP")
    assert (found.source, found.item, found.value) == ("checkpoints", "HK", "research")


def test_a_joint_checkpoint_clears_for_both_sides() -> None:
    network: Network = changed(small_network(), "SZ-C1", goods=("bonded", "research", "strategic"))
    assert codes(network) == set()
    assert codes(changed(network, "HK-J1", joint=False)) == {"CUSTOMS_GAP"}


@pytest.mark.parametrize(
    ("item", "field"),
    [("SZ-V1", "hours"), ("SZ-C1", "hours"), ("X-A", "hours"), ("SZ-EVENT", "schedule")],
)
def test_hours_and_schedules_are_opening_hours(item: str, field: str) -> None:
    found = only(changed(small_network(), item, **{field: "9 to 5"}), "HOURS_SYNTAX")
    assert (found.item, found.field, found.value) == (item, field, "9 to 5")

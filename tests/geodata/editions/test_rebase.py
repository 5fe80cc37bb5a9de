"""Two edits of one network are put together where they touch different things."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.editions.rebase import NOT_THERE, Conflict, ConflictError, rebase
from geodata.features import Vertiport, Waypoint
from geodata.geojson import write_geometry
from geodata.network import Network
from planner.testing.layout import line, point, said
from tests.geodata.small import added, changed, reshaped, small_network, without

SMALL = small_network()
Edit = Callable[[Network], Network]


def conflicts(theirs: Network, mine: Network, base: Network | None = SMALL) -> tuple[Conflict, ...]:
    with pytest.raises(ConflictError) as refused:
        rebase(base, theirs, mine)
    return refused.value.conflicts


def lane(network: Network, name: str, **fields: Any) -> Network:
    """Return the network with some fields of one lane of corridor X-A changed."""
    lanes = [
        replace(each, **fields) if each.id == name else each
        for each in network.corridors["X-A"].lanes
    ]
    return changed(network, "X-A", lanes=tuple(lanes))


def without_lane(network: Network, name: str) -> Network:
    lanes = tuple(each for each in network.corridors["X-A"].lanes if each.id != name)
    return changed(network, "X-A", lanes=lanes)


EDITS: dict[str, Edit] = {
    "name of V1": lambda network: changed(network, "SZ-V1", name="Other"),
    "pads of V1": lambda network: changed(network, "SZ-V1", pads=9),
    "place of the hill": lambda network: reshaped(network, "HK-HILL", point(1900, -1900)),
    "top of the hill": lambda network: changed(network, "HK-HILL", top_m=99.0),
    "no bridge": lambda network: without(network, "SZ-BRIDGE"),
    "a waypoint more": lambda network: added(
        network, "waypoints", Waypoint(**said("SZ-WC"), side="SZ"), point(0, 300)
    ),
    "height of a lane": lambda network: lane(network, "X-A-F", height_amsl_m=62.0),
    "band of that lane": lambda network: lane(network, "X-A-F", band_m=8.0),
    "height of the other lane": lambda network: lane(network, "X-A-B", height_amsl_m=88.0),
    "line of the corridor": lambda network: reshaped(
        network, "X-A", line((-500, 400), (-490, 0), (-500, -400))
    ),
    "goods of C1": lambda network: changed(network, "SZ-C1", goods=("general", "document")),
    "licence": lambda network: replace(network, info=replace(network.info, licence="CC-BY-4.0")),
    "notice": lambda network: replace(network, info=replace(network.info, notice="Other.")),
}
ORDERED = list(EDITS)


def edited(names: list[str]) -> Network:
    network = SMALL
    for name in names:
        network = EDITS[name](network)
    return network


@settings(max_examples=60, deadline=None, derandomize=True)
@given(names=st.permutations(ORDERED), cut=st.integers(0, len(ORDERED)), end=st.integers(0, 20))
def test_edits_of_different_things_are_put_together_whoever_made_them(
    names: list[str], cut: int, end: int
) -> None:
    theirs, mine = names[:cut], names[cut : cut + end]
    together = edited([name for name in ORDERED if name in (*theirs, *mine)])
    assert rebase(SMALL, edited(theirs), edited(mine)).edition == together.edition
    assert rebase(SMALL, edited(mine), edited(theirs)).edition == together.edition


@settings(max_examples=30, deadline=None, derandomize=True)
@given(mine=st.lists(st.sampled_from(ORDERED), unique=True))
def test_an_edit_on_an_unchanged_base_and_an_edit_that_both_made_stay_as_they_are(
    mine: list[str],
) -> None:
    network = edited(mine)
    assert rebase(SMALL, SMALL, network).edition == network.edition
    assert rebase(SMALL, network, SMALL).edition == network.edition
    assert rebase(SMALL, network, network).edition == network.edition


@pytest.mark.parametrize(
    ("identifier", "field", "one", "other"),
    [
        ("SZ-V1", "pads", 5, 6),
        ("SZ-V1", "note", "one", None),
        ("SZ-C1", "goods", ("general",), ("document",)),
        ("SZ-EVENT", "schedule", "09:00-10:00", "24/7"),
    ],
)
def test_a_field_that_both_changed_is_a_conflict(
    identifier: str, field: str, one: Any, other: Any
) -> None:
    base = changed(SMALL, "SZ-V1", note="base")
    old = next(each for layer in base.features.values() for each in layer if each.id == identifier)
    theirs, mine = (changed(base, identifier, **{field: value}) for value in (one, other))
    (found,) = conflicts(theirs, mine, base)
    assert (found.id, found.field, found.theirs, found.mine) == (identifier, field, one, other)
    before = getattr(old, field)
    assert found.base == (tuple(sorted(before)) if isinstance(before, tuple) else before)


def test_a_geometry_that_both_changed_is_a_conflict() -> None:
    shapes = point(1850, -1800), point(1800, -1850)
    (found,) = conflicts(*(reshaped(SMALL, "HK-HILL", each) for each in shapes))
    assert (found.layer, found.id, found.field) == ("obstacles", "HK-HILL", "geometry")
    assert found.base == write_geometry(SMALL.lonlat["HK-HILL"])
    assert [found.theirs, found.mine] == [write_geometry(each) for each in shapes]


def test_a_field_of_a_lane_that_both_changed_is_a_conflict() -> None:
    theirs, mine = (lane(SMALL, "X-A-F", height_amsl_m=each) for each in (61.0, 62.0))
    assert conflicts(theirs, mine) == (
        Conflict("corridors", "X-A", "lanes[X-A-F].height_amsl_m", 60.0, 61.0, 62.0),
    )


def test_a_lane_that_one_removed_and_the_other_changed_is_a_conflict() -> None:
    gone, higher = without_lane(SMALL, "X-A-F"), lane(SMALL, "X-A-F", height_amsl_m=61.0)
    field = "lanes[X-A-F].height_amsl_m"
    assert conflicts(gone, higher) == (Conflict("corridors", "X-A", field, 60.0, NOT_THERE, 61.0),)
    assert rebase(SMALL, gone, lane(SMALL, "X-A-B", height_amsl_m=90.0)).lanes.keys() == (
        gone.lanes.keys()
    )


def test_a_feature_that_one_removed_and_the_other_changed_is_a_conflict() -> None:
    gone, higher = without(SMALL, "HK-HILL"), changed(SMALL, "HK-HILL", top_m=99.0)
    assert conflicts(gone, higher) == (
        Conflict("obstacles", "HK-HILL", "top_m", 110.0, NOT_THERE, 99.0),
    )
    assert conflicts(higher, gone) == (
        Conflict("obstacles", "HK-HILL", "top_m", 110.0, 99.0, NOT_THERE),
    )


def test_a_feature_that_both_added_must_be_the_same() -> None:
    waypoint = Waypoint(**said("SZ-WC"), side="SZ")
    one = added(SMALL, "waypoints", waypoint, point(0, 300))
    two = added(SMALL, "waypoints", waypoint, point(0, 310))
    assert rebase(SMALL, one, one).edition == one.edition
    (found,) = conflicts(one, two)
    assert (found.field, found.base) == ("geometry", NOT_THERE)


def test_one_id_in_two_layers_is_a_conflict() -> None:
    one = added(SMALL, "waypoints", Waypoint(**said("SZ-NEW"), side="SZ"), point(0, 300))
    vertiport = Vertiport(**said("SZ-NEW"), side="SZ", pads=1, ground_amsl_m=5.0)
    two = added(SMALL, "vertiports", vertiport, point(0, 300))
    assert conflicts(one, two) == (
        Conflict("vertiports", "SZ-NEW", "layer", NOT_THERE, "waypoints", "vertiports"),
    )


def test_the_networks_own_fields_conflict_too() -> None:
    theirs, mine = (
        replace(SMALL, info=replace(SMALL.info, licence=each)) for each in ("CC-BY-4.0", "ODbL-1.0")
    )
    assert conflicts(theirs, mine) == (
        Conflict("network.json", "", "licence", "CC0-1.0", "CC-BY-4.0", "ODbL-1.0"),
    )


def test_all_conflicts_are_told_at_once() -> None:
    one = changed(changed(SMALL, "SZ-V1", pads=5, name="One"), "HK-HILL", top_m=1.0)
    two = changed(changed(SMALL, "SZ-V1", pads=6, name="Two"), "HK-HILL", top_m=2.0)
    assert [(each.id, each.field) for each in conflicts(one, two)] == [
        ("HK-HILL", "top_m"),
        ("SZ-V1", "name"),
        ("SZ-V1", "pads"),
    ]


def test_without_a_base_both_added_what_they_have() -> None:
    other = without(changed(SMALL, "SZ-V1", pads=5), "SZ-BRIDGE")
    assert rebase(None, SMALL, without(SMALL, "SZ-BRIDGE")).edition == SMALL.edition
    (found,) = conflicts(SMALL, other, None)
    assert (found.field, found.base, found.theirs, found.mine) == ("pads", NOT_THERE, 4, 5)


def test_a_shape_keeps_the_way_in_which_its_rings_run() -> None:
    both = rebase(SMALL, changed(SMALL, "HK-NATURE", name="Other"), SMALL)
    ring = both.lonlat["HK-NATURE"]
    assert isinstance(ring, shapely.Polygon)
    assert ring.exterior.is_ccw

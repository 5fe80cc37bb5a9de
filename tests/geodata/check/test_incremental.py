"""The check of a network that is being edited finds what the check of the whole network finds."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry.base import BaseGeometry

from geodata.check import check_network, incremental
from geodata.check.incremental import Checked
from geodata.edit import find_feature, layer_with
from geodata.faults import InvalidInput
from geodata.features import (
    LAYERS,
    Boundary,
    Checkpoint,
    Corridor,
    Feature,
    Lane,
    Obstacle,
    Park,
    SpotHeight,
    Vertiport,
    Waypoint,
    Zone,
)
from geodata.network import Network
from planner.testing.layout import ALL_GOODS, line, lonlat, point, said
from tests.geodata.small import added, small_network

PLACES = ("SZ-V1", "SZ-V2", "SZ-C1", "SZ-WA", "SZ-WB", "HK-V1", "HK-C1", "HK-J1", "HK-WA", "HK-WB")
NEW = ("NEW-1", "NEW-2")
ZONES = ("SZ-STRIP", "SZ-EVENT", "HK-NATURE", "SZ-CEILING")
CORRIDORS = ("SZ-1", "SZ-3", "SZ-5", "HK-2", "X-A", "X-B")
OTHERS = ("SZ-PARK", "BOUNDARY", "SZ-BRIDGE", "HK-BLOCK", "SZ-H1", "HK-H2")

COORDINATE_M = st.one_of(
    st.sampled_from([-1000.0, -500.0, -400.0, 0.0, 400.0, 500.0, 700.0, 1000.0, 150_000.0]),
    st.integers(-2500, 2500).map(float),
)
POINT_M = st.tuples(COORDINATE_M, COORDINATE_M)
NAMES = st.sampled_from([*PLACES, *NEW, *ZONES, "SZ-WC"])
HEIGHT_M = st.sampled_from([10.0, 25.0, 60.0, 85.0, 110.0, 130.0])
SIDE = st.sampled_from(["SZ", "HK"])
HOURS = st.sampled_from(["24/7", "08:00-20:00", "no hours"])

Edit = Callable[[Network], tuple[Feature, BaseGeometry] | str]


def shape_of(draw: Any, kind: type[Feature]) -> BaseGeometry:
    """Return a shape in metres of a type that the layer takes; it may be unsound."""
    if kind in (Corridor, Boundary):
        return shapely.LineString(draw(st.lists(POINT_M, min_size=2, max_size=4)))
    if kind in (Park, Zone):
        (x, y), width = draw(POINT_M), draw(st.sampled_from([5.0, 150.0, 1200.0]))
        bow = [(x, y), (x + width, y + width), (x + width, y), (x, y + width), (x, y)]
        return draw(
            st.sampled_from([shapely.box(x, y, x + width, y + width), shapely.Polygon(bow)])
        )
    return shapely.Point(draw(POINT_M))


@st.composite
def features(draw: st.DrawFn, identifier: str, kind: type[Feature]) -> Feature:
    """Return a made-up feature of a layer under an id."""
    given_: dict[str, Any] = said(identifier)
    if kind in (Park, Waypoint, Vertiport, Checkpoint):
        given_["side"] = draw(SIDE)
    if kind is Vertiport:
        given_ |= {"pads": 2, "ground_amsl_m": draw(HEIGHT_M), "hours": draw(HOURS)}
    if kind is Checkpoint:
        given_ |= {"pads": 2, "bays": 1, "ground_amsl_m": 5.0, "hours": "24/7"}
        given_ |= {"goods": draw(st.sampled_from([ALL_GOODS, ALL_GOODS[:2]]))}
        given_ |= {"clearance_mode": "test", "joint": draw(st.booleans())}
    if kind is Boundary:
        given_ |= {"left_side": draw(SIDE), "right_side": "HK"}
    if kind is Corridor:
        lanes = st.tuples(st.sampled_from(["forward", "backward"]), HEIGHT_M)
        ids = st.sampled_from([f"{identifier}-F", f"{identifier}-B", "SZ-5-F", "SZ-V1"])
        given_ |= {
            "start": draw(NAMES),
            "end": draw(NAMES),
            "start_side": draw(SIDE),
            "end_side": draw(SIDE),
            "width_m": draw(st.sampled_from([10.0, 40.0, 120.0])),
            "approved_zones": tuple(draw(st.lists(NAMES, max_size=2))),
            "lanes": tuple(
                Lane(id=draw(ids), direction=direction, height_amsl_m=height)  # type: ignore[arg-type]
                for direction, height in draw(st.lists(lanes, min_size=1, max_size=2))
            ),
        }
    if kind is Zone:
        given_ |= {
            "kind": draw(st.sampled_from(["prohibited", "restricted", "permission", "ceiling"])),
            "category": "event",
            "side": "SZ",
            "authority": "test authority",
            "lower_m": draw(HEIGHT_M),
            "lower_reference": draw(st.sampled_from(["AGL", "AMSL"])),
            "upper_m": draw(HEIGHT_M),
            "upper_reference": draw(st.sampled_from(["AGL", "AMSL", "UNL"])),
        }
    if kind is Obstacle:
        given_ |= {
            "kind": "tower",
            "top_m": draw(HEIGHT_M),
            "radius_m": draw(st.sampled_from([0.0, 300.0])),
        }
        given_ |= {"top_reference": draw(st.sampled_from(["AGL", "AMSL"]))}
    if kind is SpotHeight:
        given_ |= {"ground_amsl_m": draw(HEIGHT_M), "margin_m": 2.0}
    return kind(**given_)


def tweaks(draw: Any, feature: Feature) -> dict[str, Any]:
    """Return changed fields of a feature that stands, as an editor makes them one at a time."""
    if isinstance(feature, Corridor):
        lane = replace(feature.lanes[0], height_amsl_m=draw(HEIGHT_M))
        return draw(
            st.sampled_from(
                [
                    {"lanes": (lane, *feature.lanes[1:])},
                    {"lanes": feature.lanes[:1]},
                    {"start": draw(NAMES)},
                    {"approved_zones": ()},
                    {"gate_lon": None},
                    {"hours": draw(HOURS)},
                ]
            )
        )
    if isinstance(feature, Zone):
        return {"kind": draw(st.sampled_from(["prohibited", "permission", "ceiling"]))}
    if isinstance(feature, Vertiport | Checkpoint | SpotHeight):
        return {"ground_amsl_m": draw(HEIGHT_M)}
    return {"note": "looked at"}


def bent(line: shapely.LineString, towards: BaseGeometry) -> shapely.LineString:
    """Return a line with a vertex between its ends, drawn some way towards a point."""
    at = shapely.get_coordinates(line)
    middle = at[len(at) // 2] if len(at) > 2 else at.mean(axis=0)
    vertex = np.round(middle + (shapely.get_coordinates(towards)[0] - middle) / 4, 7)
    return shapely.LineString([at[0], vertex, at[-1]])


@st.composite
def edits(draw: st.DrawFn) -> Edit:
    """Return an edit: remove, tweak, move or put anew; of a feature that is there, as a rule."""
    identifier = draw(st.sampled_from([*PLACES, *CORRIDORS, *ZONES, *OTHERS, *NEW]))
    kind = LAYERS[draw(st.sampled_from(sorted(LAYERS)))]
    way = draw(st.sampled_from(["remove", "tweak", "move", "shift", "bend", "anew", "anew"]))
    (moved,) = lonlat(shapely.Point(draw(POINT_M)))
    data = draw(st.data())

    def edit(network: Network) -> tuple[Feature, BaseGeometry] | str:
        if identifier not in network.lonlat:
            feature = data.draw(features(identifier, kind))
            return feature, lonlat(shape_of(data.draw, kind))[0]
        layer = layer_with(network, identifier)
        standing = find_feature(network, layer, identifier)
        assert standing is not None
        shape = network.lonlat[identifier]
        if way == "remove":
            return identifier
        if way == "tweak":
            return replace(standing, **tweaks(data.draw, standing)), shape
        if way == "move":
            return standing, lonlat(shape_of(data.draw, LAYERS[layer]))[0]
        if way == "bend" and isinstance(shape, shapely.LineString):
            return standing, bent(shape, moved)
        if way == "shift":
            step = (shapely.get_coordinates(moved)[0] - shapely.get_coordinates(shape)[0]) / 20
            return standing, shapely.transform(shape, lambda at: np.round(at + step, 7))
        feature = data.draw(features(identifier, LAYERS[layer]))
        return feature, shape if data.draw(st.booleans()) else lonlat(
            shape_of(data.draw, LAYERS[layer])
        )[0]

    return edit


def after(checked: Checked, change: tuple[Feature, BaseGeometry] | str) -> Checked:
    return (
        checked.without_feature(change)
        if isinstance(change, str)
        else checked.with_feature(*change)
    )


def spotted() -> Network:
    """Return the small network with so many spot heights that not all count everywhere."""
    network = small_network()
    for number in range(9):
        spot = SpotHeight(**said(f"H{number}"), ground_amsl_m=5.0 + number % 2, margin_m=2.0)
        at = point(-1200 + 700 * (number % 3), -1100 + 900 * (number // 3))
        network = added(network, "spot_heights", spot, at)
    return network


@settings(max_examples=100, deadline=None, derandomize=True)
@given(
    start=st.sampled_from([small_network, spotted]),
    sequence=st.lists(edits(), min_size=1, max_size=6),
)
def test_any_sequence_of_edits_finds_what_the_whole_check_finds(
    start: Callable[[], Network], sequence: list[Edit]
) -> None:
    checked = Checked.of(start())
    for edit in sequence:
        checked = after(checked, edit(checked.network))
        assert list(checked.findings) == check_network(checked.network)


@dataclass(frozen=True)
class Dependency:
    """An edit of one feature for which a rule finds something else of another one."""

    rule: str
    code: str
    at: str
    edit: Callable[[Network], tuple[Feature, BaseGeometry] | str]


def put(identifier: str, **fields: Any) -> Callable[[Network], tuple[Feature, BaseGeometry]]:
    """Return the edit that changes fields of a feature, and its shape if `to` is given."""

    def edit(network: Network) -> tuple[Feature, BaseGeometry]:
        standing = find_feature(network, layer_with(network, identifier), identifier)
        assert standing is not None
        shape = fields.get("to", network.lonlat[identifier])
        values = {name: value for name, value in fields.items() if name != "to"}
        return replace(standing, **values), shape

    return edit


def remove(identifier: str) -> Callable[[Network], str]:
    return lambda _: identifier


def twin(network: Network) -> tuple[Feature, BaseGeometry]:
    """Return a corridor along SZ-5 with an id that comes before it."""
    lanes = tuple(replace(each, id=f"A-{each.id}") for each in network.corridors["SZ-5"].lanes)
    return replace(network.corridors["SZ-5"], id="A-5", lanes=lanes), network.lonlat["SZ-5"]


NORTHWARD = line((-3000, 0), (0, 900), (3000, 0))

DEPENDENCIES = [
    Dependency("unknown_references", "UNKNOWN_REFERENCE", "SZ-2", remove("SZ-V2")),
    Dependency("unknown_references", "UNKNOWN_REFERENCE", "SZ-5", remove("SZ-STRIP")),
    Dependency(
        "corridor_shapes", "CORRIDOR_END_OFF_PLACE", "SZ-2", put("SZ-V2", to=point(1000, 1220))
    ),
    Dependency("duplicate_places", "DUPLICATE_PLACE", "SZ-C1", put("SZ-V2", to=point(0, 700))),
    Dependency("duplicate_corridors", "DUPLICATE_CORRIDOR", "SZ-5", twin),
    Dependency("place_sides", "PLACE_SIDE", "SZ-C1", put("BOUNDARY", to=NORTHWARD)),
    Dependency("park_sides", "PARK_SIDE", "SZ-PARK", put("BOUNDARY", to=NORTHWARD)),
    Dependency("corridor_sides", "CORRIDOR_SIDE", "SZ-5", put("BOUNDARY", to=NORTHWARD)),
    Dependency("pad_clearance", "PAD_CLEARANCE", "SZ-1", put("SZ-V1", ground_amsl_m=50.0)),
    Dependency("terrain_clearance", "TERRAIN_CLEARANCE", "SZ-2", put("SZ-H2", ground_amsl_m=900.0)),
    Dependency("obstacle_clearance", "OBSTACLE_CLEARANCE", "X-A", put("SZ-BRIDGE", top_m=50.0)),
    Dependency(
        "obstacle_clearance", "OBSTACLE_CLEARANCE", "X-A", put("SZ-H1", ground_amsl_m=200.0)
    ),
    Dependency("zone_limits", "ZONE_LIMITS", "SZ-EVENT", put("SZ-H2", ground_amsl_m=3000.0)),
    Dependency(
        "lanes_in_zones",
        "LANE_PROHIBITED",
        "X-B",
        put("SZ-EVENT", kind="prohibited", schedule="24/7"),
    ),
    Dependency("lanes_in_zones", "CEILING_EXCEEDED", "SZ-5", put("SZ-CEILING", lower_m=20.0)),
    Dependency("isolated_places", "ISOLATED_PLACE", "SZ-V2", remove("SZ-2")),
    Dependency("unreachable_sites", "UNREACHABLE", "SZ-V2", remove("SZ-2")),
    Dependency("customs_gaps", "CUSTOMS_GAP", "HK", remove("HK-C1")),
]


def of(dependency: Dependency, checked: Checked) -> bool:
    return any(
        (fault.code, fault.item) == (dependency.code, dependency.at) for fault in checked.findings
    )


@pytest.mark.parametrize("dependency", DEPENDENCIES, ids=lambda each: f"{each.rule}-{each.at}")
def test_an_edit_is_felt_by_its_neighbours(
    dependency: Dependency, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And, the control, goes unnoticed if the rule is not said to follow the edited layer."""
    start = Checked.of(small_network())
    assert of(dependency, after(start, dependency.edit(start.network)))
    for name in ("RULES", "WHOLE_RULES"):
        deaf = [
            replace(rule, follows={}) if rule.find.__name__ == dependency.rule else rule
            for rule in getattr(incremental, name)
        ]
        monkeypatch.setattr(incremental, name, deaf)
    start = Checked.of(small_network())
    assert not of(dependency, after(start, dependency.edit(start.network)))


def test_an_edit_leaves_what_was_checked_before_as_it_was() -> None:
    start = Checked.of(small_network())
    assert after(start, remove("SZ-2")(start.network)).findings
    assert start.findings == ()
    assert start.network == small_network()


def test_an_unsound_shape_bars_only_the_rules_that_need_it_and_comes_back_whole() -> None:
    start = Checked.of(small_network())
    bow = lonlat(shapely.Polygon([(0, 100), (90, 190), (90, 100), (0, 190), (0, 100)]))[0]
    broken = after(start, put("SZ-EVENT", kind="prohibited", to=bow)(start.network))
    assert {fault.code for fault in broken.findings} == {"RING_INVALID"}
    shape = start.network.lonlat["SZ-EVENT"]
    mended = after(
        broken, put("SZ-EVENT", kind="prohibited", schedule="24/7", to=shape)(broken.network)
    )
    assert {fault.code for fault in mended.findings} == {"LANE_PROHIBITED"}
    assert list(mended.findings) == check_network(mended.network)


def test_what_cannot_be_put_or_removed_is_refused() -> None:
    start = Checked.of(small_network())
    with pytest.raises(InvalidInput, match="UNKNOWN_REFERENCE"):
        start.without_feature("SZ-V9")
    with pytest.raises(InvalidInput, match=r"DUPLICATE_ID .* vertiports"):
        start.with_feature(Waypoint(**said("SZ-V1"), side="SZ"), point(0, 900))
    with pytest.raises(InvalidInput, match=r"GEOMETRY_TYPE .* LineString"):
        start.with_feature(Waypoint(**said("SZ-W9"), side="SZ"), line((0, 1), (0, 2)))


def test_a_network_without_unique_ids_or_a_known_crs_cannot_be_edited() -> None:
    network = small_network()
    zones = (*network.layer("zones"), network.zones["SZ-STRIP"])
    with pytest.raises(InvalidInput, match="DUPLICATE_ID"):
        Checked.of(replace(network, features={**network.features, "zones": zones}))
    with pytest.raises(InvalidInput, match="CRS_UNKNOWN"):
        Checked.of(replace(network, info=replace(network.info, metric_crs="EPSG:4326")))

"""An edition is content: the same features give the same hash, and others another one."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry.base import BaseGeometry

from geodata.content import canonical_shapes, field_values, lane_ids
from geodata.features import LAYERS, Lane
from geodata.network import Network
from geodata.read import read_network
from geodata.write import write_network
from planner.testing.layout import box, line, point
from tests.geodata.small import changed, reshaped, small_network

SMALL = small_network()
HOLED = shapely.difference(box(-2500, 600, -1700, 1400), box(-2300, 800, -1900, 1200))
TWO = shapely.MultiPolygon([box(-2500, 600, -2200, 900), box(-2000, 600, -1700, 900)])


def turned(ring: Any, by: int, backwards: bool) -> list[Any]:
    """Return a ring that starts elsewhere and perhaps runs the other way."""
    at = list(ring.coords)[:-1]
    at = at[by % len(at) :] + at[: by % len(at)]
    at = at[::-1] if backwards else at
    return [*at, at[0]]


@st.composite
def rewritten(draw: st.DrawFn, network: Network) -> Network:
    """Return the same content written otherwise: orders, ring starts and directions, multis."""

    def polygon(shape: Any) -> shapely.Polygon:
        rings = [
            turned(ring, draw(st.integers(0, 9)), draw(st.booleans()))
            for ring in (shape.exterior, *draw(st.permutations(list(shape.interiors))))
        ]
        return shapely.Polygon(rings[0], rings[1:])

    def written(shape: BaseGeometry) -> BaseGeometry:
        if shape.geom_type == "MultiPolygon":
            return shapely.MultiPolygon(
                [polygon(part) for part in draw(st.permutations(list(shape.geoms)))]
            )
        if shape.geom_type != "Polygon":
            return shape
        return shapely.MultiPolygon([polygon(shape)]) if draw(st.booleans()) else polygon(shape)

    features = {}
    for layer in draw(st.permutations(list(network.features))):
        members = [
            replace(
                each,
                **{
                    name: tuple(draw(st.permutations(value)))
                    for name in ("lanes", "goods", "approved_zones")
                    if isinstance(value := getattr(each, name, None), tuple)
                },
            )
            for each in network.features[layer]
        ]
        features[layer] = tuple(draw(st.permutations(members)))
    shapes = {each: written(shape) for each, shape in network.lonlat.items()}
    return replace(network, features=features, lonlat=shapes)


@settings(max_examples=30)
@given(data=st.data())
def test_the_same_content_is_the_same_edition_however_it_is_written(data: st.DataObject) -> None:
    network = reshaped(reshaped(SMALL, "HK-NATURE", HOLED), "SZ-PARK", TWO)
    again = data.draw(rewritten(network))
    assert again.edition == network.edition
    for identifier, shape in again.metric.items():
        assert shape.wkb == network.metric[identifier].wkb, "the same numbers to the last bit"


def test_lanes_come_in_the_order_of_their_ids_however_they_are_written() -> None:
    lanes = SMALL.corridors["X-A"].lanes
    orders = [list(changed(SMALL, "X-A", lanes=each).lanes) for each in (lanes, lanes[::-1])]
    assert orders[0] == orders[1]


def other_value(value: Any) -> Any:
    """Return another value of a field's type."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return value + 1
    if isinstance(value, tuple):
        return (*value, "OTHER") if not value or isinstance(value[0], str) else value[:-1]
    return "other" if value is None else f"{value}2"


EVERY_FIELD = [
    (layer, name)
    for layer, members in SMALL.features.items()
    for name in LAYERS[layer].__dataclass_fields__
    if members
]


@pytest.mark.parametrize(("layer", "name"), EVERY_FIELD)
def test_every_field_of_every_layer_is_content(layer: str, name: str) -> None:
    feature = SMALL.features[layer][0]
    other = replace(feature, **{name: other_value(getattr(feature, name))})
    members = (other, *SMALL.features[layer][1:])
    shapes = {**SMALL.lonlat, other.id: SMALL.lonlat[feature.id]}
    network = replace(SMALL, features={**SMALL.features, layer: members}, lonlat=shapes)
    assert network.edition != SMALL.edition


@pytest.mark.parametrize("name", list(Lane.__dataclass_fields__))
def test_every_field_of_a_lane_is_content(name: str) -> None:
    one, two = SMALL.corridors["X-A"].lanes
    lanes = (replace(one, **{name: other_value(getattr(one, name))}), two)
    assert changed(SMALL, "X-A", lanes=lanes).edition != SMALL.edition


@pytest.mark.parametrize("name", list(SMALL.info.__dataclass_fields__))
def test_every_field_of_the_whole_network_is_content(name: str) -> None:
    info = replace(SMALL.info, **{name: other_value(getattr(SMALL.info, name))})
    assert replace(SMALL, info=info).edition != SMALL.edition


def outer_of(shape: Any) -> BaseGeometry:
    return shapely.Polygon(shape.exterior)


def as_parts(shape: Any) -> BaseGeometry:
    rings = [shape.exterior, *shape.interiors]
    return shapely.MultiPolygon([shapely.Polygon(ring) for ring in rings])


def as_line(shape: Any) -> BaseGeometry:
    return shapely.LineString(shape.exterior)


@pytest.mark.parametrize("other", [outer_of, as_parts, as_line, shapely.centroid])
def test_what_is_a_hole_a_part_or_a_line_is_content(
    other: Callable[[BaseGeometry], BaseGeometry],
) -> None:
    network = reshaped(SMALL, "HK-NATURE", HOLED)
    assert reshaped(network, "HK-NATURE", other(HOLED)).edition != network.edition


def test_the_direction_of_a_line_is_content() -> None:
    there, back = line((-2500, 1300), (-1300, 1500)), line((-1300, 1500), (-2500, 1300))
    editions = {reshaped(SMALL, "SZ-WIRES", shape).edition for shape in (there, back)}
    assert len(editions) == 2


def test_the_layer_of_a_feature_is_content() -> None:
    waypoint, *others = SMALL.layer("waypoints")
    moved = {"waypoints": tuple(others), "spot_heights": (*SMALL.layer("spot_heights"), waypoint)}
    assert replace(SMALL, features={**SMALL.features, **moved}).edition != SMALL.edition


def test_a_seventh_decimal_is_content_and_an_eighth_is_not(tmp_path: Path) -> None:
    x, y = shapely.get_coordinates(SMALL.lonlat["HK-HILL"])[0]
    assert reshaped(SMALL, "HK-HILL", shapely.Point(x, y + 1e-7)).edition != SMALL.edition
    fine = reshaped(SMALL, "HK-HILL", shapely.Point(x, y + 4e-8))
    assert fine.edition == SMALL.edition
    assert fine.metric["HK-HILL"].wkb == SMALL.metric["HK-HILL"].wkb
    write_network(SMALL, tmp_path)
    document = json.loads((tmp_path / "obstacles.geojson").read_text(encoding="utf-8"))
    (hill,) = (each for each in document["features"] if each["id"] == "HK-HILL")
    hill["geometry"]["coordinates"] = [x, y + 4e-8]
    (tmp_path / "obstacles.geojson").write_text(json.dumps(document), encoding="utf-8")
    assert read_network(tmp_path).lonlat["HK-HILL"] == SMALL.lonlat["HK-HILL"]


@settings(max_examples=50)
@given(at=st.tuples(st.floats(113.9, 114.2), st.floats(22.4, 22.6)))
def test_writing_keeps_the_edition_wherever_a_coordinate_is_rounded(
    at: tuple[float, float],
) -> None:
    one = canonical_shapes([shapely.Point(at)])
    assert canonical_shapes(one)[0].wkb == one[0].wkb


def test_a_coordinate_off_the_globe_is_left_as_it_is() -> None:
    (far,) = canonical_shapes([shapely.Point(1e305, -1.7e308)])
    assert shapely.get_coordinates(far).tolist() == [[1e305, -1.7e308]]


def test_two_and_two_point_nought_are_one_number_and_so_are_the_noughts() -> None:
    one, two = SMALL.corridors["X-A"].lanes
    whole = changed(SMALL, "X-A", lanes=(replace(one, height_amsl_m=60), two))
    assert whole.edition == SMALL.edition
    noughts = [changed(SMALL, "SZ-V1", accuracy_m=each) for each in (0.0, -0.0, 0)]
    assert len({each.edition for each in noughts}) == 1
    greenwich = [reshaped(SMALL, "HK-HILL", shapely.Point(each, 0)) for each in (0.0, -0.0)]
    assert greenwich[0].edition == greenwich[1].edition


def test_a_height_in_a_position_is_no_content() -> None:
    x, y = shapely.get_coordinates(SMALL.lonlat["HK-HILL"])[0]
    assert reshaped(SMALL, "HK-HILL", shapely.Point(x, y, 9)).edition == SMALL.edition


def test_no_shapes_are_none() -> None:
    assert len(canonical_shapes([])) == 0


def test_lanes_stand_under_their_ids() -> None:
    values = field_values(SMALL.corridors["X-A"])
    assert values["lanes[X-A-B].height_amsl_m"] == 85.0
    assert lane_ids(values) == ["X-A-B", "X-A-F"]
    assert "lanes" not in values


def test_a_point_is_what_it_is() -> None:
    (same,) = canonical_shapes(np.array([point(0, 0)]))
    assert same == point(0, 0)

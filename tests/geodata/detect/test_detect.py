"""Which datum a file is in: what the detector tells, and what it must leave open."""

from collections.abc import Callable

import numpy as np
import pytest
import shapely
from shapely.geometry.base import BaseGeometry

from geodata.datum.datum import WGS84, from_wgs84
from geodata.datum.old_river import on_old_course, river_before_1997, shipped_boundary
from geodata.detect.detect import Detection, detect
from geodata.detect.evidence import Item
from geodata.detect.known_places import KnownPlace, Reference, fold, hetao_reference, known_points
from tests.geodata.small import small_network

Draw = Callable[[BaseGeometry], BaseGeometry]

WILD = {
    "Futian Port": (114.06877, 22.51577),
    "Futian CheckPoint": (114.070379, 22.516043),
    "Huanggang Port": (114.07496, 22.52074),
}
"""Points found on public pages, all in GCJ-02, all of places on the Shenzhen side."""


def in_datum(crs: str) -> Draw:
    return lambda shape: from_wgs84([shape], crs)[0]


def swapped(shape: BaseGeometry) -> BaseGeometry:
    return shapely.transform(shape, lambda xy: xy[:, ::-1])


def without_shift(shape: BaseGeometry) -> BaseGeometry:
    """Return a shape in the grid as PROJ makes it of EPSG:4490 if nobody looks."""
    return shapely.transform(
        shapely.transform(shape, lambda xy: xy), lambda xy: np.column_stack(straight(xy))
    )


def straight(xy: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    import pyproj

    guess = pyproj.Transformer.from_crs("EPSG:4490", "EPSG:2326", always_xy=True)
    east, north = guess.transform(xy[:, 0], xy[:, 1])
    return east, north


def drawn(*layers: str, draw: Draw = lambda shape: shape, named: bool = True) -> list[Item]:
    """Return features of the shipped network as a file would have them."""
    network = hetao_reference().network
    return [
        Item(
            each.id,
            frozenset([each.id, each.name]) if named else frozenset(),
            getattr(each, "side", None) if named else None,
            draw(network.lonlat[each.id]),
        )
        for layer in layers
        for each in network.layer(layer)
    ]


def told(items: list[Item], stated: str = WGS84) -> Detection:
    return detect(items, hetao_reference(), stated)


WAYS: dict[str, Draw] = {
    "EPSG:4326": lambda shape: shape,
    **{name: in_datum(name) for name in ("GCJ02", "BD09", "EPSG:4611")},
    **{name: in_datum(name) for name in ("EPSG:2326", "EPSG:4547", "EPSG:3857")},
    "EPSG:4326 with its axes swapped": swapped,
    "GCJ02 with its axes swapped": lambda shape: swapped(in_datum("GCJ02")(shape)),
    "EPSG:2326 with its axes swapped": lambda shape: swapped(in_datum("EPSG:2326")(shape)),
    "EPSG:2326 made without a datum shift": without_shift,
}


@pytest.mark.parametrize("layer", ["vertiports", "boundary", "parks"])
@pytest.mark.parametrize("way", WAYS)
def test_a_layer_of_the_network_is_told_in_whatever_datum(layer: str, way: str) -> None:
    found = told(drawn(layer, draw=WAYS[way]))
    assert found.likely is not None
    assert found.likely.name == way
    assert found.holds is (way == WGS84)
    assert found.exceptions == ()


@pytest.mark.parametrize("layer", ["vertiports", "boundary"])
@pytest.mark.parametrize("way", WAYS)
def test_many_features_without_a_name_are_told_by_where_they_are(layer: str, way: str) -> None:
    found = told(drawn(layer, draw=WAYS[way], named=False))
    assert found.likely is not None
    assert found.likely.name == way


@pytest.mark.parametrize("way", WAYS)
def test_nothing_is_ever_told_to_be_what_it_is_not(way: str) -> None:
    """Three parks, or the zones, without names may be too little to tell, but do not mislead."""
    for layer in ("parks", "zones"):
        found = told(drawn(layer, draw=WAYS[way], named=False))
        assert found.likely is None or found.likely.name == way


@pytest.mark.parametrize(
    ("way", "off_m", "azimuth"), [("GCJ02", 606, 120), ("BD09", 1245, 74), ("EPSG:4611", 304, 304)]
)
def test_how_far_off_a_file_stands(way: str, off_m: float, azimuth: float) -> None:
    likely = told(drawn("vertiports", draw=WAYS[way])).likely
    assert likely is not None
    assert likely.off_m == pytest.approx(off_m, abs=3)
    assert likely.azimuth == pytest.approx(azimuth, abs=4)
    assert likely.named_m == pytest.approx(0, abs=0.01)


def test_a_side_test_alone_misses_one_of_three_points_found_in_the_wild() -> None:
    sides = hetao_reference().network.sides
    (metric,) = [hetao_reference().network.projection.to_metric(shapely.points([*WILD.values()]))]
    assert [sides.side(point) for point in metric] == ["HK", "HK", "SZ"]
    third = Item("third", frozenset(), "SZ", shapely.Point(WILD["Huanggang Port"]))
    assert told([third]).holds is None


@pytest.mark.parametrize("name", WILD)
def test_each_point_found_in_the_wild_is_told_by_its_name(name: str) -> None:
    found = told([Item(name, frozenset([name]), None, shapely.Point(WILD[name]))])
    assert found.holds is False
    assert found.likely is not None
    assert found.likely.name == "GCJ02"
    assert found.likely.off_m == pytest.approx(606, abs=1)


def test_a_name_is_known_in_any_case_script_and_spacing() -> None:
    at = shapely.Point(WILD["Futian Port"])
    for name in ("FUTIAN PORT", "futian-port", "福田口岸", "Ｆｕｔｉａｎ　Ｐｏｒｔ"):
        likely = told([Item("x", frozenset([name]), None, at)]).likely
        assert likely is not None
        assert likely.name == "GCJ02"


def test_web_maps_of_both_sides_make_a_file_that_is_half_in_gcj02() -> None:
    """Some shift the mainland alone; the half that fits another datum is told by name."""
    items = [
        Item(each.title, each.names, each.side, in_datum("GCJ02")(each.shape))
        if each.side == "SZ"
        else each
        for each in drawn("vertiports")
    ]
    found = told(items)
    assert found.holds is False
    assert found.likely is not None
    assert found.likely.name == "GCJ02"
    assert {way for _, way in found.exceptions} == {"EPSG:4326"}
    unshifted = {each.title for each in items if each.side == "HK"}
    assert unshifted - {title for title, _ in found.exceptions} <= {"HK-CHAU-TAU"}  # known to 180 m


@pytest.mark.parametrize(("count", "seed"), [(5, 0), (5, 1), (60, 2), (60, 3), (400, 4)])
def test_features_in_no_particular_place_are_left_open(count: int, seed: int) -> None:
    """However many: by chance they too fit one datum better than the next."""
    rng = np.random.default_rng(seed)
    starts = np.column_stack((rng.uniform(114.03, 114.10, count), rng.uniform(22.49, 22.55, count)))
    items = [
        Item(f"line {number}", frozenset([f"line {number}"]), None, shapely.LineString(line))
        for number, line in enumerate(
            start + rng.normal(0, 0.002, (4, 2)).cumsum(axis=0) for start in starts
        )
    ]
    found = told(items)
    assert found.likely is None
    assert found.holds is None


def test_a_file_is_held_against_what_it_states() -> None:
    items = drawn("vertiports", draw=in_datum("EPSG:2326"))
    assert told(items, "EPSG:2326").holds is True
    assert told(items, "EPSG:4326").holds is False
    assert told(drawn("vertiports"), "EPSG:4490").holds is True


def test_a_file_of_another_city_is_left_open() -> None:
    guangzhou = Item("Guangzhou", frozenset(["Guangzhou"]), None, shapely.Point(113.26, 23.13))
    found = told([guangzhou])
    assert found.likely is None
    assert found.holds is None


def test_one_unknown_point_is_left_open() -> None:
    assert told([Item("a", frozenset(), None, shapely.Point(114.0911, 22.5252))]).holds is None


def test_an_edit_of_a_few_features_raises_no_suspicion() -> None:
    """A planner who moves three sites by 100 m to 400 m has not changed the datum."""
    items = drawn("vertiports")
    for number, step in enumerate([(0.001, 0), (0, 0.002), (-0.003, 0.002)]):
        item = items[number]
        moved = shapely.transform(item.shape, lambda xy, step=step: np.add(xy, step))
        items[number] = Item(item.title, item.names, None, moved)
    assert told(items).holds is True


def test_without_features_there_is_nothing_to_tell() -> None:
    with pytest.raises(ValueError, match="no features"):
        told([])


def test_any_network_may_be_the_reference() -> None:
    """One that exists nowhere: its own shifted features are still told by it."""
    network = small_network()
    reference = Reference.of(network)
    items = [
        Item(each, frozenset([each]), None, in_datum("BD09")(network.lonlat[each]))
        for each in network.places
    ]
    likely = detect(items, reference).likely
    assert likely is not None
    assert likely.name == "BD09"


def test_the_known_points_lie_on_the_side_that_their_network_has_them() -> None:
    """A control of the reference itself: no point of it may be shifted."""
    network = hetao_reference().network
    points = known_points(network.projection)
    assert len(points) > 25
    ports = {each.title: each for each in points}
    assert network.sides.side(ports["Futian Port"].shape) == "SZ"
    assert network.sides.side(ports["Huanggang Port"].shape) == "SZ"
    assert network.sides.side(ports["Lok Ma Chau station"].shape) == "HK"
    assert all(isinstance(each, KnownPlace) and each.accuracy_m > 0 for each in points)
    assert fold("Lok Ma Chau station") in ports["Lok Ma Chau station"].names


def test_a_line_on_the_rivers_course_of_before_1997_is_told() -> None:
    old = Item("river", frozenset(), None, river_before_1997())
    found = told([old, *drawn("boundary")])
    assert found.old_course == ("river",)
    assert found.holds is False


def test_a_district_that_ends_at_the_old_course_is_told_in_any_datum() -> None:
    """Its outline follows the old course and is closed far to the south."""
    west, _, east, _ = river_before_1997().bounds
    ring = [*river_before_1997().coords, (east, 22.45), (west, 22.45)]
    district = Item("district", frozenset(), None, in_datum("GCJ02")(shapely.Polygon(ring)))
    found = told([district, *drawn("vertiports", draw=in_datum("GCJ02"))])
    assert found.likely is not None
    assert found.likely.name == "GCJ02"
    assert found.old_course == ("district",)


def test_neither_the_boundary_in_force_nor_the_loop_is_on_the_old_course() -> None:
    """The outline of the Loop follows both courses."""
    network = hetao_reference().network
    assert on_old_course([shipped_boundary()]) == []
    assert on_old_course(list(network.lonlat.values())) == []
    assert on_old_course([]) == []

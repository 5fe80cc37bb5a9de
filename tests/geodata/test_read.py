"""Reading a network from disk: every fault of every file, in one pass."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
from rasterio.transform import Affine

from geodata.faults import Fault, InvalidInput
from geodata.features import LAYERS
from geodata.network import shipped_network_path
from geodata.read import read_network
from geodata.write import write_network
from planner.testing.layout import ORIGIN_M
from tests.geodata.small import small_network

Properties = dict[str, Any]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_network(small_network(), tmp_path)
    return tmp_path


def faults(folder: Path, **options: Any) -> tuple[Fault, ...]:
    """Return the faults for which a folder is refused."""
    with pytest.raises(InvalidInput) as caught:
        read_network(folder, **options)
    return caught.value.faults


def only(folder: Path, code: str, **options: Any) -> Fault:
    (found,) = faults(folder, **options)
    assert found.code == code
    return found


def edit(folder: Path, layer: str, change: Callable[[dict[str, Any]], object]) -> None:
    """Change the JSON document of a layer, or of `network.json`, in place."""
    path = folder / ("network.json" if layer == "network" else f"{layer}.geojson")
    document = json.loads(path.read_text(encoding="utf-8"))
    change(document)
    path.write_text(json.dumps(document), encoding="utf-8")


def feature(document: dict[str, Any], identifier: str) -> dict[str, Any]:
    found: dict[str, Any] = next(
        each for each in document["features"] if each["properties"]["id"] == identifier
    )
    return found


def set_field(folder: Path, layer: str, identifier: str, **values: Any) -> None:
    edit(folder, layer, lambda d: feature(d, identifier)["properties"].update(values))


def drop_field(folder: Path, layer: str, identifier: str, field: str) -> None:
    edit(folder, layer, lambda d: feature(d, identifier)["properties"].pop(field))


def set_shape(folder: Path, layer: str, identifier: str, kind: str, coordinates: Any) -> None:
    geometry = {"type": kind, "coordinates": coordinates}
    edit(folder, layer, lambda d: feature(d, identifier).update(geometry=geometry))


def test_the_shipped_network_is_valid() -> None:
    assert len(read_network(shipped_network_path()).corridors) >= 40


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    assert only(tmp_path / "nowhere", "FILE_MISSING").value == "no such folder"


def test_an_empty_folder_lacks_every_file(tmp_path: Path) -> None:
    found = faults(tmp_path)
    assert {fault.source for fault in found} == {"network.json", *LAYERS}
    assert {fault.code for fault in found} == {"FILE_MISSING"}


def test_a_missing_layer_names_the_file_that_may_be_meant(folder: Path) -> None:
    (folder / "corridors.geojson").rename(folder / "corridor.geojson")
    found = only(folder, "FILE_MISSING")
    assert found.source == "corridors"
    assert "did you mean corridor.geojson?" in found.message


@pytest.mark.parametrize(
    ("content", "code", "value"),
    [
        (b"", "FILE_EMPTY", "nothing"),
        (b" \n", "FILE_EMPTY", "nothing"),
        (b'{"type": "FeatureCollection",\n "features": [}', "SYNTAX", "line 2 column 15"),
        (b'{"type": "\xff"}', "NOT_UTF8", "byte 0xff on line 1"),
        (b"[" * 100_000, "NESTED_TOO_DEEPLY", "100,000 levels"),
        (b'{"a": 1' + b"0" * 5000 + b"}", "SYNTAX", "nested too deeply, or a number too long"),
        (b"null", "WRONG_TYPE", "null"),
        (b"[]", "NOT_A_FEATURE_COLLECTION", "list"),
        (b'{"type": "Feature"}', "NOT_A_FEATURE_COLLECTION", "Feature"),
        (b'{"type": "FeatureCollection"}', "NOT_A_FEATURE_COLLECTION", "FeatureCollection"),
    ],
)
def test_a_file_that_is_no_layer(folder: Path, content: bytes, code: str, value: str) -> None:
    (folder / "obstacles.geojson").write_bytes(content)
    found = only(folder, code)
    assert (found.source, found.value) == ("obstacles", value)


def test_a_file_that_cannot_be_opened(folder: Path) -> None:
    (folder / "zones.geojson").unlink()
    (folder / "zones.geojson").mkdir()
    assert "FILE_UNREADABLE" in {fault.code for fault in faults(folder)}


def test_a_byte_order_mark_is_a_fault_and_hides_none(folder: Path) -> None:
    path = folder / "vertiports.geojson"
    path.write_text(path.read_text(encoding="utf-8"), encoding="utf-8-sig")
    assert only(folder, "BYTE_ORDER_MARK").source == "vertiports"
    set_field(folder, "checkpoints", "SZ-C1", pads=0)
    assert {fault.code for fault in faults(folder)} == {"BYTE_ORDER_MARK", "OUT_OF_RANGE"}


def test_a_key_is_given_once(folder: Path) -> None:
    path = folder / "vertiports.geojson"
    text = path.read_text(encoding="utf-8").replace('"pads": 4', '"pads": 4, "pads": 5', 1)
    path.write_text(text, encoding="utf-8")
    assert only(folder, "KEY_TWICE").value == "pads"


@pytest.mark.parametrize(
    ("name", "refused"),
    [("urn:ogc:def:crs:OGC:1.3:CRS84", False), ("urn:ogc:def:crs:EPSG::2326", True)],
)
def test_a_layer_may_only_say_that_it_is_in_wgs84(folder: Path, name: str, refused: bool) -> None:
    crs = {"type": "name", "properties": {"name": name}}
    edit(folder, "parks", lambda document: document.update(crs=crs))
    if refused:
        assert only(folder, "CRS_NOT_WGS84").field == "crs"
    else:
        assert read_network(folder).edition == small_network().edition


@pytest.mark.parametrize("item", [7, None, {"type": "Point"}, {"type": "Feature"}])
def test_an_item_that_is_no_feature(folder: Path, item: Any) -> None:
    edit(folder, "obstacles", lambda document: document["features"].append(item))
    assert only(folder, "NOT_A_FEATURE").item == "feature 6"


def test_properties_are_an_object(folder: Path) -> None:
    item: dict[str, Any] = {"type": "Feature", "properties": [], "geometry": None}
    edit(folder, "obstacles", lambda document: document["features"].append(item))
    assert only(folder, "NOT_A_FEATURE").field == "properties"


def test_a_features_id_is_its_property_id_or_left_out(folder: Path) -> None:
    edit(folder, "parks", lambda document: document["features"][0].pop("id"))
    assert read_network(folder).edition == small_network().edition
    edit(folder, "parks", lambda document: document["features"][0].update(id=7))
    assert only(folder, "FEATURE_ID").value == "7, HK-PARK"


@pytest.mark.parametrize(
    ("field", "value", "code", "limit"),
    [
        ("pads", "2", "WRONG_TYPE", "a whole number"),
        ("pads", 2.5, "WRONG_TYPE", "a whole number"),
        ("pads", 0, "OUT_OF_RANGE", "at least 1"),
        ("pads", 51, "OUT_OF_RANGE", "at most 50"),
        ("ground_amsl_m", None, "WRONG_TYPE", "a number such as 2.5"),
        ("ground_amsl_m", 3001, "OUT_OF_RANGE", "at most 3000"),
        ("battery_swap", "yes", "WRONG_TYPE", "true or false"),
        ("name", 5, "WRONG_TYPE", "text"),
        ("side", "hk", "UNKNOWN_VALUE", "SZ, HK"),
        ("confidence", "publishd", "UNKNOWN_VALUE", "surveyed, published, derived, illustrative"),
    ],
)
def test_a_field_has_its_type_and_range(
    folder: Path, field: str, value: Any, code: str, limit: str
) -> None:
    set_field(folder, "vertiports", "SZ-V1", **{field: value})
    found = only(folder, code)
    assert (found.source, found.item, found.field) == ("vertiports", "SZ-V1", field)
    assert found.limit == limit
    assert found.value


def test_an_id_has_its_format(folder: Path) -> None:
    set_field(folder, "obstacles", "HK-HILL", id="hill one")
    edit(folder, "obstacles", lambda document: feature(document, "hill one").pop("id"))
    found = only(folder, "WRONG_FORMAT")
    assert found.item == "hill one"
    assert found.limit.startswith("up to 32 capital letters")


def test_a_missing_field_is_named(folder: Path) -> None:
    drop_field(folder, "vertiports", "SZ-V1", "pads")
    assert only(folder, "FIELD_MISSING").field == "pads"


def test_a_text_that_must_be_given_is_not_empty(folder: Path) -> None:
    set_field(folder, "vertiports", "SZ-V1", name="")
    assert only(folder, "FIELD_MISSING").field == "name"


def test_a_feature_without_id_is_named_by_its_number(folder: Path) -> None:
    drop_field(folder, "obstacles", "HK-HILL", "id")
    edit(folder, "obstacles", lambda document: document["features"][1].pop("id"))
    assert only(folder, "FIELD_MISSING").item == "feature 2"


def test_an_unknown_field_names_the_nearest_known_one(folder: Path) -> None:
    set_field(folder, "vertiports", "SZ-V1", batery_swap=True)
    found = only(folder, "FIELD_UNKNOWN")
    assert (found.field, found.value) == ("batery_swap", "batery_swap")
    assert "did you mean battery_swap?" in found.message


def test_an_unknown_field_of_a_lane_names_the_nearest_of_a_lane(folder: Path) -> None:
    def misspell(document: dict[str, Any]) -> None:
        lane = feature(document, "SZ-5")["properties"]["lanes"][1]
        lane["bands_m"] = lane.pop("band_m")

    edit(folder, "corridors", misspell)
    found = only(folder, "FIELD_UNKNOWN")
    assert found.field == "lanes[1].bands_m"
    assert "did you mean band_m?" in found.message


def test_a_corridor_has_lanes_and_a_faulty_lane_is_named_alone(folder: Path) -> None:
    lane = {"id": "SZ-5-F", "direction": "up", "height_amsl_m": 60}
    set_field(folder, "corridors", "SZ-5", lanes=[lane])
    found = only(folder, "UNKNOWN_VALUE")
    assert (found.field, found.value) == ("lanes[0].direction", "up")
    set_field(folder, "corridors", "SZ-5", lanes=[])
    assert only(folder, "OUT_OF_RANGE").limit == "at least 1"


@pytest.mark.parametrize("field", ["lower_reference", "upper_reference"])
def test_a_height_says_where_it_counts_from(folder: Path, field: str) -> None:
    drop_field(folder, "zones", "HK-NATURE", field)
    found = only(folder, "HEIGHT_WITHOUT_REFERENCE")
    assert (found.item, found.field) == ("HK-NATURE", field)


def test_no_height_stands_in_coordinates(folder: Path) -> None:
    set_shape(folder, "obstacles", "HK-HILL", "Point", [114.09, 22.505, 110.0])
    found = only(folder, "HEIGHT_WITHOUT_REFERENCE")
    assert (found.field, found.value) == ("geometry", "110 in the first position")


def test_a_zone_without_upper_limit(folder: Path) -> None:
    set_field(folder, "zones", "HK-NATURE", upper_m=None)
    assert only(folder, "ZONE_WITHOUT_UPPER_LIMIT").item == "HK-NATURE"
    drop_field(folder, "zones", "HK-NATURE", "upper_m")
    assert only(folder, "FIELD_MISSING").field == "upper_m"


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_numbers_are_finite(folder: Path, number: str) -> None:
    """In coordinates as in fields, with or without a range of their own."""
    path = folder / "obstacles.geojson"
    text = path.read_text(encoding="utf-8")
    text = text.replace('"accuracy_m": null', f'"accuracy_m": {number}', 1)
    text = text.replace('"top_m": 110.0', f'"top_m": {number}')
    text = text.replace('"coordinates": [114.', f'"coordinates": [{number}, 114.', 1)
    path.write_text(text, encoding="utf-8")
    found = faults(folder)
    assert {fault.code for fault in found} == {"NOT_FINITE"}
    assert {(fault.item, fault.field) for fault in found} == {
        ("HK-BLOCK", "accuracy_m"),
        ("HK-HILL", "top_m"),
        ("HK-HILL", "geometry"),
    }


@pytest.mark.parametrize(
    ("kind", "coordinates", "code", "value"),
    [
        ("Polygon", [[[0, 0], [1, 1], [1, 0]]], "GEOMETRY_TYPE", "Polygon"),
        ("LineString", [], "GEOMETRY_COORDINATES", "no positions"),
        ("LineString", None, "GEOMETRY_COORDINATES", "no positions"),
        ("LineString", [[114.0, 22.5]], "GEOMETRY_COORDINATES", "1 positions, 2 needed"),
        (
            "LineString",
            [[114.0], [114.1]],
            "GEOMETRY_COORDINATES",
            "[[114.0], [114.1]] are not lon, lat",
        ),
        (
            "LineString",
            [["a", "b"], ["c", "d"]],
            "GEOMETRY_COORDINATES",
            "[['a', 'b'], ['c', 'd']] are not lon, lat",
        ),
        (
            "LineString",
            [[114.0, 22.5], [114.1]],
            "GEOMETRY_COORDINATES",
            "positions of different lengths",
        ),
        (
            "LineString",
            [[114.0, None], [114.1, 22.5]],
            "GEOMETRY_COORDINATES",
            "[[114.0, None], [114.1, 22.5]] are not lon, lat",
        ),
        (
            "LineString",
            [[114.0, float("nan")], [114.1, 22.5]],
            "NOT_FINITE",
            "114, nan at 1 positions",
        ),
        (
            "LineString",
            [[22.5, 114.0], [22.5, 114.1]],
            "AXES_SWAPPED",
            "22.5, 114 at 2 of 2 positions",
        ),
    ],
)
def test_a_geometry_has_its_layers_type_and_form(
    folder: Path, kind: str, coordinates: Any, code: str, value: str
) -> None:
    set_shape(folder, "corridors", "SZ-5", kind, coordinates)
    found = only(folder, code)
    assert (found.item, found.field, found.value) == ("SZ-5", "geometry", value)


def test_a_feature_has_a_geometry(folder: Path) -> None:
    edit(folder, "obstacles", lambda document: feature(document, "HK-HILL").update(geometry=None))
    assert only(folder, "GEOMETRY_MISSING").limit == "Point or LineString or Polygon"
    edit(folder, "obstacles", lambda document: feature(document, "HK-HILL").update(geometry=[1]))
    assert only(folder, "GEOMETRY_TYPE").value == "no GeoJSON geometry"


def test_rings_are_closed_and_have_four_positions(folder: Path) -> None:
    square = [[114.05, 22.5], [114.051, 22.5], [114.051, 22.501], [114.05, 22.501]]
    set_shape(folder, "zones", "HK-NATURE", "Polygon", [square])
    assert only(folder, "RING_OPEN").value == "from 114.05, 22.5 to 114.05, 22.501"
    set_shape(folder, "zones", "HK-NATURE", "Polygon", [[square[0], square[1], square[0]]])
    assert only(folder, "GEOMETRY_COORDINATES").value == "a ring of 3 positions"
    set_shape(folder, "zones", "HK-NATURE", "MultiPolygon", [[square], []])
    assert {fault.code for fault in faults(folder)} == {"GEOMETRY_COORDINATES", "RING_OPEN"}


def test_a_self_crossing_ring(folder: Path) -> None:
    bow = [[114.0, 22.5], [114.01, 22.51], [114.01, 22.5], [114.0, 22.51], [114.0, 22.5]]
    set_shape(folder, "zones", "HK-NATURE", "Polygon", [bow])
    assert only(folder, "RING_INVALID").value == "Self-intersection[114.005 22.505]"


def test_a_corridor_through_a_prohibited_zone(folder: Path) -> None:
    set_field(folder, "zones", "SZ-EVENT", kind="prohibited", schedule="24/7")
    found = faults(folder)
    assert [(fault.code, fault.item) for fault in found] == [("LANE_PROHIBITED", "X-B")] * 2


def test_duplicate_ids_over_layers(folder: Path) -> None:
    def copy(document: dict[str, Any]) -> None:
        twin = json.loads(json.dumps(feature(document, "HK-HILL")))
        twin["id"] = twin["properties"]["id"] = "SZ-V1"
        document["features"].append(twin)

    edit(folder, "obstacles", copy)
    found = faults(folder)
    assert [(fault.code, fault.source) for fault in found] == [
        ("DUPLICATE_ID", "obstacles"),
        ("DUPLICATE_ID", "vertiports"),
    ]


def test_the_schema_version_is_known(folder: Path) -> None:
    edit(folder, "network", lambda document: document.update(schema_version="2", crs="EPSG:2326"))
    found = faults(folder)
    assert [(fault.code, fault.field) for fault in found] == [
        ("FIELD_UNKNOWN", "crs"),
        ("UNKNOWN_VALUE", "schema_version"),
    ]
    (folder / "network.json").write_text("[]", encoding="utf-8")
    assert only(folder, "WRONG_TYPE").source == "network.json"


def test_all_faults_of_all_files_come_at_once(folder: Path) -> None:
    """Faults of form and of sense together, and none that only follow from another."""
    set_field(folder, "vertiports", "SZ-V1", pads=-1)
    set_field(folder, "zones", "SZ-STRIP", colour="red")
    set_field(folder, "zones", "HK-NATURE", upper_m=None)
    set_field(folder, "corridors", "X-A", gate_lat=None)
    set_shape(folder, "spot_heights", "SZ-H1", "Point", [22.5, 114.1])
    (folder / "parks.geojson").write_text("", encoding="utf-8")
    assert [(fault.code, fault.source, fault.item) for fault in faults(folder)] == [
        ("GATE_MISSING", "corridors", "X-A"),
        ("FILE_EMPTY", "parks", ""),
        ("AXES_SWAPPED", "spot_heights", "SZ-H1"),
        ("OUT_OF_RANGE", "vertiports", "SZ-V1"),
        ("ZONE_WITHOUT_UPPER_LIMIT", "zones", "HK-NATURE"),
        ("FIELD_UNKNOWN", "zones", "SZ-STRIP"),
    ]


@pytest.mark.parametrize("layer", list(LAYERS))
def test_a_lost_layer_is_one_fault(folder: Path, layer: str) -> None:
    """Nothing that names its features, or needs them, is at fault for it, nor is another layer."""
    (folder / f"{layer}.geojson").unlink()
    found = only(folder, "FILE_MISSING")
    assert found.source == layer
    assert "did you mean" not in found.message


def test_a_refusal_names_the_warnings_too(folder: Path) -> None:
    set_field(folder, "vertiports", "SZ-V1", pads=0)
    set_field(folder, "corridors", "HK-1", approved_zones=["HK-CEILING"])
    found = faults(folder)
    assert [(fault.code, fault.severity) for fault in found] == [
        ("APPROVAL_UNUSED", "warning"),
        ("OUT_OF_RANGE", "error"),
    ]


def write_grid(
    path: Path, *, south_m: float, height_m: float, crs: str | None = "EPSG:2326"
) -> Path:
    """Write a GeoTIFF of one height over the layout, down to `south_m`, in cells of 50 m."""
    rows = int((3000 - south_m) / 50)
    with rasterio.open(
        path,
        "w",
        driver="GTiff",
        width=120,
        height=rows,
        count=1,
        dtype="float32",
        crs=crs,
        transform=Affine(50, 0, ORIGIN_M[0] - 3000, 0, -50, ORIGIN_M[1] + 3000),
        nodata=-9999,
    ) as grid:
        grid.write(np.full((rows, 120), height_m, dtype="float32"), 1)
    return path


def test_an_elevation_model_takes_the_place_of_spot_heights(folder: Path, tmp_path: Path) -> None:
    low = write_grid(tmp_path / "low.tif", south_m=-3000, height_m=5)
    network = read_network(folder, elevation=low, elevation_margin_m=2.0)
    assert network.ground is network.elevation
    assert network.edition == small_network().edition
    high = write_grid(tmp_path / "high.tif", south_m=-3000, height_m=45)
    found = faults(folder, elevation=high, elevation_margin_m=2.0)
    assert "TERRAIN_CLEARANCE" in {fault.code for fault in found}


def test_ground_outside_the_elevation_model_is_unknown(folder: Path, tmp_path: Path) -> None:
    part = write_grid(tmp_path / "part.tif", south_m=-900, height_m=5)
    found = faults(folder, elevation=part)
    assert {(fault.code, fault.item) for fault in found} == {
        ("TERRAIN_UNKNOWN", "HK-1"),
        ("TERRAIN_UNKNOWN", "HK-2"),
    }


def test_cells_without_data_are_unknown_ground(folder: Path, tmp_path: Path) -> None:
    void = write_grid(tmp_path / "void.tif", south_m=-3000, height_m=-9999)
    assert {fault.code for fault in faults(folder, elevation=void)} == {"TERRAIN_UNKNOWN"}


def test_an_elevation_model_that_cannot_be_used(folder: Path, tmp_path: Path) -> None:
    text = tmp_path / "heights.tif"
    text.write_text("no grid", encoding="utf-8")
    assert only(folder, "ELEVATION_UNREADABLE", elevation=text).source == "heights.tif"
    assert only(folder, "ELEVATION_UNREADABLE", elevation=tmp_path / "none.tif")
    bare = write_grid(tmp_path / "bare.tif", south_m=-3000, height_m=5, crs=None)
    assert only(folder, "ELEVATION_UNREADABLE", elevation=bare)


@pytest.mark.parametrize("margin_m", [-1.0, float("nan"), float("inf")])
def test_an_elevation_margin_is_a_length(folder: Path, tmp_path: Path, margin_m: float) -> None:
    grid = write_grid(tmp_path / "grid.tif", south_m=-3000, height_m=5)
    assert only(folder, "OUT_OF_RANGE", elevation=grid, elevation_margin_m=margin_m)

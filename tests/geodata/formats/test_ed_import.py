"""Zones of others are read as far as can be, and what was assumed is told: code, place, value.

The national files are imitated by what they do otherwise; docs/formats-zones.md lists it.
"""

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyproj
import pytest
import shapely

from geodata.faults import errors
from geodata.formats.ed269 import read_ed269
from geodata.formats.ed318 import read_ed318
from geodata.formats.imported import Imported
from geodata.formats.uas_shape import CHORD_ERROR_M
from geodata.limits import POSITIONS_MAX
from tests.geodata.formats.zone_files import (
    SQUARE,
    codes,
    collection,
    feature,
    only,
    polygon,
    told,
    written,
    zone269,
    zones,
)


def read318(folder: Path, *features: dict[str, Any]) -> Imported:
    return read_ed318(written(folder, collection(*features)))


def read269(folder: Path, *listed: dict[str, Any]) -> Imported:
    return read_ed269(written(folder, {"title": "Test zones", "features": list(listed)}))


def test_a_file_as_specified_needs_no_assumption(tmp_path: Path) -> None:
    imported = read318(tmp_path, feature())
    zone = only(imported)
    assert (zone.id, zone.name, zone.kind, zone.category) == (
        "ABC123",
        "Test zone",
        "prohibited",
        "nature",
    )
    assert (zone.side, zone.authority, zone.schedule) == ("SZ", "Test authority", "24/7")
    assert (zone.lower_m, zone.lower_reference, zone.upper_m, zone.upper_reference) == (
        0.0,
        "AGL",
        120.0,
        "AGL",
    )
    assert zone.source == "ED-318: Test zones"
    assert imported.lonlat["ABC123"].equals(shapely.Polygon(SQUARE))
    assert imported.faults == ()
    again = read269(tmp_path, zone269())
    assert (only(again).side, only(again).source, again.faults) == ("HK", "ED-269: Test zones", ())


# --- Wrappers, encodings, and files that are no zone files


@pytest.mark.parametrize(
    ("document", "assumed"),
    [
        ({"features": [zone269()]}, []),
        ({"formatVersion": "1.0.0", "createdAt": "2026-01-01", "UASZoneList": [zone269()]}, []),
        ([zone269()], ["IMPORT_WRAPPER"]),
        (collection(feature(country="HKG")), ["IMPORT_WRAPPER"]),
    ],
)
def test_ed269_is_read_in_every_wrapper(document: Any, assumed: list[str], tmp_path: Path) -> None:
    imported = read_ed269(written(tmp_path, document))
    assert only(imported).id == "ABC123"
    assert codes(imported) == assumed


@pytest.mark.parametrize(
    "document",
    [
        [feature()],
        feature(),
        {"features": [feature()]},
        {"UASZoneList": [feature()]},
        {"title": "ED-269", "features": [zone269(country="CHN")]},
    ],
)
def test_ed318_is_read_in_every_wrapper_and_says_so(document: Any, tmp_path: Path) -> None:
    imported = read_ed318(written(tmp_path, document))
    assert only(imported).id == "ABC123"
    assert codes(imported) == ["IMPORT_WRAPPER"]


def test_a_byte_order_mark_is_read_over_and_told(tmp_path: Path) -> None:
    imported = read_ed269(written(tmp_path, "\ufeff" + json.dumps({"features": [zone269()]})))
    assert only(imported).id == "ABC123"
    assert told(imported, "IMPORT_BYTE_ORDER_MARK").severity == "warning"


@pytest.mark.parametrize("read", [read_ed269, read_ed318])
@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "FILE_EMPTY"),
        ("{", "SYNTAX"),
        ("[" * 100_000, "SYNTAX"),
        ("null", "NOT_A_ZONE_FILE"),
        ('{"type": "Topology"}', "NOT_A_ZONE_FILE"),
        ('"zones"', "NOT_A_ZONE_FILE"),
        ("[1]", "NOT_A_FEATURE"),
        ('{"type": "FeatureCollection", "features": [{"type": "Feature"}]}', "NOT_A_FEATURE"),
    ],
)
def test_what_is_no_zone_file_is_refused_in_one_line(
    read: Callable[[Path], Imported], text: str, code: str, tmp_path: Path
) -> None:
    imported = read(written(tmp_path, text))
    assert code in [each.code for each in errors(imported.faults)]
    assert not imported.features.get("zones")


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    assert codes(read_ed318(tmp_path / "none.json")) == ["FILE_MISSING"]
    assert codes(read_ed318(tmp_path)) == ["FILE_UNREADABLE"]
    path = written(tmp_path, "")
    path.write_bytes(b'{"features": ["\xff"]}')
    assert codes(read_ed318(path)) == ["NOT_UTF8"]


def test_a_file_beyond_the_limit_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "zones.json"
    with path.open("wb") as file:
        file.truncate(200_000_000)
    assert codes(read_ed318(path)) == ["FILE_TOO_LARGE"]


# --- Limits


def test_missing_limits_are_read_as_wide_as_can_be(tmp_path: Path) -> None:
    geometry = polygon(lower=None, upper=None, lowerReference=None, upperReference=None)
    imported = read318(tmp_path, feature(geometry))
    zone = only(imported)
    assert (zone.lower_m, zone.lower_reference) == (0.0, "AGL")
    assert (zone.upper_m, zone.upper_reference) == (None, "UNL")
    fields = [each.field for each in imported.faults if each.code == "IMPORT_LIMIT_ASSUMED"]
    assert fields == ["geometry.lower", "geometry.upper"]
    bare = {"type": "Polygon", "coordinates": [SQUARE]}
    assert only(read318(tmp_path, feature(bare))).upper_reference == "UNL"


def test_feet_are_metres_times_0_3048(tmp_path: Path) -> None:
    imported = read318(tmp_path, feature(polygon(lower=100, upper=400, uom="ft")))
    assert (only(imported).lower_m, only(imported).upper_m) == (30.48, 121.92)
    assert imported.faults == ()
    volume = {"uomDimensions": "FT", "lowerLimit": 100, "upperLimit": 400}
    assert only(read269(tmp_path, zone269(volume))).upper_m == 121.92


def test_an_unknown_unit_is_metres_and_told(tmp_path: Path) -> None:
    imported = read318(tmp_path, feature(polygon(uom="fathoms")))
    assert only(imported).upper_m == 120.0
    assert told(imported, "IMPORT_UNIT_ASSUMED").value == "fathoms"


def test_a_missing_reference_is_the_one_that_makes_the_zone_taller(tmp_path: Path) -> None:
    geometry = polygon(lower=50, lowerReference=None, upperReference="FL")
    imported = read318(tmp_path, feature(geometry))
    assert (only(imported).lower_reference, only(imported).upper_reference) == ("AMSL", "AGL")
    values = [each.value for each in imported.faults if each.code == "IMPORT_REFERENCE_ASSUMED"]
    assert values == ["FL", "nothing"]


def test_a_limit_over_the_ellipsoid_is_refused(tmp_path: Path) -> None:
    """At Hetao the ellipsoid is some 3 m from the sea, elsewhere up to 100 m: no guess is safe."""
    imported = read318(tmp_path, feature(polygon(upperReference="WGS84")))
    assert zones(imported) == {}
    assert told(imported, "HEIGHT_ELLIPSOIDAL").severity == "error"


def test_a_limit_over_the_ellipsoid_is_read_where_heights_are_stated_to_be(tmp_path: Path) -> None:
    """It is AMSL until all of them are moved; a limit that is AMSL already stands in its way."""
    path = written(tmp_path, collection(feature(polygon(upperReference="wgs84"))))
    zone = only(read_ed318(path, ellipsoidal=True))
    assert (zone.upper_reference, zone.lower_reference) == ("AMSL", "AGL")
    mixed = polygon(lower=50, lowerReference="AMSL", upperReference="WGS84")
    imported = read_ed318(written(tmp_path, collection(feature(mixed))), ellipsoidal=True)
    assert zones(imported) == {}
    assert told(imported, "HEIGHT_ELLIPSOIDAL").value == "AMSL, WGS84"


# --- Words


@pytest.mark.parametrize(
    ("word", "kind", "assumed"),
    [
        ("PROHIBITED", "prohibited", []),
        ("REQ_AUTHORIZATION", "permission", []),
        ("req_authorisation", "permission", ["IMPORT_SPELLING"]),
        ("CONDITIONAL", "permission", ["IMPORT_KIND_ASSUMED"]),
        ("USPACE", "permission", ["IMPORT_KIND_ASSUMED"]),
        ("CLOSED", "prohibited", ["IMPORT_KIND_ASSUMED"]),
        (None, "prohibited", ["IMPORT_KIND_ASSUMED"]),
    ],
)
def test_a_restriction_is_read_as_no_weaker(
    word: str | None, kind: str, assumed: list[str], tmp_path: Path
) -> None:
    imported = read318(tmp_path, feature(type=word))
    assert only(imported).kind == kind
    assert codes(imported) == assumed


def test_ed269_spells_authorisation_with_an_s(tmp_path: Path) -> None:
    assert read269(tmp_path, zone269(restriction="REQ_AUTHORISATION")).faults == ()
    imported = read269(tmp_path, zone269(restriction="REQ_AUTHORIZATION"))
    assert only(imported).kind == "permission"
    assert told(imported, "IMPORT_SPELLING").value == "REQ_AUTHORIZATION"


def test_a_zone_that_restricts_nobody_is_left_out_and_told(tmp_path: Path) -> None:
    imported = read318(tmp_path, feature(type="NO_RESTRICTION"))
    assert zones(imported) == {}
    assert told(imported, "IMPORT_ZONE_SKIPPED").value == "NO_RESTRICTION"


def test_a_zone_for_some_operators_alone_is_read_as_for_all(tmp_path: Path) -> None:
    imported = read318(tmp_path, feature(variant="CUSTOMIZED"))
    assert told(imported, "IMPORT_KIND_ASSUMED").field == "variant"


@pytest.mark.parametrize(
    ("reason", "category", "assumed"),
    [
        (["AIR_TRAFFIC"], "airspace", []),
        ("NATURE", "nature", []),
        (["NATURE", "NOISE"], "nature", ["IMPORT_CATEGORY_ASSUMED"]),
        (["PRIVACY"], "infrastructure", ["IMPORT_CATEGORY_ASSUMED"]),
        (None, "infrastructure", ["IMPORT_CATEGORY_ASSUMED"]),
    ],
)
def test_a_reason_without_equal_is_told(
    reason: Any, category: str, assumed: list[str], tmp_path: Path
) -> None:
    imported = read318(tmp_path, feature(reason=reason))
    assert only(imported).category == category
    assert codes(imported) == assumed


def test_a_zone_of_another_country_is_of_the_side_asked_for(tmp_path: Path) -> None:
    path = written(tmp_path, collection(feature(country="SWE")))
    imported = read_ed318(path, assumed_side="HK")
    assert only(imported).side == "HK"
    assert told(imported, "IMPORT_SIDE_ASSUMED").value == "SWE"


def test_a_zone_without_authority_says_so(tmp_path: Path) -> None:
    imported = read318(tmp_path, feature(zoneAuthority=None))
    assert only(imported).authority == "not stated"
    assert codes(imported) == ["IMPORT_AUTHORITY_ASSUMED"]


def test_the_authority_to_ask_goes_before_the_one_that_informs(tmp_path: Path) -> None:
    asked = [{"name": "A", "purpose": "INFORMATION"}, {"name": "B", "purpose": "AUTHORISATION"}]
    assert only(read318(tmp_path, feature(zoneAuthority=asked))).authority == "B"


def test_fields_without_a_place_are_named_once(tmp_path: Path) -> None:
    authority = [{"name": "A", "purpose": "INFORMATION", "email": "a@example.org"}]
    given = {"region": 7, "restrictionConditions": "x", "zoneAuthority": authority}
    found = told(read318(tmp_path, feature(**given)), "IMPORT_FIELDS_DROPPED")
    assert found.value == "region, restrictionConditions, zoneAuthority.email"


# --- Identifiers


@pytest.mark.parametrize(
    ("given", "identifier"),
    [("esu 247", "ESU-247"), (None, "ZONE-1"), ("-§-", "ZONE-1"), ("X" * 40, "X" * 32)],
)
def test_an_identifier_is_made_to_fit_and_told(
    given: str | None, identifier: str, tmp_path: Path
) -> None:
    imported = read318(tmp_path, feature(identifier=given))
    assert only(imported).id == identifier
    assert codes(imported) == ["IMPORT_ID_CHANGED"]


def test_one_identifier_for_two_zones_becomes_two(tmp_path: Path) -> None:
    imported = read318(tmp_path, feature(), feature(type="REQ_AUTHORIZATION"))
    assert set(zones(imported)) == {"ABC123", "ABC123-2"}
    assert codes(imported) == ["IMPORT_ID_CHANGED"]


def test_features_that_say_the_same_are_one_zone_of_several_polygons(tmp_path: Path) -> None:
    east = [[lon + 0.05, lat] for lon, lat in SQUARE]
    imported = read318(tmp_path, feature(), feature(polygon(*east)))
    assert only(imported).id == "ABC123"
    assert len(shapely.get_parts(imported.lonlat["ABC123"])) == 2


def test_a_zone_of_several_volumes_becomes_several(tmp_path: Path) -> None:
    layers = [polygon(upper=50), polygon(lower=50, upper=150), polygon(upper=50)]
    collected = {"type": "GeometryCollection", "geometries": layers}
    imported = read318(tmp_path, feature(collected))
    assert {name: each.upper_m for name, each in zones(imported).items()} == {
        "ABC123-V1": 50.0,
        "ABC123-V2": 150.0,
    }
    assert told(imported, "IMPORT_ID_CHANGED").value == "2 volumes"


# --- Shapes


def test_a_circle_becomes_a_polygon_about_it_within_the_stated_error(tmp_path: Path) -> None:
    """No corner is inside the circle, no edge's middle within it or further than the error."""
    lon, lat, radius_m = 114.06, 22.52, 1852.0
    point = {"type": "Point", "coordinates": [lon, lat], "layer": polygon()["layer"]}
    extent = {"subType": "Circle", "radius": radius_m}
    imported = read318(tmp_path, feature({**point, "extent": extent}))
    ring = shapely.get_coordinates(imported.lonlat["ABC123"])
    middles = (ring[1:] + ring[:-1]) / 2
    geodesic = pyproj.Geod(ellps="WGS84")
    for at, low, high in ((ring, 0.0, CHORD_ERROR_M), (middles, -0.02, 0.02)):
        centre = np.full(len(at), lon), np.full(len(at), lat)
        _, _, away_m = geodesic.inv(*centre, at[:, 0], at[:, 1])
        assert (away_m - radius_m).min() > low - 0.02
        assert (away_m - radius_m).max() < high + 0.02
    found = told(imported, "IMPORT_CIRCLE")
    assert found.value == "circle of 1852 m"
    assert "0.5" in found.message or "0.4" in found.message
    flat = {"type": "Circle", "center": [lon, lat], "radius": radius_m}
    same = read269(tmp_path, zone269({"horizontalProjection": flat}))
    assert same.lonlat["ABC123"].equals(imported.lonlat["ABC123"])
    assert math.isclose(len(ring) - 1, 136, abs_tol=1)


@pytest.mark.parametrize(
    ("ring", "code"),
    [
        (SQUARE[:-1], "IMPORT_SHAPE_MENDED"),
        ([[lat, lon] for lon, lat in SQUARE], "IMPORT_AXES_SWAPPED"),
        ([[*each, 12.0] for each in SQUARE], "IMPORT_SHAPE_MENDED"),
        ([SQUARE[each] for each in (0, 2, 1, 3, 0)], "IMPORT_SHAPE_MENDED"),
    ],
)
def test_a_shape_is_mended_where_that_is_safe(
    ring: list[list[float]], code: str, tmp_path: Path
) -> None:
    imported = read318(tmp_path, feature(polygon(*ring)))
    shape = imported.lonlat["ABC123"]
    assert shape.is_valid
    assert not shape.has_z
    assert shape.bounds == shapely.Polygon(SQUARE).bounds
    assert codes(imported) == [code]


def test_a_clockwise_ring_is_turned(tmp_path: Path) -> None:
    imported = read318(tmp_path, feature(polygon(*SQUARE[::-1])))
    assert imported.lonlat["ABC123"].exterior.is_ccw
    assert imported.faults == ()


@pytest.mark.parametrize(
    ("geometry", "code"),
    [
        ({"type": "LineString", "coordinates": SQUARE}, "GEOMETRY_TYPE"),
        ({"type": "Point", "coordinates": [114.0, 22.5]}, "GEOMETRY_TYPE"),
        ({"type": "Polygon", "coordinates": [[[114.0, math.nan]] * 4]}, "NOT_FINITE"),
        ({"type": "Polygon", "coordinates": [[[826000, 842500]] * 4]}, "COORDINATE_RANGE"),
        ({"type": "Polygon", "coordinates": [[SQUARE[0]] * 5]}, "RING_AREA"),
        ({"type": "Polygon", "coordinates": []}, "GEOMETRY_COORDINATES"),
        ({"type": "Point", "coordinates": ["x"], "extent": {"radius": 5}}, "GEOMETRY_COORDINATES"),
        ({"type": "Point", "coordinates": [1, 2], "extent": {"radius": -5}}, "OUT_OF_RANGE"),
        ("POLYGON((0 0))", "GEOMETRY_MISSING"),
    ],
)
def test_a_shape_that_cannot_be_used_leaves_its_zone_out_alone(
    geometry: Any, code: str, tmp_path: Path
) -> None:
    """The other zone of the file is read all the same."""
    imported = read318(tmp_path, feature(geometry), feature(identifier="OTHER"))
    assert set(zones(imported)) == {"OTHER"}
    assert [each.code for each in errors(imported.faults)] == [code]
    assert errors(imported.faults)[0].item == "ABC123"


def test_a_shape_of_too_many_corners_is_refused(tmp_path: Path) -> None:
    angles = np.linspace(0, 2 * np.pi, POSITIONS_MAX + 2)
    ring = np.column_stack((114.05 + 0.01 * np.cos(angles), 22.5 + 0.01 * np.sin(angles)))
    imported = read318(tmp_path, feature(polygon(*ring.tolist())))
    assert [each.code for each in errors(imported.faults)] == ["TOO_MANY_POSITIONS"]


# --- Countries


def test_switzerland_has_99999_for_no_ceiling_and_names_in_four_languages(tmp_path: Path) -> None:
    names = {"de": "Schutzgebiet", "fr": "Réserve", "en": "Reserve"}
    volume = {"upperLimit": 99999, "upperVerticalReference": "AGL"}
    imported = read269(tmp_path, zone269(volume, country="CHE", name=json.dumps(names)))
    assert (only(imported).upper_m, only(imported).upper_reference) == (None, "UNL")
    assert only(imported).name == "Reserve"
    assert told(imported, "IMPORT_NO_CEILING").value == "99999"


def test_luxembourg_has_a_byte_order_mark_and_zones_without_limits(tmp_path: Path) -> None:
    bare = {"lowerLimit": None, "upperLimit": None, "upperVerticalReference": None}
    text = "\ufeff" + json.dumps({"features": [zone269(bare, country="LUX")]})
    imported = read_ed269(written(tmp_path, text))
    assert only(imported).upper_reference == "UNL"
    assert {"IMPORT_BYTE_ORDER_MARK", "IMPORT_LIMIT_ASSUMED"} <= set(codes(imported))


def test_latvia_has_hundredths_of_seconds_and_schedules_in_utc(tmp_path: Path) -> None:
    schedule = [{"day": ["ANY"], "startTime": "05:00:00.00Z", "endTime": "18:00:00.00Z"}]
    window = {"permanent": "NO", "startDateTime": "2026-03-01T16:00:00.38Z", "schedule": schedule}
    imported = read269(tmp_path, zone269(country="LVA", applicability=[window]))
    assert only(imported).schedule == "2026 Mar 02+ 13:00-02:00"


def test_ireland_has_plain_names_and_its_metadata_under_another_name(tmp_path: Path) -> None:
    document = {
        "type": "FeatureCollection",
        "datasetMetadata": {"provider": "IAA", "validFrom": "2026-08-04T00:00:00Z"},
        "features": [feature(country="IRL", name="Dublin CTR", type="REQ_AUTHORIZATION")],
    }
    imported = read_ed318(written(tmp_path, document))
    assert (only(imported).name, only(imported).source) == ("Dublin CTR", "ED-318: IAA")


def test_sweden_has_names_in_two_languages_and_circles(tmp_path: Path) -> None:
    names = [{"text": "Fängelse", "lang": "se-SE"}, {"text": "Prison", "lang": "en-GB"}]
    point = {"type": "Point", "coordinates": [17.6, 59.1], "layer": polygon()["layer"]}
    circle = {**point, "extent": {"subType": "Circle", "radius": 1852.0}}
    imported = read318(tmp_path, feature(circle, country="SWE", name=names))
    assert only(imported).name == "Prison"
    assert codes(imported) == ["IMPORT_CIRCLE", "IMPORT_SIDE_ASSUMED"]


def test_spain_has_flat_limits_as_text_and_three_ways_to_say_nothing(tmp_path: Path) -> None:
    flat = {
        "lower": "0",
        "lowerReference": "AGL",
        "upper": "None",
        "upperReference": "",
        "uom": "m",
    }
    shape = {"type": "Polygon", "coordinates": [SQUARE]}
    imported = read318(tmp_path, feature(shape, country="ESP", identifier="", **flat))
    assert only(imported).id == "ZONE-1"
    assert (only(imported).lower_m, only(imported).upper_m) == (0.0, None)
    assert told(imported, "IMPORT_NUMBER_AS_TEXT").value == "0"


def test_estonia_has_ed269_volumes_within_geojson_and_shapes_not_to_be_shown(
    tmp_path: Path,
) -> None:
    volume = zone269({"horizontalProjection": None})["geometry"][0]
    said = {**zone269(country="EST", restriction="REQ_AUTHORISATION"), "geometry": volume}
    shape = {"type": "Polygon", "coordinates": [SQUARE]}
    shown = {"type": "Feature", "properties": said, "geometry": shape}
    hidden = {**shown, "properties": {**said, "identifier": "EEGZS1", "hidden": True}}
    imported = read318(tmp_path, shown, hidden)
    assert (only(imported).id, only(imported).upper_m) == ("ABC123", 120.0)
    assert only(imported).kind == "permission"
    assert told(imported, "IMPORT_ZONE_SKIPPED").item == "EEGZS1"


def test_the_standards_own_examples_name_a_title_and_misspell_circles(tmp_path: Path) -> None:
    point = {"type": "Point", "coordinates": [2.636866, 50.122901], "layer": polygon()["layer"]}
    circles = {**point, "extent": {"subType": "Circles", "radius": 3500}}
    document = {**collection(feature(circles, country="FRA")), "title": "Sample", "name": None}
    imported = read_ed318(written(tmp_path, document))
    assert only(imported).source == "ED-318: Sample"


def test_older_files_have_the_zone_and_its_layer_within_the_properties(tmp_path: Path) -> None:
    inner = feature()["properties"]
    shape = {"type": "Polygon", "coordinates": [SQUARE]}
    said = {"UASZone": inner, "verticalLayer": polygon(upper=77)["layer"]}
    imported = read318(tmp_path, {"type": "Feature", "properties": said, "geometry": shape})
    assert only(imported).upper_m == 77.0


def test_extras_that_are_not_ours_to_trust_do_no_harm(tmp_path: Path) -> None:
    """Whatever stands under our key, an import ends in a zone or in faults."""
    for extras in (
        {"id": 7, "fields": 3},
        {"id": "x y", "parts": -1, "fields": {"kind": {"is": "open", "read_as": "prohibited"}}},
        {"fields": {"upper_m": {"is": "high", "read_as": 120.0}, "extra": {"is": 1}}},
        {"fields": {"name": "text", "source": {"is": None}}},
        [],
    ):
        imported = read318(tmp_path, feature(extendedProperties={"hetao": extras}))
        assert zones(imported) or errors(imported.faults)

"""OpenAir: written for readers that are not ours, read from files that keep few rules."""

from pathlib import Path
from typing import Any

import numpy as np
import openair
import pyproj
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.faults import errors
from geodata.formats.imported import Imported
from geodata.formats.openair import openair_text, read_openair
from geodata.formats.openair_altitude import altitude, altitude_text
from geodata.formats.openair_shape import point_text, points
from geodata.formats.uas_limits import FOOT_M
from geodata.formats.uas_report import Report
from geodata.network import Network, shipped_network_path
from geodata.read import read_network
from planner.testing.layout import box
from tests.geodata.formats.zone_files import codes, only, told, zones
from tests.geodata.small import changed, reshaped, small_network

BLOCK = """\
AC UNC
AY P
AN Test zone
AH 400ft AGL
AL GND
DP 22:30:00N 114:03:00E
DP 22:30:00N 114:04:00E
DP 22:31.000N 114:04.000E
DP 22:31:00 N 114:03:00 E
"""
ASSUMED = {
    "IMPORT_AUTHORITY_ASSUMED",
    "IMPORT_CATEGORY_ASSUMED",
    "IMPORT_ID_CHANGED",
    "IMPORT_SIDE_ASSUMED",
}
"""What every file of others leaves open, told once a file."""


@pytest.fixture(scope="module")
def hetao() -> Network:
    return read_network(shipped_network_path())


def read(folder: Path, text: str, **options: Any) -> Imported:
    path = folder / "zones.txt"
    path.write_text(text, encoding="utf-8")
    return read_openair(path, **options)


def swapped(old: str, new: str) -> str:
    assert old in BLOCK
    return BLOCK.replace(old, new)


# --- Export


def test_the_shipped_zones_come_back_as_they_were(hetao: Network, tmp_path: Path) -> None:
    """Through a comment: OpenAir itself has no side, schedule, category or metres."""
    imported = read(tmp_path, openair_text(hetao))
    assert imported.features["zones"] == hetao.layer("zones")
    assert imported.faults == ()
    for identifier, shape in imported.lonlat.items():
        assert shape.normalize().equals_exact(hetao.lonlat[identifier].normalize())


def test_without_the_comments_names_kinds_and_limits_remain(hetao: Network, tmp_path: Path) -> None:
    """Lost: sides, authorities, categories, weekly schedules (kept in the name), part of a foot."""
    lines = openair_text(hetao).splitlines()
    imported = read(tmp_path, "\n".join(each for each in lines if not each.startswith("*")))
    assert set(codes(imported)) == ASSUMED
    found = {each.name.partition(" [")[0]: each for each in zones(imported).values()}
    for zone in hetao.zones.values():
        read_back = found[zone.name]
        assert (read_back.kind == "prohibited") == (zone.kind == "prohibited")
        assert 0 <= zone.lower_m - read_back.lower_m < FOOT_M
        if zone.upper_m is not None and read_back.upper_m is not None:
            assert -0.001 <= read_back.upper_m - zone.upper_m < FOOT_M
        assert (read_back.upper_m is None) == (zone.upper_m is None)


def test_a_parser_of_others_reads_what_was_written(hetao: Network) -> None:
    """openair-rs-py finds the same airspaces, types, limits and corners."""
    found = openair.parse_string(openair_text(hetao))
    assert [each["name"].partition(" [")[0] for each in found if each["name"]] == [
        each.name for each in sorted(hetao.zones.values(), key=lambda each: each.id)
    ]
    for airspace, zone in zip(found, sorted(hetao.zones.values(), key=lambda e: e.id), strict=True):
        assert airspace["type"] == ("P" if zone.kind == "prohibited" else "R")
        corners = [(each["lng"], each["lat"]) for each in airspace["geom"]["segments"]]
        assert shapely.Polygon(np.round(corners, 7)).equals(hetao.lonlat[zone.id])
        lower = airspace["lowerBound"]
        assert lower["type"] == ("Gnd" if zone.lower_m == 0 else "FeetAgl")
    assert found[0]["lowerBound"] == {"type": "FeetAgl", "val": 300}
    assert found[0]["upperBound"] == {"type": "Unlimited"}


@pytest.mark.parametrize(
    ("old", "new"), [("DP 22:", "DP 22;"), ("AH UNL", "AX UNL"), ("AY R", "NOT A LINE")]
)
def test_that_parser_refuses_a_broken_file(old: str, new: str, hetao: Network) -> None:
    text = openair_text(hetao)
    assert old in text
    with pytest.raises(ValueError, match="Failed to parse"):
        openair.parse_string(text.replace(old, new, 1))


def test_a_hole_is_cut_open_and_comes_back(tmp_path: Path) -> None:
    """OpenAir has no holes: the zone is written as two airspaces that meet across it."""
    outer, hole = box(300, 100, 700, 400), box(400, 200, 500, 300)
    shape = shapely.Polygon(outer.exterior, [hole.exterior.coords[::-1]])
    network = reshaped(small_network(), "SZ-EVENT", shape)
    text = openair_text(network)
    assert text.count('"id": "SZ-EVENT"') == 2
    for airspace in openair.parse_string(text):
        corners = [(each["lng"], each["lat"]) for each in airspace["geom"]["segments"]]
        assert shapely.Polygon(corners).is_valid
    imported = read(tmp_path, text)
    assert imported.features["zones"] == network.layer("zones")
    back = imported.lonlat["SZ-EVENT"]
    assert len(back.interiors) == 1
    assert back.symmetric_difference(shape).area < 1e-7 * shape.length


def test_every_export_says_its_datum_heights_edition_and_use(hetao: Network) -> None:
    head = openair_text(hetao).partition("\n\n")[0]
    assert all(line.startswith("*") for line in head.splitlines())
    for words in ("WGS-84", "AMSL", hetao.edition, "Not for navigation"):
        assert words in head


def test_a_name_cannot_break_out_of_its_line(tmp_path: Path) -> None:
    network = changed(small_network(), "SZ-EVENT", name="Event * \nAC P\u2028DP nowhere")
    imported = read(tmp_path, openair_text(network))
    assert imported.features["zones"] == network.layer("zones")
    assert imported.faults == ()


def test_an_edit_elsewhere_is_not_undone_by_the_comment(tmp_path: Path) -> None:
    text = openair_text(small_network()).replace("AH 394ft AMSL", "AH 500ft AMSL")
    assert "AH 500ft AMSL" in text
    imported = read(tmp_path, text)
    assert zones(imported)["SZ-EVENT"].upper_m == 152.4
    assert zones(imported)["SZ-EVENT"].side == "SZ"
    assert "IMPORT_EXTRA_OVERRULED" in codes(imported)


@settings(derandomize=True, max_examples=200, deadline=None)
@given(st.floats(-180, 180), st.floats(-90, 90))
def test_a_point_is_kept_to_seven_decimals(lon: float, lat: float) -> None:
    lon, lat = round(lon, 7), round(lat, 7)
    ((again_lon, again_lat),) = points(point_text(lon, lat))
    assert (round(again_lon, 7), round(again_lat, 7)) == (lon, lat)


@settings(derandomize=True, max_examples=200, deadline=None)
@given(st.floats(-50, 3000), st.sampled_from(["AGL", "AMSL"]), st.booleans())
def test_a_limit_in_feet_grows_the_zone_by_less_than_a_foot(
    height_m: float, reference: str, upper: bool
) -> None:
    found = altitude(altitude_text(height_m, reference, upper=upper), "AH", Report("", []))
    assert found is not None
    assert found.height_m is not None
    grown = found.height_m - height_m if upper else height_m - found.height_m
    assert -0.001 < grown < FOOT_M + 0.001


# --- Import


def test_an_airspace_is_read_with_its_limits_in_metres(tmp_path: Path) -> None:
    imported = read(tmp_path, BLOCK)
    zone = only(imported)
    assert (zone.id, zone.name, zone.kind) == ("TEST-ZONE", "Test zone", "prohibited")
    assert (zone.lower_m, zone.lower_reference) == (0.0, "AGL")
    assert (zone.upper_m, zone.upper_reference) == (121.92, "AGL")
    assert imported.lonlat["TEST-ZONE"].equals(
        shapely.box(114.05, 22.5, round(114 + 4 / 60, 7), round(22 + 31 / 60, 7))
    )
    assert set(codes(imported)) == ASSUMED


@pytest.mark.parametrize(
    ("text", "height_m", "reference", "assumed"),
    [
        ("SFC", 0.0, "AGL", []),
        ("1500ft MSL", 457.2, "AMSL", []),
        ("1500 FT AMSL", 457.2, "AMSL", []),
        ("300m AGL", 300.0, "AGL", []),
        ("300 M GND", 300.0, "AGL", []),
        ("1500MSL", 457.2, "AMSL", ["IMPORT_UNIT_ASSUMED"]),
        ("1500ft", 457.2, "AMSL", ["IMPORT_REFERENCE_ASSUMED"]),
        ("FL100", 3048.0, "AMSL", ["IMPORT_FLIGHT_LEVEL"]),
        ("FL 65", 1981.2, "AMSL", ["IMPORT_FLIGHT_LEVEL"]),
        ("3000ft STD", 914.4, "AMSL", ["IMPORT_FLIGHT_LEVEL"]),
        ("UNLIMITED", None, "UNL", []),
        ("FL 999", None, "UNL", ["IMPORT_NO_CEILING"]),
        ("Ask on 122.8", None, "UNL", ["IMPORT_LIMIT_ASSUMED"]),
        ("100m AGL/423m AMSL", None, "UNL", ["IMPORT_LIMIT_ASSUMED"]),
    ],
)
def test_altitudes_are_read_as_they_are_found(
    text: str, height_m: float | None, reference: str, assumed: list[str], tmp_path: Path
) -> None:
    imported = read(tmp_path, swapped("400ft AGL", text))
    assert (only(imported).upper_m, only(imported).upper_reference) == (height_m, reference)
    assert sorted(set(codes(imported)) - ASSUMED) == assumed


def test_missing_limits_are_as_wide_as_can_be(tmp_path: Path) -> None:
    imported = read(tmp_path, swapped("AH 400ft AGL\nAL GND\n", ""))
    assert (only(imported).lower_m, only(imported).upper_m) == (0.0, None)
    assert [each.field for each in imported.faults if each.code == "IMPORT_LIMIT_ASSUMED"] == [
        "AH",
        "AL",
    ]


@pytest.mark.parametrize(
    ("lines", "kind", "category", "assumed"),
    [
        ("AC P", "prohibited", "airspace", []),
        ("AC R", "restricted", "airspace", []),
        ("AC Q", "restricted", "airspace", []),
        ("AC CTR", "permission", "aerodrome", []),
        ("AC D\nAY ATZ", "permission", "aerodrome", []),
        ("AC W", "permission", "airspace", ["IMPORT_KIND_ASSUMED"]),
        ("AC UNC", "permission", "airspace", ["IMPORT_KIND_ASSUMED"]),
    ],
)
def test_classes_and_types_are_kinds(
    lines: str, kind: str, category: str, assumed: list[str], tmp_path: Path
) -> None:
    imported = read(tmp_path, swapped("AC UNC\nAY P", lines))
    assert (only(imported).kind, only(imported).category) == (kind, category)
    assert sorted(set(codes(imported)) - ASSUMED) == assumed


def test_a_circle_and_arcs_keep_to_their_radius(tmp_path: Path) -> None:
    """DC, DA and DB about one centre: corners are 1 nm away, but for the ends of DB."""
    centre = "V X=22:30:00N 114:03:00E\n"
    points_of = BLOCK[BLOCK.index("DP") :]
    arcs = "DA 1, 90, 360\nDB 22:31:00N 114:03:00E, 22:30:00N 114:04:04.95E\n"
    for lines, low_m, high_m in (("DC 1\n", 1851.9, 1852.6), (arcs, 1845.0, 1857.0)):
        imported = read(tmp_path, swapped(points_of, centre + lines))
        ring = shapely.get_coordinates(imported.lonlat["TEST-ZONE"])
        middle = np.full(len(ring), 114.05), np.full(len(ring), 22.5)
        _, _, away_m = pyproj.Geod(ellps="WGS84").inv(*middle, ring[:, 0], ring[:, 1])
        assert (away_m > low_m).all()
        assert (away_m < high_m).all()
        assert told(imported, "IMPORT_CIRCLE").severity == "warning"


def test_an_arc_turns_the_way_that_it_is_told(tmp_path: Path) -> None:
    """From north to east clockwise is a quarter, anticlockwise three."""
    points_of = BLOCK[BLOCK.index("DP") :]
    areas = []
    for direction in "+-":
        lines = f"V X=22:30:00N 114:03:00E\nV D={direction}\nDA 1,0,90\nDP 22:30:00N 114:03:00E\n"
        imported = read(tmp_path, swapped(points_of, lines))
        areas.append(imported.lonlat["TEST-ZONE"].area)
    assert areas[1] / areas[0] == pytest.approx(3, rel=0.01)


@pytest.mark.parametrize(
    ("lines", "schedule", "assumed"),
    [
        ("AA 2026-03-02T06:00Z/2026-03-02T08:00Z", "2026 Mar 02 14:00-16:00", []),
        (
            "AA 2026-03-01T16:00Z/2026-03-02T24:00Z",
            "2026 Mar 02 00:00-24:00, 2026 Mar 03 00:00-08:00",
            [],
        ),
        ("AA 2026-03-01T16:00Z/NONE", "2026 Mar 02+ 00:00-24:00", []),
        ("AA NONE/2026-03-02T16:00Z", "1970 Jan 01-2026 Mar 02 00:00-24:00", []),
        ("AA NONE", "24/7", ["IMPORT_SCHEDULE_WIDENED"]),
        ("AA by NOTAM", "24/7", ["IMPORT_SCHEDULE_WIDENED"]),
    ],
)
def test_activation_times_are_a_schedule(
    lines: str, schedule: str, assumed: list[str], tmp_path: Path
) -> None:
    imported = read(tmp_path, swapped("AL GND", f"AL GND\n{lines}"))
    assert only(imported).schedule == schedule
    assert sorted(set(codes(imported)) - ASSUMED) == assumed


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("DP 22:30:00N 114:04:00E", "DP 22:61:00N 114:04:00E", "OPENAIR_SYNTAX"),
        ("DP 22:30:00N 114:04:00E", "DP 22:30:00N 194:04:00E", "OPENAIR_SYNTAX"),
        ("DP 22:30:00N 114:04:00E", "DC 1", "OPENAIR_SYNTAX"),
        ("DP 22:30:00N 114:04:00E", "V Q=1", "OPENAIR_SYNTAX"),
        ("AY P", "hello", "OPENAIR_SYNTAX"),
        (BLOCK[BLOCK.index("DP") :], "DP 22:30:00N 114:04:00E", "GEOMETRY_COORDINATES"),
    ],
)
def test_a_line_that_cannot_be_read_leaves_its_airspace_out_alone(
    old: str, new: str, code: str, tmp_path: Path
) -> None:
    imported = read(tmp_path, f"{swapped(old, new)}\n{swapped('Test zone', 'Other')}")
    assert set(zones(imported)) == {"OTHER"}
    assert [each.code for each in errors(imported.faults)] == [code]


def test_lines_without_a_place_are_named_once(tmp_path: Path) -> None:
    text = "* made by hand\nSP 0,1,0,0,255\n" + swapped("AL GND", "AL GND\nAF 123.3\nAX 7000")
    found = told(read(tmp_path, text), "IMPORT_FIELDS_DROPPED")
    assert found.value == "AF, AX, SP"


def test_names_in_windows_1252_are_read_and_told(tmp_path: Path) -> None:
    path = tmp_path / "zones.txt"
    path.write_bytes(swapped("Test zone", "Zürich").encode("cp1252"))
    imported = read_openair(path)
    assert only(imported).name == "Zürich"
    assert told(imported, "IMPORT_ENCODING").value == "byte 0xfc on line 3"


def test_what_is_no_openair_file_is_refused(tmp_path: Path) -> None:
    assert "NOT_A_ZONE_FILE" in codes(read(tmp_path, "* only a comment"))
    assert "OPENAIR_SYNTAX" in codes(read(tmp_path, '{"type": "FeatureCollection"}'))
    assert codes(read(tmp_path, "")) == ["FILE_EMPTY"]
    assert codes(read_openair(tmp_path / "none.txt")) == ["FILE_MISSING"]


def test_the_side_is_the_one_asked_for(tmp_path: Path) -> None:
    assert only(read(tmp_path, BLOCK, assumed_side="HK")).side == "HK"
    assert only(read(tmp_path, BLOCK)).side == "SZ"

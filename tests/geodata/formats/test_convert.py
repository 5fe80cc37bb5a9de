"""From any file read to a network: whole ones, parts put into one, and bad input."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from geodata.datum.vertical import height_move
from geodata.faults import Fault, InvalidInput
from geodata.features import Vertiport, Zone
from geodata.formats.convert import Conversion, Source, convert
from geodata.formats.export import write_as
from geodata.formats.gpkg_write import write_gpkg
from geodata.formats.names import Format, format_of
from geodata.formats.reference import Stated
from geodata.limits import POSITIONS_MAX
from geodata.network import Network
from geodata.write import layer_text, write_network
from planner.testing.layout import box, point
from tests.geodata.formats.zone_files import feature, polygon
from tests.geodata.small import added, changed, reshaped, small_network, without

AMSL = replace(small_network(), info=replace(small_network().info, vertical_datum="AMSL"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "net"
    write_network(AMSL, path)
    return path


def source(path: Path, **said: Any) -> Source:
    return Source(path, format_of(path, None, written=False), **said)


def refused(asked: Source, into: Path | None = None) -> list[Fault]:
    with pytest.raises(InvalidInput) as caught:
        convert(asked, into)
    return list(caught.value.faults)


def part(folder: Path, network: Network, layer: str) -> Path:
    path = folder / f"{layer}.geojson"
    path.write_text(layer_text(network, layer), encoding="utf-8")
    return path


def put(folder: Path, path: Path, **said: Any) -> Conversion:
    return convert(source(path, **said), folder)


def test_a_whole_network_needs_nothing_said(folder: Path) -> None:
    done = convert(source(folder))
    assert done.network.edition == AMSL.edition
    assert (done.added, done.changed, done.warnings) == ((), (), ())


def test_rules_between_features_are_not_judged(tmp_path: Path) -> None:
    """A draft that keeps them not is carried to where it is mended."""
    write_network(without(AMSL, "SZ-WA", "BOUNDARY"), tmp_path / "draft")
    assert convert(source(tmp_path / "draft")).warnings == ()


@pytest.mark.parametrize("name", ["points.csv", "zones.geojson", "z.ed318.json", "z.openair.txt"])
def test_a_part_is_refused_without_a_network_to_put_it_into(tmp_path: Path, name: str) -> None:
    (fault,) = refused(source(tmp_path / name))
    assert (fault.code, fault.limit) == ("PART_OF_A_NETWORK", "--into NETWORK")


def test_features_of_a_part_are_added_and_changed_by_id(folder: Path, tmp_path: Path) -> None:
    edited = changed(AMSL, "SZ-EVENT", schedule="12:00-13:00")
    edited = reshaped(edited, "HK-NATURE", box(-2500, -1500, -1900, -900))
    zone = next(each for each in edited.layer("zones") if each.id == "SZ-EVENT")
    edited = added(edited, "zones", replace(zone, id="SZ-NEW"), box(0, 100, 200, 300))
    only_zones = without(edited, "SZ-STRIP", "SZ-CEILING")
    done = put(folder, part(tmp_path, only_zones, "zones"), stated=Stated(vertical="AMSL"))
    assert done.added == ("SZ-NEW",)
    assert done.changed == ("HK-NATURE", "SZ-EVENT")
    assert done.network.edition == edited.edition


def test_a_part_in_a_geopackage_says_what_its_heights_count_from(
    folder: Path, tmp_path: Path
) -> None:
    """HKPD is 1.23 m lower, so that a height above it is less above mean sea level."""
    there = replace(AMSL, info=replace(AMSL.info, vertical_datum="HKPD"))
    write_gpkg(there, tmp_path / "part.gpkg")
    done = put(folder, tmp_path / "part.gpkg")
    vertiport = done.network.vertiports["SZ-V1"]
    assert vertiport.ground_amsl_m == pytest.approx(5.0 - 1.23)
    assert {each.code for each in done.warnings} == {"HEIGHT_UNCERTAIN"}


def test_a_layer_may_be_read_from_a_folder_without_the_others(folder: Path, tmp_path: Path) -> None:
    edited = changed(AMSL, "SZ-V1", pads=9)
    some = tmp_path / "some"
    write_network(edited, some)
    for each in some.glob("[!nv]*"):
        each.unlink()
    assert put(folder, some).network.edition == edited.edition


def test_heights_in_geojson_must_be_stated(folder: Path, tmp_path: Path) -> None:
    (fault,) = refused(source(part(tmp_path, AMSL, "vertiports")), folder)
    assert fault.code == "VERTICAL_NOT_STATED"


def test_zones_above_ground_need_no_vertical_reference(folder: Path, tmp_path: Path) -> None:
    low = without(AMSL, "SZ-EVENT", "HK-NATURE")
    assert all(
        isinstance(each, Zone) and each.upper_reference != "AMSL" for each in low.layer("zones")
    )
    assert put(folder, part(tmp_path, low, "zones")).changed == ()


def test_zones_over_the_ellipsoid_are_moved_if_that_is_stated(folder: Path, tmp_path: Path) -> None:
    """By the offset between the references, and how well that is known is told."""
    path = tmp_path / "z.ed318.json"
    layer = polygon(lower=30, lowerReference="AGL", upperReference="WGS84")
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature(layer)]}))
    found = refused(source(path), folder)
    assert "HEIGHT_ELLIPSOIDAL" in {each.code for each in found}
    done = put(folder, path, stated=Stated(vertical="HAE"))
    zone = next(each for each in done.network.layer("zones") if each.id == "ABC123")
    assert isinstance(zone, Zone)
    move = height_move("WGS84E", "AMSL")
    assert zone.upper_m == pytest.approx(120 + move.offset_m)
    assert (zone.lower_m, zone.upper_reference) == (30, "AMSL")
    (said,) = (each for each in done.warnings if each.code == "HEIGHT_UNCERTAIN")
    assert f"{move.uncertainty_m:.2f} m" in said.value


def test_a_file_of_one_layer_names_it(folder: Path, tmp_path: Path) -> None:
    path = part(tmp_path, AMSL, "zones").rename(tmp_path / "zonen.geojson")
    (fault,) = refused(source(path), folder)
    assert fault.code == "LAYER_NOT_NAMED"
    assert "did you mean zones?" in fault.message
    assert put(folder, path, layer="zones", stated=Stated(vertical="AMSL")).changed == ()


def test_an_id_of_another_layer_is_there_twice(folder: Path, tmp_path: Path) -> None:
    vertiport = AMSL.vertiports["SZ-V1"]
    assert isinstance(vertiport, Vertiport)
    clash = added(without(AMSL, "SZ-V1"), "vertiports", replace(vertiport, id="SZ-WA"), point(0, 9))
    path = part(tmp_path, clash, "vertiports")
    found = refused(source(path, stated=Stated(vertical="AMSL")), folder)
    assert {(each.code, each.item) for each in found} == {("DUPLICATE_ID", "SZ-WA")}


def test_faults_of_the_network_that_a_part_goes_into_count(folder: Path, tmp_path: Path) -> None:
    """Else a feature that cannot be read would be dropped in silence."""
    spoil(folder, "waypoints", lambda listed: listed[0]["properties"].pop("side"))
    path = part(tmp_path, AMSL, "parks")
    (fault,) = refused(source(path), folder)
    assert (fault.code, fault.source) == ("FIELD_MISSING", "waypoints")


@pytest.mark.parametrize(
    ("name", "read", "written"),
    [
        ("net.gpkg", Format.GPKG, Format.GPKG),
        ("NET.GPKG", Format.GPKG, Format.GPKG),
        ("net", Format.FOLDER, Format.FOLDER),
        ("z.ed318.json", Format.ED318, Format.ED318),
        ("z.ed269.json", Format.ED269, Format.ED269),
        ("z.openair.txt", Format.OPENAIR, Format.OPENAIR),
        ("zones.geojson", Format.GEOJSON, None),
        ("points.csv", Format.CSV, None),
        ("net.kml", None, Format.KML),
        ("zones.json", None, None),
        ("net.v2.shp", None, None),
    ],
)
def test_a_name_tells_the_format(
    tmp_path: Path, name: str, read: Format | None, written: Format | None
) -> None:
    for wanted, out in ((read, False), (written, True)):
        if wanted is None:
            with pytest.raises(InvalidInput) as caught:
                format_of(tmp_path / name, None, written=out)
            assert [each.code for each in caught.value.faults] == ["FORMAT_UNKNOWN"]
        else:
            assert format_of(tmp_path / name, None, written=out) is wanted


def test_a_format_given_goes_before_the_name(tmp_path: Path) -> None:
    assert format_of(tmp_path / "zones.json", Format.ED269, written=False) is Format.ED269


def spoil(folder: Path, layer: str, change: Callable[[list[Any]], object]) -> None:
    path = folder / f"{layer}.geojson"
    document = json.loads(path.read_text(encoding="utf-8"))
    change(document["features"])
    path.write_text(json.dumps(document), encoding="utf-8")


def reverse(geometry: dict[str, Any]) -> None:
    geometry["coordinates"] = [ring[::-1] for ring in geometry["coordinates"]]


def swap(geometry: dict[str, Any]) -> None:
    geometry["coordinates"] = geometry["coordinates"][::-1]


@pytest.mark.parametrize(
    ("layer", "change", "code"),
    [
        ("vertiports", lambda listed: swap(listed[0]["geometry"]), "AXES_SWAPPED"),
        (
            "vertiports",
            lambda listed: listed[0]["geometry"]["coordinates"].append(9.0),
            "HEIGHT_WITHOUT_REFERENCE",
        ),
        (
            "vertiports",
            lambda listed: listed[0]["geometry"].update(coordinates=[float("nan"), 22]),
            "NOT_FINITE",
        ),
        ("zones", lambda listed: listed[0]["properties"].update(extra=1), "FIELD_UNKNOWN"),
    ],
)
def test_bad_geojson_is_one_fault(
    folder: Path, layer: str, change: Callable[[list[Any]], object], code: str
) -> None:
    spoil(folder, layer, change)
    assert [each.code for each in refused(source(folder))] == [code]


def test_reversed_rings_are_a_warning_and_the_same_edition(folder: Path) -> None:
    spoil(folder, "zones", lambda listed: reverse(listed[0]["geometry"]))
    done = convert(source(folder))
    assert [each.code for each in done.warnings] == ["RING_ORIENTATION"]
    assert done.network.edition == AMSL.edition


def test_an_id_used_twice_is_a_fault_at_both_places(folder: Path) -> None:
    spoil(folder, "waypoints", lambda listed: listed[0]["properties"].update(id="SZ-V1"))
    spoil(folder, "waypoints", lambda listed: listed[0].pop("id"))
    found = refused(source(folder))
    assert {each.code for each in found} == {"DUPLICATE_ID"}
    assert {each.source for each in found} == {"vertiports", "waypoints"}


def test_a_crs_member_with_another_crs_is_a_fault_until_it_is_stated(
    folder: Path, tmp_path: Path
) -> None:
    path = part(tmp_path, AMSL, "parks")
    document = json.loads(path.read_text(encoding="utf-8"))
    document["crs"] = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4490"}}
    path.write_text(json.dumps(document), encoding="utf-8")
    (fault,) = refused(source(path), folder)
    assert fault.code == "CRS_NOT_WGS84"
    done = put(folder, path, stated=Stated(crs="EPSG:4490"))
    assert [each.code for each in done.warnings] == ["DATUM_OVERRIDDEN"]


def test_a_shape_of_one_position_too_many_is_refused(folder: Path) -> None:
    turn = np.linspace(0, 2 * np.pi, POSITIONS_MAX + 1)
    ring = np.round(np.column_stack((114 + np.cos(turn) / 99, 22.5 + np.sin(turn) / 99)), 7)
    spoil(folder, "zones", lambda listed: listed[0]["geometry"].update(coordinates=[ring.tolist()]))
    assert [each.code for each in refused(source(folder))] == ["TOO_MANY_POSITIONS"]


@pytest.mark.parametrize(
    ("megabytes", "code"), [(200, "FILE_TOO_LARGE"), (20, "NESTED_TOO_DEEPLY")]
)
def test_nesting_without_end_is_refused(folder: Path, megabytes: int, code: str) -> None:
    (folder / "zones.geojson").write_bytes(b"[" * (megabytes * 1_000_000))
    assert [each.code for each in refused(source(folder))] == [code]


def test_all_faults_of_all_layers_come_at_once(folder: Path) -> None:
    spoil(folder, "vertiports", lambda listed: listed[0]["properties"].update(pads=0))
    spoil(folder, "zones", lambda listed: listed[0]["properties"].update(kind="no-go"))
    spoil(folder, "waypoints", lambda listed: swap(listed[0]["geometry"]))
    assert {each.code for each in refused(source(folder))} == {
        "OUT_OF_RANGE",
        "UNKNOWN_VALUE",
        "AXES_SWAPPED",
    }


@pytest.mark.parametrize(
    "name", ["out", "out.gpkg", "out.kml", "out.ed318.json", "out.ed269.json", "out.openair.txt"]
)
def test_every_export_says_its_datum_heights_edition_and_use(tmp_path: Path, name: str) -> None:
    """Of a file these are in itself, of a folder in a text beside its layers."""
    network, path = small_network(), tmp_path / name
    form = format_of(path, None, written=True)
    if form is Format.FOLDER:
        path.mkdir()
    write_as(network, path, form)
    said = (path / "ABOUT.txt" if path.is_dir() else path).read_bytes()
    for words in ("WGS-84", network.info.vertical_datum, network.edition, "ot for navigation"):
        assert words.encode() in said

"""Exports of zones are strict, pass parsers that are not ours, and come back as they were."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from dji_metadata_embedder.geo.airspace import AirspaceError, parse_ed269
from dji_metadata_embedder.geo.airspace.ed318 import parse_ed318
from dji_metadata_embedder.geo.airspace.model import SourceInfo
from hypothesis import given, settings
from hypothesis import strategies as st
from implicitdict import ImplicitDict
from uas_standards.eurocae_ed269 import ED269Schema
from uas_standards.eurocae_ed318 import UASZone, VerticalLayer

from geodata.formats.ed269 import ed269_text, read_ed269
from geodata.formats.ed318 import ed318_text, read_ed318
from geodata.formats.imported import Imported
from geodata.formats.uas_export import identifiers, pieces_of
from geodata.network import Network, shipped_network_path
from geodata.read import read_network
from planner.testing.layout import box
from tests.geodata.formats.zone_files import codes, only, told, written, zones
from tests.geodata.small import changed, reshaped, small_network

FORMATS: list[Any] = [(ed318_text, read_ed318), (ed269_text, read_ed269)]
FEED = SourceInfo("test", "https://example.org", "2026-01-01", "none", "none")


@pytest.fixture(scope="module")
def hetao() -> Network:
    return read_network(shipped_network_path())


def properties(text: str) -> list[dict[str, Any]]:
    """Return the fields of each zone of a file in either format."""
    return [each.get("properties", each) for each in json.loads(text)["features"]]


@pytest.mark.parametrize(("text", "read"), FORMATS)
def test_the_shipped_zones_come_back_as_they_were(
    text: Callable[[Network], str], read: Callable[[Path], Imported], hetao: Network, tmp_path: Path
) -> None:
    """Nothing of a record or a shape is lost, to the last decimal, and nothing is assumed."""
    imported = read(written(tmp_path, text(hetao)))
    assert imported.features["zones"] == hetao.layer("zones")
    assert imported.faults == ()
    for identifier, shape in imported.lonlat.items():
        assert shape.equals_exact(hetao.lonlat[identifier])


@pytest.mark.parametrize(("text", "read"), FORMATS)
def test_a_zone_over_the_boundary_becomes_two_and_comes_back_as_one(
    text: Callable[[Network], str], read: Callable[[Path], Imported], tmp_path: Path
) -> None:
    """Lost in the cut: where the outline crosses the boundary it has two corners more."""
    shape = box(300, -150, 600, 250)
    network = reshaped(small_network(), "SZ-EVENT", shape)
    exported = text(network)
    found = [each for each in properties(exported) if "SZ-EVENT" in str(each)]
    assert [each["country"] for each in found] == ["CHN", "HKG"]
    assert len({each["identifier"] for each in found}) == 2
    imported = read(written(tmp_path, exported))
    assert imported.features["zones"] == network.layer("zones")
    back = imported.lonlat["SZ-EVENT"]
    assert shapely.get_num_coordinates(back) == shapely.get_num_coordinates(shape) + 2
    assert back.symmetric_difference(shape).area < 1e-7 * shape.length
    assert back.exterior.is_ccw


def test_the_cut_follows_the_boundary() -> None:
    network = reshaped(small_network(), "SZ-EVENT", box(300, -150, 600, 250))
    pieces = [each for each in pieces_of(network) if each.zone.id == "SZ-EVENT"]
    shapes = network.projection.to_metric(np.array([each.shape for each in pieces]))
    assert network.sides.holders(shapely.buffer(shapes, -0.05)) == ["SZ", "HK"]


def test_a_zone_that_is_drawn_along_the_boundary_is_not_cut() -> None:
    """A straight edge of 6 km and the boundary's two of 3 km part by 0.2 m in lon/lat."""
    pieces = [each for each in pieces_of(small_network()) if each.zone.id == "SZ-CEILING"]
    assert [(each.side, each.parts) for each in pieces] == [("SZ", 1)]


@pytest.mark.parametrize(("text", "read"), FORMATS)
def test_each_polygon_of_a_zone_is_a_feature_and_they_come_back_together(
    text: Callable[[Network], str], read: Callable[[Path], Imported], tmp_path: Path
) -> None:
    shape = shapely.MultiPolygon([box(300, 100, 400, 200), box(500, 100, 600, 200)])
    network = reshaped(small_network(), "SZ-EVENT", shape)
    exported = text(network)
    assert sum("SZ-EVENT" in str(each) for each in properties(exported)) == 2
    imported = read(written(tmp_path, exported))
    assert imported.lonlat["SZ-EVENT"].equals_exact(shape)
    document = json.loads(exported)
    document["features"] = [
        each for each in document["features"] if '"part": 2' not in json.dumps(each)
    ]
    halved = read(written(tmp_path, document))
    assert told(halved, "IMPORT_PART_MISSING").value == "1 of 2"


@pytest.mark.parametrize(("text", "read"), FORMATS)
def test_identifiers_are_short_unique_and_stay_the_same(
    text: Callable[[Network], str], read: Callable[[Path], Imported], hetao: Network
) -> None:
    named = [each["identifier"] for each in properties(text(hetao))]
    assert all(0 < len(each) <= 7 for each in named)
    assert len(set(named)) == len(named)
    alone = Network(hetao.info, {**hetao.features}, hetao.lonlat)
    fewer = {**hetao.features, "zones": hetao.layer("zones")[3:]}
    assert [
        e["identifier"] for e in properties(text(Network(alone.info, fewer, alone.lonlat)))
    ] == (named[3:])


@settings(derandomize=True, max_examples=50, deadline=None)
@given(
    st.dictionaries(st.from_regex(r"[A-Z0-9][A-Z0-9.-]{0,9}", fullmatch=True), st.integers(1, 4))
)
def test_every_part_of_every_zone_has_an_identifier_of_its_own(parts: dict[str, int]) -> None:
    named = identifiers(parts.items())
    assert len(set(named.values())) == len(named) == sum(parts.values())
    assert all(len(each) <= 7 for each in named.values())


def test_an_id_that_is_short_enough_is_kept() -> None:
    assert identifiers([("EEGZ24S", 1)]) == {("EEGZ24S", 1): "EEGZ24S"}
    assert identifiers([("A.B", 1)])["A.B", 1] != "A.B"


@pytest.mark.parametrize(("text", "read"), FORMATS)
def test_an_edit_elsewhere_is_not_undone_by_what_the_export_kept(
    text: Callable[[Network], str], read: Callable[[Path], Imported], tmp_path: Path
) -> None:
    """A zone made stricter and lower in another program is read so; the rest is ours again."""
    network = small_network()
    document = json.loads(text(network))
    for each in document["features"]:
        said = each.get("properties", each)
        if said["extendedProperties"]["hetao"]["id"] == "SZ-STRIP":
            said["type" if "properties" in each else "restriction"] = "PROHIBITED"
            said["message"] = "Closed."
    imported = read(written(tmp_path, document))
    zone = zones(imported)["SZ-STRIP"]
    assert (zone.kind, zone.note, zone.category) == ("prohibited", "Closed.", "border")
    assert "IMPORT_EXTRA_OVERRULED" in codes(imported)


def test_every_export_says_its_datum_heights_edition_and_use(hetao: Network) -> None:
    for text, _ in FORMATS:
        said = json.dumps({**json.loads(text(hetao)), "features": []})
        for words in ("WGS-84", "AMSL", hetao.edition, "Not for navigation"):
            assert words in said, (text, words)
        assert all("Not for navigation" in str(each["message"]) for each in properties(text(hetao)))


def test_no_text_of_an_export_is_longer_than_the_formats_allow(hetao: Network) -> None:
    long = changed(hetao, "Z-MAI-PO", name="N" * 500, note="n" * 500, authority="A" * 500)
    for text, read in FORMATS:
        said = json.loads(text(long))
        for each in properties(text(long)):
            standard = {
                k: v for k, v in each.items() if k not in ("extendedProperties", "geometry")
            }
            assert all(len(words) <= 200 for words in _strings(standard))
        metadata = said.get("metadata", {})
        assert all(len(words) <= 200 for words in _strings(metadata))
        assert read is not None


def _strings(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for each in value.values() for text in _strings(each)]
    if isinstance(value, list):
        return [text for each in value for text in _strings(each)]
    return [value] if isinstance(value, str) else []


def test_ed269_limits_are_whole_and_grow_the_zone(tmp_path: Path) -> None:
    """91.44 m is 300 ft; 91.5 m is no whole number of either, and becomes 92 m as an upper one."""
    network = changed(small_network(), "HK-NATURE", lower_m=10.5, upper_m=91.5)
    volumes = {
        each["extendedProperties"]["hetao"]["id"]: each["geometry"][0]
        for each in properties(ed269_text(network))
    }
    assert [volumes["HK-CEILING"][name] for name in ("lowerLimit", "uomDimensions")] == [300, "FT"]
    rounded = volumes["HK-NATURE"]
    assert (rounded["lowerLimit"], rounded["upperLimit"], rounded["uomDimensions"]) == (10, 92, "M")
    zone = zones(read_ed269(written(tmp_path, ed269_text(network))))["HK-NATURE"]
    assert (zone.lower_m, zone.upper_m) == (10.5, 91.5)


def test_no_upper_limit_is_written_as_a_number_beyond_all_flying(hetao: Network) -> None:
    layers = [each["geometry"]["layer"] for each in json.loads(ed318_text(hetao))["features"]]
    assert (99_999, "AMSL") in [(each["upper"], each["upperReference"]) for each in layers]


def test_a_parser_of_others_reads_what_was_written(hetao: Network) -> None:
    """dji-drone-metadata-embedder finds the same zones, limits, times and corners."""
    read318 = parse_ed318(ed318_text(hetao).encode(), FEED)
    read269 = parse_ed269(ed269_text(hetao).encode(), FEED, no_ceiling_m=99_999)
    pieces = pieces_of(hetao)
    for found in (read318, read269):
        assert [each.identifier for each in found] == [each.identifier for each in pieces]
        for zone, piece in zip(found, pieces, strict=True):
            assert shapely.Polygon(zone.polygons[0], zone.holes).equals_exact(piece.shape)
            assert zone.lower is not None
            assert zone.lower.reference == piece.zone.lower_reference
            in_m = zone.lower.value * (0.3048 if zone.lower.unit == "ft" else 1)
            assert in_m == pytest.approx(piece.zone.lower_m, abs=1e-9)
    event = next(each for each in read269 if each.name == "Riverside event")
    assert event.activation == ["TUE 06:00-07:30 UTC"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"upperReference": "AGL"', '"upperReference": "GND"'),
        ('"identifier": ', '"ident": '),
        ('"type": "Polygon"', '"type": "LineString"'),
        ('"lower": 0.0', '"lower": "low"'),
    ],
)
def test_that_parser_refuses_a_broken_ed318(old: str, new: str, hetao: Network) -> None:
    text = ed318_text(hetao)
    assert old in text
    with pytest.raises(AirspaceError):
        parse_ed318(text.replace(old, new, 1).encode(), FEED)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"upperVerticalReference": "AGL"', '"upperVerticalReference": "GND"'),
        ('"identifier": ', '"ident": '),
        ('"day": ["TUE"]', '"day": "TUE"'),
    ],
)
def test_that_parser_refuses_a_broken_ed269(old: str, new: str, hetao: Network) -> None:
    text = ed269_text(hetao)
    assert old in text
    with pytest.raises(AirspaceError):
        parse_ed269(text.replace(old, new, 1).encode(), FEED)


def interuss(text: str) -> int:
    """Parse a file with uas-standards, which holds fields to EUROCAE's types and words.

    Version 4.4.0 fails on every `extendedProperties`, and on ED-318's polygons: they are left out,
    and an ED-318 file's properties and layers are parsed one by one.
    """
    document = json.loads(text)
    for each in document["features"]:
        del each.get("properties", each)["extendedProperties"]
    if "type" not in document:
        return len(ED269Schema.from_dict(document).features)
    for each in document["features"]:
        ImplicitDict.parse(each["properties"], UASZone)
        ImplicitDict.parse(each["geometry"]["layer"], VerticalLayer)
    return len(document["features"])


@pytest.mark.parametrize("text", [ed318_text, ed269_text])
def test_interuss_reads_what_was_written(text: Callable[[Network], str], hetao: Network) -> None:
    assert interuss(text(hetao)) == len(pieces_of(hetao))


@pytest.mark.parametrize("text", [ed318_text, ed269_text])
@pytest.mark.parametrize(
    ("old", "new"),
    [('"PROHIBITED"', '"FORBIDDEN"'), ('"NATURE"', '"BIRDS"'), ('"TUE"', '"TUESDAY"')],
)
def test_interuss_refuses_a_broken_file(
    text: Callable[[Network], str], old: str, new: str, hetao: Network
) -> None:
    assert old in text(hetao)
    with pytest.raises(ValueError, match=new.strip('"')):
        interuss(text(hetao).replace(old, new, 1))


@pytest.mark.skipif(
    sys.version_info < (3, 13), reason="ed318-pydantic is for Python 3.13 and later: NOT CHECKED"
)
def test_ed318_pydantic_reads_what_was_written_and_refuses_a_broken_file(hetao: Network) -> None:
    models = pytest.importorskip("ed318_pydantic.models")
    document = json.loads(ed318_text(hetao))
    found = models.FeatureCollection.model_validate(document)
    assert len(found.features) == len(pieces_of(hetao))
    document["features"][0]["properties"]["identifier"] = "MUCHTOOLONG"
    with pytest.raises(ValueError, match="identifier"):
        models.FeatureCollection.model_validate(document)


def test_an_imported_foreign_zone_keeps_its_identifier_when_exported(tmp_path: Path) -> None:
    network = small_network()
    renamed = changed(network, "SZ-EVENT", id="EEGZ24S")
    shapes = {**network.lonlat, "EEGZ24S": network.lonlat["SZ-EVENT"]}
    text = ed318_text(Network(renamed.info, renamed.features, shapes))
    assert "EEGZ24S" in [each["identifier"] for each in properties(text)]
    one = {**json.loads(text)}
    one["features"] = [each for each in one["features"] if "EEGZ24S" in json.dumps(each)]
    assert only(read_ed318(written(tmp_path, one))).id == "EEGZ24S"

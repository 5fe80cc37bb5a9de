"""A network in Google Earth: at its heights, and saying what they are."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pyogrio
import pytest
import shapely

from geodata.features import Corridor, Zone
from geodata.formats.kml import kml_text
from geodata.network import Network
from planner.testing.layout import INFO, box, said
from tests.geodata.small import added, changed, reshaped, small_network


def read(network: Network, layer: str, folder: Path) -> dict[str, dict[str, Any]]:
    """Return a folder of the KML by name of placemark, as GDAL reads it."""
    path = folder / "net.kml"
    path.write_text(kml_text(network), encoding="utf-8")
    frame = pyogrio.read_dataframe(path, layer=layer)
    return {row["Name"]: row for row in frame.to_dict("records")}


def heights(shape: Any) -> set[float]:
    return set(shapely.get_coordinates(shape, include_z=True)[:, 2])


def test_every_lane_is_a_line_at_its_height(tmp_path: Path) -> None:
    network = small_network()
    found = read(network, "corridors", tmp_path)
    assert found.keys() == network.lanes.keys()
    for identifier, (_, lane) in network.lanes.items():
        assert heights(found[identifier]["geometry"]) == {lane.height_amsl_m}
        assert found[identifier]["altitudeMode"] == "absolute"


def test_a_lane_runs_in_its_direction(tmp_path: Path) -> None:
    network = small_network()
    found = read(network, "corridors", tmp_path)
    corridor = network.corridors["X-A"]
    assert isinstance(corridor, Corridor)
    line = network.lonlat["X-A"]
    for lane in corridor.lanes:
        drawn = shapely.force_2d(found[lane.id]["geometry"])
        wanted = line if lane.direction == "forward" else line.reverse()
        assert shapely.equals_exact(drawn, wanted, 1e-9)


@pytest.mark.parametrize(
    ("limits", "height", "mode", "walls"),
    [
        ((0.0, "AGL", 120.0, "AGL"), {120.0}, "relativeToGround", True),
        ((0.0, "AGL", 150.0, "AMSL"), {150.0}, "absolute", True),
        ((91.44, "AGL", None, "UNL"), {91.44}, "relativeToGround", False),
        ((0.0, "AGL", None, "UNL"), {0.0}, "relativeToGround", False),
    ],
)
def test_a_zone_stands_at_its_limits(
    tmp_path: Path, limits: tuple[Any, ...], height: set[float], mode: str, walls: bool
) -> None:
    names = ("lower_m", "lower_reference", "upper_m", "upper_reference")
    network = changed(small_network(), "SZ-STRIP", **dict(zip(names, limits, strict=True)))
    zone = read(network, "zones", tmp_path)["SZ-STRIP"]
    assert heights(zone["geometry"]) == height
    assert zone["altitudeMode"] == mode
    assert zone["extrude"] == walls


def test_a_zone_off_the_ground_has_a_floor_and_a_ceiling(tmp_path: Path) -> None:
    zone = Zone(
        **said("SZ-HIGH"),
        kind="restricted",
        category="airspace",
        side="SZ",
        authority="test authority",
        lower_m=50.0,
        lower_reference="AMSL",
        upper_m=150.0,
        upper_reference="AMSL",
    )
    network = added(small_network(), "zones", zone, box(0, 100, 200, 300))
    assert heights(read(network, "zones", tmp_path)["SZ-HIGH"]["geometry"]) == {50.0, 150.0}


def test_an_obstacle_stands_from_the_ground_to_its_top(tmp_path: Path) -> None:
    found = read(small_network(), "obstacles", tmp_path)
    assert heights(found["SZ-TOWER"]["geometry"]) == {150.0}
    assert (found["SZ-TOWER"]["altitudeMode"], found["SZ-TOWER"]["extrude"]) == (
        "relativeToGround",
        True,
    )
    assert found["HK-HILL"]["altitudeMode"] == "absolute"


def test_the_document_says_datum_heights_edition_and_use() -> None:
    network = small_network()
    text = kml_text(network)
    head = text[: text.index("<Style")]
    assert network.edition in head
    assert network.info.vertical_datum in head
    assert "WGS-84 (EPSG:4326)" in head
    assert "Not for navigation" in head


def test_the_document_says_how_far_its_heights_are_from_those_of_google_earth() -> None:
    known = replace(small_network(), info=replace(INFO, vertical_datum="HKPD"))
    assert "EGM96, above which each of them is -0.47 m more" in kml_text(known)
    unknown = replace(small_network(), info=replace(INFO, vertical_datum="a bench mark"))
    assert "is unknown" in kml_text(unknown)


def test_a_text_that_xml_cannot_hold_is_marked(tmp_path: Path) -> None:
    network = changed(small_network(), "SZ-V1", name="bell \x07 <b>&", note="\ufffe")
    found = read(network, "vertiports", tmp_path)["SZ-V1"]
    assert found["description"] == "bell \ufffd <b>&"


def test_parts_and_holes_are_kept(tmp_path: Path) -> None:
    ring = box(-900, 600, -300, 1200).difference(box(-700, 800, -500, 1000))
    park = shapely.MultiPolygon([ring, box(300, 600, 900, 1200)])
    network = reshaped(small_network(), "SZ-PARK", park)
    drawn = read(network, "parks", tmp_path)["SZ-PARK"]["geometry"]
    assert shapely.equals_exact(drawn, park, 1e-7, normalize=True)

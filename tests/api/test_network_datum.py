"""`hetao network datum`: what it says of a file, and how it ends."""

import json
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import pytest
import shapely
from pyogrio import read_dataframe, write_dataframe

from geodata.datum.datum import from_wgs84
from geodata.datum.old_river import river_before_1997
from geodata.limits import FILE_MAX_MB, POSITIONS_MAX
from geodata.network import shipped_network_path
from tests.api.conftest import Run
from tests.geodata.formats.gpkg_files import with_z_and_m

WILD_CSV = """name,lon,lat
Futian Port,114.06877,22.51577
Futian CheckPoint,114.070379,22.516043
Huanggang Port,114.07496,22.52074
"""
"""Points found on public pages, all in GCJ-02."""


def geojson(
    path: Path, *shapes: shapely.Geometry, crs: str | None = None, **properties: str
) -> Path:
    features = [
        {
            "type": "Feature",
            "properties": properties,
            "geometry": json.loads(shapely.to_geojson(each)),
        }
        for each in shapes
    ]
    document: dict[str, Any] = {"type": "FeatureCollection", "features": features}
    if crs is not None:
        document["crs"] = {"type": "name", "properties": {"name": crs}}
    path.write_text(json.dumps(document))
    return path


def test_a_file_that_is_what_it_says(run: Run) -> None:
    code, out, _ = run("network", "datum", shipped_network_path() / "vertiports.geojson")
    assert code == 0
    assert "vertiports: 23 features, states EPSG:4326" in out
    assert "It is in EPSG:4326, as it stands." in out


def test_measures_are_left_out_in_silence(run: Run, tmp_path: Path) -> None:
    """A fourth coordinate, or an M, changes nothing and is no warning of a library."""
    at = [114.06877, 22.51577]
    found = []
    for number, point in enumerate((at, [*at, 5.0], [*at, 5.0, 9.0])):
        feature = {
            "type": "Feature",
            "properties": {"name": "Futian Port"},
            "geometry": {"type": "Point", "coordinates": point},
        }
        name = f"points{number}.geojson"
        (tmp_path / name).write_text(
            json.dumps({"type": "FeatureCollection", "features": [feature]})
        )
        code, out, err = run("network", "datum", name)
        assert (code, err) == (1, "")
        found.append(out.split(":", 1)[1])
    assert found[0] == found[1] == found[2]
    points = geopandas.GeoDataFrame(
        {"name": ["Futian Port"]}, geometry=[shapely.Point(at)], crs="EPSG:4326"
    )
    write_dataframe(points, tmp_path / "points.gpkg", layer="points", driver="GPKG")
    with_z_and_m(tmp_path / "points.gpkg", "points")
    code, out, err = run("network", "datum", "points.gpkg")
    assert (code, err) == (0, "")
    assert "points: 1 features, states EPSG:4326" in out


def test_a_table_of_points_in_gcj02_is_told_with_what_to_do(run: Run, tmp_path: Path) -> None:
    (tmp_path / "points.csv").write_text(WILD_CSV)
    code, out, _ = run("network", "datum", "points.csv")
    assert code == 1
    assert "states no datum, taken as EPSG:4326" in out
    assert "probably GCJ02, not EPSG:4326: it stands 606 m off, towards 120°" in out
    assert "import it with --crs GCJ02" in out


def test_the_answer_for_a_program(run: Run, tmp_path: Path) -> None:
    (tmp_path / "points.csv").write_text(WILD_CSV)
    code, out, err = run("network", "datum", "points.csv", "--json")
    assert (code, err) == (1, "")
    (layer,) = json.loads(out)["layers"]
    assert layer["holds"] is False
    assert layer["states_crs"] is False
    assert layer["likely"]["crs"] == "GCJ02"
    assert layer["likely"]["off_m"] == pytest.approx(606, abs=1)
    assert layer["likely"]["near"] == layer["likely"]["named"] == 3


def test_a_file_may_be_asked_for_another_datum(run: Run, tmp_path: Path) -> None:
    (tmp_path / "points.csv").write_text(WILD_CSV)
    code, out, _ = run("network", "datum", "points.csv", "--crs", "gcj-02")
    assert code == 0
    assert "It is in GCJ02, as it stands." in out
    code, _, err = run("network", "datum", "points.csv", "--crs", "GCJ")
    assert code == 2
    assert "DATUM_UNKNOWN --crs" in err


def test_grid_metres_with_their_crs_member_hold_and_without_do_not(
    run: Run, tmp_path: Path
) -> None:
    sites = json.loads((shipped_network_path() / "vertiports.geojson").read_text())["features"]
    points = [shapely.Point(each["geometry"]["coordinates"]) for each in sites]
    grid = from_wgs84(points, "EPSG:2326")
    stated = geojson(tmp_path / "stated.geojson", *grid, crs="urn:ogc:def:crs:EPSG::2326")
    assert run("network", "datum", stated)[0] == 0
    code, out, _ = run("network", "datum", geojson(tmp_path / "bare.geojson", *grid))
    assert code == 1
    assert "probably EPSG:2326, not EPSG:4326" in out


def test_swapped_axes_are_told_though_no_option_mends_them(run: Run, tmp_path: Path) -> None:
    table = "id,lon,lat\nHK-B8,22.5168744,114.0762464\nHK-B9,22.5180491,114.0774605\n"
    (tmp_path / "swapped.csv").write_text(table)
    code, out, _ = run("network", "datum", "swapped.csv")
    assert code == 1
    assert "EPSG:4326 with its axes swapped" in out
    assert "make it again from source" in out


def test_every_layer_of_a_geopackage_is_told_by_itself(run: Run, tmp_path: Path) -> None:
    """In three dimensions and a grid; a layer of the file in another datum alone is wrong."""
    path = tmp_path / "mixed.gpkg"
    for layer, crs in (("parks", "EPSG:2326"), ("vertiports", "EPSG:4326")):
        table = read_dataframe(shipped_network_path() / f"{layer}.geojson")
        table = table.to_crs(crs) if layer == "parks" else gcj02(table)
        table["geometry"] = shapely.force_3d(table.geometry, 5.0)
        write_dataframe(table, path, layer=layer, append=path.exists())
    code, out, _ = run("network", "datum", path, "--json")
    parks, vertiports = json.loads(out)["layers"]
    assert code == 1
    assert (parks["layer"], parks["stated"], parks["holds"]) == ("parks", "EPSG:2326", True)
    assert (vertiports["stated"], vertiports["holds"]) == ("EPSG:4326", False)
    assert vertiports["likely"]["name"] == "GCJ02"


def gcj02(table: geopandas.GeoDataFrame) -> geopandas.GeoDataFrame:
    return table.set_geometry(from_wgs84(list(table.geometry), "GCJ02"), crs="EPSG:4326")


def test_the_rivers_old_course_is_told(run: Run, tmp_path: Path) -> None:
    path = geojson(tmp_path / "river.geojson", river_before_1997(), name="Shenzhen River")
    code, out, _ = run("network", "datum", path)
    assert code == 1
    assert "Shenzhen River follows the river's course of before 1997" in out


def test_too_little_to_tell_is_no_failure(run: Run, tmp_path: Path) -> None:
    path = geojson(tmp_path / "one.geojson", shapely.Point(114.0911, 22.5252))
    code, out, _ = run("network", "datum", path)
    assert code == 0
    assert "too little in it that is known" in out


def test_another_network_may_be_the_reference(run: Run, network: Path) -> None:
    moved = network / "vertiports.geojson"
    code, out, _ = run("network", "datum", moved, "--network", network)
    assert code == 0
    assert "It is in EPSG:4326" in out


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        ("empty.geojson", "", "FILE_UNREADABLE"),
        ("half.geojson", '{"type": "FeatureCollection", "features": [', "FILE_UNREADABLE"),
        ("nested.geojson", '{"type": "FeatureCollection", "features": ' + "[" * 100_000, "FILE_UN"),
        ("table.csv", "a,b\n1,2\n", "GEOMETRY_MISSING"),
        ("blank.csv", "name,lon,lat\nA,,\n", "GEOMETRY_MISSING"),
        ("notes.pdf", "no map", "FILE_UNREADABLE"),
        ("none.geojson", '{"type": "FeatureCollection", "features": []}', "GEOMETRY_MISSING"),
        (
            "utm.geojson",
            '{"type": "FeatureCollection", "crs": {"type": "name", "properties": '
            '{"name": "EPSG:32650"}}, "features": [{"type": "Feature", "properties": {}, '
            '"geometry": {"type": "Point", "coordinates": [1, 2]}}]}',
            "DATUM_UNKNOWN",
        ),
    ],
)
def test_a_file_that_cannot_be_used_is_bad_input(
    run: Run, tmp_path: Path, name: str, text: str, code: str
) -> None:
    (tmp_path / name).write_text(text)
    ended, out, err = run("network", "datum", name)
    assert (ended, out) == (2, "")
    assert f"error {code}" in err
    assert name in err
    assert str(tmp_path) not in err


def test_a_table_that_is_not_utf8_is_bad_input(run: Run, tmp_path: Path) -> None:
    (tmp_path / "gbk.csv").write_bytes("name,lon,lat\n福田口岸,114.06,22.51\n".encode("gbk"))
    ended, _, err = run("network", "datum", "gbk.csv")
    assert ended == 2
    assert "NOT_UTF8" in err


def test_features_without_coordinates_are_left_out_and_counted(run: Run, tmp_path: Path) -> None:
    (tmp_path / "points.csv").write_text(WILD_CSV + "Nowhere,,\n")
    code, out, _ = run("network", "datum", "points.csv")
    assert code == 1
    assert "1 more have no coordinates" in out


def test_a_file_beyond_the_limits_is_refused_at_once(run: Run, tmp_path: Path) -> None:
    with (tmp_path / "large.geojson").open("wb") as file:
        file.truncate(FILE_MAX_MB * 1_000_000 + 1)
    assert "FILE_TOO_LARGE" in run("network", "datum", "large.geojson")[2]
    lon = np.linspace(114.0, 114.1, POSITIONS_MAX + 1)
    path = geojson(tmp_path / "line.geojson", shapely.linestrings(lon, 22.5 + lon % 0.01))
    code, _, err = run("network", "datum", path)
    assert code == 2
    assert "TOO_MANY_POSITIONS line.geojson feature 1" in err


def test_the_command_explains_itself(run: Run) -> None:
    code, out, _ = run("network", "datum", "--help")
    assert code == 0
    assert "Example: `hetao network datum points.csv`" in " ".join(out.split())

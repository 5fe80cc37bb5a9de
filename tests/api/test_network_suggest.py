"""`hetao network suggest`: what it prints and writes, and how it ends."""

import json
from pathlib import Path

import numpy as np
import rasterio
from rasterio.transform import from_bounds

from tests.api.conftest import Run

NEAR = ("SZ-XINZHOU", "SZ-FUMIN", "--alternatives", "0")


def test_a_draft_is_written_that_the_network_takes(run: Run, network: Path) -> None:
    """The file is a layer of corridors: in the network's own, it passes the check."""
    code, out, _ = run("network", "suggest", *NEAR, "--out", "new.geojson", "--picture", "new.png")
    assert code == 0
    assert "NEW-1" in out
    assert Path("new.png").read_bytes().startswith(b"\x89PNG")
    drafts = json.loads(Path("new.geojson").read_text())["features"]
    layer = network / "corridors.geojson"
    document = json.loads(layer.read_text())
    document["features"] += drafts
    layer.write_text(json.dumps(document))
    code, out, _ = run("network", "check", network)
    assert (code, out) == (0, "every rule holds, warnings: 0\n")


def test_the_answer_for_a_program(run: Run) -> None:
    code, out, _ = run("network", "suggest", *NEAR, "--json")
    assert code == 0
    (found,) = json.loads(out)["suggestions"]
    assert found["properties"]["start"] == "SZ-XINZHOU"
    assert found["score"]["total_m"] >= found["score"]["length_m"] >= found["score"]["straight_m"]
    assert found["score"]["crossing_deg"] is None


def test_no_way_is_told_with_the_rules_in_it(run: Run) -> None:
    code, out, _ = run("network", "suggest", "SZ-CHIWEI", "HK-INNOHUB", "--out", "new.geojson")
    assert code == 1
    assert "LANE_MINIMA SZ-CHIWEI to HK-INNOHUB TZ-PARK-N.EAST" in out
    assert "new lanes at 55 and 80 m" in out
    assert not Path("new.geojson").exists()
    code, out, _ = run(
        "network", "suggest", "SZ-CHIWEI", "HK-INNOHUB", "--cross-lanes", "--alternatives", "0"
    )
    assert code == 0
    assert "TZ-PARK-N.EAST" in out


def test_bad_questions_are_refused_with_every_fault(run: Run) -> None:
    code, _, err = run("network", "suggest", "SZ-CHIWAI", "HK-B8", "--width", "0")
    assert code == 2
    assert "did you mean SZ-CHIWEI?" in err
    assert "OUT_OF_RANGE --width" in err
    code, _, err = run("network", "suggest", "SZ-CHIWEI", "HK-B8", "--height", "130")
    assert code == 2
    assert "CEILING_EXCEEDED --height HK-B8" in err
    code, _, err = run("network", "suggest", "HK-B8", "HK-B8")
    assert code == 2
    assert "CORRIDOR_ENDS" in err


def raster(path: Path, value: float, **options: object) -> Path:
    transform = from_bounds(114.0, 22.5, 114.1, 22.55, 10, 10)
    band = np.full((10, 10), value)
    shape = {"driver": "GTiff", "height": 10, "width": 10, "count": 1, "dtype": "float64"}
    with rasterio.open(path, "w", transform=transform, **shape, **options) as file:
        file.write(band, 1)
    return path


def test_a_users_risk_counts_in_place_of_the_networks(run: Run, tmp_path: Path) -> None:
    path = raster(tmp_path / "risk.tif", 3.0, crs="EPSG:4326")
    code, out, _ = run("network", "suggest", *NEAR, "--risk", path, "--json")
    assert code == 0
    score = json.loads(out)["suggestions"][0]["score"]
    assert abs(score["risk_m"] - 3 * score["length_m"]) < 0.1


def test_risk_that_cannot_be_used_is_refused(run: Run, tmp_path: Path) -> None:
    for path, code in (
        (raster(tmp_path / "bare.tif", 1.0), "RISK_UNREADABLE"),
        (raster(tmp_path / "minus.tif", -1.0, crs="EPSG:4326"), "OUT_OF_RANGE"),
    ):
        ended, _, err = run("network", "suggest", *NEAR, "--risk", path)
        assert (ended, code in err) == (2, True)
    areas = tmp_path / "areas.geojson"
    square = [[[114.05, 22.52], [114.06, 22.52], [114.06, 22.53], [114.05, 22.52]]]
    for properties, code in (({"risk": -2}, "OUT_OF_RANGE"), ({"weight": 2}, "FIELD_MISSING")):
        feature = {
            "type": "Feature",
            "properties": properties,
            "geometry": {"type": "Polygon", "coordinates": square},
        }
        areas.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
        ended, _, err = run("network", "suggest", *NEAR, "--areas", areas)
        assert (ended, code in err) == (2, True)

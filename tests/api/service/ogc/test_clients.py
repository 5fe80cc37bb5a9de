"""Clients that nobody here wrote: GDAL and QGIS read, OWSLib creates, updates and deletes."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pyogrio
import pytest
import shapely
from owslib.ogcapi.features import Features

from geodata.features import LAYERS
from planner.testing.layout import box
from tests.api.service.ogc.conftest import Draft
from tests.api.service.ogc.test_change import obstacle
from tests.geodata.small import small_network

SMALL = small_network()
PYTHON_OF_QGIS = "/usr/bin/python3"


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reach loopback directly."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("no_proxy", "127.0.0.1")


@pytest.mark.parametrize("under", ["newest", "draft"])
def test_gdal_reads_every_layer_in_pages(live: str, draft: Draft, under: str) -> None:
    """All features and shapes, two a page; its driver lists the layers that the network has."""
    url = f"OAPIF:{live}{draft.root if under == 'draft' else '/ogc'}"
    assert [name for name, _ in pyogrio.list_layers(url)] == list(LAYERS)
    for layer in LAYERS:
        frame = pyogrio.read_dataframe(
            url, layer=layer, PAGE_SIZE="2", INITIAL_REQUEST_PAGE_SIZE="2"
        )
        assert list(frame["id"]) == [each.id for each in SMALL.layer(layer)]
        for identifier, shape in zip(frame["id"], frame.geometry, strict=True):
            assert shapely.equals_exact(shape, SMALL.lonlat[identifier])


def test_gdal_asks_by_place_and_by_field(live: str) -> None:
    """What it finds is what holds; of a field that no feature has, nothing."""
    url = f"OAPIF:{live}/ogc"

    def found(layer: str, **asked: object) -> list[str]:
        return list(pyogrio.read_dataframe(url, layer=layer, **asked)["id"])

    assert found("vertiports", where="pads = 4") == ["HK-V1", "SZ-V1"]
    assert found("vertiports", where="pads = 4 AND side = 'SZ'") == ["SZ-V1"]
    assert found("vertiports", where="pads > 2 AND battery_swap = 1") == ["HK-V1", "SZ-V1"]
    assert found("vertiports", where="side = 'nowhere'") == []
    assert found("vertiports", bbox=box(-1100, 900, -900, 1100).bounds) == ["SZ-V1"]


def test_gdal_reads_the_hong_kong_grid(live: str) -> None:
    """It knows that EPSG:2326 is northing first, and turns what it is sent."""
    frame = pyogrio.read_dataframe(f"OAPIF:{live}/ogc", layer="vertiports", CRS="EPSG:2326")
    assert frame.crs.to_epsg() == 2326
    for identifier, shape in zip(frame["id"], frame.geometry, strict=True):
        assert shape.distance(SMALL.metric[identifier]) < 0.001


def test_gdal_sees_what_is_not_there(live: str) -> None:
    """The control: a layer that no network has is an error, not an empty answer."""
    with pytest.raises(pyogrio.errors.DataLayerError):
        pyogrio.read_dataframe(f"OAPIF:{live}/ogc", layer="rivers")


def test_owslib_creates_updates_and_deletes(live: str, draft: Draft) -> None:
    """Through its own class for OGC API - Features, with `Content-Type: application/geo+json`."""
    edited = Features(f"{live}{draft.root}/", headers={"Content-Type": "application/geo+json"})
    assert set(edited.feature_collections()) == set(LAYERS)
    assert "side" in edited.collection_queryables("zones")["properties"]
    assert edited.collection_item_create("obstacles", obstacle())
    assert edited.response_headers["Location"].endswith("/items/HK-CRANE")
    assert edited.collection_item_update("obstacles", "HK-CRANE", json.dumps(obstacle(top_m=44.0)))
    assert edited.collection_item("obstacles", "HK-CRANE")["properties"]["top_m"] == 44.0
    listed = edited.collection_items("obstacles", limit=100)
    assert listed["numberMatched"] == len(SMALL.layer("obstacles")) + 1
    assert edited.collection_item_delete("obstacles", "HK-CRANE")
    with pytest.raises(RuntimeError, match="NOT_FOUND"):
        edited.collection_item("obstacles", "HK-CRANE")


def test_owslib_is_refused_where_a_change_is_faulty(live: str, draft: Draft) -> None:
    """The control: it says so, with the code, and nothing is changed."""
    edited = Features(f"{live}{draft.root}/", headers={"Content-Type": "application/geo+json"})
    with pytest.raises(RuntimeError, match="UNKNOWN_VALUE"):
        edited.collection_item_create("obstacles", obstacle(kind="crane"))
    published = Features(f"{live}/ogc/", headers={"Content-Type": "application/geo+json"})
    with pytest.raises(RuntimeError):
        published.collection_item_create("obstacles", obstacle())


def test_qgis_reads_every_layer(live: str, draft: Draft) -> None:
    """Its own provider, in pages of two, by expression and by place (any version of QGIS 3)."""
    if not _has_qgis():
        pytest.skip("no QGIS: apt-get install python3-qgis")
    script = Path(__file__).parent / "read_in_qgis.py"
    counts = ",".join(f"{layer}={len(SMALL.layer(layer))}" for layer in LAYERS)
    done = subprocess.run(
        [PYTHON_OF_QGIS, script, f"{live}{draft.root}", counts],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": ""},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert (done.returncode, done.stdout) == (0, "read\n"), done.stderr


def _has_qgis() -> bool:
    if shutil.which(PYTHON_OF_QGIS) is None:
        return False
    asked = [PYTHON_OF_QGIS, "-c", "import qgis.core"]
    return (
        subprocess.run(asked, capture_output=True, env={"PATH": os.environ["PATH"]}).returncode == 0
    )

"""Clients that nobody here wrote: GDAL and QGIS read, OWSLib creates, updates and deletes."""

import json
import os
import shutil
import subprocess
from functools import cache
from pathlib import Path

import pyogrio
import pytest
import shapely
from owslib.ogcapi.features import Features

from api.service import Service
from geodata.features import LAYERS
from planner.testing.layout import box
from tests.api.service.ogc.conftest import Draft, served
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


def test_qgis_edits_a_draft(live: str, draft: Draft) -> None:
    """Its own provider, from 3.40 on: adds, changes, is refused what cannot be, deletes."""
    done = _edited(f"{live}{draft.root}")
    assert (done.returncode, done.stdout) == (0, "edited\n"), done.stderr


def test_qgis_cannot_edit_where_names_of_headers_are_in_lower_case(
    service: Service, draft: Draft
) -> None:
    """The control: of a server that sends `location`, it adds the feature and says it failed."""
    with served(service, "lower(app)") as address:
        done = _edited(f"{address}{draft.root}")
    assert done.returncode == 1
    assert "Feature creation failed" in done.stderr or "offered is" in done.stderr, done.stderr


def _edited(root: str) -> subprocess.CompletedProcess[str]:
    """Return how the editing went; skips where no QGIS is new enough.

    `HETAO_TEST_QGIS` is a command that starts its Python, such as `chroot /srv/trixie python3`.
    """
    python = os.environ.get("HETAO_TEST_QGIS", PYTHON_OF_QGIS).split()
    found = _qgis_version(*python)
    if found < 34000:
        pytest.skip(
            f"QGIS 3.40 OR LATER IS NOT HERE ({found or 'none'}): EDITING IN IT WAS NOT TRIED; "
            "HETAO_TEST_QGIS names the command of a Python that has it"
        )
    script = (Path(__file__).parent / "edit_in_qgis.py").read_text(encoding="utf-8")
    return subprocess.run(
        [*python, "-", root],
        input=script,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": ""},
        capture_output=True,
        text=True,
        timeout=300,
    )


def _has_qgis() -> bool:
    return _qgis_version(PYTHON_OF_QGIS) > 0


@cache
def _qgis_version(*python: str) -> int:
    """Return the version of the QGIS that a Python has, such as 34006; 0: it has none."""
    if shutil.which(python[0]) is None:
        return 0
    asked = [*python, "-c", "from qgis.core import Qgis; print(Qgis.QGIS_VERSION_INT)"]
    done = subprocess.run(asked, capture_output=True, text=True, env={"PATH": os.environ["PATH"]})
    return int(done.stdout) if done.returncode == 0 else 0

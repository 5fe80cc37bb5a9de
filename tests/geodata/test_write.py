"""Writing a network, and reading it again."""

import json
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.features import LAYERS
from geodata.network import Network, shipped_network_path
from geodata.read import read_network
from geodata.write import network_files, write_network
from planner.testing.layout import point
from tests.geodata.small import changed, reshaped, small_network

TEXT = st.text(min_size=1, max_size=20)
METRES = st.floats(min_value=0, max_value=1e6)


@st.composite
def networks(draw: st.DrawFn) -> Network:
    """Return valid networks: the small one with other names, notes, heights and positions."""
    network = changed(
        small_network(),
        "SZ-V1",
        name=draw(TEXT),
        name_zh=draw(st.none() | TEXT),
        note=draw(st.none() | st.text()),
        accuracy_m=draw(st.none() | METRES),
        pads=draw(st.integers(1, 50)),
        ground_amsl_m=draw(st.floats(min_value=-50, max_value=40)),
    )
    x_m, y_m = draw(st.tuples(st.floats(-50, 50), st.floats(-50, 50)))
    network = reshaped(network, "SZ-TOWER", point(-1400 + x_m, 300 + y_m))
    goods = draw(st.permutations(network.checkpoints["SZ-C1"].goods))
    return changed(network, "SZ-C1", goods=tuple(goods))


@settings(max_examples=40)
@given(network=networks())
def test_a_network_written_and_read_again_is_the_same_edition(network: Network) -> None:
    with tempfile.TemporaryDirectory() as folder:
        write_network(network, Path(folder))
        again = read_network(Path(folder))
    assert again.edition == network.edition
    assert again.features == network.features
    assert network_files(again) == network_files(network)


@settings(max_examples=15)
@given(data=st.data())
def test_the_edition_does_not_depend_on_the_order_of_features(data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for name, text in network_files(small_network()).items():
            document = json.loads(text)
            if "features" in document:
                document["features"] = data.draw(st.permutations(document["features"]))
            (Path(folder) / name).write_text(json.dumps(document), encoding="utf-8")
        assert read_network(Path(folder)).edition == small_network().edition


def test_the_edition_depends_on_every_value() -> None:
    network = small_network()
    x, y = shapely.get_coordinates(network.lonlat["HK-HILL"])[0]
    others = (
        changed(network, "HK-HILL", top_m=110.1),
        changed(network, "HK-HILL", note="moved"),
        reshaped(network, "HK-HILL", shapely.Point(x, y + 1e-7)),
        replace(network, info=replace(network.info, licence="CC-BY-4.0")),
    )
    assert len({network.edition, *(each.edition for each in others)}) == 5


def test_a_layer_is_sorted_and_has_one_feature_a_line() -> None:
    lines = network_files(small_network())["vertiports.geojson"].splitlines()
    assert lines[0] == '{"type": "FeatureCollection", "features": ['
    assert lines[-1] == "]}"
    ids = [json.loads(each.removesuffix(","))["id"] for each in lines[1:-1]]
    assert ids == ["HK-V1", "HK-V2", "SZ-V1", "SZ-V2"]


def test_coordinates_have_7_decimals() -> None:
    third = shapely.Point(114 + 1 / 3, 22 + 2 / 3)
    text = network_files(reshaped(small_network(), "HK-HILL", third))["obstacles.geojson"]
    assert "[114.3333333, 22.6666667]" in text


def test_the_shipped_network_survives_writing_and_reading(tmp_path: Path) -> None:
    network = read_network(shipped_network_path())
    write_network(network, tmp_path / "new" / "folder")
    assert read_network(tmp_path / "new" / "folder").edition == network.edition
    assert len(list((tmp_path / "new" / "folder").iterdir())) == len(LAYERS) + 1


def test_a_write_that_fails_leaves_the_old_files_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_network(small_network(), tmp_path)
    before = {each.name: each.read_bytes() for each in tmp_path.iterdir()}
    write_text = Path.write_text

    def full(path: Path, *args: str, **options: str) -> int:
        if "zones" in path.name:
            write_text(path, "half")
            raise OSError(28, "No space left on device")
        return write_text(path, *args, **options)

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(OSError, match="No space left"):
        write_network(changed(small_network(), "SZ-V1", pads=9), tmp_path)
    assert {each.name: each.read_bytes() for each in tmp_path.iterdir()} == before


def test_a_number_that_is_not_finite_is_not_written(tmp_path: Path) -> None:
    network = reshaped(small_network(), "HK-HILL", shapely.Point(np.inf, 22.5))
    with pytest.raises(ValueError, match="not JSON compliant"):
        write_network(network, tmp_path)
    assert list(tmp_path.iterdir()) == []

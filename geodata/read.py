"""Reading a network: every file, every feature, every rule, all faults at once."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from shapely.geometry.base import BaseGeometry

from geodata.check import Unread, check_network
from geodata.check.sound import INFO_FILE
from geodata.codes import fault
from geodata.faults import Fault, InvalidInput, errors
from geodata.features import GEOMETRY, LAYERS, Feature, NetworkInfo
from geodata.geojson import read_geometry
from geodata.ground import Ground, read_grid
from geodata.json_text import read_json
from geodata.limits import FILE_MAX_MB
from geodata.nearest import did_you_mean
from geodata.network import Network
from geodata.records import read_record


def read_network(
    path: Path, *, elevation: Path | None = None, elevation_margin_m: float = 5.0
) -> Network:
    """Read a folder of `network.json` and one GeoJSON file a layer, and check every rule.

    Coordinates are WGS-84 degrees, lon before lat. `elevation` is a GeoTIFF of heights in m
    above the network's vertical datum, good to `elevation_margin_m`; it takes the place of the
    spot heights. Raises `InvalidInput` with all faults of all files, and with the warnings, if
    any fault is an error; the warnings of a valid network come from `check_network`.
    """
    reading = read_layers(path)
    faults = set(reading.faults)
    network = reading.network
    if network is None:
        raise InvalidInput(faults)
    if elevation is not None:
        ground = _read_elevation(elevation, network.info.metric_crs, elevation_margin_m)
        if isinstance(ground, Fault):
            faults.add(ground)
        else:
            network = replace(network, elevation=ground)
    faults.update(check_network(network, reading.unread))
    if errors(faults):
        raise InvalidInput(faults)
    return network


def with_elevation(network: Network, elevation: Path, margin_m: float) -> Network:
    """Return a network over an elevation model, as `read_network` does; raises `InvalidInput`."""
    ground = _read_elevation(elevation, network.info.metric_crs, margin_m)
    if isinstance(ground, Fault):
        raise InvalidInput([ground])
    return replace(network, elevation=ground)


@dataclass(frozen=True)
class Reading:
    """What could be read of a network, what could not, and why.

    `network` holds the features whose fields and geometry could be read, unchecked beyond that;
    it is None if `network.json` could not be read.
    """

    network: Network | None
    unread: Unread
    faults: tuple[Fault, ...]


def read_layers(path: Path) -> Reading:
    """Read the files of a network without checking what they say. Raises nothing."""
    faults: list[Fault] = []
    if not path.is_dir():
        missing = fault("FILE_MISSING", str(path), value="no such folder", limit="a folder")
        return Reading(None, Unread(), (missing,))
    info = _read_info(path, faults)
    features: dict[str, tuple[Feature, ...]] = {}
    shapes: dict[str, BaseGeometry] = {}
    unread = Unread()
    for layer in LAYERS:
        read = read_layer(path / f"{layer}.geojson", layer)
        features[layer] = read.features
        for identifier, shape in read.lonlat.items():
            shapes.setdefault(identifier, shape)
        gone = read.unread
        unread = unread.and_features(gone.ids, gone.layers).and_lost(gone.lost)
        faults += read.faults
    network = None if info is None else Network(info, features, shapes)
    return Reading(network, unread, tuple(faults))


@dataclass(frozen=True)
class LayerReading:
    """What could be read of one layer's file, what could not, and why."""

    features: tuple[Feature, ...]
    lonlat: Mapping[str, BaseGeometry]
    unread: Unread
    faults: tuple[Fault, ...]


def read_layer(path: Path, layer: str) -> LayerReading:
    """Read a layer from a GeoJSON file without checking what it says. Raises nothing."""
    faults: list[Fault] = []
    listed = _read_collection(path, layer, faults)
    if listed is None:
        return LayerReading((), {}, Unread().and_lost([layer]), tuple(faults))
    members: list[Feature] = []
    shapes: dict[str, BaseGeometry] = {}
    faulty: list[str | None] = []
    for number, item in enumerate(listed, start=1):
        feature, shape, name = read_feature(layer, f"feature {number}", item, faults)
        if feature is not None and shape is not None:
            members.append(feature)
            shapes.setdefault(feature.id, shape)
        else:
            faulty.append(name)
    named = [name for name in faulty if name is not None]
    unread = Unread().and_features(named, [layer] if named else ())
    if len(named) < len(faulty):
        unread = unread.and_lost([layer])
    ordered = tuple(sorted(members, key=lambda each: each.id))
    return LayerReading(ordered, shapes, unread, tuple(faults))


def _read_info(path: Path, faults: list[Fault]) -> NetworkInfo | None:
    document = _read_json(path / INFO_FILE, INFO_FILE, faults)
    if document is None:
        return None
    if not isinstance(document, dict):
        value = type(document).__name__
        faults.append(fault("WRONG_TYPE", INFO_FILE, value=value, limit="an object"))
        return None
    return read_record(NetworkInfo, document, INFO_FILE, "", faults)


def _read_collection(path: Path, layer: str, faults: list[Fault]) -> list[Any] | None:
    """Return a layer's features as they stand in its file; None if there is no telling."""
    document = _read_json(path, layer, faults)
    if document is None:
        return None
    listed = document.get("features") if isinstance(document, dict) else None
    if (
        not isinstance(document, dict)
        or document.get("type") != "FeatureCollection"
        or not isinstance(listed, list)
    ):
        found = document.get("type") if isinstance(document, dict) else type(document).__name__
        faults.append(fault("NOT_A_FEATURE_COLLECTION", layer, value=f"{found}"))
        return None
    crs = document.get("crs")
    if crs is not None and not json.dumps(crs).rstrip('"} ').endswith(("CRS84", ":4326")):
        faults.append(fault("CRS_NOT_WGS84", layer, "", "crs", value=json.dumps(crs)[:80]))
    return listed


def read_feature(
    layer: str, place: str, item: object, faults: list[Fault]
) -> tuple[Feature | None, BaseGeometry | None, str | None]:
    """Return a GeoJSON feature's record and shape, each None if faulty, and its id if it has one.

    `place` is what a feature without an id is called in its faults, which are added.
    """
    properties = item.get("properties") if isinstance(item, dict) else None
    if not isinstance(item, dict) or item.get("type") != "Feature" or properties is None:
        faults.append(fault("NOT_A_FEATURE", layer, place))
        return None, None, None
    if not isinstance(properties, dict):
        value = type(properties).__name__
        faults.append(fault("NOT_A_FEATURE", layer, place, "properties", value=value))
        return None, None, None
    found = properties.get("id")
    identifier = found if isinstance(found, str) and found else None
    name = identifier or place
    if "id" in item and item["id"] != found:
        faults.append(fault("FEATURE_ID", layer, name, "id", value=f"{item['id']}, {found}"))
    feature = read_record(LAYERS[layer], properties, layer, name, faults)
    shape = read_geometry(layer, name, item.get("geometry"), GEOMETRY[layer], faults)
    return feature, shape, identifier


def _read_json(path: Path, source: str, faults: list[Fault]) -> object:
    """Return a file's JSON value; None, with a fault, if it has none."""
    content = _read_bytes(path, source, faults)
    return None if content is None else read_json(content, source, faults)


def _read_bytes(path: Path, source: str, faults: list[Fault]) -> bytes | None:
    try:
        size_mb = path.stat().st_size / 1e6
        if size_mb > FILE_MAX_MB:
            faults.append(fault("FILE_TOO_LARGE", source, value=f"{size_mb:.0f} MB"))
            return None
        return path.read_bytes()
    except FileNotFoundError:
        wanted = {INFO_FILE, *(f"{layer}.geojson" for layer in LAYERS)}
        others = sorted(each.name for each in path.parent.iterdir() if each.name not in wanted)
        message = f"There is no file {path.name}{did_you_mean(path.name, others) or '.'}"
        faults.append(fault("FILE_MISSING", source, value="no file", message=message))
    except OSError as error:
        value = error.strerror or "cannot be opened"
        faults.append(fault("FILE_UNREADABLE", source, value=value))
    return None


def _read_elevation(path: Path, metric_crs: str, margin_m: float) -> Ground | Fault:
    from rasterio.errors import CRSError, RasterioIOError

    if not (math.isfinite(margin_m) and margin_m >= 0):
        limit = "a number of metres, at least 0"
        return fault("OUT_OF_RANGE", path.name, "", "margin_m", value=f"{margin_m}", limit=limit)
    try:
        return read_grid(path, metric_crs, margin_m)
    except (RasterioIOError, CRSError) as error:
        return fault("ELEVATION_UNREADABLE", path.name, value=str(error))

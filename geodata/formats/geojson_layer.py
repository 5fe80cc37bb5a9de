"""One layer from one GeoJSON file, as a desktop GIS exports it."""

from pathlib import Path

from geodata.datum.datum import WGS84
from geodata.features import NetworkInfo
from geodata.formats.imported import Imported
from geodata.formats.reference import Found, Stated, to_network
from geodata.read import read_layer


def read_geojson_layer(path: Path, layer: str, stated: Stated, info: NetworkInfo) -> Imported:
    """Return the features of a layer from a GeoJSON file, in WGS-84 unless stated otherwise.

    RFC 7946 knows WGS-84 alone, so a `crs` member with another one is a fault; a stated datum
    stands above both. Nothing in GeoJSON says what heights count from: where there are any, that
    must be stated.
    """
    read = read_layer(path, layer)
    faults = [each for each in read.faults if stated.crs is None or each.code != "CRS_NOT_WGS84"]
    found = Found(path.name, {layer: read.features}, read.lonlat, WGS84, None)
    imported = to_network([found], stated, info)
    return Imported(imported.features, imported.lonlat, (*faults, *imported.faults))

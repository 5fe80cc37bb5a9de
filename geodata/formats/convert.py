"""From a file in any format read to a network, and from a network to a file in any written."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from geodata.check.sound import info_faults, sound_part
from geodata.check.unread import Unread
from geodata.codes import fault
from geodata.datum.datum import WGS84
from geodata.datum.vertical import ELLIPSOID, vertical_reference
from geodata.faults import Fault, InvalidInput, errors
from geodata.features import LAYERS, NetworkInfo, Side
from geodata.formats.csv_points import Mapped, read_csv_points
from geodata.formats.ed269 import read_ed269
from geodata.formats.ed318 import read_ed318
from geodata.formats.geojson_layer import read_geojson_layer
from geodata.formats.gpkg_read import read_gpkg
from geodata.formats.imported import Imported
from geodata.formats.merge import merged
from geodata.formats.names import WHOLE, Format, format_of
from geodata.formats.openair import read_openair
from geodata.formats.reference import Found, Stated, to_network
from geodata.nearest import did_you_mean
from geodata.network import Network
from geodata.read import read_layers

_UAS_ZONES: Mapping[Format, Callable[..., Imported]] = {
    Format.ED318: read_ed318,
    Format.ED269: read_ed269,
}


@dataclass(frozen=True, slots=True)
class Source:
    """A file to read, and what a person says of it that it does not say itself.

    `layer` is the one that a file of a single layer holds; without it, the file's name without
    its ending. `side` is taken for zones that do not say theirs.
    """

    path: Path
    format: Format
    stated: Stated = field(default_factory=Stated)
    layer: str | None = None
    mapped: Mapped = field(default_factory=Mapped)
    side: Side = "SZ"


@dataclass(frozen=True)
class Conversion:
    """The network that came of a file, what a part changed in it, and the warnings."""

    network: Network
    added: tuple[str, ...]
    changed: tuple[str, ...]
    warnings: tuple[Fault, ...]


def convert(source: Source, into: Path | None = None) -> Conversion:
    """Return the network that a file holds, or that its part makes of the network `into`.

    Fields, shapes and ids are checked; whether the network keeps its other rules is not, so that
    a draft can be carried to where it is mended. Raises `InvalidInput` with all faults if any is
    an error.
    """
    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    if into is None:
        if source.format not in WHOLE:
            message = f"What is read as {source.format} is a part of a network, to be put into one."
            raise InvalidInput([fault("PART_OF_A_NETWORK", source.path.name, message=message)])
        read = [read_source(source, None)]
        network = _whole(read[0])
    else:
        base = read_source(Source(into, format_of(into, None, written=False)), None)
        whole = _whole(base)
        part = read_source(source, whole.info)
        network, added, changed = merged(whole, part)
        read = [base, part]
    found = {each for imported in read for each in imported.faults}
    faults = sorted(found.union(soundness(network)))
    if errors(faults):
        raise InvalidInput(faults)
    return Conversion(network, added, changed, tuple(faults))


def read_source(source: Source, into: NetworkInfo | None) -> Imported:
    """Return what a file holds: a whole network, or a part for a network with the info `into`.

    Raises `InvalidInput` where nothing can be read, for want of a layer or a datum.
    """
    path, stated = source.path, source.stated
    if source.format is Format.FOLDER:
        return _read_folder(path, stated, into)
    if source.format is Format.GPKG:
        return read_gpkg(path, stated, into)
    assert into is not None, "convert() has refused a part without a network"
    if source.format in _UAS_ZONES:
        over = stated.vertical and vertical_reference(stated.vertical).name == ELLIPSOID
        read = _UAS_ZONES[source.format](path, assumed_side=source.side, ellipsoidal=bool(over))
        return _with_faults(_located(read, path.name, stated, into), read.faults)
    if source.format is Format.OPENAIR:
        read = read_openair(path, assumed_side=source.side)
        return _with_faults(_located(read, path.name, stated, into), read.faults)
    layer = _layer(source)
    if source.format is Format.CSV:
        return read_csv_points(path, layer, stated, into, source.mapped)
    return read_geojson_layer(path, layer, stated, into)


def soundness(network: Network) -> list[Fault]:
    """Return what is wrong with info, ids and shapes: what a network must have to be written."""
    _, _, faults = sound_part(network, Unread())
    return [*info_faults(network.info), *faults]


def _whole(imported: Imported) -> Network:
    if imported.info is None:
        raise InvalidInput(imported.faults)
    return Network(imported.info, imported.features, imported.lonlat)


def _read_folder(path: Path, stated: Stated, into: NetworkInfo | None) -> Imported:
    reading = read_layers(path)
    faults = [
        each
        for each in reading.faults
        if not (into and each.code == "FILE_MISSING" and each.source in LAYERS)
        if not (stated.crs and each.code == "CRS_NOT_WGS84")
    ]
    network = reading.network
    if network is None:
        return Imported({}, {}, tuple(faults))
    found = Found(path.name, network.features, network.lonlat, WGS84, network.info.vertical_datum)
    moved = to_network([found], stated, into or network.info, whole=into is None)
    return _with_faults(moved, faults)


def _located(read: Imported, source: str, stated: Stated, info: NetworkInfo) -> Imported:
    """Return zones in the network's reference: AMSL is the network's unless another is stated."""
    found = Found(source, read.features, read.lonlat, WGS84, info.vertical_datum)
    return to_network([found], stated, info)


def _with_faults(imported: Imported, more: Iterable[Fault]) -> Imported:
    return replace(imported, faults=(*more, *imported.faults))


def _layer(source: Source) -> str:
    """Return the layer that a file of one layer holds."""
    name = source.layer or source.path.name.split(".")[0]
    if name in LAYERS:
        return name
    message = f"There is no layer {name}{did_you_mean(name, LAYERS) or '.'}"
    limit = ", ".join(LAYERS)
    code = "LAYER_NOT_NAMED"
    raise InvalidInput([fault(code, source.path.name, "", "layer", limit=limit, message=message)])

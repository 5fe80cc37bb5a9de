"""A network by what a person calls it: a folder or file, or an edition in a store."""

from dataclasses import dataclass
from pathlib import Path

from geodata.check import check_network
from geodata.codes import fault
from geodata.editions.editions import Store
from geodata.faults import Fault, InvalidInput, errors
from geodata.formats.convert import Source, convert
from geodata.formats.names import format_of
from geodata.network import Network
from geodata.read import read_network, with_elevation


@dataclass(frozen=True)
class Checked:
    """A network that keeps every rule, and the warnings about it."""

    network: Network
    faults: tuple[Fault, ...]


def named_network(name: str, store: Store | None) -> Network:
    """Return the network in a folder or GeoPackage of that name or, where none is, that edition.

    A network in files must be sound: readable, with unique ids and sound shapes; it may break
    every other rule, as a draft does that is being edited. Raises `InvalidInput`.
    """
    path = Path(name)
    if path.exists():
        return convert(Source(path, format_of(path, None, written=False))).network
    if store is None:
        message = "There is no such folder or file; --store names the store that editions are in."
        raise InvalidInput([fault("FILE_MISSING", name, value="not there", message=message)])
    return store.load(name)


def checked_network(
    path: Path, elevation: Path | None = None, elevation_margin_m: float = 5.0
) -> Checked:
    """Return the network in a folder or GeoPackage, every rule checked as `read_network` does.

    Raises `InvalidInput` with all faults, or with those that keep a GeoPackage from being read.
    """
    if not path.is_file():
        network = read_network(path, elevation=elevation, elevation_margin_m=elevation_margin_m)
        return Checked(network, tuple(check_network(network)))
    read = convert(Source(path, format_of(path, None, written=False)))
    network = read.network
    if elevation is not None:
        network = with_elevation(network, elevation, elevation_margin_m)
    faults = sorted({*read.warnings, *check_network(network)})
    if errors(faults):
        raise InvalidInput(faults)
    return Checked(network, tuple(faults))

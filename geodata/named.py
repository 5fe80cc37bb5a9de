"""A network by what a person calls it: a folder or file, or an edition in a store."""

from pathlib import Path

from geodata.codes import fault
from geodata.editions import Store
from geodata.faults import InvalidInput
from geodata.formats.convert import Source, convert
from geodata.formats.names import format_of
from geodata.network import Network


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

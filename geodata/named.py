"""A network by what a person calls it: a folder, or an edition in a store."""

from pathlib import Path

from geodata.codes import fault
from geodata.editions import Store
from geodata.faults import InvalidInput
from geodata.network import Network
from geodata.read import read_sound


def named_network(name: str, store: Store | None) -> Network:
    """Return the network in a folder of that name or, where there is none, that edition.

    A network in a folder must be sound, and may break every other rule. Raises `InvalidInput`.
    """
    path = Path(name)
    if path.exists():
        return read_sound(path)
    if store is None:
        message = "There is no such folder; an edition is found in the store that --store names."
        raise InvalidInput([fault("FILE_MISSING", name, value="no such folder", message=message)])
    return store.load(name)

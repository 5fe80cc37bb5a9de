"""Drafts: networks being edited, each a plain folder of GeoJSON that says what it was made of."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from geodata.check.sound import INFO_FILE
from geodata.codes import fault
from geodata.durable import place_folder, remove_folder
from geodata.faults import InvalidInput
from geodata.features import LAYERS
from geodata.network import Network
from geodata.read import Reading, read_layers
from geodata.write import network_files

if TYPE_CHECKING:
    from geodata.editions.editions import Store

PARENT_FILE = "draft.json"
"""Names the edition that a draft was started on: {"parent": HASH}, or null."""

_FILES = {INFO_FILE, PARENT_FILE, *(f"{layer}.geojson" for layer in LAYERS)}
NAME_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"
"""What drafts may be called."""

_NAME = re.compile(NAME_PATTERN[1:-1])


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft as it was read: its folder, the edition it was started on, what it says now.

    `written` is the SHA-256 of each of its files, by name, from before they were read.
    """

    folder: Path
    parent: str | None
    reading: Reading
    written: Mapping[str, str]

    @property
    def name(self) -> str:
        """What people call it."""
        return self.folder.name


def draft_names(store: "Store") -> list[str]:
    """Return the names of a store's drafts, sorted."""
    return _names(store.folder / "drafts")


def draft_folder(store: "Store", name: str) -> Path:
    """Return the folder of a draft of that name, there or not; raises `InvalidInput`."""
    refuse_name(name, str(store.folder))
    return store.folder / "drafts" / name


def refuse_name(name: str, source: str) -> None:
    """Raise `InvalidInput` if a draft cannot be called so; `source` names the store."""
    if not _NAME.fullmatch(name):
        raise InvalidInput([fault("DRAFT_NAME", source, value=ascii(name)[:80])])


def start_draft(store: "Store", name: str, network: Network, parent: str | None) -> Path:
    """Write a network as a new draft and return its folder.

    `parent` is the edition that the network was made of, None before anything was published. Only
    for the process whose turn it is to write. Raises `InvalidInput` if the name cannot be used.
    """
    folder = draft_folder(store, name)
    if folder.exists():
        raise InvalidInput([fault("DRAFT_EXISTS", str(store.folder), name, value=name)])
    said = json.dumps({"parent": parent}) + "\n"
    place_folder(folder, {**network_files(network), PARENT_FILE: said}, read_parent)
    return folder


def read_draft(drafts: Path, name: str) -> Draft:
    """Return one of a folder of drafts, unchecked.

    Raises `InvalidInput` if there is none, or it does not say on what it was started.
    """
    source = str(drafts.parent)
    refuse_name(name, source)
    folder = drafts / name
    if not folder.is_dir():
        known = ", ".join(_names(drafts)) or "none is started"
        raise InvalidInput([fault("DRAFT_UNKNOWN", source, value=name, limit=known)])
    parent = read_parent(folder)
    written = _fingerprint(folder)
    return Draft(folder, parent, read_layers(folder), written)


def read_parent(folder: Path) -> str | None:
    """Return the edition that the draft in a folder was started on."""
    try:
        said = json.loads((folder / PARENT_FILE).read_bytes())
        parent = said["parent"]
    except (OSError, ValueError, TypeError, KeyError) as error:
        value = f"{PARENT_FILE}: {type(error).__name__}"
        raise InvalidInput([fault("DRAFT_DAMAGED", folder.name, value=value)]) from None
    if parent is not None and not re.fullmatch("[0-9a-f]{64}", str(parent)):
        raise InvalidInput([fault("DRAFT_DAMAGED", folder.name, value=str(parent)[:80])])
    return None if parent is None else str(parent)


def remove_draft(draft: Draft) -> bool:
    """Remove a draft, and tell whether that was done: one edited since, or with other files, stays.

    Only for the process whose turn it is to write.
    """
    if _fingerprint(draft.folder) != draft.written:
        return False
    if draft.written.keys() - _FILES:
        return False
    remove_folder(draft.folder)
    return True


def _names(drafts: Path) -> list[str]:
    return sorted(each.name for each in drafts.iterdir() if _NAME.fullmatch(each.name))


def _fingerprint(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of each file, by name; a folder within stands under its name too."""
    return {
        each.name: hashlib.sha256(each.read_bytes()).hexdigest() if each.is_file() else "folder"
        for each in sorted(folder.iterdir())
    }

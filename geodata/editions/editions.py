"""A store of editions: a folder that holds the line of all that were published, and their content.

line.json             the line of editions, oldest first; replaced by one rename
editions/HASH/        a network as it was published; never changed
drafts/NAME/          a network being edited (geodata.drafts)
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AwareDatetime, ConfigDict, Field, TypeAdapter, ValidationError

from geodata.codes import fault
from geodata.durable import place_folder, replace_file, writing
from geodata.editions.drafts import Draft, read_draft, remove_draft
from geodata.faults import Fault, InvalidInput
from geodata.field_faults import field_name
from geodata.network import Network
from geodata.read import read_layers
from geodata.write import network_files

LINE_FILE = "line.json"
_FOLDERS = ("editions", "drafts")

Edition = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One edition in the line: what was published, on top of what, by whom, when and why.

    `parent` is the edition before it, and `drafted_on` the one on which its draft was started: an
    older one if the draft was rebased. Both are None where there was none.
    """

    __pydantic_config__ = ConfigDict(extra="forbid")

    edition: Edition
    parent: Edition | None
    drafted_on: Edition | None
    author: Annotated[str, Field(min_length=1)]
    time: AwareDatetime
    message: Annotated[str, Field(min_length=1)]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Line:
    __pydantic_config__ = ConfigDict(extra="forbid")

    schema_version: Literal["1"]
    editions: tuple[Entry, ...]


_LINE = TypeAdapter(_Line)


class Store:
    """A folder of editions and drafts. Reading raises `InvalidInput` if it is none or damaged."""

    def __init__(self, folder: Path) -> None:
        """Take a folder as a store; it is looked at when something is read from it."""
        self.folder = folder

    @classmethod
    def create(cls, folder: Path) -> "Store":
        """Return the store in a folder, made if there is none and nothing else stands there."""
        store = cls(folder)
        if (folder / LINE_FILE).exists():
            return store
        folder.mkdir(parents=True, exist_ok=True)
        strange = sorted(
            each.name
            for each in folder.iterdir()
            if each.name not in _FOLDERS and not each.name.startswith(".")
        )
        if strange:
            message = "The folder is neither empty nor a store of editions."
            value = ", ".join(strange[:3])
            raise InvalidInput([fault("STORE_UNKNOWN", str(folder), value=value, message=message)])
        with store.writing():
            for name in _FOLDERS:
                (folder / name).mkdir(exist_ok=True)
            if not (folder / LINE_FILE).exists():  # another process may have been quicker
                replace_file(folder / LINE_FILE, _line_text(()))
        return store

    def writing(self, waiting: Callable[[], None] = lambda: None) -> AbstractContextManager[None]:
        """Return the turn to write; `waiting` is called if another process has it."""
        return writing(self.folder, waiting)

    def line(self) -> tuple[Entry, ...]:
        """Return the line of editions, oldest first."""
        path = self.folder / LINE_FILE
        try:
            content = path.read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            found = fault("STORE_UNKNOWN", str(self.folder), value=f"no {LINE_FILE}")
            raise InvalidInput([found]) from None
        try:
            line = _LINE.validate_json(content, strict=True)
        except ValidationError as error:
            raise InvalidInput(
                [_line_fault(each["loc"], each["msg"]) for each in error.errors()]
            ) from None
        parents = (None, *(each.edition for each in line.editions))
        broken = [
            _line_fault(("editions", at, "parent"), "is not the edition before it")
            for at, (entry, parent) in enumerate(zip(line.editions, parents, strict=False))
            if entry.parent != parent
        ]
        if broken:
            raise InvalidInput(broken)
        return line.editions

    def newest(self) -> str | None:
        """Return the edition published last; None if there is none yet."""
        line = self.line()
        return line[-1].edition if line else None

    def find(self, digits: str) -> str:
        """Return the one edition of the line that is, or begins with, these digits."""
        known = list(dict.fromkeys(entry.edition for entry in self.line()))
        found = [each for each in known if each.startswith(digits.lower())] if digits else []
        if len(found) == 1:
            return found[0]
        code = "EDITION_AMBIGUOUS" if found else "EDITION_UNKNOWN"
        shown = ", ".join(each[:12] for each in (found or known[-3:]))
        limit = shown or "none is published yet"
        raise InvalidInput(
            [fault(code, str(self.folder), "", "edition", value=digits, limit=limit)]
        )

    def load(self, digits: str) -> Network:
        """Return an edition by its hash or the beginning of it.

        It is proved to be what was published. The rules of a network are not checked again: they
        may have become stricter since.
        """
        edition = self.find(digits)
        return _read_edition(self.folder / "editions" / edition, edition)

    def draft(self, name: str) -> Draft:
        """Return a draft, unchecked. Raises `InvalidInput` if there is none, or it has no parent.

        Its parent is an edition of the line.
        """
        draft = read_draft(self.folder / "drafts", name)
        if draft.parent is not None:
            self.find(draft.parent)
        return draft

    def append(self, entry: Entry, network: Network, draft: Draft) -> bool:
        """Put a network into the store, then its entry at the end of the line; remove its draft.

        Tells whether the draft was removed: one edited since it was read, or with other files,
        stays. Only for the process whose turn it is to write. The network is read again before it
        counts; raises `InvalidInput` if it would not be what it is now.
        """
        line = (*self.line(), entry)
        path = self.folder / "editions" / entry.edition
        if path.exists():  # published before, or the program stopped before the line was replaced
            _read_edition(path, entry.edition)
        else:
            texts = network_files(network)
            place_folder(path, texts, lambda written: _read_edition(written, entry.edition))
        replace_file(self.folder / LINE_FILE, _line_text(line))
        return remove_draft(draft)


def _read_edition(path: Path, edition: str) -> Network:
    reading = read_layers(path)
    network = reading.network
    if network is None or reading.faults or network.edition != edition:
        source = f"editions/{edition[:12]}"
        raise InvalidInput([fault("EDITION_DAMAGED", source), *reading.faults])
    return network


def _line_fault(path: tuple[int | str, ...], what: str) -> Fault:
    return fault("LINE_DAMAGED", LINE_FILE, "", field_name(path), value=what)


def _line_text(line: tuple[Entry, ...]) -> str:
    return _LINE.dump_json(_Line(schema_version="1", editions=line), indent=2).decode() + "\n"

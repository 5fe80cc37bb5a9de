"""YAML as plain values with the line of each: no aliases, no tags, keys given once.

Unquoted scalars are read by the JSON rules of YAML 1.2, as in a request's files. libyaml does the
parsing where PyYAML has it; from its events the values are built without recursion.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from geodata.faults import Fault
from geodata.field_faults import Place
from planner.read.files import PLAIN_SCALARS

DEEPEST = 12
"""Levels of mappings and lists in one another; a route test needs five."""

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_PLAIN = tuple((tag.rpartition(":")[2], re.compile(pattern)) for tag, pattern, _ in PLAIN_SCALARS)

Path = tuple[int | str, ...]


@dataclass(frozen=True, slots=True)
class Lines:
    """A document's value, and the line (from 1) on which each part of it begins, by path."""

    value: object
    lines: dict[Path, int]

    def line(self, path: Path) -> int:
        """Return the line of a part, or of what holds it where the part is not there."""
        while path not in self.lines and path:
            path = path[:-1]
        return self.lines.get(path, 1)


@dataclass(slots=True)
class _Open:
    """A mapping or list whose end has not been met."""

    holds: dict[str, Any] | list[Any]
    path: Path
    key: str | None = None


@dataclass(slots=True)
class _Builder:
    """Values put together from events; `found` is the whole, once it is there."""

    place: Place
    faults: list[Fault]
    lines: dict[Path, int] = field(default_factory=dict)
    open: list[_Open] = field(default_factory=list)
    found: list[object] = field(default_factory=list)

    def stop(self, line: int, code: str, message: str) -> None:
        self.faults.append(Place(self.place.source, f"line {line}").fault("", code, message))

    def begin(self, holds: dict[str, Any] | list[Any], line: int) -> bool:
        path = self._add(holds, line)
        if path is None:
            return False
        self.open.append(_Open(holds, path))
        return True

    def scalar(self, text: str, plain: bool, line: int) -> bool:
        top = self.open[-1] if self.open else None
        if top is not None and isinstance(top.holds, dict) and top.key is None:
            if plain and not isinstance(_scalar(text), str):
                self.stop(line, "SYNTAX", "a key must be text")
                return False
            if text in top.holds:
                self.stop(line, "KEY_TWICE", f"{text} is given twice")
                return False
            top.key = text
            self.lines[(*top.path, text)] = line
            return True
        return self._add(_scalar(text) if plain else text, line) is not None

    def _add(self, value: object, line: int) -> Path | None:
        """Put a value where it belongs; return its path, None if it cannot stand there."""
        if not self.open:
            self.found.append(value)
            self.lines.setdefault((), line)
            return ()
        top = self.open[-1]
        if isinstance(top.holds, list):
            path = (*top.path, len(top.holds))
            top.holds.append(value)
            self.lines[path] = line
            return path
        if top.key is None:
            self.stop(line, "SYNTAX", "a key must be text")
            return None
        path, top.holds[top.key], top.key = (*top.path, top.key), value, None
        return path


def read_document(source: str, text: str, faults: list[Fault]) -> Lines | None:
    """Return what a YAML text says; None, with faults, if it cannot be read."""
    builder = _Builder(Place(source), faults)
    try:
        whole = all(_take(builder, event) for event in _events(text))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        builder.stop(mark.line + 1 if mark else 1, "SYNTAX", f"is not YAML: {error.problem}")
        return None
    except yaml.YAMLError as error:
        builder.stop(1, "SYNTAX", f"is not YAML: {str(error).splitlines()[0]}")
        return None
    if not whole:
        return None
    if len(builder.found) != 1:
        many = "holds nothing" if not builder.found else "holds more than one document"
        code = "FILE_EMPTY" if not builder.found else "SYNTAX"
        faults.append(builder.place.fault("", code, many))
        return None
    return Lines(builder.found[0], builder.lines)


def _events(text: str) -> Iterator[Any]:
    yield from yaml.parse(text, Loader=_LOADER)


def _take(builder: _Builder, event: Any) -> bool:
    """Build on by one event; False if the document cannot be read any further."""
    line = event.start_mark.line + 1
    if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
        builder.stop(line, "SYNTAX", "aliases (&name, *name) are not read; write the value again")
        return False
    if getattr(event, "tag", None):
        builder.stop(line, "SYNTAX", "tags (!name) are not read")
        return False
    if isinstance(event, yaml.CollectionEndEvent):
        builder.open.pop()
        return True
    if isinstance(event, yaml.CollectionStartEvent):
        if len(builder.open) >= DEEPEST:
            builder.stop(line, "SYNTAX", "is nested too deeply")
            return False
        return builder.begin({} if isinstance(event, yaml.MappingStartEvent) else [], line)
    if isinstance(event, yaml.ScalarEvent):
        return builder.scalar(event.value, not event.style, line)
    return True


def _scalar(text: str) -> object:
    """Return what an unquoted scalar stands for."""
    kind = next((name for name, pattern in _PLAIN if pattern.search(text)), "str")
    if kind == "null":
        return None
    if kind == "bool":
        return text == "true"
    if kind == "int" and len(text) < 4000:
        return int(text)
    if kind in ("int", "float"):
        return float(text.replace(".nan", "nan").replace(".inf", "inf"))
    return text

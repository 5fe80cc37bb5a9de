"""From a file's bytes to a document of plain values, with every fault of its syntax.

JSON and YAML become the same values; YAML is read by the JSON rules of YAML 1.2 (only true and
false are booleans, times stay text) and without aliases. Keys may not be given twice.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import yaml

from geodata.faults import Fault
from geodata.field_faults import Place

MAX_BYTES = 64 * 2**20


@dataclass(frozen=True, slots=True)
class Document:
    """What a file says, as mappings, lists, texts, numbers, booleans and None.

    A table also has `names`, what faults call each of its rows, and `absent`, the columns that a
    fault has already named as missing.
    """

    source: str
    value: object
    names: Sequence[str] = ()
    absent: frozenset[str] = frozenset()


def read_bytes(path: Path, faults: list[Fault]) -> bytes | None:
    """Return a file's content; None with a fault if it cannot be read or is too large."""
    place = Place(path.name)
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            limit = f"{MAX_BYTES // 2**20} MiB"
            value = f"{size // 2**20} MiB"
            faults.append(
                place.fault("", "FILE_TOO_LARGE", "is too large", value=value, limit=limit)
            )
            return None
        return path.read_bytes()
    except OSError as error:
        message = f"cannot be read: {error.strerror}"
        faults.append(place.fault("", "FILE_UNREADABLE", message))
        return None


def decode(name: str, content: bytes, faults: list[Fault]) -> str | None:
    """Return UTF-8 text without its byte order mark; None with a fault if it is none or empty."""
    place = Place(name)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        kind = " (it looks like UTF-16)" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else ""
        line = content.count(b"\n", 0, error.start) + 1
        message = f"is not UTF-8 text{kind}; save it as UTF-8"
        value = f"byte 0x{content[error.start]:02x} on line {line}"
        faults.append(place.fault("", "NOT_UTF8", message, value=value, limit="UTF-8"))
        return None
    if not text.strip():
        faults.append(place.fault("", "FILE_EMPTY", "holds nothing"))
        return None
    return text


def parse_json(name: str, text: str, faults: list[Fault]) -> Document | None:
    """Return what a JSON text says; None with a fault if it is no JSON."""
    place = Place(name)

    def mapping(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in pairs:
            if key in found:
                faults.append(place.fault(key, "KEY_TWICE", "is given twice in one mapping"))
            found[key] = value
        return found

    try:
        return _document(json.loads(text, object_pairs_hook=mapping), place, faults)
    except json.JSONDecodeError as error:
        message = f"is not JSON: {error.msg} at column {error.colno}"
        faults.append(Place(name, f"line {error.lineno}").fault("", "SYNTAX", message))
    except RecursionError:
        faults.append(place.fault("", "SYNTAX", "is nested too deeply"))
    except ValueError:
        # Python refuses to convert integers of more than 4,300 digits.
        faults.append(place.fault("", "NOT_FINITE", "holds a number of thousands of digits"))
    return None


def parse_yaml(name: str, text: str, faults: list[Fault]) -> Document | None:
    """Return what a YAML text says; None with a fault if it is no YAML."""
    place = Place(name)
    try:
        return _document(yaml.load(text, Loader=_Loader), place, faults)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = f"line {mark.line + 1}" if mark else ""
        column = f" at column {mark.column + 1}" if mark else ""
        code = "KEY_TWICE" if isinstance(error, _KeyTwice) else "SYNTAX"
        why = error.problem or error.context
        faults.append(Place(name, line).fault("", code, f"is not YAML as read here: {why}{column}"))
    except yaml.YAMLError as error:
        faults.append(place.fault("", "SYNTAX", f"is not YAML: {_first_line(error)}"))
    except RecursionError:
        faults.append(place.fault("", "SYNTAX", "is nested too deeply"))
    return None


def _document(value: object, place: Place, faults: list[Fault]) -> Document | None:
    """Return a document, or None with a fault if a text in it is half of a surrogate pair."""
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        faults.append(place.fault("", "NOT_UTF8", r"holds half a character (a lone \ud800-\udfff)"))
        return None
    return Document(place.source, value)


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0] if str(error) else type(error).__name__


class _KeyTwice(yaml.constructor.ConstructorError):
    """A mapping gives a key twice."""


class _Loader(yaml.SafeLoader):
    """YAML 1.2 by its JSON rules: no aliases, no tags, text keys given once."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        """Refuse aliases (a few lines of them can stand for more than memory holds) and tags."""
        event: yaml.Event = self.peek_event()  # type: ignore[no-untyped-call]
        if isinstance(event, yaml.AliasEvent):
            self._refuse(event, "aliases (*name) are not read; write the value again")
        if getattr(event, "tag", None) is not None:
            self._refuse(event, "tags (!name) are not read")
        return super().compose_node(parent, index)

    def _refuse(self, event: yaml.Event, why: str) -> NoReturn:
        mark = event.start_mark
        raise yaml.composer.ComposerError(None, None, why, mark)  # type: ignore[arg-type]

    def whole(self, node: yaml.ScalarNode) -> int | float:
        """Return an integer, or infinity where Python would refuse its digits."""
        return int(node.value) if len(node.value) < 4000 else float(node.value)

    def number(self, node: yaml.ScalarNode) -> float:
        """Return a number written with a point, an exponent, or as .nan or .inf."""
        return float(node.value.replace(".nan", "nan").replace(".inf", "inf"))

    def mapping(self, node: yaml.MappingNode) -> dict[str, Any]:
        """Return a mapping whose keys are texts and differ."""
        found: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = self.construct_object(key_node, deep=True)
            if not isinstance(key, str):
                raise yaml.constructor.ConstructorError(
                    None, None, "a key must be text", key_node.start_mark
                )
            if key in found:
                raise _KeyTwice(None, None, f"{key} is given twice", key_node.start_mark)
            found[key] = self.construct_object(value_node, deep=True)
        return found


PLAIN_SCALARS = (
    ("tag:yaml.org,2002:null", r"^(?:~|null|)$", ["~", "n", ""]),
    ("tag:yaml.org,2002:bool", r"^(?:true|false)$", list("tf")),
    ("tag:yaml.org,2002:int", r"^[-+]?[0-9]+$", list("-+0123456789")),
    (
        "tag:yaml.org,2002:float",
        r"^[-+]?(?:(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|\.inf)$|^\.nan$",
        list("-+.0123456789"),
    ),
)
"""The JSON rules of YAML 1.2: what an unquoted scalar is if not text, and how it can begin."""

for _tag, _pattern, _first in PLAIN_SCALARS:
    _Loader.add_implicit_resolver(_tag, re.compile(_pattern), _first)
_Loader.add_constructor("tag:yaml.org,2002:int", _Loader.whole)
_Loader.add_constructor("tag:yaml.org,2002:float", _Loader.number)
_Loader.add_constructor("tag:yaml.org,2002:map", _Loader.mapping)

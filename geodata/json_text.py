"""JSON text from outside: decoded, bounded in depth, every key once, every fault named."""

import json
import re
from collections import Counter
from typing import Any

import numpy as np

from geodata.codes import fault
from geodata.faults import Fault
from geodata.limits import NESTING_MAX

_NOT_MARKS = bytes(each for each in range(256) if each not in b'"[]{}')
"""What is deleted from a JSON text to see how it is nested."""

_MARKS_AT_ONCE = 1 << 20
"""Brackets and quotes that are looked at together, so that a large file takes little memory."""


_HALF = re.compile(r"\\u[dD][89a-fA-F]")
"""What a text has somewhere if one of its values holds a surrogate."""


def read_json(content: bytes, source: str, faults: list[Fault]) -> object:
    """Return the value of a JSON text; None, with a fault, if it has none."""

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            times = Counter(key for key, _ in pairs)
            twice = sorted(key for key, count in times.items() if count > 1)
            faults.append(fault("KEY_TWICE", source, "", twice[0], value=", ".join(twice)))
        return found

    text = _decoded(content, source, faults)
    if text is None:
        return None
    try:
        document: object = json.loads(text, object_pairs_hook=once)
    except json.JSONDecodeError as error:
        value = f"line {error.lineno} column {error.colno}"
        message = f"The text is not JSON: {error.msg}."
        faults.append(fault("SYNTAX", source, value=value, message=message))
    except (RecursionError, ValueError):  # nested, or with a number, beyond what Python reads
        faults.append(fault("SYNTAX", source, value="nested too deeply, or a number too long"))
    else:
        if document is None:
            faults.append(fault("WRONG_TYPE", source, value="null", limit="an object"))
        if _HALF.search(text) and _has_half(document):
            faults.append(fault("SYNTAX", source, value="half a character, as \\ud800 alone"))
            return None
        return document
    return None


def _has_half(document: object) -> bool:
    """Tell whether a text in a JSON value holds a surrogate alone, which no UTF-8 can write."""
    try:
        json.dumps(document, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return True
    return False


def _decoded(content: bytes, source: str, faults: list[Fault]) -> str | None:
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        value = f"byte 0x{content[error.start]:02x} on line {line}"
        faults.append(fault("NOT_UTF8", source, value=value))
        return None
    depth = _depth(content)
    if depth > NESTING_MAX:
        faults.append(fault("NESTED_TOO_DEEPLY", source, value=f"{depth:,} levels"))
        return None
    if text.startswith("\ufeff"):
        faults.append(fault("BYTE_ORDER_MARK", source, value="U+FEFF"))
        text = text[1:]
    if not text.strip():
        faults.append(fault("FILE_EMPTY", source, value="nothing"))
        return None
    return text


def _depth(content: bytes) -> int:
    """Return how deep the brackets of a JSON text are nested, without reading it.

    Once they are deeper than is read, what comes later in the text is not looked at.
    """
    if b"\\" in content:
        content = content.replace(b"\\\\", b"").replace(b'\\"', b"")
    marks = np.frombuffer(content.translate(None, _NOT_MARKS), dtype=np.uint8)
    quoted, depth, deepest = 0, 0, 0
    for start in range(0, len(marks), _MARKS_AT_ONCE):
        part = marks[start : start + _MARKS_AT_ONCE]
        quotes = part == ord('"')
        inside = np.cumsum(quotes) + quoted
        steps = np.where((part == ord("[")) | (part == ord("{")), 1, -1)
        levels = depth + np.cumsum(np.where(quotes | (inside % 2 == 1), 0, steps))
        quoted, depth = int(inside[-1]), int(levels[-1])
        deepest = max(deepest, int(levels.max()))
        if deepest > NESTING_MAX:
            break
    return deepest

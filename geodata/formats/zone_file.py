"""The text of a zone file of others, read leniently: what had to be assumed is a warning."""

import json
from pathlib import Path
from typing import Any

from geodata.formats.uas_report import Report
from geodata.limits import FILE_MAX_MB


def read_json(path: Path, report: Report) -> Any:
    """Return a file's JSON value; None, with an error, if it has none."""
    text = read_text(path, report)
    if text is None:
        return None
    try:
        document: Any = json.loads(text)
    except json.JSONDecodeError as error:
        report.error("SYNTAX", "", f"line {error.lineno} column {error.colno}: {error.msg}")
    except (RecursionError, ValueError):  # nested, or with a number, beyond what Python reads
        report.error("SYNTAX", "", "nested too deeply, or a number too long")
    else:
        if document is None:
            report.error("NOT_A_ZONE_FILE", "", "null")
        return document
    return None


def read_text(path: Path, report: Report, otherwise: str | None = None) -> str | None:
    """Return a file's text without a byte order mark; None, with an error, if it has none.

    Text that is not UTF-8 is read in the encoding `otherwise`, or refused if that is None.
    """
    try:
        size = path.stat().st_size
        if size > FILE_MAX_MB * 1_000_000:
            report.error("FILE_TOO_LARGE", "", f"{size / 1e6:.0f} MB")
            return None
        content = path.read_bytes()
    except FileNotFoundError:
        report.error("FILE_MISSING", "", "no file", "a file")
        return None
    except OSError as error:
        report.error("FILE_UNREADABLE", "", error.strerror or "cannot be opened")
        return None
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        found = f"byte 0x{content[error.start]:02x} on line {line}"
        if otherwise is None:
            report.error("NOT_UTF8", "", found)
            return None
        report.warn("IMPORT_ENCODING", "", found, otherwise)
        text = content.decode(otherwise, errors="replace")
    if text.startswith("\ufeff"):
        report.warn("IMPORT_BYTE_ORDER_MARK", "", "U+FEFF", "the text after it")
        text = text[1:]
    if not text.strip():
        report.error("FILE_EMPTY", "", "nothing")
        return None
    return text

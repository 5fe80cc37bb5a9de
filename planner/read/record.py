"""JSON files that hold one record: read with every fault of their form, and written whole."""

import os
import secrets
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError

from geodata.faults import Fault, InvalidInput
from geodata.field_faults import Records, type_faults
from planner.read.files import decode, parse_json, read_bytes

R = TypeVar("R")


def read_record(
    path: Path,
    adapter: TypeAdapter[R],
    records: Records,
    more: Callable[[object], Iterable[Fault]] = lambda document: (),
) -> R:
    """Return the record in a JSON file; `records` are its classes by their path.

    Raises InvalidInput with every fault: a file that cannot be read, text that is not JSON, fields
    that are missing, unknown or of the wrong type, and `more` that the document has.
    """
    faults: list[Fault] = []
    content = read_bytes(path, faults)
    text = None if content is None else decode(path.name, content, faults)
    if text is None:
        raise InvalidInput(faults)
    document = parse_json(path.name, text, faults)
    if document is None or faults:
        raise InvalidInput(faults)
    faults += more(document.value)
    found: R | None = None
    try:
        found = adapter.validate_json(text, strict=True)
    except ValidationError as error:
        found_faults = type_faults(error, path.name, records, lambda loc: ("", loc))
        faults += [fault for _, fault in found_faults]
    if found is None or faults:
        raise InvalidInput(faults)
    return found


def write_record(record: R, adapter: TypeAdapter[R], path: Path) -> None:
    """Write a record as JSON, the same bytes for the same; `path` is whole at every moment.

    Raises OSError if it cannot be written; what stood at `path` is then still there.
    """
    content = adapter.dump_json(record, indent=2) + b"\n"
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with draft.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)

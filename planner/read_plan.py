"""Plan files: a plan from its JSON with every fault of its form, and back to the same bytes."""

import math
import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from types import MappingProxyType

from pydantic import ValidationError

from geodata.faults import Fault, InvalidInput
from geodata.field_faults import Path as Loc
from geodata.field_faults import Place, Records, field_name, type_faults
from planner.plan import (
    PLAN,
    Bound,
    Cost,
    Event,
    Filing,
    Hold,
    Leg,
    Options,
    Plan,
    Reason,
    Sortie,
    SortieCost,
    Stop,
    Unserved,
    Use,
)
from planner.read_files import decode, parse_json, read_bytes

_RECORDS: Records = MappingProxyType(
    {
        (): Plan,
        ("options",): Options,
        ("sorties",): Sortie,
        ("sorties", "stops"): Stop,
        ("sorties", "stops", "events"): Event,
        ("sorties", "legs"): Leg,
        ("sorties", "legs", "holds"): Hold,
        ("sorties", "cost"): SortieCost,
        ("unserved",): Unserved,
        ("unserved", "reasons"): Reason,
        ("cost",): Cost,
        ("bound",): Bound,
        ("filings",): Filing,
        ("utilisation",): Use,
    }
)


def read_plan(path: Path) -> Plan:
    """Return the plan in a JSON file.

    Only its form is looked at; `planner.check` says whether it holds. Raises InvalidInput with
    every fault: a file that cannot be read, text that is not JSON, fields that are missing,
    unknown or of the wrong type, and numbers that are not finite.
    """
    faults: list[Fault] = []
    content = read_bytes(path, faults)
    text = None if content is None else decode(path.name, content, faults)
    if text is None:
        raise InvalidInput(faults)
    document = parse_json(path.name, text, faults)
    if document is None or faults:
        raise InvalidInput(faults)
    faults += _infinite_values(path.name, document.value)
    found: Plan | None = None
    try:
        found = PLAN.validate_json(text, strict=True)
    except ValidationError as error:
        found_faults = type_faults(error, path.name, _RECORDS, lambda loc: ("", loc))
        faults += [fault for _, fault in found_faults]
    if found is None or faults:
        raise InvalidInput(faults)
    return found


def _infinite_values(name: str, document: object) -> Iterator[Fault]:
    """Yield numbers that are not finite among the values of reasons, whose form is open."""
    unserved = document.get("unserved") if isinstance(document, dict) else None
    for path, value in _numbers(unserved, ("unserved",)):
        if not math.isfinite(value) and "values" in path:
            message = "must be a finite number"
            place = Place(name)
            yield place.fault(
                field_name(path), "NOT_FINITE", message, value=value, limit="a finite number"
            )


def _numbers(value: object, path: Loc) -> Iterator[tuple[Loc, float]]:
    """Yield the real numbers in a JSON value with their paths."""
    if isinstance(value, float):
        yield path, value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _numbers(inner, (*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _numbers(inner, (*path, index))


def write_plan(plan: Plan, path: Path) -> None:
    """Write a plan as JSON, the same bytes for the same plan; `path` is whole at every moment.

    Raises OSError if it cannot be written; what stood at `path` is then still there.
    """
    content = PLAN.dump_json(plan, indent=2) + b"\n"
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with draft.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)

"""Plan files: a plan from its JSON with every fault of its form, and back to the same bytes."""

import math
from collections.abc import Iterator
from pathlib import Path
from types import MappingProxyType

from geodata.faults import Fault
from geodata.field_faults import Path as Loc
from geodata.field_faults import Place, Records, field_name
from planner.plan.plan import (
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
from planner.read.record import read_record, write_record

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
    return read_record(path, PLAN, _RECORDS, lambda document: _infinite_values(path.name, document))


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
    write_record(plan, PLAN, path)

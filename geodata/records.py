"""From a JSON object to a frozen record, with every fault of its fields in plain words."""

import json
from dataclasses import replace
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from geodata.faults import Fault
from geodata.features import LAYERS, Feature, Lane, NetworkInfo
from geodata.field_faults import Records, type_faults

R = TypeVar("R", bound=Feature | NetworkInfo)

_ADAPTERS: dict[type, TypeAdapter[Any]] = {kind: TypeAdapter(kind) for kind in LAYERS.values()}
_ADAPTERS[NetworkInfo] = TypeAdapter(NetworkInfo)


def read_record(
    kind: type[R], properties: dict[str, Any], source: str, item: str, faults: list[Fault]
) -> R | None:
    """Return a record of a class of `geodata.features`; None if it has faults, which are added."""
    try:
        record: R = _ADAPTERS[kind].validate_json(json.dumps(properties), strict=True)
    except ValidationError as error:
        records: Records = {(): kind, ("lanes",): Lane}
        found = type_faults(error, source, records, lambda path: (item, path))
        faults.extend(_of_a_height(fault) for _, fault in found)
        return None
    return record


def _of_a_height(fault: Fault) -> Fault:
    """Return a fault under the code of its own that a missing reference of a height has."""
    if fault.code != "FIELD_MISSING" or not fault.field.endswith("_reference"):
        return fault
    return replace(
        fault,
        code="HEIGHT_WITHOUT_REFERENCE",
        value="no reference",
        limit="AGL, AMSL; UNL for no upper limit",
    )

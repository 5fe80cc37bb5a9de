"""From a JSON object to a frozen record, with every fault of its fields in plain words."""

import json
import math
import re
from collections.abc import Iterator
from dataclasses import fields
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from geodata.codes import fault
from geodata.faults import Fault
from geodata.features import LAYERS, Feature, Lane, NetworkInfo
from geodata.nearest import did_you_mean

R = TypeVar("R", bound=Feature | NetworkInfo)
Path = tuple[int | str, ...]

_TYPE_WORDS = {
    "string_type": "text",
    "float_type": "a number",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "bool_type": "true or false",
    "tuple_type": "a list",
    "dataclass_type": "an object",
}
_BOUND_WORDS = {
    "greater_than": ("gt", "more than"),
    "greater_than_equal": ("ge", "at least"),
    "less_than": ("lt", "less than"),
    "less_than_equal": ("le", "at most"),
}


_ADAPTERS: dict[type, TypeAdapter[Any]] = {kind: TypeAdapter(kind) for kind in LAYERS.values()}
_ADAPTERS[NetworkInfo] = TypeAdapter(NetworkInfo)


def read_record(
    kind: type[R], properties: dict[str, Any], source: str, item: str, faults: list[Fault]
) -> R | None:
    """Return a record of a class of `geodata.features`; None if it has faults, which are added."""
    text = json.dumps(properties)
    endless: dict[Path, float] = {}
    if "NaN" in text or "Infinity" in text:  # or it may be within a text
        endless = {path: each for path, each in _numbers(properties) if not math.isfinite(each)}
    for path, number in endless.items():
        faults.append(fault("NOT_FINITE", source, item, field_name(path), value=str(number)))
    try:
        record: R = _ADAPTERS[kind].validate_json(text, strict=True)
    except ValidationError as error:
        details = [each for each in error.errors(include_url=False) if each["loc"] not in endless]
        for detail in details:
            # pydantic calls a list too short if all of its items are faulty
            depth = len(detail["loc"])
            inside = any(each["loc"][:depth] == detail["loc"] != each["loc"] for each in details)
            if not (detail["type"] == "too_short" and inside):
                faults.append(_fault(detail, kind, source, item))
        return None
    return None if endless else record


def field_name(path: Path) -> str:
    """Return a path into a record as people write it: `lanes[0].height_amsl_m`."""
    name = ""
    for part in path:
        name += f"[{part}]" if isinstance(part, int) else f".{part}" if name else part
    return name


def _numbers(value: object, path: Path = ()) -> Iterator[tuple[Path, float]]:
    """Yield every floating-point number in a JSON value, with its path."""
    if isinstance(value, float):
        yield path, value
    elif isinstance(value, dict):
        for key, each in value.items():
            yield from _numbers(each, (*path, key))
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from _numbers(each, (*path, index))


def _fault(detail: ErrorDetails, kind: type, source: str, item: str) -> Fault:
    what, found, context = detail["type"], detail["input"], detail.get("ctx", {})
    place = (source, item, field_name(detail["loc"]))
    value = "a list" if isinstance(found, list) else str(found)[:60]
    if what == "missing":
        if str(detail["loc"][-1]).endswith("_reference"):
            limit = "AGL, AMSL; UNL for no upper limit"
            return fault("HEIGHT_WITHOUT_REFERENCE", *place, value="no reference", limit=limit)
        return fault("FIELD_MISSING", *place, limit="a value")
    if what == "unexpected_keyword_argument":
        name = str(detail["loc"][-1])
        known = [each.name for each in fields(Lane if "lanes" in detail["loc"] else kind)]
        message = f"There is no such field{did_you_mean(name, known) or '.'}"
        limit = ", ".join(known)
        return fault("FIELD_UNKNOWN", *place, value=name, limit=limit, message=message)
    if what == "literal_error":
        allowed = re.findall(r"'([^']*)'", context["expected"])
        message = f"The value is not one of those allowed{did_you_mean(str(found), allowed) or '.'}"
        limit = ", ".join(allowed)
        return fault("UNKNOWN_VALUE", *place, value=value, limit=limit, message=message)
    if what in _BOUND_WORDS:
        bound, words = _BOUND_WORDS[what]
        return fault("OUT_OF_RANGE", *place, value=value, limit=f"{words} {context[bound]:g}")
    if what in ("too_short", "string_too_short"):
        unit = "item" if what == "too_short" else "character"
        limit = f"at least {context['min_length']} {unit}"
        return fault("OUT_OF_RANGE", *place, value=value or "nothing", limit=limit)
    if what == "string_pattern_mismatch":
        return fault("WRONG_FORMAT", *place, value=value, limit=context["pattern"])
    return fault("WRONG_TYPE", *place, value=value, limit=_TYPE_WORDS.get(what, detail["msg"]))

"""Faults of type, range and name in a record's fields, from pydantic's words to plain ones."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from geodata.faults import Fault
from geodata.nearest import did_you_mean

TIME_FORMAT = "a time with its zone, such as 2026-11-24T08:30:00+08:00"
DATE_FORMAT = "a date such as 2026-11-24"

_TYPE_WORDS = {
    "string_type": "text",
    "float_type": "a number such as 2.5",
    "int_type": "a whole number",
    "bool_type": "true or false",
    "tuple_type": "a list",
    "dict_type": "fields with values",
    "dataclass_type": "fields with values",
    "datetime_type": TIME_FORMAT,
    "date_type": DATE_FORMAT,
}
_BOUND_WORDS = {
    "greater_than": ("gt", "more than"),
    "greater_than_equal": ("ge", "at least"),
    "less_than": ("lt", "less than"),
    "less_than_equal": ("le", "at most"),
}
_PATTERN_WORDS = {
    "^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$": "up to 64 letters, digits, dots, dashes and underscores, "
    "a letter or digit first",
    "^[A-Z0-9][A-Z0-9.-]{0,31}$": "up to 32 capital letters, digits, dots and dashes, a letter or "
    "digit first",
    "^[A-Z]{3}$": "three capital letters",
    r"^EPSG:\d+$": "an EPSG code such as EPSG:32650",
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a fault lies: the file, and the row or the id of the item in it."""

    source: str
    item: str = ""

    def fault(
        self, field: str, code: str, message: str, *, value: object = "", limit: str = ""
    ) -> Fault:
        """Return a fault of a field at this place."""
        return Fault(
            source=self.source,
            item=self.item,
            field=field,
            code=code,
            value=shown(value),
            limit=limit,
            message=message,
        )


def shown(value: object) -> str:
    """Return a value as a fault shows it: short, in the words of the file."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        return "a mapping"
    if isinstance(value, list | tuple):
        return f"a list of {len(value)}"
    if isinstance(value, int) and abs(value) >= 10**20:
        return "a number of more than 20 digits"
    text = str(value)
    return text if len(text) <= 60 else text[:57] + "..."


def field_name(loc: Iterable[int | str]) -> str:
    """Return a path into a document as people write it: `declarations[0].lodged_at`."""
    name = ""
    for part in loc:
        if part == "[key]":
            continue
        name += f"[{part}]" if isinstance(part, int) else f".{part}" if name else part
    return name


Path = tuple[int | str, ...]
Locate = Callable[[Path], tuple[str, Path]]
"""Splits a path into a document into the name of its item and the path within the item."""

Records = Mapping[tuple[str, ...], type]
"""Which class the records under a path of names belong to; those at the top are under ()."""


def type_faults(
    error: ValidationError, source: str, records: Records, locate: Locate
) -> Iterator[tuple[Path, Fault]]:
    """Yield each fault of type, range or name that pydantic found, with its path."""
    for detail in error.errors(include_url=False):
        item, rest = locate(detail["loc"])
        if detail["type"] == "too_short" and len(detail["input"]) >= detail["ctx"]["min_length"]:
            # The list is short because its entries are faulty, which is reported of each.
            continue
        yield detail["loc"], _fault(detail, Place(source, item), field_name(rest), records)


@cache
def _names(record: type) -> tuple[str, ...]:
    """Return a record's fields as people write them."""
    return tuple(TypeAdapter(record).json_schema()["properties"])


def _fault(detail: ErrorDetails, place: Place, field: str, records: Records) -> Fault:
    kind, value, context = detail["type"], detail["input"], detail.get("ctx", {})
    if kind == "fault":  # a validator of ours, which says all of it
        code, message, limit = (str(context[each]) for each in ("code", "message", "limit"))
        return place.fault(field, code, message, value=value, limit=limit)
    if kind == "missing":
        return place.fault(field, "FIELD_MISSING", "this field must be given")
    if kind == "string_too_short":
        return place.fault(field, "FIELD_MISSING", "this text must not be empty")
    if kind == "unexpected_keyword_argument":
        *parents, name = detail["loc"]
        record = records[tuple(part for part in parents if isinstance(part, str))]
        names = _names(record)
        message = f"no such field{did_you_mean(name, names)}"
        return place.fault(field, "FIELD_UNKNOWN", message, value=name, limit=", ".join(names))
    if kind == "literal_error":
        known = re.findall(r"'([^']*)'", context["expected"])
        message = f"not a known value{did_you_mean(value, known)}"
        return place.fault(field, "UNKNOWN_VALUE", message, value=value, limit=", ".join(known))
    if kind in _BOUND_WORDS:
        bound, words = _BOUND_WORDS[kind]
        limit = f"{words} {context[bound]:.15g}"
        return place.fault(field, "OUT_OF_RANGE", f"must be {limit}", value=value, limit=limit)
    if kind == "too_short":
        limit = f"at least {context['min_length']}"
        return place.fault(field, "OUT_OF_RANGE", "too few entries", value=value, limit=limit)
    if kind == "finite_number":
        message = "must be a finite number"
        return place.fault(field, "NOT_FINITE", message, value=value, limit="a finite number")
    if kind == "string_pattern_mismatch":
        words = _PATTERN_WORDS.get(context["pattern"], context["pattern"])
        return place.fault(field, "WRONG_FORMAT", f"must be {words}", value=value, limit=words)
    if kind == "timezone_aware":
        message = "the time does not say its zone; +08:00 is that of both sides"
        return place.fault(field, "TIME_ZONE_MISSING", message, value=value, limit=TIME_FORMAT)
    if kind == "datetime_parsing":
        message = f"cannot be read as a time: {context['error']}"
        return place.fault(field, "TIME_INVALID", message, value=value, limit=TIME_FORMAT)
    if kind == "date_parsing":
        message = f"cannot be read as a date: {context['error']}"
        return place.fault(field, "TIME_INVALID", message, value=value, limit=DATE_FORMAT)
    words = _TYPE_WORDS[kind]
    return place.fault(field, "WRONG_TYPE", f"must be {words}", value=value, limit=words)

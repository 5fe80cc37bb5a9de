"""One order, drone, wind, … as it was written, under inspection: its values and its faults."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from pydantic import AwareDatetime, TypeAdapter, ValidationError

from geodata.faults import Fault
from geodata.field_faults import TIME_FORMAT, Place

_INSTANT: TypeAdapter[dt.datetime] = TypeAdapter(AwareDatetime)
FIRST_YEAR, LAST_YEAR = 2000, 2099


@dataclass(frozen=True, slots=True)
class Item:
    """A record of plain values that may be wrong in any way, and where its faults are gathered.

    The getters return None for what is absent or of the wrong type: that is reported once, by
    the types. `prefix` is the path from the named place to the record.
    """

    record: Mapping[str, object]
    place: Place
    faults: list[Fault]
    prefix: str = ""

    def add(self, field: str, code: str, message: str, limit: str = "") -> None:
        """Add a fault of a field, with its value as the value found."""
        value = self.record.get(field)
        fault = self.place.fault(self.prefix + field, code, message, value=value, limit=limit)
        self.faults.append(fault)

    def text(self, field: str) -> str | None:
        """Return the text in a field, or None if there is none."""
        value = self.record.get(field)
        return value if isinstance(value, str) and value else None

    def number(self, field: str) -> float | None:
        """Return the finite number in a field, or None if there is none."""
        value = self.record.get(field)
        if isinstance(value, bool) or not isinstance(value, int | float):
            return None
        return float(value) if abs(value) < 1e300 else None

    def instant(self, field: str) -> dt.datetime | None:
        """Return the time in a field, or None if there is none to be used.

        Adds the faults that the type lets pass: a bare number (which would count seconds since
        1970), parts of a second, and years that no plan is made for.
        """
        value = self.text(field)
        if value is None:
            return None
        try:
            found = _INSTANT.validate_python(value)
        except ValidationError:
            return None
        if value.strip()[4:5] != "-":
            self.add(field, "TIME_INVALID", "is a bare number, not a time", TIME_FORMAT)
            return None
        if not FIRST_YEAR <= found.year <= LAST_YEAR:
            limit = f"years {FIRST_YEAR} to {LAST_YEAR}"
            self.add(field, "OUT_OF_RANGE", "no plan is made for this year", limit)
            return None
        if found.microsecond:
            self.add(field, "TIME_INVALID", "has parts of a second", "whole seconds")
        return found

    def span(self, begin: str, end: str) -> tuple[dt.datetime | None, dt.datetime | None]:
        """Return the times in two fields; add a fault unless the second is the later."""
        first, last = self.instant(begin), self.instant(end)
        if first and last and last <= first:
            limit = f"after {self.record[begin]}"
            self.add(end, "TIMES_REVERSED", f"must be later than {begin}", limit)
        return first, last

    def inside(self, field: str) -> "Iterator[Item]":
        """Yield the record in a field, if there is one, under this item's name."""
        record = self.record.get(field)
        if isinstance(record, Mapping):
            yield Item(record, self.place, self.faults, f"{self.prefix}{field}.")

    def within(self, field: str) -> "Iterator[Item]":
        """Yield the records in the list in a field, under this item's name."""
        for number, record in enumerate(listed(self.record.get(field))):
            if isinstance(record, Mapping):
                prefix = f"{self.prefix}{field}[{number}]."
                yield Item(record, self.place, self.faults, prefix)


def listed(value: object) -> list[object]:
    """Return a value if it is a list, else an empty one."""
    return value if isinstance(value, list) else []


def items(
    records: Iterable[object], names: Iterable[str], source: str, faults: list[Fault]
) -> Iterator[Item]:
    """Yield those of the records that are mappings, as items; add a fault for each id met again."""
    seen: dict[str, str] = {}
    for record, name in zip(records, names, strict=True):
        if not isinstance(record, Mapping):
            continue
        item = Item(record, Place(source, name), faults)
        identifier = item.text("id")
        if identifier in seen:
            item.add("id", "DUPLICATE_ID", f"the id is taken by {seen[identifier]}", "a new id")
        elif identifier is not None:
            seen[identifier] = name
        yield item


def identifiers(records: Iterable[object]) -> list[str | None]:
    """Return the id of each record, None for one that has none."""
    found = [each.get("id") if isinstance(each, Mapping) else None for each in records]
    return [each if isinstance(each, str) and each else None for each in found]


def names_of(records: Iterable[object], list_name: str = "") -> list[str]:
    """Return what the records of a list go by: their ids, or their places where ids do not tell."""
    ids = identifiers(records)
    times = Counter(ids)
    return [
        each if each is not None and times[each] == 1 else f"{list_name}[{number}]"
        for number, each in enumerate(ids)
    ]

"""What is wrong with an input: every fault with its code, place, value found and value allowed."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, order=True, kw_only=True, slots=True)
class Fault:
    """One thing wrong with one field of one item of an input.

    `source` is a file or layer, `item` a row ("row 7") or a feature id, `field` the dotted name of
    the field; `value` is what was found and `limit` what is allowed, both as a person reads them.
    """

    source: str
    item: str
    field: str
    code: str
    value: str
    limit: str
    message: str
    severity: Severity = "error"

    def __str__(self) -> str:
        place = " ".join(part for part in (self.source, self.item, self.field) if part)
        values = (("found", self.value), ("allowed", self.limit))
        detail = "; ".join(f"{name} {value}" for name, value in values if value)
        return f"{self.code} {place}: {self.message}" + (f" ({detail})" if detail else "")


class InvalidInput(Exception):  # noqa: N818 - it is a state of the input, named as people say it
    """An input cannot be used; `faults` holds all of its faults, sorted as a person counts."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(sorted(faults, key=_place))
        super().__init__("\n".join(str(fault) for fault in self.faults))

    def __reduce__(self) -> tuple[type["InvalidInput"], tuple[tuple[Fault, ...]]]:
        return type(self), (self.faults,)


def _place(fault: Fault) -> tuple[list[str | int], list[str | int], list[str | int], Fault]:
    """Return what a fault is sorted by: row 7 stands before row 10."""
    return _counted(fault.source), _counted(fault.item), _counted(fault.field), fault


def _counted(text: str) -> list[str | int]:
    """Return a text's letters and numbers by turns; an id may hold more digits than int() reads."""
    parts = re.split("([0-9]{1,9})", text)
    return [int(part) if at % 2 else part for at, part in enumerate(parts)]


def errors(faults: Iterable[Fault]) -> list[Fault]:
    """Return only the faults that forbid using the input, leaving out the warnings."""
    return [fault for fault in faults if fault.severity == "error"]

"""What is wrong with an input: every fault with its code, place, value found and value allowed."""

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
        detail = f" (found {self.value}; allowed {self.limit})" if self.limit else ""
        return f"{self.code} {place}: {self.message}{detail}"


class InvalidInput(Exception):  # noqa: N818 - it is a state of the input, named as people say it
    """An input cannot be used; `faults` holds all of its faults, sorted."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(sorted(faults))
        super().__init__("\n".join(str(fault) for fault in self.faults))

    def __reduce__(self) -> tuple[type["InvalidInput"], tuple[tuple[Fault, ...]]]:
        return type(self), (self.faults,)


def errors(faults: Iterable[Fault]) -> list[Fault]:
    """Return only the faults that forbid using the input, leaving out the warnings."""
    return [fault for fault in faults if fault.severity == "error"]

"""Where an import of zones says what is wrong, and what it had to assume."""

from dataclasses import dataclass, replace

from geodata.codes import KINDS, fault
from geodata.faults import Fault

_VALUE_LENGTH = 80


@dataclass(frozen=True, slots=True)
class Report:
    """Adds faults about one item of a file; `source` is the file's name."""

    source: str
    faults: list[Fault]
    item: str = ""

    def on(self, item: str) -> "Report":
        """Return a report about another item of the same file."""
        return replace(self, item=item)

    def error(self, code: str, field: str = "", value: str = "", limit: str | None = None) -> None:
        """Add an error: the item cannot be used."""
        found = fault(code, self.source, self.item, field, value=_short(value), limit=limit)
        self.faults.append(found)

    def warn(self, code: str, field: str, value: object, taken: str) -> None:
        """Add a warning: `value` was found, and `taken` in its place."""
        message = f"{KINDS[code].meaning} Taken: {taken}."
        found = _short("nothing" if value is None else str(value))
        self.faults.append(fault(code, self.source, self.item, field, value=found, message=message))


def _short(text: str) -> str:
    return text if len(text) <= _VALUE_LENGTH else f"{text[: _VALUE_LENGTH - 1]}…"

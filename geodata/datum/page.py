"""The tables of docs/datums.md, made from the datums and references themselves.

`python -m geodata.datum.page docs/datums.md` brings the page up to date.
"""

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from geodata import markdown
from geodata.datum.datum import DATUMS
from geodata.datum.vertical import REFERENCES, height_move


def with_tables(page: str) -> str:
    """Return docs/datums.md with its tables made anew."""
    tables = {"horizontal": _horizontal(), "vertical": _vertical(), "offsets": _offsets()}
    return markdown.with_tables(page, tables)


def _horizontal() -> str:
    rows = [
        (
            f"`{each.name}`",
            each.title,
            ", ".join(f"`{alias}`" for alias in each.aliases),
            each.unit,
            f"{each.accuracy_m:g} m",
            each.source,
        )
        for each in DATUMS.values()
    ]
    return _table(("name", "what it is", "also", "unit", "known to", "source"), rows)


def _vertical() -> str:
    rows = [
        (
            f"`{each.name}`",
            each.title,
            ", ".join(f"`{alias}`" for alias in each.aliases),
            "" if each.parent is None else f"{each.offset_m:+.2f} m to `{each.parent}`",
            "" if each.parent is None else f"{each.uncertainty_m:.2f} m",
            each.source,
        )
        for each in REFERENCES.values()
    ]
    return _table(("name", "what it is", "also", "add", "known to", "source"), rows)


def _offsets() -> str:
    names = list(REFERENCES)
    rows = [[f"`{source}`", *(_offset(source, target) for target in names)] for source in names]
    return _table(("from \\ to", *(f"`{name}`" for name in names)), rows)


def _offset(source: str, target: str) -> str:
    if source == target:
        return ""
    move = height_move(source, target)
    return f"{move.offset_m:+.2f} ± {move.uncertainty_m:.2f}"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [f"| {' | '.join(head)} |", f"| {' | '.join('---' for _ in head)} |"]
    return "\n".join([*lines, *(f"| {' | '.join(row)} |" for row in rows)])


def main() -> None:
    """Bring the tables of the page named on the command line up to date."""
    page = Path(sys.argv[1])
    page.write_text(with_tables(page.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()

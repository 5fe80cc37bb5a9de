"""What the command line says: answers on standard output, everything else on standard error."""

import json
import sys
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from rich.console import Console

from geodata.faults import Fault

PLAIN_WIDTH = 110
"""Columns of a table where there is no terminal to ask."""


Report = Callable[[str, str, float], None]
"""Takes how far a job is: its stage, a detail, and the share done from 0 to 1."""


def answers() -> Console:
    """Return the console for what a command was asked for."""
    return Console(width=None if sys.stdout.isatty() else PLAIN_WIDTH, highlight=False)


def messages() -> Console:
    """Return the console for progress and messages."""
    return Console(stderr=True, width=None if sys.stderr.isatty() else PLAIN_WIDTH, highlight=False)


def print_json(document: Any) -> None:
    """Print one JSON document on standard output."""
    sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=2) + "\n")


def print_faults(faults: Iterable[Fault], console: Console) -> None:
    """Print one line a fault, so that a person reads it and a program can cut it."""
    for fault in faults:
        colour = "red" if fault.severity == "error" else "yellow"
        console.print(fault.severity, style=colour, end=" ")
        console.print(str(fault), markup=False, soft_wrap=True)


def print_table(
    console: Console,
    headings: Sequence[str] | None,
    rows: Iterable[Sequence[object]],
    right: Collection[int] = (),
) -> None:
    """Print a table; its first column is never broken, columns in `right` end at one edge."""
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, show_header=headings is not None)
    listed = [list(row) for row in rows]
    for number in range(max(map(len, listed), default=0)):
        table.add_column(
            headings[number] if headings else "",
            justify="right" if number in right else "left",
            no_wrap=number == 0,
            overflow="fold",
        )
    for row in listed:
        table.add_row(*(Text(str(cell)) for cell in row))
    console.print(table)


def say(message: str) -> None:
    """Print one message on standard error."""
    messages().print(message, markup=False, soft_wrap=True)


@contextmanager
def progress() -> Iterator[Report]:
    """Show how far a job is: a bar on a terminal, else one line a stage."""
    console = messages()
    if console.is_terminal:
        with _bar(console) as report:
            yield report
    else:
        yield _Lines(console)


@contextmanager
def _bar(console: Console) -> Iterator[Report]:
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
    from rich.table import Column

    # Where all does not fit the detail is cut.
    cut = Column(ratio=1, no_wrap=True, overflow="ellipsis")
    columns = (
        SpinnerColumn(),
        TextColumn("{task.fields[stage]}", style="bold", table_column=Column(min_width=9)),
        BarColumn(bar_width=12, table_column=Column(min_width=12)),
        TimeElapsedColumn(table_column=Column(min_width=7)),
        TextColumn("{task.fields[detail]}", style="dim", markup=False, table_column=cut),
    )
    with Progress(*columns, console=console, transient=True, expand=True) as bars:
        task = bars.add_task("", total=1.0, stage="start", detail="")

        def report(stage: str, detail: str, done: float) -> None:
            bars.update(task, completed=done, stage=stage, detail=detail)

        yield report


class _Lines:
    """Prints a stage when it begins; a log does not want more."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._began = time.monotonic()
        self._stage = ""

    def __call__(self, stage: str, detail: str, done: float) -> None:
        if stage == self._stage:
            return
        self._stage = stage
        seconds = time.monotonic() - self._began
        line = f"{seconds:5.1f} s  {stage}" + (f": {detail}" if detail else "")
        self._console.print(line, markup=False, soft_wrap=True)

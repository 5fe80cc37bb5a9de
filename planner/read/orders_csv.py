"""Orders as a CSV table: one row an order, one column a field."""

import csv
import io
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import MISSING, fields
from types import MappingProxyType
from typing import get_type_hints

from geodata.faults import Fault
from geodata.field_faults import Place
from geodata.nearest import did_you_mean
from planner.read.files import Document
from planner.request.order import Declaration, Order
from planner.request.request import LATER

COLUMNS = tuple(each.name for each in fields(Order))
"""The columns: the fields of an order. They may stand in any order."""

REQUIRED_COLUMNS = tuple(each.name for each in fields(Order) if each.default is MISSING)
"""The columns that must be there; the others may be absent, or blank in a row."""

_DELIMITERS = ",;\t"
_WHOLE = re.compile(r"[-+]?[0-9]{1,300}")
_NUMBER = re.compile(
    r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:e[-+]?[0-9]+)?|[-+]?(?:inf|nan)", re.IGNORECASE
)


def parse_csv(name: str, text: str, faults: list[Fault]) -> Document | None:
    """Return the rows of a CSV text with commas, semicolons or tabs between the cells.

    Rows are named as a spreadsheet counts them: the header is row 1. None, with a fault, if no
    header can be made out.
    """
    lines = _rows(name, text, faults)
    header_at = next((at for at, row in enumerate(lines) if any(row)), None)
    if header_at is None:
        return None
    header = lines[header_at]
    place = Place(name, f"row {header_at + 1}")
    if not set(header) & set(COLUMNS):
        message = "the first row does not name the columns"
        limit = ", ".join(COLUMNS)
        faults.append(place.fault("", "COLUMN_MISSING", message, value=header[0], limit=limit))
        return None
    absent = _header_faults(header, place, faults)
    records: list[object] = []
    names: list[str] = []
    for number, row in enumerate(lines[header_at + 1 :], start=header_at + 2):
        if not any(row):
            continue
        if len(row) != len(header):
            message = "the row has more or fewer cells than the header"
            value, limit = f"{len(row)} cells", f"{len(header)} cells"
            faults.append(
                Place(name, f"row {number}").fault(
                    "", "ROW_RAGGED", message, value=value, limit=limit
                )
            )
            continue
        names.append(f"row {number}")
        records.append(
            {
                column: _CELL[column](cell)
                for column, cell in zip(header, row, strict=True)
                if cell and column in _CELL
            }
        )
    return Document(name, records, names, absent)


def _rows(name: str, text: str, faults: list[Fault]) -> list[list[str]]:
    """Return all rows as stripped cells; up to the first quote that does not close."""
    first_line = text.lstrip().split("\n", 1)[0]
    delimiter = max(_DELIMITERS, key=lambda mark: _columns_named(first_line, mark))
    rows: list[list[str]] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for row in reader:
            rows.append([cell.strip() for cell in row])
    except csv.Error as error:
        message = f"is not CSV: {error}"
        faults.append(Place(name, f"line {reader.line_num}").fault("", "SYNTAX", message))
    return rows


def _columns_named(line: str, delimiter: str) -> int:
    return len({cell.strip().strip('"') for cell in line.split(delimiter)} & set(COLUMNS))


def _header_faults(header: Sequence[str], place: Place, faults: list[Fault]) -> frozenset[str]:
    """Add the faults of the column names; return the columns that are missing."""
    limit = ", ".join(COLUMNS)
    for column in sorted(set(header) - set(COLUMNS)):
        message = f"no such column{did_you_mean(column, COLUMNS)}"
        value = column or "a column without a name"
        faults.append(place.fault(column, "COLUMN_UNKNOWN", message, value=value, limit=limit))
    for column in sorted({each for each in header if header.count(each) > 1 and each}):
        value = f"{header.count(column)} columns"
        message = "the column is given more than once"
        faults.append(place.fault(column, "COLUMN_TWICE", message, value=value, limit="one column"))
    absent = [column for column in REQUIRED_COLUMNS if column not in header]
    for column in absent:
        faults.append(place.fault(column, "COLUMN_MISSING", "the column must be there"))
    return frozenset(absent)


def _number(cell: str) -> object:
    if _WHOLE.fullmatch(cell):
        return int(cell)
    return float(cell) if _NUMBER.fullmatch(cell) else cell


def _truth(cell: str) -> object:
    return {"true": True, "false": False}.get(cell.casefold(), cell)


def _declarations(cell: str) -> object:
    """Return `DOCUMENT@time DOCUMENT@time` as records; one without its time lacks that field."""
    records = []
    for part in cell.split():
        document, at, lodged_at = part.partition("@")
        records.append({"document": document} | ({"lodged_at": lodged_at} if at else {}))
    return records


_CONVERSIONS: Mapping[object, Callable[[str], object]] = {
    int: _number,
    float: _number,
    int | None: _number,
    bool: _truth,
    tuple[Declaration, ...]: _declarations,
    tuple[str, ...]: str.split,
}
_CELL: Mapping[str, Callable[[str], object]] = MappingProxyType(
    {name: _CONVERSIONS.get(kind, str) for name, kind in get_type_hints(Order).items()}
)


def orders_csv(orders: Iterable[Order]) -> str:
    """Return orders as the text of `orders.csv`, in the order given, lines ended by a newline.

    Columns of later fields are written if an order uses them.
    """
    listed, text = list(orders), io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    used = [each for each in COLUMNS if each not in LATER or any(getattr(o, each) for o in listed)]
    writer.writerow(used)
    for order in listed:
        writer.writerow([_written(getattr(order, column)) for column in used])
    return text.getvalue()


def _part(value: Declaration | str) -> str:
    if isinstance(value, str):
        return value
    return f"{value.document}@{value.lodged_at.isoformat()}"


def _written(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return " ".join(map(_part, value))
    isoformat = getattr(value, "isoformat", None)
    return isoformat() if isoformat else str(value)

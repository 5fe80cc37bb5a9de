"""Points from a CSV table: a row a feature, columns mapped to fields, every fault at once."""

import csv
import io
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from geodata.codes import fault
from geodata.datum.datum import horizontal_datum
from geodata.faults import Fault
from geodata.features import GEOMETRY, LAYERS, Feature, NetworkInfo
from geodata.formats.columns import Column, columns_of
from geodata.formats.imported import Imported
from geodata.formats.reference import Found, Stated, to_network
from geodata.limits import FILE_MAX_MB
from geodata.nearest import did_you_mean
from geodata.records import read_record

_TRUTH = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
_AXES = {"degrees": ("lon", "lat"), "metres": ("east", "north")}


@dataclass(frozen=True, slots=True)
class Mapped:
    """Where fields come from: `columns` maps a field to its column, `values` to one value for all.

    A field in neither is read from the column of its own name.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, str] = field(default_factory=dict)


def read_csv_points(
    path: Path, layer: str, stated: Stated, info: NetworkInfo, mapped: Mapped
) -> Imported:
    """Return the features of a layer of points from a CSV file with a header, in UTF-8.

    The point is in columns `lon` and `lat`, or `east` and `north` where the stated datum is in
    metres. An empty cell is a value not given; an entry of a list ends at a semicolon; truth is
    true, yes or 1. Raises `InvalidInput` if the datum is not stated or unknown; everything else
    that is wrong is in the faults, by row of the file.
    """
    axes = _AXES[horizontal_datum(stated.crs, path.name).unit]
    faults: list[Fault] = []
    if "Point" not in GEOMETRY[layer]:
        limit = ", ".join(each for each, kinds in GEOMETRY.items() if "Point" in kinds)
        return _nothing(fault("GEOMETRY_TYPE", path.name, layer, value="points", limit=limit))
    text = _text(path, faults)
    rows = [] if text is None else _rows(text, path.name, faults)
    if not rows:
        return _nothing(*faults)
    known = columns_of(LAYERS[layer])
    header, *body = rows
    places = _places(header[1], known, axes, mapped, path.name, faults)
    if places is None:
        return _nothing(*faults)
    table = _Table(path.name, layer, known, axes, places, mapped.values)
    features: list[Feature] = []
    shapes: dict[str, BaseGeometry] = {}
    for line, cells in body:
        if len(cells) != len(header[1]):
            value, limit = f"{len(cells)} cells", f"{len(header[1])} cells"
            faults.append(fault("ROW_RAGGED", path.name, f"row {line}", value=value, limit=limit))
            continue
        found = table.feature(line, cells, faults)
        if found is not None:
            features.append(found[0])
            shapes.setdefault(found[0].id, found[1])
    read = Found(path.name, {layer: features}, shapes, None, None)
    imported = to_network([read], stated, info)
    return Imported(imported.features, imported.lonlat, (*faults, *imported.faults))


def _nothing(*faults: Fault) -> Imported:
    return Imported({}, {}, faults)


def _text(path: Path, faults: list[Fault]) -> str | None:
    try:
        size_mb = path.stat().st_size / 1e6
        if size_mb > FILE_MAX_MB:
            faults.append(fault("FILE_TOO_LARGE", path.name, value=f"{size_mb:.0f} MB"))
            return None
        return path.read_bytes().decode("utf-8-sig")  # spreadsheets begin theirs with a mark
    except FileNotFoundError:
        faults.append(fault("FILE_MISSING", path.name, value="no file"))
    except UnicodeDecodeError as error:
        value = f"byte 0x{error.object[error.start]:02x} at {error.start}"
        faults.append(fault("NOT_UTF8", path.name, value=value))
    except OSError as error:
        faults.append(fault("FILE_UNREADABLE", path.name, value=error.strerror or "unreadable"))
    return None


def _rows(text: str, source: str, faults: list[Fault]) -> list[tuple[int, list[str]]]:
    """Return the rows that hold anything, each with its last line in the file."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        rows = [(reader.line_num, cells) for cells in reader if any(cells)]
    except csv.Error as error:
        value = f"line {reader.line_num}: {error}"
        faults.append(fault("SYNTAX", source, value=value, limit="CSV, RFC 4180"))
        return []
    if not rows:
        faults.append(fault("FILE_EMPTY", source, value="nothing", limit="a header and rows"))
    return rows


def _places(
    header: list[str],
    known: tuple[Column, ...],
    axes: tuple[str, str],
    mapped: Mapped,
    source: str,
    faults: list[Fault],
) -> dict[str, int] | None:
    """Return the column number of each field that has a column; None if one that must is not."""
    names = [name.strip() for name in header]
    fields = [*(column.name for column in known), *axes]
    required = {*(column.name for column in known if column.required), *axes}
    times = Counter(names)
    wrong = [
        fault("COLUMN_TWICE", source, "", name, value=f"{count} times")
        for name, count in times.items()
        if count > 1
    ]
    for name in sorted({*mapped.columns, *mapped.values} - set(fields)):
        message = f"There is no such field{did_you_mean(name, fields) or '.'}"
        limit = ", ".join(fields)
        wrong.append(fault("FIELD_UNKNOWN", source, "", name, limit=limit, message=message))
    places: dict[str, int] = {}
    for each in fields:
        column = mapped.columns.get(each, each)
        if each in mapped.values:
            continue
        if column in names:
            places[each] = names.index(column)
        elif each in required or each in mapped.columns:
            message = f"There is no column {column}{did_you_mean(column, names) or '.'}"
            limit = f"a column, --column {each}=COLUMN or --set {each}=VALUE"
            wrong.append(fault("COLUMN_MISSING", source, "", each, limit=limit, message=message))
    faults += wrong
    faults += [
        fault("COLUMN_UNREAD", source, "", name)
        for at, name in enumerate(names)
        if at not in places.values() and times[name] == 1
    ]
    return None if wrong else places


@dataclass(frozen=True, slots=True)
class _Table:
    source: str
    layer: str
    known: tuple[Column, ...]
    axes: tuple[str, str]
    places: Mapping[str, int]
    values: Mapping[str, str]

    def feature(
        self, line: int, cells: list[str], faults: list[Fault]
    ) -> tuple[Feature, shapely.Point] | None:
        """Return a row's record and point; None, with faults, if either has any."""
        item = f"row {line}"

        def cell(name: str) -> str:
            return self.values.get(name) or (
                cells[self.places[name]].strip() if name in self.places else ""
            )

        properties = {
            column.name: _value(column, text)
            for column in self.known
            if (text := cell(column.name)) or (column.required and column.nullable)
        }
        record = read_record(LAYERS[self.layer], properties, self.source, item, faults)
        at = [self._coordinate(axis, cell(axis), item, faults) for axis in self.axes]
        if record is None or None in at:
            return None
        return record, shapely.Point(at)

    def _coordinate(self, axis: str, text: str, item: str, faults: list[Fault]) -> float | None:
        number = _number(text)
        if isinstance(number, float):
            return number
        code = "WRONG_TYPE" if text else "FIELD_MISSING"
        faults.append(fault(code, self.source, item, axis, value=text[:60], limit="a number"))
        return None


def _value(column: Column, text: str) -> Any:
    """Return what a cell says; its text as it is where that is not of the column's type."""
    if not text:
        return None
    if column.kind == "boolean":
        return _TRUTH.get(text.lower(), text)
    if column.kind == "list":
        return [entry.strip() for entry in text.split(";")]
    if column.kind in ("number", "integer"):
        number = _number(text)
        whole = column.kind == "integer" and isinstance(number, float) and number.is_integer()
        return int(number) if whole else number
    return text


def _number(text: str) -> float | str:
    try:
        return text if "_" in text else float(text)  # Python reads 1_000, a spreadsheet does not
    except ValueError:
        return text

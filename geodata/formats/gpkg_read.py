"""A GeoPackage as features, in whatever datum it states, with every fault of its form.

The tables are read as SQLite holds them: GDAL takes a text in a number's column as 0, and a missing
truth value as false, and says nothing.
"""

import json
import sqlite3
from collections import defaultdict
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from shapely.geometry.base import BaseGeometry

from geodata.codes import fault
from geodata.faults import Fault
from geodata.features import LAYERS, Feature, NetworkInfo
from geodata.formats.columns import Column
from geodata.formats.gpkg_layout import INFO, LANE_KEY, LANES, LAYER_TABLES, TABLES, Table
from geodata.formats.gpkg_shape import read_shape
from geodata.formats.imported import Imported
from geodata.formats.reference import Found, Stated, to_network
from geodata.nearest import did_you_mean
from geodata.records import read_record

_OWN_TABLES = ("layer_styles",)
_CONTENTS = "SELECT table_name FROM gpkg_contents WHERE data_type IN ('features', 'attributes')"
_CRS = """
SELECT c.column_name, s.organization, s.organization_coordsys_id, s.srs_id
FROM gpkg_geometry_columns c JOIN gpkg_spatial_ref_sys s ON s.srs_id = c.srs_id
WHERE c.table_name = ?
"""


def read_gpkg(path: Path, stated: Stated, into: NetworkInfo | None = None) -> Imported:
    """Return the features of a GeoPackage that is laid out as `write_gpkg` does.

    Shapes are moved from the CRS that each table states to WGS-84. Without `into` the file must
    hold a whole network, every table of it; with it, the tables that are there are a part to put
    into a network with that info. A NULL in a field that has a default is the default. Faults
    name table, id and column; a table with another set of columns is left out whole.
    """
    if not path.is_file():
        return Imported({}, {}, (fault("FILE_MISSING", path.name, value="no file"),))
    faults: list[Fault] = []
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as file:
            reader = _Reader(file, path.name, faults)
            reader.name_tables(whole=into is None)
            own = reader.info()
            found = reader.layers(None if own is None else own.vertical_datum)
    except sqlite3.Error as error:
        damaged = fault("NOT_A_GEOPACKAGE", path.name, value=str(error))
        return Imported({}, {}, (*faults, damaged))
    info = into or own
    if info is None:
        return Imported({}, {}, tuple(faults))
    imported = to_network(found, stated, info, whole=into is None)
    return Imported(imported.features, imported.lonlat, (*faults, *imported.faults), imported.info)


class _Reader:
    """Reads the tables of one open file, adding to `faults`."""

    def __init__(self, file: sqlite3.Connection, source: str, faults: list[Fault]) -> None:
        self.file = file
        self.source = source
        self.faults = faults
        self.corridors_known = False
        self.there = {name for (name,) in file.execute(_CONTENTS)}

    def name_tables(self, *, whole: bool) -> None:
        """Report tables that are missing, and those that are no layer."""
        known = [table.name for table in TABLES]
        spare = sorted(self.there - {*known, *_OWN_TABLES})
        missing = [name for name in known if name not in self.there]
        if not whole:
            missing = (
                [LANES.name] if {"corridors", LANES.name} & self.there == {"corridors"} else []
            )
        for name in missing:
            message = f"The table of a layer is not in the file{did_you_mean(name, spare) or '.'}"
            self.faults.append(
                fault("LAYER_MISSING", self.source, name, value="no table", message=message)
            )
        for name in spare:
            self.faults.append(fault("LAYER_UNKNOWN", self.source, name, limit=", ".join(known)))

    def info(self) -> NetworkInfo | None:
        """Return what the file says of its whole network."""
        rows = self._rows(INFO)
        if rows is None:
            return None
        if len(rows) != 1:
            found, limit = f"{len(rows)} rows", "one row"
            self.faults.append(fault("FIELD_MISSING", INFO.name, value=found, limit=limit))
            return None
        return read_record(NetworkInfo, rows[0][1], INFO.name, "", self.faults)

    def layers(self, vertical_datum: str | None) -> list[Found]:
        """Return each layer's table as it stands, with the CRS that it states."""
        lanes = self._lanes()
        readable = self.there if LANES.name in self.there else self.there - {"corridors"}
        found = [
            self._layer(table, lanes, vertical_datum)
            for table in LAYER_TABLES
            if table.name in readable
        ]
        if self.corridors_known:
            self.faults += [
                fault(
                    "UNKNOWN_REFERENCE",
                    LANES.name,
                    f"{lane.get('id')}",
                    LANE_KEY[0],
                    value=f"{corridor}",
                )
                for corridor, rows in lanes.items()
                for lane in rows
            ]
        return found

    def _layer(
        self, table: Table, lanes: dict[Any, list[dict[str, Any]]], vertical_datum: str | None
    ) -> Found:
        crs, column = self._crs(table)
        features: list[Feature] = []
        shapes: dict[str, BaseGeometry] = {}
        seen: set[str] = set()
        rows = self._rows(table, column)
        if table.name == "corridors":
            self.corridors_known = rows is not None
        for number, properties, blob in rows or ():
            identifier = properties.get("id")
            item = identifier if isinstance(identifier, str) and identifier else f"row {number}"
            if table.name == "corridors":
                properties["lanes"] = lanes.pop(identifier, [])
            feature = read_record(LAYERS[table.layer], properties, table.name, item, self.faults)
            shape = read_shape(blob, table, item, self.faults, seen)
            if feature is not None and shape is not None:
                features.append(feature)
                shapes.setdefault(feature.id, shape)
        return Found(table.name, {table.layer: features}, shapes, crs, vertical_datum)

    def _crs(self, table: Table) -> tuple[str | None, str | None]:
        """Return the CRS that a table states, if it does, and the name of its geometry column."""
        row = self.file.execute(_CRS, (table.name,)).fetchone()
        if row is None:
            return None, None
        column, organization, code, identifier = row
        return (f"{organization}:{code}".upper() if identifier > 0 else None), column

    def _lanes(self) -> dict[Any, list[dict[str, Any]]]:
        """Return lanes by corridor, in order of their number, rows without one last."""
        found: dict[Any, list[tuple[float, int, dict[str, Any]]]] = defaultdict(list)
        for number, lane, _ in self._rows(LANES) or ():
            corridor, place = (lane.pop(key, None) for key in LANE_KEY)
            order = place if isinstance(place, int | float) else float("inf")
            found[corridor].append((order, number, lane))
        return {
            corridor: [lane for _, _, lane in sorted(rows, key=lambda row: row[:2])]
            for corridor, rows in found.items()
        }

    def _rows(
        self, table: Table, geometry: str | None = None
    ) -> list[tuple[int, dict[str, Any], bytes | None]] | None:
        """Return number, properties and shape of each row; None if the table cannot be read."""
        if table.name not in self.there:
            return None
        columns = self._columns(table, geometry)
        if columns is None:
            return None
        names = ", ".join(f'"{column.name}"' for column in columns)
        shape = "NULL" if geometry is None else _quoted(geometry)
        query = f"SELECT rowid, {shape}, {names} FROM {_quoted(table.name)} ORDER BY rowid"
        return [
            (number, self._properties(table, columns, values, number), blob)
            for number, blob, *values in self.file.execute(query)
        ]

    def _columns(self, table: Table, geometry: str | None) -> Sequence[Column] | None:
        """Return the columns of a table; None, with faults, if they are not its fields."""
        listed = list(self.file.execute(f"PRAGMA table_info({_quoted(table.name)})"))
        there = {name for _, name, _, _, _, key in listed if not key and name != geometry}
        known = {column.name: column for column in table.columns}
        absent = [name for name in known if name not in there]
        guessed: set[str] = set()
        for name in sorted(there - known.keys()):
            guess = did_you_mean(name, absent)
            guessed.update(each for each in absent if guess == f"; did you mean {each}?")
            message = f"The column is no field of {table.name}{guess or '.'}"
            limit = ", ".join(known)
            self.faults.append(
                fault("COLUMN_UNKNOWN", table.name, "", name, limit=limit, message=message)
            )
        for name in absent:
            if known[name].required and name not in guessed:
                self.faults.append(fault("COLUMN_MISSING", table.name, "", name))
        if there - known.keys() or any(known[name].required for name in absent):
            return None
        return [column for name, column in known.items() if name in there]

    def _properties(
        self, table: Table, columns: Sequence[Column], values: Sequence[Any], number: int
    ) -> dict[str, Any]:
        """Return a row's fields; those that are NULL and may not be null are left out."""
        found: dict[str, Any] = {}
        for column, value in zip(columns, values, strict=True):
            if value is None:
                if column.nullable:
                    found[column.name] = None
            elif column.kind == "boolean" and value in (0, 1):
                found[column.name] = bool(value)
            elif column.kind == "list" and isinstance(value, str):
                found[column.name] = self._list(table, column, value, number)
            else:
                blob = isinstance(value, bytes)
                found[column.name] = {"blob": value[:16].hex()} if blob else value
        return found

    def _list(self, table: Table, column: Column, text: str, number: int) -> Any:
        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            limit = 'a JSON list, as ["a", "b"]'
            self.faults.append(
                fault(
                    "SYNTAX", table.name, f"row {number}", column.name, value=text[:60], limit=limit
                )
            )
            return text


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'

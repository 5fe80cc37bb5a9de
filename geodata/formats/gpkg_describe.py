"""What a GeoPackage says of its columns: names with units, codes and ranges.

Follows the schema extension, annex F.9 of OGC 12-128r18.
"""

import math
import sqlite3
from typing import Any

from geodata.formats.columns import Column
from geodata.formats.gpkg_layout import TABLES, Table

_DEFINITION = "http://www.geopackage.org/spec131/#extension_schema"
_CREATE = """
CREATE TABLE gpkg_data_columns (
  table_name TEXT NOT NULL, column_name TEXT NOT NULL, name TEXT, title TEXT, description TEXT,
  mime_type TEXT, constraint_name TEXT,
  CONSTRAINT pk_gdc PRIMARY KEY (table_name, column_name),
  CONSTRAINT gdc_tn UNIQUE (table_name, name)
);
CREATE TABLE gpkg_data_column_constraints (
  constraint_name TEXT NOT NULL, constraint_type TEXT NOT NULL, value TEXT,
  min NUMERIC, min_is_inclusive BOOLEAN, max NUMERIC, max_is_inclusive BOOLEAN, description TEXT,
  CONSTRAINT gdcc_ntv UNIQUE (constraint_name, constraint_type, value)
);
"""


def describe_columns(file: sqlite3.Connection) -> None:
    """Add alias, meaning, codes and range of every column to a GeoPackage without any."""
    file.executescript(_CREATE)
    file.executemany(
        "INSERT INTO gpkg_extensions VALUES (?, NULL, 'gpkg_schema', ?, 'read-write')",
        [(each, _DEFINITION) for each in ("gpkg_data_columns", "gpkg_data_column_constraints")],
    )
    for table in TABLES:
        for column in table.columns:
            _describe(file, table, column)


def _describe(file: sqlite3.Connection, table: Table, column: Column) -> None:
    constraint = f"{table.name}_{column.name}"
    rows: list[tuple[Any, ...]] = []
    if column.kind == "text" and column.codes:
        rows = [(constraint, "enum", code, None, None, None, None) for code in column.codes]
    elif column.low is not None or column.high is not None:
        # The standard wants both ends of a range: one that is open has its end at infinity.
        low = -math.inf if column.low is None else column.low
        high = math.inf if column.high is None else column.high
        rows = [(constraint, "range", None, low, not column.low_open, high, True)]
    file.executemany(
        "INSERT INTO gpkg_data_column_constraints VALUES (?, ?, ?, ?, ?, ?, ?, NULL)", rows
    )
    file.execute(
        "INSERT INTO gpkg_data_columns VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            table.name,
            column.name,
            column.alias,
            column.alias,
            column.meaning,
            "application/json" if column.kind == "list" else None,
            constraint if rows else None,
        ),
    )

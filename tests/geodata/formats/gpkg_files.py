"""GeoPackages of the small network, to be spoilt on purpose."""

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pyogrio
import shapely
from geopandas import GeoDataFrame

from geodata.faults import Fault
from geodata.formats.gpkg_read import read_gpkg
from geodata.formats.reference import Stated
from planner.testing.layout import INFO


def edited(path: Path, *statements: str, values: tuple[object, ...] = ()) -> None:
    """Run SQL on a file, without GDAL's triggers, which call functions of its own."""
    with closing(sqlite3.connect(path)) as file, file:
        file.execute("PRAGMA synchronous = OFF")
        triggers = file.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for (name,) in triggers:
            file.execute(f'DROP TRIGGER "{name}"')
        for statement in statements:
            file.execute(statement, values)


def reshaped(path: Path, table: str, wkb: bytes) -> None:
    """Give the first row of a table another shape, as plain WKB."""
    blob = b"GP\x00\x01\xe6\x10\x00\x00" + wkb
    first = f"SELECT min(fid) FROM {table}"
    edited(path, f"UPDATE {table} SET geom = ? WHERE fid = ({first})", values=(blob,))


def moved(path: Path, table: str, crs: str) -> None:
    """Write a table anew in another CRS, as a desktop GIS would."""
    rewritten(path, table, lambda frame: frame.to_crs(crs))


def rewritten(path: Path, table: str, change: Callable[[GeoDataFrame], GeoDataFrame]) -> None:
    """Write a table anew with GDAL, changed; what GDAL reads as lists is written as JSON."""
    frame = change(pyogrio.read_dataframe(path, layer=table))
    for name in frame.columns:
        listed = [isinstance(each, list) for each in frame[name]]
        if any(listed):
            frame[name] = [json.dumps(each) for each in frame[name]]
    pyogrio.write_dataframe(frame, path, layer=table, driver="GPKG")


def with_z_and_m(path: Path, table: str) -> None:
    """Give the first shape of a table of points a height and a measure."""
    shape = shapely.from_wkt("POINT ZM (114.07 22.52 30 7)")
    reshaped(path, table, shapely.to_wkb(shape, output_dimension=4, flavor="iso"))


def faults_of(path: Path, stated: Stated | None = None, *, part: bool = False) -> list[Fault]:
    """Return what reading a file reports."""
    return list(read_gpkg(path, stated or Stated(), INFO if part else None).faults)


def only(path: Path, code: str, stated: Stated | None = None, *, part: bool = False) -> Fault:
    """Return the one fault of a file, which has a code."""
    found = faults_of(path, stated, part=part)
    assert [each.code for each in found] == [code], [str(each) for each in found]
    return found[0]

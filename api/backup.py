"""The whole database as one zip file of lines of JSON, the same from either kind of database."""

import base64
import datetime as dt
import json
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from types import MappingProxyType
from typing import Any

import shapely
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from shapely.geometry.base import BaseGeometry
from sqlalchemy import Connection, Engine, Table, func, insert, select, text

from api.store.migrate import config, migrate
from api.store.tables import Base
from geodata.faults import Fault, InvalidInput
from geodata.field_faults import Place

FORMAT = 1
HEAD = "backup.json"
_AT_ONCE = 200

Counts = Mapping[str, int]


def write_backup(engine: Engine, path: Path) -> Counts:
    """Write every row into a file and return how many each table has, all of one moment."""
    counts: dict[str, int] = {}
    with engine.connect() as reader, zipfile.ZipFile(path, "x", zipfile.ZIP_DEFLATED, True) as file:
        if engine.dialect.name == "postgresql":
            reader.execution_options(isolation_level="REPEATABLE READ")
        with reader.begin():
            revision = _revision(reader)
            for table in Base.metadata.sorted_tables:
                with file.open(f"{table.name}.jsonl", "w", force_zip64=True) as lines:
                    counts[table.name] = 0
                    for row in reader.execute(select(table)).yield_per(_AT_ONCE):
                        values = [_plain(value) for value in row]
                        lines.write(json.dumps(values, ensure_ascii=False).encode() + b"\n")
                        counts[table.name] += 1
        head = {
            "format": FORMAT,
            "revision": revision,
            "counts": counts,
            "columns": {each.name: each.columns.keys() for each in Base.metadata.sorted_tables},
        }
        file.writestr(HEAD, json.dumps(head, indent=1))
    return counts


def read_backup(engine: Engine, path: Path) -> Counts:
    """Fill an empty database from a file, in one transaction, and return how many rows each has.

    Raises InvalidInput if the file is no backup of this version's tables, or a table has rows.
    """
    with _opened(path) as file:
        head = _head(file, path)
        migrate(engine)
        with engine.connect() as connection:
            writer = connection.execution_options(hetao_writes=True)
            with writer.begin():
                _refuse_unless_empty(writer)
                for table in Base.metadata.sorted_tables:
                    found = _fill(writer, table, _rows(file, table, head["columns"][table.name]))
                    if found != head["counts"][table.name]:
                        raise _no_backup(path, f"{table.name} lacks rows")
    return MappingProxyType(dict(head["counts"]))


def _opened(path: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(path)
    except zipfile.BadZipFile as error:
        raise _no_backup(path, str(error)) from None


def _head(file: zipfile.ZipFile, path: Path) -> dict[str, Any]:
    if HEAD not in file.namelist():
        raise _no_backup(path, f"holds no {HEAD}")
    try:
        broken = file.testzip()
    except (zipfile.BadZipFile, zlib.error) as error:
        broken = str(error)
    if broken is not None:
        raise _no_backup(path, f"damaged: {broken}")
    head: dict[str, Any] = json.loads(file.read(HEAD))
    known = _newest()
    if head["format"] != FORMAT or head["revision"] != known:
        fault = Place(path.name).fault(
            "",
            "BACKUP_VERSION",
            "was written by another version; restore it with that one, then serve with this",
            value=head["revision"],
            limit=known,
        )
        raise InvalidInput([fault])
    return head


def _refuse_unless_empty(connection: Connection) -> None:
    faults = list[Fault]()
    for table in Base.metadata.sorted_tables:
        count = connection.scalar(select(func.count()).select_from(table)) or 0
        if count:
            place = Place("database", table.name)
            message = "a backup is restored into an empty database only"
            faults.append(
                place.fault("", "DATABASE_NOT_EMPTY", message, value=f"{count} rows", limit="none")
            )
    if faults:
        raise InvalidInput(faults)


def _fill(connection: Connection, table: Table, rows: Iterable[dict[str, Any]]) -> int:
    """Insert rows and return how many there were."""
    count, ordered = 0, _referred_first(table, rows)
    while part := list(islice(ordered, _AT_ONCE)):
        connection.execute(insert(table), part)
        count += len(part)
    key = table.autoincrement_column
    if key is not None and count and connection.dialect.name == "postgresql":
        connection.execute(
            text(
                f"SELECT setval(pg_get_serial_sequence('{table.name}', '{key.name}'), "
                f'(SELECT max("{key.name}") FROM "{table.name}"))'
            )
        )
    return count


def _referred_first(table: Table, rows: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield rows, those that others of the table refer to before the others."""
    own = [
        (column.name, key.column.name)
        for column in table.columns
        for key in column.foreign_keys
        if key.column.table is table
    ]
    if not own:
        yield from rows
        return
    ((field, target),) = own
    waiting: dict[Any, list[dict[str, Any]]] = {}
    known = set[Any]()
    for row in rows:
        ready = [row]
        if row[field] is not None and row[field] not in known:
            waiting.setdefault(row[field], []).append(row)
            ready = []
        while ready:
            here = ready.pop()
            known.add(here[target])
            yield here
            ready += waiting.pop(here[target], [])


def _rows(file: zipfile.ZipFile, table: Table, columns: Iterable[str]) -> Iterator[dict[str, Any]]:
    names = list(columns)
    with file.open(f"{table.name}.jsonl") as lines:
        for line in lines:
            values = (_meant(value) for value in json.loads(line))
            yield dict(zip(names, values, strict=True))


_TAGS: tuple[tuple[str, type, Callable[[Any], Any], Callable[[Any], Any]], ...] = (
    ("at", dt.datetime, lambda value: value.isoformat(), dt.datetime.fromisoformat),
    ("on", dt.date, lambda value: value.isoformat(), dt.date.fromisoformat),
    ("bytes", bytes, lambda value: base64.b64encode(value).decode(), base64.b64decode),
    ("wkb", BaseGeometry, lambda value: shapely.to_wkb(value, hex=True), shapely.from_wkb),
    ("json", dict, lambda value: value, lambda value: value),
    ("json", list, lambda value: value, lambda value: value),
)
"""How what JSON lacks is written: `{"tag": text}`, and back."""


def _plain(value: Any) -> Any:
    for tag, kind, written, _ in _TAGS:
        if isinstance(value, kind):
            return {tag: written(value)}
    return value


def _meant(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    ((given, inner),) = value.items()
    return next(read(inner) for tag, _, _, read in _TAGS if tag == given)


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _newest() -> str:
    """Return the revision that this version's tables are at."""
    script = ScriptDirectory.from_config(config())
    return script.get_current_head() or ""


def _no_backup(path: Path, why: str) -> InvalidInput:
    return InvalidInput([Place(path.name).fault("", "NO_BACKUP", f"is no backup: {why}")])

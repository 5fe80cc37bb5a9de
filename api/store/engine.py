"""The database that is used: SQLite in a file, or PostgreSQL with PostGIS."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

from sqlalchemy import Engine, create_engine, event, make_url
from sqlalchemy.orm import Session, sessionmaker

from api.store.geometry import add_functions

BUSY_TIMEOUT_MS = 10_000
"""How long a writer waits for another process on SQLite."""

POOL = 20
"""Connections to PostgreSQL that one process keeps, and as many again at a peak."""

Sessions = sessionmaker[Session]

_TURNS: dict[str, threading.Lock] = {}
"""By SQLite file, the turn to write within this process: a lock wakes who waits, SQLite polls."""


def open_engine(url: str) -> Engine:
    """Return an engine for a database address as SQLAlchemy reads it.

    `postgresql:` without a driver means psycopg, version 3. Its errors show no values of rows, as
    errors end in logs.
    """
    address = make_url(url)
    if address.drivername == "postgresql":
        address = address.set(drivername="postgresql+psycopg")
    if address.get_backend_name() == "sqlite":
        engine = create_engine(address, hide_parameters=True)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    return create_engine(
        address, hide_parameters=True, pool_pre_ping=True, pool_size=POOL, max_overflow=POOL
    )


def sessions(engine: Engine) -> Sessions:
    """Return what opens sessions; objects stay readable after a commit."""
    return sessionmaker(engine, expire_on_commit=False)


@contextmanager
def writing(of: Sessions) -> Iterator[Session]:
    """Return a session whose one transaction takes the turn to write from its first statement."""
    with _turn(of), of() as session, session.begin():
        session.connection(execution_options={"hetao_writes": True})
        yield session


def _turn(of: Sessions) -> Any:
    engine = of.kw["bind"]
    if engine.dialect.name != "sqlite":
        return nullcontext()
    return _TURNS.setdefault(str(engine.url), threading.Lock())


def _prepare_sqlite(connection: Any, _: object) -> None:
    """Readers never wait for the writer, references are kept, and a writer waits for another."""
    connection.isolation_level = None  # this driver would begin transactions late, by itself
    cursor = connection.cursor()
    for pragma in (
        f"busy_timeout = {BUSY_TIMEOUT_MS}",
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
    add_functions(connection)


def _begin_sqlite(connection: Any) -> None:
    """Begin what will write at once as a writer: one that becomes so later may be refused."""
    writes = connection.get_execution_options().get("hetao_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

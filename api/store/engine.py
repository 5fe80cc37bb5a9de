"""The database that is used: SQLite in a file, or PostgreSQL with PostGIS."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.orm import Session, sessionmaker

BUSY_TIMEOUT_MS = 10_000
"""How long a writer waits for another on SQLite."""

Sessions = sessionmaker[Session]


def open_engine(url: str) -> Engine:
    """Return an engine for a database address as SQLAlchemy reads it."""
    engine = create_engine(url, pool_pre_ping=not url.startswith("sqlite"))
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def sessions(engine: Engine) -> Sessions:
    """Return what opens sessions; objects stay readable after a commit."""
    return sessionmaker(engine, expire_on_commit=False)


@contextmanager
def writing(of: Sessions) -> Iterator[Session]:
    """Return a session whose one transaction takes the turn to write from its first statement."""
    with of() as session, session.begin():
        session.connection(execution_options={"hetao_writes": True})
        yield session


def _prepare_sqlite(connection: Any, _: object) -> None:
    """Readers never wait for the writer, references are kept, and a writer waits for another."""
    connection.isolation_level = None  # this driver would begin transactions late, by itself
    cursor = connection.cursor()
    for pragma in (
        "journal_mode = WAL",
        "synchronous = NORMAL",
        "foreign_keys = ON",
        f"busy_timeout = {BUSY_TIMEOUT_MS}",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Any) -> None:
    """Begin what will write at once as a writer: one that becomes so later may be refused."""
    writes = connection.get_execution_options().get("hetao_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

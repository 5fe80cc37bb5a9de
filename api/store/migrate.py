"""Brings a database's tables to what this version needs."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from filelock import FileLock
from sqlalchemy import Connection, Engine, text

_TURN = 0x68657461
"""Number of the advisory lock that migrations take on PostgreSQL."""


def migrate(engine: Engine) -> None:
    """Bring the tables of a database up to date, in one transaction; servers take turns."""
    with _turn(engine) as connection:
        command.upgrade(config(connection), "head")


def config(connection: Connection | None = None) -> Config:
    """Return Alembic's configuration for the migrations of this package, on a connection."""
    found = Config()
    found.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    found.attributes["connection"] = connection
    return found


@contextmanager
def _turn(engine: Engine) -> Iterator[Connection]:
    if engine.dialect.name == "postgresql":
        with engine.begin() as connection:
            connection.execute(text("SELECT pg_advisory_xact_lock(:turn)"), {"turn": _TURN})
            yield connection
        return
    with FileLock(f"{engine.url.database}.lock"), engine.connect() as connection:
        writer = connection.execution_options(hetao_writes=True)
        with writer.begin():
            yield writer

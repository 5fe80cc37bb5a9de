"""Opens the database that settings name, its tables brought up to date."""

from sqlalchemy import Engine, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

from api.settings import Settings
from api.store.engine import open_engine
from api.store.migrate import migrate
from geodata.faults import Fault, InvalidInput


def open_database(settings: Settings) -> Engine:
    """Return an engine on the database, made if it is an SQLite file.

    Raises InvalidInput if the address is none or nothing answers there, without repeating the
    address, as it holds a password; OSError if the data folder cannot be made.
    """
    if settings.database is None:
        settings.make_data_folder()
    if not _known(settings.database_url):
        message = "is no address of an SQLite or a PostgreSQL database"
        raise InvalidInput([_fault("DATABASE_ADDRESS", message)])
    try:
        engine = open_engine(settings.database_url)
        migrate(engine)
    except DBAPIError as error:
        message = f"does not answer as it should: {str(error.orig).strip().partition(chr(10))[0]}"
        raise InvalidInput([_fault("DATABASE_AWAY", message)]) from error
    return engine


def _known(address: str) -> bool:
    try:
        return make_url(address).drivername in _DRIVERS
    except ArgumentError:
        return False


_DRIVERS = ("sqlite", "sqlite+pysqlite", "postgresql", "postgresql+psycopg")


def _fault(code: str, message: str) -> Fault:
    return Fault(
        source="environment",
        item="",
        field="HETAO_DATABASE",
        code=code,
        value="",
        limit="",
        message=message,
    )

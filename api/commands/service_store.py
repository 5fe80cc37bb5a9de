"""The service's database, for commands that are run beside the server."""

import getpass

from api.access.caller import Caller
from api.settings import Settings
from api.store.engine import Sessions, open_engine, sessions
from api.store.migrate import migrate


def open_store() -> Sessions:
    """Return the database that settings name, its tables made or brought up to date."""
    settings = Settings()
    settings.data.mkdir(parents=True, exist_ok=True)
    engine = open_engine(settings.database_url)
    migrate(engine)
    return sessions(engine)


def at_console(operator: str) -> Caller:
    """Return who works at the command line of the service's machine, on behalf of an operator."""
    return Caller(operator, frozenset(), f"console:{getpass.getuser()}")

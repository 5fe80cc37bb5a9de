"""The service's database, for commands that are run beside the server."""

import getpass
import logging

from api import console
from api.caller import Caller
from api.environment import read_settings
from api.store.engine import Sessions, sessions
from api.store.opening import open_database


class _Said(logging.Handler):
    """Says what is logged as every other message of a command."""

    def emit(self, record: logging.LogRecord) -> None:
        """Say one line."""
        console.say(record.getMessage())


_SAID = _Said()


def open_store() -> Sessions:
    """Return the database that settings name, its tables made or brought up to date.

    What a command writes into the audit log is said by its new head.
    """
    audit = logging.getLogger("hetao.audit")
    audit.setLevel(logging.INFO)
    audit.addHandler(_SAID)
    return sessions(open_database(read_settings()))


def at_console(operator: str) -> Caller:
    """Return who works at the command line of the service's machine, on behalf of an operator."""
    return Caller(operator, frozenset(), f"console:{getpass.getuser()}")

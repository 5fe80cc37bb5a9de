"""All that a serving process holds: settings, database, networks, the runner of jobs."""

from dataclasses import dataclass

from sqlalchemy import Engine

from api.networks import Networks
from api.settings import Settings
from api.store.engine import Sessions, open_engine, sessions, writing
from api.store.migrate import migrate
from api.store.operators import LOCAL, ensure_operator


@dataclass(frozen=True)
class Service:
    """What requests are answered from."""

    settings: Settings
    engine: Engine
    sessions: Sessions
    networks: Networks


def open_service(settings: Settings) -> Service:
    """Return a service on a database whose tables are up to date.

    Raises OSError if the data folder cannot be made, InvalidInput if the network has faults.
    """
    if settings.database is None:
        settings.data.mkdir(parents=True, exist_ok=True)
    engine = open_engine(settings.database_url)
    migrate(engine)
    opened = sessions(engine)
    with writing(opened) as session:
        ensure_operator(session, LOCAL)
    networks = Networks(settings.network)
    networks.current()
    return Service(settings, engine, opened, networks)

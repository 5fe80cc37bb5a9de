"""All that a serving process holds: settings, database, networks, the runner of jobs."""

from dataclasses import dataclass

from sqlalchemy import Engine

from api.access.doorkeeper import Doorkeeper
from api.compiled_routes import CompiledRoutes
from api.drafting import Drafting
from api.environment import read_access_settings
from api.jobs.runner import Runner
from api.networks import Networks
from api.privacy.vault import Vault
from api.settings import Settings
from api.store.base import now
from api.store.editions import StoredEditions
from api.store.engine import Sessions, sessions, writing
from api.store.opening import open_database
from api.store.operators import LOCAL, ensure_operator
from api.store.together import Together
from geodata.network import shipped_network_path
from geodata.read import read_network


@dataclass(frozen=True)
class Service:
    """What requests are answered from."""

    settings: Settings
    engine: Engine
    sessions: Sessions
    together: Together
    networks: Networks
    editions: StoredEditions
    drafting: Drafting
    door: Doorkeeper
    vault: Vault
    runner: Runner
    routes: CompiledRoutes


def open_service(settings: Settings, *, open_locally: bool = False) -> Service:
    """Return a service on a database whose tables are up to date.

    `open_locally` lets in whoever has no credential as long as no key was ever made and no tokens
    are taken; it is for a service on loopback. Raises OSError if the data folder cannot be made,
    InvalidInput if the network or a setting has faults.
    """
    tokens, ring = read_access_settings()
    engine = open_database(settings)
    opened = sessions(engine)
    with writing(opened) as session:
        ensure_operator(session, LOCAL)
    editions = StoredEditions(opened)
    if editions.newest() is None:
        given = read_network(settings.network or shipped_network_path())
        editions.begin(given, author="hetao", message="The network as given", now=now())
    door = Doorkeeper(opened, tokens, open_locally=open_locally and tokens is None)
    return Service(
        settings,
        engine,
        opened,
        Together(opened),
        Networks(editions),
        editions,
        Drafting(editions),
        door,
        Vault(ring),
        Runner(settings, opened),
        CompiledRoutes(),
    )

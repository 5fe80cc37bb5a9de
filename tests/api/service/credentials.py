"""Keys for tests, made as the command line makes them."""

from collections.abc import Iterable

from api.access.keys import Grant, make_key
from api.caller import SCOPES, Caller, Scope
from api.service import Service
from api.store.base import now
from api.store.engine import writing
from geodata.features import Side

CONSOLE = Caller("service", frozenset(), "console:test")


def header_of(
    service: Service, operator: str, scopes: Iterable[Scope] = SCOPES, side: Side | None = None
) -> dict[str, str]:
    """Return the header of a new key."""
    with writing(service.sessions) as session:
        grant = Grant(operator, frozenset(scopes), side)
        _, text = make_key(session, grant, CONSOLE, now())
    return {"Authorization": f"Bearer {text}"}

"""The network that the service plans on: the newest edition, looked for again and again."""

import logging
import threading
import time

from sqlalchemy.exc import SQLAlchemyError

from api.store.editions import StoredEditions
from geodata.faults import InvalidInput
from geodata.network import Network

LOOK_S = 1.0
"""How old `current` may be: another server may have published since."""

_LOG = logging.getLogger("hetao.networks")


class Networks:
    """Editions by hash; `current` is the one that new plans and queries are made on."""

    def __init__(self, editions: StoredEditions) -> None:
        """Take a line of editions that has one; raises `InvalidInput` if it is damaged."""
        self._editions = editions
        self._current = editions.load(editions.newest() or "")
        self._looked = time.monotonic()
        self._turn = threading.Lock()

    def current(self) -> Network:
        """Return the newest edition at once, as it was a moment ago; it never waits."""
        if time.monotonic() - self._looked > LOOK_S and self._turn.acquire(blocking=False):
            self._looked = time.monotonic()
            threading.Thread(target=self._look_and_release, daemon=True).start()
        return self._current

    def look(self) -> None:
        """See now whether there is a newer edition."""
        self._current = self._editions.load(self._editions.newest() or "")

    def find(self, edition: str) -> Network:
        """Return an edition; raises KeyError if the service has none of that hash."""
        try:
            return self._editions.load(edition)
        except InvalidInput:
            raise KeyError(edition) from None

    def _look_and_release(self) -> None:
        try:
            self.look()
        except (SQLAlchemyError, InvalidInput) as error:
            _LOG.warning("the newest edition cannot be read: %s", error)
        finally:
            self._turn.release()

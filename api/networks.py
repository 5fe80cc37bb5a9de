"""The networks that the service plans on, by edition, each read once a process."""

import threading
from pathlib import Path

from geodata.network import Network, shipped_network_path


class Networks:
    """Editions by hash; `current` is the one that new plans and queries are made on."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder or shipped_network_path()
        self._lock = threading.Lock()
        self._current: Network | None = None

    def current(self) -> Network:
        """Return the edition in force. Raises InvalidInput if the network has faults."""
        from geodata.read import read_network

        with self._lock:
            if self._current is None:
                self._current = read_network(self._folder)
            return self._current

    def find(self, edition: str) -> Network:
        """Return an edition; raises KeyError if the service has none of that hash."""
        current = self.current()
        if current.edition != edition:
            raise KeyError(edition)
        return current

"""Networks and requests that route files name, each read once."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from geodata.faults import InvalidInput
from geodata.network import Network, shipped_network_path
from geodata.read import read_network
from planner.request.request import Request
from planner.routetest.read import Header
from planner.routetest.scene import Scenes
from planner.rules.rulebook import Rulebook, shipped_rulebook

T = TypeVar("T")

SHIPPED = "shipped"


class Sources:
    """What route files are run on; `network` takes the place of every network that they name."""

    def __init__(self, network: Network | Path | None = None) -> None:
        self._override = network
        self._known: dict[object, object] = {}
        self.rulebook: Rulebook = shipped_rulebook()

    def scenes(self, header: Header, folder: Path) -> Scenes:
        """Return the scenes of a file in a folder; raises InvalidInput or OSError."""
        network = self.network(header, folder)
        request = None if header.request is None else (folder / header.request).resolve()

        def make() -> Scenes:
            from api.route_query import fleet_and_weather

            asked = fleet_and_weather(request, network, self.rulebook)
            return Scenes(network, asked, self.rulebook, permissions=request is not None)

        return self._once(("scenes", id(network), request), make)

    def request(self, header: Header, folder: Path, name: str) -> Request:
        """Return the whole request in a folder that a plan case names; raises InvalidInput."""
        from planner.read.request import read_request

        network, path = self.network(header, folder), (folder / name).resolve()
        return self._once(
            ("request", id(network), path), lambda: read_request(path, network, self.rulebook)
        )

    def network(self, header: Header, folder: Path) -> Network:
        """Return the network that a file in a folder runs on; raises InvalidInput or OSError."""
        return self.network_of(header.network, header.store, folder)

    def network_of(self, name: str, store: str | None, folder: Path) -> Network:
        """Return the network of a name; a path counts from the folder."""
        if isinstance(self._override, Network):
            return self._override
        if self._override is not None:
            path = self._override.resolve()
            return self._once(path, lambda: read(path))
        if store is not None:
            from geodata.editions.editions import Store

            at = (folder / store).resolve()
            return self._once((at, name), lambda: Store(at).load(name))
        if name == SHIPPED:
            return self._once(SHIPPED, lambda: read_network(shipped_network_path()))
        path = (folder / name).resolve()
        return self._once(path, lambda: read(path))

    def _once(self, key: object, make: Callable[[], T]) -> T:
        """Return what was made under a key before, or raise what was raised then."""
        if key not in self._known:
            try:
                self._known[key] = make()
            except (InvalidInput, OSError) as error:
                self._known[key] = error
        found = self._known[key]
        if isinstance(found, InvalidInput | OSError):
            raise found
        return found  # type: ignore[return-value]


def read(path: Path) -> Network:
    """Return the network in a folder or a GeoPackage, checked whole; raises InvalidInput."""
    from geodata.editions.named import checked_network

    return checked_network(path).network

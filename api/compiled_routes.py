"""Networks compiled for route queries, by edition, fleet and day; the ones asked for last."""

import datetime as dt
from collections import OrderedDict
from dataclasses import dataclass, replace

from geodata.network import Network
from planner.air.airspace import Airspace
from planner.day.instance import Instance
from planner.request.request import Request
from planner.route.route import Router
from planner.rules.rulebook import shipped_rulebook

KEPT = 16


@dataclass(frozen=True, slots=True)
class Compiled:
    """A router with the fleet and weather that it flies; the request has no orders."""

    base: Request
    router: Router


class CompiledRoutes:
    """Routers that are kept. A router learns as it answers: let one thread at a time ask."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, str | None, dt.date], Compiled] = OrderedDict()

    def find(self, network: Network, request: str | None, day: dt.date) -> Compiled | None:
        """Return what is kept for a request (None: the sample's fleet) on a day."""
        key = (network.edition, request, day)
        found = self._kept.get(key)
        if found is not None:
            self._kept.move_to_end(key)
        return found

    def compile(
        self, network: Network, request: str | None, day: dt.date, base: Request
    ) -> Compiled:
        """Return and keep a router for fleet and weather of `base` on a day.

        Permissions are looked at if a `request` is named, as it says which are held.
        """
        bare = replace(base, orders=(), fleet=replace(base.fleet, day=day))
        instance = Instance(Airspace(network, bare), shipped_rulebook())
        found = Compiled(bare, Router(instance, permissions=request is not None))
        self._kept[network.edition, request, day] = found
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        return found

"""A network on one day under what-ifs: what a route test is asked on.

The network is read once. A what-if is laid over it: what its shapes decide is shared, what its
hours decide is made anew only for a day or a set of edits not met before, and kept.
"""

import datetime as dt
from collections import OrderedDict
from dataclasses import dataclass, replace
from functools import cached_property
from zoneinfo import ZoneInfo

from geodata.faults import InvalidInput
from geodata.field_faults import Place
from geodata.network import Network
from planner.air.airspace import Airspace
from planner.air.blocks import Blocks, cut_blocks
from planner.air.legs import Legs
from planner.air.search import Quickest
from planner.air.shapes import Shapes
from planner.day.instance import Instance
from planner.request.request import Request
from planner.route.route import Router
from planner.routetest.mutants import Mutant
from planner.routetest.records import When
from planner.routetest.what_if import Edited, edited
from planner.rules.rulebook import Rulebook

_KEPT = 100
"""How many scenes are kept with their graphs."""


@dataclass(frozen=True, eq=False)
class Scene:
    """A network, a fleet and a weather; `shut` are lanes that are closed all day."""

    network: Network
    request: Request
    rulebook: Rulebook
    permissions: bool
    shut: frozenset[str]
    shapes: Shapes

    @property
    def blocks(self) -> Blocks:
        """The network's lanes and places, cut."""
        return self.shapes.blocks

    @cached_property
    def instance(self) -> Instance:
        """What is asked, compiled; without orders."""
        airspace = Airspace(self.network, self.request, self.blocks, self.shut)
        legs = Legs(airspace, self.shapes.arcs(airspace))
        return Instance(airspace, self.rulebook, Quickest(legs))

    @cached_property
    def router(self) -> Router:
        """Answers routes; what is learnt for one is kept for the next."""
        return Router(self.instance, permissions=self.permissions)

    def instant(self, moment: dt.time | dt.datetime) -> dt.datetime:
        """Return a time of the day, or an instant, in the network's time zone."""
        zone = ZoneInfo(self.network.info.timezone)
        if isinstance(moment, dt.datetime):
            return moment.astimezone(zone)
        return dt.datetime.combine(self.request.fleet.day, moment, zone)

    def over(self, found: Edited) -> "Scene":
        """Return the scene after edits; the shapes are the same."""
        request = replace(self.request, weather=found.weather)
        return replace(self, network=found.network, request=request, shut=self.shut | found.shut)


class Scenes:
    """All scenes of one network under one fleet, weather and set of rules.

    `request` has no orders. With `permissions`, flight permissions and the deadlines of their
    filings count, and the request's day must be the clock's. Lanes that are `shut` are closed in
    all; `shapes` may be given where they are known already.
    """

    def __init__(
        self,
        network: Network,
        request: Request,
        rulebook: Rulebook,
        *,
        permissions: bool,
        shapes: Shapes | None = None,
        shut: frozenset[str] = frozenset(),
    ) -> None:
        self.network = network
        self.request = request
        self.rulebook = rulebook
        self.permissions = permissions
        self.shut = shut
        self.shapes = shapes or Shapes(network, cut_blocks(network, request.fleet.rules))
        self._scenes: OrderedDict[tuple[object, ...], Scene] = OrderedDict()

    def on(self, day: dt.date, now: dt.datetime | None, when: When) -> Scene:
        """Return the scene of a day under what-ifs; with `now`, the plan is made then.

        Raises InvalidInput if a what-if names nothing of the network, or the day is not the
        request's.
        """
        key = (day, now, repr(when))
        if key in self._scenes:
            self._scenes.move_to_end(key)
            return self._scenes[key]
        plain = self._plain(day, now)
        scene = plain if when == When() else plain.over(edited(plain, when))
        self._scenes[key] = scene
        if len(self._scenes) > _KEPT:
            self._scenes.popitem(last=False)
        return scene

    def mutated(self, mutant: Mutant) -> "Scenes":
        """Return the same on a broken network; what is not broken of its shapes is kept."""
        network = self.network if mutant.shut else mutant.make()
        shapes: Shapes | None = self.shapes
        if mutant.operator == "widen zone":
            shapes = Shapes(network, self.shapes.blocks)
        elif mutant.operator == "lower lane":
            shapes = None
        return Scenes(
            network,
            self.request,
            self.rulebook,
            permissions=self.permissions,
            shapes=shapes,
            shut=self.shut | mutant.shut,
        )

    def _plain(self, day: dt.date, now: dt.datetime | None) -> Scene:
        fleet = self.request.fleet
        if self.permissions and day != fleet.day:
            place = Place("clock")
            message = "the clock is not on the day of the request"
            raise InvalidInput(
                [place.fault("", "TIME_NOT_ON_DAY", message, value=day, limit=str(fleet.day))]
            )
        fleet = replace(fleet, day=day, planned_at=now or fleet.planned_at)
        request = replace(self.request, fleet=fleet)
        return Scene(self.network, request, self.rulebook, self.permissions, self.shut, self.shapes)

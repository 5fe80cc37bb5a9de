"""A part of a day as a task for another process: what goes there and what comes back."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property

from geodata.network import Network
from planner.air.airspace import Airspace
from planner.air.legs import Legs
from planner.air.search import Quickest
from planner.arrays import Floats
from planner.bound.sorties import Enumerator
from planner.day.instance import Instance
from planner.day.taken import Taken
from planner.day.tour import Tour
from planner.dispatch.roster import Roster
from planner.dispatch.state import Planned
from planner.fly.planned import legs_of
from planner.plan.plan import Options
from planner.request.fleet import Drone
from planner.request.order import Order
from planner.request.request import Request
from planner.rules.rulebook import Rulebook

Choose = Callable[[Instance, Options], Roster]
"""Fills a day; a function of a module."""


@dataclass(frozen=True)
class PartDay:
    """What all parts of a day share: all but orders and drones. Legs once found are kept."""

    network: Network
    request: Request
    rulebook: Rulebook

    @classmethod
    def of(cls, instance: Instance) -> "PartDay":
        """Return what the parts of an instance share."""
        asked = instance.request
        bare = replace(asked, orders=(), fleet=replace(asked.fleet, drones=()))
        return cls(instance.network, bare, instance.rulebook)

    def instance(
        self, orders: tuple[Order, ...], drones: tuple[Drone, ...], taken: Taken | None
    ) -> Instance:
        """Return an instance with some orders and drones."""
        fleet = replace(self.request.fleet, drones=drones)
        asked = replace(self.request, orders=orders, fleet=fleet)
        return Instance(self._airspace.asked(asked), self.rulebook, self._quickest, taken)

    @cached_property
    def _airspace(self) -> Airspace:
        found = Airspace(self.network, self.request)
        # Made now, so that all parts have it.
        assert found.closures is not None
        assert found.held_blocks is not None
        return found

    @cached_property
    def _quickest(self) -> Quickest:
        return Quickest(Legs(self._airspace))


@dataclass(frozen=True, slots=True)
class Wanted:
    """A sortie that a part asks for: from when on, what it loads (true) and unloads, its legs.

    `kind` is the drone's type at the sortie's cruise.
    """

    start_s: int
    drone: str
    kind: str
    steps: tuple[tuple[str, bool], ...]
    planned: tuple[Planned, ...]


@dataclass(frozen=True)
class PartTask:
    """Orders and drones to plan beside what is taken already."""

    orders: tuple[Order, ...]
    drones: tuple[Drone, ...]
    taken: Taken | None
    options: Options
    choose: Choose

    def __call__(self, day: PartDay) -> tuple[Wanted, ...]:
        """Return the sorties of the part, by start."""
        instance = day.instance(self.orders, self.drones, self.taken)
        if not instance.jobs or not instance.squads:
            return ()
        roster = self.choose(instance, self.options)
        found = [
            Wanted(
                timed.start_s,
                drone,
                instance.squads[timed.tour.squad].kind.id,
                _steps(instance, timed.tour),
                legs_of(timed),
            )
            for drone, timed in roster.tours()
        ]
        return tuple(sorted(found, key=lambda each: (each.start_s, each.drone)))


@dataclass(frozen=True)
class BoundTask:
    """A bound on the whole day: its orders and all drones.

    `bound` tells what the orders are worth; that adds up to no more than any plan costs.
    """

    orders: tuple[Order, ...]
    drones: tuple[Drone, ...]
    bound: Callable[[Enumerator], Floats]

    def __call__(self, day: PartDay) -> Floats:
        """Return the cents that each of the orders adds to the bound."""
        return self.bound(Enumerator(day.instance(self.orders, self.drones, None)))


def _steps(instance: Instance, tour: Tour) -> tuple[tuple[str, bool], ...]:
    return tuple((instance.jobs[step.job].order.id, step.load) for step in tour.steps)

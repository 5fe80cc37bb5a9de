"""A request compiled for the search: integer seconds, positions instead of names, tables.

Everything here is derived from the request, the airspace and the rulebook; nothing is decided.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from geodata.features import Checkpoint, GoodsClass, Side
from geodata.schedule import DAY_S
from planner.air.airspace import Airspace
from planner.air.cruise import cruising
from planner.air.diversion import Diversions
from planner.air.legs import Legs
from planner.air.search import Quickest
from planner.day.turnaround import Turnaround, turn_s, turnaround
from planner.request.fleet import Drone, DroneType
from planner.request.order import Order
from planner.request.request import Request
from planner.rules.customs import OTHER, Clearance, clearance
from planner.rules.permission import earliest_takeoff, missing
from planner.rules.rulebook import Rulebook
from planner.rules.sharing import boxes, keeps_apart

if TYPE_CHECKING:
    from planner.day.taken import Taken


@dataclass(frozen=True, slots=True)
class Clearing:
    """An order's clearance at a checkpoint, in seconds of the day."""

    checkpoint: str
    service_s: int
    earliest_s: int
    latest_s: int
    clearance: Clearance


@dataclass(frozen=True)
class Job:
    """An order in seconds of the day. `clearings` holds only checkpoints that may clear it.

    It comes after the job at `after`, if that is of the instance, and by way of it after `depth`.
    """

    order: Order
    origin_side: Side
    destination_side: Side
    ready_s: int
    due_s: int
    latest_s: int
    clearings: dict[str, Clearing]
    after: int | None = None
    depth: int = 0

    @property
    def crosses(self) -> bool:
        """Whether the order goes over the boundary."""
        return self.origin_side != self.destination_side


@dataclass(frozen=True)
class Squad:
    """Drones that the search cannot tell apart, flown at one cruise of their type.

    `kind` is the type at that cruise. The same drones at another are another squad of the same
    `flock`. `ends_at` is where they end their day, if not at their base.
    """

    kind: DroneType
    base: str
    base_side: Side
    registered: frozenset[Side]
    goods: frozenset[str]
    from_s: int
    until_s: int
    drones: tuple[str, ...]
    turn: Turnaround
    flock: int
    ends_at: str | None = None


_SquadKey = tuple[str, str, tuple[Side, ...], tuple[GoodsClass, ...], int, int, str | None]


class Instance:
    """A compiled request.

    `quickest` may be given where the same drone types have been flown through the same air before.
    `taken` is what other parts of the day hold already; the search keeps clear of it.
    """

    def __init__(
        self,
        airspace: Airspace,
        rulebook: Rulebook,
        quickest: Quickest | None = None,
        taken: "Taken | None" = None,
    ) -> None:
        self.taken = taken
        self.airspace = airspace
        self.network = airspace.network
        self.request: Request = airspace.request
        self.rules = self.request.fleet.rules
        self.prices = self.request.fleet.prices
        self.rulebook = rulebook
        self.quickest = quickest or Quickest(Legs(airspace))
        self.legs = self.quickest.legs
        self.diversions = Diversions(self.legs)
        self.jobs: tuple[Job, ...] = linked(
            [self.job(order) for order in sorted(self.request.orders, key=lambda each: each.id)]
        )
        self.squads = self._squads()
        midnight = airspace.calendar.midnight
        fleet, permissions = self.request.fleet, rulebook.permissions
        self._takeoff: dict[tuple[Side, bool], int | None] = {}
        for side in OTHER:
            for emergency in (False, True):
                instant = earliest_takeoff(permissions, fleet, side, midnight, emergency)
                self._takeoff[side, emergency] = (
                    None if instant is None else math.ceil((instant - midnight).total_seconds())
                )
        self._permitted = {
            (side, crossing): not missing(permissions, fleet, side, crossing, midnight)
            for side in OTHER
            for crossing in (False, True)
        }

    @cached_property
    def flocks(self) -> tuple[tuple[int, ...], ...]:
        """The squads that are the same drones, by `Squad.flock`; the first at their own cruise."""
        found: list[list[int]] = []
        for number, squad in enumerate(self.squads):
            if squad.flock == len(found):
                found.append([])
            found[squad.flock].append(number)
        return tuple(map(tuple, found))

    @cached_property
    def at_own_cruise(self) -> tuple[Squad, ...]:
        """The squads at their types' own cruises, by flock: each drone is of one of these."""
        return tuple(self.squads[each[0]] for each in self.flocks)

    def chosen_m_s(self, squad: Squad) -> float | None:
        """Return the airspeed of a squad; None if its drones have no other."""
        return squad.kind.airspeed_m_s if len(self.flocks[squad.flock]) > 1 else None

    @cached_property
    def units(self) -> tuple[tuple[int, ...], ...]:
        """For each job the jobs that ride together with it, itself among them, sorted."""
        at = {job.order.id: number for number, job in enumerate(self.jobs)}
        together = boxes(job.order for job in self.jobs)
        return tuple(
            (number,)
            if job.order.box is None
            else tuple(sorted(at[each] for each in together[job.order.box]))
            for number, job in enumerate(self.jobs)
        )

    @cached_property
    def awaited(self) -> frozenset[int]:
        """Jobs that others come after."""
        return frozenset(job.after for job in self.jobs if job.after is not None)

    @cached_property
    def bonds(self) -> bool:
        """Whether any orders must, or may not, ride together, or come after others."""
        orders = [job.order for job in self.jobs]
        return bool(boxes(orders) or self.awaited) or keeps_apart(self.rules, orders)

    def unserved_cents(self, jobs: Iterable[int]) -> int:
        """Return what leaving out some jobs costs."""
        prices = self.prices.unserved_cents
        return sum(prices[self.jobs[job].order.priority] for job in jobs)

    def fits(self, squad: Squad, job: Job) -> bool:
        """Tell whether a squad may carry a job at all, whatever the time."""
        order, goods = job.order, self.rulebook.customs.goods[job.order.goods]
        return (
            order.goods in squad.goods
            and goods.carried
            and {job.origin_side, job.destination_side, squad.base_side} <= squad.registered
            and bool(job.clearings or not job.crosses)
            and order.mass_kg <= squad.kind.payload_kg
            and order.volume_l <= squad.kind.volume_l
        )

    def permitted(self, sides: frozenset[Side]) -> bool:
        """Tell whether every permission is held that a sortie over `sides` asks for."""
        return all(self._permitted[side, len(sides) > 1] for side in sides)

    def earliest_takeoff_s(self, sides: frozenset[Side], emergency: bool) -> int | None:
        """Return when a sortie over `sides` may first take off; None if it may not at all."""
        found = []
        for side in sides:
            earliest = self._takeoff[side, emergency]
            if earliest is None or not self.permitted(sides):
                return None
            found.append(earliest)
        return max(found)

    @cached_property
    def empty_crossing(self) -> tuple[tuple[int, int], ...]:
        """When a drone with nothing on board may cross, seconds of the day."""
        hours = self.rulebook.customs.empty_crossing.hours
        return self.airspace.calendar.intervals(hours)

    @cached_property
    def open_hours(self) -> dict[str, tuple[tuple[int, int], ...]]:
        """Opening hours of every site, seconds of the day."""
        sites = self.network.sites
        return {site: self.airspace.calendar.intervals(sites[site].hours) for site in sites}

    @cached_property
    def crossing_lanes(self) -> frozenset[str]:
        """Lanes that cross the boundary."""
        return frozenset(
            lane
            for lane, (corridor, _) in self.network.lanes.items()
            if corridor.start_side != corridor.end_side
        )

    def job(self, order: Order) -> Job:
        """Return an order in seconds of the day, with the checkpoints that may clear it."""
        calendar, network = self.airspace.calendar, self.network
        sides = network.vertiports[order.origin].side, network.vertiports[order.destination].side
        clearings = {}
        if sides[0] != sides[1]:
            for checkpoint in network.checkpoints.values():
                found = self._clearing(order, checkpoint, sides[0])
                if found is not None:
                    clearings[checkpoint.id] = found
        due = calendar.seconds(order.due)
        ready = math.ceil((order.ready - calendar.midnight).total_seconds())
        latest = min(due + self.rules.max_late_s, DAY_S)
        return Job(order, sides[0], sides[1], ready, due, latest, clearings)

    def _clearing(self, order: Order, checkpoint: Checkpoint, origin: Side) -> Clearing | None:
        found = clearance(self.rulebook.customs, order, checkpoint, origin)
        if found.refusals:
            return None
        midnight = self.airspace.calendar.midnight
        earliest, latest = 0, 2 * DAY_S
        if found.earliest is not None:
            earliest = max(0, math.ceil((found.earliest - midnight).total_seconds()))
        if found.latest is not None:
            latest = math.floor((found.latest - midnight).total_seconds())
        return Clearing(checkpoint.id, found.service_s, earliest, latest, found)

    def _squads(self) -> tuple[Squad, ...]:
        calendar = self.airspace.calendar
        groups: dict[_SquadKey, list[Drone]] = {}
        for drone in sorted(self.request.fleet.drones, key=lambda each: each.id):
            kind = self.request.types[drone.type]
            turn = turnaround(kind, self.network.vertiports[drone.base])
            lacking_wh = (1 - drone.charge) * kind.battery_wh
            begin = math.ceil((drone.available_from - calendar.midnight).total_seconds())
            key = (
                drone.type,
                drone.base,
                tuple(sorted(drone.registered)),
                tuple(sorted(drone.goods)),
                max(0, begin) + (turn_s(turn, lacking_wh) if drone.charge < 1 else 0),
                min(DAY_S, calendar.seconds(drone.available_until)),
                None if drone.ends_at == drone.base else drone.ends_at,
            )
            groups.setdefault(key, []).append(drone)
        squads = []
        for flock, (key, drones) in enumerate(groups.items()):
            first = drones[0]
            base = self.network.vertiports[first.base]
            for kind in cruising(self.request.types[first.type]):
                squads.append(
                    Squad(
                        kind=kind,
                        base=first.base,
                        base_side=base.side,
                        registered=frozenset(first.registered),
                        goods=frozenset(first.goods),
                        from_s=key[4],
                        until_s=key[5],
                        drones=tuple(drone.id for drone in drones),
                        turn=turnaround(kind, base),
                        flock=flock,
                        ends_at=key[6],
                    )
                )
        return tuple(squads)


def linked(jobs: Sequence[Job]) -> tuple[Job, ...]:
    """Return jobs that know what they come after: none is ready before that can be handed over.

    What an order comes after may be missing; then nothing is known of it.
    """
    at = {job.order.id: number for number, job in enumerate(jobs)}
    after = [None if job.order.after is None else at.get(job.order.after) for job in jobs]
    if all(each is None for each in after):
        return tuple(jobs)
    depths = [_depth(number, after) for number in range(len(jobs))]
    found = list(jobs)
    for number in sorted(range(len(jobs)), key=lambda each: depths[each]):
        before = after[number]
        if before is not None:
            first, order = found[before], jobs[number].order
            over_s = first.ready_s + first.order.load_s + first.order.unload_s + order.after_s
            ready_s = max(jobs[number].ready_s, over_s)
            found[number] = replace(
                jobs[number], ready_s=ready_s, after=before, depth=depths[number]
            )
    return tuple(found)


def _depth(number: int, after: Sequence[int | None]) -> int:
    """Return how many jobs one comes after, one by way of the other; a circle ends the count."""
    seen = {number}
    before = after[number]
    while before is not None and before not in seen:
        seen.add(before)
        before = after[before]
    return len(seen) - 1

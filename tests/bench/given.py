"""What the other planners are given: one pickup-and-delivery problem with time windows.

A node is a drone's base, or where an order is loaded or handed over. A trip is a stretch of one
drone's day in which it may fly one sortie; trips of a drone do not overlap, so no fleet is used
twice. Times are seconds of the day, masses grams, volumes tenths of a litre, money cents.
"""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from geodata.features import Side
from geodata.schedule import DAY_S
from planner.day.instance import Instance, Job
from planner.day.tour import Step
from planner.energy import leg_energy_wh
from planner.request.fleet import DroneType

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

NEVER_S = 200_000
"""Stands for a flight that may not be: longer than any day."""

TRIP_S = 3600
"""Length of a trip, preflight to swap: room for a sortie of two orders over the boundary."""

HOURS = range(6, 23)
"""Hours of the day over which the usual time of a leg is taken."""


@dataclass(frozen=True, slots=True)
class Trip:
    """A sortie's room in a drone's day: off base from `from_s`, back by `until_s`."""

    squad: int
    from_s: int
    until_s: int
    airborne_s: int


@dataclass(frozen=True, slots=True)
class Node:
    """A place with the time spent there and when that may start; `due_s` is the soft end."""

    site: str
    service_s: int
    from_s: int
    due_s: int
    until_s: int


class Given:
    """A request as other planners can take it.

    Nodes are the bases, in order of `bases`, then for each of `jobs` its pickup and its delivery.
    `squads_for` tells for each job of the instance, given or not, who may carry it.
    """

    def __init__(self, instance: Instance, trip_s: int = TRIP_S) -> None:
        self.instance = instance
        self._sites = instance.legs.site_ids
        self._at = {site: at for at, site in enumerate(self._sites)}
        self._direct = {kind.id: self._usual_s(kind) for kind in instance.request.types.values()}
        self._found: dict[tuple[str, Side, tuple[tuple[str, int], ...]], tuple[Floats, Floats]] = {}
        self.bases = tuple(sorted({squad.base for squad in instance.squads}))
        self.squads_for = tuple(self._may_carry(job) for job in instance.jobs)
        self.jobs: tuple[int, ...] = ()
        nodes = [Node(base, 0, 0, DAY_S, DAY_S) for base in self.bases]
        for number, job in enumerate(instance.jobs):
            load, unload = self._pair(job)
            # What cannot be handed over in time from any start would make a model infeasible.
            due_s = min(load.until_s, unload.until_s - load.service_s)
            if self.squads_for[number] and load.from_s <= due_s and unload.from_s <= unload.until_s:
                self.jobs += (number,)
                nodes += load, unload
        self.nodes = tuple(nodes)
        self.trips = tuple(self._trips(trip_s))

    def pickup(self, place: int) -> int:
        """Return the node where the job at a place of `jobs` is loaded; its delivery is next."""
        return len(self.bases) + 2 * place

    def step(self, node: int) -> Step:
        """Return what is done at a node that is no base."""
        place, unload = divmod(node - len(self.bases), 2)
        return Step(self.jobs[place], not unload)

    def _may_carry(self, job: Job) -> frozenset[int]:
        """Return the squads that may carry a job at all: goods, registration, size."""
        goods = self.instance.rulebook.customs.goods
        if not goods[job.order.goods].carried or (job.crosses and not job.clearings):
            return frozenset()
        return frozenset(
            at
            for at, squad in enumerate(self.instance.squads)
            if job.order.goods in squad.goods
            and {job.origin_side, job.destination_side, squad.base_side} <= squad.registered
            and job.order.mass_kg <= squad.kind.payload_kg
            and job.order.volume_l <= squad.kind.volume_l
        )

    def airborne(self, kind: DroneType) -> Ints:
        """Return seconds in the air from node to node; over the boundary with goods by customs.

        Leaving a pickup its order is aboard, coming to a delivery so is that one, and both cross by
        checkpoints that may clear both; a drone that goes from a delivery to a pickup or a base is
        taken as empty.
        """
        direct = self._direct[kind.id]
        at = np.array([self._at[node.site] for node in self.nodes])
        sides = np.array([self.instance.network.side_of(node.site) for node in self.nodes])
        crosses = sides[:, None] != sides[None, :]
        found = direct[np.ix_(at, at)]
        first = len(self.bases)
        jobs = [self.instance.jobs[number] for number in self.jobs]
        for place, job in enumerate(jobs):
            customs = self._customs(kind, (job,))[0]
            load, unload = self.pickup(place), self.pickup(place) + 1
            out = np.where(crosses[load], customs[at[load], at], 0.0)
            found[load] = np.maximum(found[load], out)
            into = np.where(crosses[:, unload], customs[at, at[unload]], 0.0)
            # Goods that come over the boundary with the drone are those of its far side.
            into[crosses[:, unload] & (sides != job.origin_side)] = np.inf
            for other, aboard in enumerate(jobs):
                before = self.pickup(other)
                if crosses[before, unload] and aboard.crosses and np.isfinite(into[before]):
                    both = self._customs(kind, (aboard, job))[0]
                    into[before] = both[at[before], at[unload]]
            found[:, unload] = np.maximum(found[:, unload], into)
            found[load, :first] = np.inf
            found[:first, unload] = np.inf
        np.fill_diagonal(found, 0.0)
        return np.asarray(np.ceil(np.minimum(found, NEVER_S)), dtype=np.int64)

    def _usual_s(self, kind: DroneType) -> Floats:
        """Return the median over the day's hours of the quickest leg from site to site."""
        legs = self.instance.legs
        steps = [legs.step(hour * 3600 + 1800) for hour in HOURS]
        size = len(self._sites)
        every = np.empty((len(steps), size, size))
        for row, step in enumerate(steps):
            for one in self._sites:
                for two in self._sites:
                    seconds = 0.0 if one == two else legs.static_s(kind, step, one, two)
                    every[row, self._at[one], self._at[two]] = seconds
        return np.asarray(np.median(every, axis=0))

    def _customs(self, kind: DroneType, jobs: tuple[Job, ...]) -> tuple[Floats, Floats]:
        """Return seconds in the air and seconds of clearance of jobs aboard from site to site."""
        common = set.intersection(*(set(job.clearings) for job in jobs))
        services = {
            name: sum(job.clearings[name].service_s for job in jobs) for name in sorted(common)
        }
        key = (kind.id, jobs[0].origin_side, tuple(services.items()))
        if key in self._found:
            return self._found[key]
        direct = self._direct[kind.id]
        air, cleared = np.full_like(direct, np.inf), np.zeros_like(direct)
        for chain in self._chains(jobs[0].origin_side, list(services)):
            ends = [self._at[each] for each in chain]
            way = direct[:, ends[0]][:, None] + direct[ends[-1]][None, :]
            way = way + (direct[ends[0], ends[-1]] if len(ends) > 1 else 0.0)
            service = sum(services[each] for each in chain)
            better = way + service < air + cleared
            air, cleared = np.where(better, way, air), np.where(better, service, cleared)
        self._found[key] = air, cleared
        return air, cleared

    def _chains(self, origin: Side, checkpoints: list[str]) -> list[tuple[str, ...]]:
        """Return the checkpoints to pass, in order, for goods that those given may clear."""
        points = self.instance.network.checkpoints
        joint = [(each,) for each in checkpoints if points[each].joint]
        single = [each for each in checkpoints if not points[each].joint]
        out = [each for each in single if points[each].side == origin]
        into = [each for each in single if points[each].side != origin]
        return [*joint, *((one, two) for one in out for two in into)]

    def _pair(self, job: Job) -> tuple[Node, Node]:
        """Return where a job is loaded and handed over; clearance counts as time at the latter."""
        order, clearance_s, cleared_from = job.order, 0, 0
        if job.crosses and job.clearings:
            kind = self.instance.squads[0].kind
            ends = self._at[order.origin], self._at[order.destination]
            clearance_s = int(self._customs(kind, (job,))[1][ends])
            cleared_from = min(each.earliest_s for each in job.clearings.values())
        opens, shuts = self._hours(order.origin)
        load = Node(order.origin, order.load_s, max(job.ready_s, opens), shuts, shuts)
        opens, shuts = self._hours(order.destination)
        service = clearance_s + order.unload_s
        due, latest = min(job.due_s, shuts) - service, min(job.latest_s, shuts) - service
        return load, Node(order.destination, service, max(cleared_from, opens), due, latest)

    def _hours(self, site: str) -> tuple[int, int]:
        hours = self.instance.open_hours[site]
        return (hours[0][0], hours[-1][1]) if hours else (DAY_S, 0)

    def _trips(self, trip_s: int) -> list[Trip]:
        found = []
        for at, squad in enumerate(self.instance.squads):
            airborne_s = self._airborne_limit_s(at)
            for _ in squad.drones:
                for begin in range(squad.from_s, squad.until_s, trip_s):
                    end = min(begin + trip_s, squad.until_s)
                    trip = Trip(
                        at, begin + squad.kind.preflight_s, end - squad.kind.swap_s, airborne_s
                    )
                    if trip.until_s > trip.from_s:
                        found.append(trip)
        return found

    def _airborne_limit_s(self, at: int) -> int:
        """Return how long a full battery lasts with the mean order aboard, reserve kept.

        The climbs of as many legs as a sortie has with one checkpoint are taken off beforehand.
        """
        squad, rules = self.instance.squads[at], self.instance.rules
        kind = squad.kind
        masses = [
            self.instance.jobs[number].order.mass_kg
            for number in self.jobs
            if at in self.squads_for[number]
        ]
        mean_kg = math.fsum(masses) / max(1, len(masses))
        usable_wh = kind.battery_wh * (1 - rules.reserve_fraction)
        usable_wh -= self.instance.diversions.energy_wh(kind, squad.base, 0.0, DAY_S // 2)
        climb_m = float(np.median(self.instance.legs.arcs.least_climb_m))
        climb_m *= 2 * rules.max_orders_per_sortie + 2
        usable_wh -= leg_energy_wh(kind, mean_kg, 0.0, climb_m)
        return math.floor(max(0.0, usable_wh) / leg_energy_wh(kind, mean_kg, 1.0, 0.0))

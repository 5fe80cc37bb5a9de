"""One drone type flown through given checkpoints, each leg and clearance as early as it may be.

A stop at a checkpoint keeps its pad no longer than the rules let it. Where the next leg opens too
late for that, the drone leaves the place before later, by just as much.
"""

import math
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from geodata.schedule import DAY_S
from planner.air.cruise import type_id
from planner.air.legs import Flight
from planner.day.instance import Clearing, Instance, Job
from planner.energy import leg_energy_wh
from planner.reasons.verdict import Finding, clock
from planner.request.fleet import DroneType

NO_LANES: frozenset[str] = frozenset()
_NEVER_S = 2 * DAY_S


@dataclass(frozen=True, slots=True)
class Cleared:
    """A stop at a checkpoint, in seconds of the day."""

    clearing: Clearing
    arrive_s: int
    start_s: int
    end_s: int
    depart_s: int


@dataclass(frozen=True, slots=True)
class Route:
    """A way for one drone type at one of its cruises.

    `cleared[i]` is the stop between `flights[i]` and the next. Energies in Wh, one a flight: what
    it takes, what is left at its landing, and what must be.
    """

    kind: DroneType
    flights: tuple[Flight, ...]
    cleared: tuple[Cleared, ...]
    energies_wh: tuple[float, ...]
    left_wh: tuple[float, ...]
    needed_wh: tuple[float, ...]

    @property
    def landing_s(self) -> int:
        """Second of the day at which it lands at its destination."""
        return self.flights[-1].landing_s

    @property
    def checkpoints(self) -> tuple[str, ...]:
        """Checkpoints, in order."""
        return tuple(stop.clearing.checkpoint for stop in self.cleared)

    @property
    def lanes(self) -> tuple[str, ...]:
        """All lanes flown, in order."""
        return tuple(lane for flight in self.flights for lane in flight.chain.lanes)

    @property
    def rank(self) -> tuple[int, float, str, tuple[str, ...]]:
        """Return what orders routes: landing, energy, and names so that no two are alike."""
        return self.landing_s, math.fsum(self.energies_wh), self.kind.id, self.checkpoints


@dataclass(frozen=True, slots=True)
class Refusal:
    """Where a type does not get through: its leg number `leg`, to be flown from `ready_s` on.

    It breaks the rule of the finding; without a finding there is no such leg.
    """

    kind: DroneType
    leg: int
    origin: str
    destination: str
    ready_s: int
    finding: Finding | None = None


class Navigator:
    """Flies jobs through checkpoints on the empty day of an instance."""

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self._rules = instance.rules
        self._depart = instance.quickest.depart

    def fly(
        self,
        kind: DroneType,
        job: Job,
        checkpoints: Sequence[str],
        begin_s: int,
        without: frozenset[str] = NO_LANES,
        before_s: int = _NEVER_S,
    ) -> Route | Refusal | None:
        """Return the route from `begin_s` on that uses no lane of `without`.

        None if it would not land before `before_s`.
        """
        places = (job.order.origin, *checkpoints, job.order.destination)
        clearings = [job.clearings[each] for each in checkpoints]
        ready, starts, flights = [begin_s], list[int](), list[Flight]()
        while len(flights) <= len(clearings):
            leg = len(flights)
            asked = Refusal(kind, leg, places[leg], places[leg + 1], ready[leg])
            flight = self._depart(kind, asked.origin, asked.destination, ready[leg], without)
            if flight is None:
                return asked
            if leg:
                stood_s = flight.takeoff_s - flights[-1].landing_s
                excess_s = stood_s - clearings[leg - 1].service_s - self._rules.max_wait_s
                if excess_s > 0:
                    later_s = self._later_s(kind, flights.pop(), excess_s, without)
                    if later_s is None:
                        return replace(asked, finding=self._waits(asked.origin, excess_s))
                    ready[leg - 1] = later_s
                    continue
            if flight.landing_s >= before_s:
                return None
            flights.append(flight)
            if leg < len(clearings):
                start = self._start_s(job, clearings[leg], flight.landing_s)
                if isinstance(start, Finding):
                    return replace(asked, finding=start)
                starts[leg:] = [start]
                ready[leg + 1 :] = [start + clearings[leg].service_s]
        stops = [
            Cleared(clearing, before.landing_s, start, start + clearing.service_s, after.takeoff_s)
            for clearing, start, (before, after) in zip(
                clearings, starts, pairwise(flights), strict=True
            )
        ]
        return self._powered(kind, job, tuple(flights), tuple(stops))

    def soonest_s(
        self, kind: DroneType, job: Job, checkpoints: Sequence[str], begin_s: int
    ) -> float:
        """Return a second before which no route lands that `fly` returns; inf if there is none.

        That is with the quickest legs of the whole day, all open.
        """
        places = (job.order.origin, *checkpoints, job.order.destination)
        soonest_s: float = begin_s
        for here, there in pairwise(places):
            soonest_s += self.instance.legs.least_s(kind, here, there)
            if math.isinf(soonest_s):
                return math.inf
            if there != places[-1]:
                clearing = job.clearings[there]
                start_s = self._start_s(job, clearing, math.floor(soonest_s))
                if isinstance(start_s, Finding):
                    return math.inf
                soonest_s = max(soonest_s, start_s) + clearing.service_s
        return math.floor(soonest_s)

    def _later_s(
        self, kind: DroneType, flight: Flight, excess_s: int, without: frozenset[str]
    ) -> int | None:
        """Return from when on a leg lands at least so much later, and as early as that allows."""
        origin, destination = flight.chain.origin, flight.chain.destination
        landing_s = flight.landing_s + excess_s

        def landing(ready_s: int) -> int:
            found = self._depart(kind, origin, destination, ready_s, without)
            return found.landing_s if found else _NEVER_S

        shifted_s = flight.takeoff_s + excess_s
        if landing(shifted_s) < landing_s:
            seconds = range(shifted_s + 1, landing_s)
        elif landing(shifted_s - 1) < landing_s:
            seconds = range(shifted_s, shifted_s)  # it is, as ever where nothing changes
        else:
            seconds = range(flight.takeoff_s + 1, shifted_s - 1)
        later_s = seconds.start + bisect_left(seconds, landing_s, key=landing)
        return later_s if landing(later_s) < _NEVER_S else None

    def _waits(self, site: str, excess_s: int) -> Finding:
        allowed_s = self._rules.max_wait_s
        values = {"site": site, "waited_s": allowed_s + excess_s, "allowed_s": allowed_s}
        return Finding("PAD_WAIT", values)

    def _start_s(self, job: Job, clearing: Clearing, arrive_s: int) -> int | Finding:
        """Return when a clearance starts, or the rule that lets it start no more on this day."""
        documented_s = max(arrive_s, clearing.earliest_s)
        start_s = self._opening_s(clearing, documented_s)
        checkpoint = clearing.checkpoint
        if start_s is None and self._opening_s(clearing, arrive_s) is not None:
            document = clearing.clearance.earliest_document or ""
            values: dict[str, object] = {"document": document, "checkpoint": checkpoint}
            values["lodged_at"] = _lodged_at(job, document)
            values["clears_from"] = clock(self.instance, clearing.earliest_s)
            return Finding("DECLARATION_LATE", values)
        if start_s is None:
            values = {"checkpoint": checkpoint, "arrives_at": clock(self.instance, arrive_s)}
            values["hours"] = self.instance.network.checkpoints[checkpoint].hours
            return Finding("CUSTOMS_CLOSED", values)
        if start_s > clearing.latest_s:
            document = clearing.clearance.latest_document or ""
            values = {"document": document, "checkpoint": checkpoint}
            values["lodged_at"] = _lodged_at(job, document)
            values["clears_until"] = clock(self.instance, clearing.latest_s)
            return Finding("DECLARATION_EARLY", values)
        return start_s

    def _opening_s(self, clearing: Clearing, from_s: int) -> int | None:
        """Return the first second from which a clearance fits the checkpoint's hours."""
        for since_s, until_s in self.instance.open_hours[clearing.checkpoint]:
            start_s = max(from_s, since_s)
            if start_s + clearing.service_s <= until_s:
                return start_s
        return None

    def _powered(
        self, kind: DroneType, job: Job, flights: tuple[Flight, ...], stops: tuple[Cleared, ...]
    ) -> Route | Refusal:
        """Return the route of some flights, or the first landing below the energy reserve."""
        payload_kg, left_wh = job.order.mass_kg, kind.battery_wh
        energies, left, needed = [], [], []
        for leg, flight in enumerate(flights):
            chain = flight.chain
            energies.append(leg_energy_wh(kind, payload_kg, flight.airborne_s, chain.climbed_m))
            left_wh -= energies[-1]
            left.append(left_wh)
            reserve_wh = kind.battery_wh * self._rules.reserve_fraction
            diversion_wh = self.instance.diversions.energy_wh(
                kind, chain.destination, payload_kg, flight.landing_s
            )
            needed.append(reserve_wh + diversion_wh)
            if left_wh < needed[-1]:
                values = {
                    "site": chain.destination,
                    "left_wh": round(left_wh, 1),
                    "needed_wh": round(needed[-1], 1),
                    "type": type_id(kind),
                }
                finding = Finding("ENERGY_RESERVE", values)
                return Refusal(kind, leg, chain.origin, chain.destination, 0, finding)
        return Route(kind, flights, stops, tuple(energies), tuple(left), tuple(needed))


def _lodged_at(job: Job, document: str) -> str:
    """Return when a document of a job was lodged; of one lodged twice, the last that is named."""
    lodged = {each.document: each.lodged_at for each in job.order.declarations}
    return lodged[document].isoformat()

"""When a leg may take off among what others hold: first come, first served."""

import math

from geodata.schedule import DAY_S
from planner.air.legs import Chain, Flight
from planner.air.ways_round import other_ways
from planner.day.calendar import Calendar
from planner.day.instance import Instance
from planner.day.tour import Unflyable
from planner.request.fleet import DroneType


class Takeoffs:
    """Flights of an instance that wait on the pad until air and the pad ahead are free.

    Where the quickest way has to wait, others are looked at, as many as the rules say.
    """

    def __init__(self, instance: Instance) -> None:
        self._instance = instance

    def first_free(
        self,
        kind: DroneType,
        ends: tuple[str, str],
        ready_s: int,
        calendar: Calendar,
        *,
        empty: bool,
        quickest: bool,
        gain: int = 0,
    ) -> Flight:
        """Return the first flight found from one end to the other; raise `Unflyable`.

        One with nothing aboard keeps the hours of empty crossings; `quickest` looks at no other
        way. By another way it lands sooner by `gain` seconds for each that it is in the air for
        longer.
        """
        crosses = empty and self._crosses(ends)
        flight = self._waiting(kind, ends, ready_s, calendar, crosses=crosses)
        most = 0 if quickest else self._instance.rules.other_ways
        if not most or flight.takeoff_s == ready_s:
            return flight
        for chain in other_ways(self._instance.legs, kind, ends)[:most]:
            found = self._by(chain, kind, ready_s, calendar, flight.landing_s, crosses=crosses)
            if found is not None:
                longer_s = max(0.0, found.airborne_s - flight.airborne_s)
                if found.landing_s + math.ceil(gain * longer_s) < flight.landing_s:
                    flight = found
        return flight

    def settled(
        self,
        kind: DroneType,
        ends: tuple[str, str],
        lanes: tuple[str, ...],
        ready_s: int,
        calendar: Calendar,
        *,
        empty: bool,
    ) -> Flight:
        """Return the flight that takes off at once by some lanes, or else what `first_free` does.

        Where none are given they are those that are quickest in the stretch of the day in which it
        takes off, as `planner.fly.fly` has it: where a leg meets a change, others may be quicker,
        but they may not be free.
        """
        legs, step = self._instance.legs, self._instance.legs.step(ready_s)
        chain = legs.chain(lanes) if lanes else None
        if chain is None and not math.isinf(legs.static_s(kind, step, *ends)):
            chain = legs.static_chain(kind, step, *ends)
        if chain is not None:
            crosses = empty and self._crosses(ends)
            found = self._by(chain, kind, ready_s, calendar, 2 * DAY_S, crosses=crosses)
            if found is not None and found.takeoff_s == ready_s:
                return found
        return self.first_free(kind, ends, ready_s, calendar, empty=empty, quickest=True)

    def _waiting(
        self,
        kind: DroneType,
        ends: tuple[str, str],
        ready_s: int,
        calendar: Calendar,
        *,
        crosses: bool,
    ) -> Flight:
        """Return the flight by the quickest way at its time, put off until all is free."""
        quickest, takeoff = self._instance.quickest, ready_s
        while True:
            found = quickest.depart(kind, *ends, takeoff)
            if found is None:
                raise Unflyable("NO_ROUTE", origin=ends[0], destination=ends[1], from_s=ready_s)
            if crosses:
                later = self._empty_crossing(found)
                if later is None:
                    raise Unflyable("EMPTY_CROSSING", takeoff_s=found.takeoff_s)
                if later > found.takeoff_s:
                    takeoff = later
                    continue
            same_until_s = quickest.same_until_s(kind, found)
            delay = calendar.traffic.delay_s(found, same_until_s)
            if delay:
                takeoff = found.takeoff_s + delay
                continue
            landing = found.landing_s
            free = calendar.pads[ends[1]].next_free(landing, 1)
            if free == landing:
                return found
            takeoff = found.takeoff_s + free - landing

    def _by(
        self,
        chain: Chain,
        kind: DroneType,
        ready_s: int,
        calendar: Calendar,
        before_s: int,
        *,
        crosses: bool,
    ) -> Flight | None:
        """Return the first flight along a chain of lanes that lands before a second, if any."""
        legs, takeoff = self._instance.legs, ready_s
        while True:
            found = legs.flight(kind, chain, takeoff)
            if found is None or found.landing_s >= before_s or legs.blocked(found):
                return None
            if crosses and (later := self._empty_crossing(found)) != takeoff:
                if later is None:
                    return None
                takeoff = later
                continue
            same_until_s = math.floor(legs.steps[legs.step(takeoff) + 1] - found.airborne_s)
            delay = calendar.traffic.delay_s(found, max(takeoff, same_until_s))
            free = calendar.pads[chain.destination].next_free(found.landing_s, 1)
            if not delay and free == found.landing_s:
                return found
            takeoff += delay or free - found.landing_s

    def _crosses(self, ends: tuple[str, str]) -> bool:
        side_of = self._instance.network.side_of
        return side_of(ends[0]) != side_of(ends[1])

    def _empty_crossing(self, flight: Flight) -> int | None:
        """Return the first take-off from the flight's on with all of it in the hours, if any."""
        for since, until in self._instance.empty_crossing:
            takeoff = max(flight.takeoff_s, since)
            if takeoff + flight.exit[-1] <= until:
                return takeoff
        return None

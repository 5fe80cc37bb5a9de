"""The quickest leg at a time of day, exact through changes of wind and closures.

What is searched: all chains of lanes that visit no place twice, and all take-offs from a given
second on. In the air a drone neither waits nor slows down; what opens too late for it, it meets by
taking off later or by a longer way. So a chain has take-off windows, the stretches of time from
which each of its blocks is found open, and the later it takes off in one, the later it lands.

The answer is the chain that lands first if take-offs are real numbers, of two that land together
the one that is in the air for less; it takes off at the first whole second of its window. So no
detour is flown to gain the part of a second by which whole take-offs miss an opening, and a window
of under a second may be passed over.
"""

import heapq
import math
from dataclasses import dataclass
from itertools import count
from typing import Any

from geodata.features import Side
from planner.air.answers import Answers
from planner.air.awaited import awaited_leg
from planner.air.legs import Flight, Legs
from planner.air.passage import TOUCH_S, Passage
from planner.air.ways import PAD, Ways
from planner.request.fleet import DroneType

_SPAN_S = 60.0
_WIDER = 4.0
"""How far past the earliest conceivable landing is looked first, and how that grows."""


class Quickest:
    """Quickest legs of an airspace; the answers are kept.

    `answers` may be given where they were found in airspaces that differ in hours alone.
    """

    def __init__(self, legs: Legs, answers: Answers | None = None) -> None:
        self.legs = legs
        self.answers = answers or Answers()
        self._hours = self.answers.hours(legs.airspace.network)
        self._ways: dict[tuple[str, Side], Ways] = {}

    def depart(
        self,
        kind: DroneType,
        origin: str,
        destination: str,
        ready_s: int,
        without: frozenset[str] = frozenset(),
    ) -> Flight | None:
        """Return the leg that lands first of those taking off at `ready_s` or later, or None.

        It uses no lane of `without` and lands within the day.
        """
        legs = self.legs
        if origin not in legs.arcs.out_vertex or destination not in legs.arcs.in_vertex:
            return None  # no lane begins, or ends, there
        if without:
            free = self.depart(kind, origin, destination, ready_s)
            if free is None or without.isdisjoint(free.chain.lanes):
                return free
            return self._through_changes(kind, origin, destination, ready_s, without)
        step = legs.step(ready_s)
        seconds = legs.static_s(kind, step, origin, destination)
        if ready_s + seconds <= legs.steps[step + 1]:
            return legs.flight(kind, legs.static_chain(kind, step, origin, destination), ready_s)
        sites = legs.airspace.network.sites
        hours = sites[origin].hours, sites[destination].hours, self._hours
        return self.answers.get(
            (kind.id, origin, destination, ready_s, hours),
            lambda: self._through_changes(kind, origin, destination, ready_s, without),
        )

    def takeoff_s(self, kind: DroneType, origin: str, ready_s: int) -> int | None:
        """Return a second before which no leg takes off that is ready at `ready_s`.

        Then the origin's air is open and something may fly; None if that is no more on the day.
        """
        blocks = self.legs.airspace.blocks
        closures = self.legs.airspace.closures[blocks.position[origin]]
        for since_s, until_s in self._ways_from(kind, origin).sessions:
            ready_s = max(ready_s, since_s)
            for closure in closures:
                if closure.since <= ready_s:
                    ready_s = max(ready_s, closure.until)
            if ready_s < until_s:
                return ready_s
        return None

    def _ways_from(self, kind: DroneType, origin: str) -> Ways:
        key = (kind.id, self.legs.airspace.network.side_of(origin))
        if key not in self._ways:
            self._ways[key] = Ways(self.legs, kind, key[1])
        return self._ways[key]

    def same_until_s(self, kind: DroneType, flight: Flight) -> int:
        """Return the last take-off, at least its own, up to which a quickest leg is put off only.

        That is while no wind and no closure changes before it lands.
        """
        legs, chain = self.legs, flight.chain
        step = legs.step(flight.takeoff_s)
        seconds = legs.static_s(kind, step, chain.origin, chain.destination)
        last = legs.steps[step + 1] - seconds
        if last < flight.takeoff_s:
            return flight.takeoff_s
        usual = legs.static_chain(kind, step, chain.origin, chain.destination)
        return math.floor(last) if chain.lanes == usual.lanes else flight.takeoff_s

    def _through_changes(
        self,
        kind: DroneType,
        origin: str,
        destination: str,
        ready_s: int,
        without: frozenset[str],
    ) -> Flight | None:
        ways, ends = self._ways_from(kind, origin), (origin, destination)
        for since_s, until_s in ways.sessions:
            if ready_s < until_s:
                start_s = max(ready_s, since_s)
                found = None if without else awaited_leg(ways, *ends, start_s, until_s)
                if found is None:
                    found = _Search(ways, *ends, start_s, until_s, without).quickest()
                if found is not None:
                    return found
        return None


@dataclass(frozen=True, slots=True)
class _Bound:
    """The quickest leg of a drone that could wait in the air, and whether it would."""

    lanes: tuple[int, ...]
    landing: float
    waited: bool


@dataclass(frozen=True, slots=True)
class _Reach:
    """A chain flown to the end of a lane, or onto the pad, in the earliest window it has left.

    `takeoff` is in that window; `closes` is when first one of its blocks closes later.
    """

    lanes: tuple[int, ...]
    passages: tuple[Passage, ...]
    places: tuple[int, ...]
    takeoff: float
    clock: float
    closes: float

    @property
    def airborne(self) -> float:
        return self.clock - self.takeoff


class _Search:
    """One question: how a drone gets from pad to pad between two seconds of the day."""

    def __init__(
        self,
        ways: Ways,
        origin: str,
        destination: str,
        ready_s: int,
        until_s: int,
        without: frozenset[str],
    ) -> None:
        self._ways = ways
        self._origin = origin
        self._ready_s = ready_s
        self._until_s = until_s
        self._rest_s = ways.rest_s(destination)
        self._without = frozenset(ways.legs.arcs.lane_vertex[lane] for lane in without)

    def quickest(self) -> Flight | None:
        """Return the quickest leg, by way of the quickest if a drone could wait in the air.

        If that one does not wait, it is the answer. If it does, nothing lands earlier at least, and
        legs that do not wait are searched up to a horizon that widens until one is found.
        """
        bound = self._waiting()
        if bound is None:
            return None
        flight = None if bound.waited else self._flight(bound.lanes, self._ready_s)
        if flight is not None:
            return flight
        span = TOUCH_S
        while True:
            horizon = min(bound.landing + span, self._until_s + TOUCH_S)
            found = self._flying(horizon)
            if found is not None or horizon > self._until_s:
                return found
            span = max(_SPAN_S, span * _WIDER)

    def _waiting(self) -> _Bound | None:
        """Return the leg that lands first if a drone could wait in the air; None if none lands.

        Then an earlier entry never leaves later, and each lane needs one label: earliest landing,
        serial number, clock, lane, whether it waited, and the label that it came from.
        """
        number, heap = count(), list[tuple[float, int, float, int, bool, Any]]()
        first: dict[int, float] = {}
        clock, waited, came = float(self._ready_s), False, None
        onward = self._ways.from_site(self._origin)
        while True:
            for lane, passage in onward:
                rest_s = self._rest_s[lane]
                if lane in self._without or rest_s == math.inf:
                    continue
                end, stood = passage.leave_waiting(clock)
                late = end + rest_s > self._until_s + TOUCH_S
                if not late and end < first.get(lane, math.inf):
                    first[lane] = end
                    label = (end + rest_s, next(number), end, lane, waited or stood, came)
                    heapq.heappush(heap, label)
            onward = ()
            if not heap:
                return None
            came = heapq.heappop(heap)
            _, _, clock, lane, waited, before = came
            if lane == PAD:
                return _bound(before, clock, waited)
            if clock <= first[lane]:
                onward = self._ways.from_lane(lane)

    def _flying(self, horizon: float) -> Flight | None:
        """Return the leg that lands first and by `horizon`, without waiting in the air.

        A chain to a lane's end beats all that come there later and were longer in the air, if none
        of its blocks closes before the horizon: put off, it does what they do.
        """
        number, heap = count(), list[tuple[float, float, int, _Reach]]()

        def push(reach: _Reach | None) -> None:
            if reach is not None:
                bound = reach.clock + self._rest_s[reach.lanes[-1]]
                heapq.heappush(heap, (bound, reach.airborne, next(number), reach))

        place = self._ways.legs.airspace.blocks.position[self._origin]
        pad = _Reach((), (), (place,), float(self._ready_s), float(self._ready_s), math.inf)
        for lane, passage in self._ways.from_site(self._origin):
            push(self._extend(pad, lane, passage))
        beaten: dict[int, list[float]] = {}
        found: list[tuple[float, Flight]] = []
        while heap and heap[0][0] <= horizon:
            reach = heapq.heappop(heap)[3]
            lane = reach.lanes[-1]
            if lane == PAD:
                takeoff_s = math.ceil(reach.takeoff - TOUCH_S)
                flight = self._flight(reach.lanes[:-1], takeoff_s)
                if flight is not None:
                    found.append((reach.airborne, flight))
                    horizon = min(horizon, reach.clock + TOUCH_S)
                else:
                    push(self._opened(reach, takeoff_s + 1))
                continue
            rivals = beaten.setdefault(lane, [])
            if any(airborne <= reach.airborne + TOUCH_S for airborne in rivals):
                continue
            if reach.closes >= horizon:
                rivals.append(reach.airborne)
            for following, passage in self._ways.from_lane(lane):
                push(self._extend(reach, following, passage))
        return min(found, key=lambda each: each[0])[1] if found else None

    def _extend(self, reach: _Reach, lane: int, passage: Passage) -> _Reach | None:
        """Return a chain flown on, taking off later if it must; None if it cannot on this day."""
        places = reach.places if lane == PAD else (*reach.places, self._ways.end(lane))
        if (
            lane in self._without
            or self._rest_s[lane] == math.inf
            or (lane != PAD and places[-1] in reach.places)
        ):
            return None
        clock, shut = passage.leave(reach.clock)
        closes = min(reach.closes, passage.closes(reach.clock))
        passages = (*reach.passages, passage)
        longer = _Reach((*reach.lanes, lane), passages, places, reach.takeoff, clock, closes)
        return longer if shut is None else self._opened(longer, reach.takeoff)

    def _flight(self, lanes: tuple[int, ...], takeoff_s: int) -> Flight | None:
        """Return the leg from a whole second; None if it meets a closure, or the day's end."""
        legs = self._ways.legs
        flight = legs.flight(self._ways.kind, self._ways.chain(lanes), takeoff_s)
        if flight is None or legs.blocked(flight) or flight.landing_s > self._until_s:
            return None
        return flight

    def _opened(self, reach: _Reach, takeoff: float) -> _Reach | None:
        """Return a chain from `takeoff` or the first window after it; None if there is none."""
        while takeoff < self._until_s:
            clock, closes, before = takeoff, math.inf, list[Passage]()
            for passage in reach.passages:
                end, shut = passage.leave(clock)
                if shut is not None:
                    later = passage.enter(shut.until, shut.at)
                    break
                closes = min(closes, passage.closes(clock))
                clock = end
                before.append(passage)
            else:
                return _Reach(reach.lanes, reach.passages, reach.places, takeoff, clock, closes)
            for passage in reversed(before):
                later = passage.enter(later)
            takeoff = max(takeoff + TOUCH_S, later)
        return None


def _bound(last: Any, landing: float, waited: bool) -> _Bound:
    """Return a bound with the lanes that its labels came over."""
    lanes: list[int] = []
    label = last
    while label is not None:
        lanes.append(label[3])
        label = label[5]
    return _Bound(tuple(reversed(lanes)), landing, waited)

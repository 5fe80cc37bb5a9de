"""The quickest leg at a time of day, exact through changes of wind and closures.

A drone waits on its pad and nowhere else, so the answer is the take-off and chain that land
earliest, among take-offs from `ready_s` on.
"""

import heapq
import math
from dataclasses import dataclass

from geodata.schedule import DAY_S
from planner.airspace import Closure
from planner.legs import Chain, Duration, Flight, Legs
from planner.request import DroneType


@dataclass(frozen=True, slots=True)
class _Label:
    """A lane flown to its end at `clock`, and how it came there."""

    clock: float
    lane: str
    before: "_Label | None"


@dataclass(slots=True)
class _Blocked:
    """The earliest take-off that could pass one of the closures met by a search, and that one."""

    retry_s: float = math.inf
    closure: Closure | None = None

    def note(self, takeoff_s: int, enter: float, closure: Closure) -> None:
        """Keep a take-off from which the block may be entered no earlier than it opens.

        The delay of the entry differs from that of the take-off where wind changes between them,
        so the step is half of what is missing, which cannot pass the right take-off unless wind
        makes the way there more than twice as long; far off it is all but twice the way.
        """
        missing, way = closure.until - enter, enter - takeoff_s
        step = missing - way if missing > 2 * way else missing / 2
        retry = takeoff_s + max(1, math.floor(step))
        if retry < self.retry_s:
            self.retry_s, self.closure = retry, closure


class Quickest:
    """Quickest legs of an airspace; the answers are kept."""

    def __init__(self, legs: Legs) -> None:
        self.legs = legs
        self._found: dict[tuple[str, str, str, int], Flight | None] = {}

    def depart(
        self,
        kind: DroneType,
        origin: str,
        destination: str,
        ready_s: int,
        without: frozenset[str] = frozenset(),
    ) -> Flight | None:
        """Return the leg that lands first of those taking off at `ready_s` or later, or None.

        It uses no lane of `without`.
        """
        legs = self.legs
        if without:
            return self._through_changes(kind, origin, destination, ready_s, without)
        step = legs.step(ready_s)
        seconds = legs.static_s(kind, step, origin, destination)
        if ready_s + seconds <= legs.steps[step + 1]:
            return legs.flight(kind, legs.static_chain(kind, step, origin, destination), ready_s)
        key = (kind.id, origin, destination, ready_s)
        if key not in self._found:
            self._found[key] = self._through_changes(kind, origin, destination, ready_s, without)
        return self._found[key]

    def _through_changes(
        self,
        kind: DroneType,
        origin: str,
        destination: str,
        ready_s: int,
        without: frozenset[str],
    ) -> Flight | None:
        legs = self.legs
        every = legs.least(kind, legs.airspace.network.side_of(origin))
        least = every[legs.out_vertex[origin], legs.in_vertex[destination]]
        best: Flight | None = None
        takeoff: float = ready_s
        while takeoff + least < (best.landing_s if best else DAY_S):
            start = int(takeoff)
            step = legs.step(start)
            seconds = legs.static_s(kind, step, origin, destination)
            if not without and start + seconds <= legs.steps[step + 1]:
                chain: Chain | None = legs.static_chain(kind, step, origin, destination)
                retry = math.inf
            elif not math.isfinite(seconds) and start + least <= legs.steps[step + 1]:
                # Shut for the whole leg: nothing lands before the next change.
                chain, retry = None, legs.steps[step + 1] - least
            else:
                chain, retry = self._fly(kind, origin, destination, start, without)
            flight = chain and legs.flight(kind, chain, start)
            if flight and (best is None or flight.landing_s < best.landing_s):
                best = flight
            takeoff = max(start + 1, retry)
        return best

    def _fly(
        self,
        kind: DroneType,
        origin: str,
        destination: str,
        takeoff_s: int,
        without: frozenset[str],
    ) -> tuple[Chain | None, float]:
        """Return the first chain to land for one take-off, and the next take-off worth trying."""
        legs = self.legs
        target = legs.in_vertex[destination]
        side = legs.airspace.network.side_of(origin)
        least, inbound = legs.least(kind, side), legs.inbound[side]
        blocked = _Blocked()
        heap: list[tuple[float, float, int, _Label | None]] = []
        count = 0
        lanes = legs.airspace.blocks.lanes
        every = legs.airspace.blocks.all
        first = [lane for _, _, lane in legs.graph.out_edges(origin, keys=True)]
        root: list[tuple[_Label | None, tuple[str, ...]]] = [(None, tuple(sorted(first)))]
        done: dict[str, float] = {}
        while True:
            for label, following in root:
                for lane in following:
                    rest = float(least[legs.lane_vertex[lane], target])
                    if lane in without or lane in inbound or not math.isfinite(rest):
                        continue
                    clock = self._pass(kind, label, lane, takeoff_s, blocked)
                    if clock < done.get(lane, math.inf):
                        done[lane] = clock
                        count += 1
                        heapq.heappush(
                            heap, (clock + rest, clock, count, _Label(clock, lane, label))
                        )
                if label is not None and every[lanes[label.lane].end].place == destination:
                    clock = self._land(kind, label, takeoff_s, blocked)
                    if math.isfinite(clock):
                        count += 1
                        heapq.heappush(heap, (clock, clock, -count, label))
            root = []
            if not heap:
                return None, blocked.retry_s
            _, clock, order, label = heapq.heappop(heap)
            assert label is not None
            if order < 0:
                break
            if clock <= done.get(label.lane, math.inf):
                root = [(label, legs.successors[label.lane])]
        names: list[str] = []
        at: _Label | None = label
        while at is not None:
            names.append(at.lane)
            at = at.before
        return legs.chain(tuple(reversed(names))), blocked.retry_s

    def _pass(
        self, kind: DroneType, label: _Label | None, lane: str, takeoff_s: int, blocked: _Blocked
    ) -> float:
        """Return when `lane` is left after a label (None: from the pad); inf if it is shut."""
        legs = self.legs
        cut = legs.airspace.blocks.lanes[lane]
        clock = float(takeoff_s) if label is None else label.clock
        if label is None:
            clock = self._hold(
                kind, cut.start, clock, lambda e: legs.origin_s(kind, lane, e), takeoff_s, blocked
            )
        else:
            before = label.lane
            clock = self._hold(
                kind,
                cut.start,
                clock,
                lambda e: legs.waypoint_s(kind, before, lane, e),
                takeoff_s,
                blocked,
            )
        for number, block in enumerate(cut.blocks):
            if math.isinf(clock):
                break
            clock = self._hold(
                kind,
                block,
                clock,
                lambda e, number=number: legs.lane_s(kind, lane, e)[number],  # type: ignore[misc]
                takeoff_s,
                blocked,
            )
        return clock

    def _land(self, kind: DroneType, label: _Label, takeoff_s: int, blocked: _Blocked) -> float:
        legs, lane = self.legs, label.lane
        end = legs.airspace.blocks.lanes[lane].end
        return self._hold(
            kind, end, label.clock, lambda e: legs.destination_s(kind, lane, e), takeoff_s, blocked
        )

    def _hold(
        self,
        kind: DroneType,
        block: int,
        clock: float,
        duration: Duration,
        takeoff_s: int,
        blocked: _Blocked,
    ) -> float:
        """Return when a block entered at `clock` is left; inf, and noted, if it is shut."""
        end = self.legs.advance(clock, duration)
        enter, leave = math.floor(clock + 1e-9), math.ceil(end - 1e-9) if end < math.inf else 0
        if math.isinf(end):
            steps = self.legs.airspace.wind_steps
            later = next((step for step in steps if step > clock), DAY_S)
            blocked.note(takeoff_s, clock, Closure(0, later, "WIND_LIMIT", kind.id))
            return math.inf
        for closure in self.legs.airspace.closures[block]:
            if enter < closure.until and closure.since < leave:
                blocked.note(takeoff_s, clock, closure)
                return math.inf
        return end

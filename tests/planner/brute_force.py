"""The quickest leg found by trying everything: every simple chain of lanes, every take-off.

It shares with the search the blocks, their times in a steady wind and their closures, and nothing
of how a leg is found. Times through changing wind come from one picture: in a steady wind a block
is passed at a constant rate, so the share of it that is done by an instant is a piecewise linear
function, and entry and exit are a whole block apart on it.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from geodata.schedule import DAY_S
from planner.air.legs import Chain, Flight, Legs
from planner.request.fleet import DroneType

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
_TOUCH_S = 1e-6
"""Two instants nearer than this are one."""


def simple_chains(legs: Legs, origin: str, destination: str) -> Iterator[Chain]:
    """Yield every chain of lanes that visits no place twice and crosses the boundary once."""
    network = legs.airspace.network
    ends = {lane: network.lane_ends(lane) for lane in network.lanes}
    home = network.side_of(origin)

    def onward(lanes: tuple[str, ...], places: tuple[str, ...]) -> Iterator[Chain]:
        for lane in sorted(network.lanes):
            start, end = ends[lane]
            back = network.side_of(start) != home and network.side_of(end) == home
            if start != places[-1] or end in places or back:
                continue
            if end == destination:
                yield legs.chain((*lanes, lane))
            elif end in network.waypoints:
                yield from onward((*lanes, lane), (*places, end))

    yield from onward((), (origin,))


@dataclass(frozen=True)
class Answer:
    """A chain with its earliest take-off and landing, in seconds that need not be whole."""

    chain: Chain
    takeoff_s: float
    landing_s: float


@dataclass(frozen=True)
class BySecond:
    """Quickest legs by the second from which they may take off; inf where there is none.

    `landing` and `airborne` are those of the earliest take-off as a real number, by which legs are
    chosen; the others are of the leg that takes off at a whole second.
    """

    landing: Floats
    airborne: Floats
    takeoff_s: Floats
    landing_s: Floats
    flown_s: Floats
    climbed_m: Floats


@dataclass(frozen=True)
class Window:
    """A stretch of time in which a chain may take off, ends included."""

    timed: "TimedChain"
    since: float
    until: float


class BruteForce:
    """All legs of a type from site to site that use no lane of `without`."""

    def __init__(
        self,
        legs: Legs,
        kind: DroneType,
        origin: str,
        destination: str,
        without: frozenset[str] = frozenset(),
    ) -> None:
        self.chains = [
            TimedChain(legs, kind, chain)
            for chain in simple_chains(legs, origin, destination)
            if without.isdisjoint(chain.lanes)
        ]

    def window(self, flight: Flight) -> Window | None:
        """Return the window in which a flight takes off; None if it meets a closure."""
        (timed,) = (each for each in self.chains if each.chain == flight.chain)
        for since, until in timed.windows:
            if since - _TOUCH_S <= flight.takeoff_s <= until + _TOUCH_S:
                return Window(timed, since, until)
        return None

    def quickest(self, ready_s: float, least_window_s: float) -> Answer | None:
        """Return the chain that lands first of all take-offs from `ready_s`, whole second or not.

        Only take-offs count that may be put off by `least_window_s` without meeting a closure.
        """
        found = []
        for timed in self.chains:
            for since, until in timed.windows:
                takeoff = max(since, ready_s)
                if takeoff + least_window_s <= until + _TOUCH_S:
                    found.append(Answer(timed.chain, takeoff, timed.landing(takeoff)))
                    break
        return min(found, key=lambda each: each.landing_s, default=None)

    def by_second(self, seconds: Ints, least_window_s: float) -> "BySecond":
        """Return the quickest leg for each second from which it may take off."""
        size, ready = len(seconds), seconds.astype(float)
        best = BySecond(*(np.full(size, np.inf) for _ in range(6)))
        for timed in self.chains:
            first = np.full(size, np.nan)
            for since, until in reversed(timed.windows):
                begin = np.maximum(since, ready)
                fits = np.ceil(begin - _TOUCH_S) <= until + _TOUCH_S
                fits &= begin + least_window_s <= until + _TOUCH_S
                first = np.where(fits, begin, first)
            landing = timed.landings(first)
            airborne = landing - first
            sooner = landing < best.landing - _TOUCH_S
            together = landing < best.landing + _TOUCH_S
            better = sooner | (together & (airborne < best.airborne - _TOUCH_S))
            takeoff_s = np.ceil(first[better] - _TOUCH_S)
            landed = timed.landings(takeoff_s)
            best.landing[better] = landing[better]
            best.airborne[better] = airborne[better]
            best.takeoff_s[better] = takeoff_s
            best.landing_s[better] = np.ceil(landed - 1e-9)
            best.flown_s[better] = landed - takeoff_s
            best.climbed_m[better] = timed.chain.climbed_m
        return best

    def first_landing(self, takeoffs: Ints) -> Floats:
        """Return the earliest landing of each whole take-off second, inf if it may not fly."""
        best = np.full(len(takeoffs), np.inf)
        for timed in self.chains:
            open_ = np.zeros(len(takeoffs), dtype=bool)
            for since, until in timed.windows:
                open_ |= (takeoffs >= since - 1e-9) & (takeoffs <= until + 1e-9)
            landing = np.ceil(timed.landings(takeoffs.astype(float)) - 1e-9)
            best = np.minimum(best, np.where(open_, landing, np.inf))
        return best


class TimedChain:
    """A chain with the stretches of time in which it may take off, ends included."""

    def __init__(self, legs: Legs, kind: DroneType, chain: Chain) -> None:
        self.chain = chain
        steps = legs.airspace.wind_steps
        self._at = np.array([*steps[:-1], 4.0 * DAY_S])
        epochs = range(len(steps) - 1)
        times = np.array([legs.durations(kind, chain, epoch) for epoch in epochs])
        # A block that the wind forbids has no rate; any will do, since it is closed then.
        rates = 1.0 / np.where(np.isfinite(times), times, 1.0)
        shares = rates * np.diff(self._at)[:, None]
        self._done = np.vstack([np.zeros(times.shape[1]), np.cumsum(shares, axis=0)])
        blocks = len(chain.blocks)
        # What must have been passed, and how much of the chain that is, for every closure.
        since: list[list[int]] = [[] for _ in range(blocks + 1)]
        until: list[list[int]] = [[] for _ in range(blocks + 1)]
        for at, block in enumerate(chain.blocks):
            shut = [(each.since, each.until) for each in legs.airspace.closures[block]]
            forbidden = [epoch for epoch in epochs if not np.isfinite(times[epoch, at])]
            shut += [(steps[epoch], steps[epoch + 1]) for epoch in forbidden]
            since[at + 1] += [begin for begin, _ in shut]
            until[at] += [end for _, end in shut]
        latest, earliest = self._takeoffs(since), self._takeoffs(until)
        closed = []
        for at in range(blocks):
            closed += zip(latest[at + 1], earliest[at], strict=True)
        (day_end,) = self._takeoffs([*([[]] * blocks), [DAY_S]])[-1]
        self.windows = _between([*closed, (day_end, np.inf)])

    def landing(self, takeoff_s: float) -> float:
        """Return when a take-off lands."""
        return float(self.landings(np.array([takeoff_s]))[0])

    def landings(self, takeoffs: Floats) -> Floats:
        """Return when take-offs land."""
        clock = takeoffs
        for at in range(len(self.chain.blocks)):
            done = np.interp(clock, self._at, self._done[:, at])
            clock = np.interp(done + 1.0, self._done[:, at], self._at)
        return clock

    def _takeoffs(self, instants: list[list[int]]) -> list[list[float]]:
        """Return from which take-offs `instants[n]` find n blocks passed; -inf: before the day."""
        clock, sizes = np.empty(0), [len(each) for each in instants]
        for at in reversed(range(len(instants))):
            clock = np.concatenate([instants[at], clock])
            if at:
                done = np.interp(clock, self._at, self._done[:, at - 1])
                earlier = np.interp(done - 1.0, self._done[:, at - 1], self._at)
                clock = np.where(done < 1.0, -np.inf, earlier)
        cuts = np.cumsum(sizes)[:-1]
        return [each.tolist() for each in np.split(clock, cuts)]


def _between(closed: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Return the stretches outside all closed ones."""
    found, since = [], 0.0
    for begin, end in sorted(closed):
        if begin >= since:
            found.append((since, begin))
        since = max(since, end)
    return found

"""A network on one day under one weather: when each block is open, and how fast it is flown."""

import copy
import math
from bisect import bisect_right
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import shapely

from geodata.features import Waypoint, Zone
from geodata.network import Network
from geodata.schedule import DAY_S, Calendar, Intervals
from planner.air.blocks import Block, Blocks, cut_blocks
from planner.air.held_blocks import blocks_near
from planner.arrays import Floats
from planner.request.request import Request
from planner.request.weather import Weather

Shapes = npt.NDArray[np.object_]

CALM_EPOCH = -1


@dataclass(frozen=True, slots=True)
class Closure:
    """A stretch of the day, [since, until) seconds, in which a block may not be held."""

    since: int
    until: int
    code: str
    cause: str


class Airspace:
    """Blocks of a network with their closures and winds on the request's day.

    Times are seconds from the local midnight of the day. `blocks` may be given where the same
    corridors have been cut under the same rules before, and `closing`, the ids of the zones that
    may close each, where they have been found. Lanes that are `shut` are closed all day.
    """

    def __init__(
        self,
        network: Network,
        request: Request,
        blocks: Blocks | None = None,
        shut: frozenset[str] = frozenset(),
        closing: Mapping[int, Sequence[str]] | None = None,
    ) -> None:
        self.network = network
        self.shut = shut
        self._closing = closing
        self.request = request
        self.calendar: Calendar = network.calendar(request.fleet.day)
        self.blocks: Blocks = blocks or cut_blocks(network, request.fleet.rules)
        self._winds: dict[tuple[float, int], tuple[float, float]] = {}

    def asked(self, request: Request) -> "Airspace":
        """Return the same air for other orders and drones: all else of the request is as it was."""
        found = copy.copy(self)
        found.request = request
        return found

    @cached_property
    def wind_steps(self) -> tuple[int, ...]:
        """Instants of the day at which any wind changes, with 0 first and the day's end last."""
        steps = {0, DAY_S}
        for wind in self.request.weather.winds:
            for instant in (wind.since, wind.until):
                steps.add(min(DAY_S, max(0, self.calendar.seconds(instant))))
        return tuple(sorted(steps))

    def epoch(self, second: float) -> int:
        """Return the index of the wind step that holds `second`; the last one goes on for ever."""
        return min(max(bisect_right(self.wind_steps, second) - 1, 0), len(self.wind_steps) - 2)

    def wind(self, height_amsl_m: float, epoch: int) -> tuple[float, float]:
        """Return wind speed in m/s and where it blows from in radians, at a height and step.

        The step `CALM_EPOCH` stands for calm air.
        """
        key = (height_amsl_m, epoch)
        if key not in self._winds:
            self._winds[key] = self._wind(height_amsl_m, epoch)
        return self._winds[key]

    def _wind(self, height_amsl_m: float, epoch: int) -> tuple[float, float]:
        if epoch == CALM_EPOCH:
            return 0.0, 0.0
        instant = self.calendar.instant(self.wind_steps[epoch])
        for wind in self.request.weather.winds:
            in_band = wind.lower_amsl_m <= height_amsl_m < wind.upper_amsl_m
            if in_band and wind.since <= instant < wind.until:
                return wind.speed_m_s, math.radians(wind.from_degrees)
        return 0.0, 0.0

    @cached_property
    def closures(self) -> tuple[tuple[Closure, ...], ...]:
        """For each block its closures by hours, zones and warnings, sorted by start."""
        everywhere = list(_warning_closures(self.request.weather, self.calendar))
        closing = self._closing
        if closing is None:
            closing = closing_zones(self.network, self.blocks)
        found: dict[tuple[str, Sequence[str]], tuple[Closure, ...]] = {}
        keys = [
            (block.lane or block.place or "", closing.get(at, ()))
            for at, block in enumerate(self.blocks.all)
        ]
        for key, block in zip(keys, self.blocks.all, strict=True):
            if key not in found:
                closed = [*everywhere, *self._hours_closures(block)]
                for zone in key[1]:
                    hours = self.network.zones[zone].schedule
                    closed += [
                        Closure(since, until, "ZONE_ACTIVE", zone)
                        for since, until in self.calendar.intervals(hours)
                    ]
                found[key] = tuple(sorted(closed, key=lambda each: (each.since, each.until)))
        return tuple(found[key] for key in keys)

    @cached_property
    def held_blocks(self) -> tuple[list[int], ...]:
        """For each volume that others hold the positions of the blocks that may not meet it."""
        rules = self.request.fleet.rules
        return tuple(blocks_near(self.request.held.air, self.blocks.all, rules, self.network))

    def _hours_closures(self, block: Block) -> list[Closure]:
        if block.lane is not None:
            corridor, _ = self.network.lanes[block.lane]
            if block.lane in self.shut:
                return [Closure(0, 2 * DAY_S, "CORRIDOR_CLOSED", block.lane)]
            return _outside(self.calendar.intervals(corridor.hours), "CORRIDOR_CLOSED", corridor.id)
        place = self.network.places[block.place or ""]
        if isinstance(place, Waypoint):
            return []
        return _outside(self.calendar.intervals(place.hours), "SITE_CLOSED", place.id)


def closing_zones(network: Network, blocks: Blocks) -> dict[int, tuple[str, ...]]:
    """Return the zones that close blocks while they are active: ids by a block's position."""
    found = zones_of_blocks(network, blocks, ("prohibited", "restricted"))
    return {block: tuple(zone.id for zone in zones) for block, zones in found.items()}


def zones_of_blocks(
    network: Network, blocks: Blocks, kinds: Collection[str]
) -> dict[int, list[Zone]]:
    """Return which zones of some kinds share volume with which blocks, by position."""
    shapes = np.array([block.footprint for block in blocks.all])
    tree = shapely.STRtree(shapes)
    found: dict[int, list[Zone]] = {}
    for zone in network.zones.values():
        if zone.kind not in kinds:
            continue
        area = network.metric[zone.id]
        met = np.sort(tree.query(area, predicate="intersects"))
        lower, upper = _zone_limits(network, zone, shapes[met])
        for at, lower_m, upper_m in zip(met.tolist(), lower, upper, strict=True):
            block = blocks.all[at]
            if block.place is not None and not area.intersects(network.metric[block.place]):
                continue
            if lower_m < block.upper_amsl_m and block.lower_amsl_m < upper_m:
                found.setdefault(at, []).append(zone)
    return found


def _zone_limits(network: Network, zone: Zone, shapes: Shapes) -> tuple[Floats, Floats]:
    """Return a zone's limits in m AMSL over each shape, taken wide where they count from AGL."""
    low, high = np.zeros((2, len(shapes)))
    if len(shapes) and "AGL" in (zone.lower_reference, zone.upper_reference):
        points, of = shapely.get_coordinates(shapes, return_index=True)
        first = np.flatnonzero(np.diff(of, prepend=-1))
        lowest, highest = network.ground.heights(points)
        low, high = np.minimum.reduceat(lowest, first), np.maximum.reduceat(highest, first)
    lower = zone.lower_m + (low if zone.lower_reference == "AGL" else np.zeros(len(shapes)))
    if zone.upper_m is None:
        return lower, np.full(len(shapes), math.inf)
    return lower, zone.upper_m + (high if zone.upper_reference == "AGL" else np.zeros(len(shapes)))


def _outside(intervals: Intervals, code: str, cause: str) -> list[Closure]:
    """Return the closures between open intervals; the day after is taken as the day's end."""
    closed, last = [], 0
    for since, until in intervals:
        if since > last:
            closed.append(Closure(last, since, code, cause))
        last = until
    if last < DAY_S:
        closed.append(Closure(last, 2 * DAY_S, code, cause))
    return closed


def _warning_closures(weather: Weather, calendar: Calendar) -> Iterable[Closure]:
    for warning in weather.warnings:
        if warning.kind in weather.stop_warnings:
            since, until = calendar.seconds(warning.since), calendar.seconds(warning.until)
            if until > 0 and since < DAY_S:
                yield Closure(max(0, since), until, "WARNING_IN_FORCE", warning.kind)

"""Where and when flying is allowed at all: hours, zones, warnings, wind."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import attrgetter

import numpy as np
import shapely

from geodata.features import Zone
from geodata.network import Network
from geodata.schedule import contains, overlaps
from planner.check.airspace import Block
from planner.check.day import Day
from planner.check.flight import Flight
from planner.check.sortie import Flown
from planner.check.violation import Violation

_GROUND_STEP_M = 25.0
_SHARED_AREA_M2 = 1e-3


class ClosingZones:
    """The prohibited and restricted zones of a network, and which blocks share volume with them."""

    def __init__(self, network: Network) -> None:
        self._network = network
        closing = ("prohibited", "restricted")
        self._zones = [each for each in network.zones.values() if each.kind in closing]
        self._tree = shapely.STRtree([network.metric[zone.id] for zone in self._zones])
        self._over: dict[str, tuple[Zone, ...]] = {}
        self._along: dict[tuple[str, ...], list[tuple[int, Zone]]] = {}

    def along(self, lanes: tuple[str, ...], day: Day) -> list[tuple[int, Zone]]:
        """Return the zones that blocks of a leg share volume with: which passage, and a zone."""
        if lanes not in self._along:
            names = [block for block, _ in day.flyer.course(lanes).blocks]
            blocks = [day.airspace.block(name) for name in names if name not in self._over]
            for block, zones in zip(blocks, self._find(blocks), strict=True):
                self._over[block.id] = zones
            self._along[lanes] = [
                (index, zone) for index, name in enumerate(names) for zone in self._over[name]
            ]
        return self._along[lanes]

    def over(self, block: Block) -> tuple[Zone, ...]:
        """Return the zones that share volume with a block, whenever they are active."""
        return self._find([block])[0]

    def _find(self, blocks: Sequence[Block]) -> list[tuple[Zone, ...]]:
        """Return the zones that share volume with each of some blocks.

        A place's air is shared only with zones that hold the place's point.
        """
        reach = np.array(
            [
                block.axis if isinstance(block.axis, shapely.Point) else block.footprint
                for block in blocks
            ],
            dtype=object,
        )
        near = self._tree.query(reach, predicate="intersects")
        found: list[list[int]] = [[] for _ in blocks]
        for at, index in near.T.tolist():
            found[at].append(index)
        return [
            tuple(self._zones[index] for index in sorted(each) if self._shares(index, block))
            for block, each in zip(blocks, found, strict=True)
        ]

    def _shares(self, index: int, block: Block) -> bool:
        zone = self._zones[index]
        area = self._network.metric[zone.id]
        if isinstance(block.axis, shapely.LineString):
            shared = shapely.area(shapely.intersection(area, block.footprint))
            if shared < _SHARED_AREA_M2:
                return False
        low, high = self._ground(block)
        lower = zone.lower_m + (low if zone.lower_reference == "AGL" else 0.0)
        if zone.upper_m is None:
            return not lower >= block.top_amsl_m
        upper = zone.upper_m + (high if zone.upper_reference == "AGL" else 0.0)
        # Ground that is not known is NaN: then nothing shows that the zone ends there.
        return not (lower >= block.top_amsl_m or upper <= block.bottom_amsl_m)

    def _ground(self, block: Block) -> tuple[float, float]:
        """Return the lowest and highest ground under a block, along its middle and its edge."""
        spots = [
            *shapely.get_coordinates(shapely.segmentize(block.axis, _GROUND_STEP_M)),
            *shapely.get_coordinates(block.footprint),
        ]
        low, high = self._network.ground.heights(np.array(spots))
        return float(low.min()), float(high.max())


def check_windows(flown: Flown, day: Day, zones: ClosingZones) -> Iterator[Violation]:
    """Yield breaches of CORRIDOR_CLOSED, SITE_CLOSED, ZONE_ACTIVE, WARNING_IN_FORCE, WIND_LIMIT."""
    for index, (flight, leg) in enumerate(zip(flown.flights, flown.sortie.legs, strict=True)):
        place = flown.leg_place(index)
        yield from _corridors(flight, day, place)
        yield from _zones(flight, leg.lanes, day, zones, place)
        yield from _wind(flight, flown, place)
        if flight.stalled_over is None:
            yield from _sites(flown, index, day)
            yield from _warnings(flight, day, place)


def _corridors(flight: Flight, day: Day, place: str) -> Iterator[Violation]:
    closed: set[str] = set()
    for lane_id, group in groupby(flight.passages, attrgetter("lane")):
        if lane_id is None:
            continue
        passages = list(group)
        corridor, _ = day.network.lanes[lane_id]
        hours = day.windows(corridor.hours)
        if contains(hours, passages[0].enter, passages[-1].exit) or corridor.id in closed:
            continue
        outside = (each for each in passages if not contains(hours, each.enter, each.exit))
        if (passage := next(outside, None)) is not None:
            closed.add(corridor.id)
            yield Violation(
                "CORRIDOR_CLOSED",
                place,
                f"corridor {corridor.id} is closed",
                day.span(passage.enter, passage.exit),
                day.hours(hours),
            )


def _zones(
    flight: Flight, lanes: tuple[str, ...], day: Day, zones: ClosingZones, place: str
) -> Iterator[Violation]:
    met: set[str] = set()
    for index, zone in zones.along(lanes, day):
        if index < len(flight.passages):
            passage, active = flight.passages[index], day.windows(zone.schedule)
            if zone.id not in met and overlaps(active, passage.enter, passage.exit):
                met.add(zone.id)
                yield Violation(
                    "ZONE_ACTIVE",
                    f"{place} block {passage.block}",
                    f"zone {zone.id} is active",
                    day.span(passage.enter, passage.exit),
                    f"outside {day.hours(active)}",
                )


def _sites(flown: Flown, index: int, day: Day) -> Iterator[Violation]:
    """Yield a breach for each end of a leg where the flight is over a site outside its hours."""
    flight = flown.flights[index]
    stops = flown.sortie.stops[index], flown.sortie.stops[index + 1]
    over = (flight.passages[0], "take-off"), (flight.passages[-1], "landing")
    for stop, (passage, what) in zip(stops, over, strict=True):
        hours = day.windows(day.network.sites[stop.place].hours)
        if not contains(hours, passage.enter, passage.exit):
            yield Violation(
                "SITE_CLOSED",
                flown.leg_place(index),
                f"{stop.place} is closed at {what}",
                day.span(passage.enter, passage.exit),
                day.hours(hours),
            )


def _warnings(flight: Flight, day: Day, place: str) -> Iterator[Violation]:
    weather = day.request.weather
    landing = flight.passages[-1].exit
    for warning in weather.warnings:
        since, until = day.exact(warning.since), day.exact(warning.until)
        if warning.kind in weather.stop_warnings and flight.takeoff_s < until and since < landing:
            yield Violation(
                "WARNING_IN_FORCE",
                place,
                f"warning {warning.kind} is in force",
                day.span(flight.takeoff_s, landing),
                f"outside {day.span(since, until)}",
            )


def _wind(flight: Flight, flown: Flown, place: str) -> Iterator[Violation]:
    limit = flown.kind.wind_limit_m_s
    strongest = max(flight.passages, key=lambda each: each.strongest_wind_m_s, default=None)
    if strongest is not None and strongest.strongest_wind_m_s >= limit:
        yield Violation(
            "WIND_LIMIT",
            f"{place} block {strongest.block}",
            "the wind is at or over the type's limit",
            f"{strongest.strongest_wind_m_s:g} m/s",
            f"under {limit:g} m/s",
        )
    if flight.stalled_over is not None:
        yield Violation(
            "WIND_LIMIT",
            f"{place} block {flight.stalled_over}",
            "it makes no headway against the wind",
            "under 1 m/s over ground",
            "1 m/s",
        )

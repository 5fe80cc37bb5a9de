"""What is asked of a suggested corridor, and what is wrong with the question."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
import shapely

from geodata.codes import fault
from geodata.faults import Fault
from geodata.features import Side, Zone
from geodata.limits import CORRIDOR_MIN_M, VERTICAL_CLEARANCE_M
from geodata.nearest import did_you_mean
from geodata.network import Network

WIDTH_MAX_M = 500.0
BAND_M = 10.0
"""Vertical extent of each lane of a suggestion."""

LEVEL_M = BAND_M + VERTICAL_CLEARANCE_M
"""From one lane to the opposite one: a band, and the least gap between two bands."""


@dataclass(frozen=True, slots=True)
class Minima:
    """Least distance from the lanes and places that are there, in plan or in height.

    The defaults are those of a fleet's operating rules (docs/formats.md, `separation_lateral_m`).
    """

    lateral_m: float = 30.0
    vertical_m: float = 15.0


@dataclass(frozen=True, slots=True)
class TurnLimits:
    """What the drones turn: the largest change of course at a vertex, and the shortest leg.

    A fly-by turn of radius r through the angle a begins r tan(a/2) before the vertex, with
    r = v² / (g tan(bank)). At 15 m/s and 25° of bank r is 49 m, so two turns of 60° need a leg of
    57 m between them, and the drone passes 8 m inside of the vertex.
    """

    turn_max_deg: float = 60.0
    leg_min_m: float = 60.0


@dataclass(frozen=True, slots=True)
class Ask:
    """A corridor from one place to another, so wide, its upper lane so high.

    The opposite lane lies `LEVEL_M` lower. With `cross_lanes` it may cross lanes within their
    minima, where flights then take turns. A height AGL counts from the higher of the highest
    ground at the two places: lanes fly level.
    """

    start: str
    end: str
    width_m: float = 40.0
    height_m: float = 80.0
    height_reference: Literal["AMSL", "AGL"] = "AMSL"
    minima: Minima = Minima()
    turns: TurnLimits = TurnLimits()
    crossing_min_deg: float = 60.0
    cross_lanes: bool = False


@dataclass(frozen=True, slots=True)
class Levels:
    """Heights of a suggestion's two lanes, middle of their bands, m AMSL."""

    upper_amsl_m: float

    @property
    def lower_amsl_m(self) -> float:
        """Height of the lower lane."""
        return self.upper_amsl_m - LEVEL_M

    @property
    def bottom_m(self) -> float:
        """Lower edge of the lower lane's band."""
        return self.lower_amsl_m - BAND_M / 2

    @property
    def top_m(self) -> float:
        """Upper edge of the upper lane's band."""
        return self.upper_amsl_m + BAND_M / 2

    @property
    def bands_m(self) -> tuple[tuple[float, float], ...]:
        """Lower and upper edge of each lane's band."""
        half_m = BAND_M / 2
        middles = (self.lower_amsl_m, self.upper_amsl_m)
        return tuple((each - half_m, each + half_m) for each in middles)


def ask_faults(network: Network, ask: Ask) -> list[Fault]:
    """Return what is wrong with a question by itself; empty if it can be looked into."""
    found = [*_number_faults(ask)]
    places = network.places
    for field, named in (("FROM", ask.start), ("TO", ask.end)):
        if named not in places:
            message = f"There is no place {named}{did_you_mean(named, places) or '.'}"
            found.append(fault("UNKNOWN_REFERENCE", field, value=named, message=message))
    if ask.start == ask.end:
        found.append(fault("CORRIDOR_ENDS", "TO", value=ask.end))
    if not found:
        length_m = network.metric[ask.start].distance(network.metric[ask.end])
        least_m = max(CORRIDOR_MIN_M, ask.turns.leg_min_m)
        if length_m < least_m:
            value = f"{length_m:.1f} m between {ask.start} and {ask.end}"
            found.append(fault("CORRIDOR_SHORT", "TO", value=value))
        found += _height_faults(network, ask)
    return found


def _number_faults(ask: Ask) -> Iterator[Fault]:
    for field, value, low, high, limit in (
        ("--width", ask.width_m, math.ulp(0.0), WIDTH_MAX_M, f"over 0, at most {WIDTH_MAX_M:g} m"),
        ("--height", ask.height_m, -50.0, 3000.0, "from -50 to 3000 m"),
        ("--lateral", ask.minima.lateral_m, 0.0, 500.0, "from 0 to 500 m"),
        ("--vertical", ask.minima.vertical_m, 0.0, 200.0, "from 0 to 200 m"),
        ("--turn", ask.turns.turn_max_deg, 30.0, 120.0, "from 30° to 120°"),
        ("--leg", ask.turns.leg_min_m, 0.0, 1000.0, "from 0 to 1000 m"),
        ("--crossing", ask.crossing_min_deg, 0.0, 85.0, "from 0° to 85°"),
    ):
        if not math.isfinite(value):
            yield fault("NOT_FINITE", field, value=f"{value}", limit=limit)
        elif not low <= value <= high:
            yield fault("OUT_OF_RANGE", field, value=f"{value:g}", limit=limit)


def levels_of(network: Network, ask: Ask) -> Levels:
    """Return the heights of the two lanes; NaN if they count from ground that is not known."""
    if ask.height_reference == "AMSL":
        return Levels(ask.height_m)
    ends = shapely.get_coordinates([network.metric[ask.start], network.metric[ask.end]])
    _, highest_m = network.ground.heights(ends)
    return Levels(ask.height_m + float(np.max(highest_m)))


def _height_faults(network: Network, ask: Ask) -> Iterator[Fault]:
    """Yield why no lane may be at such a height at one of the two places, wherever it then runs."""
    levels = levels_of(network, ask)
    ids = (ask.start, ask.end)
    points = [network.metric[each] for each in ids]
    lowest_m, highest_m = network.ground.heights(shapely.get_coordinates(points))
    for at, identifier in enumerate(ids):
        if not math.isfinite(highest_m[at]):
            yield fault("TERRAIN_UNKNOWN", "--height", identifier, value="no ground at the place")
            continue
        pad_m = getattr(network.places[identifier], "ground_amsl_m", -math.inf)
        for code, under_m in (("TERRAIN_CLEARANCE", highest_m[at]), ("PAD_CLEARANCE", pad_m)):
            clear_m = levels.bottom_m - under_m
            if clear_m < VERTICAL_CLEARANCE_M:
                value = f"lower lane from {levels.bottom_m:.1f} m AMSL, {clear_m:.1f} m over it"
                yield fault(code, "--height", identifier, value=value)
        for zone in network.zones.values():
            covered = zone.kind == "ceiling" and network.metric[zone.id].covers(points[at])
            if covered and levels.top_m > ceiling_m(zone, float(lowest_m[at])):
                value = (
                    f"upper lane to {levels.top_m:.1f} m AMSL in {zone.id} from "
                    f"{ceiling_m(zone, float(lowest_m[at])):.1f} m"
                )
                yield fault("CEILING_EXCEEDED", "--height", identifier, value=value)


def ceiling_m(zone: Zone, lowest_m: float) -> float:
    """Return a zone's lower limit over the lowest ground, m AMSL."""
    return zone.lower_m + (lowest_m if zone.lower_reference == "AGL" else 0.0)


def sides_of(network: Network, ask: Ask) -> tuple[Side, Side]:
    """Return the sides of the two places."""
    return network.side_of(ask.start), network.side_of(ask.end)

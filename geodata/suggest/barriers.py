"""What a suggested corridor's centre line must not enter, each with the rule that says so."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from geodata.check.heights import bottom_m, obstacle_top_amsl_m, top_m
from geodata.features import Lane, Waypoint, Zone
from geodata.limits import VERTICAL_CLEARANCE_M
from geodata.network import Network
from geodata.prepared import prepared
from geodata.suggest.ask import Ask, Levels, ceiling_m, sides_of
from geodata.suggest.risk import RiskSurface

PLACE_M = 40.0
"""Radius of the air over a place that its flights hold (docs/model.md)."""

_SLACK_M = 0.5
"""Kept on top in plan: coordinates are rounded, round corners are polygons here."""

_SLACK_HEIGHT_M = 1.0
"""Kept on top in height: the ground is sampled elsewhere by the check."""


@dataclass(frozen=True, slots=True)
class Barrier:
    """A shape in the metric CRS that the centre line must not touch, and why.

    `code` is a rule's, `feature` whose volume it is ("" for the ground), `value` and `limit` what
    decided. `crossable` are lanes, where flights could take turns.
    """

    code: str
    feature: str
    shape: BaseGeometry
    value: str
    limit: str
    crossable: bool = False


def barriers(network: Network, ask: Ask, levels: Levels, surface: RiskSurface) -> list[Barrier]:
    """Return everything within a surface's grid that the centre line must keep out of."""
    window = shapely.box(*surface.grid.extent_m)
    found = [
        *_zones(network, ask, levels, surface),
        *_ground(ask, levels, surface),
        *_obstacles(network, ask, levels),
        *_lanes(network, ask, levels),
        *_places(network, ask, levels),
        *_other_side(network, ask, window),
    ]
    return [each for each in found if each.shape.intersects(window)]


def _zones(network: Network, ask: Ask, levels: Levels, surface: RiskSurface) -> Iterator[Barrier]:
    """Yield zones that close the lanes' heights, at any time; a limit above ground is taken wide.

    The climb at a site begins at the ground, so there every zone counts from the ground up.
    """
    reach_m = ask.width_m / 2 + _SLACK_M
    points = shapely.points(surface.grid.middles_m)
    for zone in network.zones.values():
        if zone.kind == "permission":
            continue
        shape = network.metric[zone.id].buffer(reach_m)
        inside = shapely.contains(prepared(shape), points)
        lowest_m, highest_m = surface.lowest_m[inside], surface.highest_m[inside]
        if not len(lowest_m):
            lowest_m, highest_m = network.ground.heights(
                shapely.get_coordinates(network.metric[zone.id])
            )
        if zone.kind == "ceiling":
            above_m = lowest_m if zone.lower_reference == "AGL" else np.zeros_like(lowest_m)
            limits_m = zone.lower_m + above_m
            too_low = levels.top_m > limits_m - _SLACK_HEIGHT_M
            if too_low.any():
                value = (
                    f"upper lane to {levels.top_m:.1f} m AMSL, ceiling from {limits_m.min():.1f} m"
                )
                yield Barrier(
                    "CEILING_EXCEEDED",
                    zone.id,
                    shape if too_low.all() else _of_cells(surface, inside, too_low, reach_m),
                    value,
                    f"{zone.lower_m:g} m {zone.lower_reference}",
                )
        elif _shares_height(zone, levels, float(lowest_m.min()), float(highest_m.max())):
            code = "LANE_PROHIBITED" if zone.kind == "prohibited" else "RESTRICTED_AVOIDED"
            value = f"lanes from {levels.bottom_m:.1f} to {levels.top_m:.1f} m AMSL in {zone.id}"
            upper = "" if zone.upper_m is None else f"{zone.upper_m:g} m "
            limit = f"outside of {zone.lower_m:g} m {zone.lower_reference} to {upper}"
            yield Barrier(code, zone.id, shape, value, limit + zone.upper_reference)


def _shares_height(zone: Zone, levels: Levels, lowest_m: float, highest_m: float) -> bool:
    if zone.upper_m is not None:
        upper_m = zone.upper_m + (highest_m if zone.upper_reference == "AGL" else 0.0)
        if upper_m <= levels.bottom_m - _SLACK_HEIGHT_M:
            return False
    return ceiling_m(zone, lowest_m) < levels.top_m + _SLACK_HEIGHT_M


def _of_cells(
    surface: RiskSurface,
    inside: npt.NDArray[np.bool_],
    chosen: npt.NDArray[np.bool_],
    reach_m: float,
) -> BaseGeometry:
    """Return the union of the chosen ones of the cells inside, widened."""
    x, y = surface.grid.middles_m[inside][chosen].T
    half_m = surface.grid.cell_m / 2
    cells = shapely.box(x - half_m, y - half_m, x + half_m, y + half_m)
    return shapely.union_all(cells).buffer(reach_m)


def _ground(ask: Ask, levels: Levels, surface: RiskSurface) -> Iterator[Barrier]:
    least_m = VERTICAL_CLEARANCE_M + _SLACK_HEIGHT_M
    everywhere = np.ones(len(surface.risk), dtype=bool)
    unknown = ~np.isfinite(surface.highest_m)
    high = ~unknown & (levels.bottom_m - surface.highest_m < least_m)
    reach_m = ask.width_m / 2
    if high.any():
        highest_m = surface.highest_m[high].max()
        value = (
            f"lower lane from {levels.bottom_m:.1f} m over ground of up to {highest_m:.1f} m AMSL"
        )
        shape = _of_cells(surface, everywhere, high, reach_m)
        yield Barrier("TERRAIN_CLEARANCE", "", shape, value, f"{VERTICAL_CLEARANCE_M:g} m above")
    if unknown.any():
        shape = _of_cells(surface, everywhere, unknown, reach_m)
        yield Barrier("TERRAIN_UNKNOWN", "", shape, f"{unknown.sum()} cells", "ground everywhere")


def _obstacles(network: Network, ask: Ask, levels: Levels) -> Iterator[Barrier]:
    for obstacle in network.obstacles.values():
        highest_m = obstacle_top_amsl_m(network, obstacle)
        if levels.bottom_m - highest_m >= VERTICAL_CLEARANCE_M:
            continue
        reach_m = obstacle.radius_m + ask.width_m / 2 + _SLACK_M
        yield Barrier(
            "OBSTACLE_CLEARANCE",
            obstacle.id,
            network.metric[obstacle.id].buffer(reach_m),
            f"lower lane from {levels.bottom_m:.1f} m, top at {highest_m:.1f} m AMSL",
            f"{VERTICAL_CLEARANCE_M:g} m above, or beside",
        )


def _lanes(network: Network, ask: Ask, levels: Levels) -> Iterator[Barrier]:
    """Yield corridors with a lane too near in height; those of the two places, not about these.

    Where corridors meet at a place they come nearer than the minima, as all do; they are told to
    part at an angle of 30° or more, so that they are apart at twice the distance they need.
    """
    for corridor in network.corridors.values():
        near = [lane for lane in corridor.lanes if gap_m(lane, levels) < ask.minima.vertical_m]
        if not near:
            continue
        apart_m = (corridor.width_m + ask.width_m) / 2 + ask.minima.lateral_m + _SLACK_M
        shape = network.metric[corridor.id].buffer(apart_m)
        for place in {ask.start, ask.end} & {corridor.start, corridor.end}:
            shape = shape.difference(network.metric[place].buffer(2 * apart_m))
        heights = ", ".join(f"{each.id} at {each.height_amsl_m:g} m" for each in near)
        yield replace(_minima(ask, corridor.id, shape, f"{heights} AMSL", levels), crossable=True)


def _minima(ask: Ask, feature: str, shape: BaseGeometry, what: str, levels: Levels) -> Barrier:
    lanes = f"{levels.lower_amsl_m:g} and {levels.upper_amsl_m:g} m"
    limit = f"{ask.minima.lateral_m:g} m in plan or {ask.minima.vertical_m:g} m in height"
    return Barrier("LANE_MINIMA", feature, shape, f"{what}, new lanes at {lanes}", limit)


def gap_m(lane: Lane, levels: Levels) -> float:
    """Return the least gap in height between a lane's band and those of a suggestion."""
    return min(max(low - top_m(lane), bottom_m(lane) - high) for low, high in levels.bands_m)


def _places(network: Network, ask: Ask, levels: Levels) -> Iterator[Barrier]:
    """Yield the air over other places, from the pads or the lowest lane to the highest lane."""
    reach: dict[str, tuple[float, float]] = {}
    for corridor in network.corridors.values():
        for end in (corridor.start, corridor.end):
            low, high = reach.get(end, (np.inf, -np.inf))
            lanes = corridor.lanes
            reach[end] = (min(low, *map(bottom_m, lanes)), max(high, *map(top_m, lanes)))
    for identifier, (low_m, high_m) in reach.items():
        place = network.places[identifier]
        if identifier in (ask.start, ask.end):
            continue
        if not isinstance(place, Waypoint):
            low_m = place.ground_amsl_m
        gap = max(levels.bottom_m - high_m, low_m - levels.top_m)
        if gap >= ask.minima.vertical_m:
            continue
        apart_m = PLACE_M + ask.width_m / 2 + ask.minima.lateral_m + _SLACK_M
        shape = network.metric[identifier].buffer(apart_m)
        what = f"flights over {identifier} from {low_m:.0f} to {high_m:.0f} m AMSL"
        yield _minima(ask, identifier, shape, what, levels)


def _other_side(network: Network, ask: Ask, window: BaseGeometry) -> Iterator[Barrier]:
    """Yield the other side's land, where both places are on one side."""
    start, end = sides_of(network, ask)
    if start != end:
        return
    sides = network.sides
    left = sides.left.intersection(window)
    other = window.difference(sides.left) if start == sides.left_side else left
    yield Barrier(
        "CORRIDOR_SIDE",
        "",
        other.buffer(ask.width_m / 2 + _SLACK_M),
        "the other side's land",
        f"wholly on {start}",
    )

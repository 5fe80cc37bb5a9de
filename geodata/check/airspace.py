"""Zones by themselves, and lanes against the zones that they share volume with."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import opening_hours
import shapely

from geodata.check.heights import bottom_m, top_m
from geodata.check.survey import Survey
from geodata.codes import fault
from geodata.faults import Fault
from geodata.features import Corridor, Lane, Zone
from geodata.limits import ROUNDING_M
from geodata.schedule import parse_error

_CLOSED_TO_LANES = {
    "permission": "PERMISSION_NOT_NAMED",
    "ceiling": "CEILING_EXCEEDED",
}


def zone_limits(survey: Survey) -> Iterator[Fault]:
    """Yield zones whose vertical limits are missing, contradict each other or enclose nothing."""
    for zone in survey.network.zones.values():
        value = f"{zone.upper_m} {zone.upper_reference}"
        if zone.upper_m is None and zone.upper_reference != "UNL":
            yield fault("ZONE_WITHOUT_UPPER_LIMIT", "zones", zone.id, "upper_m", value=value)
        elif zone.upper_m is not None and zone.upper_reference == "UNL":
            yield fault("ZONE_UPPER_WITH_UNL", "zones", zone.id, "upper_m", value=value)
        elif zone.upper_m is not None and _encloses_nothing(survey, zone, zone.upper_m):
            value = f"{zone.lower_m:g} m {zone.lower_reference} to {value}"
            yield fault("ZONE_LIMITS", "zones", zone.id, "upper_m", value=value)


def _encloses_nothing(survey: Survey, zone: Zone, upper_m: float) -> bool:
    """Tell whether the lower limit is at or over the upper one at every corner of a zone."""
    if zone.lower_reference == zone.upper_reference:
        return zone.lower_m >= upper_m
    if not survey.ground_known:
        return False
    corners = shapely.get_coordinates(survey.network.metric[zone.id])
    lowest_m, highest_m = survey.network.ground.heights(corners)
    if zone.lower_reference == "AGL":
        return bool(np.all(zone.lower_m + lowest_m >= upper_m))
    return bool(np.all(zone.lower_m >= upper_m + highest_m))


@dataclass(frozen=True, slots=True)
class _Entry:
    """A lane that shares volume with a zone, whose limits over it are in m AMSL."""

    number: int
    lane: Lane
    lower_m: float
    upper_m: float


def lanes_in_zones(survey: Survey) -> Iterator[Fault]:
    """Yield lanes in zones closed to them, and approvals that are void or not needed.

    A limit above ground counts from the lowest ground (lower limit) or the highest (upper limit)
    below the corridor inside the zone, so that the zone is never taken for smaller than it is. At
    a site, the climb from the ground to the lane counts as part of the lane.
    """
    zones = tuple(survey.network.zones.values())
    shapes = [survey.network.metric[zone.id] for zone in zones]
    tree = shapely.STRtree(shapes)
    for corridor in survey.corridors:
        if not np.isfinite(survey.ground[corridor.id].highest_m).all():
            continue  # unknown ground is a fault of its own
        strip = survey.strips[corridor.id]
        near = [
            index
            for index in sorted(tree.query(strip, predicate="intersects"))
            if not strip.touches(shapes[index])
        ]
        used: set[str] = set()
        for zone in (zones[index] for index in near):
            for entry in _entries(survey, corridor, zone):
                used.add(zone.id)
                found = _closed(corridor, zone, entry)
                if found is not None:
                    yield found
        yield from _approvals(survey, corridor, used)


def _entries(survey: Survey, corridor: Corridor, zone: Zone) -> Iterator[_Entry]:
    network = survey.network
    shape = network.metric[zone.id]
    ground = survey.ground[corridor.id]
    inside = shapely.contains_xy(shape, ground.xy_m)
    if not inside.any():  # the overlap falls between samples
        inside[:] = True
    lowest_m = float(np.min(ground.lowest_m[inside]))
    highest_m = float(np.max(ground.highest_m[inside]))
    lower_m = zone.lower_m + (lowest_m if zone.lower_reference == "AGL" else 0.0)
    upper_m = np.inf
    if zone.upper_m is not None:
        upper_m = zone.upper_m + (highest_m if zone.upper_reference == "AGL" else 0.0)
    climbs = any(
        end in network.sites and shape.intersects(network.metric[end])
        for end in (corridor.start, corridor.end)
    )
    for number, lane in enumerate(corridor.lanes):
        bottom = lowest_m if climbs else bottom_m(lane)
        if lower_m < top_m(lane) - ROUNDING_M and bottom < upper_m - ROUNDING_M:
            yield _Entry(number, lane, lower_m, upper_m)


def _closed(corridor: Corridor, zone: Zone, entry: _Entry) -> Fault | None:
    if zone.kind == "prohibited":
        code = "LANE_PROHIBITED" if _always(zone.schedule) else None
    else:
        code = None if zone.id in corridor.approved_zones else _CLOSED_TO_LANES.get(zone.kind)
    if code is None:
        return None
    upper = "unlimited" if np.isinf(entry.upper_m) else f"{entry.upper_m:.1f} m"
    return fault(
        code,
        "corridors",
        corridor.id,
        f"lanes[{entry.number}].height_amsl_m",
        value=f"{entry.lane.id} from {bottom_m(entry.lane):.1f} to {top_m(entry.lane):.1f} m AMSL "
        f"in {zone.id} from {entry.lower_m:.1f} m to {upper}",
    )


def _always(schedule: str) -> bool:
    """Tell whether a zone is active at all times; an unreadable schedule is a fault of its own."""
    if parse_error(schedule) is not None:
        return False
    return str(opening_hours.OpeningHours(schedule).normalize()) == "24/7"


def _approvals(survey: Survey, corridor: Corridor, used: set[str]) -> Iterator[Fault]:
    for named in corridor.approved_zones:
        zone = survey.network.zones.get(named)
        if zone is None:
            continue
        place = ("corridors", corridor.id, "approved_zones")
        if zone.kind not in _CLOSED_TO_LANES:
            yield fault("APPROVAL_KIND", *place, value=f"{named}, {zone.kind}")
        elif named not in used:
            yield fault("APPROVAL_UNUSED", *place, value=named)

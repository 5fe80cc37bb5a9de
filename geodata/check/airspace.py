"""Zones by themselves, and lanes against the zones that they share volume with."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import opening_hours
import shapely
from shapely.geometry.base import BaseGeometry

from geodata.check.below import GroundBelow
from geodata.check.heights import bottom_m, top_m
from geodata.check.survey import Survey, object_array
from geodata.codes import fault
from geodata.faults import Fault
from geodata.features import Corridor, Lane, Zone
from geodata.limits import ROUNDING_M
from geodata.prepared import prepared
from geodata.schedule import parse_error

Indices = npt.NDArray[np.intp]

_CLOSED_TO_LANES = {
    "permission": "PERMISSION_NOT_NAMED",
    "ceiling": "CEILING_EXCEEDED",
}


def zone_limits(survey: Survey, zones: Sequence[Zone]) -> Iterator[Fault]:
    """Yield zones whose vertical limits are missing, contradict each other or enclose nothing."""
    for zone in zones:
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
class _Overlap:
    """A corridor in a zone, seen from above: the ground below it inside, and whether it climbs."""

    zone: Zone
    lowest_m: float
    highest_m: float
    climbs: bool


@dataclass(frozen=True, slots=True)
class _Entry:
    """A lane that shares volume with a zone, whose limits over it are in m AMSL."""

    number: int
    lane: Lane
    lower_m: float
    upper_m: float


def lanes_in_zones(survey: Survey, corridors: Sequence[Corridor]) -> Iterator[Fault]:
    """Yield lanes in zones closed to them, and approvals that are void or not needed.

    A limit above ground counts from the lowest ground (lower limit) or the highest (upper limit)
    below the corridor inside the zone, so that the zone is never taken for smaller than it is. At
    a site, the climb from the ground to the lane counts as part of the lane. Where the ground is
    unknown, which is a fault of its own, nothing is judged.
    """
    known = [each for each in corridors if math.isfinite(survey.ground[each.id].roof_m)]
    for corridor, overlaps in zip(known, _overlaps(survey, known), strict=True):
        used: set[str] = set()
        for overlap in overlaps:
            zone = overlap.zone
            for entry in _entries(corridor, overlap):
                used.add(zone.id)
                found = _closed(corridor, zone, entry)
                if found is not None:
                    yield found
        yield from _approvals(survey, corridor, used)


def _overlaps(survey: Survey, corridors: Sequence[Corridor]) -> list[list[_Overlap]]:
    """Return for each corridor the zones that share more than an edge with its strip."""
    found: list[list[_Overlap]] = [[] for _ in corridors]
    if not corridors:
        return found
    zones = tuple(survey.network.zones.values())
    strips = object_array(survey.strips[each.id] for each in corridors)
    grounds = [survey.ground[each.id] for each in corridors]
    spans = shapely.box(*np.array([each.span_m for each in grounds]).T)
    starts, ends = survey.sites_at_ends(corridors)
    tree, shapes = shapely.STRtree(strips), survey.shapes(zones)
    # An edit is near few zones.
    near_any = np.unique(tree.query(shapes)[0])
    shapes[near_any] = prepared(shapes[near_any])
    found_at, rows = tree.query(shapes[near_any], predicate="intersects")
    for column, near in _grouped(near_any[found_at], rows):
        shape = shapes[column]
        within = shapely.contains_properly(shape, spans[near])
        kept = within | ~shapely.touches(shape, strips[near])
        near, within = near[kept], within[kept]
        climbs = shapely.intersects(shape, starts[near]) | shapely.intersects(shape, ends[near])
        for row, inside, climb in zip(near, within, climbs.tolist(), strict=True):
            ground = grounds[row]
            floor_m, roof_m = ground.floor_m, ground.roof_m
            if not inside:
                floor_m, roof_m = _extremes_inside(shape, ground)
            found[row].append(_Overlap(zones[column], floor_m, roof_m, climb))
    return found


def _grouped(columns: Indices, rows: Indices) -> Iterator[tuple[int, Indices]]:
    """Yield each column with its rows; equal columns stand together."""
    starts = np.flatnonzero(np.diff(columns, prepend=-1))
    for part in np.split(np.arange(len(columns)), starts[1:]) if len(columns) else ():
        yield int(columns[part[0]]), rows[part]


def _extremes_inside(shape: BaseGeometry, ground: GroundBelow) -> tuple[float, float]:
    """Return the lowest and highest ground of the samples inside a zone, m AMSL."""
    inside = shapely.contains_xy(shape, ground.xy_m)
    if not inside.any():  # the overlap falls between samples
        return ground.floor_m, ground.roof_m
    return float(ground.lowest_m[inside].min()), float(ground.highest_m[inside].max())


def _entries(corridor: Corridor, overlap: _Overlap) -> Iterator[_Entry]:
    zone = overlap.zone
    lower_m = zone.lower_m + (overlap.lowest_m if zone.lower_reference == "AGL" else 0.0)
    upper_m = math.inf
    if zone.upper_m is not None:
        upper_m = zone.upper_m + (overlap.highest_m if zone.upper_reference == "AGL" else 0.0)
    for number, lane in enumerate(corridor.lanes):
        bottom = overlap.lowest_m if overlap.climbs else bottom_m(lane)
        if lower_m < top_m(lane) - ROUNDING_M and bottom < upper_m - ROUNDING_M:
            yield _Entry(number, lane, lower_m, upper_m)


def _closed(corridor: Corridor, zone: Zone, entry: _Entry) -> Fault | None:
    if zone.kind == "prohibited":
        code = "LANE_PROHIBITED" if _always(zone.schedule) else None
    else:
        code = None if zone.id in corridor.approved_zones else _CLOSED_TO_LANES.get(zone.kind)
    if code is None:
        return None
    upper = "unlimited" if math.isinf(entry.upper_m) else f"{entry.upper_m:.1f} m"
    return fault(
        code,
        "corridors",
        corridor.id,
        f"lanes[{entry.number}].height_amsl_m",
        value=f"{entry.lane.id} from {bottom_m(entry.lane):.1f} to {top_m(entry.lane):.1f} m AMSL "
        f"in {zone.id} from {entry.lower_m:.1f} m to {upper}",
    )


@lru_cache(maxsize=1024)
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

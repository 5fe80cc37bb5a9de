"""Coordinates that look as if they were in GCJ-02, or follow the river's course of before 1997."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pyproj
import shapely
from shapely.geometry.base import BaseGeometry

from geodata.check.survey import Floats, Shapes, Survey, object_array
from geodata.codes import fault
from geodata.datum.gcj02 import gcj02_to_wgs84
from geodata.datum.old_river import on_old_course, shipped_boundary
from geodata.edit import layer_of
from geodata.faults import Fault
from geodata.features import Checkpoint, Corridor, Feature, Park, Side, Vertiport
from geodata.limits import END_TOLERANCE_M, GATE_TOLERANCE_M, PARK_OVERLAP
from geodata.network import Network, Place, Site

SHIFT_TOLERANCE_M = 30.0
"""How near to the shift an offset must be to look like it: drawing and rounding add some metres."""

PARK_SHARE = 0.1
"""Least share of a park on the wrong side that speaks for a shift, not for a careless outline."""

_ON_ITS_SIDE = "moved back, it would be on the side that it claims"

BOUNDARY_NEAR_M = 60.0
BOUNDARY_FAR_M = 100.0
"""Median distances from the shipped boundary, itself good to 60 m, that count as on and off it."""

# What speaks for the shift: a place or park on the wrong side that would be on its own one; a layer
# of sites of which a quarter, and at least two, would come to lie inside a park of their side; a
# corridor's end off its place by just the shift; a gate off the boundary that would be on it; a
# boundary that would be on the shipped one.
#
# Limits: a place that stays on its side and near enough to its park, a zone, an obstacle or a spot
# height that is shifted alone is not noticed; a network elsewhere that is shifted as a whole
# contradicts nothing and is not noticed either. A place may be suspected that is wrong for another
# reason. So these are warnings, and a network without any is not proven clean.


def shifted_places(survey: Survey, places: Sequence[Place]) -> Iterator[Fault]:
    """Yield places that would be right if moved back: on their side, or on a corridor's end."""
    network = survey.network
    sides = network.sides.sides(survey.shapes(places))
    wrong = [place for place, side in zip(places, sides, strict=True) if side != place.side]
    then = network.sides.sides(_moved_back(network, wrong))
    reasons = {
        place.id: _ON_ITS_SIDE
        for place, side in zip(wrong, then, strict=True)
        if side == place.side
    }
    ids = {place.id for place in places}
    named = {each for place in ids for each in survey.at_end.get(place, ())}
    joined = [each for each in survey.corridors if each.id in named]
    for off in sorted(_ends_off(survey, joined), key=lambda off: off.corridor.id):
        if off.place in ids and np.linalg.norm(-off.gap_m - off.shift_m) <= SHIFT_TOLERANCE_M:
            reason = f"it is off the end of {off.corridor.id} by just that much"
            reasons.setdefault(off.place, reason)
    for place in places:
        if place.id in reasons:
            yield _suspect(network, layer_of(place), place.id, reasons[place.id])


def shifted_parks(survey: Survey, parks: Sequence[Park]) -> Iterator[Fault]:
    """Yield parks that would be on their side if moved back."""
    network = survey.network
    for park, back in zip(parks, _moved_back(network, parks), strict=True):
        shares = [_share_on(network, shape, park.side) for shape in (network.metric[park.id], back)]
        if shares[0] < 1 - PARK_SHARE and shares[1] > 1 - PARK_OVERLAP:
            yield _suspect(network, "parks", park.id, _ON_ITS_SIDE)


def shifted_corridors(survey: Survey, corridors: Sequence[Corridor]) -> Iterator[Fault]:
    """Yield corridors whose end would be on its place, or gate on the boundary, if moved back."""
    reasons: dict[str, str] = {}
    for off in _ends_off(survey, corridors):
        if np.linalg.norm(off.gap_m - off.shift_m) <= SHIFT_TOLERANCE_M:
            reason = f"its end is off {off.place} by just that much"
            reasons.setdefault(off.corridor.id, reason)
    for corridor in corridors:
        if corridor.id not in reasons and _gate_would_be_right(survey.network, corridor):
            reasons[corridor.id] = "moved back, its gate would be on the boundary"
    for identifier, reason in reasons.items():
        yield _suspect(survey.network, "corridors", identifier, reason)


def shifted_layers(survey: Survey) -> Iterator[Fault]:
    """Yield layers of sites that would come to lie inside the parks of their side."""
    network = survey.network
    for layer in ("vertiports", "checkpoints"):
        sites = [each for each in network.layer(layer) if isinstance(each, Vertiport | Checkpoint)]
        now = _in_their_parks(network, sites, survey.shapes(sites))
        then = _in_their_parks(network, sites, _moved_back(network, sites))
        if then - now >= max(2, len(sites) / 4):
            counts = f"{now} of {len(sites)} are in a park of their side; moved back, {then}"
            yield _suspect(network, layer, "", f"{counts} would be")


def shifted_boundary(survey: Survey) -> Iterator[Fault]:
    """Yield the boundary if it would be on the shipped one if moved back."""
    network = survey.network
    (boundary,) = network.layer("boundary")
    (shipped,) = network.projection.to_metric(np.array([shipped_boundary()]))
    now_m = _median_m(shipped, network.metric[boundary.id])
    then_m = _median_m(shipped, _moved_back(network, [boundary])[0])
    if now_m > BOUNDARY_FAR_M and then_m <= BOUNDARY_NEAR_M:
        reason = (
            f"it is {now_m:.0f} m off the Shenzhen River as shipped; moved back, {then_m:.0f} m"
        )
        yield _suspect(network, "boundary", boundary.id, reason)


def old_river(survey: Survey, features: Sequence[Feature]) -> Iterator[Fault]:
    """Yield lines and outlines on the Shenzhen River's course of before 1997 past the Loop."""
    shapes = [survey.network.lonlat[each.id] for each in features]
    for number in on_old_course(shapes):
        feature = features[number]
        yield fault("RIVER_BEFORE_1997", layer_of(feature), feature.id, "geometry")


def _suspect(network: Network, layer: str, item: str, reason: str) -> Fault:
    message = f"It looks shifted as GCJ-02 is, the datum of Chinese web maps: {reason}."
    value = _vector(network, item)
    return fault("GCJ02_SUSPECTED", layer, item, "geometry", value=value, message=message)


def _moved_back(network: Network, features: Sequence[Feature]) -> Shapes:
    """Return features' metric shapes as they would be if their coordinates were in GCJ-02."""
    shapes = object_array(network.lonlat[each.id] for each in features)
    return network.projection.to_metric(shapely.transform(shapes, gcj02_to_wgs84))


def _vector(network: Network, item: str) -> str:
    """Return the shift at a feature, or at the boundary, as a person reads it."""
    shape = network.lonlat[item or network.layer("boundary")[0].id]
    here = shapely.get_coordinates(shape)[:1]
    back = gcj02_to_wgs84(here)
    ((east, north),) = here - back
    azimuth, _, length_m = pyproj.Geod(ellps="WGS84").inv(*back[0], *here[0])
    return f"{length_m:.0f} m towards {azimuth % 360:.1f}°: lon {east:+.5f}, lat {north:+.5f}"


def _share_on(network: Network, shape: BaseGeometry, side: Side) -> float:
    left = float(shapely.area(shapely.intersection(shape, network.sides.left)) / shape.area)
    return left if side == network.sides.left_side else 1 - left


def _in_their_parks(network: Network, sites: Sequence[Site], points: Shapes) -> int:
    """Return how many sites would be in a park of their side if they stood at `points`."""
    inside = np.zeros(len(sites), dtype=bool)
    sides = np.array([each.side for each in sites])
    for park in network.parks.values():
        inside |= shapely.covers(network.metric[park.id], points) & (sides == park.side)
    return int(inside.sum())


@dataclass(frozen=True, slots=True)
class _EndOff:
    """A corridor's end that is off its place: the way to it, and the shift there, in metres."""

    corridor: Corridor
    place: str
    gap_m: Floats
    shift_m: Floats


def _ends_off(survey: Survey, corridors: Sequence[Corridor]) -> Iterator[_EndOff]:
    network, lines = survey.network, survey.shapes(corridors)
    for field, at, off_m in zip(
        ("start", "end"), (0, -1), survey.ends_off_m(corridors), strict=True
    ):
        (rows,) = np.nonzero(off_m > END_TOLERANCE_M)
        members = [corridors[row] for row in rows.tolist()]
        places = [network.places[getattr(each, field)] for each in members]
        here = shapely.get_coordinates(survey.shapes(places))
        gaps = shapely.get_coordinates(shapely.get_point(lines[rows], at)) - here
        shifts = here - shapely.get_coordinates(_moved_back(network, places))
        for corridor, place, gap_m, shift_m in zip(members, places, gaps, shifts, strict=True):
            yield _EndOff(corridor, place.id, gap_m, shift_m)


def _gate_would_be_right(network: Network, corridor: Corridor) -> bool:
    if corridor.gate_lon is None or corridor.gate_lat is None:
        return False
    gate = np.array([[corridor.gate_lon, corridor.gate_lat]])
    points = shapely.points(np.concatenate((gate, gcj02_to_wgs84(gate))))
    now_m, then_m = shapely.distance(network.projection.to_metric(points), network.sides.line)
    return bool(now_m > GATE_TOLERANCE_M + SHIFT_TOLERANCE_M and then_m <= GATE_TOLERANCE_M)


def _median_m(shipped: BaseGeometry, line: BaseGeometry) -> float:
    """Return how far the vertices of the shipped line beside `line` are from it; inf if few are."""
    points = shapely.points(shapely.get_coordinates(shipped))
    along_m = shapely.line_locate_point(line, points)
    beside = points[(along_m > 0) & (along_m < line.length)]
    return float(np.median(shapely.distance(beside, line))) if len(beside) >= 5 else np.inf

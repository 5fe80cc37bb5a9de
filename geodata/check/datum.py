"""Coordinates that look as if they were in GCJ-02: several hundred metres to the south-east."""

import json
from collections.abc import Iterator, Mapping
from functools import lru_cache

import numpy as np
import pyproj
import shapely
from shapely.geometry.base import BaseGeometry

from geodata.check.survey import Survey
from geodata.codes import fault
from geodata.faults import Fault
from geodata.features import Side
from geodata.gcj02 import gcj02_shift
from geodata.limits import GATE_TOLERANCE_M, PARK_OVERLAP
from geodata.network import Network, Place, shipped_network_path

SHIFT_TOLERANCE_M = 30.0
"""How near to the shift an offset must be to look like it: drawing and rounding add some metres."""

PARK_SHARE = 0.1
"""Least share of a park on the wrong side that speaks for a shift, not for a careless outline."""

BOUNDARY_NEAR_M = 60.0
BOUNDARY_FAR_M = 100.0
"""Median distances from the shipped boundary, itself good to 60 m, that count as on and off it."""

Suspicion = tuple[str, str, str]
"""Layer, feature id ("" for the whole layer) and what speaks for the shift."""


def gcj02_suspects(survey: Survey) -> Iterator[Fault]:
    """Yield features, layers or a whole network that would be right if moved back from GCJ-02.

    What speaks for the shift: a place or park on the wrong side that would be on its own one; a
    layer of sites of which a quarter, and at least two, would come to lie inside a park of their
    side; a corridor's end off its place by just the shift; a gate off the boundary that would be
    on it; a boundary that would be on the shipped one.

    Limits: a place that stays on its side and near enough to its park, a zone, an obstacle or a
    spot height that is shifted alone is not noticed; a network elsewhere that is shifted as a
    whole contradicts nothing and is not noticed either. A place may be suspected that is wrong
    for another reason. So these are warnings, and a network without any is not proven clean.
    """
    network = survey.network
    back = _moved_back(network)
    reasons: dict[tuple[str, str], str] = {}
    for suspicions in (
        _off_their_side(survey, back),
        _off_their_parks(survey, back),
        _off_their_ends(survey, back),
        _off_the_boundary(survey),
        _shifted_boundary(network, back),
    ):
        for layer, item, reason in suspicions:
            reasons.setdefault((layer, item), reason)
    for (layer, item), reason in reasons.items():
        message = f"It looks shifted as GCJ-02 is, the datum of Chinese web maps: {reason}."
        value = _vector(network, item)
        yield fault("GCJ02_SUSPECTED", layer, item, "geometry", value=value, message=message)


def _moved_back(network: Network) -> Mapping[str, BaseGeometry]:
    """Return each feature's metric geometry as it would be if its coordinates were in GCJ-02."""
    shapes = np.array(list(network.lonlat.values()))
    moved = shapely.transform(shapes, lambda lonlat: lonlat - gcj02_shift(lonlat))
    return dict(zip(network.lonlat, network.projection.to_metric(moved), strict=True))


def _vector(network: Network, item: str) -> str:
    """Return the shift at a feature, or at the boundary, as a person reads it."""
    shape = network.lonlat[item or network.layer("boundary")[0].id]
    here = shapely.get_coordinates(shape)[:1]
    (east, north) = gcj02_shift(here)[0]
    (lon, lat) = here[0]
    azimuth, _, length_m = pyproj.Geod(ellps="WGS84").inv(lon, lat, lon + east, lat + north)
    return f"{length_m:.0f} m towards {azimuth % 360:.1f}°: lon {east:+.5f}, lat {north:+.5f}"


def _off_their_side(survey: Survey, back: Mapping[str, BaseGeometry]) -> Iterator[Suspicion]:
    network = survey.network
    reason = "moved back, it would be on the side that it claims"
    for layer, place in survey.places:
        now, then = (_side(network, shapes[place.id]) for shapes in (network.metric, back))
        if now != place.side and then == place.side:
            yield layer, place.id, reason
    for park in network.parks.values():
        shares = [
            _share_on(network, shapes[park.id], park.side) for shapes in (network.metric, back)
        ]
        if shares[0] < 1 - PARK_SHARE and shares[1] > 1 - PARK_OVERLAP:
            yield "parks", park.id, reason


def _side(network: Network, point: BaseGeometry) -> Side:
    assert isinstance(point, shapely.Point)
    return network.sides.side(point)


def _share_on(network: Network, shape: BaseGeometry, side: Side) -> float:
    left = float(shapely.area(shapely.intersection(shape, network.sides.left)) / shape.area)
    return left if side == network.sides.left_side else 1 - left


def _off_their_parks(survey: Survey, back: Mapping[str, BaseGeometry]) -> Iterator[Suspicion]:
    network = survey.network
    parks = [(park.side, network.metric[park.id]) for park in network.parks.values()]
    for layer in ("vertiports", "checkpoints"):
        sites = [place for each, place in survey.places if each == layer]

        def inside(shapes: Mapping[str, BaseGeometry], sites: list[Place] = sites) -> int:
            return sum(
                any(site.side == side and park.covers(shapes[site.id]) for side, park in parks)
                for site in sites
            )

        now, then = inside(network.metric), inside(back)
        if then - now >= max(2, len(sites) / 4):
            reason = (
                f"{now} of {len(sites)} are in a park of their side; moved back, {then} would be"
            )
            yield layer, "", reason


def _off_their_ends(survey: Survey, back: Mapping[str, BaseGeometry]) -> Iterator[Suspicion]:
    network = survey.network
    layers = {place.id: layer for layer, place in survey.places}
    for corridor in survey.corridors:
        ends = shapely.get_coordinates(network.metric[corridor.id])[[0, -1]]
        for named, end in zip((corridor.start, corridor.end), ends, strict=True):
            if named not in layers:
                continue
            place = shapely.get_coordinates(network.metric[named])[0]
            shift = place - shapely.get_coordinates(back[named])[0]
            if np.linalg.norm(end - place - shift) <= SHIFT_TOLERANCE_M:
                yield "corridors", corridor.id, f"its end is off {named} by just that much"
            elif np.linalg.norm(place - end - shift) <= SHIFT_TOLERANCE_M:
                yield layers[named], named, f"it is off the end of {corridor.id} by just that much"


def _off_the_boundary(survey: Survey) -> Iterator[Suspicion]:
    network = survey.network
    line = network.sides.line
    for corridor in survey.corridors:
        if corridor.gate_lon is None or corridor.gate_lat is None:
            continue
        gate = np.array([[corridor.gate_lon, corridor.gate_lat]])
        points = shapely.points(np.concatenate((gate, gate - gcj02_shift(gate))))
        now_m, then_m = shapely.distance(network.projection.to_metric(points), line)
        if now_m > GATE_TOLERANCE_M + SHIFT_TOLERANCE_M and then_m <= GATE_TOLERANCE_M:
            yield "corridors", corridor.id, "moved back, its gate would be on the boundary"


def _shifted_boundary(network: Network, back: Mapping[str, BaseGeometry]) -> Iterator[Suspicion]:
    (boundary,) = network.layer("boundary")
    (shipped,) = network.projection.to_metric(np.array([_shipped_boundary()]))
    now_m = _median_m(shipped, network.metric[boundary.id])
    then_m = _median_m(shipped, back[boundary.id])
    if now_m > BOUNDARY_FAR_M and then_m <= BOUNDARY_NEAR_M:
        reason = (
            f"it is {now_m:.0f} m off the Shenzhen River as shipped; moved back, {then_m:.0f} m"
        )
        yield "boundary", boundary.id, reason


def _median_m(shipped: BaseGeometry, line: BaseGeometry) -> float:
    """Return how far the vertices of the shipped line beside `line` are from it; inf if few are."""
    points = shapely.points(shapely.get_coordinates(shipped))
    along_m = shapely.line_locate_point(line, points)
    beside = points[(along_m > 0) & (along_m < line.length)]
    return float(np.median(shapely.distance(beside, line))) if len(beside) >= 5 else np.inf


@lru_cache(maxsize=1)
def _shipped_boundary() -> shapely.LineString:
    text = (shipped_network_path() / "boundary.geojson").read_text(encoding="utf-8")
    (feature,) = json.loads(text)["features"]
    return shapely.LineString(feature["geometry"]["coordinates"])

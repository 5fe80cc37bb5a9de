"""What names what: references, corridors' ends on their places, duplicates."""

from collections.abc import Iterator, Sequence, Set

import numpy as np
import shapely

from geodata.check.survey import PLACE_LAYERS, Shapes, Survey, ends_of
from geodata.codes import fault
from geodata.edit import layer_of
from geodata.faults import Fault
from geodata.features import Corridor
from geodata.limits import CORRIDOR_MIN_M, END_TOLERANCE_M
from geodata.nearest import did_you_mean
from geodata.network import Place


def unknown_references(survey: Survey, corridors: Sequence[Corridor]) -> Iterator[Fault]:
    """Yield places and zones that corridors name and the network has not."""
    places, zones = survey.network.places.keys(), survey.network.zones.keys()
    unread = survey.unread
    judge_places = not unread.lost & set(PLACE_LAYERS)
    judge_zones = "zones" not in unread.lost
    for corridor in corridors:
        if judge_places:
            for field, named in (("start", corridor.start), ("end", corridor.end)):
                if named not in places and named not in unread.ids:
                    yield _unknown(corridor, field, named, places, "place")
        if judge_zones:
            for named in corridor.approved_zones:
                if named not in zones and named not in unread.ids:
                    yield _unknown(corridor, "approved_zones", named, zones, "zone")


def _unknown(corridor: Corridor, field: str, named: str, known: Set[str], what: str) -> Fault:
    message = f"There is no {what} {named}{did_you_mean(named, known) or '.'}"
    return fault("UNKNOWN_REFERENCE", "corridors", corridor.id, field, value=named, message=message)


def corridor_shapes(survey: Survey, corridors: Sequence[Corridor]) -> Iterator[Fault]:
    """Yield corridors that are too short, end where they begin, or end off their places."""
    lines = survey.shapes(corridors)
    for corridor, length_m in zip(corridors, shapely.length(lines).tolist(), strict=True):
        if corridor.start == corridor.end:
            yield fault("CORRIDOR_ENDS", "corridors", corridor.id, "end", value=corridor.end)
        if length_m < CORRIDOR_MIN_M:
            value = f"{length_m:.1f} m"
            yield fault("CORRIDOR_SHORT", "corridors", corridor.id, "geometry", value=value)
    for field, off_m in zip(("start", "end"), survey.ends_off_m(corridors), strict=True):
        for row in np.flatnonzero(off_m > END_TOLERANCE_M).tolist():
            corridor = corridors[row]
            value = f"{off_m[row]:.1f} m from {getattr(corridor, field)}"
            yield fault("CORRIDOR_END_OFF_PLACE", "corridors", corridor.id, field, value=value)


def duplicate_places(survey: Survey, places: Sequence[Place]) -> Iterator[Fault]:
    """Yield places that are at the point of another one; of several, the first is named."""
    if not places:
        return
    points = survey.shapes(places)
    every = survey.members(PLACE_LAYERS)
    at_m = shapely.get_coordinates(survey.shapes(every))
    west_south, east_north = shapely.total_bounds(points).reshape(2, 2)
    slack_m = 2 * END_TOLERANCE_M
    inside = (at_m >= west_south - slack_m) & (at_m <= east_north + slack_m)
    (about,) = np.nonzero(inside.all(axis=1))
    # places at the very same point stand together, so that many of them make few pairs
    spots, spot_of = np.unique(at_m[about], axis=0, return_inverse=True)
    first_two: list[list[str]] = [[] for _ in spots]
    members = sorted((every[row].id, spot) for row, spot in zip(about, spot_of, strict=True))
    for identifier, spot in members:
        if len(first_two[spot]) < 2:
            first_two[spot].append(identifier)
    near = shapely.STRtree(shapely.points(spots)).query(
        points, predicate="dwithin", distance=END_TOLERANCE_M
    )
    others: dict[int, str] = {}
    for row, spot in near.T.tolist():
        other = next((each for each in first_two[spot] if each != places[row].id), None)
        if other is not None:
            others[row] = min(other, others.get(row, other))
    for row, other in others.items():
        place, value = places[row], f"same point as {other}"
        yield fault("DUPLICATE_PLACE", layer_of(place), place.id, "geometry", value=value)


def duplicate_corridors(survey: Survey, corridors: Sequence[Corridor]) -> Iterator[Fault]:
    """Yield corridors that run between the places of an earlier one, along the same line.

    The first such one, by id, is named.
    """
    between = {ends: survey.between(*ends) for ends in {ends_of(each) for each in corridors}}
    ids = sorted({each for pair in between.values() if len(pair) > 1 for each in pair})
    rivals = [each for each in (survey.corridor(each) for each in ids) if each is not None]
    judged = [each for each in corridors if len(between[ends_of(each)]) > 1]
    if not judged:
        return
    # lines within the tolerance have boxes whose middles are hardly farther apart
    near = shapely.STRtree(_middles_of(survey, rivals)).query(
        _middles_of(survey, judged), predicate="dwithin", distance=1.5 * END_TOLERANCE_M
    )
    firsts: dict[int, str] = {}
    for row, rival in near.T.tolist():
        one, other = rivals[rival], judged[row]
        if one.id < min(other.id, firsts.get(row, other.id)):
            lines = survey.network.metric[one.id], survey.network.metric[other.id]
            same_ends = {*ends_of(one)} == {*ends_of(other)}
            if same_ends and shapely.hausdorff_distance(*lines) <= END_TOLERANCE_M:
                firsts[row] = one.id
    for row, first in firsts.items():
        value = f"same line as {first}"
        yield fault("DUPLICATE_CORRIDOR", "corridors", judged[row].id, "geometry", value=value)


def _middles_of(survey: Survey, corridors: Sequence[Corridor]) -> Shapes:
    west, south, east, north = shapely.bounds(survey.shapes(corridors)).T
    middles: Shapes = shapely.points((west + east) / 2, (south + north) / 2)
    return middles

"""What names what: references, corridors' ends on their places, duplicates."""

from collections.abc import Iterable, Iterator
from itertools import combinations

import shapely

from geodata.check.survey import PLACE_LAYERS, Survey
from geodata.codes import fault
from geodata.faults import Fault
from geodata.features import Corridor
from geodata.limits import CORRIDOR_MIN_M, END_TOLERANCE_M
from geodata.nearest import did_you_mean


def unknown_references(survey: Survey) -> Iterator[Fault]:
    """Yield places and zones that corridors name and the network has not."""
    places = survey.network.places.keys()
    zones = survey.network.zones.keys()
    for corridor in survey.corridors:
        if not survey.unread.lost & set(PLACE_LAYERS):
            for field, named in (("start", corridor.start), ("end", corridor.end)):
                if named not in places | survey.unread.ids:
                    yield _unknown(corridor, field, named, places, "place")
        if "zones" not in survey.unread.lost:
            for named in corridor.approved_zones:
                if named not in zones | survey.unread.ids:
                    yield _unknown(corridor, "approved_zones", named, zones, "zone")


def _unknown(corridor: Corridor, field: str, named: str, known: Iterable[str], what: str) -> Fault:
    message = f"There is no {what} {named}{did_you_mean(named, known) or '.'}"
    return fault("UNKNOWN_REFERENCE", "corridors", corridor.id, field, value=named, message=message)


def corridor_shapes(survey: Survey) -> Iterator[Fault]:
    """Yield corridors that are too short, end where they begin, or end off their places."""
    for corridor in survey.corridors:
        line = survey.network.metric[corridor.id]
        if corridor.start == corridor.end:
            yield fault("CORRIDOR_ENDS", "corridors", corridor.id, "end", value=corridor.end)
        if line.length < CORRIDOR_MIN_M:
            yield fault(
                "CORRIDOR_SHORT",
                "corridors",
                corridor.id,
                "geometry",
                value=f"{line.length:.1f} m",
            )
        for field, named, at in (("start", corridor.start, 0), ("end", corridor.end, -1)):
            if named not in survey.network.places:
                continue
            off_m = shapely.distance(shapely.get_point(line, at), survey.network.metric[named])
            if off_m > END_TOLERANCE_M:
                yield fault(
                    "CORRIDOR_END_OFF_PLACE",
                    "corridors",
                    corridor.id,
                    field,
                    value=f"{off_m:.1f} m from {named}",
                )


def duplicate_places(survey: Survey) -> Iterator[Fault]:
    """Yield places that are at the point of another one."""
    shapes = [survey.network.metric[place.id] for _, place in survey.places]
    near = shapely.STRtree(shapes).query(shapes, predicate="dwithin", distance=END_TOLERANCE_M)
    for one, other in near.T:
        if one != other:
            layer, place = survey.places[one]
            value = f"same point as {survey.places[other][1].id}"
            yield fault("DUPLICATE_PLACE", layer, place.id, "geometry", value=value)


def duplicate_corridors(survey: Survey) -> Iterator[Fault]:
    """Yield corridors that run between the places of another one, along the same line."""
    by_ends: dict[frozenset[str], list[Corridor]] = {}
    for corridor in survey.corridors:
        by_ends.setdefault(frozenset((corridor.start, corridor.end)), []).append(corridor)
    for members in by_ends.values():
        for one, other in combinations(members, 2):
            lines = survey.network.metric[one.id], survey.network.metric[other.id]
            if shapely.hausdorff_distance(*lines) <= END_TOLERANCE_M:
                yield fault(
                    "DUPLICATE_CORRIDOR",
                    "corridors",
                    other.id,
                    "geometry",
                    value=f"same line as {one.id}",
                )

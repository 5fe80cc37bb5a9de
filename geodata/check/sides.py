"""Whose side: one boundary line, places and parks on their sides, corridors and their gates."""

from collections.abc import Iterator, Sequence

import numpy as np
import shapely

from geodata.check.survey import Survey, object_array
from geodata.codes import fault
from geodata.edit import layer_of
from geodata.faults import Fault
from geodata.features import Boundary, Corridor, Park
from geodata.limits import GATE_TOLERANCE_M, PARK_OVERLAP
from geodata.network import Network, Place


def boundary_faults(network: Network) -> list[Fault]:
    """Return why the boundary layer does not part the network into two sides."""
    members = network.layer("boundary")
    if len(members) != 1:
        return [fault("BOUNDARY_COUNT", "boundary", value=f"{len(members)} lines")]
    (boundary,) = members
    found = []
    line = network.lonlat[boundary.id]
    assert isinstance(boundary, Boundary)
    assert isinstance(line, shapely.LineString)
    if boundary.left_side == boundary.right_side:
        value = f"{boundary.left_side} on both"
        found.append(fault("BOUNDARY_SIDES", "boundary", boundary.id, "right_side", value=value))
    if line.is_closed:
        value = "begins where it ends"
        found.append(fault("LINE_NOT_SIMPLE", "boundary", boundary.id, "geometry", value=value))
    return found


def place_sides(survey: Survey, places: Sequence[Place]) -> Iterator[Fault]:
    """Yield places that are not on the side they claim, or past the boundary's ends."""
    sides, points = survey.network.sides, survey.shapes(places)
    line = shapely.get_coordinates(sides.line)
    chord = line[-1] - line[0]
    length_m = float(np.linalg.norm(chord))
    along = (shapely.get_coordinates(points) - line[0]) @ chord / (chord @ chord)
    actual = sides.sides(points)
    for row, place in enumerate(places):
        if actual[row] != place.side:
            value = f"{place.side}, {sides.line.distance(points[row]):.0f} m across"
            limit = actual[row]
            yield fault("PLACE_SIDE", layer_of(place), place.id, "side", value=value, limit=limit)
    for row in np.flatnonzero((along < 0) | (along > 1)).tolist():
        place, past_m = places[row], max(-along[row], along[row] - 1) * length_m
        value = f"{past_m:.0f} m past"
        yield fault("BEYOND_BOUNDARY", layer_of(place), place.id, "geometry", value=value)


def park_sides(survey: Survey, parks: Sequence[Park]) -> Iterator[Fault]:
    """Yield parks of which more than a sliver lies across the boundary."""
    network = survey.network
    for park in parks:
        shape = network.metric[park.id]
        inside = shapely.area(shapely.intersection(shape, network.sides.left))
        if park.side != network.sides.left_side:
            inside = shape.area - inside
        across = 1 - inside / shape.area
        if across > PARK_OVERLAP:
            yield fault("PARK_SIDE", "parks", park.id, "side", value=f"{across:.0%} across")


def corridor_sides(survey: Survey, corridors: Sequence[Corridor]) -> Iterator[Fault]:
    """Yield corridors off the sides they claim, and gates that are not at the crossing."""
    yield from _one_sided(survey, [each for each in corridors if each.start_side == each.end_side])
    for corridor in corridors:
        if corridor.start_side != corridor.end_side:
            yield from _crossing(survey, corridor)


def _one_sided(survey: Survey, corridors: Sequence[Corridor]) -> Iterator[Fault]:
    strips = object_array(survey.strips[each.id] for each in corridors)
    held = survey.network.sides.holders(strips)
    for corridor, side in zip(corridors, held, strict=True):
        if side != corridor.start_side:
            value = f"wholly on {side}" if side else "within its width, it lies on both sides"
            yield fault(
                "CORRIDOR_SIDE",
                "corridors",
                corridor.id,
                "start_side",
                value=value,
                limit=f"wholly on {corridor.start_side}",
            )
        if corridor.gate_lon is not None or corridor.gate_lat is not None:
            value = f"{corridor.gate_lon}, {corridor.gate_lat}"
            yield fault("GATE_UNEXPECTED", "corridors", corridor.id, "gate_lon", value=value)


def _crossing(survey: Survey, corridor: Corridor) -> Iterator[Fault]:
    network = survey.network
    line = network.metric[corridor.id]
    assert isinstance(line, shapely.LineString)
    for field, side, at in (
        ("start_side", corridor.start_side, 0),
        ("end_side", corridor.end_side, -1),
    ):
        actual = network.sides.side(shapely.get_point(line, at))
        if actual != side:
            yield fault("CORRIDOR_SIDE", "corridors", corridor.id, field, value=side, limit=actual)
    crossings = network.sides.crossings(line)
    if len(crossings) != 1:
        value = f"{len(crossings)} times"
        yield fault("CORRIDOR_CROSSINGS", "corridors", corridor.id, "geometry", value=value)
    if corridor.gate_lon is None or corridor.gate_lat is None:
        yield fault("GATE_MISSING", "corridors", corridor.id, "gate_lon", value="null")
        return
    (gate,) = network.projection.to_metric(
        np.array([shapely.Point(corridor.gate_lon, corridor.gate_lat)])
    )
    off_m = min((gate.distance(each) for each in crossings), default=None)
    if off_m is not None and not off_m <= GATE_TOLERANCE_M:
        yield fault(
            "GATE_OFF_CROSSING",
            "corridors",
            corridor.id,
            "gate_lon",
            value=f"{off_m:.1f} m from the crossing",
        )

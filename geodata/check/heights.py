"""Lanes above the ground, above obstacles and apart from each other."""

import math
from collections.abc import Iterator, Sequence
from itertools import combinations

import numpy as np
import shapely

from geodata.check.survey import Survey
from geodata.codes import fault
from geodata.faults import Fault
from geodata.features import Corridor, Lane, Obstacle
from geodata.limits import ROUNDING_M, VERTICAL_CLEARANCE_M
from geodata.network import Network

_LEAST_M = VERTICAL_CLEARANCE_M - ROUNDING_M


def bottom_m(lane: Lane) -> float:
    """Return the lower edge of a lane's band, m AMSL."""
    return lane.height_amsl_m - lane.band_m / 2


def top_m(lane: Lane) -> float:
    """Return the upper edge of a lane's band, m AMSL."""
    return lane.height_amsl_m + lane.band_m / 2


def terrain_clearance(survey: Survey, corridors: Sequence[Corridor]) -> Iterator[Fault]:
    """Yield lanes too near the highest ground below them, and corridors over unknown ground."""
    for corridor in corridors:
        ground = survey.ground[corridor.id]
        if not math.isfinite(ground.roof_m):
            unknown = ~np.isfinite(ground.highest_m)
            first = survey.where(ground.xy_m[int(np.argmax(unknown))])
            value = f"{unknown.sum()} of {len(unknown)} samples, from {first}"
            yield fault("TERRAIN_UNKNOWN", "corridors", corridor.id, "geometry", value=value)
            continue
        for number, lane in enumerate(corridor.lanes):
            clear_m = bottom_m(lane) - ground.roof_m
            if clear_m < _LEAST_M:
                at = survey.where(ground.xy_m[int(np.argmax(ground.highest_m))])
                yield fault(
                    "TERRAIN_CLEARANCE",
                    "corridors",
                    corridor.id,
                    f"lanes[{number}].height_amsl_m",
                    value=f"{lane.id} {clear_m:.1f} m over ground of up to "
                    f"{ground.roof_m:.1f} m AMSL at {at}",
                )


def pad_clearance(survey: Survey, corridors: Sequence[Corridor]) -> Iterator[Fault]:
    """Yield lanes too near the height of the pads that they lead to."""
    sites = survey.network.sites
    for corridor in corridors:
        for end in (corridor.start, corridor.end):
            site = sites.get(end)
            if site is None:
                continue
            for number, lane in enumerate(corridor.lanes):
                clear_m = bottom_m(lane) - site.ground_amsl_m
                if clear_m < _LEAST_M:
                    yield fault(
                        "PAD_CLEARANCE",
                        "corridors",
                        corridor.id,
                        f"lanes[{number}].height_amsl_m",
                        value=f"{lane.id} {clear_m:.1f} m over the pads of {site.id}, "
                        f"{site.ground_amsl_m:.1f} m AMSL",
                    )


def obstacle_clearance(survey: Survey, corridors: Sequence[Corridor]) -> Iterator[Fault]:
    """Yield lanes too near the top of an obstacle that reaches into the corridor's width."""
    tops_m: dict[str, float] = {}
    for corridor, obstacle in _obstacles_beside(survey, corridors):
        if obstacle.id not in tops_m:
            tops_m[obstacle.id] = obstacle_top_amsl_m(survey.network, obstacle)
        highest_m = tops_m[obstacle.id]
        for number, lane in enumerate(corridor.lanes):
            clear_m = bottom_m(lane) - highest_m
            if clear_m < _LEAST_M:
                yield fault(
                    "OBSTACLE_CLEARANCE",
                    "corridors",
                    corridor.id,
                    f"lanes[{number}].height_amsl_m",
                    value=f"{lane.id} {clear_m:.1f} m over the top of {obstacle.id}, "
                    f"{highest_m:.1f} m AMSL",
                )


def _obstacles_beside(
    survey: Survey, corridors: Sequence[Corridor]
) -> Iterator[tuple[Corridor, Obstacle]]:
    """Yield corridors with the obstacles that reach into their width."""
    obstacles = tuple(survey.network.obstacles.values())
    if not obstacles or not corridors:
        return
    lines, shapes = survey.shapes(corridors), survey.shapes(obstacles)
    half_m = np.array([each.width_m / 2 for each in corridors])
    radius_m = np.array([each.radius_m for each in obstacles])
    columns, rows = shapely.STRtree(lines).query(
        shapes, predicate="dwithin", distance=radius_m + half_m.max()
    )
    apart_m = shapely.distance(lines[rows], shapes[columns])
    beside = apart_m <= half_m[rows] + radius_m[columns]
    for row, column in zip(rows[beside], columns[beside], strict=True):
        yield corridors[row], obstacles[column]


def obstacle_top_amsl_m(network: Network, obstacle: Obstacle) -> float:
    """Return the top of an obstacle; one above ground counts from its highest ground."""
    if obstacle.top_reference == "AMSL":
        return obstacle.top_m
    _, highest_m = network.ground.heights(shapely.get_coordinates(network.metric[obstacle.id]))
    return obstacle.top_m + float(np.max(highest_m))


def lane_separation(survey: Survey, corridors: Sequence[Corridor]) -> Iterator[Fault]:
    """Yield opposite lanes of a corridor with less than the clearance between their bands."""
    for corridor in corridors:
        for (_, one), (number, other) in combinations(enumerate(corridor.lanes), 2):
            gap_m = max(bottom_m(one) - top_m(other), bottom_m(other) - top_m(one))
            if one.direction != other.direction and gap_m < _LEAST_M:
                yield fault(
                    "LANES_TOO_CLOSE",
                    "corridors",
                    corridor.id,
                    f"lanes[{number}].height_amsl_m",
                    value=f"{gap_m:.1f} m between {one.id} and {other.id}",
                )

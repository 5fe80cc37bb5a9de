"""Lanes above the ground, above obstacles and apart from each other."""

from collections.abc import Iterator
from itertools import combinations

import numpy as np
import shapely

from geodata.check.survey import Survey
from geodata.codes import fault
from geodata.faults import Fault
from geodata.features import Lane, Obstacle
from geodata.limits import ROUNDING_M, VERTICAL_CLEARANCE_M
from geodata.network import Network

_LEAST_M = VERTICAL_CLEARANCE_M - ROUNDING_M


def bottom_m(lane: Lane) -> float:
    """Return the lower edge of a lane's band, m AMSL."""
    return lane.height_amsl_m - lane.band_m / 2


def top_m(lane: Lane) -> float:
    """Return the upper edge of a lane's band, m AMSL."""
    return lane.height_amsl_m + lane.band_m / 2


def terrain_clearance(survey: Survey) -> Iterator[Fault]:
    """Yield lanes too near the highest ground below them, and corridors over unknown ground."""
    for corridor in survey.corridors:
        ground = survey.ground[corridor.id]
        unknown = ~np.isfinite(ground.highest_m)
        if unknown.any():
            value = f"{unknown.sum()} of {len(unknown)} samples, from {_first(survey, corridor.id)}"
            yield fault("TERRAIN_UNKNOWN", "corridors", corridor.id, "geometry", value=value)
            continue
        worst = int(np.argmax(ground.highest_m))
        highest_m = float(ground.highest_m[worst])
        for number, lane in enumerate(corridor.lanes):
            clear_m = bottom_m(lane) - highest_m
            if clear_m < _LEAST_M:
                yield fault(
                    "TERRAIN_CLEARANCE",
                    "corridors",
                    corridor.id,
                    f"lanes[{number}].height_amsl_m",
                    value=f"{lane.id} {clear_m:.1f} m over ground of up to {highest_m:.1f} m AMSL "
                    f"at {survey.where(ground.xy_m[worst])}",
                )


def _first(survey: Survey, corridor_id: str) -> str:
    ground = survey.ground[corridor_id]
    return survey.where(ground.xy_m[int(np.argmin(np.isfinite(ground.highest_m)))])


def pad_clearance(survey: Survey) -> Iterator[Fault]:
    """Yield lanes too near the height of the pads that they lead to."""
    for corridor in survey.corridors:
        for end in (corridor.start, corridor.end):
            site = survey.network.sites.get(end)
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


def obstacle_clearance(survey: Survey) -> Iterator[Fault]:
    """Yield lanes too near the top of an obstacle that reaches into the corridor's width."""
    network = survey.network
    obstacles = tuple(network.obstacles.values())
    if not obstacles or not survey.corridors:
        return
    lines = np.array([network.metric[each.id] for each in survey.corridors])
    shapes = np.array([network.metric[each.id] for each in obstacles])
    half_m = np.array([each.width_m / 2 for each in survey.corridors])
    radius_m = np.array([each.radius_m for each in obstacles])
    apart_m = shapely.distance(lines[:, None], shapes[None, :])
    for row, column in np.argwhere(apart_m <= half_m[:, None] + radius_m[None, :]):
        corridor, obstacle = survey.corridors[row], obstacles[column]
        highest_m = _top_amsl_m(network, obstacle)
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


def _top_amsl_m(network: Network, obstacle: Obstacle) -> float:
    """Return the top of an obstacle; one above ground counts from its highest ground."""
    if obstacle.top_reference == "AMSL":
        return obstacle.top_m
    _, highest_m = network.ground.heights(shapely.get_coordinates(network.metric[obstacle.id]))
    return obstacle.top_m + float(np.max(highest_m))


def lane_separation(survey: Survey) -> Iterator[Fault]:
    """Yield opposite lanes of a corridor with less than the clearance between their bands."""
    for corridor in survey.corridors:
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

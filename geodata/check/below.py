"""The ground below corridors: where it is sampled, how low and high it is there."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from geodata.ground import Ground, SpotGround
from geodata.limits import SAMPLE_M

Floats = npt.NDArray[np.float64]
Shapes = npt.NDArray[Any]

_BATCH = 4096
"""Corridors whose ground is sampled at once: bounds the memory."""


@dataclass(frozen=True, slots=True)
class GroundBelow:
    """The ground under a corridor: points (n, 2) in metric CRS, lowest and highest m AMSL.

    `floor_m` and `roof_m` are the extremes over all points, NaN if any point's ground is unknown;
    `span_m` is the box of the points: west, south, east, north. A spot height farther than
    `reach_m` from all points does not count towards the ground at any.
    """

    xy_m: Floats
    lowest_m: Floats
    highest_m: Floats
    floor_m: float
    roof_m: float
    reach_m: float
    span_m: tuple[float, float, float, float]


def ground_below(ground: Ground, lines: Shapes, width_m: Floats) -> Iterator[GroundBelow]:
    """Yield the ground below each of some corridors, given their lines in metric CRS."""
    for at in range(0, len(lines), _BATCH):
        yield from _ground_below(ground, lines[at : at + _BATCH], width_m[at : at + _BATCH])


def _ground_below(ground: Ground, lines: Shapes, width_m: Floats) -> Iterator[GroundBelow]:
    xy_m, counts = _samples(lines, width_m)
    if isinstance(ground, SpotGround):
        lowest, highest, reach = ground.heights_and_reach(xy_m)
    else:
        (lowest, highest), reach = ground.heights(xy_m), np.zeros(len(xy_m))
    first = np.concatenate(([0], np.cumsum(counts)[:-1]))
    least, most = np.minimum.reduceat, np.maximum.reduceat
    extremes = np.column_stack((least(lowest, first), most(highest, first), most(reach, first)))
    spans = np.hstack((least(xy_m, first), most(xy_m, first))).tolist()
    for begin, count, (floor_m, roof_m, reach_m), (west, south, east, north) in zip(
        first.tolist(), counts.tolist(), extremes.tolist(), spans, strict=True
    ):
        part = slice(begin, begin + count)
        yield GroundBelow(
            xy_m[part],
            lowest[part],
            highest[part],
            floor_m,
            roof_m,
            reach_m,
            (west, south, east, north),
        )


def _samples(lines: Shapes, width_m: Floats) -> tuple[Floats, npt.NDArray[np.intp]]:
    """Return points along and across corridors, one after the other, and how many each has."""
    length_m = shapely.length(lines)
    along, across = _steps(length_m), _steps(width_m)
    line, step = _spread(along)
    along_m = step * (length_m / np.maximum(along - 1, 1))[line]
    middle, way = _along(lines, line, along_m)
    leftward = np.column_stack((-way[:, 1], way[:, 0]))
    row, step = _spread(across[line])
    width = width_m[line[row]]
    across_m = step * (width / (across[line[row]] - 1)) - width / 2
    points: Floats = middle[row] + leftward[row] * across_m[:, None]
    return points, along * across


def _along(lines: Shapes, line: npt.NDArray[np.intp], along_m: Floats) -> tuple[Floats, Floats]:
    """Return points so far along lines, and the lines' directions there, over 1 m about them."""
    length_m = shapely.length(lines)[line]
    first, last = (shapely.get_coordinates(shapely.get_point(lines, at)) for at in (0, -1))
    way = (last - first)[line]
    middle = first[line] + way * (along_m / length_m)[:, None]
    bent = (shapely.get_num_points(lines) > 2)[line]  # the others, most, are quicker so
    lines, along_m, length_m = lines[line[bent]], along_m[bent], length_m[bent]
    half_m = np.minimum(0.5, length_m / 2)
    behind_m, ahead_m = np.maximum(along_m - half_m, 0.0), np.minimum(along_m + half_m, length_m)
    middle[bent], behind, ahead = (
        shapely.get_coordinates(shapely.line_interpolate_point(lines, at_m))
        for at_m in (along_m, behind_m, ahead_m)
    )
    way[bent] = ahead - behind
    way /= np.maximum(np.hypot(way[:, :1], way[:, 1:]), 1e-9)
    return middle, way


def _steps(length_m: Floats) -> npt.NDArray[np.intp]:
    """Return how many evenly spaced points, ends included, lie at most SAMPLE_M apart."""
    return np.ceil(length_m / SAMPLE_M).astype(np.intp) + 1


def _spread(counts: npt.NDArray[np.intp]) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Return for each of `counts[0]`, `counts[1]`, … items its row, and its number in the row."""
    row = np.repeat(np.arange(len(counts)), counts)
    first = np.cumsum(counts) - counts
    return row, np.arange(len(row)) - first[row]

"""How far a shape has moved: the Hausdorff distance of two outlines, to the centimetre."""

from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

PRECISION_M = 0.01
"""How much less than the true distance may be returned."""

_BATCH = 1_000_000
"""Distances held in memory at a time."""

Pieces = npt.NDArray[Any]


def moved_m(one: BaseGeometry, other: BaseGeometry) -> float:
    """Return the Hausdorff distance of two metric shapes' outlines, in metres.

    It is the greatest distance from any point of either outline to the other one: no point of the
    shape moved farther unless it moved along it. At most `PRECISION_M` less than the true value.
    """
    ours, theirs = _pieces(one), _pieces(other)
    there = _farthest_m(ours, theirs, 0.0)
    return _farthest_m(theirs, ours, there)


def outline_m(shape: BaseGeometry) -> float:
    """Return the length of a metric shape's line, or of all its rings, in metres."""
    return float(shapely.length(shape))


def _pieces(shape: BaseGeometry) -> Pieces:
    """Return the straight pieces of a shape's outline as an array of [start, end] positions."""
    outline = shapely.boundary(shape) if shape.geom_type.endswith("Polygon") else shape
    found = []
    for part in shapely.get_parts(outline):
        at = shapely.get_coordinates(part)
        found.append(np.stack((at, at) if len(at) == 1 else (at[:-1], at[1:]), axis=1))
    return np.concatenate(found)


def _farthest_m(pieces: Pieces, others: Pieces, least_m: float) -> float:
    """Return the greatest distance from `pieces` to the nearest of `others`, at least `least_m`.

    Distance to one straight piece is convex, so nowhere between two points is it greater than at
    the farther of them: a piece whose ends are both near one of `others` needs no closer look, and
    any other is halved.
    """
    lines = shapely.linestrings(others)
    batch = max(1, _BATCH // len(others))
    waiting = [pieces[at : at + batch] for at in range(0, len(pieces), batch)]
    while waiting:
        now = waiting.pop()
        ends = [shapely.distance(shapely.points(now[:, each])[:, None], lines) for each in (0, 1)]
        least_m = max(least_m, *(float(each.min(axis=1).max()) for each in ends))
        open_ = now[np.maximum(*ends).min(axis=1) > least_m + PRECISION_M]
        if len(open_):
            middle = open_.mean(axis=1)
            halves = (np.stack((open_[:, 0], middle), 1), np.stack((middle, open_[:, 1]), 1))
            waiting += halves
    return least_m

"""A chain of cells made into few straight legs: the best ones of all between the chain's points.

Every pair of points is tried as a leg, by line of sight over the surface, and the cheapest
sequence of legs is worked out whose turns and lengths keep the limits. So the courses are any.
"""

import numpy as np
import numpy.typing as npt
import shapely

from geodata.suggest.ask import TurnLimits
from geodata.suggest.legs import LegRules, crossing_angles
from geodata.suggest.risk import RiskSurface

Floats = npt.NDArray[np.float64]

TURN_M = 40.0
TURN_M_PER_DEG = 1.0
"""What a turn costs, in metres: each one, and by its degrees."""

SKEW_M_PER_DEG = 5.0
"""What each degree that a crossing is off the perpendicular costs, in metres."""

POINTS_MAX = 140
"""Points of a chain that legs are tried between: bounds the time, which grows with their cube."""


def straightened(
    xy_m: Floats, surface: RiskSurface, rules: LegRules, limits: TurnLimits
) -> Floats | None:
    """Return the points, first and last kept, between which the cheapest legs run; None: none do.

    `xy_m` are points in the metric CRS, in order.
    """
    chosen = np.unique(np.linspace(0, len(xy_m) - 1, min(len(xy_m), POINTS_MAX)).astype(int))
    xy_m = xy_m[chosen]
    count = len(xy_m)
    cost_m = _leg_costs(xy_m, surface, rules, limits)
    way = xy_m[None, :] - xy_m[:, None]
    course = np.arctan2(way[..., 1], way[..., 0])
    best = np.full((count, count), np.inf)  # cheapest way whose last leg is that of row, column
    before = np.zeros((count, count), dtype=np.intp)
    best[0] = cost_m[0]
    for middle in range(1, count - 1):
        came, goes = course[:middle, middle, None], course[None, middle, middle + 1 :]
        turn_deg = np.degrees(np.abs((goes - came + np.pi) % (2 * np.pi) - np.pi))
        turn_m = np.where(turn_deg < 0.5, 0.0, TURN_M + TURN_M_PER_DEG * turn_deg)
        turn_m[turn_deg > limits.turn_max_deg] = np.inf
        total = best[:middle, middle, None] + turn_m
        row = np.argmin(total, axis=0)
        best[middle, middle + 1 :] = total[row, np.arange(total.shape[1])]
        best[middle, middle + 1 :] += cost_m[middle, middle + 1 :]
        before[middle, middle + 1 :] = row
    last = int(np.argmin(best[:, -1]))
    if not np.isfinite(best[last, -1]):
        return None
    found, end = [count - 1, last], count - 1
    while last != 0:
        last, end = int(before[last, end]), last
        found.append(last)
    points: Floats = xy_m[found[::-1]]
    return points


def _leg_costs(xy_m: Floats, surface: RiskSurface, rules: LegRules, limits: TurnLimits) -> Floats:
    """Return what each leg from row to column costs, m; infinite if it may not be flown."""
    row, column = np.triu_indices(len(xy_m), k=1)
    lines = shapely.linestrings(np.stack((xy_m[row], xy_m[column]), axis=1))
    length_m = shapely.length(lines)
    fine = length_m >= limits.leg_min_m
    fine[fine] = rules.legs(lines[fine])
    row, column, lines, length_m = row[fine], column[fine], lines[fine], length_m[fine]
    cost_m = length_m + surface.along(lines)
    if rules.start_side != rules.end_side:
        angle_deg, times = crossing_angles(lines, rules.sides.line)
        cost_m[times > 0] += SKEW_M_PER_DEG * (90 - angle_deg[times > 0])
    found = np.full((len(xy_m), len(xy_m)), np.inf)
    found[row, column] = cost_m
    return found

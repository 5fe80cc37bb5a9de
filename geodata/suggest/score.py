"""What a suggested corridor is worth, part by part."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

from geodata.check.below import ground_below
from geodata.network import Network
from geodata.suggest.ask import Ask, Levels, sides_of
from geodata.suggest.barriers import Barrier
from geodata.suggest.legs import crossing_angles
from geodata.suggest.risk import RiskSurface
from geodata.suggest.straighten import SKEW_M_PER_DEG, TURN_M, TURN_M_PER_DEG

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Score:
    """A corridor's worth by part; `total_m` is what it is ranked by, less is better.

    `risk_m` is the risk along it, in metres flown over a risk of 1. `spare_m` is how much farther
    than the rules ask it keeps from the nearest thing that is closed to it, `nearest` its id (the
    rule's code for the ground or the other side); None if nothing is near. `over_ground_m` is the
    lower band's least height over the highest ground below. `crosses` are the corridors whose
    minima it enters.
    """

    length_m: float
    straight_m: float
    risk_m: float
    turns: int
    turn_sum_deg: float
    turn_max_deg: float
    leg_min_m: float
    crossing_deg: float | None
    spare_m: float | None
    nearest: str | None
    over_ground_m: float
    crosses: tuple[str, ...]
    total_m: float


def score(
    network: Network,
    ask: Ask,
    levels: Levels,
    surface: RiskSurface,
    closed: Sequence[Barrier],
    soft: Sequence[Barrier],
    line_m: shapely.LineString,
) -> Score:
    """Return the worth of a line in the metric CRS as a corridor."""
    points_m = shapely.get_coordinates(line_m)
    legs = shapely.linestrings(np.stack((points_m[:-1], points_m[1:]), axis=1))
    turns_deg = turns_of(points_m)
    risk_m = float(surface.along(legs).sum())
    crossing = None
    start, end = sides_of(network, ask)
    if start != end:
        crossing = float(np.nanmin(crossing_angles(legs, network.sides.line)[0]))
    width = np.array([ask.width_m])
    (below,) = ground_below(network.ground, np.array([line_m]), width)
    nearest = min(closed, key=lambda each: each.shape.distance(line_m), default=None)
    skew_m = 0.0 if crossing is None else SKEW_M_PER_DEG * (90 - crossing)
    turns_m = TURN_M * len(turns_deg) + TURN_M_PER_DEG * float(turns_deg.sum())
    return Score(
        length_m=line_m.length,
        straight_m=network.metric[ask.start].distance(network.metric[ask.end]),
        risk_m=risk_m,
        turns=len(turns_deg),
        turn_sum_deg=float(turns_deg.sum()),
        turn_max_deg=float(turns_deg.max(initial=0.0)),
        leg_min_m=float(shapely.length(legs).min()),
        crossing_deg=crossing,
        spare_m=None if nearest is None else float(nearest.shape.distance(line_m)),
        nearest=None if nearest is None else nearest.feature or nearest.code,
        over_ground_m=levels.bottom_m - below.roof_m,
        crosses=tuple(each.feature for each in soft if each.shape.intersects(line_m)),
        total_m=line_m.length + risk_m + turns_m + skew_m,
    )


def turns_of(points_m: Floats) -> Floats:
    """Return the change of course at each inner vertex of a line, degrees from 0 to 180."""
    way = np.diff(points_m, axis=0)
    course = np.arctan2(way[:, 1], way[:, 0])
    found: Floats = np.degrees(np.abs((np.diff(course) + np.pi) % (2 * np.pi) - np.pi))
    return found

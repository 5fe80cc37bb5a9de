"""How unwelcome a flight is over each cell of a grid: the risk surface that a search runs on.

The risk is a number from 0 for each metre flown there, in metres: a metre over a risk of 2 counts
as three metres over none. What the network knows of the ground sets it, and what a user adds.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from geodata.network import Network
from geodata.prepared import prepared

Floats = npt.NDArray[np.float64]
Cells = npt.NDArray[np.intp]

CELLS = 16_000
"""Some cells of a grid, whatever its extent: what a search does in a second."""

CELL_MIN_M = 10.0
WATER_M = 40.0
"""How far from the boundary line, a river, water is taken to reach."""

WEIGHTS = MappingProxyType(
    {"water": 0.0, "land": 1.0, "park": 2.0, "permission": 2.0, "site": 3.0, "roof": 4.0}
)
"""Risk of each kind of ground; where several hold, the highest counts, but water is water.

Chosen, not measured: they order what the network knows of the ground. `park` and `site` stand for
people at work, `roof` for buildings and towers, `permission` for zones that need a permission.
"""

SITE_M = 60.0
ROOF_M = 30.0
"""How far people about a site, and a building's or tower's surroundings, are taken to reach."""


@dataclass(frozen=True, slots=True)
class Grid:
    """Square cells in the metric CRS, row by row from the south-west corner."""

    west_m: float
    south_m: float
    cell_m: float
    rows: int
    columns: int

    @classmethod
    def over(cls, one: shapely.Point, other: shapely.Point) -> "Grid":
        """Return a grid about two places with room for detours: 60 % of their distance or 800 m."""
        span = shapely.union(one, other).bounds
        room_m = max(800.0, 0.6 * one.distance(other))
        west, south, east, north = np.array(span) + room_m * np.array([-1, -1, 1, 1])
        cell_m = max(CELL_MIN_M, math.sqrt((east - west) * (north - south) / CELLS))
        rows, columns = (math.ceil(each / cell_m) for each in (north - south, east - west))
        return cls(float(west), float(south), cell_m, rows, columns)

    @property
    def middles_m(self) -> Floats:
        """Return the cells' middles, (rows × columns, 2)."""
        row, column = np.divmod(np.arange(self.rows * self.columns), self.columns)
        east_north = np.column_stack((column, row)) + 0.5
        found: Floats = np.array([self.west_m, self.south_m]) + east_north * self.cell_m
        return found

    @property
    def extent_m(self) -> tuple[float, float, float, float]:
        """West, south, east and north edge."""
        east, north = self.columns * self.cell_m, self.rows * self.cell_m
        return self.west_m, self.south_m, self.west_m + east, self.south_m + north

    def cells_at(self, xy_m: Floats) -> Cells:
        """Return the numbers of the cells that points lie in; of the nearest if outside."""
        at = ((xy_m - [self.west_m, self.south_m]) / self.cell_m).astype(np.intp)
        column = np.clip(at[..., 0], 0, self.columns - 1)
        row = np.clip(at[..., 1], 0, self.rows - 1)
        found: Cells = row * self.columns + column
        return found


@dataclass(frozen=True, slots=True)
class Area:
    """A polygon of the user's, metric CRS, in which the risk is a given one."""

    shape: BaseGeometry
    risk: float


@dataclass(frozen=True)
class RiskSurface:
    """The risk of each cell of a grid, and the ground of it."""

    grid: Grid
    risk: Floats
    lowest_m: Floats
    highest_m: Floats

    @cached_property
    def image(self) -> Floats:
        """The risk as rows from south to north."""
        return self.risk.reshape(self.grid.rows, self.grid.columns)

    def along(self, lines: npt.NDArray[Any]) -> Floats:
        """Return the risk of straight lines: its integral along each, m."""
        ends_m = shapely.get_coordinates(lines).reshape(-1, 2, 2)
        length_m = shapely.length(lines)
        counts = np.maximum(1, np.ceil(2 * length_m / self.grid.cell_m)).astype(int)
        line = np.repeat(np.arange(len(lines)), counts)
        first = np.repeat(np.cumsum(counts) - counts, counts)
        share = (np.arange(len(line)) - first + 0.5) / counts[line]
        at_m = ends_m[line, 0] + share[:, None] * (ends_m[line, 1] - ends_m[line, 0])
        mean = np.bincount(line, self.risk[self.grid.cells_at(at_m)], len(lines)) / counts
        found: Floats = mean * length_m
        return found


def risk_surface(
    network: Network, grid: Grid, areas: Sequence[Area] = (), raster: Floats | None = None
) -> RiskSurface:
    """Return the risk over a grid: from the network; over it `raster`, and over that `areas`.

    `raster` holds a risk for each cell, NaN where it says nothing.
    """
    middles_m = grid.middles_m
    points = shapely.points(middles_m)
    risk = np.full(len(points), WEIGHTS["land"])
    for kind, shapes in _ground(network, grid):
        inside = _within(points, shapes)
        risk[inside] = np.maximum(risk[inside], WEIGHTS[kind])
    boundary = shapely.buffer(network.sides.line, WATER_M)
    risk[_within(points, [boundary])] = WEIGHTS["water"]
    if raster is not None:
        known = np.isfinite(raster)
        risk[known] = raster[known]
    for area in areas:
        risk[_within(points, [area.shape])] = area.risk
    lowest_m, highest_m = network.ground.heights(middles_m)
    return RiskSurface(grid, risk, lowest_m, highest_m)


def with_risk(surface: RiskSurface, shapes: Sequence[BaseGeometry], risk: float) -> RiskSurface:
    """Return a surface with at least this risk within some shapes."""
    inside = _within(shapely.points(surface.grid.middles_m), shapes)
    return replace(surface, risk=np.where(inside, np.maximum(surface.risk, risk), surface.risk))


def _ground(network: Network, grid: Grid) -> list[tuple[str, list[BaseGeometry]]]:
    window = shapely.box(*grid.extent_m)
    metric = network.metric

    def near(ids: Sequence[str], reach_m: float) -> list[BaseGeometry]:
        shapes = [metric[each] for each in ids if metric[each].dwithin(window, reach_m)]
        return [each.buffer(reach_m) if reach_m else each for each in shapes]

    permission = [each.id for each in network.zones.values() if each.kind == "permission"]
    roofs = [
        metric[each.id].buffer(each.radius_m + ROOF_M)
        for each in network.obstacles.values()
        if each.kind in ("building", "tower")
    ]
    return [
        ("park", near([*network.parks], 0.0)),
        ("permission", near(permission, 0.0)),
        ("site", near([*network.sites], SITE_M)),
        ("roof", roofs),
    ]


def _within(points: npt.NDArray[Any], shapes: Sequence[BaseGeometry]) -> npt.NDArray[np.bool_]:
    inside = np.zeros(len(points), dtype=bool)
    for shape in shapes:
        inside |= shapely.contains(prepared(shape), points)
    return inside

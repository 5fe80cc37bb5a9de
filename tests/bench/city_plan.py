"""Where everything of a made-up city stands: grid, boundary, sites, links, ground."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import shapely

from geodata.features import Side
from geodata.ground import SpotGround

Floats = npt.NDArray[np.float64]
Edge = tuple[str, str]

SPACING_M = 400.0
JITTER_M = 30.0


def side_of(identifier: str) -> Side:
    return "SZ" if identifier.startswith("SZ") else "HK"


@dataclass(frozen=True)
class CityPlan:
    """Where everything stands, in metres east and north of the city's middle."""

    corridors: int
    vertiports: int
    checkpoints: int
    draw: np.random.Generator

    @cached_property
    def columns(self) -> int:
        """Columns of waypoints, as many as rows or one more; enough for the corridors."""
        sites, columns = self.vertiports + self.checkpoints, 4
        while True:
            rows = self.rows_of(columns)
            within = (columns - 1) * rows + columns * (rows - 2)
            cells = (columns - 1) * (rows - 2)
            if within + len(range(0, columns, 4)) + sites >= self.corridors and cells >= 2 * sites:
                return columns
            columns += 1

    @staticmethod
    def rows_of(columns: int) -> int:
        """Return an even number of rows, half of them on each side."""
        return columns - columns % 2

    @cached_property
    def rows(self) -> int:
        """Rows of waypoints, from south to north."""
        return self.rows_of(self.columns)

    @cached_property
    def grid_m(self) -> Floats:
        """Waypoints, shape (rows, columns, 2)."""
        east = (np.arange(self.columns) - (self.columns - 1) / 2) * SPACING_M
        north = (np.arange(self.rows) - (self.rows - 1) / 2) * SPACING_M
        grid = np.stack(np.meshgrid(east, north), axis=-1)
        found: Floats = grid + self.draw.uniform(-JITTER_M, JITTER_M, grid.shape)
        return found

    @cached_property
    def boundary(self) -> shapely.LineString:
        """A winding line that runs east, past the first and last column."""
        reach_m = (self.columns + 2) / 2 * SPACING_M
        east = np.arange(-reach_m, reach_m + 1, SPACING_M / 2)
        return shapely.LineString(
            np.column_stack((east, 60 * np.sin(east / 900) + self.draw.uniform(-15, 15, len(east))))
        )

    @cached_property
    def waypoints(self) -> list[str]:
        """Ids of the waypoints."""
        return [self.waypoint(row, column) for row, column in np.ndindex(self.rows, self.columns)]

    def waypoint(self, row: int, column: int) -> str:
        """Return the id of the waypoint at a place of the grid."""
        return f"{'HK' if row < self.rows // 2 else 'SZ'}-W{row:03}-{column:03}"

    @cached_property
    def cells(self) -> list[tuple[int, int]]:
        """Cells (row and column of their south-west corner) off the boundary, in random order."""
        middle = self.rows // 2 - 1
        cells = [
            (row, column)
            for row, column in np.ndindex(self.rows - 1, self.columns - 1)
            if row != middle
        ]
        return [cells[index] for index in self.draw.permutation(len(cells))]

    def cell_m(self, cell: tuple[int, int]) -> Floats:
        """Return the middle of a cell's four corners."""
        row, column = cell
        middle: Floats = self.grid_m[row : row + 2, column : column + 2].mean(axis=(0, 1))
        return middle

    @cached_property
    def sites(self) -> dict[str, tuple[int, int]]:
        """Site id to its cell; the sides take turns, so that both have each kind."""
        halves: dict[Side, Iterator[tuple[int, int]]] = {
            "SZ": (cell for cell in self.cells if cell[0] >= self.rows // 2),
            "HK": (cell for cell in self.cells if cell[0] < self.rows // 2),
        }
        found = {}
        for letter, count in (("V", self.vertiports), ("C", self.checkpoints)):
            for number in range(count):
                side: Side = "SZ" if number % 2 else "HK"
                found[f"{side}-{letter}{number // 2 + 1:04}"] = next(halves[side])
        return found

    @cached_property
    def free_cells(self) -> list[tuple[int, int]]:
        """Cells without a site, in random order."""
        taken = set(self.sites.values())
        return [cell for cell in self.cells if cell not in taken]

    @cached_property
    def places_m(self) -> dict[str, Floats]:
        """Place id to its point."""
        points = dict(zip(self.waypoints, self.grid_m.reshape(-1, 2), strict=True))
        return points | {site: self.cell_m(cell) for site, cell in self.sites.items()}

    @cached_property
    def links(self) -> list[Edge]:
        """Start and end of every corridor: a tree that joins all places, then others by lot."""
        joins = [
            (site, self.waypoint(row + int(self.draw.integers(2)), column))
            for site, (row, column) in self.sites.items()
        ]
        middle = self.rows // 2 - 1
        spine: list[Edge] = []
        rungs: list[Edge] = []
        for row, column in np.ndindex(self.rows, self.columns):
            here = self.waypoint(row, column)
            if column + 1 < self.columns:
                rungs.append((here, self.waypoint(row, column + 1)))
            if row + 1 < self.rows and (row != middle or column % 4 == 0):
                way = (here, self.waypoint(row + 1, column))
                (rungs if row == middle else spine).append(way)
        across = [(one, other) for one, other in rungs if side_of(one) != side_of(other)]
        rows = {self.rows // 4, self.rows // 2 + self.rows // 4}
        tree = [rung for rung in rungs if int(rung[0][4:7]) in rows and rung not in across]
        tree += spine + across[:2] + joins
        rest = sorted(set(rungs) - set(tree))
        order = self.draw.permutation(len(rest))[: self.corridors - len(tree)]
        return tree + [rest[index] for index in order]

    @cached_property
    def ground(self) -> SpotGround:
        """The ground between the spot heights, which stand on a coarse jittered grid."""
        reach_m = (self.columns + 1) / 2 * SPACING_M
        step_m = 2.5 * SPACING_M
        axis = np.arange(-reach_m, reach_m + step_m, step_m)
        grid = np.stack(np.meshgrid(axis, axis), axis=-1).reshape(-1, 2)
        at = grid + self.draw.uniform(-100, 100, grid.shape)
        east, north = at.T
        height_m = 20 + 10 * np.sin(east / 4000) * np.cos(north / 5000)
        return SpotGround(at, np.round(height_m, 1), np.full(len(at), 2.0))

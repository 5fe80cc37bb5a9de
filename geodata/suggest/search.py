"""The cheapest chain of cells between two places that a drone can turn along.

Dijkstra's search (scipy) over states of a cell and the course that it was entered on, one of 16: a
step leads on along a course at most one of them off. The risk of a step is paid by its length.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import shapely

from geodata.suggest.legs import LegRules
from geodata.suggest.risk import RiskSurface

Floats = npt.NDArray[np.float64]
Cells = npt.NDArray[np.intp]

COURSES = np.array(
    sorted(
        [(x, y) for x in range(-2, 3) for y in range(-2, 3) if np.gcd(x, y) == 1],
        key=lambda step: np.arctan2(step[1], step[0]),
    )
)
"""Steps east and north in cells, by their direction: no two next to each other over 27° apart."""

_BEND_M = 5.0
"""What a change of course by one costs, in metres: enough that a straight chain is preferred."""


@dataclass(frozen=True)
class Steps:
    """All allowed steps between the cells of a surface, and what each costs without its risk.

    `course` is a row of COURSES; `begin` and `end` are cells.
    """

    surface: RiskSurface
    begin: Cells
    end: Cells
    course: Cells

    @cached_property
    def length_m(self) -> Floats:
        """Length of each step."""
        steps = np.hypot(*COURSES.T) * self.surface.grid.cell_m
        found: Floats = steps[self.course]
        return found


def allowed_steps(surface: RiskSurface, rules: LegRules) -> Steps:
    """Return the steps that are legs which the rules allow."""
    grid = surface.grid
    middles_m = grid.middles_m
    open_cells = np.flatnonzero(~shapely.intersects_xy(rules.closed, middles_m))
    row, column = np.divmod(open_cells, grid.columns)
    kept: list[tuple[Cells, Cells, Cells]] = []
    for number, (east, north) in enumerate(COURSES.tolist()):
        inside = (column + east >= 0) & (column + east < grid.columns)
        inside &= (row + north >= 0) & (row + north < grid.rows)
        begin = open_cells[inside]
        end = begin + north * grid.columns + east
        lines = shapely.linestrings(np.stack((middles_m[begin], middles_m[end]), axis=1))
        fine = rules.steps(lines)
        begin, end = begin[fine], end[fine]
        kept.append((begin, end, np.full(len(begin), number)))
    return Steps(surface, *(np.concatenate(each) for each in zip(*kept, strict=True)))


def cell_near(steps: Steps, xy_m: Floats) -> int:
    """Return the cell of a point, or the next one that steps lead from or to if none do there."""
    grid = steps.surface.grid
    known = np.unique(np.concatenate((steps.begin, steps.end)))
    if len(known):
        gap_m = np.hypot(*(grid.middles_m[known] - xy_m).T)
        nearest = int(np.argmin(gap_m))
        if gap_m[nearest] <= 2 * grid.cell_m:
            return int(known[nearest])
    return int(grid.cells_at(xy_m))


def cheapest_chain(steps: Steps, risk: Floats, start: int, end: int) -> Cells | None:
    """Return the cells of the cheapest chain from one cell to another; None if there is none.

    `risk` is that of each cell; a step's is the mean of its two cells'.
    """
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import dijkstra

    count, turns = len(risk), len(COURSES)
    cost_m = steps.length_m * (1 + (risk[steps.begin] + risk[steps.end]) / 2)
    at = steps.end * turns + steps.course
    origin = count * turns
    froms, tos, costs = [], [], []
    for bend in (-1, 0, 1):
        froms.append(steps.begin * turns + (steps.course + bend) % turns)
        tos.append(at)
        costs.append(cost_m + _BEND_M * abs(bend))
    first = steps.begin == start
    froms.append(np.full(int(first.sum()), origin))
    tos.append(at[first])
    costs.append(cost_m[first])
    links = (np.concatenate(froms), np.concatenate(tos))
    graph = csr_array((np.concatenate(costs), links), shape=(origin + 1, origin + 1))
    distance, before = dijkstra(graph, indices=[origin], return_predecessors=True)
    arrivals = distance[0, end * turns : (end + 1) * turns]
    if not np.isfinite(arrivals).any():
        return None
    state, chain = end * turns + int(np.argmin(arrivals)), []
    while state != origin:
        chain.append(state // turns)
        state = int(before[0, state])
    return np.array([start, *reversed(chain)], dtype=np.intp)

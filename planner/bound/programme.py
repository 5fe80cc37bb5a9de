"""A linear programme that grows: columns and rows are added in place, the basis is kept.

HiGHS takes up each solve where the last one ended, so a round of column generation costs few steps.
Programmes too large for that are solved by interior points, whose duals are those in the middle of
all that are best.
"""

import highspy
import numpy as np
from scipy.sparse import csc_matrix, csr_matrix

from planner.arrays import Floats, Ints
from planner.linear import Solution

LARGE_ROWS, LARGE_COLUMNS = 5000, 15_000
"""Programmes with more of both are solved by interior points."""


class Programme:
    """Minimise cost x with lower <= matrix x <= upper and 0 <= x <= ceiling, grown bit by bit."""

    def __init__(self, lower: Floats, upper: Floats) -> None:
        self._solver = highspy.Highs()
        self._solver.silent()
        self._solver.setOptionValue("threads", 1)
        self._solver.setOptionValue("run_crossover", "off")
        none = np.empty(0)
        at = np.zeros(len(lower), dtype=np.int32)
        self._solver.addRows(len(lower), lower, upper, 0, at, none.astype(np.int32), none)

    def add_columns(self, cost: Floats, ceiling: Floats, matrix: csc_matrix) -> None:
        """Add columns over all rows that there are."""
        self._solver.addCols(
            len(cost), cost, np.zeros(len(cost)), ceiling, matrix.nnz,
            matrix.indptr[:-1].astype(np.int32), matrix.indices.astype(np.int32), matrix.data,
        )  # fmt: skip

    def add_rows(self, lower: Floats, upper: Floats, matrix: csr_matrix) -> None:
        """Add rows over all columns that there are."""
        self._solver.addRows(
            len(lower), lower, upper, matrix.nnz,
            matrix.indptr[:-1].astype(np.int32), matrix.indices.astype(np.int32), matrix.data,
        )  # fmt: skip

    def change_costs(self, columns: Ints, costs: Floats) -> None:
        """Change the costs of some columns."""
        self._solver.changeColsCost(len(columns), columns.astype(np.int32), costs)

    def keep_columns(self, columns: Ints, least: Floats, most: Floats) -> None:
        """Let columns be from least to most from now on."""
        self._solver.changeColsBounds(len(columns), columns.astype(np.int32), least, most)

    def keep_row(self, row: int, least: float, most: float) -> None:
        """Let a row be from least to most from now on."""
        self._solver.changeRowBounds(row, least, most)

    def shut(self, column: int) -> None:
        """Let a column be 0 from now on."""
        self._solver.changeColBounds(column, 0.0, 0.0)

    @property
    def large(self) -> bool:
        """Whether it is solved by interior points, which gain nothing by where the last ended."""
        return bool(
            self._solver.getNumRow() > LARGE_ROWS and self._solver.getNumCol() > LARGE_COLUMNS
        )

    def solve(self) -> Solution:
        """Return the optimum. Raises `ArithmeticError` if none is found."""
        self._solver.setOptionValue("solver", "ipm" if self.large else "simplex")
        self._solver.setOptionValue("presolve", "on" if self.large else "off")
        self._solver.run()
        status = self._solver.getModelStatus()
        if status != highspy.HighsModelStatus.kOptimal:
            self._solver.clearSolver()
            self._solver.setOptionValue("solver", "simplex")
            self._solver.run()
            status = self._solver.getModelStatus()
        if status != highspy.HighsModelStatus.kOptimal:
            raise ArithmeticError(f"a relaxation ended as {status}")
        found = self._solver.getSolution()
        return Solution(
            self._solver.getInfo().objective_function_value,
            np.array(found.col_value),
            np.array(found.row_dual),
        )

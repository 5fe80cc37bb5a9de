"""Linear programmes given as sparse arrays, solved by GLOP through OR-Tools' model builder."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from ortools.linear_solver.python import model_builder_helper as mbh
from scipy.sparse import csr_matrix

from planner.arrays import Floats

WAYS = ("use_dual_simplex:true", "use_dual_simplex:false", "use_preprocessing:false")
"""How GLOP is set, the next way where rounding led one astray. HiGHS gives no duals here."""


@dataclass(frozen=True)
class Solution:
    """Optimal value, variables and duals (one a row, of the sign of a minimisation)."""

    value: float
    variables: Floats
    duals: Floats


def minimise(
    cost: Floats, matrix: csr_matrix, lower: Floats, upper: Floats, ceiling: Floats
) -> Solution:
    """Minimise cost x with lower <= matrix x <= upper and 0 <= x <= ceiling.

    Raises `ArithmeticError` if no optimum is found.
    """
    model = mbh.ModelBuilderHelper()
    # The stubs of OR-Tools ask for arrays of shape float64, which no array has.
    floor: Any = np.zeros(len(cost))
    least: Any = lower
    greatest: Any = upper
    bounds: Any = ceiling
    prices: Any = cost
    model.fill_model_from_sparse_data(floor, bounds, prices, least, greatest, matrix)
    for parameters in WAYS:
        solver = mbh.ModelSolverHelper("glop")
        solver.set_solver_specific_parameters(parameters)
        solver.solve(model)
        if solver.status() == mbh.SolveStatus.OPTIMAL:
            break
    else:
        raise ArithmeticError(f"a relaxation ended as {solver.status()}")
    return Solution(
        float(solver.objective_value()),
        np.asarray(solver.variable_values()),
        np.asarray(solver.dual_values()),
    )

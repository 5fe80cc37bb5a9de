"""The checker trusts nothing that made the plan."""

import subprocess
import sys

SHARED = {
    "energy",
    "plan.plan",
    "records",
    "request.fleet",
    "request.held",
    "request.order",
    "request.request",
    "request.weather",
    "rules.codes",
    "rules.customs",
    "rules.permission",
    "rules.rulebook",
}
"""What planner and checker both build on: records, and rules that are data."""


def test_checker_loads_neither_the_search_nor_a_solver() -> None:
    program = "import sys, planner.check; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True
    )
    loaded = done.stdout.split()
    assert "ortools" not in loaded
    planner = {name.removeprefix("planner.") for name in loaded if name.startswith("planner.")}
    packages = {name.rpartition(".")[0] for name in planner}
    found = {name for name in planner - packages if not name.startswith("check.")}
    assert found == SHARED

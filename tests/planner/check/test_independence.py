"""The checker trusts nothing that made the plan."""

import subprocess
import sys

SHARED = {
    "codes",
    "customs",
    "energy",
    "fleet",
    "held",
    "order",
    "permission",
    "plan",
    "records",
    "request",
    "rulebook",
    "weather",
}
"""What planner and checker both build on: records, and rules that are data."""


def test_checker_loads_neither_the_search_nor_a_solver() -> None:
    program = "import sys, planner.check; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True
    )
    loaded = done.stdout.split()
    assert "ortools" not in loaded
    planner = {name.split(".")[1] for name in loaded if name.startswith("planner.")}
    assert planner == {"check", *SHARED}

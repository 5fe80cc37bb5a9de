"""The certifier trusts what a leg, an order and a squad are, and nothing that searches."""

import subprocess
import sys

TRUSTED = {
    "air.airspace",
    "air.answers",
    "air.arrivals",
    "air.awaited",
    "air.block_times",
    "air.blocks",
    "air.cruise",
    "air.diversion",
    "air.graph",
    "air.held_blocks",
    "air.lane_arcs",
    "air.legs",
    "air.passage",
    "air.search",
    "air.ways",
    "arrays",
    "compiled",
    "day.instance",
    "day.stops",
    "day.tables",
    "day.turnaround",
    "energy",
    "kept_code",
    "plan.certificate",
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
    "rules.sharing",
}
"""`air.search` is that for the quickest way of a leg, which an instance holds; nothing asks it."""

OWN = "certify.", "check."
"""The certifier, and the checker, which trusts less still."""

SOLVERS = {"highspy", "ortools", "scipy.optimize"}


def test_certifier_loads_neither_the_search_nor_a_solver() -> None:
    program = "import sys, planner.certify; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True
    )
    loaded = set(done.stdout.split())
    assert not SOLVERS & loaded
    planner = {name.removeprefix("planner.") for name in loaded if name.startswith("planner.")}
    packages = {name.rpartition(".")[0] for name in planner}
    found = {name for name in planner - packages if not name.startswith(OWN)}
    assert found == TRUSTED

"""The certifier trusts what a leg, an order and a squad are, and nothing that searches."""

import subprocess
import sys

TRUSTED = {
    "airspace",
    "answers",
    "arrays",
    "arrivals",
    "awaited",
    "block_times",
    "blocks",
    "certificate",
    "check",
    "codes",
    "compiled",
    "cruise",
    "customs",
    "diversion",
    "energy",
    "fleet",
    "graph",
    "held",
    "held_blocks",
    "instance",
    "kept_code",
    "lane_arcs",
    "legs",
    "order",
    "passage",
    "permission",
    "plan",
    "records",
    "request",
    "rulebook",
    "search",
    "sharing",
    "stops",
    "tables",
    "turnaround",
    "ways",
    "weather",
}
"""`search` is that for the quickest way of a leg, which an instance holds; nothing here asks it."""

SOLVERS = {"highspy", "ortools", "scipy.optimize"}


def test_certifier_loads_neither_the_search_nor_a_solver() -> None:
    program = "import sys, planner.certify; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True
    )
    loaded = set(done.stdout.split())
    assert not SOLVERS & loaded
    planner = {name.split(".")[1] for name in loaded if name.startswith("planner.")}
    assert planner == {"certify", *TRUSTED}

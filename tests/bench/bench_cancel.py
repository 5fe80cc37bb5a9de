"""How long after a cancel the last process that solved for a plan has ended.

    python -m tests.bench.bench_cancel --times 5 --write

A day is planned as a whole or in parts, by a server alone or by the workers of a cluster.
"""

import argparse
import statistics
import tempfile
import time
from pathlib import Path

from tests.bench.bench_service import stored_day
from tests.bench.cases import machine, table, write_figures
from tests.bench.service_under_test import Deployment, await_true

UNDER_WAY_S = 5.0
"""How long a plan is made before it is cancelled, s."""

SOLVING = ("enumerate", "choose", "improve", "parts")
"""Stages in which a solver is at work."""

ORDERS = 160
PLACES = (
    ("whole, on one machine", "1000", 0),
    ("in parts, on one machine", "100", 0),
    ("whole, on a cluster", "1000", 2),
    ("in parts, on a cluster", "100", 2),
)
"""How a day is planned, the orders of a day that is planned as a whole, and workers."""


def main() -> None:
    """Print, or write into docs/benchmarks.md, how long it takes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=5)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    rows = []
    for name, whole, workers in PLACES:
        took_s = cancelled(whole, workers, options.times)
        rows.append((name, f"{statistics.median(took_s):.1f} s", f"{max(took_s):.1f} s"))
    found = table((f"a plan of {ORDERS} orders", "median", "longest"), rows)
    print(found)
    if options.write:
        write_figures("bench_cancel", f"{machine()}, {options.times} times.\n\n{found}")


def cancelled(whole: str, workers: int, times: int) -> list[float]:
    """Return the seconds that some cancels took."""
    # Two threads would have no parts.
    settings = {"HETAO_WHOLE_DAY_ORDERS": whole, "HETAO_THREADS": "3"}
    with tempfile.TemporaryDirectory(prefix="hetao-") as name:
        folder = Path(name)
        database = f"sqlite:///{folder}/hetao.sqlite"
        with Deployment(folder, database, workers=workers, settings=settings) as deployment:
            request = stored_day(deployment, folder / "day", orders=ORDERS)
            return [cancel_s(deployment, request) for _ in range(times)]


def cancel_s(deployment: Deployment, request: str) -> float:
    """Return the seconds from a cancel until its plan has no process any more."""
    body = {"request": request, "time_limit_s": 600}
    path = "/v1/plans/" + str(deployment.sure("POST", "/v1/plans", body)["id"])
    await_true(lambda: deployment.sure("GET", path)["progress"]["stage"] in SOLVING)
    time.sleep(UNDER_WAY_S)
    began = time.monotonic()
    deployment.sure("POST", f"{path}/cancel")
    await_true(lambda: deployment.solving() == 0)
    took_s = time.monotonic() - began
    await_true(lambda: deployment.sure("GET", path)["state"] == "cancelled")
    return took_s


if __name__ == "__main__":
    main()

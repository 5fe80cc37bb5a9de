"""The service under load: wrk against `hetao serve` on SQLite, both on one machine.

    python -m tests.bench.bench_service --seconds 10 --write

Needs `wrk` (Debian). Route queries go from any vertiport to any other at any minute of the day.
"""

import argparse
import json
import re
import statistics
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

import psutil

from api.http.samples import ORDER, ROUTE
from geodata.network import shipped_network_path
from geodata.read import read_network
from planner.read.request import read_request
from planner.request.fleet import FLEET
from planner.request.order import ORDERS
from planner.request.weather import WEATHER
from planner.rules.rulebook import shipped_rulebook
from planner.sample.sample import write_sample
from tests.bench.cases import machine, table, write_figures
from tests.bench.service_under_test import Deployment, await_true

CONNECTIONS = 8
ORDER_CONNECTIONS = 32
"""Each commit waits for the disk; what came meanwhile goes into the next one."""

MEMORY_REQUESTS = 100_000

ROUTES_LUA = """
local places = {%s}
local seed = 1
function request()
  seed = (seed * 1103515245 + 12345) %% 2147483648
  local from = places[seed %% #places + 1]
  local to = places[math.floor(seed / 64) %% #places + 1]
  if from == to then to = places[(seed + 1) %% #places + 1] end
  if from == to then from = places[(seed + 2) %% #places + 1] end
  local minute = math.floor(seed / 4096) %% 600
  local hour = 8 + math.floor(minute / 60)
  local at = string.format("2026-11-24T%%02d:%%02d:00+08:00", hour, minute %% 60)
  local body = '{"from":"' .. from .. '","to":"' .. to .. '","depart":"' .. at .. '"}'
  return wrk.format("POST", "/v1/routes", {["Content-Type"] = "application/json"}, body)
end
"""
ORDERS_LUA = """
local number = 0
function request()
  number = number + 1
  local body = string.gsub('%s', "O%%-17", "W-" .. number)
  return wrk.format("POST", "/v1/orders", {["Content-Type"] = "application/json"}, body)
end
"""


def main() -> None:
    """Print, or write into docs/benchmarks.md, what the service does."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--requests", type=int, default=MEMORY_REQUESTS)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="hetao-") as name:
        folder = Path(name)
        database = f"sqlite:///{folder}/hetao.sqlite"
        with Deployment(folder, database, settings={"HETAO_LEASE_S": "15"}) as deployment:
            rows = measure(deployment, folder, options.seconds, options.requests)
    text = f"{machine()}, shared with the load generator.\n\n"
    text += table(("what", "figure", "bar"), rows)
    print(text)
    if options.write:
        write_figures("bench_service", text)


def measure(
    deployment: Deployment, folder: Path, seconds: int, requests: int
) -> list[tuple[str, str, str]]:
    """Return the rows of the table."""
    places = sorted(read_network(shipped_network_path()).vertiports)
    routes = folder / "routes.lua"
    routes.write_text(ROUTES_LUA % ", ".join(f'"{place}"' for place in places))
    deployment.sure("POST", "/v1/routes", ROUTE)  # what the first query compiles is compiled
    alone = load(deployment, routes, seconds)
    matrix_s = _matrix_s(deployment, places[:20])
    orders = _orders(deployment, folder, seconds)
    memory = _memory(deployment, routes, requests)
    busy = _while_planning(deployment, folder, routes, seconds)
    return [
        ("route queries a second", f"{alone['rate']:.0f}", ">= 400"),
        ("their p99", f"{alone['p99_ms']:.1f} ms", "<= 50 ms"),
        ("route queries a second while 1,000 orders are planned", f"{busy['rate']:.0f}", ""),
        ("their p99", f"{busy['p99_ms']:.1f} ms", "<= 2 x"),
        ("that plan cancelled, its solver ended", f"{busy['cancel_s']:.1f} s", "<= 2 s"),
        ("matrix 20 x 20, median of 5", f"{matrix_s:.2f} s", "<= 1 s"),
        (
            f"accepted order posts a second, {ORDER_CONNECTIONS} connections",
            f"{orders['rate']:.0f}",
            "1,000",
        ),
        ("their p99", f"{orders['p99_ms']:.1f} ms", ""),
        (f"memory over {requests:,} route queries", memory, "flat"),
    ]


def load(
    deployment: Deployment, script: Path, seconds: int, connections: int = CONNECTIONS
) -> dict[str, float]:
    """Return rate and p99 of what a script asks; raises AssertionError if an answer is no 2xx."""
    url = f"http://127.0.0.1:{deployment.ports[0]}"
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", "-s", str(script)]
    said = subprocess.run([*command, url], capture_output=True, text=True, check=True).stdout
    assert "Non-2xx" not in said, said
    assert "Socket errors" not in said, said
    rate = re.search(r"Requests/sec:\s+([\d.]+)", said)
    p99 = re.search(r"99%\s+([\d.]+)(us|ms|s)", said)
    assert rate, said
    assert p99, said
    scale = {"us": 1e-3, "ms": 1.0, "s": 1e3}[p99[2]]
    return {"rate": float(rate[1]), "p99_ms": float(p99[1]) * scale}


def _matrix_s(deployment: Deployment, places: list[str]) -> float:
    body = {"from": places, "to": places, "depart": "2026-11-24T09:30:00+08:00"}
    times = []
    for _ in range(5):
        began = time.perf_counter()
        status, _ = deployment.ask("POST", "/v1/routes/matrix", body)
        times.append(time.perf_counter() - began)
        assert status == 200
    return statistics.median(times)


def _orders(deployment: Deployment, folder: Path, seconds: int) -> dict[str, float]:
    script = folder / "orders.lua"
    script.write_text(ORDERS_LUA % json.dumps(ORDER))
    return load(deployment, script, seconds, ORDER_CONNECTIONS)


def _memory(deployment: Deployment, routes: Path, requests: int) -> str:
    server = psutil.Process(deployment.running["server-0"].pid)
    begun, done, seen = server.memory_info().rss, 0.0, []
    while done < requests:
        done += load(deployment, routes, 10)["rate"] * 10
        seen.append(server.memory_info().rss)
    half = seen[len(seen) // 2]
    return " / ".join(f"{each / 2**20:.0f} MiB" for each in (begun, half, seen[-1]))


def _while_planning(
    deployment: Deployment, folder: Path, routes: Path, seconds: int
) -> dict[str, float]:
    request = stored_day(deployment, folder / "day", orders=1000)
    asked = {"request": request, "time_limit_s": 120 + 3 * seconds}
    plan = deployment.sure("POST", "/v1/plans", asked)["id"]

    def solving() -> bool:
        return str(deployment.sure("GET", f"/v1/plans/{plan}")["progress"]["stage"]) != "read"

    await_true(solving)
    time.sleep(5)
    found = load(deployment, routes, seconds)
    assert deployment.sure("GET", f"/v1/plans/{plan}")["state"] == "running"
    began = time.perf_counter()
    deployment.sure("POST", f"/v1/plans/{plan}/cancel")
    await_true(lambda: deployment.sure("GET", f"/v1/plans/{plan}")["state"] == "cancelled")
    return {**found, "cancel_s": time.perf_counter() - began}


def stored_day(deployment: Deployment, folder: Path, orders: int) -> str:
    """Store a made-up day, and return its id."""
    network, rulebook = read_network(shipped_network_path()), shipped_rulebook()
    folder.mkdir()
    write_sample(folder, network, rulebook, orders=orders, drones=25, seed=1)
    day = read_request(folder, network, rulebook)
    body: dict[str, Any] = {
        "orders": ORDERS.dump_python(day.orders, mode="json"),
        "fleet": FLEET.dump_python(day.fleet, mode="json"),
        "weather": WEATHER.dump_python(day.weather, mode="json"),
    }
    return str(deployment.sure("POST", "/v1/requests", body)["id"])


if __name__ == "__main__":
    main()

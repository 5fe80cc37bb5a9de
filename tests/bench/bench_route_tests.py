"""Route tests at size: `python -m tests.bench.bench_route_tests`.

A folder of 1,000 route cases on the shipped network: pairs of vertiports drawn at random, one case
in five under one of many what-ifs, each recorded, so that all hold. Collected alone, run in one
process and by two workers of pytest-xdist, without other plugins; wall and processor time of the
whole command, from its start. What the plugin costs a run without a route file is the time that
`-X importtime` counts for it and all that it imports.
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from random import Random

from api.route_tests.edit_file import suite_text
from api.route_tests.plugin import SUFFIX
from api.route_tests.record import record
from api.route_tests.sources import Sources
from geodata.network import Network, shipped_network_path
from geodata.read import read_network
from tests.bench.cases import machine, table, write_figures

ROOT = Path(__file__).parents[2]
FILES = 10
GOODS = ("document", "general", "bonded", "biological")
PYTEST = (sys.executable, "-m", "pytest", "-q", "-p", "api.route_tests.plugin", "-p", "xdist")
ALONE = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
"""Other plugins of this project's own development would take longer to start than all else."""


def write_cases(folder: Path, network: Network, number: int) -> None:
    """Write route files with so many cases, all of which hold."""
    draw, sources = Random(1), Sources()
    header = {"network": "shipped", "clock": "2026-11-24"}
    ports, corridors = sorted(network.vertiports), sorted(network.corridors)
    for file in range(FILES):
        cases: list[dict[str, object]] = []
        for at in range(number // FILES):
            origin, destination = draw.sample(ports, 2)
            route = {
                "from": origin,
                "to": destination,
                "depart": f"{draw.randrange(7, 19):02}:{draw.randrange(0, 60):02}",
                "mass": f"{draw.randrange(1, 20) / 10} kg",
                "goods": draw.choice(GOODS),
            }
            case: dict[str, object] = {"name": f"case {at}", "route": route}
            if at % 5 == 0:
                case["when"] = {"close": draw.choice(corridors)}
            case = record(header, case, sources, folder)
            cases.append(case)
        text = suite_text(header, cases)
        (folder / f"bench-{file}{SUFFIX}").write_text(text, encoding="utf-8")


def run(folder: Path, *options: str) -> tuple[float, float, str]:
    """Return wall and processor seconds of pytest on a folder, and its last line."""
    before, began = os.times(), time.monotonic()
    done = subprocess.run(
        [*PYTEST, "--tb=no", "-p", "no:cacheprovider", str(folder), *options],
        cwd=ROOT,
        env=os.environ | ALONE,
        capture_output=True,
        text=True,
        check=False,
    )
    wall_s, after = time.monotonic() - began, os.times()
    used_s = after.children_user + after.children_system
    used_s -= before.children_user + before.children_system
    return wall_s, used_s, done.stdout.strip().splitlines()[-1]


def plugin_ms() -> float:
    """Return what importing the plugin adds to a pytest that has no route file, ms."""
    code = "import pytest; import api.route_tests.plugin"
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", code],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    lines = done.stderr.splitlines()
    last = next(at for at, line in enumerate(lines) if re.search(r"\| pytest$", line))
    # Cumulative times of what is imported at the top after pytest.
    top = [re.search(r"\|\s+(\d+) \| (\S+)$", line) for line in lines[last + 1 :]]
    return sum(int(each[1]) for each in top if each) / 1000


def measure(number: int) -> str:
    """Return the table."""
    network = read_network(shipped_network_path())
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_cases(folder, network, number)
        rows = []
        for what, options in (
            ("collected", ("--collect-only", "-qq")),
            ("run, one process", ()),
            ("run, two workers", ("-n", "2")),
        ):
            wall_s, used_s, said = run(folder, *options)
            rows.append((what, f"{wall_s:.1f}", f"{used_s:.1f}", said if not options else ""))
    text = table((f"{number} cases", "wall s", "processor s", "pytest says"), rows)
    return f"{text}\nThe plugin in a run without a route file: {plugin_ms():.1f} ms.\n"


def main(arguments: Sequence[str] | None = None) -> None:
    """Run from a command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.bench_route_tests")
    parser.add_argument("--cases", type=int, default=1000, help="how many, in tens")
    parser.add_argument("--write", action="store_true", help="write the table to the docs")
    asked = parser.parse_args(arguments)
    text = f"{machine()}.\n\n{measure(asked.cases)}"
    print(text)
    if asked.write:
        write_figures("bench_route_tests", text)


if __name__ == "__main__":
    main()

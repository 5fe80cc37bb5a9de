"""The day that a benchmark plans, the machine it runs on, and where its figures are written."""

import os
import platform
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from geodata.network import Network, shipped_network_path
from geodata.read import read_network
from planner.read.request import read_request
from planner.request.request import Request
from planner.rules.rulebook import Rulebook, shipped_rulebook
from planner.sample.sample import make_sample, shipped_sample_path
from tests.bench.city import city

FIGURES = Path(__file__).parents[2] / "docs" / "benchmarks.md"
SEED = 1
CITY_CROSS_SHARE, CITY_NEAR = 0.1, 4
"""Orders of a city that cross the boundary, and how near the others go."""


@dataclass(frozen=True, slots=True)
class Case:
    """A request with what it is planned on."""

    name: str
    network: Network
    rulebook: Rulebook
    request: Request


def make_case(orders: int | None, drones: int | None) -> Case:
    """Return a made-up day of the given size, or the shipped sample day if no size is given."""
    network, rulebook = read_network(shipped_network_path()), shipped_rulebook()
    if orders is None and drones is None:
        request = read_request(shipped_sample_path(), network, rulebook)
        name = "The shipped sample day"
    else:
        request = make_sample(
            network, rulebook, orders=orders or 200, drones=drones or 16, seed=SEED
        )
        name = f"A made-up day, seed {SEED}"
    counts = f"{len(request.orders)} orders, {len(request.fleet.drones)} drones"
    return Case(f"{name}: {counts}", network, rulebook, request)


def make_city_case(orders: int, drones: int) -> Case:
    """Return a made-up day over a made-up city: drones at every vertiport, orders go near by."""
    network, rulebook = city(bases_of_ten=10), shipped_rulebook()
    request = make_sample(
        network,
        rulebook,
        orders=orders,
        drones=drones,
        seed=SEED,
        cross_share=CITY_CROSS_SHARE,
        near=CITY_NEAR,
    )
    about = (
        f"A made-up city, seed {SEED}: {len(network.vertiports)} vertiports, "
        f"{len(network.checkpoints)} checkpoints, {len(network.corridors)} corridors"
    )
    return Case(f"{about}; {orders} orders, {drones} drones", network, rulebook, request)


def machine() -> str:
    """Return what the figures depend on besides the code."""
    return f"{os.cpu_count()} cores, Python {platform.python_version()}"


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a markdown table, the first column to the left and all others to the right."""
    lines = [header, ["---", *["---:"] * (len(header) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def write_figures(name: str, text: str, path: Path = FIGURES) -> None:
    """Put `text` between the marks of `name` in the benchmarks' page.

    Raises LookupError if the page has no such marks.
    """
    page = path.read_text(encoding="utf-8")
    begin, end = f"<!-- {name} -->\n", f"<!-- /{name} -->"
    pattern = re.compile(f"{re.escape(begin)}.*?{re.escape(end)}", re.DOTALL)
    if not pattern.search(page):
        raise LookupError(f"{path.name} has no marks {begin.strip()} and {end}")
    found = pattern.sub(lambda _: f"{begin}\n{text}\n{end}", page)
    path.write_text(found, encoding="utf-8", newline="\n")

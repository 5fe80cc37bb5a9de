"""Route tests on the small network, by hand."""

from typing import Any

import yaml

from geodata.network import Network
from planner.request.request import Request
from planner.routetest.evaluate import evaluate
from planner.routetest.outcome import Outcome
from planner.routetest.read import RouteTest, read_suite
from planner.routetest.scene import Scenes
from planner.rules.rulebook import shipped_rulebook
from planner.testing.day import request
from tests.geodata.small import small_network

ROUTE: dict[str, Any] = {"from": "SZ-V1", "to": "HK-V1", "depart": "09:00", "mass": "3 kg"}


def suite(*cases: dict[str, Any], clock: str = "2026-12-01", **header: Any) -> bytes:
    """Return a file of cases."""
    listed = [{"name": f"case {number}"} | case for number, case in enumerate(cases)]
    return yaml.safe_dump({"clock": clock, **header, "cases": listed}).encode()


def read_cases(*cases: dict[str, Any], clock: str = "2026-12-01") -> tuple[RouteTest, ...]:
    """Return the tests of a file of cases."""
    return read_suite("small.route.yaml", suite(*cases, clock=clock))


def scenes(
    network: Network | None = None, day: Request | None = None, *, permissions: bool = False
) -> Scenes:
    """Return the scenes of the small network with the small day's fleet."""
    return Scenes(
        network or small_network(), day or request(), shipped_rulebook(), permissions=permissions
    )


def outcome(
    expect: dict[str, Any] | None = None,
    when: dict[str, Any] | None = None,
    on: Scenes | None = None,
    **route: Any,
) -> Outcome:
    """Return what comes of one route case; `route` changes ROUTE."""
    case = {"route": ROUTE | route, "expect": expect or {}, "when": when or {}}
    (test,) = read_cases(case)
    return evaluate(test, on or SMALL, _no_request)


def _no_request(name: str) -> Request:
    raise AssertionError(f"no case asks for a request, but {name} was")


SMALL = scenes()

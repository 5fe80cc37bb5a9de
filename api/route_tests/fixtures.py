"""The planner that the fixtures `network`, `planner` and `route` give."""

import datetime as dt

import pytest

from api.route_tests.items import sources_of
from api.route_tests.sources import SHIPPED
from planner.routetest.asking import Planner
from planner.routetest.read import Header
from planner.sample.sample import SAMPLE_DAY


def planner_of(config: pytest.Config) -> Planner:
    """Return the planner of a run's network, request and day, from its configuration.

    Raises UsageError if the day is none, InvalidInput if network or request cannot be used.
    """
    clock = config.getini("route_clock")
    try:
        day = dt.date.fromisoformat(clock) if clock else SAMPLE_DAY
    except ValueError:
        raise pytest.UsageError(f"route_clock: {clock} is no day such as 2026-11-24") from None
    network, request = (config.getini(f"route_{each}") or None for each in ("network", "request"))
    header = Header(network or SHIPPED, None, request, day)
    folder = config.inipath.parent if config.inipath else config.rootpath
    return Planner(sources_of(config).scenes(header, folder), day)

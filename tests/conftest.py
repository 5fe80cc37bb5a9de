"""What every test keeps: the same examples in every run, however slow the machine is."""

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from planner.pauses import uncollected

pytest_plugins = ["pytester", "api.route_tests.plugin"]

settings.register_profile(
    "same", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("same")


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """Look for no garbage among the modules and the tests: they stay to the end.

    Passes over them took up to a sixth of the time of a test.
    """
    with uncollected():
        return (yield)

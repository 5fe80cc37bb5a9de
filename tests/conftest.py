"""What every test keeps: the same examples in every run, however slow the machine is."""

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from planner.pauses import uncollected

pytest_plugins = ["pytester", "api.route_tests.plugin"]

settings.register_profile(
    "same", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("same")

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # In the background of a shell; what tests start and interrupt would ignore it, too.
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """Look for no garbage among the modules and the tests: they stay to the end.

    Passes over them took up to a sixth of the time of a test.
    """
    with uncollected():
        return (yield)


EARLY = ("geodata", "bench")
"""Folders whose tests come before the others."""


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put first what needs nothing compiled, then what takes longest.

    Of two workers one begins with the first half: it would wait for what the other compiles. And no
    long test is left for the end, when the other has nothing more to do.
    """
    here = Path(__file__).parent

    def place(item: pytest.Item) -> int:
        folder = item.path.relative_to(here).parts[0]
        return EARLY.index(folder) if folder in EARLY else len(EARLY)

    items.sort(key=place)

"""The route tests that a network must pass to be published: the store's own, and others named."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from api.route_tests.load import Run, find, read_all, run_all
from api.route_tests.sources import Sources
from geodata.editions.publish import RouteTests
from geodata.faults import Fault
from geodata.network import Network

FOLDER = "route-tests"
"""Where in a store of editions its own route tests are."""


class InForce:
    """Route files, to be run on networks that are about to be published."""

    def __init__(self, files: Iterable[Path]) -> None:
        self._files = tuple(files)
        read_all(self._files)

    def __call__(self, network: Network, /) -> Iterable[Fault]:
        """Return an error for each test that does not hold on a network."""
        runs = run_all(self._files, Sources(network), explain=True)
        return tuple(fault for run in runs for fault in _faults(run))


def in_force(store: Path, others: Iterable[Path]) -> RouteTests | None:
    """Return the route tests of a store and others, None if there are none.

    Raises InvalidInput with all of their faults if they cannot be read.
    """
    own = store / FOLDER
    paths = [*([own] if own.is_dir() and any(own.iterdir()) else []), *others]
    return InForce(find(paths)) if paths else None


def _faults(run: Run) -> Iterator[Fault]:
    """Yield what does not hold of a test, or why it cannot be run."""

    def fault(message: str, value: str = "", limit: str = "") -> Fault:
        return Fault(
            source=run.path.name,
            item=f"line {run.test.line}",
            field=run.test.name,
            code="ROUTE_TEST_FAILED",
            value=value,
            limit=limit,
            message=message,
        )

    for each in run.faults:
        yield fault(f"cannot be run on this network: {each}")
    if run.outcome is not None and not run.outcome.passed:
        decided = "; ".join(f"{why.code} {why.values}".strip() for why in run.outcome.why)
        message = "this route test stops the network" + (f": {decided}" if decided else "")
        for miss in run.outcome.misses:
            yield fault(message, miss.came, miss.expected)

"""Route files and their tests as pytest collects and runs them."""

import re
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from api.route_tests.report import failure, fault_lines
from geodata.faults import InvalidInput
from planner.routetest.outcome import Outcome
from planner.routetest.read import RouteTest, read_suite
from planner.routetest.records import RouteCase

if TYPE_CHECKING:
    from api.route_tests.sources import Sources

_SHOWN = 5
"""Faults that are shown with each test that cannot be asked, such as those of its network."""

SOURCES: "pytest.StashKey[Sources]" = pytest.StashKey()


def sources_of(config: pytest.Config) -> "Sources":
    """Return the networks and requests of a run."""
    # What collecting does not need is imported when the first test runs.
    from api.route_tests.sources import Sources

    if SOURCES not in config.stash:
        given = config.getoption("--route-network")
        config.stash[SOURCES] = Sources(Path(given) if given else None)
    return config.stash[SOURCES]


class RouteFailure(Exception):  # noqa: N818 - a test failed; nothing is in error
    """A route test whose expectations do not all hold."""

    def __init__(self, outcome: Outcome) -> None:
        self.outcome = outcome
        super().__init__("; ".join(f"{each.expected}: {each.came}" for each in outcome.misses))


class RouteFile(pytest.File):
    """A `*.route.yaml`."""

    def collect(self) -> Iterable["RouteItem"]:
        """Read the file's tests; all of its faults make one error."""
        for test in read_suite(self.path.name, self.path.read_bytes()):
            # Given whole, or pytest would not know a pair of a matrix again (`--lf`).
            nodeid = f"{self.nodeid}::{test.name}"
            yield RouteItem.from_parent(self, name=test.name, nodeid=nodeid, test=test)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Return the faults of the file, without a traceback."""
        if isinstance(excinfo.value, InvalidInput):
            return "\n".join(fault_lines(excinfo.value))
        return super().repr_failure(excinfo)


class RouteItem(pytest.Item):
    """A case of a route file, or one pair of a matrix."""

    def __init__(self, *, test: RouteTest, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.test = test
        self.sent: dict[str, Any] | None = None
        self.add_marker("route")

    def runtest(self) -> None:
        """Run the case; raises RouteFailure with what came if it does not hold."""
        outcome = self.evaluate()
        self.sent = self._sent(outcome)
        updates = bool(self.config.getoption("--route-update") and outcome.refreshed)
        if not outcome.passed and not updates:
            self._draw(outcome)
            raise RouteFailure(outcome)

    def _sent(self, outcome: Outcome) -> dict[str, Any]:
        """Return what the report takes along, as plain values."""
        header = self.test.header
        assert outcome.scene is not None
        return {
            "network": header.network,
            "store": header.store,
            "folder": str(self.path.parent),
            "day": outcome.scene.request.fleet.day.isoformat(),
            "touched": {kind: sorted(names) for kind, names in outcome.touched.items()},
            "file": str(self.path),
            "at": self.test.at,
            "refreshed": dict(outcome.refreshed),
        }

    def _draw(self, outcome: Outcome) -> None:
        """Draw a failed route on a map, if asked for, and name the picture in JUnit XML."""
        target = self.config.getoption("--route-map")
        if target is None or outcome.scene is None:
            return
        from planner.draw.route_tests import draw_failure

        words = re.sub(r"[^A-Za-z0-9-]+", "-", f"{self.path.name}-{self.name}").strip("-")
        path = Path(target) / f"{words[:120]}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        case = self.test.case
        draw_failure(
            outcome.scene.network,
            path,
            title=f"{self.path.name}:{self.test.line}: {self.test.name}",
            detail="; ".join(f"{each.expected}: {each.came}" for each in outcome.misses),
            came=[lane for route in outcome.routes[:1] for lane in route.lanes],
            expected=case.expect.lanes if isinstance(case, RouteCase) else (),
            nearest=outcome.nearest_lanes,
        )
        self.user_properties.append(("route_map", str(path)))

    def evaluate(self) -> Outcome:
        """Return what comes of the case; raises InvalidInput or OSError if it cannot be asked."""
        from planner.routetest.evaluate import evaluate

        sources, folder = sources_of(self.config), self.path.parent
        header = self.test.header
        requests = partial(sources.request, header, folder)
        return evaluate(self.test, sources.scenes(header, folder), requests)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Return what was expected and what came, in the words of a corridor planner."""
        if isinstance(excinfo.value, RouteFailure | InvalidInput | OSError):
            return "\n".join(self._told(excinfo.value))
        return super().repr_failure(excinfo, style)

    def _told(self, error: RouteFailure | InvalidInput | OSError) -> Iterator[str]:
        yield f"{self.location[0]}:{self.test.line}: {self.test.name}"
        if isinstance(error, InvalidInput):
            # Every test of the file may say the same.
            yield "  cannot be asked:"
            yield from fault_lines(error, _SHOWN)
        elif isinstance(error, OSError):
            yield f"{error.filename}: {error.strerror}"
        else:
            yield from failure(error.outcome)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Return where the case stands."""
        return self.path, self.test.line - 1, self.name

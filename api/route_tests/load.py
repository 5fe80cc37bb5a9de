"""Route files found, read and run at once, for what looks at all of their tests together."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from api.route_tests.plugin import SUFFIX
from api.route_tests.sources import Sources
from geodata.faults import Fault, InvalidInput
from geodata.field_faults import Place
from planner.routetest.evaluate import evaluate
from planner.routetest.mutate import Suite
from planner.routetest.outcome import Outcome, Touched
from planner.routetest.read import RouteTest, read_suite


@dataclass(frozen=True)
class Run:
    """A test of a file, and what came of it; or the faults for which it could not be run."""

    path: Path
    test: RouteTest
    outcome: Outcome | None
    faults: tuple[Fault, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether it was run and everything holds."""
        return self.outcome is not None and self.outcome.passed


def find(paths: Iterable[Path]) -> list[Path]:
    """Return the route files that are named or lie in folders named, each once, sorted.

    Raises InvalidInput if one is named that is not there, or there is none at all.
    """
    found: set[Path] = set()
    faults = []
    for path in paths:
        if path.is_dir():
            found.update(path.rglob(f"*{SUFFIX}"))
        elif path.exists():
            found.add(path)
        else:
            faults.append(Place(str(path)).fault("", "FILE_MISSING", "there is no such path"))
    if not found and not faults:
        listed = ", ".join(map(str, paths))
        faults.append(Place(listed).fault("", "FILE_MISSING", f"holds no file *{SUFFIX}"))
    if faults:
        raise InvalidInput(faults)
    return sorted(found)


def read_all(files: Iterable[Path]) -> list[tuple[Path, tuple[RouteTest, ...]]]:
    """Return the tests of files; raises InvalidInput with the faults of all of them."""
    found, faults = [], list[Fault]()
    for path in files:
        try:
            found.append((path, read_suite(path.name, path.read_bytes())))
        except InvalidInput as invalid:
            faults += invalid.faults
    if faults:
        raise InvalidInput(faults)
    return found


def run_all(files: Iterable[Path], sources: Sources, *, explain: bool) -> Iterator[Run]:
    """Yield what comes of each test of some files."""
    for path, tests in read_all(files):
        for test in tests:
            try:
                scenes = sources.scenes(test.header, path.parent)
                requests = partial(sources.request, test.header, path.parent)
                yield Run(path, test, evaluate(test, scenes, requests, explain=explain))
            except InvalidInput as invalid:
                yield Run(path, test, None, invalid.faults)


def suites(runs: Iterable[Run], sources: Sources) -> dict[str, list[Suite]]:
    """Return the tests that hold as suites, by the edition of the network that they run on."""
    grouped: dict[tuple[Path, int], list[tuple[RouteTest, Touched]]] = {}
    for run in runs:
        if run.outcome is not None and run.outcome.passed:
            key = run.path, id(run.test.header)
            grouped.setdefault(key, []).append((run.test, run.outcome.touched))
    found: dict[str, list[Suite]] = {}
    for (path, _), members in grouped.items():
        header = members[0][0].header
        scenes = sources.scenes(header, path.parent)
        suite = Suite(
            scenes,
            [test for test, _ in members],
            [touched for _, touched in members],
            partial(sources.request, header, path.parent),
        )
        found.setdefault(scenes.network.edition, []).append(suite)
    return found

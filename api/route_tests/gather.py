"""What a run of route tests gathers from its tests: coverage, and what it says at the end.

Each test sends what it touched with its report, so that workers of pytest-xdist add up.
"""

import datetime as dt
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from api.output import replaced_file
from api.route_tests.sources import Sources

if TYPE_CHECKING:
    from planner.routetest.coverage import Coverage

_NAMED = 6
"""How much of what is untested is named in the table."""


@dataclass
class Gatherer:
    """Gathers what tests touched, and shows what they left."""

    config: pytest.Config
    sources: Sources
    touched: list[dict[str, Any]] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keep what a test touched."""
        sent = getattr(report, "route", None)
        if sent is not None and report.when == "call":
            self.touched.append(sent)

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Write what was asked for, and fail the run if too little was touched."""
        if hasattr(self.config, "workerinput"):
            return
        if self.config.getoption("--route-update"):
            self._update()
        found = list(self.coverages())
        target = self.config.getoption("--route-cov-json")
        if target:
            document = [each.document() for each in found]
            with replaced_file(Path(target), overwrite=True) as path:
                path.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
        target = self.config.getoption("--route-cov-map")
        if target:
            self._draw(found, Path(target))
        if self._under(found) and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Show the table of what was touched."""
        if self.updated:
            terminalreporter.section("expectations updated")
            for line in "".join(self.updated).splitlines():
                terminalreporter.line(line)
        if not self._covers:
            return
        for each in self.coverages():
            name = f"{each.network.info.name}, edition {each.network.edition[:12]}"
            terminalreporter.section(f"route coverage: {name}")
            for line in table(each, self.config.get_verbosity() > 0):
                terminalreporter.line(line)
        for each in self._under(list(self.coverages())):
            least = self.config.getoption("--route-cov-fail-under")
            text = f"route coverage {each.share():.1%} is under {least:g} %"
            terminalreporter.line(text, red=True)

    @property
    def _covers(self) -> bool:
        """Whether coverage was asked for."""
        options = ("", "-json", "-map", "-fail-under")
        return any(
            self.config.getoption(f"--route-cov{each}") not in (None, False) for each in options
        )

    def _update(self) -> None:
        """Write what tests found into their files, and keep the differences to show."""
        from api.route_tests.edit_file import diff, loosest, refreshed, write_text

        changes: dict[Path, dict[int, dict[str, object]]] = {}
        for sent in self.touched:
            if sent["refreshed"]:
                cases = changes.setdefault(Path(sent["file"]), {})
                found = cases.get(sent["at"])
                new = sent["refreshed"]
                cases[sent["at"]] = new if found is None else loosest(found, new)
        for path, cases in sorted(changes.items()):
            before = path.read_text(encoding="utf-8")
            after = refreshed(before, cases)
            write_text(path, after)
            name = os.path.relpath(path, self.config.rootpath)
            self.updated.append(diff(name, before, after))

    def coverages(self) -> Iterator["Coverage"]:
        """Yield the coverage of each network that tests ran on."""
        from planner.routetest.coverage import coverage

        by_edition: dict[str, list[dict[str, Any]]] = {}
        networks = {}
        for sent in self.touched:
            network = self.sources.network_of(sent["network"], sent["store"], Path(sent["folder"]))
            networks[network.edition] = network
            by_edition.setdefault(network.edition, []).append(sent)
        for edition, all_sent in sorted(by_edition.items()):
            days = {dt.date.fromisoformat(sent["day"]) for sent in all_sent}
            touched = [
                {kind: frozenset(names) for kind, names in sent["touched"].items()}
                for sent in all_sent
            ]
            yield coverage(networks[edition], days, touched)

    def _under(self, found: "list[Coverage]") -> "list[Coverage]":
        least = self.config.getoption("--route-cov-fail-under")
        return [] if least is None else [each for each in found if 100 * each.share() < least]

    def _draw(self, found: "list[Coverage]", target: Path) -> None:
        """Draw each network; with several, each into a file of its own."""
        from planner.draw.route_tests import draw_coverage

        for number, each in enumerate(found):
            name = target if number == 0 else target.with_stem(f"{target.stem}-{number + 1}")
            with replaced_file(name, overwrite=True) as path:
                draw_coverage(each, path)


def table(found: "Coverage", everything: bool) -> Iterator[str]:
    """Yield the lines of a coverage's table; with `everything`, all that is untouched."""
    from planner.routetest.coverage import PLURAL

    yield f"{'':14}{'there':>7}{'tested':>8}{'share':>8}  untested"
    for kind, names in found.known.items():
        missing = found.missing[kind]
        shown = missing if everything else missing[:_NAMED]
        more = f" and {len(missing) - len(shown)} more" if len(shown) < len(missing) else ""
        row = f"{len(names):>7}{len(names) - len(missing):>8}{found.share(kind):>8.1%}"
        yield f"{PLURAL[kind]:14}{row}  {', '.join(shown)}{more}".rstrip()
    total = sum(map(len, found.known.values()))
    left = sum(map(len, found.missing.values()))
    yield f"{'all':14}{total:>7}{total - left:>8}{found.share():>8.1%}"

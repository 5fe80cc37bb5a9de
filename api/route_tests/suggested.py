"""Cases worth adding to route files, as one document."""

import datetime as dt
from collections.abc import Iterable
from itertools import chain, count
from pathlib import Path
from typing import Any

from api.route_tests.edit_file import case_text
from api.route_tests.load import find, run_all
from api.route_tests.sources import Sources
from planner.routetest.coverage import PLURAL
from planner.routetest.outcome import merged
from planner.routetest.refresh import recorded
from planner.routetest.suggest import Suggestion, suggest


def suggested(paths: Iterable[Path], network: Path | None) -> dict[str, Any]:
    """Return cases to add to the route files in some paths, on the network and day of the first.

    Each has its text, and what it adds; `beyond` is what no case was found for. Raises
    InvalidInput.
    """
    sources, files = Sources(network), find(paths)
    runs = list(run_all(files, sources, explain=False))
    first = runs[0]
    scenes = sources.scenes(first.test.header, first.path.parent)
    same = [
        run.outcome.touched
        for run in runs
        if run.outcome is not None
        and sources.network(run.test.header, run.path.parent) is scenes.network
    ]
    clock = first.test.header.clock
    day = clock.date() if isinstance(clock, dt.datetime) else clock
    found = suggest(scenes, day, merged(*same))
    beyond: dict[str, list[str]] = {}
    for kind, name in found.beyond:
        beyond.setdefault(PLURAL[kind], []).append(name)
    names = {run.test.name for run in runs}
    return {
        "cases": [_document(each, names) for each in found.cases],
        "beyond": beyond,
    }


def _document(suggestion: Suggestion, names: set[str]) -> dict[str, Any]:
    """Return a suggestion with its text, under a name that is none of those given."""
    plain = suggestion.plain
    route = plain["route"]
    what_if = f" with {_words(plain['when'])}" if "when" in plain else ""
    load = [str(route[key]) for key in ("goods", "mass", "volume", "drone") if key in route]
    if "documents" in route:
        load.append("no papers" if route["documents"] == "none" else "papers by the clock")
    carried = f" with {', '.join(load)}" if load else ""
    said = f"{route['from']} to {route['to']} from {route['depart']}{carried}{what_if}"
    numbered = chain([said], (f"{said}, {number}" for number in count(2)))
    name = next(each for each in numbered if each not in names)
    names.add(name)
    case = {"name": name, **plain, "expect": recorded(suggestion.asked)}
    adds: dict[str, list[str]] = {}
    for kind, element in sorted(suggestion.adds):
        adds.setdefault(PLURAL[kind], []).append(element)
    return {"case": case, "adds": adds, "text": case_text(case)}


def _words(when: dict[str, Any]) -> str:
    """Return what-ifs in a few words."""
    parts = []
    for key, value in when.items():
        names = value if isinstance(value, list) else [value]
        said = ", ".join(str(each) for each in names if isinstance(each, str))
        parts.append({"close": f"{said} closed", "activate": f"{said} active"}.get(key, key))
    return " and ".join(parts)

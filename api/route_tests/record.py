"""A route case written from what happens today."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from api.route_tests.edit_file import suite_text
from api.route_tests.sources import Sources
from geodata.faults import InvalidInput
from planner.routetest.evaluate import scene_of
from planner.routetest.read import read_suite
from planner.routetest.records import RouteCase
from planner.routetest.refresh import recorded
from planner.routetest.route_ask import ask

Plain = Mapping[str, object]


def record(header: Plain, case: Plain, sources: Sources, folder: Path) -> dict[str, object]:
    """Return a case with expectations that hold what its route is today.

    `header` and `case` are as a file says them; paths count from `folder`. Raises InvalidInput.
    """
    try:
        (test,) = read_suite("", suite_text(header, [case]).encode())
        scenes = sources.scenes(test.header, folder)
        scene, now = scene_of(test, scenes)
        assert isinstance(test.case, RouteCase)
        found = recorded(ask(scene, test.case, now))
    except InvalidInput as invalid:
        # What was asked was never in a file, so it has no lines.
        raise InvalidInput(
            replace(each, item="" if each.item.startswith("line ") else each.item)
            for each in invalid.faults
        ) from None
    return {**case, "expect": found}

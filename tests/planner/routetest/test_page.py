"""docs/route-tests.md says what the records say, and its examples hold."""

import re
from pathlib import Path

from planner.routetest.page import FAULTS, with_tables
from planner.routetest.read import read_suite
from planner.rules.codes import RULES

PAGE = Path(__file__).parents[3] / "docs" / "route-tests.md"


def test_the_tables_are_those_of_the_records() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert with_tables(page) == page


def test_the_example_is_a_route_file() -> None:
    example = re.findall(r"```yaml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)[0]
    assert len(read_suite("example", example.encode())) == 2


def test_every_code_that_is_raised_is_listed() -> None:
    folder = Path(__file__).parents[3]
    words: set[str] = set()
    for path in [*folder.glob("planner/routetest/*.py"), *folder.glob("api/route_tests/*.py")]:
        words.update(re.findall(r'"([A-Z]+(?:_[A-Z0-9]+)+)"', path.read_text(encoding="utf-8")))
    assert "WRONG_UNIT" in words
    assert words <= FAULTS.keys() | RULES.keys()

"""docs/datums.md says what the code does."""

import re
from pathlib import Path

from geodata.datum.page import with_tables

ROOT = Path(__file__).parents[3]


def test_the_docs_tables_are_up_to_date() -> None:
    page = (ROOT / "docs" / "datums.md").read_text(encoding="utf-8")
    assert page == with_tables(page), "run: python -m geodata.datum.page docs/datums.md"


def test_every_trap_names_tests_that_exist() -> None:
    page = (ROOT / "docs" / "datums.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`(\w+/test_\w+\.py)`", page))
    assert named
    assert all((ROOT / "tests" / "geodata" / each).exists() for each in named)

"""The rules' page says what the rules are."""

from pathlib import Path

from planner.rules.codes import RULES
from planner.rules_page import with_tables

PAGE = Path(__file__).parents[2] / "docs" / "rules.md"


def test_the_page_is_made_from_the_rules_in_force() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert with_tables(text) == text


def test_every_code_stands_on_the_page() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert [code for code in RULES if f"`{code}`" not in text] == []


def test_every_assumption_is_marked_on_the_page() -> None:
    """No service time for drones is published, so each mode's is marked."""
    modes = PAGE.read_text(encoding="utf-8").split("<!-- modes -->")[1].split("<!-- end")[0]
    rows = [line for line in modes.splitlines() if line.startswith("| `")]
    assert rows
    assert all("(assumption)" in row for row in rows)

"""The bench of items measures what it says, on a small city."""

from tests.bench.bench_items import as_table, measure


def test_the_bench_runs_on_every_database() -> None:
    """Each figure is measured and stands in the table."""
    found = measure(100, 3)
    text = as_table(found, 100)
    assert "SQLite" in found
    assert len({len(each) for each in found.values()}) == 1
    assert "pages of 500 a second, all 100 corridors" in text

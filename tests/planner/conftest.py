"""What tests of the planner share."""

import pytest


@pytest.fixture(autouse=True)
def little_work(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have small days searched for a twentieth of the work: what plans keep hangs on none of it."""
    monkeypatch.setattr("planner.solve.choose.WORK", 5_000)

"""What tests of the planner share."""

import pytest


@pytest.fixture(autouse=True)
def little_work(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have small days searched for a twentieth of the work: what plans keep hangs on none of it.

    Choices are reopened with fewer starts, which is most of the rest.
    """
    monkeypatch.setattr("planner.solve.choose.WORK", 5_000)
    monkeypatch.setattr("planner.choice.reopen.STEP_S", 600)

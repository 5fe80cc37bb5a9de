"""What is compiled first is shared with another process, where there may be one."""

import os
from collections.abc import Callable
from concurrent.futures import Future
from random import Random
from types import SimpleNamespace
from typing import Any

import pytest

from planner.crew import Crew, LostTaskError
from planner.solve import compile_first
from planner.solve.compile_first import compile_all
from tests.planner.days import instance, random_request

DAY = instance(random_request(Random(1), 5, 2))


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch) -> list[Future[Any]]:
    """Return what compiling has others begin, on a machine of two cores."""
    found: list[Future[Any]] = []

    class Watched(Crew):
        def begin(self, shared: Any, task: Callable[[Any], Any]) -> Future[list[Any]]:
            found.append(super().begin(shared, task))
            return found[-1]

    monkeypatch.setattr(compile_first, "Crew", Watched)
    monkeypatch.setattr(os, "sched_getaffinity", lambda process: {0, 1})
    return found


def test_another_process_rebuilds_a_day_meanwhile(begun: list[Future[Any]]) -> None:
    compile_all(DAY)
    (rebuilt,) = begun
    assert rebuilt.result() == [None]


@pytest.mark.parametrize(
    ("place", "name", "value"),
    [
        (compile_first, "is_keeping", lambda: False),
        (compile_first, "current_process", lambda: SimpleNamespace(daemon=True)),
        (os, "sched_getaffinity", lambda process: {0}),
    ],
    ids=["nothing is kept", "a process that may have none", "one core"],
)
def test_it_is_compiled_alone_where_another_process_would_not_help(
    place: Any, name: str, value: Any, begun: list[Future[Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(place, name, value)
    compile_all(DAY)
    assert begun == []


def test_a_process_that_is_lost_leaves_the_rest_to_its_first_use(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Losing(Crew):
        def begin(self, shared: Any, task: Callable[[Any], Any]) -> Future[list[Any]]:
            lost = Future[list[Any]]()
            lost.set_exception(LostTaskError("a task was lost 3 times"))
            return lost

    monkeypatch.setattr(compile_first, "Crew", Losing)
    monkeypatch.setattr(os, "sched_getaffinity", lambda process: {0, 1})
    compile_all(DAY)

"""Tasks of a crew: done in order, by whoever is alive, and none dropped."""

import os
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from pathlib import Path

import pytest

from planner.crew import MOST_LOSSES, Crew, LostTaskError, Shared, cores
from tests.planner.crew_tasks import Await, Count, Die, Fail, Times

SEVEN = Shared.of([7])


@pytest.fixture(params=["own", "processes", "threads"])
def executor(request: pytest.FixtureRequest) -> Iterator[Executor | None]:
    if request.param == "own":
        yield None
    elif request.param == "processes":
        with ProcessPoolExecutor(2, get_context("spawn")) as pool:
            yield pool
    else:
        with ThreadPoolExecutor(2) as threads:
            yield threads


def test_answers_come_in_the_order_of_tasks(executor: Executor | None) -> None:
    told: list[int] = []
    with Crew(executor, 2) as crew:
        found = crew.all(SEVEN, [Times(number) for number in range(20)], told.append)
    assert found == [7 * number for number in range(20)]
    assert told == list(range(1, 21))


def test_a_task_begun_aside_gives_its_answer_later(executor: Executor | None) -> None:
    with Crew(executor, 1) as crew:
        begun = crew.begin(SEVEN, Times(3))
        assert crew.all(SEVEN, [Times(2)]) == [14]
        assert begun.result() == [21]


def test_nobody_waits_for_a_task_begun_aside_that_is_given_up(tmp_path: Path) -> None:
    """It is not done when the crew is left, and not begun again."""
    ends = tmp_path / "ends"
    with Crew(None, 1) as crew:
        begun = crew.begin(SEVEN, Await(ends))
    assert not begun.done()
    ends.touch()
    assert begun.exception() is not None or begun.result() == [7]
    with pytest.raises(LostTaskError):
        crew.all(SEVEN, [Times(1)])


def test_tasks_that_are_late_are_given_up(tmp_path: Path) -> None:
    """What was done before is had; nobody waits for the other when the crew is left."""
    ends, told = tmp_path / "ends", list[int]()
    with Crew(None, 1) as crew:
        # A process that does not know yet what is shared asks for it, and does the task later.
        assert crew.all(SEVEN, [Times(2)]) == [14]
        tasks = [Times(1), Await(ends)]
        assert crew.within(SEVEN, tasks, told.append, lambda: bool(told)) == {0: 7}
    ends.touch()


def test_what_is_shared_is_sent_once_to_a_process() -> None:
    """All tasks of a thread get the same object, also in another round of tasks."""
    with Crew(None, 1) as crew:
        assert sorted(crew.all(SEVEN, [Count()] * 3)) == [2, 3, 4]
        assert crew.all(SEVEN, [Count()]) == [5]
        assert crew.all(Shared.of([8]), [Count()]) == [2]


def test_a_task_whose_process_is_killed_is_done_again(tmp_path: Path) -> None:
    with Crew(None, 2) as crew:
        tasks = [Times(1), Die(tmp_path, 1), Times(2), Times(3)]
        assert crew.all(SEVEN, tasks) == [7, 1, 14, 21]


def test_a_task_that_kills_every_process_is_given_up(tmp_path: Path) -> None:
    with Crew(None, 1) as crew, pytest.raises(LostTaskError):
        crew.all(SEVEN, [Die(tmp_path, 99)])
    assert len(list(tmp_path.iterdir())) == MOST_LOSSES


def test_a_task_that_fails_is_never_dropped() -> None:
    with ThreadPoolExecutor(1) as threads, Crew(threads, 1) as crew:
        with pytest.raises(LostTaskError) as caught:
            crew.all(SEVEN, [Times(1), Fail()])
        assert isinstance(caught.value.__cause__, ValueError)


def test_a_pool_that_was_given_and_broke_is_not_mended(tmp_path: Path) -> None:
    """Its owner has to know."""
    broken = pytest.raises((BrokenProcessPool, LostTaskError))
    with ProcessPoolExecutor(1, get_context("spawn")) as pool, Crew(pool, 1) as crew, broken:
        crew.all(SEVEN, [Die(tmp_path, 1)])


def test_cores_are_those_that_the_process_may_use_or_all_where_nobody_says(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda process: {3})
    monkeypatch.setattr(os, "cpu_count", lambda: 8)
    assert cores() == 1
    monkeypatch.delattr(os, "sched_getaffinity")
    assert cores() == 8

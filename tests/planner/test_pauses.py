"""A server that takes in a large network does not stop for its garbage, nor does a command."""

import gc
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from planner.crew import Crew, Shared
from planner.pauses import MIDDLE, YOUNG, pause_seldom, spare_pauses, uncollected
from tests.planner.crew_tasks import Thresholds


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    before = gc.get_threshold()
    yield
    gc.set_threshold(*before)


PYTHON = 700, 10, 10
"""The thresholds that Python starts with; another test may have served in this process."""


def passes_over_all() -> int:
    """Return how many passes over all objects a million new ones bring about."""
    seen = list[int]()

    def note(phase: str, info: dict[str, Any]) -> None:
        if phase == "start":
            seen.append(info["generation"])

    gc.callbacks.append(note)
    try:
        kept = [[number] for number in range(1_000_000)]
    finally:
        gc.callbacks.remove(note)
    assert len(kept) == 1_000_000
    assert 0 in seen
    return seen.count(2)


def test_what_comes_to_be_brings_no_pass_over_all() -> None:
    spare_pauses()
    assert passes_over_all() == 0


def test_python_by_itself_makes_such_passes() -> None:
    """The control: this is what a server is spared."""
    gc.set_threshold(*PYTHON)
    gc.collect()
    gc.freeze()
    # What is frozen no longer counts from here on.
    gc.collect()
    assert passes_over_all() > 0


def test_a_process_that_plans_passes_over_all_seldom() -> None:
    gc.set_threshold(*PYTHON)
    before = passes_over_all()
    pause_seldom()
    assert passes_over_all() <= 1 < before


def test_every_process_of_a_crew_does_so_from_its_begin() -> None:
    with Crew(None, 1) as crew:
        assert crew.all(Shared.of(None), [Thresholds()]) == [(YOUNG, MIDDLE, MIDDLE)]


@pytest.mark.parametrize("seldom", [spare_pauses, pause_seldom])
def test_garbage_in_cycles_still_goes(seldom: Callable[[], None]) -> None:
    seldom()
    for _ in range(50_000):
        cycle = list[Any]()
        cycle.append(cycle)
    assert gc.get_count()[0] < 50_000
    left = [each for each in gc.get_objects() if type(each) is list and each and each[0] is each]
    assert len(left) < 25_000


def test_a_command_is_spared_all_passes() -> None:
    """While it works, and over what it leaves; after that all is as it was."""
    with uncollected():
        assert not gc.isenabled()
        left = [[number] for number in range(1_000)]
    assert gc.isenabled()
    assert gc.get_freeze_count() >= len(left)

"""The first interrupt asks a search to end, if there is a plan; any other is one."""

import signal
from collections.abc import Iterator

import pytest

from api.commands.ended_early import ended_early
from planner.stop import Stop


@pytest.fixture(autouse=True)
def kept() -> Iterator[None]:
    """Put back what an interrupt does."""
    before = signal.getsignal(signal.SIGINT)
    yield
    signal.signal(signal.SIGINT, before)


def test_the_first_interrupt_is_told_when_the_search_reports_and_the_second_is_raised() -> None:
    stop, told = Stop(), list[str]()
    with ended_early(stop, lambda stage, detail, done: told.append(stage)) as heard:
        heard("improve", "", 0.5)
        signal.raise_signal(signal.SIGINT)
        assert stop.hurried
        assert told == ["improve"]
        for _ in range(2):
            heard("improve", "", 0.6)
        assert told == ["improve", "end", "improve", "improve"]
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


@pytest.mark.parametrize("stage", [None, "read", "compile", "fill"])
def test_an_interrupt_before_there_is_a_plan_is_raised(stage: str | None) -> None:
    stop = Stop()
    with ended_early(stop, lambda stage, detail, done: None) as heard:
        if stage:
            heard(stage, "", 0.0)
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
    assert not stop.over


def test_interrupts_that_are_ignored_stay_so() -> None:
    """As those of a command in the background of a shell, which are meant for others."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    stop = Stop()
    with ended_early(stop, lambda stage, detail, done: None) as heard:
        heard("improve", "", 0.5)
        signal.raise_signal(signal.SIGINT)
    assert not stop.over
    assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN

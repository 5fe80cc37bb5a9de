"""A job runs in a child process: its answer, its progress and its errors come back."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from api import worker
from api.outcomes import PlannerDiedError
from geodata.faults import InvalidInput
from tests.api import jobs

ROOT = Path(__file__).parents[2]


def silent(stage: str, detail: str, done: float) -> None:
    pass


def test_the_answer_and_the_progress_come_back(capfd: pytest.CaptureFixture[str]) -> None:
    seen: list[tuple[str, str, float]] = []
    assert worker.run(jobs.double, 21, lambda *progress: seen.append(progress)) == 42
    assert seen == [("Doubling", "21", 0.5)]
    assert capfd.readouterr().out == "", "what the job prints stays off standard output"


def test_every_fault_comes_back() -> None:
    with pytest.raises(InvalidInput) as caught:
        worker.run(jobs.refuse, "row 7", silent)
    assert [(each.item, each.code) for each in caught.value.faults] == [("row 7", "OUT_OF_RANGE")]


def test_an_error_of_the_disk_comes_back() -> None:
    with pytest.raises(OSError, match="No space left"):
        worker.run(jobs.fill_disk, None, silent)


def test_a_child_that_dies_is_said_to_have_died() -> None:
    with pytest.raises(PlannerDiedError, match="SIGKILL"):
        worker.run(jobs.kill_itself, None, silent)


def test_an_interrupt_ends_the_child(tmp_path: Path) -> None:
    def interrupt(stage: str, detail: str, done: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        worker.run(jobs.write_pid_and_sleep, tmp_path / "pid", interrupt)
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text()), 0)


def test_a_child_that_is_ended_while_others_work_for_it_leaves_no_word() -> None:
    """What tells its processes apart is cleared up behind it, which nobody need hear of."""
    code = (
        "from api import worker; from tests.api import jobs\n"
        "with worker.child(jobs.have_others_work, None) as child:\n"
        "    print(child.hear().stage)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("Working\n", "")


def test_an_interrupt_of_the_whole_group_does_not_reach_the_child() -> None:
    """In a fresh process: whatever multiprocessing starts first must not lift the mask."""
    code = (
        "from api import worker; from tests.api import jobs\n"
        "print(worker.run(jobs.tell_blocked, None, print))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("True\n", "")

"""An answer that cannot be told is no answer: the exit code and one message say so."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.api.process import ROOT, start

FULL = Path("/dev/full")
COMMANDS = [["--version"], ["schema", "plan"], ["network", "show"], ["network", "check", "--json"]]


@pytest.mark.skipif(not FULL.exists(), reason="this system has no /dev/full")
@pytest.mark.parametrize("command", COMMANDS)
def test_an_answer_that_fits_nowhere_is_one_message(command: list[str]) -> None:
    with FULL.open("w") as full:
        process = start(*command, stdout=full)
        _, stderr = process.communicate()
    assert (process.returncode, stderr) == (2, "error No space left on device\n")


@pytest.mark.parametrize("command", COMMANDS)
def test_a_reader_that_has_gone_ends_a_command_in_silence(command: list[str]) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    process = start(*command, stdout=writer)
    os.close(writer)
    _, stderr = process.communicate()
    assert (process.returncode, stderr) == (141, "")


def test_a_reader_that_goes_before_the_last_write_ends_a_command_in_silence() -> None:
    """What is printed stays in the buffer until the command has ended; then nobody reads it."""
    code = "import sys; from api import cli; sys.argv = ['hetao', 'rules', '--json']; cli.main()"
    reader, writer = os.pipe()
    os.close(reader)
    process = subprocess.Popen(
        [sys.executable, "-c", code], cwd=ROOT, stdout=writer, stderr=subprocess.PIPE, text=True
    )
    os.close(writer)
    _, stderr = process.communicate()
    assert (process.returncode, stderr) == (141, "")


def test_a_reader_of_progress_that_has_gone_leaves_nothing_behind(
    sample_day: Path, tmp_path: Path
) -> None:
    process = start("plan", sample_day, "--out", tmp_path / "out", "--time-limit", 1)
    assert process.stderr is not None
    process.stderr.readline()
    process.stderr.close()
    assert process.wait() == 141
    assert list(tmp_path.iterdir()) == []

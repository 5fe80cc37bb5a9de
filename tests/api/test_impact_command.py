"""`hetao network impact` as a process of its own, with its helper."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from geodata.network import shipped_network_path
from geodata.read import read_network
from geodata.write import write_network
from tests.bench.bench_impact import EDITS


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc to see what is left")
def test_an_interrupt_ends_the_command_and_its_helper(tmp_path: Path) -> None:
    """Sent to all, as a terminal does: exit code 130, no traceback, and no process left."""
    write_network(EDITS["12 edits at once"](read_network(shipped_network_path())), tmp_path / "new")
    line = ["network", "impact", str(shipped_network_path()), str(tmp_path / "new")]
    with subprocess.Popen(
        [sys.executable, "-m", "api.cli", *line],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as command:
        assert command.stderr is not None
        told = next(each for each in command.stderr if "routes" in each)
        # Stopped, so that it does not end while its processes are looked for.
        os.killpg(command.pid, signal.SIGSTOP)
        at_work = _session(command.pid)
        os.killpg(command.pid, signal.SIGINT)
        os.killpg(command.pid, signal.SIGCONT)
        output, rest = command.communicate(timeout=60)
    assert told
    assert len(at_work) > 1
    assert command.returncode == 130, rest
    assert not output
    assert "Traceback" not in rest
    given_up_s = time.monotonic() + 30
    while _session(command.pid):  # Python's own tracker ends once it sees that the command has
        assert time.monotonic() < given_up_s
        time.sleep(0.05)


def _session(number: int) -> list[int]:
    """Return the processes of a session that run."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _, _, session, *_ = path.read_text().rpartition(")")[2].split()
        except OSError:  # it has ended meanwhile
            continue
        if int(session) == number and state != "Z":
            found.append(int(path.parent.name))
    return found

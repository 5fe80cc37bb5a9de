"""Jobs for the worker's tests; a child process imports them by name."""

import os
import signal
import sys
import time
from pathlib import Path

from api.console import Report
from geodata.faults import Fault, InvalidInput
from planner.crew import Crew, Shared


def double(number: int, report: Report) -> int:
    print("noise of a library")
    report("Doubling", str(number), 0.5)
    return 2 * number


def refuse(item: str, report: Report) -> None:
    raise InvalidInput(
        [
            Fault(
                source="orders.csv",
                item=item,
                field="mass_kg",
                code="OUT_OF_RANGE",
                value="-1",
                limit="more than 0",
                message="must be more than 0",
            )
        ]
    )


def fill_disk(_: None, report: Report) -> None:
    raise OSError(28, "No space left on device")


def kill_itself(_: None, report: Report) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def tell_blocked(_: None, report: Report) -> bool:
    return signal.SIGINT in signal.pthread_sigmask(signal.SIG_BLOCK, ())


def write_pid_and_sleep(path: Path, report: Report) -> None:
    path.write_text(str(os.getpid()))
    report("Sleeping", "", 0.0)
    time.sleep(600)  # longer than any test waits for its end


def have_others_work(_: None, report: Report) -> None:
    """Have a process of one's own at work, and be ended in the middle."""
    with Crew(None, 1) as crew:
        crew.all(Shared.of(None), [begin])
        report("Working", "", 0.0)
        time.sleep(600)  # longer than any test waits for its end


def begin(_: None) -> None:
    """Do nothing, as soon as one's process is there."""


def has_loaded(module: str) -> bool:
    """Tell whether this process has loaded a module."""
    return module in sys.modules

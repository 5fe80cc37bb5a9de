"""The command line in a process of its own."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import IO

ROOT = Path(__file__).parents[2]


def start(
    *arguments: str | Path,
    stdout: int | IO[str] = subprocess.PIPE,
    limits: Callable[[], None] | None = None,
) -> subprocess.Popen[str]:
    """Start `hetao` in a process group of its own, as a shell does.

    What it prints is buffered, as it is unless a user asks for something else.
    """
    return subprocess.Popen(
        [sys.executable, "-m", "api.cli", *map(str, arguments)],
        cwd=ROOT,
        env={name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"},
        stdout=stdout,
        stderr=subprocess.PIPE,
        text=True,
        process_group=0,
        preexec_fn=limits,
    )

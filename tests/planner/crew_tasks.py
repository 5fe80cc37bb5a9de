"""Tasks that the processes of a crew are given in tests; they import them by name."""

import gc
import os
import signal
import time
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Times:
    """Multiplies what is shared."""

    number: int

    def __call__(self, shared: list[int]) -> int:
        return self.number * shared[0]


@dataclass(frozen=True)
class Count:
    """Tells how often this process has been asked with the same object."""

    def __call__(self, shared: list[int]) -> int:
        shared.append(0)
        return len(shared)


@dataclass(frozen=True)
class Die:
    """Kills the process that it is done in, until it has done so `times`."""

    folder: Path
    times: int

    def __call__(self, shared: list[int]) -> int:
        deaths = len(list(self.folder.iterdir()))
        if deaths < self.times:
            (self.folder / str(deaths)).touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return deaths


@dataclass(frozen=True)
class Await:
    """Is done once a file is there."""

    ends: Path

    def __call__(self, shared: list[int]) -> int:
        while not self.ends.exists():
            time.sleep(0.05)
        return shared[0]


@dataclass(frozen=True)
class Fail:
    """Cannot be done."""

    def __call__(self, shared: list[int]) -> int:
        raise ValueError("never")


@dataclass(frozen=True)
class Thresholds:
    """Tells when the process that it is done in looks for garbage."""

    def __call__(self, shared: object) -> tuple[int, int, int]:
        return gc.get_threshold()

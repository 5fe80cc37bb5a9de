"""What has a search end early, with the best that it has found."""

from multiprocessing import get_context
from typing import Any

import numpy as np
import numpy.typing as npt

_HURRIED, _ENOUGH = 1, 2


class Stop:
    """Whether a search is to end: somebody asks for it and waits, or what it has found is enough.

    One that is `shared` may go to another process when that is begun, and is the same there.
    """

    def __init__(self, *, shared: bool = False) -> None:
        self._flag: Any = get_context("spawn").RawArray("B", 1) if shared else bytearray(1)

    def ask(self) -> None:
        """Ask the search to end, and wait for it."""
        self._flag[0] = _HURRIED

    def say_enough(self) -> None:
        """Have the search end, since what it has found is enough."""
        self._flag[0] = self._flag[0] or _ENOUGH

    @property
    def over(self) -> bool:
        """Whether the search is to end."""
        return bool(self._flag[0])

    @property
    def hurried(self) -> bool:
        """Whether somebody waits for that."""
        return bool(self._flag[0] == _HURRIED)

    @property
    def flag(self) -> npt.NDArray[np.uint8]:
        """The same for compiled code: one number, not 0 once the search is to end."""
        return np.frombuffer(self._flag, np.uint8)

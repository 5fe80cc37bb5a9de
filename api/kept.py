"""Things that are kept in memory as long as they are asked for."""

import threading
from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

T = TypeVar("T")


class Kept(Generic[T]):
    """The things that were asked for last, by name; threads may share it."""

    def __init__(self, most: int) -> None:
        """Keep at most so many."""
        self._most = most
        self._found = OrderedDict[Hashable, T]()
        self._lock = threading.Lock()

    def find(self, name: Hashable) -> T | None:
        """Return what is kept under a name, or None."""
        with self._lock:
            if name in self._found:
                self._found.move_to_end(name)
            return self._found.get(name)

    def keep(self, name: Hashable, thing: T) -> None:
        """Keep a thing under a name; what was asked for longest ago may go."""
        with self._lock:
            self._found[name] = thing
            self._found.move_to_end(name)
            while len(self._found) > self._most:
                self._found.popitem(last=False)

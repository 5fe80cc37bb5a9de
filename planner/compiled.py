"""Inner loops compiled to machine code by numba, and spread over threads without the GIL.

What is compiled is kept in a folder named by what all modules of this package say, so only the
first use after an installation or a change waits for the compiler, and processes that need the
same at once for one of them. (numba by itself looks at the date of a function's own file, and would
run old code where one that it calls has changed.)
"""

import os
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import numba

from planner.kept_code import VERSION, keep_code, keep_compiled

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T")

CHUNK = 4096
"""Items of a loop that a thread takes at a time at least."""


_FOLDER = keep_compiled(
    Path(__file__).parent,
    Path(os.environ.get("XDG_CACHE_HOME", "~/.cache")).expanduser() / "hetao",
)
if _FOLDER is not None:
    numba.config.CACHE_DIR = str(_FOLDER)  # type: ignore[attr-defined]


def is_keeping() -> bool:
    """Tell whether what is compiled is kept for other processes."""
    return _FOLDER is not None


def is_kept(module: str = "") -> bool:
    """Tell whether something compiled of a module is kept, so that it need not be compiled again.

    Of any module if none is named.
    """
    name = f"{__package__}.{module or '*'}.*-{VERSION}.nbi"
    return _FOLDER is not None and any(_FOLDER.glob(name))


def compiled(function: Callable[P, R]) -> Callable[P, R]:
    """Return a function as machine code that holds no lock of the interpreter while it runs.

    It may make no arrays, but views of those that it has: nobody counts who uses an array, which
    would take more time than all else in loops over records (each is an atomic step, and two
    threads that use the same array wait for each other).
    """
    return _machine_code(function, counted=False)


def compiled_with_arrays(function: Callable[P, R]) -> Callable[P, R]:
    """Return a function that makes arrays as machine code."""
    return _machine_code(function, counted=True)


def _machine_code(function: Callable[P, R], *, counted: bool) -> Callable[P, R]:
    # That arrays are not counted is an option that numba does not declare. No C code calls these.
    options = {"nogil": True, "no_cfunc_wrapper": True, "_nrt": counted}
    njit: Any = numba.njit
    found = njit(**options)(function)
    if _FOLDER is not None:
        keep_code(found, _FOLDER)
    kept: Callable[P, R] = found
    return kept


def inlined(function: Callable[P, R]) -> Callable[P, R]:
    """Return a function that becomes part of the compiled code that calls it."""
    found: Any = numba.njit(inline="always")(function)
    kept: Callable[P, R] = found
    return kept


def spread(work: Callable[[int, int], None], count: int, workers: int, least: int = CHUNK) -> None:
    """Call `work(begin, end)` for parts that make up 0..count, on some threads at once.

    A part has `least` items at least. Parts must not depend on each other; then the number of
    threads changes nothing but the time. What is spread in turn stays on its thread: it would wait
    for threads that wait for it.
    """
    if workers < 2 or count <= least or _is_one():
        work(0, count)
        return
    size = max(least, -(-count // (4 * workers)))
    parts = [
        _threads(workers).submit(work, at, min(count, at + size)) for at in range(0, count, size)
    ]
    for part in parts:
        part.result()


def side_by_side(work: Callable[[T], R], items: Sequence[T], workers: int) -> list[R]:
    """Return what `work` makes of each item, on some threads at once.

    Items must not depend on each other. What is spread in turn stays on its thread, as of `spread`.
    """
    if workers < 2 or len(items) < 2 or _is_one():
        return [work(each) for each in items]
    hands = 4 * workers
    parts = [
        _threads(workers).submit(lambda some: [work(each) for each in some], items[first::hands])
        for first in range(min(hands, len(items)))
    ]
    found = [part.result() for part in parts]
    return [found[at % hands][at // hands] for at in range(len(items))]


@lru_cache
def _threads(workers: int) -> ThreadPoolExecutor:
    """Return threads that are kept, for many loops are short."""
    return ThreadPoolExecutor(workers, initializer=stay_on_thread)


def stay_on_thread() -> None:
    """Have what is spread from this thread be done on it: others have work of their own."""
    _OWN.is_one = True


_OWN = threading.local()


def _is_one() -> bool:
    """Tell whether what is spread stays on this thread."""
    return getattr(_OWN, "is_one", False)

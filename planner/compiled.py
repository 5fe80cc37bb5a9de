"""Inner loops compiled to machine code by numba, and spread over threads without the GIL.

What is compiled is kept beside the module (or in numba's cache folder), so only the first use after
an installation waits for the compiler.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, ParamSpec, TypeVar

import numba

P = ParamSpec("P")
R = TypeVar("R")

CHUNK = 4096
"""Items of a loop that a thread takes at a time at least."""


def compiled(function: Callable[P, R]) -> Callable[P, R]:
    """Return a function as machine code that holds no lock of the interpreter while it runs."""
    found: Any = numba.njit(cache=True, nogil=True)(function)
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
    threads changes nothing but the time.
    """
    if workers < 2 or count <= least:
        work(0, count)
        return
    size = max(least, -(-count // (4 * workers)))
    with ThreadPoolExecutor(workers) as pool:
        parts = [pool.submit(work, at, min(count, at + size)) for at in range(0, count, size)]
        for part in parts:
            part.result()

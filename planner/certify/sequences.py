"""In which orders a sortie may load and unload what it carries."""

from collections.abc import Iterator
from functools import lru_cache
from itertools import product
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from geodata.features import Side
from planner.rules.customs import OTHER

SIDES: tuple[Side, ...] = tuple(OTHER)

Ends = tuple[Side, Side]
"""The sides of an order's origin and destination."""

Sequence = tuple[tuple[int, bool], ...]
"""Steps as (place of the order in its group, load?)."""


class Sequences(NamedTuple):
    """All sequences of groups of up to some orders, as padded arrays.

    Sequence n of `size` orders does `which[size - 1, n, step]`, a loading where
    `loads[size - 1, n, step]`; there are `counts[size - 1]`. `allowed[size - 1, code, n]` tells
    whether it may be flown from a base, by the code of its orders' sides (`code_of`).
    """

    which: npt.NDArray[np.int64]
    loads: npt.NDArray[np.bool_]
    counts: npt.NDArray[np.int64]
    allowed: npt.NDArray[np.bool_]


def code_of(ends: Ends) -> int:
    """Return the digit, to the base of four, by which an order's sides count in a group's code."""
    return 2 * SIDES.index(ends[0]) + SIDES.index(ends[1])


@lru_cache
def sequences(most: int, base: Side) -> Sequences:
    """Return all sequences of up to `most` orders from a base of a side."""
    listed = [list(_interleaved((0,) * size)) for size in range(1, most + 1)]
    longest = max(len(each) for each in listed)
    which = np.zeros((most, longest, 2 * most), dtype=np.int64)
    loads = np.zeros((most, longest, 2 * most), dtype=np.bool_)
    allowed = np.zeros((most, 4**most, longest), dtype=np.bool_)
    for size, of_size in enumerate(listed, start=1):
        for number, sequence in enumerate(of_size):
            which[size - 1, number, : 2 * size] = [order for order, _ in sequence]
            loads[size - 1, number, : 2 * size] = [load for _, load in sequence]
            for ends in product(product(SIDES, SIDES), repeat=size):
                code = sum(code_of(each) * 4**at for at, each in enumerate(ends))
                allowed[size - 1, code, number] = may_fly(sequence, ends, base)
    count = np.array([len(each) for each in listed], dtype=np.int64)
    return Sequences(which, loads, count, allowed)


def _interleaved(done: tuple[int, ...]) -> Iterator[Sequence]:
    """Yield how to go on where each order has been loaded (1) and unloaded (2) or neither (0)."""
    if all(each == 2 for each in done):
        yield ()
    for order, state in enumerate(done):
        if state < 2:
            after = (*done[:order], state + 1, *done[order + 1 :])
            for rest in _interleaved(after):
                yield ((order, state == 0), *rest)


def may_fly(sequence: Sequence, ends: tuple[Ends, ...], base: Side) -> bool:
    """Tell whether a sequence keeps the rules of crossing (docs/model.md, "A sortie").

    It crosses once each way at most, and with nothing aboard that does not go over.
    """
    here, aboard, crossed = base, set[int](), list[Side]()
    for order, load in sequence:
        there = ends[order][0 if load else 1]
        if there != here:
            if any(ends[each] != (here, there) for each in aboard):
                return False
            crossed.append(here)
            here = there
        if load:
            aboard.add(order)
        else:
            aboard.discard(order)
    if here != base:
        crossed.append(here)
    return len(crossed) == len(set(crossed))

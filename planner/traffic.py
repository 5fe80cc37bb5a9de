"""Blocks held by flights in the air, asked and changed in compiled code."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from planner.blocks import Blocks
from planner.compiled import compiled, inlined
from planner.legs import Flight
from planner.tables import Ints

_ROOM = 32
"""Holds of a block that there is room for at first."""

_KEPT = 100_000
"""Chains with their times that are kept as arrays."""


class _Holds(NamedTuple):
    """Holds by block, sorted: the first `held[block]` rows of `ends[block]` are exit, entry.

    A hold is written down at every block that conflicts with it, once for all the asking: those of
    block b are `conflicts[first[b]:first[b + 1]]`.
    """

    ends: Ints
    held: Ints
    first: Ints
    conflicts: Ints


class Traffic:
    """Blocks held by flights; no two conflicting holds come closer than the buffer."""

    def __init__(self, blocks: Blocks, buffer_s: int) -> None:
        self._buffer_s = buffer_s
        self._longest_s = 0
        every = [sorted(each) for each in blocks.conflicts]
        self._holds = _Holds(
            np.empty((len(every), _ROOM, 2), dtype=np.int64),
            np.zeros(len(every), dtype=np.int64),
            np.cumsum([0, *map(len, every)], dtype=np.int64),
            np.array([other for each in every for other in each], dtype=np.int64),
        )

    def delay_s(self, flight: Flight, same_until_s: int = 0) -> int:
        """Return by how much the flight must take off later to clear the holds it meets; 0: none.

        Up to `same_until_s` it is the same flight whenever it takes off, and the delay is to the
        first second at which it meets none. At a later one it may meet others, so ask again.
        """
        chain = _arrays(flight.chain.blocks, flight.enter, flight.exit)
        takeoff_s = flight.takeoff_s
        clear_s = _clear_s(
            self._holds, self._longest_s, self._buffer_s, *chain, takeoff_s, same_until_s
        )
        return int(clear_s) - takeoff_s

    def add(self, flight: Flight) -> None:
        """Take the flight's blocks."""
        chain = _arrays(flight.chain.blocks, flight.enter, flight.exit)
        self._make_room(len(chain[0]))
        longest_s = _add(self._holds, *chain, flight.takeoff_s)
        self._longest_s = max(self._longest_s, int(longest_s))

    def remove(self, flight: Flight) -> None:
        """Give the flight's blocks back."""
        chain = _arrays(flight.chain.blocks, flight.enter, flight.exit)
        _remove(self._holds, *chain, flight.takeoff_s)

    def hold(self, block: int, since_s: int, until_s: int) -> None:
        """Take one block alone, for somebody who flies other blocks than these."""
        self._make_room(1)
        self._longest_s = max(self._longest_s, until_s - since_s)
        _insert(self._holds, block, until_s, since_s)

    def hold_all(self, holds: Iterable[Sequence[int]]) -> None:
        """Take the blocks of many flights: (block, entry, exit), seconds of the day."""
        for block, since_s, until_s in holds:
            self._make_room(1)
            one = np.array([block]), np.array([since_s]), np.array([until_s])
            self._longest_s = max(self._longest_s, int(_add(self._holds, *one, 0)))

    def _make_room(self, more: int) -> None:
        """See to it that each block has room for some holds more."""
        holds, room = self._holds, self._holds.ends.shape[1]
        if int(holds.held.max(initial=0)) + more > room:
            wider = np.empty((len(holds.held), 2 * room + more, 2), dtype=np.int64)
            wider[:, :room] = holds.ends
            self._holds = holds._replace(ends=wider)


@lru_cache(_KEPT)
def _arrays(
    blocks: tuple[int, ...], enter: tuple[int, ...], leave: tuple[int, ...]
) -> tuple[Ints, Ints, Ints]:
    """Return blocks with the offsets of entry and exit as arrays."""
    return (
        np.array(blocks, dtype=np.int64),
        np.array(enter, dtype=np.int64),
        np.array(leave, dtype=np.int64),
    )


@inlined
def _first_after(holds, block, until_s, since_s):  # type: ignore[no-untyped-def]
    """Return how many holds of a block are before (until, since), or the same, in their order."""
    low, high = 0, holds.held[block]
    while low < high:
        middle = (low + high) // 2
        end_s = holds.ends[block, middle, 0]
        if end_s < until_s or (end_s == until_s and holds.ends[block, middle, 1] <= since_s):
            low = middle + 1
        else:
            high = middle
    return low


@compiled
def _clear_s(holds, longest_s, buffer_s, blocks, enter, leave, takeoff_s, same_until_s):  # type: ignore[no-untyped-def]
    """Return the take-off at which a chain meets no hold, or one later than `same_until_s`."""
    while True:
        delay_s = 0
        for at in range(len(blocks)):
            block = blocks[at]
            begin_s = takeoff_s + enter[at]
            end_s = takeoff_s + leave[at] + buffer_s
            # A hold that ends a buffer before is not met, however long it was.
            for number in range(
                _first_after(holds, block, begin_s - buffer_s, begin_s), holds.held[block]
            ):
                until_s = holds.ends[block, number, 0]
                if holds.ends[block, number, 1] < end_s:
                    delay_s = max(delay_s, until_s + buffer_s - begin_s)
                elif until_s - longest_s >= end_s:
                    break
        takeoff_s += delay_s
        if delay_s == 0 or takeoff_s > same_until_s:
            return takeoff_s


@compiled
def _insert(holds, block, until_s, since_s):  # type: ignore[no-untyped-def]
    """Write a hold down at a block."""
    at = _first_after(holds, block, until_s, since_s)
    for number in range(holds.held[block], at, -1):
        holds.ends[block, number, 0] = holds.ends[block, number - 1, 0]
        holds.ends[block, number, 1] = holds.ends[block, number - 1, 1]
    holds.ends[block, at, 0] = until_s
    holds.ends[block, at, 1] = since_s
    holds.held[block] += 1


@compiled
def _add(holds, blocks, enter, leave, takeoff_s):  # type: ignore[no-untyped-def]
    """Write down what a chain holds; return the longest hold, s."""
    longest_s = 0
    for at in range(len(blocks)):
        longest_s = max(longest_s, leave[at] - enter[at])
        for number in range(holds.first[blocks[at]], holds.first[blocks[at] + 1]):
            other = holds.conflicts[number]
            _insert(holds, other, takeoff_s + leave[at], takeoff_s + enter[at])
    return longest_s


@compiled
def _remove(holds, blocks, enter, leave, takeoff_s):  # type: ignore[no-untyped-def]
    """Strike out what a chain holds."""
    for at in range(len(blocks)):
        until_s, since_s = takeoff_s + leave[at], takeoff_s + enter[at]
        for conflict in range(holds.first[blocks[at]], holds.first[blocks[at] + 1]):
            other = holds.conflicts[conflict]
            last = _first_after(holds, other, until_s, since_s) - 1
            for number in range(last, holds.held[other] - 1):
                holds.ends[other, number, 0] = holds.ends[other, number + 1, 0]
                holds.ends[other, number, 1] = holds.ends[other, number + 1, 1]
            holds.held[other] -= 1

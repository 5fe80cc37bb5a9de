"""Blocks held by flights in the air, asked and changed in compiled code."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from geodata.schedule import DAY_S
from planner.blocks import Blocks
from planner.compiled import compiled, inlined
from planner.legs import Flight
from planner.tables import Ints

_ROOM = 32
"""Holds of a block that there is room for at first."""

_BEFORE_S = 64 * 60
"""Seconds before the day that are written down, and after it."""

_SECONDS = 64 * (DAY_S // 64) + 2 * _BEFORE_S
"""Seconds that are written down."""

_ALL, _NONE = np.uint64(2**64 - 1), np.uint64(0)

_KEPT = 100_000
"""Chains with their times that are kept as arrays."""


HOLD = np.dtype([("block", "i8"), ("enter", "i8"), ("leave", "i8"), ("seconds", "f8")])


class Holds(NamedTuple):
    """Holds by block, sorted: the first `held[block]` rows of `ends[block]` are exit, entry.

    `longest_s` has the longest one's seconds; `taken[block]` has a bit for each second from
    `_BEFORE_S` before the day on, set while any of them lasts. A hold is written down at every
    block that conflicts with it, once for all the asking: those of block b are
    `conflicts[first[b]:first[b + 1]]`.
    """

    ends: Ints
    held: Ints
    longest_s: Ints
    taken: npt.NDArray[np.uint64]
    first: Ints
    conflicts: Ints


class Traffic:
    """Blocks held by flights; no two conflicting holds come closer than the buffer."""

    def __init__(self, blocks: Blocks, buffer_s: int) -> None:
        self._buffer_s = buffer_s
        every = [sorted(each) for each in blocks.conflicts]
        self._holds = Holds(
            np.empty((len(every), _ROOM, 2), dtype=np.int64),
            np.zeros(len(every), dtype=np.int64),
            np.zeros(1, dtype=np.int64),
            np.zeros((len(every), _SECONDS // 64), dtype=np.uint64),
            np.cumsum([0, *map(len, every)], dtype=np.int64),
            np.array([other for each in every for other in each], dtype=np.int64),
        )

    @property
    def holds(self) -> Holds:
        """The holds themselves; others once there had to be more room for them."""
        return self._holds

    def delay_s(self, flight: Flight, same_until_s: int = 0) -> int:
        """Return by how much the flight must take off later to clear the holds it meets; 0: none.

        Up to `same_until_s` it is the same flight whenever it takes off, and the delay is to the
        first second at which it meets none. At a later one it may meet others, so ask again.
        """
        chain = _arrays(flight.chain.blocks, flight.enter, flight.exit)
        takeoff_s = flight.takeoff_s
        clear = _clear_s(self._holds, self._buffer_s, chain, takeoff_s, same_until_s)
        return int(clear) - takeoff_s

    def add(self, flight: Flight) -> None:
        """Take the flight's blocks."""
        chain = _arrays(flight.chain.blocks, flight.enter, flight.exit)
        self.make_room(len(chain))
        add_holds(self._holds, chain, 0, len(chain), flight.takeoff_s)

    def remove(self, flight: Flight) -> None:
        """Give the flight's blocks back."""
        chain = _arrays(flight.chain.blocks, flight.enter, flight.exit)
        remove_holds(self._holds, chain, 0, len(chain), flight.takeoff_s)

    def hold(self, block: int, since_s: int, until_s: int) -> None:
        """Take one block alone, for somebody who flies other blocks than these."""
        self.make_room(1)
        _insert(self._holds, block, until_s, since_s)

    def hold_all(self, holds: Iterable[Sequence[int]]) -> None:
        """Take the blocks of many flights: (block, entry, exit), seconds of the day."""
        rows = np.array(list(holds), dtype=np.int64).reshape(-1, 3)
        held = self._holds
        times = np.bincount(rows[:, 0], minlength=len(held.held))
        # No block is without conflicts: it conflicts with itself.
        self.make_room(int(np.add.reduceat(times[held.conflicts], held.first[:-1]).max(initial=0)))
        each = np.zeros(len(rows), dtype=HOLD)
        each["block"], each["enter"], each["leave"] = rows.T
        add_holds(self._holds, each, 0, len(each), 0)

    def copied(self, more: int) -> Holds:
        """Return the holds apart, with room for so many more of each block."""
        holds = self._holds
        wider = np.empty(
            (len(holds.held), int(holds.held.max(initial=0)) + more, 2), dtype=np.int64
        )
        kept = min(wider.shape[1], holds.ends.shape[1])
        wider[:, :kept] = holds.ends[:, :kept]
        return Holds(
            wider,
            holds.held.copy(),
            holds.longest_s.copy(),
            holds.taken.copy(),
            holds.first,
            holds.conflicts,
        )

    def make_room(self, more: int) -> None:
        """See to it that each block has room for some holds more."""
        holds, room = self._holds, self._holds.ends.shape[1]
        if int(holds.held.max(initial=0)) + more > room:
            wider = np.empty((len(holds.held), 2 * room + more, 2), dtype=np.int64)
            wider[:, :room] = holds.ends
            self._holds = holds._replace(ends=wider)


@lru_cache(_KEPT)
def _arrays(
    blocks: tuple[int, ...], enter: tuple[int, ...], leave: tuple[int, ...]
) -> npt.NDArray[Any]:
    return hold_records(blocks, enter, leave)


def hold_records(
    blocks: Sequence[int],
    enter: Sequence[int],
    leave: Sequence[int],
    seconds: Sequence[float] | None = None,
) -> npt.NDArray[Any]:
    """Return blocks with the offsets of entry and exit as records, and how long each takes."""
    found = np.zeros(len(blocks), dtype=HOLD)
    found["block"], found["enter"], found["leave"] = blocks, enter, leave
    if seconds is not None:
        found["seconds"] = seconds
    return found


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


@inlined
def _bits(word, first, last):  # type: ignore[no-untyped-def]
    """Return the bits of a word that lie between two, both included."""
    bits = _ALL
    if word == first >> 6:
        bits &= _ALL << np.uint64(first & 63)
    if word == last >> 6:
        bits &= _ALL >> np.uint64(63 - (last & 63))
    return bits


@inlined
def _last_taken(seconds, begin_s, end_s):  # type: ignore[no-untyped-def]
    """Return the bit of the last second taken from `begin_s` until `end_s`, -1 if none is."""
    first, last = max(0, begin_s + _BEFORE_S), min(end_s + _BEFORE_S, _SECONDS) - 1
    found, word = -1, last >> 6
    while first <= last and word >= first >> 6:
        bits = seconds[word] & _bits(word, first, last)
        if bits != _NONE:
            found = word << 6
            for half in (32, 16, 8, 4, 2, 1):
                if bits >> np.uint64(half) != _NONE:
                    bits >>= np.uint64(half)
                    found += half
            break
        word -= 1
    return found


@inlined
def clear_s(holds, buffer_s, chain, first, end, takeoff_s, same_until_s):  # type: ignore[no-untyped-def]
    """Return the take-off at which a chain meets no hold, or one later than `same_until_s`.

    The chain is `chain[first:end]`. There is no take-off before that is clear of all that it
    meets.
    """
    at, clear, clear_of = first, 0, end - first
    while clear < clear_of:
        begin_s = takeoff_s + chain[at].enter - buffer_s
        end_s = takeoff_s + chain[at].leave + buffer_s
        last = _last_taken(holds.taken[chain[at].block], begin_s, end_s)
        if last >= 0:
            # The block may be taken again at that later time.
            takeoff_s += last - _BEFORE_S + 1 - begin_s
            clear = 0
            if takeoff_s > same_until_s:
                break
            continue
        clear += 1
        at += 1
        if at == end:
            at = first
    return takeoff_s


@compiled
def _clear_s(holds, buffer_s, chain, takeoff_s, same_until_s):  # type: ignore[no-untyped-def]
    """Return what `clear_s` does for all of a chain."""
    return clear_s(holds, buffer_s, chain, 0, len(chain), takeoff_s, same_until_s)


@inlined
def _mark(seconds, since_s, until_s, taken):  # type: ignore[no-untyped-def]
    """Write down that some seconds are taken, or that they are free."""
    first, last = max(0, since_s + _BEFORE_S), min(until_s + _BEFORE_S, _SECONDS) - 1
    if first <= last:
        for word in range(first >> 6, (last >> 6) + 1):
            bits = _bits(word, first, last)
            if taken:
                seconds[word] |= bits
            else:
                seconds[word] &= ~bits


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
    holds.longest_s[0] = max(holds.longest_s[0], until_s - since_s)
    _mark(holds.taken[block], since_s, until_s, True)


@compiled
def add_holds(holds, chain, begin, end, takeoff_s):  # type: ignore[no-untyped-def]
    """Write down what `chain[begin:end]` holds."""
    for at in range(begin, end):
        block = chain[at].block
        for number in range(holds.first[block], holds.first[block + 1]):
            other = holds.conflicts[number]
            _insert(holds, other, takeoff_s + chain[at].leave, takeoff_s + chain[at].enter)


@compiled
def remove_holds(holds, chain, begin, end, takeoff_s):  # type: ignore[no-untyped-def]
    """Strike out what `chain[begin:end]` holds."""
    for at in range(begin, end):
        block = chain[at].block
        until_s, since_s = takeoff_s + chain[at].leave, takeoff_s + chain[at].enter
        for conflict in range(holds.first[block], holds.first[block + 1]):
            other = holds.conflicts[conflict]
            last = _first_after(holds, other, until_s, since_s) - 1
            for number in range(last, holds.held[other] - 1):
                holds.ends[other, number, 0] = holds.ends[other, number + 1, 0]
                holds.ends[other, number, 1] = holds.ends[other, number + 1, 1]
            holds.held[other] -= 1
            # Those of others that lie beside it last on.
            _mark(holds.taken[other], since_s, until_s, False)
            for number in range(_first_after(holds, other, since_s, since_s), holds.held[other]):
                end_s, begin_s = holds.ends[other, number, 0], holds.ends[other, number, 1]
                if begin_s < until_s:
                    _mark(holds.taken[other], max(begin_s, since_s), min(end_s, until_s), True)
                elif end_s - holds.longest_s[0] >= until_s:
                    break

"""Blocks held by flights in the air, asked and changed in compiled code."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from geodata.schedule import DAY_S
from planner.air.blocks import Blocks
from planner.air.legs import Flight
from planner.arrays import Ints
from planner.compiled import compiled, inlined

_BEFORE_S = 64 * 60
"""Seconds before the day that are written down, and after it."""

_WORDS = DAY_S // 64 + 2 * _BEFORE_S // 64
_SECONDS = 64 * _WORDS
"""Seconds that are written down, and words of 64 bits for them."""

Bits = npt.NDArray[np.uint64]

_ALL, _NONE = np.uint64(2**64 - 1), np.uint64(0)

_KEPT = 100_000
"""Chains with their times that are kept as arrays."""


HOLD = np.dtype([("block", "i8"), ("enter", "i8"), ("leave", "i8"), ("seconds", "f8")])


class Holds(NamedTuple):
    """Seconds at which blocks are held: a bit for each from `_BEFORE_S` before the day on.

    `taken[block]` has those at which any hold lasts, `digits[n, block]` binary digit n of how many
    do. A hold is written down at every block that conflicts with it, once for all the asking: those
    of block b are `conflicts[first[b]:first[b + 1]]`.
    """

    taken: Bits
    digits: Bits
    first: Ints
    conflicts: Ints


class Traffic:
    """Blocks held by flights; no two conflicting holds come closer than the buffer."""

    def __init__(self, blocks: Blocks, buffer_s: int) -> None:
        self._buffer_s = buffer_s
        count, (first, conflicts) = len(blocks.conflicts), blocks.listed_conflicts
        # One block is never held twice at once, but several that conflict with a third may be.
        self._most_own = int(np.diff(first).max(initial=0))
        self._others: Ints = np.zeros(count, dtype=np.int64)
        self._holds = Holds(
            np.zeros((count, _WORDS), dtype=np.uint64),
            np.zeros((self._most_own.bit_length(), count, _WORDS), dtype=np.uint64),
            first,
            conflicts,
        )

    @property
    def holds(self) -> Holds:
        """The holds themselves; others once somebody else's are added."""
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
        add_holds(self._holds, chain, 0, len(chain), flight.takeoff_s)

    def remove(self, flight: Flight) -> None:
        """Give the flight's blocks back."""
        chain = _arrays(flight.chain.blocks, flight.enter, flight.exit)
        remove_holds(self._holds, chain, 0, len(chain), flight.takeoff_s)

    def hold(self, block: int, since_s: int, until_s: int) -> None:
        """Take one block alone, for somebody who flies other blocks than these."""
        self._others[block] += 1
        self._make_room(int(self._others[block]))
        _take(self._holds, block, since_s, until_s)

    def hold_all(self, holds: Iterable[Sequence[int]]) -> None:
        """Take the blocks of many flights: (block, entry, exit), seconds of the day."""
        rows = np.array(list(holds), dtype=np.int64).reshape(-1, 3)
        held = self._holds
        times = np.bincount(rows[:, 0], minlength=len(held.taken))
        # No block is without conflicts: it conflicts with itself.
        self._others += np.add.reduceat(times[held.conflicts], held.first[:-1])
        self._make_room(int(self._others.max(initial=0)))
        each = np.zeros(len(rows), dtype=HOLD)
        each["block"], each["enter"], each["leave"] = rows.T
        add_holds(self._holds, each, 0, len(each), 0)

    def copied(self) -> Holds:
        """Return the holds apart."""
        return self._with_digits(len(self._holds.digits))

    def _make_room(self, others: int) -> None:
        """See to it that a block may have so many holds of others at once beside all its own."""
        digits = (self._most_own + others).bit_length()
        if digits > len(self._holds.digits):
            self._holds = self._with_digits(digits)

    def _with_digits(self, digits: int) -> Holds:
        """Return the holds apart, with so many digits."""
        holds, shape = self._holds, self._holds.taken.shape
        found = holds._replace(
            taken=np.zeros(shape, dtype=np.uint64),
            digits=np.zeros((digits, *shape), dtype=np.uint64),
        )
        # Memory that nothing is written to is not taken up.
        held = np.flatnonzero(holds.taken.any(axis=1))
        found.taken[held] = holds.taken[held]
        found.digits[: len(holds.digits), held] = holds.digits[:, held]
        return found


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
    first, last = _span(begin_s, end_s)
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
    # Most is held over sites: a chain ends at one, and begins at one.
    at, clear, clear_of = end - 1, 0, end - first
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
def _span(since_s, until_s):  # type: ignore[no-untyped-def]
    """Return the bits of the first and the last of some seconds."""
    return max(0, since_s + _BEFORE_S), min(until_s + _BEFORE_S, _SECONDS) - 1


@compiled
def _take(holds, block, since_s, until_s):  # type: ignore[no-untyped-def]
    """Write a hold down at a block."""
    first, last = _span(since_s, until_s)
    for word in range(first >> 6, (last >> 6) + 1):
        carried, digit = _bits(word, first, last), 0
        holds.taken[block, word] |= carried
        while carried != _NONE and digit < len(holds.digits):
            before = holds.digits[digit, block, word]
            holds.digits[digit, block, word] = before ^ carried
            carried &= before
            digit += 1


@compiled
def _give_back(holds, block, since_s, until_s):  # type: ignore[no-untyped-def]
    """Strike a hold out at a block."""
    first, last = _span(since_s, until_s)
    for word in range(first >> 6, (last >> 6) + 1):
        borrowed, digit, left = _bits(word, first, last), 0, _NONE
        while borrowed != _NONE and digit < len(holds.digits):
            before = holds.digits[digit, block, word]
            holds.digits[digit, block, word] = before ^ borrowed
            borrowed &= ~before
            digit += 1
        for digit in range(len(holds.digits)):
            left |= holds.digits[digit, block, word]
        holds.taken[block, word] = left


@compiled
def add_holds(holds, chain, begin, end, takeoff_s):  # type: ignore[no-untyped-def]
    """Write down what `chain[begin:end]` holds."""
    for at in range(begin, end):
        since_s, until_s = takeoff_s + chain[at].enter, takeoff_s + chain[at].leave
        for number in range(holds.first[chain[at].block], holds.first[chain[at].block + 1]):
            _take(holds, holds.conflicts[number], since_s, until_s)


@compiled
def remove_holds(holds, chain, begin, end, takeoff_s):  # type: ignore[no-untyped-def]
    """Strike out what `chain[begin:end]` holds."""
    for at in range(begin, end):
        since_s, until_s = takeoff_s + chain[at].enter, takeoff_s + chain[at].leave
        for number in range(holds.first[chain[at].block], holds.first[chain[at].block + 1]):
            _give_back(holds, holds.conflicts[number], since_s, until_s)

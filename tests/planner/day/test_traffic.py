"""How many hold a block is counted second by second, whoever holds it and in whatever order."""

from types import MappingProxyType

import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st

from planner.air.blocks import Blocks
from planner.day.traffic import HOLD, Traffic, add_holds, remove_holds

CONFLICTS = ({0, 1}, {0, 1, 2, 3}, {1, 2, 3}, {1, 2, 3}, {4})
BEFORE_S, SECONDS = 64 * 60, 700

spans = st.tuples(
    st.integers(0, len(CONFLICTS) - 1), st.integers(-200, 400), st.integers(0, 150)
).map(lambda drawn: (drawn[0], drawn[1], drawn[1] + drawn[2]))


def own(span: tuple[int, int, int]) -> np.ndarray:
    """Return a hold as records."""
    chain = np.zeros(1, dtype=HOLD)
    chain["block"], chain["enter"], chain["leave"] = span
    return chain


def count(counts: np.ndarray, span: tuple[int, int, int], more: int, *, alone: bool) -> None:
    """Count a hold at all blocks that conflict with its own, or at this alone."""
    block, since_s, until_s = span
    for other in {block} if alone else CONFLICTS[block]:
        counts[other, since_s + BEFORE_S : until_s + BEFORE_S] += more


MANY = [(1, 0, 50)] * 8
"""More holds of others than are counted in the digits that the day's own holds need."""


@example(MANY, [], MANY[:1])
@example([], MANY, MANY[:1])
@given(st.lists(spans, max_size=8), st.lists(spans, max_size=8), st.lists(spans, max_size=8))
def test_a_second_is_free_when_nobody_holds_it_any_more(
    alone: list[tuple[int, int, int]],
    others: list[tuple[int, int, int]],
    drawn: list[tuple[int, int, int]],
) -> None:
    traffic = Traffic(Blocks((), MappingProxyType({}), tuple(map(frozenset, CONFLICTS))), 15)
    counts = np.zeros((len(CONFLICTS), BEFORE_S + SECONDS), dtype=np.int64)
    for span in alone:
        traffic.hold(*span)
        count(counts, span, 1, alone=True)
    if others:
        traffic.hold_all(others)
    for span in others:
        count(counts, span, 1, alone=False)
    # No block is held twice at once by sorties of the day itself.
    mine = [
        span
        for at, span in enumerate(drawn)
        if all(span[0] != b or span[2] <= s or u <= span[1] for b, s, u in drawn[:at])
    ]
    apart = traffic.copied()
    for span in mine:
        add_holds(traffic.holds, own(span), 0, 1, 0)
        count(counts, span, 1, alone=False)
    assert (taken(traffic.holds.taken) == (counts > 0)).all()
    for span in mine:
        remove_holds(traffic.holds, own(span), 0, 1, 0)
        count(counts, span, -1, alone=False)
    assert (taken(traffic.holds.taken) == (counts > 0)).all()
    assert (traffic.holds.taken == apart.taken).all()
    assert (traffic.holds.digits == apart.digits).all()


def taken(words: np.ndarray) -> np.ndarray:
    """Return which seconds are taken, by block."""
    bits = np.unpackbits(words.view(np.uint8), axis=1, bitorder="little")
    return bits[:, : BEFORE_S + SECONDS].astype(bool)

"""A choice bettered where it is reopened: some sorties are chosen anew, the others stay.

They are those that are nearest in time. Which sorties serve their orders, and those left out, is
asked of HiGHS as an integer programme of all candidates that are near, at starts closer to each
other than a search of the whole day can have them. After Taillard and Voss (2002), *POPMUSIC:
partial optimization metaheuristic under special intensification conditions*, in Essays and Surveys
in Metaheuristics.
"""

import numpy as np

from planner.arrays import Ints
from planner.bound.columns import few
from planner.choice.choice import NONE, Offers, State
from planner.choice.whole import Starts, bettered, held, starts_of

REOPENED = 32
"""Sorties that are chosen anew: a programme of these takes a second or two."""

NEAR, STEP_S = 40, 120
"""Candidates of each order that they are chosen from at first, and how far apart these start, s."""


def reopened(
    offers: Offers, state: State, since: int, count: int, near: int, limit_s: float
) -> State:
    """Return a choice that costs no more, and keeps all but `count` sorties of a choice.

    They are those from number `since` on, in order of their middles. Others are chosen from `near`
    candidates of each order, the most promising, within some seconds at most.
    """
    flown = held(state)
    flown = flown[np.lexsort((flown[:, 0], 2 * flown[:, 1] + flown[:, 2]))]
    inside = np.zeros(len(flown), dtype=bool)
    inside[since : since + count] = True
    if not inside.any():
        return state
    fresh = np.column_stack(_fresh(offers, state, flown[inside], near))
    return bettered(offers, state, flown, fresh, np.flatnonzero(~inside), limit_s)


def _fresh(offers: Offers, state: State, flown: Ints, near: int) -> Starts:
    """Return starts of candidates that serve orders of some sorties, or left out, meanwhile."""
    free = np.append(state.serves == NONE, True)
    free[offers.jobs[flown[:, 0]]] = True
    since_s, until_s = int(flown[:, 1].min()), int((flown[:, 1] + flown[:, 2]).max())
    meanwhile = (offers.first_s < until_s) & (offers.last_s + offers.hold_s > since_s)
    those = np.flatnonzero(meanwhile & free[offers.jobs].all(axis=1))
    those = those[few(offers.jobs[those], offers.reduced[those], near)]
    starts = starts_of(offers, those, STEP_S)
    kept = (starts.start_s < until_s) & (starts.start_s + starts.hold_s > since_s)
    return Starts(*(each[kept] for each in starts))

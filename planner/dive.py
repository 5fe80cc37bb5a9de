"""A first choice in whole sorties from the linear relaxation of the candidates, by diving.

First the drones used are made whole, those nearest to it at a time; then sorties, the surest at a
time. What no sortie is left for is left out, for `planner.anneal` to put back.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from planner.choice import NONE, Flags, Offers, State, empty_state
from planner.columns import few
from planner.tables import Floats, Ints
from planner.whole import WHOLE, Whole, starts_of

NEAR, NEAR_A_JOB, NEAR_ALONE = 25_000, 100, 20
"""Candidates that are considered about, for each job at most, and for each alone: those of least
reduced cost."""

SURE, SURE_DRONES = 0.7, 0.12
"""Share from which on a sortie is flown, and how near to whole drones used are, when diving."""

LEAST_S = 0.2
"""Time that a programme is given at least, s."""


class Dive(NamedTuple):
    """A choice, the drones it was made for, and how far the relaxation with these flies what.

    Other drones had better stay idle. `share` is an array over the candidates.
    """

    state: State
    used: Flags
    share: Floats


def nothing(offers: Offers) -> Dive:
    """Return the choice of nothing, made for all drones."""
    every = np.ones(int(offers.drones[-1]), dtype=bool)
    return Dive(empty_state(offers), every, np.zeros(len(offers.cents)))


def near(offers: Offers) -> Ints:
    """Return the candidates of least reduced cost of each job."""
    most = min(NEAR_A_JOB, -(-NEAR // len(offers.unserved_cents)))
    alone = np.flatnonzero(offers.jobs[:, 1] == NONE)
    kept = few(offers.jobs, offers.reduced, most)
    return np.union1d(kept, alone[few(offers.jobs[alone], offers.reduced[alone], NEAR_ALONE)])


def dive(offers: Offers, left_s: Callable[[], float]) -> Dive | None:
    """Return the choice that a dive from the relaxation ends in, as far as there is time left.

    None if there is not even the time to make the drones used whole.
    """
    starts = starts_of(offers, near(offers))
    programme = Whole(offers, starts)
    _, _, used = programme.shares(max(LEAST_S, left_s()))
    if left_s() <= 0:
        return None
    drones = _whole_drones(programme, used, offers.day_cents[offers.drones[:-1]], left_s)
    flown, _, _ = programme.shares(max(LEAST_S, left_s()))
    if left_s() <= 0:
        return None
    share = np.zeros(len(offers.cents))
    np.add.at(share, starts.candidate, flown)
    usable = np.zeros(int(offers.drones[-1]), dtype=bool)
    for flock, count in enumerate(drones.tolist()):
        usable[offers.drones[flock] : offers.drones[flock] + count] = True
    while left_s() > 0 and len(open_ := np.flatnonzero((flown > WHOLE) & (flown < 1 - WHOLE))):
        # Shares of more than half never exclude each other; of others one alone is fixed.
        surest = open_[np.argmax(flown[open_])]
        programme.fix(np.union1d(np.flatnonzero(flown >= SURE), surest))
        flown, _, _ = programme.shares(max(LEAST_S, left_s()))
    return Dive(programme.state(np.flatnonzero(flown >= 1 - WHOLE)), usable, share)


def _whole_drones(
    programme: Whole, used: Floats, day_cents: Ints, left_s: Callable[[], float]
) -> Ints:
    """Fix the drones used of each flock, those nearest to a whole number first; return them.

    Where what is saved of drones costs more than it saves, the next whole number is taken.
    """
    fixed = np.zeros(len(used), dtype=bool)
    while not fixed.all():
        off = np.where(fixed, np.inf, np.abs(used - np.round(used)))
        close = np.flatnonzero(off <= max(SURE_DRONES, float(off.min())))
        if left_s() <= 0:
            close, used = np.flatnonzero(~fixed), np.ceil(used - WHOLE)
        fixed[close] = True
        more = np.ceil(used[close] - WHOLE)
        most_cents = programme.cents + float((day_cents[close] * (more - used[close])).sum())
        programme.fix_drones(close, np.round(used[close]).astype(np.int64))
        if left_s() <= 0:
            continue
        _, _, used = programme.shares(left_s())
        if programme.cents > most_cents + 1:
            programme.fix_drones(close, more.astype(np.int64))
            _, _, used = programme.shares(max(LEAST_S, left_s()))
    return np.round(used).astype(np.int64)

"""Choices in whole sorties from the linear relaxation of the candidates, by diving.

First the drones used are made whole, those nearest to it at a time. That is kept, and each dive
goes on from there: it makes sorties whole, the surest at a time. What no sortie is left for is left
out, for `planner.choice.anneal` to put back.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from planner.arrays import Flags, Floats, Ints
from planner.bound.columns import few
from planner.choice.choice import NONE, Offers, State, empty_state
from planner.choice.whole import WHOLE, Whole, starts_of

Near = tuple[int, int]
"""How many candidates are considered, for each job at most, and for each alone."""

MANY, FEWER, FEW = (50, 10), (30, 8), (12, 4)
"""What a dive ends best among; what it ends sooner among; and what it takes a sixth of a second for
each hundred jobs among."""

DRAWN = 0.8
"""Share of these that a dive with a seed is among, so that it ends elsewhere than others."""

SURE, SURE_DRONES = 0.7, 0.12
"""Share from which on a sortie is flown, and how near to whole drones used are, when diving."""

LEAST_S = 0.2
"""Time that a programme is given at least, s."""


class Dive(NamedTuple):
    """A choice, and the drones it was made for: others had better stay idle."""

    state: State
    used: Flags


def nothing(offers: Offers) -> Dive:
    """Return the choice of nothing, made for all drones."""
    return Dive(empty_state(offers), np.ones(int(offers.drones[-1]), dtype=bool))


def near(offers: Offers, a_job: int, alone: int) -> Ints:
    """Return so many candidates of least reduced cost of each job, and of each alone."""
    singles = np.flatnonzero(offers.jobs[:, 1] == NONE)
    kept = few(offers.jobs, offers.reduced, a_job)
    return np.union1d(kept, singles[few(offers.jobs[singles], offers.reduced[singles], alone)])


class Diver:
    """Dives from one relaxation, which is solved once."""

    def __init__(self, offers: Offers, many: Near = MANY) -> None:
        candidates = near(offers, *many)
        self._offers, self._starts = offers, starts_of(offers, candidates)
        self._programme = Whole(offers, self._starts)
        self._used: Flags | None = None

    def dive(self, seed: int, left_s: Callable[[], float]) -> Dive | None:
        """Return the choice that a dive ends in, as far as there is time left.

        It is among all candidates that are near if the seed is 0, otherwise among others each time.
        None if there is not even the time to make the drones used whole.
        """
        if self._used is None:
            self._used = self._whole_drones(left_s)
        if self._used is None:
            return None
        programme, count = self._programme, len(self._starts.candidate)
        draw = np.random.default_rng(seed)
        programme.again(draw.random(count) < DRAWN if seed else np.ones(count, dtype=bool))
        flown, _, _ = programme.shares(max(LEAST_S, left_s()))
        if left_s() <= 0:
            return None
        while left_s() > 0 and len(open_ := np.flatnonzero((flown > WHOLE) & (flown < 1 - WHOLE))):
            # Shares of more than half never exclude each other; of others one alone is fixed.
            surest = open_[np.argmax(flown[open_])]
            programme.fix(np.union1d(np.flatnonzero(flown >= SURE), surest))
            flown, _, _ = programme.shares(max(LEAST_S, left_s()))
        return Dive(programme.state(np.flatnonzero(flown >= 1 - WHOLE)), self._used)

    def _whole_drones(self, left_s: Callable[[], float]) -> Flags | None:
        """Have whole drones used in all dives, keep the relaxation then, and return which they are.

        None if there is no time for it.
        """
        programme, offers = self._programme, self._offers
        _, _, used = programme.shares(max(LEAST_S, left_s()))
        if left_s() <= 0:
            return None
        drones = _whole_drones(programme, used, offers.day_cents[offers.drones[:-1]], left_s)
        programme.shares(max(LEAST_S, left_s()))
        if left_s() <= 0:
            return None
        programme.keep()
        usable = np.zeros(int(offers.drones[-1]), dtype=bool)
        for flock, count in enumerate(drones.tolist()):
            usable[offers.drones[flock] : offers.drones[flock] + count] = True
        return usable


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

"""A choice bettered where the relaxation disagrees with it, as an integer programme.

Of the sorties in use, those that the relaxation flies too are kept, but for some about a time of
day; the jobs of the others are chosen for anew, exactly, with those left out. Relaxation induced
neighbourhoods: Danna, Rothberg and Le Pape (2005), *Mathematical Programming* 102.
"""

import numpy as np

from planner.choice import NONE, Offers, State
from planner.dive import Dive, near
from planner.tables import Floats, Ints
from planner.whole import Starts, Whole, starts_of

MOST_FREE = 60
"""Sorties that are chosen anew at most."""

AGREED = 0.3
"""Share from which on the relaxation agrees with a sortie."""

AGREEMENT_S = 4 * 3600
"""How much further from the time of day a sortie seems that the relaxation agrees with."""


def bettered(offers: Offers, state: State, dive: Dive, seed: int, limit_s: float) -> State:
    """Return a state that costs no more, found within some seconds at most."""
    flown = np.array(
        [
            (
                state.flown[drone, at],
                state.start_s[drone, at],
                state.end_s[drone, at] - state.start_s[drone, at],
            )
            for drone in range(len(state.sorties))
            for at in range(state.sorties[drone])
        ],
        dtype=np.int64,
    ).reshape(-1, 3)
    if not len(flown):
        return state
    kept = _kept(flown, dive.share, np.random.default_rng(seed))
    bound = np.zeros(len(offers.unserved_cents) + 1, dtype=bool)
    bound[offers.jobs[flown[kept, 0]]] = True
    bound[NONE] = False
    candidates = near(offers)
    candidates = candidates[~bound[offers.jobs[candidates]].any(axis=1)]
    fresh, mine = starts_of(offers, candidates), Starts(*flown.T)
    starts = Starts(*(np.concatenate(pair) for pair in zip(fresh, mine, strict=True)))
    programme = Whole(offers, starts)
    drones = np.add.reduceat(dive.used, offers.drones[:-1], dtype=np.int64)
    programme.fix_drones(np.arange(len(drones)), drones)
    number = len(candidates) + np.arange(len(flown))
    programme.fix(number[kept])
    return programme.state(programme.best(number, drones, limit_s))


def _kept(flown: Ints, share: Floats, draw: np.random.Generator) -> Ints:
    """Return which sorties are kept: far from a time of day, or such as the relaxation flies."""
    middle_s = flown[draw.integers(len(flown)), 1]
    distance = np.abs(flown[:, 1] - middle_s).astype(float)
    distance += AGREEMENT_S * (share[flown[:, 0]] >= AGREED) * draw.random(len(flown))
    found: Ints = np.argsort(distance, kind="stable")[MOST_FREE:]
    return found

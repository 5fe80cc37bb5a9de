"""The best whole choice of sorties that some choices have, as an integer programme.

Choices found apart from each other agree in much of what is good, and differ in the rest. All their
sorties together are few, so that which of them to fly can be asked of HiGHS. After Rochat and
Taillard (1995), *Probabilistic diversification and intensification in local search for vehicle
routing*, Journal of Heuristics 1.
"""

from collections.abc import Sequence

import numpy as np

from planner.anneal import Offers, State, cost_of
from planner.tables import Ints
from planner.whole import Starts, Whole, starts_of

MOST_NODES = 200
"""Nodes of the search for whole sorties."""


def recombined(offers: Offers, states: Sequence[State], limit_s: float) -> State:
    """Return a choice of the sorties of some choices, no dearer than any of them.

    It is looked for within some seconds at most. Sorties start when they do in a choice, or at
    other starts of their candidates.
    """
    best = min(states, key=lambda state: int(cost_of(offers, state)))
    mine = _flown(best)
    others = np.concatenate([_flown(state) for state in states])
    if not len(others):
        return best
    fresh = starts_of(offers, np.unique(others[:, 0]))
    every = np.concatenate((mine, others, np.column_stack(fresh)))
    every = every[np.sort(np.unique(every, axis=0, return_index=True)[1])]
    programme = Whole(offers, Starts(*np.ascontiguousarray(every.T)))
    drones = np.add.reduceat(best.sorties > 0, offers.drones[:-1], dtype=np.int64)
    found = programme.best(np.arange(len(mine)), drones, limit_s, MOST_NODES)
    state = programme.state(found)
    return min(state, best, key=lambda each: int(cost_of(offers, each)))


def _flown(state: State) -> Ints:
    """Return the candidate, the start and how long a drone is held of each sortie."""
    drone, at = np.nonzero(np.arange(state.flown.shape[1]) < state.sorties[:, None])
    start_s = state.start_s[drone, at]
    return np.column_stack((state.flown[drone, at], start_s, state.end_s[drone, at] - start_s))

"""The best whole choice of sorties that some choices fly, as an integer programme.

Choices found apart from each other agree in much of what is good, and differ in the rest. All their
sorties together are few, so that which of them to fly can be asked of HiGHS. After Rochat and
Taillard (1995), *Probabilistic diversification and intensification in local search for vehicle
routing*, Journal of Heuristics 1.
"""

from collections.abc import Sequence

import numpy as np

from planner.arrays import Ints
from planner.choice import Offers, State, cost_of, sorties_of
from planner.whole import Starts, Whole, starts_of


def recombined(offers: Offers, states: Sequence[State], limit_s: float) -> State:
    """Return a choice of the sorties of some choices that costs no more than the best of them.

    It is looked for within some seconds at most. Sorties start when they do in a choice, or at
    other starts of their candidates.
    """
    best = min(states, key=lambda state: int(cost_of(offers, state)))
    flown = [_held(state) for state in (best, *states)]
    fresh = starts_of(offers, np.unique(np.concatenate(flown)[:, 0]))
    # Those of the best come first: that is how the programme knows them.
    every = np.concatenate((*flown, np.column_stack(fresh)))
    every = every[np.sort(np.unique(every, axis=0, return_index=True)[1])]
    programme = Whole(offers, Starts(*np.ascontiguousarray(every.T)))
    drones = np.add.reduceat(best.sorties > 0, offers.drones[:-1], dtype=np.int64)
    found = programme.state(programme.best(np.arange(len(flown[0])), drones, limit_s))
    return min(best, found, key=lambda state: int(cost_of(offers, state)))


def _held(state: State) -> Ints:
    """Return the candidate, the start and how long a drone is held of each sortie."""
    candidate, start_s, end_s = sorties_of(state).T
    return np.column_stack((candidate, start_s, end_s - start_s))

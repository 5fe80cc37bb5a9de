"""The best whole choice of sorties that some choices fly, as an integer programme.

Choices found apart from each other agree in much of what is good, and differ in the rest. All their
sorties together are few, so that which of them to fly can be asked of HiGHS. After Rochat and
Taillard (1995), *Probabilistic diversification and intensification in local search for vehicle
routing*, Journal of Heuristics 1.
"""

from collections.abc import Sequence

import numpy as np

from planner.choice.choice import Offers, State, cost_of
from planner.choice.whole import bettered, held, starts_of


def recombined(offers: Offers, states: Sequence[State], limit_s: float) -> State:
    """Return a choice of the sorties of some choices that costs no more than the best of them.

    It is looked for within some seconds at most. Sorties start when they do in a choice, or at
    other starts of their candidates.
    """
    best = min(states, key=lambda state: int(cost_of(offers, state)))
    flown = [held(state) for state in states]
    fresh = starts_of(offers, np.unique(np.concatenate(flown)[:, 0]))
    others = np.concatenate((*flown, np.column_stack(fresh)))
    none = np.empty(0, dtype=np.int64)
    return bettered(offers, best, held(best), others, none, limit_s)

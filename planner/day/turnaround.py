"""What makes a drone ready again after a sortie: a fresh battery, or what it took charged back.

A battery takes a constant power up to a share of its charge and a lower one from there on: the
piecewise linear charging function of Montoya et al. (2017), "The electric vehicle routing problem
with nonlinear charging function", Transportation Research Part B 103. A charger's own power caps
both.
"""

import math
from typing import NamedTuple

from geodata.features import Vertiport
from planner.request.fleet import DroneType

_SECOND = 1e-6
"""What rounding may add to a whole second."""


class Turnaround(NamedTuple):
    """How long a drone takes to be ready again at its base.

    A swap takes `swap_s` whatever was used. A charge gives the last `slow_j` of the battery at
    `slow_s_per_j` and what lies below at `fast_s_per_j`, s/J.
    """

    swap_s: int
    slow_j: float
    slow_s_per_j: float
    fast_s_per_j: float

    @property
    def charges(self) -> bool:
        """Whether a charger gives back what a sortie took."""
        return self.fast_s_per_j > 0


def turnaround(kind: DroneType, base: Vertiport) -> Turnaround:
    """Return how drones of a type become ready at a base; by a swap wherever there is one."""
    taken, offered_kw = kind.charging, base.charger_kw
    if base.battery_swap or not base.chargers or offered_kw is None or taken is None:
        return Turnaround(kind.swap_s, 0.0, 0.0, 0.0)
    return Turnaround(
        0,
        kind.battery_wh * 3600 * (1 - taken.taper_from),
        1 / min(offered_kw * 1000, taken.power_w * taken.taper_factor),
        1 / min(offered_kw * 1000, taken.power_w),
    )


def turn_s(turn: Turnaround, used_wh: float) -> int:
    """Return the whole seconds in which a full battery that gave some energy is full again."""
    used_j = used_wh * 3600
    slow_j = min(used_j, turn.slow_j)
    taken_s = slow_j * turn.slow_s_per_j + (used_j - slow_j) * turn.fast_s_per_j
    return turn.swap_s + math.ceil(taken_s - _SECOND)

"""How a day is to be solved."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    # What reads settings is to start without all that a request is made of.
    from planner.request.request import Request

WHOLE_DAY_ORDERS = 1500
"""Orders up to which a day is solved as a whole, given time, where nobody says another number."""

SMALL_DAY_ORDERS = 300
"""Orders up to which there is always time for that."""

WHOLE_DAY_S = 1.2e-3
"""Time limit for each order and each type of drone at a base from which on there is, s."""


@dataclass(frozen=True, slots=True)
class SolveOptions:
    """How to solve: seconds of wall time, or of deterministic time where that is asked for.

    It ends sooner once the plan is proven to cost no more than a `gap` above what any must, as a
    share of its cost. Up to `whole_day_orders` a day is solved as a whole if there is time, else as
    a large one: in parts by `workers` processes first, if they are more than two.
    """

    time_limit_s: float = 30.0
    seed: int = 1
    workers: int = 2
    deterministic: bool = False
    whole_day_orders: int = WHOLE_DAY_ORDERS
    gap: float = 0.0

    def as_whole(self, request: "Request") -> bool:
        """Tell whether a day is solved as a whole."""
        orders = len(request.orders)
        if orders > self.whole_day_orders:
            return False
        stations = len({(drone.type, drone.base) for drone in request.fleet.drones})
        timely = self.deterministic or self.time_limit_s >= WHOLE_DAY_S * orders * stations
        return timely or orders <= SMALL_DAY_ORDERS

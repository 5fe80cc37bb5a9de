"""How a day is to be solved."""

from dataclasses import dataclass

WHOLE_DAY_ORDERS = 1500
"""Orders up to which a day is solved as a whole, given time, where nobody says another number."""

SMALL_DAY_ORDERS = 300
"""Orders up to which there is always time for that."""

WHOLE_DAY_S = 0.06
"""Time limit for each order from which on there is, s."""


@dataclass(frozen=True, slots=True)
class SolveOptions:
    """How to solve: seconds of wall time, or of deterministic time where that is asked for.

    Up to `whole_day_orders` a day is solved as a whole if there is time, else in parts by `workers`
    processes.
    """

    time_limit_s: float = 30.0
    seed: int = 1
    workers: int = 2
    deterministic: bool = False
    whole_day_orders: int = WHOLE_DAY_ORDERS

    def as_whole(self, orders: int) -> bool:
        """Tell whether a day of so many orders is solved as a whole."""
        if orders > self.whole_day_orders:
            return False
        timely = self.deterministic or self.time_limit_s >= WHOLE_DAY_S * orders
        return timely or orders <= SMALL_DAY_ORDERS

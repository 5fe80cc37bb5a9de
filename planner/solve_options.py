"""How a day is to be solved."""

from dataclasses import dataclass

WHOLE_DAY_ORDERS = 1500
"""Orders up to which a day is solved as a whole where nobody says another number."""


@dataclass(frozen=True, slots=True)
class SolveOptions:
    """How to solve: seconds of wall time, or of deterministic time where that is asked for.

    Up to `whole_day_orders` a day is solved as a whole, else in parts by `workers` processes.
    """

    time_limit_s: float = 30.0
    seed: int = 1
    workers: int = 2
    deterministic: bool = False
    whole_day_orders: int = WHOLE_DAY_ORDERS

"""How the time of a large day is shared by the turns in which it is solved in parts."""

from collections.abc import Callable

from planner.solve_options import SolveOptions

PART_ORDERS = 130
"""Orders of a part on average at most, and half of those that are solved as a whole."""

TURN_SHARE = 0.5
"""Share of the time left that the parts of a turn take."""

ONLY_SHARE = 0.9
"""The same where there is no time for another turn."""

KEPT_SHARE = 0.1
"""Share of all the time that is kept for writing the plan."""

DETERMINISTIC_TURNS = 2
"""Turns where wall time may not decide."""

LEAST_PART_S = 2.0
"""Time for a part that is worth another turn, s."""

JOIN_S = 0.004
"""Time kept for each order, to join the parts of the first turn, s."""

FEWEST_ORDERS = 40
"""Orders of a part at least, as far as there are."""

PAIR_S = 1e-3
"""What a part takes for each of its orders squared, s."""


class Turns:
    """How many orders the parts have, and how long those of a turn may take: shares of the time.

    `left_s` tells how much is left of the time limit.
    """

    def __init__(self, options: SolveOptions, orders: int, left_s: Callable[[], float]) -> None:
        self._options, self._orders, self._clock_s = options, orders, left_s
        self._last: tuple[float, float] | None = None

    def size(self) -> int:
        """Return how many orders a part may have: what it takes grows with their square."""
        options = self._options
        most = min(PART_ORDERS, max(1, options.whole_day_orders // 2))
        if options.deterministic:
            return most
        worked_s = TURN_SHARE * self._left_s() * options.workers
        return min(most, max(FEWEST_ORDERS, int(worked_s / (PAIR_S * self._orders))))

    def seconds(self, turn: int, parts: int) -> float | None:
        """Return how long the parts of a turn may take together; None: there is no time for it."""
        options = self._options
        if options.deterministic:
            return options.time_limit_s if turn < DETERMINISTIC_TURNS else None
        left_s = self._left_s()
        if self._last is None:
            enough_s = 2 * LEAST_PART_S * parts / options.workers
            asked_s = left_s * (TURN_SHARE if left_s > enough_s else ONLY_SHARE)
        else:
            before_s, then_s = self._last
            slow = max(1.0, (then_s - left_s) / before_s)
            asked_s = min(TURN_SHARE, ONLY_SHARE / slow) * left_s
            if asked_s * options.workers < LEAST_PART_S * parts:
                return None
        self._last = max(1.0, asked_s), left_s
        return self._last[0]

    def _left_s(self) -> float:
        """Return what is left but for joining parts and for writing the plan, s."""
        kept_s = KEPT_SHARE * self._options.time_limit_s + JOIN_S * self._orders
        return self._clock_s() - kept_s

"""How the time of a large day is shared by the turns in which it is solved in parts."""

from collections.abc import Callable

from planner.solve_options import SolveOptions

PART_ORDERS = 130
"""Orders of a part on average at most, and half of those that are solved as a whole."""

TURN_SHARE = 0.5
"""Share of the time left that the parts of a turn take."""

LAST_SHARE = 0.9
"""The most of it that a turn takes with what follows it, as far as that is known."""

KEPT_SHARE = 0.1
"""Share of all the time that is kept for what comes after the turns."""

DETERMINISTIC_TURNS = 2
"""Turns where wall time may not decide."""

JOIN_S = 0.002
"""Time kept for each order, to join the parts of a turn, s."""

FEWEST_ORDERS = 40
"""Orders of a part at least, as far as there are."""

PAIR_S = 1e-3
"""What a part takes for each of its orders squared, s."""

JOINT_SHARE = 0.6
"""Share of that from which on its orders may share sorties."""

AT_ONCE_S = 0.04
"""Time for each order of a part below which none are chosen among, s."""


def least_part_s(orders: int) -> float:
    """Return the time from which on a part of so many orders is chosen among, s."""
    return max(AT_ONCE_S * orders, JOINT_SHARE * PAIR_S * orders**2)


class Turns:
    """How many orders the parts have, and how long those of a turn may take: shares of the time.

    `left_s` tells how much is left of the time limit. `size` is how many orders a part may have.
    """

    def __init__(self, options: SolveOptions, orders: int, left_s: Callable[[], float]) -> None:
        self._options, self._orders, self._clock_s = options, orders, left_s
        self._last: tuple[float, float] | None = None
        self.size = self._size()

    def _size(self) -> int:
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
        left_s, slow = self._left_s(), 1.0
        if self._last is not None:
            before_s, then_s = self._last
            slow = max(1.0, (then_s - left_s) / before_s)
        shares = min(TURN_SHARE, LAST_SHARE / slow), LAST_SHARE / slow
        least_s = least_part_s(self.size) * parts / options.workers
        # The last turn takes what would be too little for another.
        asked_s = next((each * left_s for each in shares if each * left_s >= least_s), None)
        if asked_s is not None:
            self._last = asked_s, left_s
        return asked_s

    def _left_s(self) -> float:
        """Return what is left but for joining parts and for writing the plan, s."""
        kept_s = KEPT_SHARE * self._options.time_limit_s + JOIN_S * self._orders
        return self._clock_s() - kept_s

"""Sorties chosen from a pool: on an empty day first, then on blocks, pads and bays."""

import math
from collections.abc import Callable

import numpy as np

from planner.bound.pool import Pool
from planner.choice.candidates import Candidates
from planner.choice.choice import State
from planner.choice.improve import Rounds, improve, is_large
from planner.clock import Clock
from planner.dispatch.roster import Roster
from planner.fly.day_arrays import DayArrays
from planner.rebuild.board import menu_of
from planner.rebuild.rebuild_day import rebuild_day, write_choices

CANDIDATES, CANDIDATES_A_JOB = 300_000, 300
"""Sorties that the search chooses from at most, and for each order."""

CANDIDATES_SHARE, CANDIDATE_S = 0.3, 5e-5
"""Share of the time left in which sorties are timed, and what one of them takes, s."""

LARGE_HOLD = 1.1
"""Times as long as on an empty day that a sortie is taken to hold its drone on a large one: it will
wait for others, and so will all that its drone flies after it."""

WORK = 100_000
"""Candidates that a chain looks at in a round for each order."""

REBUILT_SHARE, LARGE_REBUILT_SHARE = 0.2, 0.8
"""Share of the time for choosing in which choices are bettered on blocks, pads and bays."""

LARGE_JOINED_CENTS, LARGE_OF_GROUP = 60, 4
"""What starts of a sortie may differ by that are one candidate on a large day, and how many columns
of a group and a squad are looked at: more partners for an order are worth more there than exact
costs and all starts with a few of them."""

COMBINATION_SHARE = 0.1
"""Share of the time that a combination of choices may take at most."""

ENTER_S, ENTER_SHARE = 2e-3, 0.02
"""What it takes to enter a day that was found, s for each order, and the most of the time."""

DETERMINISTIC_ROUNDS = 8
"""Rounds where wall time may not decide."""


def candidates_of(arrays: DayArrays, pool: Pool, clock: Clock) -> Candidates:
    """Return the sorties of a pool that are worth choosing from, as many as there is time for."""
    orders = len(arrays.instance.jobs)
    large = is_large(orders)
    columns, reduced_cents = pool.cheapest(_most(clock, orders), LARGE_OF_GROUP if large else None)
    return Candidates(
        arrays,
        columns,
        reduced_cents,
        clock.options.workers,
        LARGE_JOINED_CENTS if large else None,
    )


def choose(
    roster: Roster,
    candidates: Candidates,
    clock: Clock,
    told: Callable[[str, int], None] = lambda trying, cents: None,
) -> None:
    """Fill a roster from candidates, better and better while time is left.

    `told` hears what is being tried, and what the cheapest day known costs, cents. Large days are
    chosen once on an empty day, and bettered among others from then on.
    """
    options, orders = clock.options, len(roster.instance.jobs)
    large = is_large(orders)

    def kept_s() -> float:
        """Return what is kept for entering the day once more and for the end of the plan."""
        ending_s = clock.ending_s(orders, orders - len(roster.served()))
        return min(ENTER_S * orders, ENTER_SHARE * options.time_limit_s) + ending_s

    all_s = max(0.0, clock.left_s() - kept_s())

    def left_s(share: float) -> Callable[[], float]:
        """Return what tells how much is left until so much of the time for choosing is left."""
        if options.deterministic:
            return lambda: 0.0 if clock.stop.over else math.inf
        return lambda: clock.left_s() - kept_s() - share * all_s

    begun_s, took_s = math.inf, 0.0

    def again(number: int) -> bool:
        """Report, and tell whether there is time for half of one more round on an empty day."""
        nonlocal begun_s, took_s
        told(f"round {number + 1} of choices on an empty day", roster.cents())
        left = on_empty()
        if number and not options.deterministic:
            took_s = begun_s - left
        begun_s = left
        most = 1 if large else DETERMINISTIC_ROUNDS if options.deterministic else math.inf
        return number < most and left > took_s / 2

    def met(states: list[State]) -> None:
        if not large:
            write_choices(roster, candidates, menu, states)

    on_empty = left_s(LARGE_REBUILT_SHARE if large else REBUILT_SHARE)
    menu, offers = menu_of(candidates), candidates.offers
    if large:
        offers = offers._replace(hold_s=(LARGE_HOLD * offers.hold_s).astype(np.int64))
    states = improve(offers, _rounds(clock, on_empty), again, met)
    on_day, number = left_s(0.0), 0
    rebuilt_s = on_day()

    def share(cents: int) -> float | None:
        """Report, and tell what share of rebuilding is done; None when it is to end."""
        nonlocal number
        number += 1
        trying = f"round {number} among blocks, pads and bays"
        told(trying, min(cents, roster.cents()))
        if clock.stop.over:
            return None
        if options.deterministic:
            return (number - 1) / DETERMINISTIC_ROUNDS if number <= DETERMINISTIC_ROUNDS else None
        left = on_day()
        return 1 - left / rebuilt_s if left > 0 else None

    rebuild_day(roster, candidates, menu, states, _rounds(clock, on_day), share)


def _most(clock: Clock, orders: int) -> int:
    """Return how many candidates there are to be."""
    most = min(CANDIDATES, CANDIDATES_A_JOB * orders)
    if clock.options.deterministic:
        return most
    timely = CANDIDATES_SHARE * clock.left_s() * clock.options.workers / CANDIDATE_S
    return min(most, int(timely))


def _rounds(clock: Clock, left_s: Callable[[], float]) -> Rounds:
    """Return how to search while time is left."""
    options = clock.options
    most_s = math.inf if options.deterministic else COMBINATION_SHARE * options.time_limit_s
    return Rounds(WORK, options.seed, options.workers, left_s, most_s, clock.stop)

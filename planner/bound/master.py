"""The choice of sorties as a set partition over columns: relaxation, bound and prices.

Knows nothing of drones, legs or requests. Variables: x_c for each column c (some jobs, served by a
drone of one squad that starts in a window), u_j for each job left out, y_q for the drones used of
flock q (squads that are the same drones). Minimise sum c_c x_c + sum p_j u_j + sum d_q y_q with

    cover:    sum over c serving j of x_c + u_j >= 1                        each job j
    fleet:    sum over c of flock q surely under way at t of x_c <= y_q     each q, instant t
    link:     sum over c of flock q serving j of x_c <= y_q                 each flock q, job j
    blossom:  sum over c with two jobs of B or more of x_c <= (|B| - 1)/2   odd sets B of jobs
    y_q and sum of all y_q within limits

A column is surely under way at t if every start in its window puts it there, so the fleet rows are
a relaxation of what a fleet can do; the link rows hold for whole drones, the blossom rows for whole
sorties (`planner.bound.blossoms`). The relaxation's value is therefore a lower bound on every
choice.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace

import numpy as np

from planner.bound.columns import Columns, few
from planner.bound.duals import Duals, Prices, Relaxation, Supply, bound_cents, plain_duals
from planner.bound.limits import Limits
from planner.bound.restricted import Restricted

ENTERING = 15
"""Columns that enter for a job at a time."""

FINE, ROUGH = 5e-4, 1e-2
"""Shares of the value that columns left out may be worth; what is relaxed roughly is so again."""

NEAR_CENTS = 100.0
"""Columns whose reduced cost is less may enter."""

SHARES = (0.3, 0.6, 1.0)
"""How far columns are priced from the duals of the best bound towards those of the programme."""

WIDE = 0.02
"""Share of the value that the bound may be below it where only its own duals price any more."""

SUNK, HALVED = 0.1, 4
"""Share that a bound may be below the best where columns are priced, and steps back until it is."""

SLOW = 0.1
"""Share of the way to the bound that the value moves at least, else its own duals price."""


class Master:
    """The relaxation over all columns of a supply, solved by column and row generation.

    Blossom rows enter only where it is `blossoming`. What was picked stays when it is relaxed
    again. `apart` is the share by which the bound was below the value of the programme when it was
    last.
    """

    def __init__(self, prices: Prices, supply: Supply) -> None:
        self.prices = prices
        self.supply = supply
        self.blossoming = False
        self.apart = 1.0
        jobs, flocks = len(prices.unserved_cents), len(prices.day_cents)
        nothing = np.zeros(jobs), np.zeros((flocks, prices.times)), np.zeros((flocks, jobs))
        self._best = 0.0, plain_duals(*nothing)
        self._restricted = Restricted(prices)

    def restrict(self, drones: Limits, duals: Duals) -> None:
        """Go on within other limits of drones, from duals."""
        self.prices = replace(self.prices, drones=drones)
        self._restricted.limit(drones)
        self._best = self._bounded(duals)

    def started(self, guesses: Iterable[Duals]) -> Duals:
        """Start from the duals with the best bound among guesses, and return them."""
        every = (self._bounded(each) for each in guesses)
        self._best = max((self._best, *every), key=_bound_of)
        return self._best[1]

    def relax(
        self,
        first: Columns,
        late: Callable[[], bool] = lambda: False,
        tolerance: float = FINE,
        tell: Callable[[float], None] = lambda bound_cents: None,
    ) -> Relaxation:
        """Solve the relaxation: columns and broken rows enter until value and bound meet.

        Every set of duals gives a bound (Lagrange); the best of all rounds is returned, also when
        it gets `late`. Leaving rows out only relaxes further. `first` are columns of the supply to
        start from. Columns are priced between the duals of the best bound and those of the
        programme, which jump about (Wentges 1997, Weighted Dantzig-Wolfe decomposition). What is
        known of the bound is told each round.
        """
        programme = self._restricted
        programme.enter(first)
        programme.cap(self._best[1])
        straight, must, before = False, False, -np.inf
        while True:
            solution, duals = programme.solve()
            moved = abs(solution.value - before)
            settled = moved <= tolerance * solution.value
            apart = solution.value - self._best[0]
            slow = moved <= SLOW * apart
            straight = must or (slow and not (straight and apart > WIDE * solution.value))
            before = solution.value
            broken = programme.broken(solution.variables)
            settling = self.blossoming and (moved <= FINE * solution.value or not len(broken))
            odd = programme.broken_sets(solution.variables) if settling else duals.sets[:0]
            trial = duals if straight else self._between(duals)
            columns, price = self.supply.near(trial, NEAR_CENTS)
            # Pricing may have raised the bounds of all duals.
            self._best = max(self._bounded(trial), self._bounded(self._best[1]), key=_bound_of)
            tell(self._best[0])
            apart = solution.value - self._best[0]
            self.apart = apart / max(1.0, solution.value)
            reached = programme.reached(solution.variables)
            met = apart <= tolerance * solution.value
            sure = (settled or not len(broken)) and not len(odd) and not reached.any()
            dearer = programme.replace(columns, solution.variables)
            if late() or (met and (tolerance >= ROUGH or (sure and not dearer))):
                break
            programme.raise_caps(reached)
            entered = dearer + programme.enter(columns.take(few(columns.jobs, price, ENTERING)))
            if programme.large and not slow:  # else they might come and go for ever
                programme.drop(duals, solution.variables)
            programme.add_rows(broken)
            programme.add_blossoms(odd)
            rows = len(broken) + len(odd)
            if straight and not entered and not rows and not reached.any():
                break
            must = not entered and not rows
        drones = programme.drones(solution.variables)
        return Relaxation(*self._best, drones, self.prices.drones)

    def _bounded(self, duals: Duals) -> tuple[float, Duals]:
        return bound_cents(self.prices, self.supply, duals), duals

    def _between(self, duals: Duals) -> Duals:
        """Return duals a little beyond those of the best bound on the way to some others.

        The way begins at the duals of the best bound known; what is found on it may be better. A
        bound is concave on the way. Beyond means where the bound is less, but not by much: there
        columns are missing, and those that are matter.
        """
        centre, best, reached = self._best[1], self._best[0], 0.0
        for share in SHARES:
            trial = self._bounded(centre.towards(duals, share))
            self._best = max(self._best, trial, key=_bound_of)
            if trial[0] < best:
                break
            best, reached = trial[0], share
        least = self._best[0] - SUNK * abs(self._best[0])
        for _ in range(HALVED):
            if trial[0] >= least:
                break
            share = (reached + share) / 2
            trial = self._bounded(centre.towards(duals, share))
            self._best = max(self._best, trial, key=_bound_of)
        return trial[1]


def _bound_of(bounded: tuple[float, Duals]) -> float:
    return bounded[0]

"""Columns of a lattice priced by duals: what they cost, less what their rows pay."""

import numpy as np

from planner.arrays import Floats, Ints
from planner.bound.duals import Duals
from planner.bound.lattice_parts import Asleep, Found, Part
from planner.bound.pricing import DOWN, fill_least_asleep
from planner.bound.sorties import Enumerator


class Priced:
    """Duals, and what parts of a lattice and groups asleep are priced at by them, cents."""

    def __init__(self, enumerator: Enumerator, duals: Duals) -> None:
        self._duals, self._worth = duals, duals.worth
        self._flock = [squad.flock for squad in enumerator.instance.squads]
        self._second_cents = [squad.second_cents for squad in enumerator.squads]
        # What fleet rows pay from the day's begin until an instant.
        self._paid = np.zeros((len(duals.fleet), duals.fleet.shape[1] + 1))
        np.cumsum(duals.fleet, axis=1, out=self._paid[:, 1:])

    def below(self, part: Part, limit_cents: float) -> Found:
        """Return row, position and price of the columns of a part priced below a limit."""
        return part.below(*self._of(part), limit_cents)

    def least(self, part: Part) -> Floats:
        """Return for each group of a part the least price of its columns, at most 0."""
        return part.least(*self._of(part))

    def count(self, part: Part, limit_cents: float, bin_cents: float, bins: Ints) -> None:
        """Add to `bins` how many columns of a part are priced below a limit, by how far below."""
        part.count(*self._of(part), limit_cents, bin_cents, bins)

    def asleep_below(self, asleep: Asleep, limit_cents: float) -> tuple[Ints, Floats]:
        """Return which groups may have a column priced below a limit, and the least price."""
        price = self.least_asleep(asleep, limit_cents)
        which = np.flatnonzero(price < limit_cents)
        return which, price[which]

    def least_asleep(self, asleep: Asleep, limit_cents: float) -> Floats:
        """Return the least price of groups; any above a limit may stand for it."""
        price = np.empty(len(asleep.groups))
        flock, profiles = self._flock[asleep.squad], asleep.profiles
        if asleep.groups.shape[1] == 2 and self._duals.blossom.any():
            # Of larger groups it would take longer to say than it saves.
            dearer = (profiles.fixed_cents + self._duals.beside(asleep.groups)) * DOWN
            profiles = profiles._replace(fixed_cents=dearer.astype(profiles.fixed_cents.dtype))
        rate, worth = self._second_cents[asleep.squad], self._worth[flock]
        fill_least_asleep(
            asleep.groups, *profiles, rate, worth, self._paid[flock], limit_cents, price
        )
        return price

    def _of(self, part: Part) -> tuple[Floats, Floats]:
        """Return what the jobs of each group pay, and what instants do in all until each."""
        flock = self._flock[part.squad]
        worth = self._worth[flock][part.groups].sum(axis=1) - self._duals.beside(part.groups)
        return worth, self._paid[flock]

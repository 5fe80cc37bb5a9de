"""What the duals of a relaxation prove: all sorties priced, and the bound that follows.

With pi, f, l and b the duals of orders, of instants, of orders by squad and of blossoms
(docs/solver.md, "The certificate"), a sortie of squad q that serves S from s to e is priced

    r = cost - sum over j in S of (pi_j + l_qj) - sum over instants s <= t < e of f_qt
             - sum over blossoms B of floor(|S and B| / 2) b_B

and no plan whose drones y_q are within the ranges of a branch costs less than

    sum pi_j  +  sum over j of min(0, p_j - pi_j)
              +  least sum over q of y_q (d + sum_t f_qt + sum_j l_qj) within the ranges
              +  sum over B of (|B| - 1) / 2 b_B
              +  sum over j of min(0, least r of the sorties whose first order is j)

All of it is in whole micro-cents.
"""

from collections.abc import Sequence
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from geodata.schedule import DAY_S
from planner.arrays import Flags, Ints
from planner.certify.air import BUCKET_S, Airs, airs_of, over_stops
from planner.certify.blossoms import Blossoms, blossoms_of
from planner.certify.branches import cheapest, ranges_of
from planner.certify.facts import Orders, fits_of, orders_of, squad_of, ways_of
from planner.certify.least import fill_alone, fill_least, fill_pairs, fill_shares
from planner.certify.quickest import LIMITS, rounded_up
from planner.certify.sequences import Sequences, sequences
from planner.certify.sharing import behind_s, fill_sharing
from planner.certify.walk import MICRO, rooms
from planner.compiled import spread
from planner.day.instance import Instance
from planner.day.tables import Legs, legs_of, slot_s
from planner.plan.certificate import Branch

GROUPED = 3
"""Orders of a sortie up to which every group of them is priced by itself."""

ROWS = 8
"""First orders that a thread takes at a time at least."""


def proven_microcents(instance: Instance, branches: Sequence[Branch], workers: int) -> int:
    """Return the bound that the duals of branches prove, micro-cents: the least of theirs.

    Their rows are those of the request, orders and squads as `Instance` has them, no dual has the
    wrong sign, and no way to use whole drones is in none of them.
    """
    pricing = Pricing(instance, workers)
    return min(_proven_microcents(each, pricing.least(each)) for each in branches)


def _proven_microcents(branch: Branch, least: Ints) -> int:
    """Return the bound of the plans of a branch, by the least prices of first orders."""
    bound = sum(row.dual_microcents for row in branch.orders)
    for row in branch.orders:
        bound += min(0, row.unserved_cents * MICRO - row.dual_microcents)
    drones = [
        squad.day_cents * MICRO
        + sum(squad.fleet_microcents)
        + sum(link.dual_microcents for link in squad.links)
        for squad in branch.squads
    ]
    bound += sum(len(row.orders) // 2 * row.dual_microcents for row in branch.blossoms)
    # Not added by numpy, whose whole numbers have an end.
    return bound + cheapest(ranges_of(branch), drones) + sum(int(each) for each in least)


def _legs(instance: Instance, workers: int) -> dict[str, Legs]:
    begin_s = min(squad.from_s for squad in instance.squads) // BUCKET_S * BUCKET_S
    end_s = max(squad.until_s for squad in instance.squads)
    hours_s = begin_s, max(begin_s + BUCKET_S, -(-end_s // BUCKET_S) * BUCKET_S)
    kinds = {squad.kind.id: squad.kind for squad in instance.squads}
    slots_s = slot_s(instance)
    return {
        name: legs_of(instance, kind, slots_s, hours_s, workers) for name, kind in kinds.items()
    }


def _prefix(starts_s: tuple[int, ...], duals: tuple[int, ...]) -> Ints:
    """Return for each second of the day the sum of the duals of the instants before it."""
    at = np.zeros(DAY_S + 1, dtype=np.int64)
    np.add.at(at, np.array(starts_s, dtype=np.int64) + 1, np.array(duals, dtype=np.int64))
    return np.cumsum(at)


class _Flying(NamedTuple):
    """What sorties of a squad are made of, whatever they are worth; orders that fit it alone."""

    flock: int
    kind: str
    made_of: tuple[Sequences, tuple[Ints, Ints], Orders, Any, Airs]
    fits: Flags
    alone: Ints


class Pricing:
    """Prices the sorties of a request's squads on some threads."""

    def __init__(self, instance: Instance, workers: int) -> None:
        self.workers = workers
        self.count, self.most = len(instance.jobs), instance.rules.max_orders_per_sortie
        self._position = {job.order.id: at for at, job in enumerate(instance.jobs)}
        self._squads: list[_Flying] = []
        if not instance.jobs or not instance.squads:
            return
        self._legs = _legs(instance, workers)
        airs = {name: airs_of(legs) for name, legs in self._legs.items()}
        orders, ways = orders_of(instance), ways_of(instance)
        for squad in instance.squads:
            every = sequences(min(self.most, GROUPED), squad.base_side)
            made_of = every, ways, orders, squad_of(instance, squad), airs[squad.kind.id]
            alone = np.empty((self.count, LIMITS), dtype=np.int64)
            fits = fits_of(instance, squad)
            fill_alone(0, self.count, fits, *made_of, alone)
            self._squads.append(_Flying(squad.flock, squad.kind.id, made_of, fits, alone))

    @cached_property
    def _over_stops(self) -> dict[str, Airs]:
        """The least legs over any stops, by drone type."""
        return {name: over_stops(legs, self.workers) for name, legs in self._legs.items()}

    def least(self, branch: Branch) -> Ints:
        """Return for each order what no sortie whose first it is is priced below, at most 0.

        Where a sortie may have up to `GROUPED` orders that is the least price of all of them; else
        sorties of two and more are priced by pairs, as if they were in no blossom.
        """
        least = np.zeros(self.count, dtype=np.int64)
        own = np.array([each.dual_microcents for each in branch.orders], dtype=np.int64)
        unserved = np.array([each.unserved_cents for each in branch.orders], dtype=np.int64)
        dear = 2 * own >= unserved * MICRO
        blossoms = blossoms_of(branch, self._position)
        for flying in self._squads:
            row, worth = branch.squads[flying.flock], own.copy()
            for link in row.links:
                worth[self._position[link.order]] += link.dual_microcents
            alone = self._sharing(flying, own, dear, priced=any(row.fleet_microcents))
            prefix = _prefix(branch.starts_s, row.fleet_microcents)
            self._squad(flying._replace(alone=alone), worth, blossoms, prefix, least)
        return least

    def _sharing(self, flying: _Flying, own: Ints, dear: Flags, *, priced: bool) -> Ints:
        """Return what orders take alone, and what sorties cost that serve them and others.

        Where time is not `priced` that is what keeps sorties from being priced below 0. Where it is
        that is of use for orders alone that no sortie may serve, whatever another is worth: those
        are `dear`, worth about as much as it costs to leave them out.
        """
        if priced and not dear.any():
            return flying.alone
        every, ways, orders, squad, _ = flying.made_of
        alone, airs = flying.alone.copy(), self._over_stops[flying.kind]
        timeless = np.zeros(DAY_S + 1, dtype=np.int64)
        beside_s = np.int64(0)
        if self.most > 1:
            beside_s = (orders.each["load_s"] + orders.each["unload_s"]).min(initial=DAY_S)
        beside = rounded_up(beside_s * squad["minute_cents"], 60) * MICRO
        # More than this is of no use.
        useful = np.maximum(self.most * own, own + beside)
        enough = np.where(dear, useful.max(initial=0), 0 if priced else useful)
        lag_s = behind_s(orders, squad, alone, self.most)

        def share(begin: int, end: int) -> None:
            fill_sharing(
                begin, end, enough, beside_s, lag_s, every, ways, orders, squad, airs, timeless,
                rooms(1), alone,
            )  # fmt: skip

        spread(share, self.count, self.workers, ROWS)
        return alone

    def _squad(
        self, flying: _Flying, worth: Ints, blossoms: Blossoms, prefix: Ints, least: Ints
    ) -> None:
        """Bring the least prices down to those of a squad."""
        made_of, fits, alone = flying.made_of, flying.fits, flying.alone
        grouped, count = self.most <= GROUPED, self.count
        pairs = np.empty((count, count) if self.most > 2 and grouped else (0, 0), dtype=np.int64)

        def pair(begin: int, end: int) -> None:
            dearest = worth[fits].max(initial=0)
            fill_pairs(begin, end, self.most, *made_of, worth, alone, dearest, pairs)

        def price(begin: int, end: int) -> None:
            most = self.most if grouped else 1
            room = rooms(most)
            fill_least(
                begin, end, most, *made_of, worth, blossoms, prefix, alone, pairs, room, least
            )

        if len(pairs):
            spread(pair, count, self.workers, ROWS)
        spread(price, count, self.workers, ROWS)
        if not grouped:
            self._share(flying, worth, least)

    def _share(self, flying: _Flying, worth: Ints, least: Ints) -> None:
        """Bring the least prices down to those by pairs."""
        by_pairs = np.zeros_like(least)

        def share(begin: int, end: int) -> None:
            fill_shares(begin, end, self.most, *flying.made_of, worth, flying.alone, by_pairs)

        spread(share, len(least), self.workers, ROWS)
        np.minimum(least, by_pairs.min(), out=least)

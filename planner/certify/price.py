"""What the duals of a relaxation prove: all sorties priced, and the bound that follows.

With pi, f and l the duals of orders, of instants and of orders by squad (docs/solver.md, "The
certificate"), a sortie of squad q that serves S from s to e is priced

    r = cost - sum over j in S of (pi_j + l_qj) - sum over instants s <= t < e of f_qt

and no plan costs less than

    sum pi_j  +  sum over j of min(0, p_j - pi_j)
              +  sum over q of drones_q min(0, d + sum_t f_qt + sum_j l_qj)
              +  sum over j of min(0, least r of the sorties whose first order is j)

All of it is in whole micro-cents.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from geodata.schedule import DAY_S
from planner.certificate import Relaxation
from planner.certify.air import SLOT_S, Air, air_of
from planner.certify.facts import Bools, Fleet, Ints, Orders, fits_of, fleet_of, orders_of, ways_of
from planner.certify.least import BUCKET_S, fill_alone, fill_least, fill_pairs, fill_shares
from planner.certify.quickest import LIMITS
from planner.certify.sequences import Sequences, sequences
from planner.certify.walk import MICRO, rooms
from planner.compiled import spread
from planner.instance import Instance
from planner.tables import legs_of

GROUPED = 3
"""Orders of a sortie up to which every group of them is priced by itself."""

ROWS = 8
"""First orders that a thread takes at a time at least."""


def proven_microcents(instance: Instance, relaxation: Relaxation, workers: int) -> int:
    """Return the bound that a relaxation's duals prove, micro-cents.

    Its rows are those of the request, orders and squads as `Instance` has them, and no dual has
    the wrong sign.
    """
    bound = sum(row.dual_microcents for row in relaxation.orders)
    for row in relaxation.orders:
        bound += min(0, row.unserved_cents * MICRO - row.dual_microcents)
    for squad in relaxation.squads:
        taken = sum(squad.fleet_microcents) + sum(link.dual_microcents for link in squad.links)
        bound += len(squad.drones) * min(0, squad.day_cents * MICRO + taken)
    # Not added by numpy, whose whole numbers have an end.
    return bound + sum(int(each) for each in least_prices(instance, relaxation, workers))


def least_prices(instance: Instance, relaxation: Relaxation, workers: int) -> Ints:
    """Return for each order what no sortie whose first it is is priced below, at most 0.

    Where a sortie may have up to `GROUPED` orders that is the least price of all of them; else
    sorties of two and more are priced by pairs.
    """
    least = np.zeros(len(instance.jobs), dtype=np.int64)
    if not instance.jobs or not instance.squads:
        return least
    air = _air(instance, workers)
    pricing = _Pricing(
        ways_of(instance), orders_of(instance), instance.rules.max_orders_per_sortie, workers
    )
    position = {job.order.id: at for at, job in enumerate(instance.jobs)}
    for squad, row in zip(instance.squads, relaxation.squads, strict=True):
        worth = np.array([each.dual_microcents for each in relaxation.orders], dtype=np.int64)
        for link in row.links:
            worth[position[link.order]] += link.dual_microcents
        prefix = _prefix(relaxation.starts_s, row.fleet_microcents)
        flying = _Flying(
            fleet_of(instance, squad), air[squad.kind.id], fits_of(instance, squad), worth, prefix
        )
        pricing.squad(flying, sequences(min(pricing.most, GROUPED), squad.base_side), least)
    return least


def _air(instance: Instance, workers: int) -> dict[str, Air]:
    begin_s = min(squad.from_s for squad in instance.squads) // BUCKET_S * BUCKET_S
    end_s = max(squad.until_s for squad in instance.squads)
    hours_s = begin_s, max(begin_s + BUCKET_S, -(-end_s // BUCKET_S) * BUCKET_S)
    kinds = {squad.kind.id: squad.kind for squad in instance.squads}
    return {
        name: air_of(legs_of(instance, kind, SLOT_S, hours_s, workers))
        for name, kind in kinds.items()
    }


def _prefix(starts_s: tuple[int, ...], duals: tuple[int, ...]) -> Ints:
    """Return for each second of the day the sum of the duals of the instants before it."""
    at = np.zeros(DAY_S + 1, dtype=np.int64)
    np.add.at(at, np.array(starts_s, dtype=np.int64) + 1, np.array(duals, dtype=np.int64))
    return np.cumsum(at)


class _Flying(NamedTuple):
    """A squad, the legs of its type, orders that fit it, what these are worth, and its starts."""

    fleet: Fleet
    air: Air
    fits: Bools
    worth: Ints
    prefix: Ints


@dataclass(frozen=True)
class _Pricing:
    """Prices the sorties of squads: up to `most` orders each, on some threads."""

    ways: tuple[Ints, Ints]
    orders: Orders
    most: int
    workers: int

    def squad(self, flying: _Flying, every: Sequences, least: Ints) -> None:
        """Bring the least prices down to those of a squad."""
        fleet, air, fits, worth, prefix = flying
        made_of = every, self.ways, self.orders, fleet, air
        count, grouped = len(least), self.most <= GROUPED
        alone = np.empty((count, LIMITS), dtype=np.int64)
        fill_alone(0, count, fits, *made_of, alone)
        pairs = np.empty((count, count) if self.most > 2 and grouped else (0, 0), dtype=np.int64)

        def pair(begin: int, end: int) -> None:
            dearest = worth[fits].max(initial=0)
            fill_pairs(begin, end, self.most, *made_of, worth, alone, dearest, pairs)

        def price(begin: int, end: int) -> None:
            most = self.most if grouped else 1
            room = rooms(most)
            fill_least(begin, end, most, *made_of, worth, prefix, alone, pairs, room, least)

        if len(pairs):
            spread(pair, count, self.workers, ROWS)
        spread(price, count, self.workers, ROWS)
        if not grouped:
            self._share(made_of, worth, alone, least)

    def _share(
        self,
        made_of: tuple[Sequences, tuple[Ints, Ints], Orders, Fleet, Air],
        worth: Ints,
        alone: Ints,
        least: Ints,
    ) -> None:
        """Bring the least prices down to those by pairs."""
        by_pairs = np.zeros_like(least)

        def share(begin: int, end: int) -> None:
            fill_shares(begin, end, self.most, *made_of, worth, alone, by_pairs)

        spread(share, len(least), self.workers, ROWS)
        np.minimum(least, by_pairs.min(), out=least)

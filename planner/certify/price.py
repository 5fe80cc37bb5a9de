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

import numpy as np

from geodata.schedule import DAY_S
from planner.certificate import Relaxation
from planner.certify.air import SLOT_S, Air, air_of
from planner.certify.facts import Fleet, Ints, Orders, fits_of, fleet_of, orders_of, ways_of
from planner.certify.least import BUCKET_S, fill_alone, fill_least, fill_pairs
from planner.certify.quickest import LIMITS
from planner.certify.sequences import Sequences, sequences
from planner.certify.walk import MICRO, rooms
from planner.compiled import spread
from planner.instance import Instance
from planner.tables import legs_of

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
    return bound + int(least_prices(instance, relaxation, workers).sum())


def least_prices(instance: Instance, relaxation: Relaxation, workers: int) -> Ints:
    """Return for each order the least price of the sorties whose first it is, at most 0."""
    least = np.zeros(len(instance.jobs), dtype=np.int64)
    if not instance.jobs or not instance.squads:
        return least
    air = _air(instance, workers)
    orders, ways = orders_of(instance), ways_of(instance)
    most = instance.rules.max_orders_per_sortie
    position = {job.order.id: at for at, job in enumerate(instance.jobs)}
    for squad, row in zip(instance.squads, relaxation.squads, strict=True):
        worth = np.array([each.dual_microcents for each in relaxation.orders], dtype=np.int64)
        for link in row.links:
            worth[position[link.order]] += link.dual_microcents
        _squad(
            sequences(most, squad.base_side),
            ways,
            orders,
            fleet_of(instance, squad),
            air[squad.kind.id],
            fits_of(instance, squad),
            worth,
            _prefix(relaxation.starts_s, row.fleet_microcents),
            most,
            workers,
            least,
        )
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


def _squad(
    every: Sequences,
    ways: tuple[Ints, Ints],
    orders: Orders,
    fleet: Fleet,
    air: Air,
    fits: np.ndarray[tuple[int], np.dtype[np.bool_]],
    worth: Ints,
    prefix: Ints,
    most: int,
    workers: int,
    least: Ints,
) -> None:
    """Bring the least prices down to those of a squad."""
    count = len(least)
    alone = np.empty((count, LIMITS), dtype=np.int64)
    fill_alone(0, count, fits, every, ways, orders, fleet, air, alone)
    pairs = np.empty((count, count) if most > 2 else (0, 0), dtype=np.int64)

    def pair(begin: int, end: int) -> None:
        fill_pairs(begin, end, every, ways, orders, fleet, air, alone, pairs)

    def price(begin: int, end: int) -> None:
        fill_least(
            begin, end, most, every, ways, orders, fleet, air, worth, prefix, alone, pairs,
            rooms(most), least,
        )  # fmt: skip

    if most > 2:
        spread(pair, count, workers, ROWS)
    spread(price, count, workers, ROWS)
